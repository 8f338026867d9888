"""How a change of a question reaches the room, and the person who asked."""

from datetime import datetime

from webinar_app.accounts.services import notify
from webinar_app.infra.db import Db
from webinar_app.questions.messages import question_value
from webinar_app.questions.queries import Asked, get_asked
from webinar_app.questions.rules import PUBLIC, QuestionState, Viewer
from webinar_app.registrations.queries import get_registration
from webinar_app.webinars.services import publish_room_event


def tell_everybody(db: Db, asked: Asked, before: QuestionState, *, now: datetime) -> None:
    """Send everybody what became of a question in public: it appeared, changed or went."""
    row = asked.question
    was_public, is_public = before in PUBLIC, row.state in PUBLIC
    if is_public:
        name = "question.changed" if was_public else "question.published"
        payload = {"question": question_value(asked, Viewer.ATTENDEE)}
        publish_room_event(db, row.webinar_id, "all", name, payload, now=now)
    elif was_public:
        publish_room_event(db, row.webinar_id, "all", "question.hidden", {"question": row.code}, now=now)


def tell_staff(db: Db, asked: Asked, name: str, *, now: datetime) -> None:
    """Send staff the question with its asker's name."""
    payload = {"question": question_value(asked, Viewer.STAFF)}
    publish_room_event(db, asked.question.webinar_id, "staff", name, payload, now=now)


def tell_asker(db: Db, asked: Asked, name: str, *, now: datetime) -> None:
    """Tell the person who asked, on whatever page they are."""
    person_id = get_registration(db, asked.question.registration_id).person_id
    notify(db, person_id, name, {"question": question_value(asked, Viewer.ASKER)}, now=now)


def tell_duplicates(db: Db, asked: Asked, *, now: datetime) -> None:
    """Tell everybody whose question was merged into this one what became of it."""
    for code in asked.merged:
        tell_asker(db, get_asked(db, code), "question.changed", now=now)
