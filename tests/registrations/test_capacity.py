"""Many people for the last seats, with real threads and real transactions."""

import threading
from datetime import timedelta

import databases
import pytest
from factories import NOW, World
from sqlalchemy import create_engine, select

from webinar_app.core.actor import GUEST
from webinar_app.core.errors import Refused
from webinar_app.infra import db as door
from webinar_app.infra import dispatch, runtime
from webinar_app.infra.db import Db, read, write
from webinar_app.registrations.models import Registration
from webinar_app.registrations.queries import current_policy
from webinar_app.registrations.services import Sheet, register
from webinar_app.subscriptions import SUBSCRIPTIONS
from webinar_app.webinars.models import Webinar

SEATS, PEOPLE = 3, 24


@pytest.fixture(params=databases.KINDS)
def served(request, tmp_path, monkeypatch):
    """A database of its own with a real writer thread, as a web process has it; gives kind, URL and a small sitting."""
    url = databases.fresh(request.param, tmp_path)
    dispatch.install(SUBSCRIPTIONS)
    monkeypatch.setattr(runtime, "_mode", "threading")  # what `wsgi.py` says before anything else
    door.start(url, thread=True)
    webinar = World().webinar(capacity_online=SEATS, starts_at=NOW + timedelta(days=1))
    yield request.param, url, webinar["code"]
    door.stop()


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
        return len(db.scalars(select(Registration.id)).all())


EXACTLY = ["registration.full"] * (PEOPLE - SEATS) + ["seat"] * SEATS


def test_the_last_seats_are_given_once_by_one_process(served):
    _, _, code = served

    outcomes = run_together(lambda sheet: write(register, GUEST, code, sheet, now=NOW), sheets(code))

    assert (outcomes, taken()) == (EXACTLY, SEATS)


def test_the_last_seats_are_given_once_by_several_processes(served):
    kind, url, code = served
    if kind == "sqlite":
        return  # one process writes there: its queue is the test above
    engine = create_engine(url, pool_size=PEOPLE)

    def commit(sheet):
        with engine.begin() as connection, Db(connection, join_transaction_mode="create_savepoint") as db:
            register(db, GUEST, code, sheet, now=NOW)
            super(Db, db).commit()  # as the writer does: services cannot

    outcomes = run_together(commit, sheets(code))
    engine.dispose()

    assert (outcomes, taken()) == (EXACTLY, SEATS)
