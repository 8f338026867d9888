"""Chat and announcements of a copied sitting: rules and drafts are copied; a rehearsal tells them afterwards."""

from datetime import datetime

from webinar_app.chat.models import Announcement, ChatRoom
from webinar_app.chat.queries import list_kept
from webinar_app.core.codes import new_code
from webinar_app.core.text import counted
from webinar_app.courses.events import Carried, CarriedAsked
from webinar_app.infra.db import Db
from webinar_app.webinars.events import ActsAsked, TextsAsked, WebinarCloned


def copy_prepared(db: Db, event: WebinarCloned, now: datetime) -> None:
    """Copy how a sitting's chat works, and its announcements as drafts; also those that were shown."""
    for old, new in event.ids.items():
        rules = db.get(ChatRoom, old)
        if rules is not None:
            db.add(ChatRoom(webinar_id=new, mode=rules.mode, slow_seconds=rules.slow_seconds, links=rules.links))
        drafts = {row.text: row.made_at for row in list_kept(db, old)}
        db.add_all(
            Announcement(code=new_code(), webinar_id=new, text=text, is_draft=True, made_at=made_at)
            for text, made_at in drafts.items()
        )


def what_goes_along(db: Db, question: CarriedAsked) -> list[Carried]:
    """Give the announcements and rules of chat that copies of these sittings would have."""
    texts = sum(len({row.text for row in list_kept(db, webinar_id)}) for webinar_id in question.webinar_ids)
    found = [Carried(f"{counted(texts, 'announcement')}, as {'a draft' if texts == 1 else 'drafts'}")] if texts else []
    has_rules = any(db.get(ChatRoom, webinar_id) for webinar_id in question.webinar_ids)
    return [*found, Carried("how chat works")] if has_rules else found


def texts_of(db: Db, question: TextsAsked) -> list[tuple[str, str]]:
    """Give what a sitting's announcements say."""
    return [("Announcement", row.text) for row in list_kept(db, question.webinar_id)]


def acts_of(db: Db, question: ActsAsked) -> list[tuple[datetime, str, int | None]]:
    """Give when each announcement was shown last."""
    shown = [row for row in list_kept(db, question.webinar_id) if not row.is_draft]
    return [(row.made_at, f"Announcement: {row.text}", None) for row in shown]
