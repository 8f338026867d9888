"""What may happen to a question of the audience, who sees it, and which comes first."""

from collections.abc import Iterable
from enum import StrEnum
from typing import NamedTuple

from webinar_app.core.errors import InvalidInput, Refused
from webinar_app.core.text import multi_line

TEXT_LIMIT = 1000


class QuestionState(StrEnum):
    """Where a question stands between being asked and being done with."""

    SUBMITTED = "submitted"
    PUBLISHED = "published"
    ANSWERING = "answering"
    ANSWERED_LIVE = "answered_live"
    ANSWERED_WRITING = "answered_writing"
    DISMISSED = "dismissed"


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

_ENDS = frozenset({QuestionState.ANSWERED_LIVE, QuestionState.ANSWERED_WRITING, QuestionState.DISMISSED})
_MOVES: dict[QuestionState, frozenset[QuestionState]] = {
    QuestionState.SUBMITTED: _ENDS | {QuestionState.PUBLISHED, QuestionState.ANSWERING},
    QuestionState.PUBLISHED: _ENDS | {QuestionState.ANSWERING},
    QuestionState.ANSWERING: _ENDS | {QuestionState.PUBLISHED},
    # An end can be taken back, because a presenter's finger slips.
    QuestionState.ANSWERED_LIVE: frozenset({QuestionState.PUBLISHED, QuestionState.ANSWERED_WRITING}),
    QuestionState.ANSWERED_WRITING: frozenset({QuestionState.PUBLISHED}),
    QuestionState.DISMISSED: frozenset({QuestionState.SUBMITTED, QuestionState.PUBLISHED}),
}
_GROUPS = {
    QuestionState.ANSWERING: 0,
    QuestionState.PUBLISHED: 1,
    QuestionState.SUBMITTED: 1,
    QuestionState.DISMISSED: 3,
}


def may_move(state: QuestionState, to: QuestionState) -> bool:
    """Say whether staff may take a question from one state to another."""
    return to in _MOVES[state]


def check_move(state: QuestionState, to: QuestionState) -> None:
    """Raise Refused unless `may_move`; two moderators often act on the same question at once."""
    if not may_move(state, to):
        raise Refused("question.moved", "Somebody has dealt with this question already. Look at it again.")


def visible_to(viewer: Viewer, state: QuestionState) -> bool:
    """Say whether a question is shown: all of them to staff, their own to askers, public ones to everyone."""
    return viewer is not Viewer.ATTENDEE or state in PUBLIC


def shows_name(viewer: Viewer, *, is_anonymous: bool) -> bool:
    """Say whether the asker's name stands beside the question; staff always see it, and the form says so (E-5)."""
    return viewer is not Viewer.ATTENDEE or not is_anonymous


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
