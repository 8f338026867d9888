"""Rows for tests: each method writes the least that is valid and returns plain values."""

import itertools
from datetime import UTC, datetime, timedelta
from typing import Any

from webinar_app.accounts.models import Person, RoleGrant
from webinar_app.attendance.models import AttentionCheck
from webinar_app.attendance.rules import AttendancePolicy
from webinar_app.attendance.rules.checks import CheckKind, CheckState
from webinar_app.core.actor import Actor, Member
from webinar_app.core.clock import utc_now
from webinar_app.core.codes import new_code
from webinar_app.core.permissions import PROVIDER_PERMISSIONS, SITTING_PERMISSIONS, Role, SittingRole
from webinar_app.courses.models import Course, CoursePresenter, CreditOffer, Item, Objective, Presenter, Unit
from webinar_app.courses.rules import CompletionRule, CourseKind, CourseState, ItemKind, Level
from webinar_app.infra.db import Db, write
from webinar_app.providers.models import Provider
from webinar_app.providers.rules import RulePack
from webinar_app.registrations.models import Registration
from webinar_app.registrations.rules import RegistrationState
from webinar_app.webinars.models import AgendaSegment, Staff, Webinar
from webinar_app.webinars.rules import DatePrecision, Delivery, WebinarState

NOW = datetime(2026, 11, 3, 16, 50, tzinfo=UTC)
START = datetime(2026, 11, 3, 17, 0, tzinfo=UTC)  # 12:00 p.m. ET
_numbers = itertools.count(1)


class World:
    """One provider, and whatever a test asks for."""

    def __init__(self) -> None:
        self.provider_id: int = write(self._provider)

    @staticmethod
    def _provider(db: Db) -> int:
        row = Provider(
            slug=f"alder-{next(_numbers)}", name="Alder Institute", time_zone="America/New_York", created_at=NOW,
            rule_pack=RulePack().to_json(), email="desk@alder.example", signatory_name="Ada Alder",
            signatory_title="Director", address="1 Alder Row", phone="555 0100", provider_number="A-1",
            approval_statement="Approved.", policies=[],
        )  # fmt: skip
        db.add(row)
        db.flush()  # the id is the answer
        return row.id

    def person(
        self, name: str = "Ada Lovelace", *roles: Role, email: str | None = None, zone: str | None = None
    ) -> int:
        """Give the id of a new person with these roles."""
        address = email or f"person{next(_numbers)}@example.org"
        return write(self._person, self.provider_id, name, address, list(roles), zone)

    @staticmethod
    def _person(db: Db, provider_id: int, name: str, email: str, roles: list[Role], zone: str | None) -> int:
        row = Person(
            code=new_code(), email=email, legal_name=name, display_name=name.split()[0], created_at=NOW,
            time_zone=zone, email_verified_at=NOW,
        )  # fmt: skip
        row.grants = [RoleGrant(provider_id=provider_id, role=role) for role in roles]
        db.add(row)
        db.flush()  # the id is the answer
        return row.id

    def actor(self, person_id: int, *roles: Role, limited_to: int | None = None) -> Actor:
        """Give the actor that such a person is."""
        permissions = frozenset().union(*(PROVIDER_PERMISSIONS[role] for role in roles))
        return Actor(
            person_id=person_id, display_name="Ada", email="ada@example.org", roles=frozenset(roles),
            permissions=permissions, provider_id=self.provider_id, limited_to=limited_to,
        )  # fmt: skip

    def coordinator(self) -> Actor:
        """Give a coordinator."""
        return self.actor(self.person("Cora Coordinator", Role.COORDINATOR), Role.COORDINATOR)

    def course(self, **changes: Any) -> dict[str, Any]:
        """Give `{id, slug, webinar_item, reading_item, evaluation_item}` of a course like seed 000's."""
        return write(self._course, self.provider_id, changes)

    @staticmethod
    def _course(db: Db, provider_id: int, changes: dict[str, Any]) -> dict[str, Any]:
        values: dict[str, Any] = {
            "slug": f"atp3-{next(_numbers)}", "kind": CourseKind.LIVE_WEBINAR, "state": CourseState.PUBLISHED,
            "title": "Building a Therapeutic Alliance", "code": "ATP3", "level": Level.ADVANCED,
            "audience": ["Clinicians"], "price": 0, "completion_rule": CompletionRule.ALL_UNITS,
            "certificate_years": 1, "attendance_policy": AttendancePolicy().to_json(), "description": ["About."],
            "lead_in": "You will be able to", "created_at": NOW, "updated_at": NOW, "published_at": NOW,
        }  # fmt: skip
        course = Course(provider_id=provider_id, **(values | changes))
        course.objectives = [Objective(position=n, text=f"Objective {n}") for n in (1, 2, 3)]
        kinds = (ItemKind.WEBINAR, ItemKind.READING, ItemKind.EVALUATION)
        course.units = [
            Unit(position=n, title=f"Unit {n}", minutes=75 if n == 1 else None, items=[Item(position=1, kind=kind)])
            for n, kind in enumerate(kinds, start=1)
        ]
        course.offers = [CreditOffer(type="General", amount=1.25)]
        teacher = Presenter(provider_id=provider_id, name="Dr. Michael McGee", bio=["Psychiatrist."])
        course.presenters = [CoursePresenter(position=1, presenter=teacher)]
        db.add(course)
        db.flush()  # the ids are the answer
        items = dict(zip(("webinar_item", "reading_item", "evaluation_item"), (u.items[0].id for u in course.units)))
        return {"id": course.id, "slug": course.slug} | items

    def webinar(self, course: dict[str, Any] | None = None, **changes: Any) -> dict[str, Any]:
        """Give `{id, code, course}` of a sitting on 3 November 2026, 12:00 p.m. ET, 75 minutes."""
        course = course or self.course()
        return write(self._webinar, course, changes) | {"course": course}

    @staticmethod
    def _webinar(db: Db, course: dict[str, Any], changes: dict[str, Any]) -> dict[str, Any]:
        values: dict[str, Any] = {
            "state": WebinarState.SCHEDULED, "delivery": Delivery.ONLINE, "precision": DatePrecision.EXACT,
            "typed": "November 3, 2026 12:00 p.m. ET", "local_start": datetime.fromisoformat("2026-11-03T12:00"),
            "time_zone": "America/New_York", "starts_at": START, "minutes": 75, "capacity_online": 250,
            "created_at": NOW, "updated_at": NOW,
        }  # fmt: skip
        row = Webinar(code=new_code(), course_id=course["id"], item_id=course["webinar_item"], **(values | changes))
        row.segments = [AgendaSegment(title="All of it", start_minute=0, minutes=75)]
        db.add(row)
        db.flush()  # the id is the answer
        return {"id": row.id, "code": row.code}

    def live_webinar(self, **changes: Any) -> dict[str, Any]:
        """Give a sitting that is live since its start."""
        return self.webinar(state=WebinarState.LIVE, went_live_at=START, **changes)

    @staticmethod
    def planned_check(
        db: Db, webinar: dict[str, Any], kind: CheckKind = CheckKind.CHOOSE, second: int | None = None
    ) -> str:
        """Give the code of a check that is due at this second of its sitting; without one it is due now."""
        if second is None:
            start = db.get_one(Webinar, webinar["id"]).starts_at
            assert start is not None
            second = int((utc_now() - start).total_seconds()) - 180  # an open poll cannot put it off any more
        options = ["apple", "harbor", "lemon", "river"] if kind is CheckKind.CHOOSE else []
        row = AttentionCheck(
            code=new_code(), webinar_id=webinar["id"], state=CheckState.PLANNED, kind=kind, options=options,
            answer="" if kind is CheckKind.TAP else "harbor", planned_second=second, latest_second=second + 180,
            window_seconds=90, long_window_seconds=180,
        )  # fmt: skip
        db.add(row)
        return row.code

    def staff(self, webinar: dict[str, Any], role: SittingRole = SittingRole.PRESENTER) -> Member:
        """Give a member with a role in the sitting."""
        person_id = self.person("Mike Presenter", Role.PRESENTER)
        write(self._staff, webinar["id"], person_id, role)
        return Member(person_id, webinar["id"], webinar["code"], "Mike", SITTING_PERMISSIONS[role])

    @staticmethod
    def _staff(db: Db, webinar_id: int, person_id: int, role: SittingRole) -> None:
        db.add(Staff(webinar_id=webinar_id, person_id=person_id, role=role))

    def attendee(self, webinar: dict[str, Any], name: str = "Ada Lovelace", **changes: Any) -> Member:
        """Give a registered member of the sitting."""
        person_id = self.person(name)
        registration_id = write(self._registration, webinar, person_id, name, changes)
        rights = SITTING_PERMISSIONS[SittingRole.ATTENDEE]
        return Member(person_id, webinar["id"], webinar["code"], name.split()[0], rights, registration_id)

    @staticmethod
    def _registration(db: Db, webinar: dict[str, Any], person_id: int, name: str, changes: dict[str, Any]) -> int:
        values: dict[str, Any] = {
            "state": RegistrationState.REGISTERED, "created_at": NOW,
            "legal_name": name, "display_name": name.split()[0],
        }  # fmt: skip
        row = Registration(
            code=new_code(), person_id=person_id, course_id=webinar["course"]["id"], webinar_id=webinar["id"],
            **(values | changes),
        )  # fmt: skip
        db.add(row)
        db.flush()  # the id is the answer
        return row.id

    @staticmethod
    def minutes_after_start(minutes: float) -> datetime:
        """Give the instant this many minutes after the start."""
        return START + timedelta(minutes=minutes)
