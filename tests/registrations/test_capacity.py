"""Two hundred people for the last seat, with real threads and real transactions."""

import threading
from datetime import timedelta
from types import SimpleNamespace

import databases
import pytest
from factories import NOW, World
from sqlalchemy import create_engine, select

from webinar_app.core.actor import GUEST, Actor
from webinar_app.core.errors import Refused
from webinar_app.core.permissions import Role
from webinar_app.courses.models import Course
from webinar_app.infra import db as door
from webinar_app.infra import dispatch, runtime
from webinar_app.infra.db import Db, read, write
from webinar_app.registrations.models import AdmissionRule, Registration, WaitingPlace
from webinar_app.registrations.queries import current_policy
from webinar_app.registrations.rules import RegistrationState
from webinar_app.registrations.rules.admission import WaitingMode
from webinar_app.registrations.services import Sheet, cancel_for, cancel_own, register
from webinar_app.registrations.services.waiting import end_offer
from webinar_app.subscriptions import SUBSCRIPTIONS
from webinar_app.webinars.models import Webinar

SEATS, PEOPLE = 1, 200
CONNECTIONS = 30  # a server takes 100, and those of the round before may still be closing
pytestmark = pytest.mark.xdist_group("connections")  # one of these at a time


@pytest.fixture(params=databases.KINDS)
def served(request, tmp_path, monkeypatch):
    """A database of its own with a real writer thread, as a web process has it; gives kind, URL and a small sitting."""
    url = databases.fresh(request.param, tmp_path)
    dispatch.install(SUBSCRIPTIONS)
    monkeypatch.setattr(runtime, "_mode", "threading")  # what `wsgi.py` says before anything else
    door.start(url, thread=True)
    webinar = World().webinar(capacity_online=SEATS, starts_at=NOW + timedelta(days=1))
    write(set_waiting, webinar["id"], WaitingMode.OFF)
    yield request.param, url, webinar["code"]
    door.stop()


def set_waiting(db, webinar_id, mode):
    row = db.get(AdmissionRule, webinar_id) or AdmissionRule(webinar_id=webinar_id)
    row.waiting = mode
    db.add(row)


def sheets(code):
    with read() as db:
        policy = current_policy(db.scalars(select(Webinar).where(Webinar.code == code)).one())
    return [Sheet(email=f"p{n}@example.org", legal_name=f"Person {n}a", policy=policy) for n in range(PEOPLE)]


def run_together(work, items):
    """Give each item's outcome, all started at the same moment."""
    outcomes, gate = [], threading.Barrier(len(items))

    def run(item):
        gate.wait()
        try:
            work(item)
            outcomes.append("seat")
        except Refused as refused:
            outcomes.append(refused.code)

    threads = [threading.Thread(target=run, args=(item,)) for item in items]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(60)
    return sorted(outcomes)


def taken():
    with read() as db:
        held = select(Registration.id).where(Registration.state == RegistrationState.REGISTERED)
        return len(db.scalars(held).all())


EXACTLY = ["registration.full"] * (PEOPLE - SEATS) + ["seat"] * SEATS


def test_the_last_seats_are_given_once_by_one_process(served):
    _, _, code = served

    outcomes = run_together(lambda sheet: write(register, GUEST, code, sheet, now=NOW, timeout=60), sheets(code))

    assert (outcomes, taken()) == (EXACTLY, SEATS)


def together_on(url, items, work):
    """Do the work for each item at the same moment, on a connection of its own as another process would."""
    engine = create_engine(url, pool_size=CONNECTIONS, max_overflow=0, pool_timeout=60)

    def commit(item):
        with engine.begin() as connection, Db(connection, join_transaction_mode="create_savepoint") as db:
            work(db, item)
            super(Db, db).commit()  # as the writer does: services cannot

    outcomes = run_together(commit, items)
    engine.dispose()
    return outcomes


def test_the_last_seats_are_given_once_by_several_processes(served):
    kind, url, code = served
    if kind == "sqlite":
        return  # one process writes there: its queue is the test above

    outcomes = together_on(url, sheets(code), lambda db, sheet: register(db, GUEST, code, sheet, now=NOW))

    assert (outcomes, taken()) == (EXACTLY, SEATS)


def test_list_keeps_one_order_and_one_offer_among_several_processes(served):
    kind, url, code = served
    if kind == "sqlite":
        return  # see above
    write(lambda db: set_waiting(db, db.scalars(select(Webinar.id)).one(), WaitingMode.FIRST))
    come = together_on(url, sheets(code), lambda db, sheet: register(db, GUEST, code, sheet, now=NOW))
    with read() as db:
        ranks = sorted(db.scalars(select(WaitingPlace.rank)))
        people = dict(db.execute(select(Registration.code, Registration.person_id)).all())

    # Everybody gives up what they have at once: the place goes from hand to hand, and in the end to nobody.
    def leave(db, one):
        cancel_own(db, Actor(person_id=people[one]), one, now=NOW)

    gone = together_on(url, list(people), leave)

    assert (come, gone, ranks) == (["seat"] * PEOPLE, ["seat"] * PEOPLE, list(range(1, PEOPLE)))
    assert {state for _, state, _ in standing()} == {"cancelled"}


def standing():
    """Give the states of everybody, in the order in which they came."""
    with read() as db:
        query = select(Registration.id, Registration.state, Registration.code).order_by(Registration.id)
        return [(row.id, row.state.value, row.code) for row in db.execute(query)]


def test_list_moves_by_itself_and_an_unanswered_offer_fires_once(served):
    _, _, code = served
    write(lambda db: set_waiting(db, db.scalars(select(Webinar.id)).one(), WaitingMode.FIRST))
    run_together(lambda sheet: write(register, GUEST, code, sheet, now=NOW, timeout=60), sheets(code))
    with read() as db:
        webinar, course = db.scalars(select(Webinar)).one(), db.scalars(select(Course)).one()
        cora = World.actor(SimpleNamespace(provider_id=course.provider_id), 1, Role.COORDINATOR)
        queue = list(db.scalars(select(WaitingPlace.registration_id).order_by(WaitingPlace.rank)))
        starts_at = webinar.starts_at
    (held,) = [found for _, state, found in standing() if state == "registered"]

    write(cancel_for, cora, held, now=NOW)
    first = [key for key, state, _ in standing() if state == "offered"]
    early = write(end_offer, first[0], 1, now=starts_at)
    late = run_together(lambda _: write(end_offer, first[0], 1, now=starts_at + timedelta(seconds=1)), range(8))
    gone = {key: state for key, state, _ in standing()}

    assert first == queue[:1]
    assert (early, late) == (False, ["seat"] * 8)
    assert (gone[queue[0]], gone[queue[1]]) == ("cancelled", "waitlisted")  # at the start nothing is offered any more
    assert sorted(gone.values()) == ["cancelled"] * 2 + ["waitlisted"] * (PEOPLE - 2)
