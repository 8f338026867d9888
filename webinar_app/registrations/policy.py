"""Who may reach a registration, and who somebody is in a sitting."""

from sqlalchemy import select

from webinar_app.accounts.queries import get_person, person_ids
from webinar_app.core.actor import Actor, Member
from webinar_app.core.errors import Forbidden, NotFound
from webinar_app.core.permissions import SITTING_PERMISSIONS, Permission, SittingRole
from webinar_app.courses.models import Course
from webinar_app.courses.policy import get_course
from webinar_app.courses.queries import get_by_slug
from webinar_app.courses.rules import CourseState
from webinar_app.infra.db import Db
from webinar_app.registrations.models import Registration
from webinar_app.registrations.queries import (
    Place,
    find_by_code,
    find_current,
    find_in_course,
    find_live,
    get_registration,
)
from webinar_app.registrations.rules import LIVE, RegistrationState
from webinar_app.webinars.models import Webinar
from webinar_app.webinars.policy import check_not_removed, get_webinar, staff_rights
from webinar_app.webinars.queries import get_by_code
from webinar_app.webinars.rules import WebinarState


def own_registration(db: Db, actor: Actor, webinar: Webinar) -> Registration | None:
    """Give the actor's registration in a sitting; a join link reaches its own one only."""
    if actor.person_id is None:
        return None
    if actor.limited_to is not None:
        found = get_registration(db, actor.limited_to)
        is_here = found.webinar_id == webinar.id and found.state is RegistrationState.REGISTERED
        return found if is_here else None
    return find_live(db, person_ids(db, actor.person_id), webinar.id)


def own_in_course(db: Db, actor: Actor, course: Course) -> Registration | None:
    """Give the actor's registration in a course itself, also one that waits; a join link reaches its own one only."""
    if actor.person_id is None:
        return None
    if actor.limited_to is None:
        return find_in_course(db, person_ids(db, actor.person_id), course.id)
    found = get_registration(db, actor.limited_to)
    is_here = found.course_id == course.id and found.webinar_id is None
    return found if is_here and found.state in LIVE else None


def standing_at(db: Db, actor: Actor, place: Place) -> Registration | None:
    """Give the actor's registration here that was neither cancelled nor rejected, also one without a place yet."""
    if place.webinar is None or actor.person_id is None:
        return own_at(db, actor, place)
    if actor.limited_to is None:
        return find_current(db, person_ids(db, actor.person_id), place.webinar.id)
    found = get_registration(db, actor.limited_to)
    return found if found.webinar_id == place.webinar.id and found.state in LIVE else None


def own_at(db: Db, actor: Actor, place: Place) -> Registration | None:
    """Give the actor's registration in a sitting or in a course itself, or None."""
    if place.webinar is not None:
        return own_registration(db, actor, place.webinar)
    return own_in_course(db, actor, place.course)


def member_of(db: Db, actor: Actor, code: str) -> Member:
    """Give who the actor is in the sitting with this code: staff first, else attendee.

    Raises Forbidden with code `room.not_registered` for people who are neither, and `room.removed` for who was removed.
    """
    webinar = get_by_code(db, code)
    if actor.person_id is None:
        raise Forbidden("signed_out", "Open your personal join link, or sign in.")
    rights = staff_rights(db, actor, webinar)
    registration = None if rights else own_registration(db, actor, webinar)
    if not rights and registration is None:
        raise Forbidden("room.not_registered", "You are not registered for this session. Register first.")
    if registration is not None:
        check_not_removed(db, webinar, registration.person_id)
    name = registration.display_name if registration else get_person(db, actor.person_id).display_name
    return Member(
        person_id=actor.person_id,
        webinar_id=webinar.id,
        webinar_code=webinar.code,
        display_name=name,
        rights=rights or SITTING_PERMISSIONS[SittingRole.ATTENDEE],
        registration_id=registration.id if registration else None,
        sign_in_id=actor.sign_in_id,
    )


def get_managed(db: Db, actor: Actor, code: str) -> Registration:
    """Give a registration of the actor's provider to a coordinator; raise NotFound or Forbidden."""
    found = find_by_code(db, code)
    if found is None or found.course.provider_id != actor.provider_id:
        raise NotFound
    if not actor.may(Permission.REGISTRATION_MANAGE):
        raise Forbidden
    return found


def get_own(db: Db, actor: Actor, code: str, *, lock: bool = False) -> Registration:
    """Give the actor's own registration; a join link reaches the one that it was made for. Raise NotFound."""
    found = find_by_code(db, code)
    if found is None or actor.person_id is None:
        raise NotFound
    if actor.limited_to is not None and actor.limited_to != found.id:
        raise NotFound
    if found.person_id not in person_ids(db, actor.person_id):
        raise NotFound
    return _locked(db, found) if lock else found


def get_own_seat(db: Db, actor: Actor, code: str) -> Registration:
    """Give the actor's own registration, to be changed in what it holds: place and list wait for the commit."""
    return lock_seat(db, get_own(db, actor, code))


def get_managed_seat(db: Db, actor: Actor, code: str) -> Registration:
    """Give a registration of the actor's provider to a coordinator, to be changed in what it holds."""
    return lock_seat(db, get_managed(db, actor, code))


def get_managed_locked(db: Db, actor: Actor, code: str) -> Registration:
    """Give a registration of the actor's provider to a coordinator, to be changed."""
    return _locked(db, get_managed(db, actor, code))


def get_public_webinar(db: Db, code: str) -> Webinar:
    """Give a sitting that anybody may know of; raise NotFound for a draft."""
    found = get_by_code(db, code)
    if found.state is WebinarState.DRAFT or found.rehearsal_of_id is not None:
        raise NotFound("webinar.unknown", "There is no session at this address. Check the link in your mail.")
    return found


def get_public_place(db: Db, *, code: str = "", slug: str = "") -> Place:
    """Give the sitting with this code, or the course at this address, that anybody may know of; raise NotFound."""
    if code:
        webinar = get_public_webinar(db, code)
        return Place(webinar.course, webinar)
    course = get_by_slug(db, slug)
    if course.state not in (CourseState.PUBLISHED, CourseState.ARCHIVED):
        raise NotFound("course.unknown", "There is no course at this address. Look for it in the catalogue.")
    return Place(course)


def get_managed_place(db: Db, actor: Actor, *, code: str = "", slug: str = "") -> Place:
    """Give the sitting or course whose people the actor manages; raise NotFound or Forbidden."""
    if code:
        webinar = get_webinar(db, actor, code, to=Permission.REGISTRATION_MANAGE)
        return Place(webinar.course, webinar)
    return Place(get_course(db, actor, slug, to=Permission.REGISTRATION_MANAGE))


def lock_place(db: Db, place: Place) -> None:
    """Let nobody else register for this until the commit (SQLite: the write queue does it)."""
    table, row = (Webinar, place.webinar) if place.webinar is not None else (Course, place.course)
    db.scalars(select(table.id).where(table.id == row.id).with_for_update(key_share=True)).one()
    db.refresh(row)


def lock_seat(db: Db, found: Registration) -> Registration:
    """Give a registration as it stands now, to be changed in what it holds."""
    # Always the sitting first, then the person: two who give back and take at once would wait for each other.
    lock_place(db, Place(found.course, found.webinar))
    return _locked(db, found)


def _locked(db: Db, found: Registration) -> Registration:
    query = select(Registration).where(Registration.id == found.id).with_for_update(key_share=True, of=Registration)
    return db.scalars(query.execution_options(populate_existing=True)).one()
