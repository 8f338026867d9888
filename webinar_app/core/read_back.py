"""How a typed date and time is read back to whoever typed it: its words, its instant, and what is to be settled."""

from dataclasses import dataclass
from datetime import UTC, date, datetime

from webinar_app.core.errors import InvalidInput
from webinar_app.core.times import (
    DateOrder,
    NoSuchTime,
    RepeatedTime,
    clock_words,
    describe,
    end_of,
    in_zone,
    instants_of,
    noon_helper,
    parse_date,
    parse_typed,
    resolve,
    spoken_zone,
    wrong_zone_words,
    zone_label,
)


@dataclass(frozen=True, slots=True)
class Choice:
    """One way out of a question: `typed` is the text that means it, `fold` which of two equal times."""

    words: str
    typed: str
    fold: int | None = None


@dataclass(frozen=True, slots=True)
class Reading:
    """What a typed time means.

    `local` (naive), `zone` and `starts_at` are None where only a date, or nothing, could be read. `problem` is the
    sentence that asks for a correction, `choices` are its answers; in a repeated hour they stay after the choice.
    """

    words: str = ""
    local: datetime | None = None
    on: date | None = None
    zone: str | None = None
    fold: int = 0
    starts_at: datetime | None = None
    warnings: tuple[str, ...] = ()
    problem: str = ""
    field: str = "typed"
    choices: tuple[Choice, ...] = ()

    @property
    def is_clear(self) -> bool:
        """Say whether an instant or a date was read and nothing is left to settle."""
        return not self.problem

    def check(self, field: str = "typed") -> None:
        """Raise InvalidInput at this field of a form unless the reading is clear."""
        if self.problem:
            name = "fold" if self.field == "fold" else field
            raise InvalidInput("time.unclear", self.problem, {name: self.problem})


def read_typed(
    typed: str,
    default_zone: str,
    *,
    fold: int | None = None,
    minutes: int = 0,
    now: datetime,
    order: DateOrder | None = None,
) -> Reading:
    """Read a date and time that should be exact; what is unclear is a problem with choices, never an exception.

    `default_zone`: IANA name used where the text names none. `fold`: the person's choice in a repeated hour.
    `minutes`: the length; a session whose end has passed is warned of.
    """
    if not typed.strip():
        return Reading(problem="Write the date and time, such as October 14, 2025 12:00 p.m. ET.")
    try:
        meant = parse_typed(typed, default_zone, order=order)
    except InvalidInput as error:
        return Reading(problem=error.message)
    chosen = meant.fold if meant.fold is not None else fold
    try:
        instant = resolve(meant.local, meant.zone, chosen)
    except NoSuchTime as gap:
        choices = tuple(_gap_choice(local, meant.zone) for local in (gap.earlier, gap.later))
        return Reading(problem=gap.message, choices=choices, zone=meant.zone)
    except RepeatedTime as twice:
        choices = _fold_choices((twice.first, twice.second), typed, meant.zone)
        return Reading(problem=twice.message, choices=choices, field="fold", zone=meant.zone)
    except InvalidInput as error:
        return Reading(problem=error.message)
    fold_kept = chosen if chosen is not None else 0
    return Reading(
        words=describe(meant.local, meant.zone, fold=fold_kept),
        local=meant.local,
        on=meant.local.date(),
        zone=meant.zone,
        fold=fold_kept,
        starts_at=instant,
        warnings=(*meant.warnings, *_past_warning(end_of(instant, minutes) <= now)),
        choices=_fold_choices(instants_of(meant.local, meant.zone), typed, meant.zone) if meant.fold is None else (),
    )


def read_date(typed: str, *, now: datetime, order: DateOrder | None = None) -> Reading:
    """Read a date without a clock time; it has no zone and is the same day everywhere."""
    if not typed.strip():
        return Reading(problem="Write the date, such as 4 October 2024.")
    try:
        on = parse_date(typed, order=order)
    except InvalidInput as error:
        return Reading(problem=error.message)
    words = f"{on:%A} {on.day} {on:%B} {on.year}"
    return Reading(words=words, on=on, warnings=_past_warning(on < now.date()))


def instant_words(reading: Reading, viewer_zone: str) -> dict[str, str]:
    """Give what stands beside a clear reading: the time in UTC, for the viewer where it differs, and "noon"."""
    if reading.starts_at is None or reading.local is None or reading.zone is None:
        return {"utc": "", "yours": "", "helper": ""}
    utc = reading.starts_at.astimezone(UTC)
    day = "" if utc.date() == reading.local.date() else f" on {utc:%A} {utc.day} {utc:%B}"
    return {
        "utc": f"{utc:%H:%M} UTC{day}",
        "yours": words_elsewhere(reading.starts_at, reading.local, viewer_zone),
        "helper": noon_helper(reading.local.time()) or "",
    }


def words_elsewhere(instant: datetime, local: datetime, zone: str) -> str:
    """Give an instant by the clocks of another zone, with its day where that is another; "" where both show `local`."""
    there = in_zone(instant, zone)
    if there == local:
        return ""
    clock = f"{clock_words(there.time())} {spoken_zone(instant, zone)}"
    return clock if there.date() == local.date() else f"{there:%A} {there.day} {there:%B}, {clock}"


def title_warnings(texts: tuple[str, ...], starts_at: datetime | None, zone: str) -> tuple[str, ...]:
    """Warn of zone words in titles that are wrong in the season of the sitting, such as EST in October."""
    if starts_at is None:
        return ()
    found = [sentence for text in texts for sentence in wrong_zone_words(text, starts_at, zone)]
    return tuple(dict.fromkeys(found))


def _gap_choice(local: datetime, zone: str) -> Choice:
    words = describe(local, zone)
    return Choice(words, words)


def _fold_choices(instants: tuple[datetime, ...], typed: str, zone: str) -> tuple[Choice, ...]:
    """Give both readings of a repeated hour; nothing for a time that occurs once."""
    found = []
    both = zip(("The first", "The second"), instants, strict=True) if len(instants) == 2 else ()
    for at, (name, instant) in enumerate(both):
        said = f"{clock_words(in_zone(instant, zone).time())} {zone_label(instant, zone)}"
        found.append(Choice(f"{name}: {said}, {instant:%H:%M} UTC", typed, at))
    return tuple(found)


def _past_warning(is_past: bool) -> tuple[str, ...]:
    if not is_past:
        return ()
    return ("This date has passed: the session will be published as ended, with registration closed.",)
