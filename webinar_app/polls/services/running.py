"""Use cases of a poll in the room: draft on the spot, open, close, show."""

from datetime import datetime
from typing import Any

from sqlalchemy import select

from webinar_app.audit.services import record
from webinar_app.core.actor import Member
from webinar_app.core.errors import Forbidden, Refused
from webinar_app.core.permissions import Permission
from webinar_app.infra.db import Db
from webinar_app.polls.models import Poll
from webinar_app.polls.policy import get_poll
from webinar_app.polls.queries import result_of
from webinar_app.polls.rules import PollState, may_close, may_open
from webinar_app.polls.services.editing import PollDraft, add_poll
from webinar_app.polls.services.telling import tell_everybody, tell_staff
from webinar_app.webinars.events import WebinarEnded
from webinar_app.webinars.policy import open_room
from webinar_app.webinars.rules import WebinarState


def draft_poll(db: Db, member: Member, draft: PollDraft, *, now: datetime) -> dict[str, Any]:
    """Write a new poll during the session and return its code."""
    if not member.may(Permission.POLL_RUN):
        raise Forbidden
    open_room(db, member)
    poll = add_poll(db, member.webinar_id, draft)
    tell_staff(db, poll, "poll.drafted", now=now)
    return {"poll": poll.code}


def open_poll(db: Db, member: Member, code: str, *, now: datetime) -> dict[str, Any]:
    """Take votes from now on; a closed poll may be opened again. Opening an open poll changes nothing."""
    poll = get_poll(db, member, code)
    if poll.state is PollState.OPEN:
        return {}
    if open_room(db, member).state is not WebinarState.LIVE:
        raise Refused("room.not_live", "Go live first; then people can vote.")
    if not may_open(poll.state):
        raise Refused("poll.state", "This poll cannot be opened any more.")
    poll.state, poll.opened_at, poll.closed_at, poll.final = PollState.OPEN, now, None, None
    record(db, member.person_id, "poll.open", "poll", poll.id, now=now)
    tell_everybody(db, poll, "poll.opened", now=now)
    return {}


def close_poll(db: Db, member: Member, code: str, *, now: datetime) -> dict[str, Any]:
    """End voting and keep the final tally: a vote is committed before and counted, or refused. Again: nothing."""
    poll = get_poll(db, member, code)
    if poll.state is PollState.CLOSED:
        return {}
    if not may_close(poll.state):
        raise Refused("poll.not_open", "This poll is not open.")
    _close(db, poll, now)
    record(db, member.person_id, "poll.close", "poll", poll.id, now=now)
    tell_everybody(db, poll, "poll.closed", now=now)
    return {}


def show_results(db: Db, member: Member, code: str, shown: bool, *, now: datetime) -> dict[str, Any]:
    """Show everybody the result, or stop showing it where the poll's own rule hides it."""
    poll = get_poll(db, member, code)
    if poll.state not in (PollState.OPEN, PollState.CLOSED):
        raise Refused("poll.not_open", "There is no result yet. Open the poll first.")
    if poll.results_shown == shown:
        return {}
    poll.results_shown = shown
    record(db, member.person_id, "poll.show" if shown else "poll.hide", "poll", poll.id, now=now)
    tell_everybody(db, poll, "poll.results_changed", now=now)
    return {}


def close_open_polls(db: Db, event: WebinarEnded, now: datetime) -> None:
    """Close every open poll of a sitting that ended."""
    query = select(Poll).where(Poll.webinar_id == event.webinar_id, Poll.state == PollState.OPEN).order_by(Poll.id)
    # All are locked before the first is told: a stream's lock is always taken last.
    polls = list(db.scalars(query.with_for_update(of=Poll, key_share=True)))
    for poll in polls:
        _close(db, poll, now)
    for poll in polls:
        tell_everybody(db, poll, "poll.closed", now=now)


def _close(db: Db, poll: Poll, now: datetime) -> None:
    counted = result_of(db, poll)
    poll.state, poll.closed_at = PollState.CLOSED, now
    poll.final = {"counts": list(counted.counts), "voters": counted.voters}
