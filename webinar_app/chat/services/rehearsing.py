"""Chat and announcements of a copied sitting: rules and drafts are copied; a rehearsal tells them afterwards."""

from datetime import datetime

from webinar_app.chat.models import Announcement, ChatRoom
from webinar_app.chat.queries import list_kept
from webinar_app.core.codes import new_code
from webinar_app.infra.db import Db
from webinar_app.webinars.events import ActsAsked, TextsAsked, WebinarCloned


def copy_prepared(db: Db, event: WebinarCloned, now: datetime) -> None:
    """Copy how a sitting's chat works, and the drafts of its announcements."""
    for old, new in event.ids.items():
        rules = db.get(ChatRoom, old)
        if rules is not None:
            db.add(ChatRoom(webinar_id=new, mode=rules.mode, slow_seconds=rules.slow_seconds, links=rules.links))
        drafts = [row for row in list_kept(db, old) if row.is_draft]
        db.add_all(
            Announcement(code=new_code(), webinar_id=new, text=row.text, is_draft=True, made_at=row.made_at)
            for row in drafts
        )


def texts_of(db: Db, question: TextsAsked) -> list[tuple[str, str]]:
    """Give what a sitting's announcements say."""
    return [("Announcement", row.text) for row in list_kept(db, question.webinar_id)]


def acts_of(db: Db, question: ActsAsked) -> list[tuple[datetime, str, int | None]]:
    """Give when each announcement was shown last."""
    shown = [row for row in list_kept(db, question.webinar_id) if not row.is_draft]
    return [(row.made_at, f"Announcement: {row.text}", None) for row in shown]
