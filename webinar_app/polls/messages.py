"""What a room's messages say of polls; what somebody may not see is not in their message."""

from typing import Any

from webinar_app.core.times import stamp
from webinar_app.infra.db import Db
from webinar_app.polls.models import Poll
from webinar_app.polls.queries import Counted, list_polls, own_ballots, own_marks, results
from webinar_app.polls.rules import PollState, ResultAudience, privacy_words, result, result_audience
from webinar_app.webinars.events import OwnStateAsked, RoomSnapshotAsked


def audience_of(poll: Poll) -> ResultAudience:
    """Say who may see the poll's result now."""
    return result_audience(poll.visibility, poll.state, is_revealed=poll.results_shown)


def poll_value(poll: Poll, counted: Counted, *, for_staff: bool) -> dict[str, Any]:
    """Give a poll as staff, or as everybody, may see it."""
    is_shown = for_staff or audience_of(poll) is ResultAudience.ALL
    return {
        "code": poll.code,
        "position": poll.position,
        "kind": poll.kind.value,
        "question": poll.question,
        "options": [option.text for option in poll.options],
        "min_choices": poll.min_choices,
        "max_choices": poll.max_choices,
        "state": poll.state.value,
        "visibility": poll.visibility.value,
        "privacy": poll.privacy.value,
        "privacy_words": privacy_words(poll.privacy),
        "planned_minute": poll.planned_minute,
        "opened_at": poll.opened_at and stamp(poll.opened_at),
        "closed_at": poll.closed_at and stamp(poll.closed_at),
        "results_shown": poll.results_shown,
        "results": result_value(poll, counted) if is_shown else None,
    }


def result_value(poll: Poll, counted: Counted) -> dict[str, Any]:
    """Give a result with its percentages."""
    shown = result(poll.kind, counted.counts, counted.voters)
    return {"counts": list(shown.counts), "shares": list(shown.shares), "voters": shown.voters}


def tally_value(poll: Poll, counted: Counted) -> dict[str, Any]:
    """Give the message of a tally."""
    return {"poll": poll.code, **result_value(poll, counted)}


def polls_part(db: Db, question: RoomSnapshotAsked) -> dict[str, Any]:
    """Give the polls of a room: all to staff, open and closed ones to everybody."""
    states = () if question.staff else (PollState.OPEN, PollState.CLOSED)
    polls = list_polls(db, question.webinar_id, *states)
    counted = results(db, polls)
    return {"polls": [poll_value(poll, counted[poll.id], for_staff=question.staff) for poll in polls]}


def own_part(db: Db, question: OwnStateAsked) -> dict[str, Any]:
    """Give one person's ballots; of secret polls only that they voted."""
    member = question.member
    if member.registration_id is None:
        return {"ballots": {}, "voted": []}
    return {
        "ballots": own_ballots(db, member.registration_id, member.webinar_id),
        "voted": own_marks(db, member.registration_id, member.webinar_id),
    }
