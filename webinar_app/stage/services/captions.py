"""Captions: typed by a captioner in the room, or pushed from outside to an address that can be taken back."""

from datetime import datetime
from typing import Any

from sqlalchemy import func, select

from webinar_app.audit.services import record
from webinar_app.core.actor import Actor, Member
from webinar_app.core.errors import Forbidden, NotFound, Refused
from webinar_app.core.permissions import Permission
from webinar_app.infra.db import Db, insert_for
from webinar_app.stage.messages import caption_value
from webinar_app.stage.models import CaptionFeed, CaptionLine
from webinar_app.stage.policy import may_feed
from webinar_app.stage.queries import feed_version
from webinar_app.stage.rules import caption_lines
from webinar_app.webinars.models import Webinar
from webinar_app.webinars.policy import get_webinar, open_room
from webinar_app.webinars.queries import find_by_code
from webinar_app.webinars.rules import WebinarState
from webinar_app.webinars.services import publish_room_event


def write_captions(db: Db, member: Member, text: str, *, now: datetime) -> dict[str, Any]:
    """Show everybody what a captioner typed, and keep it; return the number of the last line."""
    if not member.may(Permission.CAPTIONS_WRITE):
        raise Forbidden
    return _add(db, open_room(db, member), text, member.person_id, now)


def push_captions(db: Db, code: str, version: int, text: str, *, now: datetime) -> dict[str, Any]:
    """Show everybody what came to the feed's address; raise NotFound for an address that was taken back.

    It is good while who made it may caption: their role is looked up at each push.
    """
    webinar = find_by_code(db, code)
    if webinar is None or feed_version(db, webinar.id) != version or not may_feed(db, webinar):
        raise NotFound("captions.unknown", "This address takes no captions any more. Ask the organiser for a new one.")
    if webinar.state not in (WebinarState.SCHEDULED, WebinarState.LIVE):
        raise Refused("room.over", "This session is over; nothing more can be sent.")
    return _add(db, webinar, text, None, now)


def renew_feed(db: Db, actor: Actor, code: str, is_open: bool, *, now: datetime) -> dict[str, Any]:
    """Make a new address for captions from outside, or none; the one before is void at once."""
    webinar = get_webinar(db, actor, code, to=Permission.CAPTIONS_WRITE)
    put = insert_for(db)(CaptionFeed).values(
        webinar_id=webinar.id, version=1, is_open=is_open, opened_by_id=actor.person_id
    )
    values = {"version": CaptionFeed.version + 1, "is_open": is_open, "opened_by_id": actor.person_id}
    db.connection().execute(put.on_conflict_do_update(index_elements=["webinar_id"], set_=values))
    record(db, actor.person_id, "captions.feed", "webinar", webinar.id, now=now, is_open=is_open)
    return {"code": webinar.code}


def _add(db: Db, webinar: Webinar, text: str, person_id: int | None, now: datetime) -> dict[str, Any]:
    lines = caption_lines(text)
    # Captioners take turns: two at once would take the same number.
    db.scalars(select(Webinar.id).where(Webinar.id == webinar.id).with_for_update(key_share=True)).one()
    last = db.scalar(select(func.max(CaptionLine.number)).where(CaptionLine.webinar_id == webinar.id)) or 0
    made = [
        CaptionLine(webinar_id=webinar.id, number=number, at=now, text=line, person_id=person_id)
        for number, line in enumerate(lines, start=last + 1)
    ]
    db.add_all(made)
    payload = {"lines": [caption_value(line) for line in made]}
    publish_room_event(db, webinar.id, "all", "stage.captioned", payload, now=now)
    return {"number": last + len(made)}
