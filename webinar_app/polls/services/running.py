"""Use cases of a poll in the room: draft on the spot, open, close, show."""

from datetime import datetime
from typing import Any

from sqlalchemy import select

from webinar_app.audit.services import record
from webinar_app.core.actor import Actor, Member
from webinar_app.core.errors import Forbidden, NotFound, Refused
from webinar_app.core.permissions import Permission
from webinar_app.core.text import one_line
from webinar_app.core.times import stamp
from webinar_app.infra.db import Db, insert_for
from webinar_app.infra.jobs import enqueue
from webinar_app.polls.messages import audience_of
from webinar_app.polls.models import Poll, PollText
from webinar_app.polls.policy import get_managed, get_poll
from webinar_app.polls.queries import find_repeated, list_pinned, result_of, result_value
from webinar_app.polls.rules import (
    MODERATED,
    WRITTEN,
    PollState,
    ResultAudience,
    check_reveal,
    extended,
    is_due,
    may_archive,
    may_close,
    may_open,
)
from webinar_app.polls.services.editing import PollDraft, add_poll, draft_of
from webinar_app.polls.services.telling import tell_everybody, tell_staff
from webinar_app.webinars.events import RehearsalEnded, WebinarEnded
from webinar_app.webinars.policy import open_room
from webinar_app.webinars.rules import WebinarState
from webinar_app.webinars.services import publish_room_event

CLOSE = "polls.close"


def draft_poll(db: Db, member: Member, draft: PollDraft, *, now: datetime) -> dict[str, Any]:
    """Write a new poll during the session and return its code."""
    if not member.may(Permission.POLL_RUN):
        raise Forbidden
    open_room(db, member)
    poll = add_poll(db, member.webinar_id, draft)
    tell_staff(db, poll, "poll.drafted", now=now)
    return {"poll": poll.code}


def open_poll(db: Db, member: Member, code: str, *, now: datetime) -> dict[str, Any]:
    """Take votes from now on, for as long as its timer says; opening an open poll changes nothing.

    A closed poll may be opened again, without a timer: somebody undoes its closing.
    """
    poll = get_poll(db, member, code)
    if poll.state is PollState.OPEN:
        return {}
    if open_room(db, member).state is not WebinarState.LIVE:
        raise Refused("room.not_live", "Go live first; then people can vote.")
    if not may_open(poll.state):
        raise Refused("poll.state", "This poll cannot be opened any more.")
    if poll.state is PollState.DRAFT:
        poll.earlier = _earlier(db, poll)
        poll.closes_at = extended(None, poll.open_seconds, now) if poll.open_seconds else None
    poll.state, poll.opened_at, poll.closed_at, poll.final = PollState.OPEN, now, None, None
    _plan_closing(db, poll, now)
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
    check_reveal(poll.state, poll.visibility)
    if poll.results_shown == shown:
        return {}
    poll.results_shown = shown
    record(db, member.person_id, "poll.show" if shown else "poll.hide", "poll", poll.id, now=now)
    tell_everybody(db, poll, "poll.results_changed", now=now)
    return {}


def extend_poll(db: Db, member: Member, code: str, seconds: int, *, now: datetime) -> dict[str, Any]:
    """Give an open poll so many seconds more; one without a timer gets a timer of them. Return its end."""
    poll = get_poll(db, member, code)
    if poll.state is not PollState.OPEN:
        raise Refused("poll.not_open", "This poll is not open. Open it again first.")
    poll.closes_at = extended(poll.closes_at, seconds, now)
    _plan_closing(db, poll, now)
    tell_everybody(db, poll, "poll.changed", now=now)
    return {"closes_at": stamp(poll.closes_at)}


def close_when_due(db: Db, poll_id: int, *, now: datetime) -> bool:
    """Close a poll whose timer has run out, and say whether that was done; one that got more time is left alone."""
    query = select(Poll).where(Poll.id == poll_id).with_for_update(of=Poll, key_share=True)
    poll = db.scalars(query).one_or_none()
    if poll is None or not is_due(poll.state, poll.closes_at, now):
        return False
    _close(db, poll, now)
    record(db, None, "poll.close", "poll", poll.id, now=now)
    tell_everybody(db, poll, "poll.closed", now=now)
    return True


def pin_poll(db: Db, member: Member, code: str, pinned: bool, *, now: datetime) -> dict[str, Any]:
    """Let a poll stand first for everybody, instead of the one that did; or let none stand first."""
    poll = get_poll(db, member, code)
    if poll.state not in (PollState.OPEN, PollState.CLOSED):
        raise Refused("poll.not_open", "Nobody sees this poll yet. Open it first.")
    changed = [poll] if poll.pinned != pinned else []
    if changed and pinned:
        changed = [*list_pinned(db, poll.webinar_id), poll]
    for one in changed:
        one.pinned = one is poll and pinned
    for one in changed:
        tell_everybody(db, one, "poll.changed", now=now)
    return {}


def archive_poll(db: Db, member: Member, code: str, archived: bool, *, now: datetime) -> dict[str, Any]:
    """Put a closed poll away, so that the room does not show it any more, or bring it back."""
    return _put_away(db, get_poll(db, member, code), member.person_id, archived, now)


def archive_managed(
    db: Db, actor: Actor, webinar_code: str, code: str, archived: bool, *, now: datetime
) -> dict[str, Any]:
    """Do the same from outside the room."""
    return _put_away(db, get_managed(db, actor, webinar_code, code), actor.person_id, archived, now)


def repeat_poll(db: Db, member: Member, code: str, *, now: datetime) -> dict[str, Any]:
    """Draft the same poll once more, to be compared with this one, and return its code."""
    poll = get_poll(db, member, code)
    open_room(db, member)
    again = add_poll(db, poll.webinar_id, draft_of(poll), repeats=poll.code)
    tell_staff(db, again, "poll.drafted", now=now)
    return {"poll": again.code}


def hide_text(db: Db, member: Member, code: str, text: str, hidden: bool, *, now: datetime) -> dict[str, Any]:
    """Take a text, however it is capitalised, out of the result that people see, or put it back."""
    poll = get_poll(db, member, code)
    given = one_line(text)
    known = {one.casefold(): one for one, _ in result_of(db, poll).texts} if poll.kind in MODERATED else {}
    if given.casefold() not in known:
        raise NotFound("poll.no_such_text", "Nobody wrote this here. Reload the page.")
    row = {"poll_id": poll.id, "folded": given.casefold(), "text": known[given.casefold()], "n": 0, "hidden": hidden}
    put = insert_for(db)(PollText).values(**row)
    db.execute(put.on_conflict_do_update(index_elements=["poll_id", "folded"], set_={"hidden": hidden}))
    record(db, member.person_id, "poll.hide_text" if hidden else "poll.show_text", "poll", poll.id, now=now)
    tell_everybody(db, poll, "poll.changed", now=now)
    return {}


def close_open_polls(db: Db, event: WebinarEnded | RehearsalEnded, now: datetime) -> None:
    """Close every open poll of a sitting that ended."""
    query = select(Poll).where(Poll.webinar_id == event.webinar_id, Poll.state == PollState.OPEN).order_by(Poll.id)
    # All are locked before the first is told: a stream's lock is always taken last.
    polls = list(db.scalars(query.with_for_update(of=Poll, key_share=True)))
    for poll in polls:
        _close(db, poll, now)
    for poll in polls:
        tell_everybody(db, poll, "poll.closed", now=now)


def _put_away(db: Db, poll: Poll, person_id: int | None, archived: bool, now: datetime) -> dict[str, Any]:
    if (poll.state is PollState.ARCHIVED) == archived:
        return {}
    if archived and not may_archive(poll.state):
        raise Refused("poll.not_closed", "Close the poll first; then it can be put away.")
    poll.state, poll.pinned = (PollState.ARCHIVED if archived else PollState.CLOSED), False
    record(db, person_id, "poll.archive" if archived else "poll.restore", "poll", poll.id, now=now)
    if archived:
        told = {"poll": poll.code}
        publish_room_event(db, poll.webinar_id, "all", "poll.archived", told, now=now)
        publish_room_event(db, poll.webinar_id, "staff", "poll.removed", told, now=now)
    else:
        tell_everybody(db, poll, "poll.changed", now=now)
    return {}


def _plan_closing(db: Db, poll: Poll, now: datetime) -> None:
    """Write the job that closes the poll at its end; each end has its own, and a job asks whether it is still due."""
    if poll.closes_at is not None:
        unique = f"{CLOSE}:{poll.id}:{poll.closes_at:%Y%m%dT%H%M%S.%f}"
        enqueue(db, CLOSE, {"poll_id": poll.id}, now=now, run_at=poll.closes_at, unique=unique)


def _earlier(db: Db, poll: Poll) -> dict[str, Any] | None:
    """Give what the repeated poll says now, as it will be shown beside this one's bars."""
    before = find_repeated(db, poll)
    if before is None or before.opened_at is None or before.kind in WRITTEN:
        return None
    said = result_value(before, result_of(db, before))
    return {
        "at": stamp(before.opened_at),
        "here": before.webinar_id == poll.webinar_id,
        "public": audience_of(before) is ResultAudience.ALL,
        **said,
    }


def _close(db: Db, poll: Poll, now: datetime) -> None:
    counted = result_of(db, poll)
    poll.state, poll.closed_at, poll.closes_at = PollState.CLOSED, now, None
    poll.final = {
        "counts": list(counted.counts),
        "voters": counted.voters,
        "texts": [list(one) for one in counted.texts],
    }
