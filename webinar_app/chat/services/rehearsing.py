"""Announcements of a rehearsal: drafts are copied, and told afterwards."""

from datetime import datetime

from webinar_app.chat.models import Announcement
from webinar_app.chat.queries import list_kept
from webinar_app.core.codes import new_code
from webinar_app.infra.db import Db
from webinar_app.webinars.events import ActsAsked, WebinarCloned


def copy_to_rehearsal(db: Db, event: WebinarCloned, now: datetime) -> None:
    """Copy the drafts of a sitting's announcements."""
    for old, new in event.ids.items():
        drafts = [row for row in list_kept(db, old) if row.is_draft]
        db.add_all(
            Announcement(code=new_code(), webinar_id=new, text=row.text, is_draft=True, made_at=row.made_at)
            for row in drafts
        )


def acts_of(db: Db, question: ActsAsked) -> list[tuple[datetime, str, int | None]]:
    """Give when each announcement was shown last."""
    shown = [row for row in list_kept(db, question.webinar_id) if not row.is_draft]
    return [(row.made_at, f"Announcement: {row.text}", None) for row in shown]
