"""Questions on the wire."""

from typing import Any

from webinar_app.core.clock import utc_now
from webinar_app.core.errors import Forbidden
from webinar_app.core.permissions import Permission
from webinar_app.infra.db import write
from webinar_app.questions.schemas import AnswerIn, AskIn, DismissIn, QuestionIn, UpvoteIn
from webinar_app.questions.services import asking, moderating
from webinar_app.web.sockets import Connection, Hot, live_event


@live_event("question.ask", requires=Permission.QUESTION_ASK, payload=AskIn)
def ask(connection: Connection, sent: AskIn) -> dict[str, Any]:
    """Ask a question."""
    return write(asking.ask, connection.member, sent.text, anonymous=sent.anonymous, key=sent.key, now=utc_now())


@live_event("question.upvote", requires=Permission.QUESTION_ASK, payload=UpvoteIn, hot=True)
def upvote(connection: Connection, sent: UpvoteIn) -> Hot:
    """Raise a question."""
    member = connection.member
    if member.registration_id is None:
        raise Forbidden
    act = asking.Upvote(
        member.scope, sent.key, member.registration_id, member.webinar_id, sent.question.upper(), sent.up, utc_now()
    )
    return Hot(asking.upvote, act)


@live_event("question.publish", requires=Permission.QUESTION_MODERATE, payload=QuestionIn)
def publish(connection: Connection, sent: QuestionIn) -> dict[str, Any]:
    """Show a question to everybody."""
    return write(moderating.publish_question, connection.member, sent.question, key=sent.key, now=utc_now())


@live_event("question.answering", requires=Permission.QUESTION_MODERATE, payload=QuestionIn)
def answering(connection: Connection, sent: QuestionIn) -> dict[str, Any]:
    """Take a question up."""
    return write(moderating.start_answering, connection.member, sent.question, key=sent.key, now=utc_now())


@live_event("question.answer", requires=Permission.QUESTION_MODERATE, payload=AnswerIn)
def answer(connection: Connection, sent: AnswerIn) -> dict[str, Any]:
    """Answer a question."""
    return write(
        moderating.answer_question, connection.member, sent.question, sent.how, sent.text, key=sent.key, now=utc_now()
    )


@live_event("question.dismiss", requires=Permission.QUESTION_MODERATE, payload=DismissIn)
def dismiss(connection: Connection, sent: DismissIn) -> dict[str, Any]:
    """Put a question aside."""
    return write(
        moderating.dismiss_question, connection.member, sent.question, sent.reason, key=sent.key, now=utc_now()
    )
