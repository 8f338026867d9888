"""Load the demonstration: one organisation, its people, the five seed courses, and sittings to try."""

import json
from datetime import date, datetime, time, timedelta
from decimal import Decimal
from pathlib import Path
from typing import Any

from sqlalchemy import select

from webinar_app.accounts.models import Licence, Person, RoleGrant
from webinar_app.core.codes import new_code
from webinar_app.core.permissions import Role, SittingRole
from webinar_app.core.times import in_zone, resolve
from webinar_app.courses.models import Course, CoursePresenter, CreditOffer, Item, Objective, Presenter, Series, Unit
from webinar_app.courses.rules import CompletionRule, CourseKind, CourseState, ItemKind, Level, slugify
from webinar_app.infra.db import Db
from webinar_app.polls.models import Poll, PollOption
from webinar_app.polls.rules import PollKind, PollState, Privacy, ResultVisibility
from webinar_app.providers.models import Provider
from webinar_app.registrations.models import Registration
from webinar_app.registrations.queries import current_policy
from webinar_app.registrations.rules import RegistrationState
from webinar_app.stage.models import StageSource
from webinar_app.stage.rules import StageKind
from webinar_app.webinars.models import AgendaSegment, Staff, Webinar
from webinar_app.webinars.queries import REAL
from webinar_app.webinars.rules import DatePrecision, Delivery, WebinarState
from webinar_app.webinars.services.lifecycle import schedule_lifecycle

DATA = Path(__file__).parent
SEEDS = ("000", "001", "002", "003", "004")
LIVE_SEED = "000"
# Keys of a course file that have a column; everything else that is not empty goes into `Course.content`.
_COLUMNS = frozenset(
    "seed slug kind title subtitle code category series summary description lead_in objectives level audience "
    "prior_knowledge duration_text delivery_regions language price refund_policy credits approval_statement disclosure "
    "accommodations presenters units sittings completion_rule certificate certificate_valid_years attendance_policy "
    "polls".split()
)
_POSTER = (
    "Picture and sound come from your organisation’s own stream. In this demonstration the slides are spoken live."
)


def load_file(name: str) -> Any:
    """Give the content of one of the demonstration's data files."""
    return json.loads((DATA / name).read_text(encoding="utf-8"))


def ensure_provider(db: Db, *, now: datetime) -> int:
    """Give the id of the demonstration's organisation, making it where it is missing."""
    data = load_file("provider.json")
    found = db.scalars(select(Provider).where(Provider.slug == data["slug"])).one_or_none()
    if found is None:
        address = data["address"]
        found = Provider(
            slug=data["slug"],
            name=data["name"],
            address=", ".join([*address["lines"], address["city"], f"{address['region']} {address['postal_code']}"]),
            phone=data["phone"],
            email=data["email"],
            provider_number=data["provider_number"],
            approval_statement=data["approval_statement"],
            signatory_name=data["signatory"]["name"],
            signatory_title=data["signatory"]["title"],
            time_zone=data["time_zone"],
            locale=data["language"],
            paper=data["paper"],
            policies=data["policies"],
            rule_pack=data["rule_pack"],
            created_at=now,
        )
        db.add(found)
        db.flush()  # the id is the answer
    return found.id


def ensure_people(db: Db, provider_id: int, *, now: datetime) -> dict[str, int]:
    """Give the ids of the demonstration's people by key, making those that are missing."""
    ids = {}
    for data in load_file("people.json"):
        found = db.scalars(select(Person).where(Person.email == data["email"])).one_or_none()
        if found is None:
            found = _person(data, provider_id, now)
            db.add(found)
            db.flush()  # the id is the answer
        ids[data["key"]] = found.id
    return ids


def _person(data: dict[str, Any], provider_id: int, now: datetime) -> Person:
    return Person(
        code=new_code(),
        email=data["email"],
        legal_name=data["legal_name"],
        display_name=data["display_name"],
        time_zone=data["time_zone"],
        locale=data["locale"],
        email_verified_at=now,
        created_at=now,
        grants=[RoleGrant(provider_id=provider_id, role=Role(data["role"]))],
        licences=[
            Licence(
                profession=held["profession"],
                board=held["board"],
                number=held["number"],
                expires_on=date.fromisoformat(held["expires_on"]),
            )
            for held in data["licences"]
        ],
    )


def ensure_course(db: Db, seed: str, provider_id: int, people: dict[str, int], *, now: datetime) -> str:
    """Give the address of a seed's course, making the course with its sittings where it is missing."""
    found = db.scalars(select(Course).where(Course.seed == seed)).one_or_none()
    if found is not None:
        return found.slug
    data = load_file(f"courses/{seed}.json")
    course = _course(db, data, provider_id, now)
    db.add(course)
    course.objectives = [Objective(position=n, text=text) for n, text in enumerate(data["objectives"], 1)]
    course.units = [_unit(n, unit) for n, unit in enumerate(data["units"], 1)]
    course.offers = [_offer(offer) for offer in data["credits"] or []]
    for position, told in enumerate(data["presenters"] or [], 1):
        presenter = _presenter(told, provider_id, people)
        course.presenters.append(CoursePresenter(position=position, role=told["role"], presenter=presenter))
    db.flush()  # sittings name the ids of their items
    for sitting in data["sittings"]:
        db.add(_sitting(course, sitting, people, now))
    return course.slug


def _course(db: Db, data: dict[str, Any], provider_id: int, now: datetime) -> Course:
    price = data["price"]
    content = {key: value for key, value in data.items() if key not in _COLUMNS and value not in (None, "", [], {})}
    certificate = data["certificate"]
    if certificate:
        content["certificate_kind"] = certificate["kind"]
    series = _series(db, data["series"], provider_id) if data["series"] else None
    return Course(
        provider_id=provider_id,
        slug=data["slug"],
        seed=data["seed"],
        kind=CourseKind(data["kind"]),
        state=CourseState.PUBLISHED,
        title=data["title"],
        subtitle=data["subtitle"] or "",
        code=data["code"] or "",
        category=data["category"] or "",
        series=series,
        series_number=data["series"]["number"] if data["series"] else None,
        summary=data["summary"] or "",
        description=data["description"],
        lead_in=data["lead_in"] or "",
        level=Level(data["level"]) if data["level"] else None,
        audience=data["audience"] or [],
        prior_knowledge=data["prior_knowledge"] or "",
        duration_text=data["duration_text"] or "",
        regions=data["delivery_regions"] or [],
        language=data["language"],
        price=Decimal(price["amount"]) if price else None,
        currency=price["currency"] if price else "USD",
        refund_policy=data["refund_policy"] or "",
        approval_statement=data["approval_statement"] or "",
        disclosure=data["disclosure"] or "",
        accommodations=data["accommodations"] or "",
        completion_rule=CompletionRule(data["completion_rule"]),
        certificate_years=certificate["valid_years"] if certificate else None,
        gives_certificate=bool(certificate),
        attendance_policy=data["attendance_policy"] or {},
        content=content,
        created_at=now,
        updated_at=now,
        published_at=now,
    )


def _series(db: Db, data: dict[str, Any], provider_id: int) -> Series:
    found = db.scalars(select(Series).where(Series.name == data["name"])).one_or_none()
    return found or Series(provider_id=provider_id, slug=slugify(data["name"]), name=data["name"])


def _unit(position: int, data: dict[str, Any]) -> Unit:
    items = [
        Item(
            position=n,
            kind=ItemKind(item["kind"]),
            title=item["title"],
            minutes=item.get("minutes"),
            content=item.get("content") or {},
        )
        for n, item in enumerate(data["items"], 1)
    ]
    return Unit(
        position=position, title=data["title"], minutes=data["minutes"], approximate=data["approx"], items=items
    )


def _offer(data: dict[str, Any]) -> CreditOffer:
    return CreditOffer(
        type=data["type"], unit=data["unit"], amount=Decimal(data["amount"]), statement=data["statement"] or ""
    )


def _presenter(data: dict[str, Any], provider_id: int, people: dict[str, int]) -> Presenter:
    return Presenter(
        provider_id=provider_id,
        person_id=people.get(data.get("person") or ""),
        honorific=data.get("honorific") or "",
        name=data["name"],
        postnominals=data["postnominals"] or "",
        affiliation=data["affiliation"] or "",
        bio=data["bio"],
        expertise=data.get("expertise") or "",
    )


def _sitting(course: Course, data: dict[str, Any], people: dict[str, int], now: datetime) -> Webinar:
    precision = DatePrecision(data["precision"])
    local = datetime.fromisoformat(data["local_start"]) if precision is DatePrecision.EXACT else None
    starts_at = resolve(local, data["time_zone"]) if local else None
    day = date.fromisoformat(data["local_start"]) if precision is DatePrecision.DATE else None
    is_past = (starts_at is not None and starts_at < now) or (day is not None and day < now.date())
    row = Webinar(
        code=new_code(),
        course_id=course.id,
        item_id=course.units[data["unit"] - 1].items[data["item"] - 1].id,
        title=data["title"] if data["title"] != course.title else "",
        state=WebinarState.ENDED if is_past else WebinarState.SCHEDULED,
        delivery=Delivery(data["delivery"]),
        precision=precision,
        typed=data["typed"],
        local_start=local,
        local_date=day,
        time_zone=data["time_zone"],
        starts_at=starts_at,
        minutes=data["minutes"] or 0,
        capacity_online=data["capacity_online"],
        capacity_room=data["capacity_room"],
        went_live_at=starts_at if is_past else None,
        ended_at=starts_at + timedelta(minutes=data["minutes"]) if is_past and starts_at else None,
        created_at=now,
        updated_at=now,
    )
    row.segments = _segments(data["agenda"])
    row.staff = _staff(people)
    return row


def _segments(agenda: list[dict[str, Any]]) -> list[AgendaSegment]:
    return [
        AgendaSegment(
            title=part["title"], start_minute=part["start_minute"], minutes=part["minutes"], gives_credit=part["credit"]
        )
        for part in agenda
    ]


def _staff(people: dict[str, int]) -> list[Staff]:
    return [Staff(person_id=people["presenter"], role=SittingRole.PRESENTER)]


def ensure_live_sitting(db: Db, people: dict[str, int], *, now: datetime) -> str:
    """Give the code of a sitting of ATP3 that runs or starts within a minute, with both attendees registered."""
    course = db.scalars(select(Course).where(Course.seed == LIVE_SEED)).one()
    for row in db.scalars(select(Webinar).where(REAL, Webinar.course_id == course.id, Webinar.starts_at.is_not(None))):
        is_on = row.state in (WebinarState.SCHEDULED, WebinarState.LIVE) and row.starts_at is not None
        if (
            is_on
            and row.starts_at
            and row.starts_at <= now + timedelta(minutes=2) <= row.starts_at + timedelta(minutes=65)
        ):
            return row.code
    starts_at = (now + timedelta(seconds=60)).replace(microsecond=0)
    row = copy_sitting(db, course, starts_at, people, now)
    for key in ("attendee", "attendee2"):
        db.add(register(db, row, people[key], now))
    return row.code


def ensure_future_sitting(db: Db, people: dict[str, int], *, now: datetime) -> None:
    """Let there be a sitting of ATP3 to register for: a Tuesday at 12:00 p.m. ET, three to four weeks ahead."""
    course = db.scalars(select(Course).where(Course.seed == LIVE_SEED)).one()
    known = select(Webinar.id).where(Webinar.course_id == course.id, Webinar.starts_at > now + timedelta(days=1))
    if db.scalars(known.limit(1)).first() is not None:
        return
    ahead = in_zone(now, "America/New_York").date() + timedelta(days=21)
    day = ahead + timedelta(days=(1 - ahead.weekday()) % 7)
    local = datetime.combine(day, time(12))  # wall clock, the zone goes along
    copy_sitting(db, course, resolve(local, "America/New_York"), people, now)


def copy_sitting(db: Db, course: Course, starts_at: datetime, people: dict[str, int], now: datetime) -> Webinar:
    """Write a sitting like the seed's, with its planned polls, and the jobs of its life; it starts at this instant."""
    data = load_file(f"courses/{LIVE_SEED}.json")
    told, zone = data["sittings"][0], data["sittings"][0]["time_zone"]
    local = in_zone(starts_at, zone).replace(tzinfo=None)
    row = Webinar(
        code=new_code(),
        course_id=course.id,
        item_id=course.units[0].items[0].id,
        title=told["title"],
        state=WebinarState.SCHEDULED,
        delivery=Delivery.ONLINE,
        precision=DatePrecision.EXACT,
        typed="",
        local_start=local,
        time_zone=zone,
        starts_at=starts_at,
        minutes=told["minutes"],
        capacity_online=told["capacity_online"],
        created_at=now,
        updated_at=now,
    )
    row.segments = _segments(told["agenda"])
    row.staff = _staff(people)
    db.add(row)
    db.flush()  # polls, stage and jobs name the id
    db.add(StageSource(webinar_id=row.id, kind=StageKind.TEXT, text=_POSTER))
    db.add_all(_poll(row.id, n, poll) for n, poll in enumerate(data["polls"], 1))
    schedule_lifecycle(db, row, now)
    return row


def _poll(webinar_id: int, position: int, data: dict[str, Any]) -> Poll:
    return Poll(
        code=new_code(),
        webinar_id=webinar_id,
        position=position,
        kind=PollKind(data["kind"]),
        question=data["question"],
        min_choices=data.get("min_choices", 1),
        max_choices=data.get("max_choices", 1),
        setup=data.get("setup"),
        open_seconds=data.get("open_seconds"),
        pinned=False,
        state=PollState.DRAFT,
        visibility=ResultVisibility(data["results"]),
        privacy=Privacy(data["privacy"]),
        planned_minute=data["minute"],
        options=[PollOption(position=n, text=text) for n, text in enumerate(data["options"])],
    )


def register(db: Db, webinar: Webinar, person_id: int, now: datetime) -> Registration:
    """Give a registration of one of the demonstration's people, not yet added."""
    person = db.get_one(Person, person_id)
    held = person.licences[0] if person.licences else None
    return Registration(
        code=new_code(),
        person_id=person_id,
        course_id=webinar.course_id,
        webinar_id=webinar.id,
        state=RegistrationState.REGISTERED,
        legal_name=person.legal_name,
        display_name=person.display_name,
        licence={"profession": held.profession, "board": held.board, "number": held.number} if held else None,
        time_zone=person.time_zone,
        policy_version=current_policy(webinar),
        policy_accepted_at=now,
        created_at=now,
    )
