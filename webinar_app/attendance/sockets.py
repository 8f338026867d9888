"""Attention checks on the wire."""

from typing import Any

from webinar_app.attendance.schemas import AnswerIn, CallIn, SeenIn
from webinar_app.attendance.services.answering import CheckAct, answer_checks
from webinar_app.attendance.services.checking import call_check
from webinar_app.core.clock import utc_now
from webinar_app.core.errors import Forbidden
from webinar_app.core.permissions import Permission
from webinar_app.infra.db import write
from webinar_app.web.sockets import Connection, Hot, live_event


@live_event("check.seen", requires=Permission.CHECK_ANSWER, payload=SeenIn, hot=True)
def seen(connection: Connection, sent: SeenIn) -> Hot:
    """Write down that a check is shown to this person."""
    return Hot(answer_checks, _act(connection, sent.check, None, ""))


@live_event("check.answer", requires=Permission.CHECK_ANSWER, payload=AnswerIn, hot=True)
def answer(connection: Connection, sent: AnswerIn) -> Hot:
    """Take an answer."""
    return Hot(answer_checks, _act(connection, sent.check, sent.answer, sent.key))


@live_event("check.call", requires=Permission.CHECK_CALL, payload=CallIn)
def call(connection: Connection, sent: CallIn) -> dict[str, Any]:
    """Ask everybody for a word that is said aloud."""
    return write(call_check, connection.member, key=sent.key, now=utc_now())


def _act(connection: Connection, code: str, answer: str | None, key: str) -> CheckAct:
    member = connection.member
    if member.registration_id is None:
        raise Forbidden
    return CheckAct(
        member.scope, key, member.registration_id, member.webinar_id, code.upper(), connection.device, answer, utc_now()
    )
