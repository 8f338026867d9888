"""What a room's messages say of polls; what somebody may not see is not in their message."""

from typing import Any

from webinar_app.core.times import stamp
from webinar_app.infra.db import Db
from webinar_app.polls.models import Poll
from webinar_app.polls.queries import asked_value, list_polls, own_ballots, own_marks, result_value, results
from webinar_app.polls.rules import (
    MODERATED,
    Counted,
    PollKind,
    PollState,
    ResultAudience,
    privacy_words,
    result_audience,
    right_count,
    shows_right,
    visibility_words,
)
from webinar_app.webinars.events import OwnStatesAsked, RoomSnapshotAsked


def audience_of(poll: Poll) -> ResultAudience:
    """Say who may see the poll's result now."""
    return result_audience(poll.visibility, poll.state, is_revealed=poll.results_shown)


def poll_value(poll: Poll, counted: Counted, *, for_staff: bool) -> dict[str, Any]:
    """Give a poll as staff, or as everybody, may see it."""
    is_shown = for_staff or audience_of(poll) is ResultAudience.ALL
    value = asked_value(poll) | {
        "privacy_words": privacy_words(poll.privacy, poll.kind),
        "visibility_words": visibility_words(poll.visibility),
        "opened_at": poll.opened_at and stamp(poll.opened_at),
        "closes_at": poll.closes_at and stamp(poll.closes_at),
        "closed_at": poll.closed_at and stamp(poll.closed_at),
        "results_shown": poll.results_shown,
        "pinned": poll.pinned,
        "results": result_value(poll, counted) if is_shown else None,
        "earlier": _earlier(poll, for_staff=for_staff) if is_shown else None,
        "quiz": _quiz(poll, counted, for_staff=for_staff),
    }
    if for_staff and poll.kind in MODERATED:
        value["hidden"] = list(counted.hidden)
    return value


def tally_value(poll: Poll, counted: Counted) -> dict[str, Any]:
    """Give the message of a tally."""
    return {"poll": poll.code, **result_value(poll, counted)}


def polls_part(db: Db, question: RoomSnapshotAsked) -> dict[str, Any]:
    """Give the polls of a room: all to staff, open and closed ones to everybody."""
    states = () if question.staff else (PollState.OPEN, PollState.CLOSED)
    polls = list_polls(db, question.webinar_id, *states)
    counted = results(db, polls)
    return {"polls": [poll_value(poll, counted[poll.id], for_staff=question.staff) for poll in polls]}


def own_parts(db: Db, question: OwnStatesAsked) -> list[dict[str, Any]]:
    """Give each person's ballots; of secret polls only that they voted."""
    asked = (question.webinar_id, question.registration_ids)
    ballots, marks = own_ballots(db, *asked), own_marks(db, *asked)
    return [
        {"ballots": ballots.get(member.registration_id or 0, {}), "voted": marks.get(member.registration_id or 0, [])}
        for member in question.members
    ]


def _earlier(poll: Poll, *, for_staff: bool) -> dict[str, Any] | None:
    """Give what the repeated poll said when this one opened: `{words, counts, shares, voters}`."""
    if poll.earlier is None or not (for_staff or poll.earlier["public"]):
        return None
    return {name: value for name, value in poll.earlier.items() if name != "public"}


def _quiz(poll: Poll, counted: Counted, *, for_staff: bool) -> dict[str, Any] | None:
    """Give the right answers of a quiz and how many ballots are all right, to who may know them now."""
    if poll.kind is not PollKind.QUIZ or not (for_staff or shows_right(poll.state, audience_of(poll))):
        return None
    is_counted = for_staff or audience_of(poll) is ResultAudience.ALL
    # While it is open the number would be old at once: only the tally follows the votes.
    count = right_count(poll.shape, counted) if is_counted and poll.state is not PollState.OPEN else None
    return {"right": list(poll.shape.setup.right), "count": count}
