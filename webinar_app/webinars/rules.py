"""What a sitting may be: its states, phases, length, agenda, and the times that count for credit."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from enum import StrEnum
from itertools import pairwise

from webinar_app.core.errors import InvalidInput
from webinar_app.core.intervals import Span, clip, to_ms, union
from webinar_app.core.text import one_line
from webinar_app.core.times import end_of, in_zone, resolve

SHORTEST_MINUTES, LONGEST_MINUTES = 5, 720
LONGEST_LOBBY_MINUTES = 240
DEFAULT_LOBBY_MINUTES = 15
DEFAULT_OVERRUN_MINUTES = 30
LONGEST_SEGMENT_TITLE = 200
MOST_SYNTHETIC = 200


class WebinarState(StrEnum):
    """Where a sitting stands in its life."""

    DRAFT = "draft"
    SCHEDULED = "scheduled"
    LIVE = "live"
    ENDED = "ended"
    CANCELLED = "cancelled"


class Delivery(StrEnum):
    """Where people take part."""

    ONLINE = "online"
    IN_PERSON = "in_person"
    HYBRID = "hybrid"


class DatePrecision(StrEnum):
    """How much of its time is known: an instant, a date without a clock time, or nothing yet."""

    EXACT = "exact"
    DATE = "date"
    ON_REQUEST = "on_request"


class RoomPhase(StrEnum):
    """What somebody who opens the room's page finds."""

    BEFORE = "before"
    LOBBY = "lobby"
    LIVE = "live"
    ENDED = "ended"
    CANCELLED = "cancelled"


class PublicWord(StrEnum):
    """The one word by which pages show the states of a course and its sitting together."""

    DRAFT = "draft"
    IN_REVIEW = "in_review"
    ARCHIVED = "archived"
    SELF_PACED = "self_paced"
    ON_REQUEST = "on_request"
    UPCOMING = "upcoming"
    STARTING = "starting"
    LIVE = "live"
    ENDED = "ended"
    CANCELLED = "cancelled"


@dataclass(frozen=True, slots=True)
class Segment:
    """One line of an agenda: `start_minute` counts from the start of the sitting, `minutes` is its length."""

    title: str
    start_minute: int
    minutes: int
    gives_credit: bool = True

    @property
    def end_minute(self) -> int:
        """Give the minute, counted from the start of the sitting, at which the segment is over."""
        return self.start_minute + self.minutes


_MOVES = {
    WebinarState.DRAFT: {WebinarState.SCHEDULED, WebinarState.ENDED},
    WebinarState.SCHEDULED: {WebinarState.LIVE, WebinarState.ENDED, WebinarState.CANCELLED},
    WebinarState.LIVE: {WebinarState.ENDED},
    WebinarState.ENDED: set[WebinarState](),
    WebinarState.CANCELLED: set[WebinarState](),
}
_COURSE_WORDS = {
    "draft": PublicWord.DRAFT,
    "in_review": PublicWord.IN_REVIEW,
    "archived": PublicWord.ARCHIVED,
}
_STATE_WORDS = {
    WebinarState.DRAFT: PublicWord.DRAFT,
    WebinarState.LIVE: PublicWord.LIVE,
    WebinarState.ENDED: PublicWord.ENDED,
    WebinarState.CANCELLED: PublicWord.CANCELLED,
}


def check_audience(people: int) -> None:
    """Raise InvalidInput unless a rehearsal can have so many synthetic attendees."""
    if not 0 <= people <= MOST_SYNTHETIC:
        sentence = f"Choose 0 to {MOST_SYNTHETIC} synthetic attendees."
        raise InvalidInput("rehearsal.people", sentence, {"people": sentence})


def may_move(old_state: WebinarState, new_state: WebinarState) -> bool:
    """Tell whether a sitting may go from one state to another.

    A draft with a past date is published as ended (architecture, decision 4). What has ended or was cancelled stays so:
    its credit, mails and calendar entries follow from it, and a repeat is another sitting.
    """
    return new_state in _MOVES[old_state]


def overrun_end(starts_at: datetime, minutes: int, overrun_minutes: int = DEFAULT_OVERRUN_MINUTES) -> datetime:
    """Give the UTC instant at which a sitting that nobody ends is ended: its planned end and the overrun."""
    return end_of(starts_at, minutes + overrun_minutes)


def phase(
    state: WebinarState,
    starts_at: datetime | None,
    minutes: int,
    lobby_minutes: int,
    now: datetime,
    *,
    overrun_minutes: int = DEFAULT_OVERRUN_MINUTES,
) -> RoomPhase:
    """Give what the room is at `now`.

    `starts_at`: aware, or None where there is no exact time; `minutes`: planned length. A scheduled sitting stays in
    the lobby past its start until staff go live, because a presenter may be late, and is over after its overrun. A live
    one stays live until somebody, or the job, ends it.
    """
    settled = {
        WebinarState.CANCELLED: RoomPhase.CANCELLED,
        WebinarState.ENDED: RoomPhase.ENDED,
        WebinarState.LIVE: RoomPhase.LIVE,
        WebinarState.DRAFT: RoomPhase.BEFORE,
    }
    if state in settled:
        return settled[state]
    if starts_at is None or now < end_of(starts_at, -lobby_minutes):
        return RoomPhase.BEFORE
    return RoomPhase.LOBBY if now < overrun_end(starts_at, minutes, overrun_minutes) else RoomPhase.ENDED


def join_window(
    starts_at: datetime,
    minutes: int,
    lobby_minutes: int,
    *,
    overrun_minutes: int = DEFAULT_OVERRUN_MINUTES,
    late_join_minutes: int | None = None,
) -> tuple[datetime, datetime]:
    """Give when people may enter the room: half-open, aware UTC, from the opening of the lobby to the latest end.

    `late_join_minutes`: whole minutes after the start in which somebody may still join; None sets no such limit.
    """
    closes = overrun_end(starts_at, minutes, overrun_minutes)
    if late_join_minutes is not None:
        closes = min(closes, end_of(starts_at, late_join_minutes))
    return end_of(starts_at, -lobby_minutes), closes


def public_word(
    course_state: str,
    webinar_state: WebinarState | None,
    starts_at: datetime | None,
    now: datetime,
    *,
    minutes: int = LONGEST_MINUTES,
    overrun_minutes: int = DEFAULT_OVERRUN_MINUTES,
) -> PublicWord:
    """Give the one word that pages show for a course and its sitting.

    `course_state`: `draft`, `in_review`, `published` or `archived`. `webinar_state`: None where the course has no
    sitting. `starts_at`: aware, or None where no time is set. `minutes`: planned length; without it the longest counts.
    """
    if course_state in _COURSE_WORDS:
        return _COURSE_WORDS[course_state]
    if webinar_state is None:
        return PublicWord.SELF_PACED
    if webinar_state in _STATE_WORDS:
        return _STATE_WORDS[webinar_state]
    if starts_at is None:
        return PublicWord.ON_REQUEST
    if now < starts_at:
        return PublicWord.UPCOMING
    return PublicWord.STARTING if now < overrun_end(starts_at, minutes, overrun_minutes) else PublicWord.ENDED


def check_schedule(
    precision: DatePrecision,
    starts_at: datetime | None,
    on_date: date | None,
    minutes: int | None,
    now: datetime,
    *,
    lobby_minutes: int = DEFAULT_LOBBY_MINUTES,
) -> tuple[str, ...]:
    """Check the times of a sitting and give warnings, one sentence each.

    `starts_at`: aware, with precision `exact` only; `on_date`: with precision `date` only; `minutes`: length, 5 to 720,
    needed with an exact start. A past date is a warning (architecture, decision 4). Raises InvalidInput
    `webinar.schedule` with a sentence for each field that must change.
    """
    problems = _date_problems(precision, starts_at, on_date)
    if minutes is None and precision is DatePrecision.EXACT:
        problems["minutes"] = "Say how many minutes the session lasts."
    if minutes is not None and not SHORTEST_MINUTES <= minutes <= LONGEST_MINUTES:
        problems["minutes"] = f"Choose a length between {SHORTEST_MINUTES} and {LONGEST_MINUTES} minutes."
    if not 0 <= lobby_minutes <= LONGEST_LOBBY_MINUTES:
        problems["lobby_minutes"] = f"Open the lobby at most {LONGEST_LOBBY_MINUTES} minutes before the start."
    _raise_if(problems, "webinar.schedule", "The schedule needs a correction before it can be saved.")
    if _is_past(starts_at, on_date, minutes or 0, now):
        return ("This date has passed: the session will be published as ended, with registration closed.",)
    return ()


def _date_problems(precision: DatePrecision, starts_at: datetime | None, on_date: date | None) -> dict[str, str]:
    if precision is DatePrecision.EXACT:
        return {} if starts_at is not None else {"local_start": "Set a date, a time and a time zone."}
    if starts_at is not None:
        return {"local_start": "Leave the time empty, or choose an exact start."}
    if precision is DatePrecision.DATE:
        return {} if on_date is not None else {"local_date": "Set the date."}
    return {} if on_date is None else {"local_date": "Leave the date empty, or choose a precision that has one."}


def _is_past(starts_at: datetime | None, on_date: date | None, minutes: int, now: datetime) -> bool:
    if starts_at is not None:
        return end_of(starts_at, minutes) <= now
    # A date alone has no zone; it is over everywhere once it is over at UTC-12.
    return on_date is not None and on_date < (now - timedelta(hours=12)).date()


def check_agenda(segments: Sequence[Segment], minutes: int) -> None:
    """Check that the segments have titles, fit inside a sitting of `minutes`, and do not overlap.

    Raises InvalidInput `webinar.agenda`; `fields` names `segments-<index>-title`, `-start_minute` or `-minutes`.
    """
    problems: dict[str, str] = {}
    for at, segment in enumerate(segments):
        problems |= {f"segments-{at}-{field}": text for field, text in _segment_problems(segment, minutes).items()}
    if not problems:
        problems = _overlaps(segments)
    _raise_if(problems, "webinar.agenda", "The agenda does not fit the session yet. Correct the marked lines.")


def _segment_problems(segment: Segment, minutes: int) -> dict[str, str]:
    problems: dict[str, str] = {}
    if not segment.title.strip() or len(segment.title) > LONGEST_SEGMENT_TITLE:
        problems["title"] = f"Give this part a title of at most {LONGEST_SEGMENT_TITLE} letters."
    if segment.start_minute < 0:
        problems["start_minute"] = "A part cannot start before the session. Begin at minute 0 or later."
    if segment.minutes < 1:
        problems["minutes"] = "A part lasts at least one minute."
    elif segment.end_minute > minutes:
        problems["minutes"] = f"This part ends at minute {segment.end_minute}, after the session's {minutes} minutes."
    return problems


def _overlaps(segments: Sequence[Segment]) -> dict[str, str]:
    problems: dict[str, str] = {}
    in_order = sorted(enumerate(segments), key=lambda numbered: numbered[1].start_minute)
    for (_, before), (at, segment) in pairwise(in_order):
        if segment.start_minute < before.end_minute:
            problems[f"segments-{at}-start_minute"] = (
                f"“{before.title}” lasts until minute {before.end_minute}. Start this part then, or later."
            )
    return problems


def credit_window(segments: Iterable[Segment], starts_at: datetime, minutes: int) -> list[Span]:
    """Give the planned time that counts for credit: half-open spans of milliseconds since 1970, in order, apart.

    Only credit-bearing segments count, never past the planned end; without an agenda the whole sitting counts.
    """
    start = to_ms(starts_at)
    sitting = (start, start + minutes * 60_000)
    agenda = list(segments)
    if not agenda:
        return union([sitting])
    spans = [
        (start + segment.start_minute * 60_000, start + segment.end_minute * 60_000)
        for segment in agenda
        if segment.gives_credit
    ]
    return clip(spans, sitting)


def dropped(local: datetime, zone: str, shown_zone: str) -> datetime:
    """Give the wall time in `zone`, naive, of a sitting dropped at `local` (naive) on a calendar in `shown_zone`.

    Raises as `resolve` where that calendar has no such time; a repeated hour means the first of the two.
    """
    return in_zone(resolve(local, shown_zone, 0), zone)


@dataclass(frozen=True, slots=True)
class Booking:
    """Who and what a sitting takes up, and when: half-open, aware UTC.

    `people`: who runs it, {key: name}; `room`: the name of its place, empty online.
    """

    code: str
    words: str
    starts_at: datetime
    ends_at: datetime
    people: Mapping[str, str]
    room: str = ""


def conflicts(wanted: Booking, others: Iterable[Booking]) -> list[str]:
    """Give one sentence for each person and each room that `wanted` takes while another sitting has it.

    A sitting that begins when another ends is no conflict, and none conflicts with itself (the same `code`).
    """
    found = []
    for other in sorted(others, key=lambda one: (one.starts_at, one.code)):
        if other.code == wanted.code or not (wanted.starts_at < other.ends_at and other.starts_at < wanted.ends_at):
            continue
        shared = sorted(name for person, name in other.people.items() if person in wanted.people)
        found += [f"{name} is in {other.words} at this time." for name in shared]
        if wanted.room and _same_room(wanted.room, other.room):
            found.append(f"“{wanted.room}” is taken by {other.words} at this time.")
    return found


def clashing(bookings: Sequence[Booking]) -> set[str]:
    """Give the codes of the sittings that share a person or a room with another one at the same time."""
    return {one.code for one in bookings if conflicts(one, bookings)}


def _same_room(room: str, other: str) -> bool:
    return " ".join(room.casefold().split()) == " ".join(other.casefold().split())


def _raise_if(problems: dict[str, str], code: str, message: str) -> None:
    if problems:
        raise InvalidInput(code, message, problems)


REMOVAL_SHORTEST, REMOVAL_LONGEST = 5, 300


def check_removal(reason: str) -> str:
    """Give the reason for which somebody is removed, on one line, or raise InvalidInput."""
    told = one_line(reason)
    if not REMOVAL_SHORTEST <= len(told) <= REMOVAL_LONGEST:
        sentence = f"Say why in {REMOVAL_SHORTEST} to {REMOVAL_LONGEST} characters. The person reads it."
        raise InvalidInput("room.reason", sentence, {"reason": sentence})
    return told


def removed_words(reason: str, whom: str) -> str:
    """Say to somebody who was removed why, and whom to ask."""
    told = reason if reason.endswith((".", "!", "?")) else f"{reason}."
    return f"You were removed from this session: {told} Your time until then is kept. Ask {whom} about it."
