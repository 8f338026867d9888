"""Forgetting: sitting by sitting, each in a transaction of its own, each with its entry in the audit."""

from datetime import datetime
from typing import Any

from sqlalchemy import delete, select, update

from webinar_app.accounts.models import EmailLink, Notice, SignIn
from webinar_app.attendance.models import Attestation, CheckResponse, PresenceEvent
from webinar_app.audit.services import record
from webinar_app.chat.models import ChatMessage, ChatMute, ChatRoom
from webinar_app.core.errors import NotFound, Refused
from webinar_app.infra.db import Db
from webinar_app.infra.jobs import enqueue
from webinar_app.questions.models import Question, QuestionVote, RaisedHand
from webinar_app.registrations.models import Registration
from webinar_app.retention.models import Forgotten, LegalHold
from webinar_app.retention.queries import check_responses_of, old_sign_ins
from webinar_app.retention.rules import Record, check_hold_reason, limits, next_night
from webinar_app.webinars.events import WebinarEnded
from webinar_app.webinars.models import RoomEvent
from webinar_app.webinars.queries import find_by_code

RUN = "retention.run"
FACTS_AT_ONCE = 2000
TOLD = ("question", "message")  # parts of a notice that repeat what somebody wrote


def plan_run(db: Db, event: WebinarEnded | None, now: datetime) -> None:
    """Write the job of the next night; there is one, whoever asks for it."""
    run_at = next_night(now)
    enqueue(db, RUN, {}, now=now, run_at=run_at, unique=f"{RUN}:{run_at.date()}")


def plan_next_run(db: Db, *, now: datetime) -> None:
    """Let the next night have its run, whatever becomes of this one."""
    plan_run(db, None, now)


def plan_now(db: Db, *, now: datetime) -> None:
    """Let the worker run at once."""
    enqueue(db, RUN, {}, now=now)


def hold(db: Db, code: str, reason: str, *, now: datetime) -> dict[str, Any]:
    """Keep everything of a sitting until the hold is released; a second reason replaces the first."""
    webinar_id, told = _webinar(db, code), check_hold_reason(reason)
    row = db.get(LegalHold, webinar_id)
    if row is None:
        db.add(LegalHold(webinar_id=webinar_id, reason=told, at=now))
    else:
        row.reason = told
    record(db, None, "retention.hold", "webinar", webinar_id, now=now)
    gone = db.scalars(select(Forgotten.what).where(Forgotten.webinar_id == webinar_id).order_by(Forgotten.what))
    return {"forgotten": [what.value for what in gone]}


def release(db: Db, code: str, *, now: datetime) -> None:
    """Let a sitting be forgotten in its time again."""
    webinar_id = _webinar(db, code)
    row = db.get(LegalHold, webinar_id)
    if row is None:
        raise Refused("hold.none", "This session is not held.")
    db.delete(row)
    record(db, None, "retention.release", "webinar", webinar_id, now=now)


def forget_talk(db: Db, webinar_id: int, *, now: datetime) -> None:
    """Remove what was said in a sitting: chat, questions, hands, and the events and notices that repeat it."""
    if db.get(LegalHold, webinar_id) is not None:
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
    if db.get(LegalHold, webinar_id) is not None:
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


def forget_sign_ins(db: Db, *, now: datetime) -> None:
    """Remove sign-ins that are over, with their devices, and the addresses of mailed links."""
    before = limits(now).devices
    sign_ins = db.connection().execute(delete(SignIn).where(old_sign_ins(before))).rowcount
    mailed = db.connection().execute(delete(EmailLink).where(EmailLink.expires_at < before)).rowcount
    if sign_ins or mailed:
        record(db, None, "retention.sign_ins", "installation", 0, now=now, sign_ins=sign_ins, links=mailed)


def note_swept(db: Db, files: int, size: int, *, now: datetime) -> None:
    """Write down how many files went that no row named, and how large they were together."""
    record(db, None, "retention.files", "installation", 0, now=now, files=files, bytes=size)


def _note(db: Db, webinar_id: int, what: Record, now: datetime, **counts: int) -> None:
    db.add(Forgotten(webinar_id=webinar_id, what=what, at=now))
    record(db, None, f"retention.{what.value}", "webinar", webinar_id, now=now, **counts)


def _webinar(db: Db, code: str) -> int:
    found = find_by_code(db, code)
    if found is None:
        raise NotFound("webinar.unknown", f"There is no session with the code {code.upper()[:20]}.")
    return found.id
