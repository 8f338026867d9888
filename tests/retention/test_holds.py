"""Legal holds: a session, a course or a person keep everything until somebody lifts them, with a reason."""

from datetime import timedelta

import pytest
from presence_facts import ended_webinar
from sqlalchemy import select

from webinar_app.accounts.models import Person
from webinar_app.audit.models import AuditEntry
from webinar_app.core.clock import utc_now
from webinar_app.core.errors import Forbidden, InvalidInput, NotFound, Refused
from webinar_app.core.permissions import Role
from webinar_app.infra.db import read, write
from webinar_app.registrations.models import KeptAnswer
from webinar_app.retention import jobs
from webinar_app.retention.models import Forgotten, LegalHold
from webinar_app.retention.queries.held import list_holds
from webinar_app.retention.services.holding import lift_hold, put_hold

WHY = "Case 12 of the county"


@pytest.fixture
def admin(world):
    return world.actor(world.person("Adam Admin", Role.ADMIN), Role.ADMIN)


def run(monkeypatch, days):
    at = utc_now() + timedelta(days=days)
    monkeypatch.setattr(jobs, "utc_now", lambda: at)
    jobs.run({})


def forgotten():
    with read() as db:
        return set(db.scalars(select(Forgotten.webinar_id)))


def email_of(person_id):
    with read() as db:
        return db.get_one(Person, person_id).email


@pytest.fixture
def three(world):
    """Three ended sittings of three courses; Ada took part in the first, Mike presented the second."""
    webinars = [ended_webinar(world) for _ in range(3)]
    return webinars, world.attendee(webinars[0], "Ada"), world.staff(webinars[1])


@pytest.mark.parametrize(("subject", "kept"), [("webinar", 2), ("course", 2), ("attendee", 0), ("presenter", 1)])
def test_what_is_held_stays_until_the_hold_is_lifted(three, admin, monkeypatch, subject, kept):
    webinars, ada, mike = three
    names = {
        "webinar": ("webinar", webinars[2]["code"].lower()), "course": ("course", webinars[2]["course"]["slug"]),
        "attendee": ("person", email_of(ada.person_id).upper()), "presenter": ("person", email_of(mike.person_id)),
    }  # fmt: skip
    code = write(put_hold, admin, *names[subject], WHY, now=utc_now())["code"]
    run(monkeypatch, 800)
    while_held = forgotten()
    write(lift_hold, admin, code, "The case is closed", now=utc_now())
    run(monkeypatch, 801)

    everything = {one["id"] for one in webinars}
    assert while_held == everything - {webinars[kept]["id"]}
    assert forgotten() == everything


def test_a_hold_of_somebody_keeps_what_was_merged_with_them(world, admin, monkeypatch):
    kept, gone = world.person("Ada"), world.person("Ada Again")
    write(_merge, kept, gone)
    for name in (email_of(kept), email_of(gone)):
        code = write(put_hold, admin, "person", name, WHY, now=utc_now())["code"]
        run(monkeypatch, 5000)
        with read() as db:
            assert set(db.scalars(select(KeptAnswer.person_id))) == {kept, gone}
        write(lift_hold, admin, code, "The case is closed", now=utc_now())
    run(monkeypatch, 5000)

    with read() as db:
        assert db.scalars(select(KeptAnswer.person_id)).all() == []


def _merge(db, kept, gone):
    db.get_one(Person, gone).merged_into_id = kept
    for person_id in (kept, gone):
        db.add(KeptAnswer(person_id=person_id, memory="text:employer", value="Alder", kept_at=utc_now()))


def test_a_hold_says_what_is_gone_already(three, admin, monkeypatch):
    webinars, ada, _ = three
    run(monkeypatch, 100)

    def put(subject, name):
        return write(put_hold, admin, subject, name, WHY, now=utc_now())["forgotten"]

    assert put("webinar", webinars[0]["code"]) == ["devices"]
    assert put("course", webinars[0]["course"]["slug"]) == ["devices"]
    assert put("person", email_of(ada.person_id)) == []


def test_a_hold_needs_a_subject_a_reason_and_an_admin(three, admin, world):
    webinars, *_ = three
    code, cora = webinars[0]["code"], world.coordinator()
    write(put_hold, admin, "webinar", code, WHY, now=utc_now())
    cases = [
        (admin, "webinar", "NOTHERE1", WHY, InvalidInput), (admin, "course", "no-course", WHY, InvalidInput),
        (admin, "person", "", WHY, InvalidInput), (admin, "planet", "Mars", WHY, InvalidInput),
        (admin, "webinar", webinars[1]["code"], "no", InvalidInput), (cora, "webinar", code, WHY, Forbidden),
        (admin, "webinar", webinars[1]["code"], "x" * 301, InvalidInput), (admin, "webinar", code, WHY, Refused),
    ]  # fmt: skip
    for actor, subject, name, reason, error in cases:
        with pytest.raises(error):
            write(put_hold, actor, subject, name, reason, now=utc_now())
    with pytest.raises(NotFound):
        write(lift_hold, admin, "NOTHERE1", WHY, now=utc_now())

    assert [one.name for one in _standing()] == [code]


def _standing():
    with read() as db:
        return list_holds(db)


def test_another_organisation_holds_nothing_here(three, admin, world):
    webinars, *_ = three
    code = write(put_hold, admin, "webinar", webinars[0]["code"], WHY, now=utc_now())["code"]
    world.provider_id = write(world._provider)
    other = world.actor(world.person("Otto", Role.ADMIN), Role.ADMIN)
    for name, subject in ((webinars[1]["code"], "webinar"), (webinars[1]["course"]["slug"], "course")):
        with pytest.raises(InvalidInput):
            write(put_hold, other, subject, name, WHY, now=utc_now())
    with pytest.raises(NotFound):
        write(lift_hold, other, code, WHY, now=utc_now())


def test_the_audit_and_the_list_say_who_held_what_and_who_lifted_it(three, admin):
    webinars, *_ = three
    code = write(put_hold, admin, "course", webinars[0]["course"]["slug"], WHY, now=utc_now())["code"]
    write(lift_hold, admin, code, "The case is closed", now=utc_now())

    with read() as db:
        [held], standing = list_holds(db, are_standing=False), list_holds(db)
        acts = db.execute(
            select(AuditEntry.act, AuditEntry.actor_id, AuditEntry.subject_kind, AuditEntry.subject_id).order_by(
                AuditEntry.id
            )
        ).all()
        row = db.scalars(select(LegalHold)).one()
    assert standing == []
    assert (held.by, held.lifted_by, held.reason, held.lift_reason) == ("Adam Admin",) * 2 + (WHY, "The case is closed")
    subject = ("course", webinars[0]["course"]["id"])
    assert [tuple(one) for one in acts] == [
        ("retention.hold", admin.person_id, *subject), ("retention.release", admin.person_id, *subject),
    ]  # fmt: skip
    assert row.lifted_at is not None
