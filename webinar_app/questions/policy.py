"""Who may deal with a question."""

from webinar_app.core.actor import Actor, Member
from webinar_app.core.errors import Forbidden, NotFound
from webinar_app.core.permissions import Permission
from webinar_app.infra.db import Db
from webinar_app.questions.queries import Asked, get_asked
from webinar_app.webinars.models import Webinar
from webinar_app.webinars.policy import get_webinar


def get_moderated(db: Db, member: Member, code: str) -> Asked:
    """Give a question of the member's sitting, locked; raise NotFound or Forbidden."""
    if not member.may(Permission.QUESTION_MODERATE):
        raise Forbidden
    asked = get_asked(db, code, lock=True)
    if asked.question.webinar_id != member.webinar_id:
        raise NotFound("question.unknown", "This question does not exist any more. Reload the page.")
    return asked


def get_reported(db: Db, actor: Actor, code: str) -> Webinar:
    """Give the sitting whose questions the actor may take out; raise NotFound or Forbidden."""
    return get_webinar(db, actor, code, to=Permission.REPORT_READ)
