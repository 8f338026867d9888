"""Attention checks: when they come, what they ask, and what becomes of each (reliability A-9, features E5 and O19).

Times are whole seconds from the planned start of the sitting, spans half-open. Chance comes in as `draw(n)`, which
gives a whole number from 0 to n - 1, each as likely as the others.
"""

from collections.abc import Callable, Iterable, Sequence
from enum import StrEnum
from itertools import pairwise
from typing import NamedTuple

from webinar_app.core.errors import InvalidInput
from webinar_app.core.intervals import Span, intersect, subtract, total, union

Draw = Callable[[int], int]
CREDIT_HOUR_S = 50 * 60  # NASBA standard 16: 50 minutes are a credit
WINDOW_S, LONG_WINDOW_S = 90, 180
LEAST_S = 60
"""How long an answer is taken; the long one is for people who have been given more time. Who came so late that less
than the least was left is not blamed."""
APART_S, PATIENCE_S = 240, 180
"""The least time between two checks, and for how long one is put off while a poll is open."""
SHORTEST_PART_S = 360  # room for the least distance and for the time to answer
OPTIONS = 4
LONGEST_ANSWER = 40
WORDS = (
    "anchor apple basket bridge button camera candle carpet castle cherry circle copper desert dragon engine falcon "
    "feather forest garden hammer harbor island jacket ladder lantern lemon marble meadow mirror mountain orange "
    "palace paper pepper pillow planet pocket rabbit river rocket saddle silver spider summer ticket tunnel turtle "
    "velvet violin window winter"
).split()


class CheckKind(StrEnum):
    """What is asked for: a press, the word that is shown among others, or a word that was spoken."""

    TAP = "tap"
    CHOOSE = "choose"
    WORD = "word"


class CheckState(StrEnum):
    """Where a check stands in its sitting; `dropped` never came, because its time had passed."""

    PLANNED = "planned"
    OPEN = "open"
    CLOSED = "closed"
    DROPPED = "dropped"


class Stand(StrEnum):
    """What became of one check for one person; only the first two count."""

    ANSWERED = "answered"
    MISSED = "missed"
    WAITING = "waiting"
    NOT_SHOWN = "not_shown"
    CUT_SHORT = "cut_short"
    EXCUSED = "excused"


class Planned(NamedTuple):
    """A check to come, and the last second to which it may be put off."""

    at_s: int
    latest_s: int


class Asked(NamedTuple):
    """What a check asks for, and which answer is right; options are there only where one is chosen."""

    kind: CheckKind
    answer: str
    options: tuple[str, ...]


class CheckRecord(NamedTuple):
    """One check as one person met it, in milliseconds since 1970.

    `due_ms` is the end of this person's own time. `closed_ms` is None while the check is open.
    """

    opened_ms: int
    due_ms: int
    closed_ms: int | None
    seen_ms: int | None
    answered_ms: int | None


def plan(credit: Sequence[Span], closed: Sequence[Span], per_hour: int, draw: Draw) -> list[Planned]:
    """Give the checks of a sitting, one at a random moment in each part of its credit-bearing time.

    With three an hour a part is a third of 50 minutes. What is left over at the end may hold one more, so that nobody
    knows when the last one was. `closed` are breaks and clips; no check comes in one, nor so late before one that there
    would be no time to answer.
    """
    length, usable = _part_length(per_hour), _usable(credit, closed)
    moments: list[int] = []
    for part, is_whole in _parts(credit, length):
        room = intersect(usable, part)
        if moments:
            room = subtract(room, [(0, moments[-1] + APART_S)])
        if room and (is_whole or draw(length) < total(part)):
            moments.append(_at(room, draw(total(room))))
    return [Planned(at, _latest(at, following, usable)) for at, following in _with_next(moments)]


def obeys(planned: Sequence[int], credit: Sequence[Span], closed: Sequence[Span], per_hour: int) -> bool:
    """Say whether a plan still fits a sitting whose start or agenda may have changed."""
    usable = _usable(credit, closed)
    held = [span for at in planned for span in intersect([(at, at + 1)], usable)]
    whole = [part for part, is_whole in _parts(credit, _part_length(per_hour)) if is_whole]
    are_apart = all(later - earlier >= APART_S for earlier, later in pairwise(sorted(planned)))
    return are_apart and len(held) == len(planned) and all(intersect(held, part) for part in whole)


def ask(draw: Draw) -> Asked:
    """Draw what a planned check asks for: a press, or a word among others."""
    if draw(2):
        return Asked(CheckKind.TAP, "", ())
    left = list(WORDS)
    options = tuple(left.pop(draw(len(left))) for _ in range(OPTIONS))
    return Asked(CheckKind.CHOOSE, options[draw(OPTIONS)], options)


def spoken(draw: Draw) -> Asked:
    """Draw a word for the presenter to say."""
    return Asked(CheckKind.WORD, WORDS[draw(len(WORDS))], ())


def is_right(kind: CheckKind, wanted: str, given: str) -> bool:
    """Say whether an answer is the right one; case, spaces and full stops do not matter."""
    return kind is CheckKind.TAP or _letters(given) == _letters(wanted)


def check_right(kind: CheckKind, wanted: str, given: str) -> None:
    """Raise InvalidInput unless the answer is right; the time that is left is there for another."""
    if not is_right(kind, wanted, given):
        sentence = "That is not the word. Look or listen again, and answer once more."
        raise InvalidInput("check.wrong", sentence, {"answer": sentence})


def stand(record: CheckRecord, now_ms: int, incidents: Sequence[Span] = ()) -> Stand:
    """Give what became of a check; `incidents` are outages of the room in milliseconds.

    Who never saw it is not to blame, nor who had too little time because they came late or the session ended, nor who
    was asked in an outage.
    """
    if record.answered_ms is not None:
        return Stand.ANSWERED
    if record.closed_ms is not None and record.closed_ms < record.due_ms:
        return Stand.CUT_SHORT
    if now_ms < record.due_ms:
        return Stand.WAITING
    if record.seen_ms is None:
        return Stand.NOT_SHOWN
    if record.due_ms - record.seen_ms < LEAST_S * 1000:
        return Stand.CUT_SHORT
    return Stand.EXCUSED if intersect([(record.opened_ms, record.due_ms)], incidents) else Stand.MISSED


def count(records: Iterable[CheckRecord], now_ms: int, incidents: Sequence[Span] = ()) -> tuple[int, int]:
    """Give how many checks count for a person, and how many of these were answered."""
    stands = [stand(record, now_ms, incidents) for record in records]
    answered = stands.count(Stand.ANSWERED)
    return answered + stands.count(Stand.MISSED), answered


def _part_length(per_hour: int) -> int:
    return max(CREDIT_HOUR_S // per_hour, SHORTEST_PART_S)


def _usable(credit: Sequence[Span], closed: Sequence[Span]) -> list[Span]:
    """Give the seconds at which a check may begin: its window ends before the next break or clip does begin."""
    return union([(start, end - WINDOW_S) for start, end in subtract(credit, closed)])


def _parts(credit: Sequence[Span], length: int) -> list[tuple[list[Span], bool]]:
    """Cut credit-bearing time into parts of this length; the last may be shorter, and a short sitting is one part."""
    parts: list[tuple[list[Span], bool]] = []
    part: list[Span] = []
    left = length
    for begin, end in union(credit):
        start = begin
        while end - start >= left:
            parts.append(([*part, (start, start + left)], True))
            start, part, left = start + left, [], length
        if start < end:
            part.append((start, end))
            left -= end - start
    if part:
        parts.append((part, not parts and total(part) >= SHORTEST_PART_S))
    return parts


def _at(room: Sequence[Span], number: int) -> int:
    """Give the second with this number among those of some spans."""
    for start, end in room[:-1]:
        if number < end - start:
            return start + number
        number -= end - start
    return room[-1][0] + number


def _with_next(moments: Sequence[int]) -> list[tuple[int, int | None]]:
    return list(zip(moments, [*moments[1:], None], strict=True)) if moments else []


def _latest(at: int, following: int | None, usable: Sequence[Span]) -> int:
    end = next(end for start, end in usable if start <= at < end)
    limits = [at + PATIENCE_S, end - 1, *([] if following is None else [following - APART_S])]
    return min(limits)


def _letters(text: str) -> str:
    return "".join(character for character in text.casefold() if character.isalnum())
