"""Forgetting: in small transactions, each with its entry in the audit."""

from datetime import datetime
from typing import Any

from sqlalchemy import delete, inspect, select, tuple_, update

from webinar_app.accounts.models import Notice
from webinar_app.attendance.models import Attestation, CheckResponse, PresenceEvent
from webinar_app.audit.services import record
from webinar_app.chat.models import ChatMessage, ChatMute, ChatRoom
from webinar_app.infra.db import Db
from webinar_app.questions.models import Question, QuestionVote, RaisedHand
from webinar_app.registrations.models import Registration
from webinar_app.retention.models import Forgotten
from webinar_app.retention.queries import check_responses_of
from webinar_app.retention.queries.due import Part, parts_of
from webinar_app.retention.queries.held import is_held
from webinar_app.retention.rules import Record
from webinar_app.retention.rules.classes import Class
from webinar_app.webinars.models import RoomEvent

FACTS_AT_ONCE = 2000
ROWS_AT_ONCE = 500
TOLD = ("question", "message")  # parts of a notice that repeat what somebody wrote


def forget_some(db: Db, kind: str, *, now: datetime) -> bool:
    """Forget some hundred rows of a class, and say whether there were any: then more may be left."""
    for part in parts_of(Class(kind), now):
        gone = forget_part(db, part, ROWS_AT_ONCE)
        if gone:
            name = part.model.__tablename__
            record(db, None, f"retention.{kind}", "installation", 0, now=now, table=name, rows=gone)
            return True
    return False


def forget_part(db: Db, part: Part, limit: int | None = None) -> int:
    """Delete or empty the rows of a part, all or at most so many, and count them."""
    key = inspect(part.model).primary_key
    columns: Any = key[0] if len(key) == 1 else tuple_(*key)
    found = db.execute(select(*key).where(part.condition).limit(limit)).all()
    if not found:
        return 0
    chosen = columns.in_([row[0] if len(key) == 1 else tuple(row) for row in found])
    act = delete(part.model) if part.empties is None else update(part.model).values(dict(part.empties))
    db.connection().execute(act.where(chosen))
    return len(found)


def forget_talk(db: Db, webinar_id: int, *, now: datetime) -> None:
    """Remove what was said in a sitting: chat, questions, hands, and the events and notices that repeat it."""
    if is_held(db, webinar_id):
        return  # it was held since the run began
    _forget_notices(db, webinar_id)
    questions = select(Question.id).where(Question.webinar_id == webinar_id)
    db.execute(delete(QuestionVote).where(QuestionVote.question_id.in_(questions)))
    db.execute(update(Question).where(Question.webinar_id == webinar_id).values(merged_into_id=None))
    db.execute(update(ChatRoom).where(ChatRoom.webinar_id == webinar_id).values(pinned_id=None))
    counts = {}
    for model in (Question, RaisedHand, ChatMessage, ChatMute, RoomEvent):
        done = db.connection().execute(delete(model).where(model.webinar_id == webinar_id))
        counts[model.__tablename__] = done.rowcount
    _note(db, webinar_id, Record.TALK, now, **counts)


def _forget_notices(db: Db, webinar_id: int) -> None:
    """Take the words out of people's notices; the numbers of their stream stay as they were."""
    codes = {
        *db.scalars(select(Question.code).where(Question.webinar_id == webinar_id)),
        *db.scalars(select(ChatMessage.code).where(ChatMessage.webinar_id == webinar_id)),
    }
    people = select(Registration.person_id).where(Registration.webinar_id == webinar_id)
    kinds = Notice.kind.like("question.%") | Notice.kind.like("chat.%")
    for row in db.scalars(select(Notice).where(Notice.person_id.in_(people), kinds)):
        told = next((row.payload[name] for name in TOLD if name in row.payload), None)
        if (told["code"] if isinstance(told, dict) else told) in codes:
            row.kind, row.payload = "forgotten", {}


def forget_devices(db: Db, webinar_id: int, *, now: datetime) -> bool:
    """Take the browsers out of a sitting's facts, some thousands at once; say whether any are left. The facts stay."""
    if is_held(db, webinar_id):
        return False
    named = (PresenceEvent.webinar_id == webinar_id) & (PresenceEvent.device != "")
    some = db.scalars(select(PresenceEvent.id).where(named).limit(FACTS_AT_ONCE)).all()
    if some:
        db.execute(update(PresenceEvent).where(PresenceEvent.id.in_(some)).values(device=""))
        return True
    db.execute(update(Attestation).where(Attestation.webinar_id == webinar_id).values(device=""))
    db.execute(update(CheckResponse).where(check_responses_of(webinar_id)).values(device=""))
    _note(db, webinar_id, Record.DEVICES, now)
    return False


def note_swept(db: Db, files: int, size: int, *, now: datetime) -> None:
    """Write down how many files went that no row named, and how large they were together."""
    record(db, None, "retention.files", "installation", 0, now=now, files=files, bytes=size)


def _note(db: Db, webinar_id: int, what: Record, now: datetime, **counts: int) -> None:
    db.add(Forgotten(webinar_id=webinar_id, what=what, at=now))
    record(db, None, f"retention.{what.value}", "webinar", webinar_id, now=now, **counts)
