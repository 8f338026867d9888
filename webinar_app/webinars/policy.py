"""Who may do what in a sitting: staff here, attendees in `registrations`."""

from webinar_app.accounts.queries import person_ids
from webinar_app.core.actor import Actor, Member
from webinar_app.core.errors import Forbidden, NotFound, Refused
from webinar_app.core.permissions import EVERY_SITTING_PERMISSION, SITTING_PERMISSIONS, Permission, SittingRole
from webinar_app.infra.db import Db
from webinar_app.providers.models import Provider
from webinar_app.webinars.models import Webinar
from webinar_app.webinars.queries import find_ban, get_by_code, staff_roles
from webinar_app.webinars.rules import WebinarState, removed_words


def staff_rights(db: Db, actor: Actor, webinar: Webinar) -> frozenset[Permission]:
    """Give what the actor may do by a role in this sitting, also that of captioner or observer; else nothing.

    A coordinator of the course's provider has a host's rights. A join link never opens such rights. Whoever has any
    takes no part as an attendee; who runs the sitting has `ROOM_PRESENT` among them.
    """
    if actor.person_id is None or actor.limited_to is not None:
        return frozenset()
    rights: frozenset[Permission] = frozenset()
    if actor.may(Permission.WEBINAR_SCHEDULE) and actor.provider_id == webinar.course.provider_id:
        rights = SITTING_PERMISSIONS[SittingRole.HOST]
    for role in staff_roles(db, webinar.id, person_ids(db, actor.person_id)):
        rights |= SITTING_PERMISSIONS[role]
    return rights


def get_webinar(db: Db, actor: Actor, code: str, *, to: Permission) -> Webinar:
    """Give the sitting when the actor may do this with it; raise NotFound or Forbidden.

    `to` is a provider-wide permission, or a right of the sitting's staff.
    """
    webinar = get_by_code(db, code)
    if to in EVERY_SITTING_PERMISSION:
        rights = staff_rights(db, actor, webinar)
        if not rights:
            raise NotFound
        if to not in rights:
            raise Forbidden
        return webinar
    if actor.provider_id != webinar.course.provider_id:
        raise NotFound
    if not actor.may(to):
        raise Forbidden
    return webinar


def check_not_removed(db: Db, webinar: Webinar, person_id: int) -> None:
    """Raise Forbidden, with the reason and whom to ask, for somebody who was removed from a sitting."""
    ban = find_ban(db, webinar.id, [person_id])
    if ban is not None:
        provider = db.get_one(Provider, webinar.course.provider_id)
        raise Forbidden("room.removed", removed_words(ban.reason, provider.email or provider.name))


def open_room(db: Db, member: Member) -> Webinar:
    """Give the member's sitting while its room takes acts: in the lobby and live; raise Refused otherwise."""
    webinar = db.get_one(Webinar, member.webinar_id)
    if webinar.state not in (WebinarState.SCHEDULED, WebinarState.LIVE):
        raise Refused("room.over", "This session is over; nothing more can be sent.")
    return webinar
