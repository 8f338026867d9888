"""Use cases of a poll before it opens: write, change, order, remove."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import delete

from webinar_app.audit.services import record
from webinar_app.core.actor import Actor
from webinar_app.core.codes import new_code
from webinar_app.core.errors import InvalidInput, NotFound, Refused
from webinar_app.infra.db import Db
from webinar_app.polls.models import Poll, PollOption
from webinar_app.polls.policy import get_managed, get_prepared
from webinar_app.polls.queries import last_position, list_bank, list_polls
from webinar_app.polls.rules import (
    PLAIN,
    PollKind,
    PollState,
    PollText,
    Privacy,
    ResultVisibility,
    Setup,
    bounds,
    check_poll,
    check_timer,
    may_edit,
)
from webinar_app.polls.services.telling import tell_staff
from webinar_app.webinars.models import Webinar
from webinar_app.webinars.services import publish_room_event
from webinar_app.webinars.services.checking import text_warnings


@dataclass(frozen=True, slots=True)
class PollDraft:
    """What somebody wrote of a poll; checked when it is saved. `max_choices` None means as many as the kind allows."""

    kind: PollKind
    question: str
    options: tuple[str, ...] = ()
    min_choices: int = 1
    max_choices: int | None = None
    visibility: ResultVisibility = ResultVisibility.AFTER_CLOSE
    privacy: Privacy = Privacy.STAFF
    planned_minute: int | None = None
    planned_slide: int | None = None
    open_seconds: int | None = None
    setup: Setup = PLAIN


def create_poll(db: Db, actor: Actor, webinar_code: str, draft: PollDraft, *, now: datetime) -> dict[str, Any]:
    """Prepare a poll for a sitting and return `{poll, warnings}`: its code, and clocks that the polls name wrongly."""
    webinar = get_prepared(db, actor, webinar_code)
    poll = add_poll(db, webinar.id, draft)
    record(db, actor.person_id, "poll.create", "poll", poll.id, now=now)
    tell_staff(db, poll, "poll.drafted", now=now)
    return {"poll": poll.code, "warnings": text_warnings(db, webinar, only="Poll")}


def add_poll(db: Db, webinar_id: int, draft: PollDraft, *, repeats: str | None = None) -> Poll:
    """Add a poll behind the others; `repeats` is the code of the one with which it will be compared."""
    text = check_poll(draft.question, draft.kind, draft.options, draft.setup)
    poll = Poll(
        code=new_code(), webinar_id=webinar_id, position=last_position(db, webinar_id) + 1, state=PollState.DRAFT,
        results_shown=False, pinned=False, repeats=repeats,
    )  # fmt: skip
    _apply(poll, draft, text)
    poll.options = [PollOption(position=at, text=words) for at, words in enumerate(text.options)]
    db.add(poll)
    db.flush()  # its id goes into the audit
    return poll


def edit_poll(db: Db, actor: Actor, webinar_code: str, code: str, draft: PollDraft, *, now: datetime) -> dict[str, Any]:
    """Change a poll that has not been opened."""
    poll = get_managed(db, actor, webinar_code, code)
    _check_is_draft(poll)
    text = check_poll(draft.question, draft.kind, draft.options, draft.setup)
    if not _asks_the_same(poll, text):
        poll.repeats = None
    _apply(poll, draft, text)
    if tuple(option.text for option in poll.options) != text.options:
        db.execute(delete(PollOption).where(PollOption.poll_id == poll.id))
        db.add_all([PollOption(poll_id=poll.id, position=at, text=words) for at, words in enumerate(text.options)])
        db.flush()  # the relationship is read again below
        db.expire(poll, ["options"])
    record(db, actor.person_id, "poll.edit", "poll", poll.id, now=now)
    tell_staff(db, poll, "poll.changed", now=now)
    return {"poll": poll.code, "warnings": text_warnings(db, db.get_one(Webinar, poll.webinar_id), only="Poll")}


def delete_poll(db: Db, actor: Actor, webinar_code: str, code: str, *, now: datetime) -> dict[str, Any]:
    """Remove a poll that has not been opened."""
    poll = get_managed(db, actor, webinar_code, code)
    _check_is_draft(poll)
    webinar_id, told = poll.webinar_id, {"poll": poll.code}
    record(db, actor.person_id, "poll.delete", "poll", poll.id, now=now)
    db.execute(delete(PollOption).where(PollOption.poll_id == poll.id))
    db.execute(delete(Poll).where(Poll.id == poll.id))
    publish_room_event(db, webinar_id, "staff", "poll.removed", told, now=now)
    return told


def reorder_polls(db: Db, actor: Actor, webinar_code: str, codes: Sequence[str], *, now: datetime) -> dict[str, Any]:
    """Put a sitting's polls in the order of these codes, each named once."""
    webinar = get_prepared(db, actor, webinar_code)
    polls = {poll.code: poll for poll in list_polls(db, webinar.id)}
    if sorted(codes) != sorted(polls):
        raise InvalidInput("poll.order", "Somebody added or removed a poll meanwhile. Look at the list again.")
    moved = [(polls[code], at) for at, code in enumerate(codes, start=1) if polls[code].position != at]
    for poll, position in moved:
        poll.position = position
    for poll, _ in moved:
        tell_staff(db, poll, "poll.changed", now=now)
    return {"moved": len(moved)}


def move_poll(db: Db, actor: Actor, webinar_code: str, code: str, step: int, *, now: datetime) -> dict[str, Any]:
    """Move a poll up (-1) or down (1) by one place; at the end of the list nothing changes."""
    webinar = get_prepared(db, actor, webinar_code)
    codes = [poll.code for poll in list_polls(db, webinar.id)]
    if code not in codes:
        raise NotFound("poll.unknown", "This poll does not exist any more. Reload the page.")
    if 0 <= (to := codes.index(code) + step) < len(codes):
        codes.insert(to, codes.pop(codes.index(code)))
    return reorder_polls(db, actor, webinar_code, codes, now=now)


def note_export(db: Db, actor: Actor, webinar_code: str, *, now: datetime) -> dict[str, Any]:
    """Write down who took the results of a sitting's polls."""
    webinar = get_prepared(db, actor, webinar_code)
    record(db, actor.person_id, "poll.export", "webinar", webinar.id, now=now)
    return {}


def _asks_the_same(poll: Poll, text: PollText) -> bool:
    """Say whether the poll keeps the options by which it is compared with an earlier one."""
    return tuple(option.text for option in poll.options) == text.options and poll.shape.setup == text.setup


def _check_is_draft(poll: Poll) -> None:
    if not may_edit(poll.state):
        raise Refused("poll.opened", "This poll has been opened; what people answered cannot change any more.")


def draft_of(poll: Poll) -> PollDraft:
    """Give what somebody would write to get the same poll, without a place in the plan."""
    return PollDraft(
        kind=poll.kind, question=poll.question, options=tuple(option.text for option in poll.options),
        min_choices=poll.min_choices, max_choices=poll.max_choices, visibility=poll.visibility, privacy=poll.privacy,
        open_seconds=poll.open_seconds, setup=poll.shape.setup,
    )  # fmt: skip


def copy_polls(db: Db, actor: Actor, webinar_code: str, codes: Sequence[str], *, now: datetime) -> dict[str, Any]:
    """Copy polls of the course's other sittings as drafts, in their order, each to be compared with its source."""
    webinar = get_prepared(db, actor, webinar_code)
    known = {poll.code: poll for poll in list_bank(db, webinar)}
    if not codes or not set(codes) <= known.keys():
        raise InvalidInput("poll.bank", "Choose at least one of the polls listed here.")
    made = [add_poll(db, webinar.id, draft_of(poll), repeats=code) for code, poll in known.items() if code in codes]
    for poll in made:
        record(db, actor.person_id, "poll.copy", "poll", poll.id, now=now)
    for poll in made:
        tell_staff(db, poll, "poll.drafted", now=now)
    return {"polls": [poll.code for poll in made]}


def _apply(poll: Poll, draft: PollDraft, text: PollText) -> None:
    check_timer(draft.open_seconds)
    poll.min_choices, poll.max_choices = bounds(draft.kind, text, draft.min_choices, draft.max_choices)
    poll.kind, poll.question, poll.setup = draft.kind, text.question, text.setup.to_json() or None
    poll.visibility, poll.privacy, poll.open_seconds = draft.visibility, draft.privacy, draft.open_seconds
    poll.planned_minute, poll.planned_slide = draft.planned_minute, draft.planned_slide
