"""Where a poll stands, when its votes count, and who may see the result; kinds and results stand beside."""

from datetime import datetime, timedelta
from enum import StrEnum

from webinar_app.core.errors import InvalidInput, Refused
from webinar_app.polls.rules.kinds import (
    MODERATED,
    MOST_OPTIONS,
    OWN_OPTIONS,
    PLAIN,
    QUESTION_LIMIT,
    WRITTEN,
    Answer,
    PollKind,
    PollText,
    Setup,
    Shape,
    bounds,
    cell_count,
    cells,
    check_answer,
    check_poll,
    decode,
    encode,
    labels,
    scale_start,
    takes_many,
)
from webinar_app.polls.rules.results import Counted, Result, empty, result, right_count, shares, tally

__all__ = [
    "MODERATED",
    "MOST_OPTIONS",
    "OWN_OPTIONS",
    "PLAIN",
    "QUESTION_LIMIT",
    "WRITTEN",
    "Answer",
    "Counted",
    "PollKind",
    "PollText",
    "Result",
    "Setup",
    "Shape",
    "bounds",
    "cell_count",
    "cells",
    "check_answer",
    "check_poll",
    "decode",
    "empty",
    "encode",
    "labels",
    "result",
    "right_count",
    "scale_start",
    "shares",
    "takes_many",
    "tally",
]
SHORTEST_TIMER, LONGEST_TIMER = 5, 3600
GRACE = timedelta(seconds=2)
"""So long after a timer's end a vote still counts: it was sent in time and was on its way."""


class PollState(StrEnum):
    """Where a poll stands; votes count only while it is open."""

    DRAFT = "draft"
    OPEN = "open"
    CLOSED = "closed"
    ARCHIVED = "archived"


class ResultVisibility(StrEnum):
    """When attendees see the result without anybody revealing it."""

    HOSTS_ONLY = "hosts_only"
    AFTER_VOTE = "after_vote"
    AFTER_CLOSE = "after_close"
    ALWAYS = "always"
    NEVER = "never"


class Privacy(StrEnum):
    """Who may know what a person chose; fixed before the poll opens."""

    NAMED = "named"
    STAFF = "staff"
    SECRET = "secret"


class ResultAudience(StrEnum):
    """To whom a tally is sent."""

    STAFF = "staff"
    VOTED = "voted"
    ALL = "all"


_PRIVACY_WORDS = {
    Privacy.NAMED: "Everyone can see who chose what.",
    Privacy.STAFF: "Staff can see who chose what. Everyone else sees totals only.",
    Privacy.SECRET: "Nobody can see who chose what. A vote cannot be changed once it is sent.",
}
_WRITTEN_PRIVACY_WORDS = {
    Privacy.NAMED: "Everyone can see who wrote what.",
    Privacy.STAFF: "Staff can see who wrote what. Everyone else sees it without names.",
    Privacy.SECRET: "Nobody can see who wrote what. An answer cannot be changed once it is sent.",
}


_VISIBILITY_WORDS = {
    ResultVisibility.HOSTS_ONLY: "Staff see the result, and may show it to everyone.",
    ResultVisibility.AFTER_VOTE: "You see the result after your vote.",
    ResultVisibility.AFTER_CLOSE: "Everyone sees the result when the poll closes.",
    ResultVisibility.ALWAYS: "Everyone sees the result as it grows.",
    ResultVisibility.NEVER: "Only staff ever see the result.",
}


def privacy_words(privacy: Privacy, kind: PollKind = PollKind.SINGLE) -> str:
    """Say on the ballot who will see it."""
    return (_WRITTEN_PRIVACY_WORDS if kind in WRITTEN else _PRIVACY_WORDS)[privacy]


def visibility_words(visibility: ResultVisibility) -> str:
    """Say on the ballot who will see the result."""
    return _VISIBILITY_WORDS[visibility]


def check_timer(seconds: int | None) -> None:
    """Raise InvalidInput unless a poll may be open for so long; None is without a timer."""
    if seconds is not None and not SHORTEST_TIMER <= seconds <= LONGEST_TIMER:
        sentence = f"Let the timer run from {SHORTEST_TIMER} seconds to {LONGEST_TIMER // 60} minutes."
        raise InvalidInput("poll.timer", sentence, {"open_seconds": sentence})


def extended(closes_at: datetime | None, seconds: int, now: datetime) -> datetime:
    """Give the new end of a timer: later by `seconds`, at most an hour from now; without one it begins now."""
    end = max(closes_at or now, now) + timedelta(seconds=seconds)
    return min(end, now + timedelta(seconds=LONGEST_TIMER))


def is_due(state: PollState, closes_at: datetime | None, now: datetime) -> bool:
    """Say whether a timer has run out on an open poll."""
    return state is PollState.OPEN and closes_at is not None and closes_at <= now


def may_open(state: PollState) -> bool:
    """Say whether a poll may take votes from now on; a closed one may again, so that closing can be undone."""
    return state in (PollState.DRAFT, PollState.CLOSED)


def may_close(state: PollState) -> bool:
    """Say whether voting may end."""
    return state is PollState.OPEN


def check_reveal(state: PollState, visibility: ResultVisibility) -> None:
    """Raise Refused unless staff may show the result to everyone, or stop showing it.

    A closed poll whose result is shown is what people call a revealed one; an open one may be shown too.
    """
    if state not in (PollState.OPEN, PollState.CLOSED):
        raise Refused("poll.not_open", "There is no result yet. Open the poll first.")
    if visibility is ResultVisibility.NEVER:
        raise Refused("poll.never_shown", "The ballot promised that only staff ever see this result.")


def may_archive(state: PollState) -> bool:
    """Say whether a poll may be put away; drafts are deleted instead."""
    return state is PollState.CLOSED


def may_edit(state: PollState) -> bool:
    """Say whether question, options and privacy may still change; nobody may change what others have answered."""
    return state is PollState.DRAFT


def check_vote(
    state: PollState, privacy: Privacy, *, has_voted: bool, at: datetime, closes_at: datetime | None = None
) -> None:
    """Raise Refused unless this person may vote, or change a vote, at this moment."""
    if state is not PollState.OPEN or (closes_at is not None and at >= closes_at + GRACE):
        raise Refused("poll.closed", "This poll is closed; your vote was not counted.")
    if privacy is Privacy.SECRET and has_voted:
        raise Refused("poll.voted", "You have voted. A secret vote cannot be changed.")


def result_audience(visibility: ResultVisibility, state: PollState, *, is_revealed: bool = False) -> ResultAudience:
    """Say who gets the tally now. Nobody but staff ever gets that of a draft."""
    if state is PollState.DRAFT:
        return ResultAudience.STAFF
    if is_revealed or visibility is ResultVisibility.ALWAYS:
        return ResultAudience.ALL
    if visibility is ResultVisibility.AFTER_VOTE:
        return ResultAudience.VOTED
    if visibility is ResultVisibility.AFTER_CLOSE and state is not PollState.OPEN:
        return ResultAudience.ALL
    return ResultAudience.STAFF


def shows_right(state: PollState, audience: ResultAudience) -> bool:
    """Say whether the right answers of a quiz are public: after closing, unless its result is for staff."""
    return state in (PollState.CLOSED, PollState.ARCHIVED) and audience is not ResultAudience.STAFF


def check_people(privacy: Privacy, audience: ResultAudience, *, is_staff: bool, has_voted: bool) -> None:
    """Raise Refused unless one person may know who answered what, as the ballot said."""
    if privacy is Privacy.SECRET:
        raise Refused("poll.secret", "This poll is secret: nobody can see who answered what.")
    may_know = privacy is Privacy.NAMED and may_see_result(audience, is_staff=is_staff, has_voted=has_voted)
    if not is_staff and not may_know:
        raise Refused("poll.names_hidden", "The ballot promised not to show you who answered what.")


def may_see_result(audience: ResultAudience, *, is_staff: bool, has_voted: bool) -> bool:
    """Say whether one person belongs to the audience of a tally."""
    if is_staff or audience is ResultAudience.ALL:
        return True
    return audience is ResultAudience.VOTED and has_voted
