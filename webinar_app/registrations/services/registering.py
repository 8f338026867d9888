"""Register: for oneself or for somebody else, in a sitting or in a course without one."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import select

from webinar_app.accounts.models import Licence as LicenceRow
from webinar_app.accounts.queries import find_by_email, person_ids
from webinar_app.accounts.rules import clean_email, clean_name
from webinar_app.accounts.services.people import find_or_add
from webinar_app.accounts.services.profile import add_licence, change_profile
from webinar_app.audit.services import record
from webinar_app.core.actor import Actor
from webinar_app.core.codes import new_code
from webinar_app.core.errors import InvalidInput
from webinar_app.core.times import zone_info
from webinar_app.infra.db import Db
from webinar_app.infra.dispatch import publish
from webinar_app.registrations.events import NeedTold, RegistrationMade
from webinar_app.registrations.models import Registration
from webinar_app.registrations.policy import get_managed_place, get_public_place, lock_place
from webinar_app.registrations.queries import (
    Place,
    check_open,
    find_current,
    find_in_course,
    needs_licence,
    policy_at,
    seat_at,
)
from webinar_app.registrations.queries.prices import price_at
from webinar_app.registrations.queries.questions import list_questions
from webinar_app.registrations.queries.waiting import admission_of
from webinar_app.registrations.rules import (
    HELD_WORDS,
    Licence,
    Opening,
    RegistrationState,
    check_acknowledged,
    check_legal_name,
    check_licence,
    check_licence_told,
    date_of,
    first_state,
)
from webinar_app.registrations.rules.prices import check_price_seen
from webinar_app.registrations.rules.questions import Value, check_answers
from webinar_app.registrations.services.approval import ask_approval
from webinar_app.registrations.services.files import SentFile
from webinar_app.registrations.services.forms import keep_answers
from webinar_app.registrations.services.seats import next_seat
from webinar_app.registrations.services.telling import tell_again, tell_new
from webinar_app.registrations.services.waiting import join_list


@dataclass(frozen=True, slots=True, kw_only=True)
class Sheet:
    """What somebody typed to register; `policy` is the version of the attendance policy that was ticked.

    `expires_on` is the last valid day of a licence from the profile, as year-month-day; `answers` is what was typed to
    the course's own questions, by their code. `price_seen` is the total that the page showed, a decimal as text.
    """

    email: str = ""
    legal_name: str = ""
    display_name: str = ""
    profession: str = ""
    region: str = ""
    number: str = ""
    expires_on: str = ""
    has_no_licence: bool = False
    time_zone: str = ""
    seat: str = ""
    policy: str = ""
    answers: tuple[tuple[str, tuple[str, ...]], ...] = ()
    needs: str = ""  # what the person needs to take part; kept apart from the registration
    files: tuple[tuple[str, SentFile], ...] = ()  # of answers, by the code of their question
    discount: str = ""
    price_seen: str = ""


@dataclass(frozen=True, slots=True)
class _Checked:
    legal_name: str
    display_name: str
    licence: Licence | None
    answers: dict[str, Value]


def register(db: Db, actor: Actor, code: str, sheet: Sheet, *, now: datetime) -> dict[str, Any]:
    """Take a seat in a sitting for whoever registers, at once, and return what the page may know.

    Somebody signed in gets `{code, is_new}`, and the profile keeps what was typed. Everybody else gets `{state}`,
    where a new person stands now: known and unknown addresses look the same, a known person is not changed,
    and who is registered already is mailed the link again.
    """
    return _register(db, actor, get_public_place(db, code=code), sheet, now)


def register_held(db: Db, actor: Actor, code: str, sheet: Sheet, *, now: datetime) -> dict[str, Any]:
    """Take a seat that the caller kept for whoever registers, by the rules of `register`; it is not counted again."""
    return _register(db, actor, get_public_place(db, code=code), sheet, now, is_held=True)


def register_in_course(db: Db, actor: Actor, slug: str, sheet: Sheet, *, now: datetime) -> dict[str, Any]:
    """Register for a course without a sitting, by the rules of `register`; one with a price waits for a coordinator."""
    return _register(db, actor, get_public_place(db, slug=slug), sheet, now)


def _register(
    db: Db, actor: Actor, place: Place, sheet: Sheet, now: datetime, *, is_held: bool = False
) -> dict[str, Any]:
    lock_place(db, place)
    own_id = actor.person_id if actor.is_full else None
    found = _current(db, own_id, place) if own_id is not None else None
    if found is not None:
        return {"code": found.code, "is_new": False}
    checked = _check(db, place, sheet, now, own_id=own_id, is_acknowledged=True)
    seat = seat_at(place, sheet.seat)
    state = _first_state(db, place, seat, now, by_staff=False, is_held=is_held)
    if own_id is not None:
        _keep_choices(db, actor, checked, sheet, now)
        row = _add(db, place, own_id, checked, sheet, seat, state, now, is_own=True)
        return {"code": row.code, "is_new": True}
    known = find_by_email(db, sheet.email)
    found = _current(db, known.merged_into_id or known.id, place) if known else None
    if found is not None:
        tell_again(db, found, now)
    else:
        _add(db, place, _person(db, checked, sheet, now), checked, sheet, seat, state, now)
    return {"state": state.value}


def register_by_hand(db: Db, actor: Actor, code: str, sheet: Sheet, *, now: datetime) -> dict[str, Any]:
    """Register somebody for them and return `{code, name, state}`; they get the mail, not the policy's acceptance."""
    return _register_by_hand(db, actor, get_managed_place(db, actor, code=code), sheet, now)


def register_held_by_hand(db: Db, actor: Actor, code: str, sheet: Sheet, *, now: datetime) -> dict[str, Any]:
    """Register somebody by the rules of `register_by_hand` in a seat that the caller kept; it is not counted again."""
    return _register_by_hand(db, actor, get_managed_place(db, actor, code=code), sheet, now, is_held=True)


def register_in_course_by_hand(db: Db, actor: Actor, slug: str, sheet: Sheet, *, now: datetime) -> dict[str, Any]:
    """Register somebody for a course without a sitting, by the rules of `register_by_hand`; nothing waits then."""
    return _register_by_hand(db, actor, get_managed_place(db, actor, slug=slug), sheet, now)


def _register_by_hand(
    db: Db, actor: Actor, place: Place, sheet: Sheet, now: datetime, *, is_held: bool = False
) -> dict[str, Any]:
    lock_place(db, place)
    checked = _check(db, place, sheet, now, own_id=None, is_acknowledged=False)
    known = find_by_email(db, sheet.email)
    found = _current(db, known.merged_into_id or known.id, place) if known else None
    if found is not None:
        sentence = HELD_WORDS[found.state]
        raise InvalidInput("registration.exists", sentence, {"email": sentence})
    seat = seat_at(place, sheet.seat)
    state = _first_state(db, place, seat, now, by_staff=True, is_held=is_held)
    row = _add(db, place, _person(db, checked, sheet, now), checked, sheet, seat, state, now)
    record(db, actor.person_id, "registration.add", "registration", row.id, now=now)
    return {"code": row.code, "name": row.legal_name, "state": state.value}


def _current(db: Db, person_id: int, place: Place) -> Registration | None:
    ids = person_ids(db, person_id)
    if place.webinar is not None:
        return find_current(db, ids, place.webinar.id)
    return find_in_course(db, ids, place.course.id)


def _first_state(db: Db, place: Place, seat: str, now: datetime, *, by_staff: bool, is_held: bool) -> RegistrationState:
    if is_held:
        return RegistrationState.REGISTERED
    if check_open(db, place, seat, now, by_staff=by_staff) is Opening.WAITING:
        return RegistrationState.WAITLISTED
    if place.webinar is not None:
        is_asked = not by_staff and admission_of(db, place.webinar.id).needs_approval
        return RegistrationState.PENDING if is_asked else RegistrationState.REGISTERED
    return first_state(place.course.price, by_staff=by_staff)


class _Faults:
    """What must be corrected, by field, so that all of it is said at once."""

    def __init__(self) -> None:
        self.fields: dict[str, str] = {}

    def tried(self, check: Callable[..., Any], *args: Any, **details: Any) -> Any:
        """Give what a check gives; None where it refuses, whose sentences are kept."""
        try:
            return check(*args, **details)
        except InvalidInput as error:
            self.fields.update(error.fields)
            return None

    def raise_any(self) -> None:
        """Raise one InvalidInput with everything."""
        if self.fields:
            raise InvalidInput("registration.invalid", "Some answers need a look.", self.fields)


def _check(db: Db, place: Place, sheet: Sheet, now: datetime, *, own_id: int | None, is_acknowledged: bool) -> _Checked:
    """Check everything that was typed and raise one InvalidInput with all that must be corrected."""
    faults = _Faults()
    tried = faults.tried
    if own_id is None:
        tried(clean_email, sheet.email)
    legal = tried(check_legal_name, sheet.legal_name)
    shown = tried(clean_name, sheet.display_name.strip() or (legal or "-")[:80], "display_name", 80)
    licence = tried(check_licence, sheet.profession, sheet.region, sheet.number, date_of(sheet.expires_on))
    asked, typed = list_questions(db, place.course.id), dict(sheet.answers)
    answers: dict[str, Value] = tried(check_answers, asked, typed, needs_all=is_acknowledged) or {}
    price: dict[str, Any] | None = None
    if is_acknowledged:
        _check_told(db, place, sheet, licence, faults)
        price = tried(price_at, db, place, now, person_id=own_id, discount=sheet.discount)
    if sheet.time_zone:
        tried(zone_info, sheet.time_zone)
    faults.raise_any()
    if price is not None:
        check_price_seen(price["amount"], price["total"], sheet.price_seen)
    return _Checked(legal, shown, licence, answers)


def _check_told(db: Db, place: Place, sheet: Sheet, licence: Licence | None, faults: _Faults) -> None:
    """Check what people say of themselves only: a licence or none, and the policy that they have read."""
    needed = needs_licence(db, place.course)
    if not faults.fields.keys() & {"licence_profession", "licence_region", "licence_number"}:
        faults.tried(check_licence_told, licence, is_needed=needed, has_none=sheet.has_no_licence)
    faults.tried(check_acknowledged, sheet.policy, policy_at(place))


def _person(db: Db, checked: _Checked, sheet: Sheet, now: datetime) -> int:
    return find_or_add(
        db, email=clean_email(sheet.email), legal_name=checked.legal_name, display_name=checked.display_name,
        time_zone=sheet.time_zone or None, now=now,
    )  # fmt: skip


def _keep_choices(db: Db, actor: Actor, checked: _Checked, sheet: Sheet, now: datetime) -> None:
    zone = sheet.time_zone or actor.time_zone or ""
    change_profile(db, actor, legal_name=checked.legal_name, display_name=checked.display_name, time_zone=zone, now=now)
    new = checked.licence
    if new is None:
        return
    told = {"profession": new.profession, "board": new.region, "number": new.number}
    held = select(LicenceRow.id).where(LicenceRow.person_id == actor.person_id).filter_by(**told)
    if db.scalars(held).first() is None:
        add_licence(db, actor, **told, expires_on=new.expires_on, now=now)


def _licence_told(licence: Licence) -> dict[str, str]:
    told = {"profession": licence.profession, "board": licence.region, "number": licence.number}
    return told | ({"expires_on": licence.expires_on.isoformat()} if licence.expires_on else {})


def _add(
    db: Db,
    place: Place,
    person_id: int,
    checked: _Checked,
    sheet: Sheet,
    seat: str,
    state: RegistrationState,
    now: datetime,
    *,
    is_own: bool = False,
) -> Registration:
    told = checked.licence and _licence_told(checked.licence)
    is_waiting = state is RegistrationState.WAITLISTED
    row = Registration(
        code=new_code(), person_id=person_id, course_id=place.course.id, seat=seat, state=state,
        seat_number=None if is_waiting else next_seat(db, place.webinar, seat),
        webinar_id=place.webinar.id if place.webinar else None, legal_name=checked.legal_name,
        display_name=checked.display_name, licence=told, time_zone=sheet.time_zone or None,
        policy_version=sheet.policy, policy_accepted_at=now if sheet.policy else None, created_at=now,
    )  # fmt: skip
    db.add(row)
    db.flush()  # subscribers need its id
    publish(db, RegistrationMade(row.id, sheet.discount), now)
    keep_answers(db, row, checked.answers, dict(sheet.files), now, is_own=is_own)
    if is_waiting:
        join_list(db, row, now)
    elif state is RegistrationState.PENDING and place.webinar is not None:
        ask_approval(db, row, now)
    elif row.state is state:  # else it cost nothing after all, and who confirmed it has told
        tell_new(db, row, now)
    if sheet.needs:
        publish(db, NeedTold(row.id, sheet.needs), now)
    return row
