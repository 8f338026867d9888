"""Use cases of a sitting's time, place, agenda and staff."""

from collections.abc import Mapping, Sequence
from datetime import date, datetime
from typing import Any

from sqlalchemy import delete, select

from webinar_app.accounts.models import RevocationCause
from webinar_app.accounts.queries import find_by_email
from webinar_app.accounts.services import revoke
from webinar_app.audit.services import record
from webinar_app.core.actor import Actor
from webinar_app.core.codes import new_code
from webinar_app.core.errors import InvalidInput, NotFound, Refused
from webinar_app.core.permissions import Permission, SittingRole
from webinar_app.core.read_back import Reading, read_date, read_typed, title_warnings, words_elsewhere
from webinar_app.core.times import deadline, end_of
from webinar_app.core.zones import place_of, tzdata_version
from webinar_app.courses.models import Course
from webinar_app.courses.policy import get_course
from webinar_app.courses.queries import presenter_person_ids
from webinar_app.courses.rules import CourseState
from webinar_app.infra.db import Db
from webinar_app.infra.dispatch import ask, publish
from webinar_app.infra.removal import remove_whole
from webinar_app.providers.models import Provider
from webinar_app.webinars.events import (
    MoveAsked,
    StaffChanged,
    WebinarCancelled,
    WebinarChanged,
    WebinarPublished,
    WebinarRescheduled,
)
from webinar_app.webinars.messages import room_value
from webinar_app.webinars.models import AgendaSegment, Staff, Webinar
from webinar_app.webinars.policy import get_webinar
from webinar_app.webinars.queries import webinar_items, when_words
from webinar_app.webinars.rules import (
    DEFAULT_LOBBY_MINUTES,
    DatePrecision,
    Delivery,
    Segment,
    WebinarState,
    check_agenda,
    check_schedule,
    may_move,
)
from webinar_app.webinars.services import show_room
from webinar_app.webinars.services.checking import text_warnings, what_to_know
from webinar_app.webinars.services.lifecycle import schedule_lifecycle

DEFAULT_MINUTES = 60
_MATERIAL = ("starts_at", "local_date", "minutes", "time_zone", "delivery", "venue", "precision")
_FORM_FIELDS = {"local_start": "typed", "local_date": "typed"}


def schedule_sitting(db: Db, actor: Actor, slug: str, details: Mapping[str, Any], *, now: datetime) -> dict[str, Any]:
    """Add a sitting to an item of a course and return `{code, warnings}`; a published course opens it at once."""
    course = get_course(db, actor, slug, to=Permission.WEBINAR_SCHEDULE)
    webinar, warnings = add_sitting(db, course, details, actor_id=actor.person_id, now=now)
    if course.state is CourseState.PUBLISHED:
        publish_sitting(db, webinar, actor_id=actor.person_id, now=now)
    return {"code": webinar.code, "warnings": warnings + _to_know(db, webinar)}


def add_sitting(
    db: Db, course: Course, details: Mapping[str, Any], *, actor_id: int | None, now: datetime
) -> tuple[Webinar, list[str]]:
    """Add a draft sitting to a course; its presenters who sign in become its staff."""
    values, warnings = _values(db, course, details, now)
    held = [item["id"] for item in webinar_items(db, course.id)]
    chosen = details.get("item_id") or (held[0] if held else None)
    if chosen not in held:
        sentence = "Add a unit with a webinar or an in-person day first; a session is held for one of these."
        raise InvalidInput("webinar.item", sentence, {"item_id": sentence})
    webinar = Webinar(
        code=new_code(), course=course, item_id=chosen, state=WebinarState.DRAFT, sequence=0, created_at=now,
        updated_at=now, **values,
    )  # fmt: skip
    people = presenter_person_ids(db, course.id)
    webinar.staff = [Staff(person_id=person_id, role=SittingRole.PRESENTER) for person_id in people]
    db.add(webinar)
    db.flush()  # its id goes into the audit, the answer and the jobs
    record(db, actor_id, "webinar.add", "webinar", webinar.id, now=now)
    return webinar, warnings


def change_sitting(
    db: Db, actor: Actor, code: str, details: Mapping[str, Any], *, seen: str | None = None, now: datetime
) -> dict[str, Any]:
    """Change a sitting's time, place and limits and return `{code, moved, warnings}`.

    `seen`: the moment of the last change that the form showed (ISO); a later one raises InvalidInput `webinar.changed`.
    """
    webinar = get_open(db, actor, code)
    _check_seen(webinar, seen)
    values, warnings = _checked(db, webinar, details, now)
    moved = apply_change(db, webinar, values, actor_id=actor.person_id, now=now)
    return {"code": webinar.code, "moved": moved, "warnings": warnings + _to_know(db, webinar)}


def apply_change(db: Db, webinar: Webinar, values: Mapping[str, Any], *, actor_id: int | None, now: datetime) -> bool:
    """Give a sitting new column values and say whether it moved.

    A scheduled sitting that moves gets the next `sequence`, and everybody concerned is told.
    """
    moved = is_move(webinar, values)
    changed = sorted(name for name, value in values.items() if getattr(webinar, name) != value)
    was, shown = _was(webinar, values), room_value(webinar)
    for name, value in values.items():
        setattr(webinar, name, value)
    webinar.updated_at = now
    record(db, actor_id, "webinar.change", "webinar", webinar.id, now=now, fields=changed, **was)
    if moved and webinar.state is WebinarState.SCHEDULED:
        webinar.sequence += 1
        db.flush()  # subscribers read the new time
        schedule_lifecycle(db, webinar, now)
        publish(db, WebinarRescheduled(webinar.id), now)
    db.flush()  # subscribers read the new seats
    publish(db, WebinarChanged(webinar.id), now)
    show_room(db, webinar, shown, now=now)
    return moved


def check_to_come(webinar: Webinar, starts_at: datetime | None, minutes: int, now: datetime) -> None:
    """Raise InvalidInput for a time that is over while people can register: nobody is told of a session in the past."""
    if webinar.state is WebinarState.SCHEDULED and starts_at is not None and end_of(starts_at, minutes) <= now:
        sentence = "This time has passed. Choose one that is still to come, or cancel the session."
        raise InvalidInput("webinar.past", sentence, {"typed": sentence})


def _check_seen(webinar: Webinar, seen: str | None) -> None:
    if seen and seen != webinar.updated_at.isoformat():
        raise InvalidInput("webinar.changed", "Somebody changed this session while you had it open.")


def _checked(db: Db, webinar: Webinar, details: Mapping[str, Any], now: datetime) -> tuple[dict[str, Any], list[str]]:
    values, warnings = _values(db, webinar.course, details, now)
    check_agenda_fits(webinar, values["minutes"])
    if is_move(webinar, values):
        check_to_come(webinar, values["starts_at"], values["minutes"], now)
    return values, warnings


def _was(webinar: Webinar, values: Mapping[str, Any]) -> dict[str, Any]:
    """Give what an entry keeps of the time from which a sitting moves, so that it can be moved back."""
    if webinar.local_start is None or values["starts_at"] in (None, webinar.starts_at):
        return {}
    at = {"local": webinar.local_start.isoformat(), "zone": webinar.time_zone, "fold": webinar.fold}
    return {"was": at | {"to": values["starts_at"].isoformat()}}


def preview_change(
    db: Db, actor: Actor, code: str, details: Mapping[str, Any], *, seen: str | None = None, now: datetime
) -> dict[str, Any]:
    """Give `{moved, before, after, told, warnings}` of a change that is not made yet; raises as `change_sitting`."""
    webinar = get_open(db, actor, code)
    _check_seen(webinar, seen)
    values, warnings = _checked(db, webinar, details, now)
    moved = is_move(webinar, values) and webinar.state is WebinarState.SCHEDULED
    after = when_words(Webinar(**{name: values[name] for name in ("local_start", "local_date", "time_zone", "fold")}))
    told = who_is_told(db, webinar.id) if moved else []
    warnings += zone_change(webinar, values) + what_to_know(
        db, webinar.course, values["starts_at"], values["time_zone"], values["minutes"], venue=values["venue"],
        webinar=webinar,
    )  # fmt: skip
    return {"moved": moved, "before": when_words(webinar), "after": after, "told": told, "warnings": warnings}


def zone_change(webinar: Webinar, values: Mapping[str, Any]) -> list[str]:
    """Give the sentence that a sitting gets another zone with new values, and what its time is in the old one."""
    old, new, at = webinar.time_zone, values["time_zone"], values["starts_at"]
    if new == old:
        return []
    there = words_elsewhere(at, values["local_start"], old) if at else ""
    clock = f" By {place_of(old)}’s clock that is {there}." if there else ""
    return [f"The session’s zone becomes {place_of(new)}.{clock}"]


def _to_know(db: Db, webinar: Webinar) -> list[str]:
    """Give what is to know of a sitting as it was saved."""
    found = what_to_know(
        db, webinar.course, webinar.starts_at, webinar.time_zone, webinar.minutes, venue=webinar.venue, webinar=webinar
    )
    titled = ("Title: ", "Subtitle: ")  # the form has said these already
    return found + [sentence for sentence in text_warnings(db, webinar) if not sentence.startswith(titled)]


def who_is_told(db: Db, webinar_id: int, *, is_cancelled: bool = False) -> list[str]:
    """Give the sentences of who would be told what."""
    return [sentence for answer in ask(db, MoveAsked(webinar_id, is_cancelled)) for sentence in answer]


def is_move(webinar: Webinar, values: Mapping[str, Any]) -> bool:
    """Say whether new values change what stands in people's calendars (calendar statement IC5)."""
    return any(getattr(webinar, name) != values[name] for name in _MATERIAL)


def cancel_sitting(db: Db, actor: Actor, code: str, *, now: datetime) -> dict[str, Any]:
    """Cancel a scheduled sitting; everybody concerned is told. The same again changes nothing."""
    webinar = get_webinar(db, actor, code, to=Permission.WEBINAR_SCHEDULE)
    if webinar.state is WebinarState.CANCELLED:
        return {"code": webinar.code}
    if not may_move(webinar.state, WebinarState.CANCELLED):
        raise Refused("webinar.state", f"A session that is {webinar.state.value} cannot be cancelled.")
    shown = room_value(webinar)
    webinar.state, webinar.cancelled_at, webinar.updated_at = WebinarState.CANCELLED, now, now
    webinar.sequence += 1
    db.flush()  # subscribers read the new state
    record(db, actor.person_id, "webinar.cancel", "webinar", webinar.id, now=now)
    publish(db, WebinarCancelled(webinar.id), now)
    show_room(db, webinar, shown, now=now)
    return {"code": webinar.code}


def delete_draft(db: Db, actor: Actor, code: str, *, now: datetime) -> dict[str, Any]:
    """Remove a sitting that was never published."""
    webinar = get_webinar(db, actor, code, to=Permission.WEBINAR_SCHEDULE)
    if webinar.state is not WebinarState.DRAFT:
        raise Refused("webinar.state", "Only a draft can be removed. Cancel this session instead.")
    slug = webinar.course.slug
    record(db, actor.person_id, "webinar.remove", "webinar", webinar.id, now=now)
    remove_whole(db, {"webinar": [webinar.id]})  # with the polls, files and roles that were prepared for it
    return {"slug": slug}


def publish_sitting(db: Db, webinar: Webinar, *, actor_id: int | None, now: datetime) -> None:
    """Open a draft sitting for registration; one that is over is published as ended (architecture, decision 4)."""
    if webinar.state is not WebinarState.DRAFT:
        return
    over_at = _over_at(webinar)
    is_over = over_at is not None and over_at <= now
    webinar.state = WebinarState.ENDED if is_over else WebinarState.SCHEDULED
    webinar.ended_at = over_at if is_over else None
    webinar.updated_at = now
    db.flush()  # subscribers and the jobs read the new state
    record(db, actor_id, "webinar.publish", "webinar", webinar.id, now=now, state=webinar.state.value)
    if not is_over:
        schedule_lifecycle(db, webinar, now)
        publish(db, WebinarPublished(webinar.id), now)


def set_agenda(
    db: Db, actor: Actor, code: str, segments: Sequence[Mapping[str, Any]], *, now: datetime
) -> dict[str, Any]:
    """Replace the agenda of a sitting that has not begun; a part is `{title, start_minute, minutes, gives_credit}`."""
    webinar = get_open(db, actor, code)
    parts = [Segment(**part) for part in segments]
    check_agenda(parts, webinar.minutes)
    shown = room_value(webinar)
    db.execute(delete(AgendaSegment).where(AgendaSegment.webinar_id == webinar.id))
    for part in sorted(parts, key=lambda one: one.start_minute):
        row = AgendaSegment(webinar_id=webinar.id, title=part.title.strip(), start_minute=part.start_minute)
        row.minutes, row.gives_credit = part.minutes, part.gives_credit
        db.add(row)
    webinar.updated_at = now
    record(db, actor.person_id, "webinar.agenda", "webinar", webinar.id, now=now, parts=len(parts))
    db.flush()  # the room shows the new parts
    db.expire(webinar, ["segments"])
    show_room(db, webinar, shown, now=now)
    return {"code": webinar.code, "parts": len(parts), "warnings": text_warnings(db, webinar, only="Agenda")}


def add_staff(db: Db, actor: Actor, code: str, email: str, role: str, *, now: datetime) -> dict[str, Any]:
    """Give a person with an account a role in a sitting; the same again changes nothing."""
    webinar = get_webinar(db, actor, code, to=Permission.WEBINAR_SCHEDULE)
    person = find_by_email(db, email)
    if person is None:
        sentence = "Nobody with this address has an account yet. Correct it, or ask the person to sign in once."
        raise InvalidInput("staff.unknown", sentence, {"email": sentence})
    known = select(Staff).where(
        Staff.webinar_id == webinar.id, Staff.person_id == person.id, Staff.role == SittingRole(role)
    )
    if db.scalars(known).first() is None:
        db.add(Staff(webinar_id=webinar.id, person_id=person.id, role=SittingRole(role)))
        revoke(db, person.id, RevocationCause.ROLE, now=now)  # open rooms are entered again, with the new rights
        record(db, actor.person_id, "webinar.staff_add", "webinar", webinar.id, now=now, person=person.id, role=role)
        publish(db, StaffChanged(webinar.id), now)
    return {"name": person.legal_name}


def remove_staff(db: Db, actor: Actor, code: str, staff_id: int, *, now: datetime) -> dict[str, Any]:
    """Take a role in a sitting back; what is already gone changes nothing."""
    webinar = get_webinar(db, actor, code, to=Permission.WEBINAR_SCHEDULE)
    row = db.get(Staff, staff_id)
    if row is not None and row.webinar_id != webinar.id:
        raise NotFound
    if row is not None:
        record(
            db, actor.person_id, "webinar.staff_remove", "webinar", webinar.id, now=now,
            person=row.person_id, role=row.role.value,
        )  # fmt: skip
        revoke(db, row.person_id, RevocationCause.ROLE, now=now)
        db.delete(row)
        publish(db, StaffChanged(webinar.id), now)
    return {"code": webinar.code}


def get_open(db: Db, actor: Actor, code: str) -> Webinar:
    """Give a sitting whose time may still change; raise Refused for one that is settled."""
    webinar = get_webinar(db, actor, code, to=Permission.WEBINAR_SCHEDULE)
    if webinar.state not in (WebinarState.DRAFT, WebinarState.SCHEDULED):
        words = {"live": "is live", "ended": "has ended", "cancelled": "was cancelled"}[webinar.state.value]
        raise Refused("webinar.settled", f"This session {words}; its time and agenda are part of the record.")
    return webinar


def _over_at(webinar: Webinar) -> datetime | None:
    if webinar.starts_at is not None:
        return end_of(webinar.starts_at, webinar.minutes)
    return deadline(webinar.local_date, webinar.time_zone) if webinar.local_date else None


def _values(db: Db, course: Course, details: Mapping[str, Any], now: datetime) -> tuple[dict[str, Any], list[str]]:
    """Read what a form says of a sitting into column values and warnings; raise InvalidInput by field."""
    home = details.get("time_zone") or db.get_one(Provider, course.provider_id).time_zone
    precision = DatePrecision(details.get("precision") or DatePrecision.EXACT)
    minutes = details.get("minutes")
    reading = _reading(precision, details, home, minutes or 0, now)
    reading.check()
    lobby = details.get("lobby_minutes")
    lobby = DEFAULT_LOBBY_MINUTES if lobby is None else lobby
    on_date = reading.on if precision is DatePrecision.DATE else None
    try:
        check_schedule(precision, reading.starts_at, on_date, minutes, now, lobby_minutes=lobby)
    except InvalidInput as error:
        fields = {_FORM_FIELDS.get(name, name): sentence for name, sentence in error.fields.items()}
        raise InvalidInput(error.code, error.message, fields) from error
    zone = reading.zone or home
    warnings = [*reading.warnings, *title_warnings((course.title, course.subtitle), reading.starts_at, zone)]
    delivery = Delivery(details.get("delivery") or Delivery.ONLINE)
    values = {
        "precision": precision, "typed": str(details.get("typed") or "").strip(), "local_start": reading.local,
        "local_date": on_date, "time_zone": zone, "fold": reading.fold, "starts_at": reading.starts_at,
        "tzdata": tzdata_version(), "minutes": minutes or DEFAULT_MINUTES, "delivery": delivery, "lobby_minutes": lobby,
        "capacity_online": details.get("capacity_online") if delivery is not Delivery.IN_PERSON else None,
        "capacity_room": details.get("capacity_room") if delivery is not Delivery.ONLINE else None,
        "venue": (details.get("venue") or None) if delivery is not Delivery.ONLINE else None,
        "registration_closes_at": _closing(details, zone, reading, now),
    }  # fmt: skip
    return values, list(dict.fromkeys(warnings))


def _reading(precision: DatePrecision, details: Mapping[str, Any], home: str, minutes: int, now: datetime) -> Reading:
    typed = str(details.get("typed") or "")
    if precision is DatePrecision.ON_REQUEST:
        return Reading()
    if precision is DatePrecision.DATE:
        return read_date(typed, now=now)
    return read_typed(typed, home, fold=details.get("fold"), minutes=minutes, now=now)


def _closing(details: Mapping[str, Any], zone: str, reading: Reading, now: datetime) -> datetime | None:
    """Read "register until"; the date counts to its last second in the zone of the session (TZ12)."""
    typed = str(details.get("registration_closes") or "")
    if not typed.strip():
        return None
    read = read_date(typed, now=now)
    read.check("registration_closes")
    last: date | None = reading.on
    if last is not None and read.on is not None and read.on > last:
        sentence = "Close registration on the day of the session, or earlier."
        raise InvalidInput("webinar.closing", sentence, {"registration_closes": sentence})
    return deadline(read.on, zone) if read.on else None


def check_agenda_fits(webinar: Webinar, minutes: int) -> None:
    """Raise InvalidInput for `minutes` that cut off the agenda of a sitting."""
    last = max((part.start_minute + part.minutes for part in webinar.segments), default=0)
    if last > minutes:
        sentence = f"The agenda lasts until minute {last}. Shorten it first, or keep at least {last} minutes."
        raise InvalidInput("webinar.agenda", sentence, {"minutes": sentence})
