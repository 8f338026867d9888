"""Questions on the wire."""

from functools import partial
from typing import Any

from webinar_app.core.clock import utc_now
from webinar_app.core.errors import Forbidden
from webinar_app.core.permissions import Permission
from webinar_app.infra.db import write
from webinar_app.questions.schemas import (
    AnswerIn,
    AskIn,
    AssignIn,
    ClaimIn,
    DismissIn,
    HandIn,
    MergeIn,
    MoveIn,
    OwnHandIn,
    QuestionIn,
    TagIn,
    UpvoteIn,
)
from webinar_app.questions.services import asking, hands, moderating, sharing
from webinar_app.web.sockets import Connection, Hot, live_event, stir


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
    return Hot(asking.upvote, act, partial(stir, member.webinar_id, "questions"))


@live_event("question.publish", requires=Permission.QUESTION_MODERATE, payload=MoveIn)
def publish(connection: Connection, sent: MoveIn) -> dict[str, Any]:
    """Show a question to everybody."""
    return write(moderating.publish_question, connection.member, sent.question, sent.seen, key=sent.key, now=utc_now())


@live_event("question.answering", requires=Permission.QUESTION_MODERATE, payload=MoveIn)
def answering(connection: Connection, sent: MoveIn) -> dict[str, Any]:
    """Take a question up."""
    return write(moderating.start_answering, connection.member, sent.question, sent.seen, key=sent.key, now=utc_now())


@live_event("question.park", requires=Permission.QUESTION_MODERATE, payload=MoveIn)
def park(connection: Connection, sent: MoveIn) -> dict[str, Any]:
    """Keep a question for a follow-up."""
    return write(moderating.park_question, connection.member, sent.question, sent.seen, key=sent.key, now=utc_now())


@live_event("question.restore", requires=Permission.QUESTION_MODERATE, payload=MoveIn)
def restore(connection: Connection, sent: MoveIn) -> dict[str, Any]:
    """Take the end of a question back."""
    return write(moderating.restore_question, connection.member, sent.question, sent.seen, key=sent.key, now=utc_now())


@live_event("question.answer", requires=Permission.QUESTION_MODERATE, payload=AnswerIn)
def answer(connection: Connection, sent: AnswerIn) -> dict[str, Any]:
    """Answer a question."""
    given = (sent.question, sent.how, sent.text, sent.seen)
    return write(moderating.answer_question, connection.member, *given, key=sent.key, now=utc_now())


@live_event("question.dismiss", requires=Permission.QUESTION_MODERATE, payload=DismissIn)
def dismiss(connection: Connection, sent: DismissIn) -> dict[str, Any]:
    """Put a question aside."""
    given = (sent.question, sent.reason, sent.seen)
    return write(moderating.dismiss_question, connection.member, *given, key=sent.key, now=utc_now())


@live_event("question.merge", requires=Permission.QUESTION_MODERATE, payload=MergeIn)
def merge(connection: Connection, sent: MergeIn) -> dict[str, Any]:
    """Let a question count for another."""
    given = (sent.question, sent.into, sent.seen)
    return write(sharing.merge_question, connection.member, *given, key=sent.key, now=utc_now())


@live_event("question.claim", requires=Permission.QUESTION_MODERATE, payload=ClaimIn)
def claim(connection: Connection, sent: ClaimIn) -> dict[str, Any]:
    """Be on a question."""
    return write(
        sharing.claim_question, connection.member, sent.question, take_over=sent.take_over, key=sent.key, now=utc_now()
    )


@live_event("question.assign", requires=Permission.QUESTION_MODERATE, payload=AssignIn)
def assign(connection: Connection, sent: AssignIn) -> dict[str, Any]:
    """Hand a question to somebody else."""
    return write(sharing.assign_question, connection.member, sent.question, sent.to, key=sent.key, now=utc_now())


@live_event("question.release", requires=Permission.QUESTION_MODERATE, payload=QuestionIn)
def release(connection: Connection, sent: QuestionIn) -> dict[str, Any]:
    """Leave a question to the others."""
    return write(sharing.release_question, connection.member, sent.question, key=sent.key, now=utc_now())


@live_event("question.tag", requires=Permission.QUESTION_MODERATE, payload=TagIn)
def tag(connection: Connection, sent: TagIn) -> dict[str, Any]:
    """Say which objective a question belongs to."""
    return write(sharing.tag_question, connection.member, sent.question, sent.objective, key=sent.key, now=utc_now())


@live_event("hand.raise", requires=Permission.QUESTION_ASK, payload=OwnHandIn)
def raise_hand(connection: Connection, sent: OwnHandIn) -> dict[str, Any]:
    """Ask to speak."""
    return write(hands.raise_hand, connection.member, key=sent.key, now=utc_now())


@live_event("hand.lower", requires=Permission.QUESTION_ASK, payload=OwnHandIn)
def lower_own_hand(connection: Connection, sent: OwnHandIn) -> dict[str, Any]:
    """Take one's hand down."""
    return write(hands.lower_own_hand, connection.member, key=sent.key, now=utc_now())


@live_event("hand.call", requires=Permission.QUESTION_MODERATE, payload=HandIn)
def call_hand(connection: Connection, sent: HandIn) -> dict[str, Any]:
    """Ask somebody to speak."""
    return write(hands.call_hand, connection.member, sent.hand, key=sent.key, now=utc_now())


@live_event("hand.put_down", requires=Permission.QUESTION_MODERATE, payload=HandIn)
def put_hand_down(connection: Connection, sent: HandIn) -> dict[str, Any]:
    """Take somebody's hand down."""
    return write(hands.put_hand_down, connection.member, sent.hand, key=sent.key, now=utc_now())
