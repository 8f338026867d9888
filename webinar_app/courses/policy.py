"""Who may do what with a course."""

from webinar_app.core.actor import Actor
from webinar_app.core.errors import Forbidden, NotFound
from webinar_app.core.permissions import Permission
from webinar_app.courses.models import Course
from webinar_app.courses.queries import get_by_slug
from webinar_app.infra.db import Db


def get_course(db: Db, actor: Actor, slug: str, *, to: Permission) -> Course:
    """Give the course when the actor may do this with it; raise NotFound for another provider's, else Forbidden."""
    course = get_by_slug(db, slug)
    if actor.provider_id != course.provider_id:
        raise NotFound
    if not actor.may(to):
        raise Forbidden
    return course


def own_provider(actor: Actor, *, to: Permission) -> int:
    """Give the provider for which the actor may do this; raise Forbidden."""
    if actor.provider_id is None or not actor.may(to):
        raise Forbidden
    return actor.provider_id
