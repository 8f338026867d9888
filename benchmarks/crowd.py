"""Thousands of registered people at once, and tickets for their connections, made without a browser."""

import json
import secrets
import uuid
from collections.abc import Sequence
from datetime import timedelta

from sitting import Room
from sqlalchemy import insert

from webinar_app.accounts.models import Person
from webinar_app.config import settings
from webinar_app.core.actor import Member
from webinar_app.core.clock import utc_now
from webinar_app.core.codes import new_code
from webinar_app.core.permissions import SITTING_PERMISSIONS, SittingRole
from webinar_app.infra.db import Db, write
from webinar_app.live.rules import ticket_for, write_ticket
from webinar_app.registrations.models import Registration
from webinar_app.registrations.rules import RegistrationState
from webinar_app.webinars.models import Webinar

LASTS_LONGER = timedelta(hours=1)  # the room's own tickets last a minute, which 10,000 joins in a row may exceed
SLICE = 1000


class Crowd:
    """So many people with a seat in a room; `seats` holds (person, registration)."""

    def __init__(self, room: Room, count: int) -> None:
        self.room = room
        self.seats: list[tuple[int, int]] = []
        while len(self.seats) < count:
            some = min(SLICE, count - len(self.seats))
            self.seats += [(seat[0], seat[1]) for seat in write(_add_people, room.id, len(self.seats), some)]

    def auth(self, number: int) -> str:
        """Give what the person of this number connects with, once."""
        return _auth(self.room, *self.seats[number], device=f"browser-{number}")

    def auths(self, numbers: Sequence[int] | None = None, *, times: int = 1) -> list[str]:
        """Give tickets for these people (for all), each as often as they may connect."""
        chosen = range(len(self.seats)) if numbers is None else numbers
        return [self.auth(number) for _ in range(times) for number in chosen]

    def staff_auth(self) -> str:
        """Give what the presenter connects with, once."""
        return _auth(self.room, self.room.demo["people"]["presenter"], None, device="desk")


def _auth(room: Room, person_id: int, registration_id: int | None, *, device: str) -> str:
    role = SittingRole.ATTENDEE if registration_id is not None else SittingRole.PRESENTER
    member = Member(person_id, room.id, room.code, f"Person {person_id}", SITTING_PERMISSIONS[role], registration_id)
    ticket = ticket_for(member, secrets.token_urlsafe(16), device, utc_now() + LASTS_LONGER)
    return json.dumps({"ticket": write_ticket(settings().link_secrets[0], ticket)}, separators=(",", ":"))


def _add_people(db: Db, webinar_id: int, first: int, count: int) -> list[list[int]]:
    now, course_id = utc_now(), db.get_one(Webinar, webinar_id).course_id
    names = [f"Person {number}" for number in range(first, first + count)]
    people = db.scalars(
        insert(Person).returning(Person.id, sort_by_parameter_order=True),
        [
            {
                "code": new_code(),
                "email": f"crowd{uuid.uuid4().hex}@example.org",
                "legal_name": name,
                "display_name": name,
                "time_zone": "America/New_York",
                "created_at": now,
            }
            for name in names
        ],
    ).all()
    rows = [
        {
            "code": new_code(),
            "person_id": person_id,
            "course_id": course_id,
            "webinar_id": webinar_id,
            "state": RegistrationState.REGISTERED,
            "legal_name": name,
            "display_name": name,
            "time_zone": "America/New_York",
            "created_at": now,
        }
        for person_id, name in zip(people, names, strict=True)
    ]
    seats = db.scalars(insert(Registration).returning(Registration.id, sort_by_parameter_order=True), rows).all()
    return [list(seat) for seat in zip(people, seats, strict=True)]
