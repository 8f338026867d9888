"""Polls on the wire."""

from functools import partial
from typing import Any

from webinar_app.core.clock import utc_now
from webinar_app.core.errors import Forbidden
from webinar_app.core.permissions import Permission
from webinar_app.infra.db import read, write
from webinar_app.polls import queries
from webinar_app.polls.rules import Setup
from webinar_app.polls.schemas import ArchiveIn, DraftIn, ExtendIn, HideTextIn, PeopleIn, PinIn, PollIn, ShowIn, VoteIn
from webinar_app.polls.services import running
from webinar_app.polls.services.editing import PollDraft
from webinar_app.polls.services.voting import Vote, cast_votes
from webinar_app.web.sockets import Connection, Hot, Limit, hear, live_event, stir, voted_audience, wait_for_state


@live_event("poll.vote", requires=Permission.POLL_VOTE, payload=VoteIn, hot=True, limit=Limit(60, 10))
def vote(connection: Connection, sent: VoteIn) -> Hot:
    """Cast or change a vote."""
    member = connection.member
    if member.registration_id is None:
        raise Forbidden
    act = Vote(
        member.scope, sent.key, member.registration_id, member.webinar_id, sent.poll.upper(), tuple(sent.options),
        utc_now(), tuple(sent.texts),
    )  # fmt: skip
    return Hot(cast_votes, act, partial(_has_voted, connection, voted_audience(act.poll)))


def _has_voted(connection: Connection, audience: str) -> None:
    """Let who has voted see the result, where that is the poll's rule."""
    stir(connection.member.webinar_id, "polls")
    if audience not in connection.audiences:
        hear(connection, audience)
        wait_for_state(connection, audience)


@live_event("poll.people", requires=Permission.ROOM_JOIN, payload=PeopleIn, limit=Limit(20, 5))
def people(connection: Connection, sent: PeopleIn) -> dict[str, Any]:
    """Give who answered what, to who may know it by the poll's ballot."""
    with read() as db:
        return queries.people_of(db, connection.member, sent.poll)


@live_event("poll.draft", requires=Permission.POLL_RUN, payload=DraftIn)
def draft(connection: Connection, sent: DraftIn) -> dict[str, Any]:
    """Write a new poll during the session."""
    made = PollDraft(
        kind=sent.kind, question=sent.question, options=tuple(sent.options), min_choices=sent.min_choices,
        max_choices=sent.max_choices, visibility=sent.visibility, privacy=sent.privacy,
        setup=Setup(tuple(sent.columns), tuple(sent.right), sent.low, sent.high), open_seconds=sent.open_seconds,
    )  # fmt: skip
    return write(running.draft_poll, connection.member, made, key=sent.key, now=utc_now())


@live_event("poll.open", requires=Permission.POLL_RUN, payload=PollIn)
def open_poll(connection: Connection, sent: PollIn) -> dict[str, Any]:
    """Take votes."""
    return write(running.open_poll, connection.member, sent.poll, key=sent.key, now=utc_now())


@live_event("poll.close", requires=Permission.POLL_RUN, payload=PollIn)
def close_poll(connection: Connection, sent: PollIn) -> dict[str, Any]:
    """End voting."""
    return write(running.close_poll, connection.member, sent.poll, key=sent.key, now=utc_now())


@live_event("poll.show_results", requires=Permission.POLL_RUN, payload=ShowIn)
def show_results(connection: Connection, sent: ShowIn) -> dict[str, Any]:
    """Show or hide the result."""
    return write(running.show_results, connection.member, sent.poll, sent.shown, key=sent.key, now=utc_now())


@live_event("poll.extend", requires=Permission.POLL_RUN, payload=ExtendIn)
def extend(connection: Connection, sent: ExtendIn) -> dict[str, Any]:
    """Give people more time, or begin a timer."""
    return write(running.extend_poll, connection.member, sent.poll, sent.seconds, key=sent.key, now=utc_now())


@live_event("poll.pin", requires=Permission.POLL_RUN, payload=PinIn)
def pin(connection: Connection, sent: PinIn) -> dict[str, Any]:
    """Let a poll stand first, or no longer."""
    return write(running.pin_poll, connection.member, sent.poll, sent.pinned, key=sent.key, now=utc_now())


@live_event("poll.archive", requires=Permission.POLL_RUN, payload=ArchiveIn)
def archive(connection: Connection, sent: ArchiveIn) -> dict[str, Any]:
    """Put a closed poll away, or bring it back."""
    return write(running.archive_poll, connection.member, sent.poll, sent.archived, key=sent.key, now=utc_now())


@live_event("poll.repeat", requires=Permission.POLL_RUN, payload=PollIn)
def repeat(connection: Connection, sent: PollIn) -> dict[str, Any]:
    """Ask the same again, to compare."""
    return write(running.repeat_poll, connection.member, sent.poll, key=sent.key, now=utc_now())


@live_event("poll.hide_text", requires=Permission.POLL_RUN, payload=HideTextIn)
def hide_text(connection: Connection, sent: HideTextIn) -> dict[str, Any]:
    """Take a text out of the result, or put it back."""
    member = connection.member
    return write(running.hide_text, member, sent.poll, sent.text, sent.hidden, key=sent.key, now=utc_now())
