"""Named reads of sittings."""

from collections import defaultdict
from collections.abc import Iterable, Sequence
from datetime import datetime, time
from functools import cache
from typing import Any

from sqlalchemy import bindparam, select
from sqlalchemy.orm import selectinload

from webinar_app.accounts.models import Person
from webinar_app.core.errors import NotFound
from webinar_app.core.permissions import SITTING_PERMISSIONS, Permission, SittingRole
from webinar_app.core.times import describe, end_of
from webinar_app.courses.models import Item, Unit
from webinar_app.courses.rules import ItemKind
from webinar_app.infra.db import Db
from webinar_app.webinars.models import RoomBan, RoomEvent, RoomStream, Staff, Webinar
from webinar_app.webinars.rules import WebinarState

REAL = Webinar.rehearsal_of_id.is_(None)
"""The one filter that leaves rehearsals out of lists, ledger, mail, calendar and reports."""
MOST_EVENTS = 500
HELD = (ItemKind.WEBINAR, ItemKind.IN_PERSON_DAY, ItemKind.COMPOSITE)


def get_by_code(db: Db, code: str) -> Webinar:
    """Give the sitting with this code, or raise NotFound."""
    found = find_by_code(db, code)
    if found is None:
        raise NotFound("webinar.unknown", "There is no session at this address. Check the link in your mail.")
    return found


def find_by_code(db: Db, code: str) -> Webinar | None:
    """Give the sitting with this code, or None."""
    return db.scalars(select(Webinar).where(Webinar.code == code.upper())).one_or_none()


def find_ban(db: Db, webinar_id: int, person_ids: Sequence[int], *, lock: bool = False) -> RoomBan | None:
    """Give what keeps somebody (one person under these ids) out of a sitting now, or None."""
    query = select(RoomBan).where(
        RoomBan.webinar_id == webinar_id, RoomBan.person_id.in_(person_ids), RoomBan.lifted_at.is_(None)
    )
    return db.scalars(query.with_for_update() if lock else query).first()


def list_bans(db: Db, webinar_id: int, person_id: int | None = None) -> list[RoomBan]:
    """Give who was removed from a sitting, also who was let back, or one person alone; oldest first."""
    query = select(RoomBan).where(RoomBan.webinar_id == webinar_id).order_by(RoomBan.id)
    return list(db.scalars(query if person_id is None else query.where(RoomBan.person_id == person_id)))


def staff_roles(db: Db, webinar_id: int, person_ids: list[int]) -> set[SittingRole]:
    """Give the staff roles that a person (all merged ids) holds in a sitting."""
    query = select(Staff.role).where(Staff.webinar_id == webinar_id, Staff.person_id.in_(person_ids))
    return set(db.scalars(query))


def stream_numbers(db: Db, webinar_id: int) -> dict[str, int]:
    """Give the last event number of each audience of a room."""
    query = select(RoomStream.audience, RoomStream.last).where(RoomStream.webinar_id == webinar_id)
    return {"all": 0, "staff": 0} | dict(db.execute(query).all())


def list_room_events(db: Db, webinar_id: int, audience: str, after: int) -> list[Any]:
    """Give (number, name, payload, at) of the events of an audience after a number, in order, 500 at most."""
    asked = {"webinar": webinar_id, "heard_by": audience, "after": after}
    return list(db.execute(_room_events(), asked).all())


@cache
def _room_events() -> Any:
    mine = (RoomEvent.webinar_id == bindparam("webinar")) & (RoomEvent.audience == bindparam("heard_by"))
    query = select(RoomEvent.number, RoomEvent.name, RoomEvent.payload, RoomEvent.at)
    return query.where(mine, RoomEvent.number > bindparam("after")).order_by(RoomEvent.number).limit(MOST_EVENTS)


def list_sittings(db: Db, course_id: int, *, drafts: bool = True) -> list[dict[str, Any]]:
    """Give the sittings of a course, in order of time; the ones without an exact time come last."""
    return sittings_by_course(db, [course_id], drafts=drafts).get(course_id, [])


def sittings_by_course(db: Db, course_ids: Iterable[int], *, drafts: bool = True) -> dict[int, list[dict[str, Any]]]:
    """Give the sittings of several courses by course, in one read."""
    query = (
        select(Webinar)
        .where(Webinar.course_id.in_(list(course_ids)), REAL)
        .options(selectinload(Webinar.segments))
        .order_by(Webinar.starts_at.is_(None), Webinar.starts_at, Webinar.local_date, Webinar.id)
    )
    if not drafts:
        query = query.where(Webinar.state != WebinarState.DRAFT)
    found: dict[int, list[dict[str, Any]]] = defaultdict(list)
    for webinar in db.scalars(query):
        found[webinar.course_id].append(sitting_view(webinar))
    return dict(found)


_COLUMNS = (
    "id", "code", "course_id", "item_id", "typed", "local_start", "local_date", "time_zone", "fold", "starts_at",
    "minutes", "lobby_minutes", "overrun_minutes", "capacity_online", "capacity_room", "registration_closes_at",
    "sequence", "went_live_at", "ended_at", "cancelled_at", "updated_at",
)  # fmt: skip


def sitting_view(webinar: Webinar) -> dict[str, Any]:
    """Give what pages show of a sitting as plain values; `words` says its time in its own zone.

    `own_title`: its title where the course's does not do, else empty.
    """
    return {
        **{name: getattr(webinar, name) for name in _COLUMNS},
        "own_title": webinar.title,
        "state": webinar.state.value,
        "delivery": webinar.delivery.value,
        "precision": webinar.precision.value,
        "words": when_words(webinar),
        "ends_at": end_of(webinar.starts_at, webinar.minutes) if webinar.starts_at else None,
        "venue": dict(webinar.venue) if webinar.venue else None,
        "segments": [
            {
                "title": segment.title, "start_minute": segment.start_minute, "minutes": segment.minutes,
                "gives_credit": segment.gives_credit,
            }
            for segment in webinar.segments
        ],
    }  # fmt: skip


def when_words(webinar: Webinar) -> str:
    """Say when a sitting is, in its own zone: an exact time, a date, or "On request"."""
    if webinar.local_start is not None:
        return describe(webinar.local_start, webinar.time_zone, fold=webinar.fold)
    if webinar.local_date is not None:
        on = webinar.local_date
        return f"{on:%A} {on.day} {on:%B} {on.year}"
    return "On request"


def wall_start(webinar: Webinar) -> datetime | None:
    """Give the wall time of a sitting, naive; midnight where only its date is known, None where nothing is."""
    if webinar.local_start is not None:
        return webinar.local_start
    return datetime.combine(webinar.local_date, time()) if webinar.local_date else None


def list_staff(db: Db, webinar_id: int) -> list[dict[str, Any]]:
    """Give `{id, person_id, name, email, role}` of everybody who runs a sitting, by role and name."""
    query = (
        select(Staff.id, Staff.person_id, Person.display_name, Person.legal_name, Person.email, Staff.role)
        .join(Person, Person.id == Staff.person_id)
        .where(Staff.webinar_id == webinar_id)
        .order_by(Staff.role, Person.legal_name)
    )
    return [
        {"id": row_id, "person_id": person_id, "name": legal or shown, "email": email or "", "role": role.value}
        for row_id, person_id, shown, legal, email, role in db.execute(query)
    ]


def webinar_items(db: Db, course_id: int) -> list[dict[str, Any]]:
    """Give `{id, title}` of the items of a course that are held in sittings."""
    query = (
        select(Item.id, Item.title, Unit.title)
        .join(Unit, Unit.id == Item.unit_id)
        .where(Unit.course_id == course_id, Item.kind.in_(HELD))
        .order_by(Unit.position, Item.position)
    )
    return [{"id": item_id, "title": title or unit} for item_id, title, unit in db.execute(query)]


def list_run_by(db: Db, person_ids: Iterable[int]) -> list[dict[str, Any]]:
    """Give the sittings with a room in which a person has a role and that are not over, soonest first.

    `roles` are theirs in words, and `opens` is what they go to: `desk`, `captions` or `room`.
    """
    roles: dict[int, list[SittingRole]] = defaultdict(list)
    own = select(Staff.webinar_id, Staff.role).where(Staff.person_id.in_(list(person_ids))).order_by(Staff.role)
    for webinar_id, role in db.execute(own):
        roles[webinar_id].append(role)
    query = (
        select(Webinar)
        .where(
            Webinar.id.in_(list(roles)),
            Webinar.state.in_((WebinarState.SCHEDULED, WebinarState.LIVE)),
            Webinar.starts_at.is_not(None),
            REAL,
        )
        .options(selectinload(Webinar.course))
        .order_by(Webinar.starts_at, Webinar.id)
    )
    return [sitting_head(webinar) | _part(roles[webinar.id]) for webinar in db.scalars(query)]


def _part(roles: list[SittingRole]) -> dict[str, str]:
    rights = frozenset[Permission]().union(*(SITTING_PERMISSIONS[role] for role in roles))
    pages = {Permission.ROOM_PRESENT: "desk", Permission.CAPTIONS_WRITE: "captions"}
    opens = next((page for right, page in pages.items() if right in rights), "room")
    return {"roles": ", ".join(dict.fromkeys(role.value.capitalize() for role in roles)), "opens": opens}


def sitting_head(webinar: Webinar) -> dict[str, Any]:
    """Give what the head of a session's manage pages says."""
    return {
        "code": webinar.code,
        "words": when_words(webinar),
        "state": webinar.state.value,
        "minutes": webinar.minutes,
        "course_title": webinar.course.title,
        "course_code": webinar.course.code or webinar.course.title,
        "course_slug": webinar.course.slug,
    }
