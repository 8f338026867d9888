"""A list from its file to its people: the dry run writes nothing, the import may stop, go on and be repeated."""

import csv
import io
from datetime import timedelta

import pytest
from page_words import let_in, words_of
from posted import mails, run_jobs
from sqlalchemy import func, select

from webinar_app.accounts.models import Person
from webinar_app.audit.models import AuditEntry
from webinar_app.core.clock import utc_now
from webinar_app.core.permissions import Role
from webinar_app.infra.db import read, write
from webinar_app.people import jobs
from webinar_app.people.jobs import import_people
from webinar_app.people.models import ImportFault, PeopleImport
from webinar_app.people.services.importing import forget_import, register_slice
from webinar_app.registrations.models import Approval, Registration, WaitingPlace
from webinar_app.webinars.models import Webinar
from webinar_app.webinars.rules import WebinarState


@pytest.fixture
def sitting(world):
    return world.webinar(starts_at=utc_now() + timedelta(days=7), capacity_online=10)


@pytest.fixture
def desk(app, world):
    return let_in(app.test_client(), world.person("Cora Coordinator", Role.COORDINATOR))


def sheet(*rows, head="E-mail,Legal name"):
    return "\n".join([head, *rows]).encode()


def send(desk, sitting, data, name="list.csv", key="a key of a form"):
    path = f"/manage/webinars/{sitting['code']}/people/import"
    return desk.post(path, data={"_key": key, "file": (io.BytesIO(data), name)})


def press(desk, page, what, key="a key of a button"):
    return desk.post(f"{page}/{what}", data={"_key": key})


def count(table):
    with read() as db:
        return db.scalar(select(func.count()).select_from(table))


def registered():
    with read() as db:
        query = select(Person.email, Registration.legal_name).join(Person, Person.id == Registration.person_id)
        return db.execute(query.order_by(Registration.id)).all()


def test_dry_run_shows_every_row_and_writes_nobody(desk, sitting, world):
    world.person("Known", email="known@example.org")
    world.attendee(sitting, "Seated")
    with read() as db:
        seated = db.scalars(select(Person.email).where(Person.legal_name == "Seated")).one()
    before = count(Person), count(Registration)

    rows = ("ada@example.org,Ada", "nobody,Nob", "known@example.org,Other Name", f"{seated},Seated")
    answer = send(desk, sitting, sheet(*rows))
    page = words_of(desk.get(answer.location).text)

    assert answer.status_code == 303
    assert "2 people can be registered, 1 of them known to us" in page
    assert "“nobody” is no e-mail address" in page
    assert "Already registered. Leave this line out" in page
    assert (count(Person), count(Registration)) == before
    assert run_jobs("people.import") == []


def stand_everywhere(world, sitting):
    """Let somebody stand in every state of a sitting, two on its waiting list, and give their addresses."""
    states = {
        "rae": "rejected", "will": "waitlisted", "wilma": "waitlisted", "olga": "offered", "pam": "pending",
        "seth": "registered", "back": "rejected", "cal": "cancelled",
    }  # fmt: skip
    made = {}
    for name, state in states.items():
        person_id = world.person(name.title(), email=f"{name}@example.org")
        made[name] = write(world._registration, sitting, person_id, name.title(), {"state": state})
        if name == "back":
            write(world._registration, sitting, person_id, "Back", {})

    def more(db):
        for rank, name in enumerate(("wilma", "will"), start=1):
            row = {"registration_id": made[name], "webinar_id": sitting["id"], "seat": "online", "rank": rank}
            db.add(WaitingPlace(**row, joined_at=utc_now()))
        db.add(Approval(registration_id=made["rae"], asked_at=utc_now(), outcome="rejected", reason="For nurses only"))

    write(more)
    return [f"{name}@example.org,{name.title()}" for name in states]


def test_dry_run_and_result_tell_apart_who_stands_where(desk, sitting, world):
    answer = send(desk, sitting, sheet(*stand_everywhere(world, sitting), "new@example.org,New"))
    dry = words_of(desk.get(answer.location).text)
    late = world.person("New", email="new@example.org")
    write(world._registration, sitting, late, "New", {"state": "waitlisted"})
    press(desk, answer.location, "start")
    run_jobs("people.import")
    done = words_of(desk.get(answer.location).text)

    counted = "on the waiting list, 1 with a place on offer to them, 1 waiting to be confirmed and 1 rejected before."
    assert "2 people can be registered, 1 of them known to us" in dry
    assert f"Of these, 2 are registered already, 2 {counted}" in dry
    for said in (
        "On the waiting list, number 2.", "On the waiting list, number 1.", "Rejected before: “For nurses only”.",
        "They registered, and wait for you to confirm it.", "is on offer to them, until they answer.",
    ):  # fmt: skip
        assert said in dry
    assert f"Of these, 2 are registered already, 3 {counted}" in done
    assert "Found later. On the waiting list, number" in done
    assert [name for _, name in registered()].count("Cal") == 2


def test_import_registers_each_once_and_tells_them(desk, sitting):
    page = send(desk, sitting, sheet("ada@example.org,Ada Lovelace", "=bad,x", "bea@example.org,Bea")).location

    assert press(desk, page, "start").status_code == 303
    assert press(desk, page, "start", "another key of it").status_code == 303
    run_jobs("people.import", "calendars.confirm")

    assert registered() == [("ada@example.org", "Ada Lovelace"), ("bea@example.org", "Bea")]
    assert [mail["To"] for mail in mails()] == ["Ada Lovelace <ada@example.org>", "Bea <bea@example.org>"]
    assert desk.get(page, headers={"Accept": "application/json"}).json == {
        "state": "done", "good": 2, "handled": 2, "added": 2, "late": 0,
    }  # fmt: skip
    with read() as db:
        acts = list(db.scalars(select(AuditEntry.act).order_by(AuditEntry.id)))
    assert acts == ["people.import", "registration.add", "registration.add", "people.import_done"]


def test_places_are_numbered_and_a_list_takes_none_above_the_capacity(desk, sitting, world):
    world.attendee(sitting, "Seated", seat_number=2)
    rows = [f"p{number}@example.org,Person {number}a" for number in range(10)]
    answer = send(desk, sitting, sheet(*rows))
    page = words_of(desk.get(answer.location).text)
    press(desk, answer.location, "start")
    run_jobs("people.import")

    assert "No place is left: there are 10 online" in page
    with read() as db:
        numbers = list(db.scalars(select(Registration.seat_number)))
    assert sorted(numbers) == list(range(1, 11))


def test_the_same_list_again_makes_no_one_twice(desk, sitting):
    data = sheet("ada@example.org,Ada", "bea@example.org,Bea")
    press(desk, send(desk, sitting, data).location, "start")
    run_jobs("people.import")

    again = send(desk, sitting, data, key="the second time").location
    refused = desk.post(f"{again}/start", data={"_key": "a key of a third"}, follow_redirects=True)

    assert "Nobody in this list can be registered" in words_of(refused.text)
    assert run_jobs("people.import") == []
    assert len(registered()) == 2


def test_stopped_import_goes_on_where_it_was(desk, sitting, monkeypatch):
    monkeypatch.setattr(jobs, "SLICE", 2)
    page = send(desk, sitting, sheet(*(f"p{n}@example.org,Person {n}a" for n in range(5)))).location
    code = page.rpartition("/")[2]
    press(desk, page, "start")
    entries, after = jobs._left(code)
    write(register_slice, code, after, entries[:2], now=utc_now())
    press(desk, page, "stop", "a key to stop")
    run_jobs("people.import")

    assert len(registered()) == 2
    assert "2 people are registered and stay so; 3 people are left" in words_of(desk.get(page).text)

    press(desk, page, "start", "a key to go on")
    run_jobs("people.import")
    import_people({"code": code})  # a job that comes again

    assert [email for email, _ in registered()] == [f"p{n}@example.org" for n in range(5)]


def test_slice_of_another_job_is_left_alone(desk, sitting):
    page = send(desk, sitting, sheet("ada@example.org,Ada", "bea@example.org,Bea")).location
    code = page.rpartition("/")[2]
    press(desk, page, "start")
    entries, after = jobs._left(code)

    assert write(register_slice, code, after, entries[:1], now=utc_now()) is True
    assert write(register_slice, code, after, entries[:1], now=utc_now()) is False
    assert len(registered()) == 1


def test_long_import_takes_turns(desk, sitting, monkeypatch):
    monkeypatch.setattr(jobs, "SLICE", 1)
    monkeypatch.setattr(jobs, "TURN_SECONDS", -1)
    page = send(desk, sitting, sheet(*(f"p{n}@example.org,Person {n}a" for n in range(3)))).location
    press(desk, page, "start")

    assert run_jobs("people.import") == ["people.import"] * 3
    assert len(registered()) == 3


def test_what_changed_after_the_dry_run_is_listed_as_found_later(desk, sitting, world):
    page = send(desk, sitting, sheet(*(f"p{n}@example.org,Person {n}a" for n in range(9)))).location
    for number in range(3):
        world.attendee(sitting, f"Quick {number}a")
    press(desk, page, "start")
    run_jobs("people.import")

    said = words_of(desk.get(page).text)
    assert "7 people registered" in said
    assert "2 rows could be registered when the list was checked" in said
    assert said.count("Found later. No place is left: there are 10 online.") == 2


def test_cancelled_sitting_takes_nobody_of_a_list(desk, sitting):
    page = send(desk, sitting, sheet("ada@example.org,Ada")).location
    press(desk, page, "start")
    write(lambda db: setattr(db.get_one(Webinar, sitting["id"]), "state", WebinarState.CANCELLED))
    run_jobs("people.import")

    assert "This session was cancelled." in words_of(desk.get(page).text)
    assert "Nobody can be added here now" in words_of(send(desk, sitting, b"x", key="a key of later").text)
    assert registered() == []


def test_left_out_rows_come_back_as_a_file_that_can_be_mended(desk, sitting):
    page = send(desk, sitting, sheet("x,=SUM(A1)", "ada@example.org,Ada", "\x00@b,Nul")).location
    answer = desk.get(f"{page}/rows.csv")
    rows = list(csv.reader(io.StringIO(answer.data.decode("utf-8-sig"))))

    assert answer.headers["Content-Disposition"].startswith("attachment")
    assert rows[0] == ["E-mail", "Legal name", "Line", "Reason"]
    assert [(row[1], row[2]) for row in rows[1:]] == [("'=SUM(A1)", "2"), ("Nul", "4")]
    assert all(row[3].endswith(".") for row in rows[1:])


def test_file_that_is_no_list_keeps_the_page_and_says_what_to_do(desk, sitting):
    nothing = desk.post(f"/manage/webinars/{sitting['code']}/people/import", data={"_key": "a key of a form"})
    book = send(desk, sitting, b"PK\x03\x04", "list.xlsx")
    page = desk.get(f"/manage/webinars/{sitting['code']}/people/import").text

    assert 'data-most-megabytes="5"' in page  # a browser says so before it sends more
    assert (nothing.status_code, book.status_code) == (422, 422)
    assert "Choose a CSV file first." in words_of(nothing.text)
    assert "This is a workbook. Save it as “CSV UTF-8”" in words_of(book.text)
    assert count(PeopleImport) == 0


def test_list_is_forgotten_after_a_week(desk, sitting):
    page = send(desk, sitting, sheet("ada@example.org,Ada", "x,y")).location
    write(forget_import, page.rpartition("/")[2], now=utc_now())

    with read() as db:
        assert db.scalars(select(PeopleImport.content)).one() is None
    assert count(ImportFault) == 0
    assert press(desk, page, "start").status_code == 303
    assert "This list was forgotten after a week. Send the file again." in words_of(desk.get(page).text)


def test_list_of_a_course_without_a_sitting(desk, world):
    course = world.course(kind="self_paced")
    answer = desk.post(
        f"/manage/courses/{course['slug']}/people/import",
        data={"_key": "a key of a form", "file": (io.BytesIO(sheet("ada@example.org,Ada")), "list.csv")},
    )
    press(desk, answer.location, "start")
    run_jobs("people.import", "registrations.tell")

    assert registered() == [("ada@example.org", "Ada")]
    assert len(mails(kind="course_confirmation")) == 1
