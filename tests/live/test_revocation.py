"""A right that ends reaches the open connections of a real server within a second, whichever process ends it (R-7)."""

import time
import uuid
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path

import databases
import pytest
import socketio
from factories import World
from servers import SECRET, Person, Server
from sqlalchemy import select

from webinar_app.accounts.models import RevocationCause
from webinar_app.accounts.services.people import set_roles
from webinar_app.accounts.services.signing import end_all, sign_in, sign_out
from webinar_app.core.actor import Actor
from webinar_app.core.clock import utc_now
from webinar_app.core.permissions import Role, SittingRole
from webinar_app.infra import db, dispatch
from webinar_app.infra.db import read, write
from webinar_app.infra.engines import engine_for
from webinar_app.live.rules import ticket_for, write_ticket
from webinar_app.live.services.removing import remove_person
from webinar_app.registrations.models import Registration
from webinar_app.registrations.services.managing import cancel_for
from webinar_app.subscriptions import SUBSCRIPTIONS
from webinar_app.webinars.models import Staff
from webinar_app.webinars.services.scheduling import add_staff, remove_staff

pytestmark = pytest.mark.live
BOUND_SECONDS = 1.0


@contextmanager
def another_process(folder):
    """Write to the server's database as another process does, all of it at the end."""
    engine = engine_for(f"sqlite:///{folder / 'webinar.db'}", "worker")
    with engine.connect() as connection:
        outer = connection.begin()
        db.use_connection(connection)
        dispatch.install(SUBSCRIPTIONS)
        yield
        outer.commit()
    engine.dispose()


class House:
    """A live room, who is in it, and how each of them loses a right."""

    def __init__(self, folder):
        self.folder, self.world = folder, World()
        self.webinar = self.world.live_webinar()
        self.boss = self.world.actor(self.world.person("Adam", Role.ADMIN), Role.ADMIN)
        names = ("stays", "thrown out", "removed", "signs out", "password", "account role")
        self.people = {name: self.world.attendee(self.webinar, name.title()) for name in names}
        for name, role in (("role taken", SittingRole.MODERATOR), ("role added", SittingRole.CAPTIONER)):
            self.people[name] = self.world.staff(self.webinar, role)
        for name in ("signs out", "password"):
            person_id = self.people[name].person_id
            write(sign_in, person_id, "password", device="Test", registration_id=None, now=utc_now())
            self.people[name] = replace(self.people[name], sign_in_id=self._newest(person_id))

    @staticmethod
    def _newest(person_id):
        from webinar_app.accounts.models import SignIn

        with read() as rows:
            return rows.scalars(select(SignIn.id).where(SignIn.person_id == person_id)).one()

    def ticket(self, name):
        made = ticket_for(self.people[name], uuid.uuid4().hex, f"browser-{name}", utc_now())
        return write_ticket(SECRET.encode(), made)

    def end(self, name):
        """Take this person's right away, and give the reason that they are told."""
        member, now, code = self.people[name], utc_now(), self.webinar["code"]
        own = Actor(person_id=member.person_id, sign_in_id=member.sign_in_id)
        if name == "signs out":
            write(sign_out, own, now=now)
        elif name == "password":
            write(end_all, member.person_id, RevocationCause.PASSWORD, now=now)
        elif name == "thrown out":
            write(cancel_for, self.boss, self._registration(member), now=now)
        elif name == "removed":
            host = self.world.staff(self.webinar)
            write(remove_person, host, self._registration(member), "Shouted at everybody.", now=now)
        elif name == "account role":
            write(set_roles, self.boss, self._person(member).code, roles=["presenter"], now=now)
        elif name == "role taken":
            with read() as rows:
                staff_id = rows.scalars(select(Staff.id).where(Staff.person_id == member.person_id)).one()
            write(remove_staff, self.boss, code, staff_id, now=now)
        else:
            write(add_staff, self.boss, code, self._person(member).email, "moderator", now=now)
        reasons = {"signs out": "signed_out", "password": "signed_out", "thrown out": "cancelled", "removed": "removed"}
        return reasons.get(name, "role")

    @staticmethod
    def _registration(member):
        with read() as rows:
            return rows.get_one(Registration, member.registration_id).code

    @staticmethod
    def _person(member):
        from webinar_app.accounts.models import Person as Row

        with read() as rows:
            return rows.get_one(Row, member.person_id)


@pytest.fixture
def house(tmp_path):
    url = databases.fresh("sqlite", tmp_path)
    Path(url.removeprefix("sqlite:///")).rename(tmp_path / "webinar.db")
    with another_process(tmp_path):
        built = [House(tmp_path)]
    return built[0]


@pytest.fixture(params=["eventlet", "threading"])
def server(request, house):
    made = Server(house.folder, request.param)
    made.start()
    yield made
    made.stop()
    log = made.log.read_text()
    assert "Traceback" not in log, log[-3000:]


def seconds_until_closed(client, begun):
    while client.client.connected and time.monotonic() < begun + 5:
        time.sleep(0.005)
    return time.monotonic() - begun


def test_every_right_that_ends_closes_its_connections_within_a_second(server, house):
    inside = {name: Person(server).enter(house.ticket(name)) for name in house.people}
    took, told = {}, {}
    for name in house.people:
        if name == "stays":
            continue
        spare = house.ticket(name)
        with another_process(house.folder):
            reason = house.end(name)
        took[name] = seconds_until_closed(inside[name], time.monotonic())
        told[name] = [payload["reason"] for event, payload in inside[name].heard if event == "room.closed"] == [reason]
        with pytest.raises(socketio.exceptions.ConnectionError):
            Person(server).enter(spare)

    assert told == dict.fromkeys(took, True)
    assert max(took.values()) <= BOUND_SECONDS, took
    assert inside["stays"].ask("room.sync")["ok"]
    inside["stays"].client.disconnect()
