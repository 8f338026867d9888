"""Attendance as a coordinator's browser sees it."""

import csv
import io

import pytest
from presence_facts import end, ended_webinar, sign_in_as, stay
from sqlalchemy import select

from webinar_app.attendance import jobs
from webinar_app.audit.models import AuditEntry
from webinar_app.core.permissions import Role
from webinar_app.infra.db import read

EVIL = '"><img src=x onerror=alert(1)>'
FORMULA = "=HYPERLINK(1)"


@pytest.fixture
def room(world):
    """A sitting that ended: two people with names that try something, and one who never came."""
    webinar = ended_webinar(world)
    people = [world.attendee(webinar, name) for name in (f"Ada {EVIL}", FORMULA, "Cyd Charisse")]
    stay(people[0], 0, 75, start=webinar["start"])
    stay(people[1], 0, 49, start=webinar["start"])
    return webinar, people, world.staff(webinar)


def finish(webinar, host):
    end(webinar, host)
    jobs.summarise_all({"webinar_id": webinar["id"]})


def address(webinar, more=""):
    return f"/manage/webinars/{webinar['code']}/attendance{more}"


@pytest.fixture
def cora(client, world):
    """A coordinator's browser."""
    sign_in_as(client, world.person("Cora Coordinator", Role.COORDINATOR))
    return client


def test_before_the_session_there_is_nothing(cora, world):
    page = cora.get(address(world.webinar()))

    assert (page.status_code, "Nothing is measured yet" in page.text) == (200, True)


def test_during_the_session_everybody_so_far(cora, room):
    webinar, _, _ = room

    page = cora.get(address(webinar)).text

    assert ("So far" in page, "49 of 75 min." in page, "Not enough" in page) == (True, True, False)


def test_after_the_session_verdicts_with_reasons(cora, room):
    webinar, _, host = room
    finish(webinar, host)

    page, short = cora.get(address(webinar)).text, cora.get(address(webinar, "?view=short")).text

    assert ("75 of 75 min." in page, "68 min are needed." in page, "Not there" in page) == (True, True, True)
    assert (FORMULA in short, "Cyd Charisse" in short) == (True, False)
    assert (EVIL in page, "&lt;img src=x" in page) == (False, True)


def test_search_finds_a_part_of_a_name(cora, room):
    webinar, _, host = room
    finish(webinar, host)

    found, nobody = cora.get(address(webinar, "?q=charis")).text, cora.get(address(webinar, "?q=zzz")).text

    assert ("Cyd Charisse" in found, FORMULA in found, "Nobody with this name" in nobody) == (True, False, True)


def test_a_search_that_is_too_long_is_cut_with_words(cora, room):
    webinar, _, host = room
    finish(webinar, host)

    long, short = cora.get(address(webinar, f"?q={'x' * 101}")).text, cora.get(address(webinar, "?q=Cyd")).text

    assert "Only the first 100 characters are searched for." in long
    assert f'value="{"x" * 100}"' in long
    assert "Only the first 100 characters" not in short


def test_person_page_shows_the_facts(cora, room):
    webinar, people, host = room
    finish(webinar, host)
    with read() as db:
        from webinar_app.registrations.queries import get_registration

        code = get_registration(db, people[1].registration_id).code

    page = cora.get(address(webinar, f"/{code}"))

    assert (page.status_code, page.text.count("<td>Present</td>"), "49 min of 75 min" in page.text) == (200, 1, True)
    assert cora.get(address(webinar, "/NOBODY00")).status_code == 404


def test_file_holds_everybody_and_no_formula(cora, room):
    webinar, _, host = room
    finish(webinar, host)

    file = cora.get(address(webinar, ".csv"))
    rows = list(csv.reader(io.StringIO(file.data.decode("utf-8-sig"))))

    assert [(row[0], row[7], row[10]) for row in rows[1:]] == [
        (f"Ada {EVIL}", "75", "Attended"), ("'" + FORMULA, "49", "Not enough"), ("Cyd Charisse", "0", "Not there"),
    ]  # fmt: skip
    with read() as db:
        acts = list(db.scalars(select(AuditEntry.act).where(AuditEntry.act == "attendance.exported")))
    assert acts == ["attendance.exported"]


@pytest.mark.parametrize("more", ["", ".csv", "/ABCDEFGH"])
def test_attendees_and_presenters_see_no_list(client, room, more):
    webinar, people, host = room

    for person in (people[0].person_id, host.person_id):
        sign_in_as(client, person)
        assert client.get(address(webinar, more)).status_code == 403
