"""Use cases of announcements: a line for everybody, kept as a draft, shown, taken down, over by itself."""

from datetime import datetime
from typing import Any

from webinar_app.chat.messages import announcement_value, kept_value
from webinar_app.chat.models import Announcement
from webinar_app.chat.policy import check_moderates
from webinar_app.chat.queries import get_announcement
from webinar_app.chat.rules import AnnouncementState, announcement_state, check_announcement, expiry
from webinar_app.core.actor import Member
from webinar_app.core.codes import new_code
from webinar_app.infra.db import Db
from webinar_app.infra.jobs import enqueue
from webinar_app.webinars.policy import open_room
from webinar_app.webinars.services import publish_room_event

ARCHIVE = "chat.archive_announcement"


def make_announcement(
    db: Db, member: Member, text: str, minutes: int | None = None, *, draft: bool = False, now: datetime
) -> dict[str, Any]:
    """Put a line above the room for everybody, for some minutes or until it is taken down, or keep it as a draft."""
    check_moderates(member)
    open_room(db, member)
    row = Announcement(
        code=new_code(), webinar_id=member.webinar_id, text=check_announcement(text), is_draft=draft, made_at=now
    )
    ends = expiry(minutes, now)
    db.add(row)
    if draft:
        _tell_staff(db, row, now=now)
    else:
        _show(db, row, ends, now=now)
    return {"announcement": row.code}


def show_announcement(
    db: Db, member: Member, code: str, minutes: int | None = None, *, now: datetime
) -> dict[str, Any]:
    """Show a draft, or once more what is over; what stands already gets its new end."""
    check_moderates(member)
    open_room(db, member)
    row = get_announcement(db, member.webinar_id, code)
    ends = expiry(minutes, now)
    if _state(row) is not AnnouncementState.ACTIVE:
        row.is_draft, row.withdrawn_at, row.made_at = False, None, now
    _show(db, row, ends, now=now)
    return {}


def withdraw_announcement(db: Db, member: Member, code: str, *, now: datetime) -> dict[str, Any]:
    """Take an announcement away, or drop a draft; again changes nothing."""
    check_moderates(member)
    _archive(db, get_announcement(db, member.webinar_id, code), now=now)
    return {}


def archive_when_due(db: Db, announcement_id: int, *, now: datetime) -> bool:
    """Take an announcement away whose time is over, and say whether that was done; one that got more time stays."""
    row = db.get_one(Announcement, announcement_id, with_for_update=True)
    if _state(row) is not AnnouncementState.ACTIVE or row.expires_at is None or row.expires_at > now:
        return False
    _archive(db, row, now=now)
    return True


def _state(row: Announcement) -> AnnouncementState:
    return announcement_state(is_draft=row.is_draft, withdrawn_at=row.withdrawn_at)


def _show(db: Db, row: Announcement, ends: datetime | None, *, now: datetime) -> None:
    row.expires_at = ends
    if ends is not None:
        db.flush()  # the job names the id
        unique = f"{ARCHIVE}:{row.id}:{ends:%Y%m%dT%H%M%S}"
        enqueue(db, ARCHIVE, {"announcement_id": row.id}, now=now, run_at=ends, unique=unique)
    payload = {"announcement": announcement_value(row)}
    publish_room_event(db, row.webinar_id, "all", "announcement.made", payload, now=now)
    _tell_staff(db, row, now=now)


def _archive(db: Db, row: Announcement, *, now: datetime) -> None:
    before = _state(row)
    if before is AnnouncementState.ARCHIVED:
        return
    row.withdrawn_at = now
    if before is AnnouncementState.ACTIVE:
        publish_room_event(db, row.webinar_id, "all", "announcement.withdrawn", {"announcement": row.code}, now=now)
    _tell_staff(db, row, now=now)


def _tell_staff(db: Db, row: Announcement, *, now: datetime) -> None:
    publish_room_event(db, row.webinar_id, "staff", "announcement.changed", {"announcement": kept_value(row)}, now=now)
