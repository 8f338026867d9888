"""What may happen to a question of the audience, who sees it, and which comes first."""

from collections.abc import Iterable
from datetime import datetime, timedelta
from enum import StrEnum
from typing import NamedTuple

from webinar_app.core.errors import InvalidInput, Refused
from webinar_app.core.text import multi_line

TEXT_LIMIT = 1000
CLAIM_LASTS = timedelta(minutes=3)
ASK_WINDOW_MS = 60_000
MOST_IN_WINDOW = 5


class QuestionState(StrEnum):
    """Where a question stands between being asked and being done with."""

    SUBMITTED = "submitted"
    PUBLISHED = "published"
    ANSWERING = "answering"
    ANSWERED_LIVE = "answered_live"
    ANSWERED_WRITING = "answered_writing"
    DISMISSED = "dismissed"
    ANSWERED_PRIVATELY = "answered_privately"
    PARKED = "parked"
    MERGED = "merged"


class Viewer(StrEnum):
    """Who looks: staff of the sitting, somebody in the audience, or the person who asked."""

    STAFF = "staff"
    ATTENDEE = "attendee"
    ASKER = "asker"


class RankBy(StrEnum):
    """What puts one question before another."""

    VOTES = "votes"
    TIME = "time"


class Ranked(NamedTuple):
    """What the order of questions depends on; `number` counts the questions of a room in the order of asking."""

    number: int
    state: QuestionState
    votes: int


PUBLIC = frozenset(
    {
        QuestionState.PUBLISHED,
        QuestionState.ANSWERING,
        QuestionState.ANSWERED_LIVE,
        QuestionState.ANSWERED_WRITING,
    }
)
ANSWERED = frozenset({QuestionState.ANSWERED_LIVE, QuestionState.ANSWERED_WRITING})

WAITING = frozenset({QuestionState.SUBMITTED, QuestionState.PUBLISHED})
# What others may be merged into: it is asked, or answered for everybody.
MERGE_TARGETS = WAITING | ANSWERED | {QuestionState.ANSWERING, QuestionState.PARKED}

_ENDS = ANSWERED | {
    QuestionState.ANSWERED_PRIVATELY,
    QuestionState.DISMISSED,
    QuestionState.PARKED,
    QuestionState.MERGED,
}
_BACK = WAITING  # an end can be taken back, because a presenter's finger slips
_MOVES: dict[QuestionState, frozenset[QuestionState]] = {
    QuestionState.SUBMITTED: _ENDS | {QuestionState.PUBLISHED, QuestionState.ANSWERING},
    QuestionState.PUBLISHED: _ENDS | {QuestionState.ANSWERING},
    QuestionState.ANSWERING: _ENDS | {QuestionState.PUBLISHED},
    QuestionState.ANSWERED_LIVE: _BACK | {QuestionState.ANSWERED_WRITING},
    QuestionState.ANSWERED_WRITING: _BACK,
    QuestionState.ANSWERED_PRIVATELY: _BACK | {QuestionState.ANSWERED_WRITING},
    QuestionState.DISMISSED: _BACK,
    QuestionState.PARKED: _ENDS - {QuestionState.PARKED} | _BACK | {QuestionState.ANSWERING},
    QuestionState.MERGED: _BACK,
}
STATE_WORDS = {
    QuestionState.SUBMITTED: "back among those that wait",
    QuestionState.PUBLISHED: "published",
    QuestionState.ANSWERING: "being answered now",
    QuestionState.ANSWERED_LIVE: "answered live",
    QuestionState.ANSWERED_WRITING: "answered in writing",
    QuestionState.ANSWERED_PRIVATELY: "answered in private",
    QuestionState.DISMISSED: "dismissed",
    QuestionState.PARKED: "parked for a follow-up",
    QuestionState.MERGED: "merged into another",
}
_GROUPS = {
    QuestionState.ANSWERING: 0,
    QuestionState.PUBLISHED: 1,
    QuestionState.SUBMITTED: 1,
    QuestionState.DISMISSED: 3,
    QuestionState.MERGED: 3,
}


def may_move(state: QuestionState, to: QuestionState) -> bool:
    """Say whether staff may take a question from one state to another."""
    return to in _MOVES[state]


def check_move(state: QuestionState, to: QuestionState) -> None:
    """Raise Refused unless `may_move`; two moderators often act on the same question at once."""
    if not may_move(state, to):
        sentence = f"This question is {STATE_WORDS[state]} already. Take that back first, if it should go on."
        raise Refused("question.moved", sentence)


def check_seen(state: QuestionState, seen: QuestionState | None) -> None:
    """Raise Refused when the question is no longer in the state that the moderator saw; None means: not said."""
    if seen is not None and seen is not state:
        sentence = f"This question has changed meanwhile: it is {STATE_WORDS[state]}. Look at it again, then decide."
        raise Refused("question.moved", sentence)


def state_to_restore(state: QuestionState, before: QuestionState | None) -> QuestionState:
    """Give where a question goes when its end is taken back; raise Refused when it has not ended.

    `before` is the state that its last move left. Who was waiting unseen waits unseen again; all others are public.
    """
    if state not in _ENDS:
        raise Refused("question.moved", f"There is nothing to take back: this question is {STATE_WORDS[state]}.")
    return QuestionState.SUBMITTED if before is QuestionState.SUBMITTED else QuestionState.PUBLISHED


def check_merge(into: QuestionState, *, is_same: bool, has_merged: bool) -> None:
    """Raise Refused unless a question may be merged into one in state `into`; `has_merged`: it holds others itself."""
    if is_same:
        raise Refused("question.merge_self", "Choose another question: this is the one that you merge.")
    if has_merged:
        sentence = "Others are merged into this question. Merge the other one into this, or take those back first."
        raise Refused("question.merge_chain", sentence)
    if into not in MERGE_TARGETS:
        raise Refused("question.merge_target", f"The other question is {STATE_WORDS[into]}. Choose one that stands.")


def is_held(by: int | None, until: datetime | None, me: int, now: datetime) -> bool:
    """Say whether another moderator is on a question: `by` is whose claim it is, which ends at `until`."""
    return by is not None and by != me and until is not None and now < until


def check_held(by: int | None, until: datetime | None, me: int, now: datetime, name: str) -> None:
    """Raise Refused when another moderator, called `name`, is on the question."""
    if is_held(by, until, me, now):
        raise Refused("question.claimed", f"{name} is on it. Take the question over first, or choose another.")


def check_ask_pace(asked_ms: Iterable[int], now_ms: int) -> None:
    """Raise Refused when a person (instants of their questions, ms) has asked five within the last minute."""
    recent = sorted(at for at in asked_ms if now_ms - at < ASK_WINDOW_MS)
    if len(recent) >= MOST_IN_WINDOW:
        wait = max(1, -(-(recent[-MOST_IN_WINDOW] + ASK_WINDOW_MS - now_ms) // 1000))
        sentence = f"That was {MOST_IN_WINDOW} questions within a minute. The next can go in {wait} s; keep it here."
        raise Refused("question.too_many", sentence)


def visible_to(viewer: Viewer, state: QuestionState) -> bool:
    """Say whether a question is shown: all of them to staff, their own to askers, public ones to everyone."""
    return viewer is not Viewer.ATTENDEE or state in PUBLIC


def shows_name(viewer: Viewer, *, is_anonymous: bool) -> bool:
    """Say whether the asker's name stands beside the question; staff always see it, and the form says so (E-5)."""
    return viewer is not Viewer.ATTENDEE or not is_anonymous


def shows_answer(viewer: Viewer, state: QuestionState) -> bool:
    """Say whether the written answer stands under the question: a private one never reaches anybody else."""
    is_for_asker = viewer is Viewer.ASKER and state is QuestionState.ANSWERED_PRIVATELY
    return viewer is Viewer.STAFF or state in ANSWERED or is_for_asker


def may_vote(state: QuestionState, *, is_own: bool) -> bool:
    """Say whether a person may raise this question: it waits in public, and somebody else asked it."""
    return state in (QuestionState.PUBLISHED, QuestionState.ANSWERING) and not is_own


def rank(questions: Iterable[Ranked], by: RankBy = RankBy.VOTES) -> list[Ranked]:
    """Put questions in the order of the queue: being answered, waiting, answered, dismissed.

    Within each, by votes and then by the order of asking, or by the order of asking alone. Numbers differ, so that the
    order is total and does not depend on the order given.
    """
    return sorted(questions, key=lambda question: _place(question, by))


def check_text(text: str) -> str:
    """Give the question as it is stored; raise InvalidInput unless it has 1 to 1,000 characters."""
    cleaned = multi_line(text)
    if not cleaned:
        raise InvalidInput("question.empty", "Write your question.", {"text": "Write your question."})
    if len(cleaned) > TEXT_LIMIT:
        sentence = f"Keep your question within {TEXT_LIMIT} characters; this has {len(cleaned)}."
        raise InvalidInput("question.too_long", sentence, {"text": sentence})
    return cleaned


def _place(question: Ranked, by: RankBy) -> tuple[int, int, int]:
    votes = question.votes if by is RankBy.VOTES else 0
    return (_GROUPS.get(question.state, 2), -votes, question.number)
