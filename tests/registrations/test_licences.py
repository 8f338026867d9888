"""Licences that are over on the day, and the attendance policy that is accepted later."""

import csv
import io
import re
from datetime import date, timedelta

import pytest
from page_words import let_in, words
from sqlalchemy import select

from webinar_app.accounts.models import Licence
from webinar_app.core.clock import utc_now
from webinar_app.core.errors import InvalidInput, NotFound
from webinar_app.core.permissions import Role
from webinar_app.courses.models import Course
from webinar_app.infra.db import read, write
from webinar_app.registrations.models import Registration
from webinar_app.registrations.rules import is_licence_over
from webinar_app.registrations.services import Sheet, accept_policy, register_by_hand

OVER, GOOD = date(2026, 11, 23), date(2030, 1, 31)


def hold(db, person_id, number, expires_on):
    db.add(Licence(person_id=person_id, profession="Nurse", board="Ohio", number=number, expires_on=expires_on))


def version_in(page):
    return re.search(r'name="policy_version"[^>]*value="(\w+)"', page).group(1)


def registration():
    with read() as db:
        row = db.scalars(select(Registration).order_by(-Registration.id)).first()
        return row.code, row.licence, row.policy_version, row.policy_accepted_at


@pytest.mark.parametrize(
    ("licence", "is_over"),
    [
        (None, False), ({}, False), ({"expires_on": ""}, False), ({"expires_on": "soon"}, False),
        ({"expires_on": "2026-11-22"}, True), ({"expires_on": "2026-11-23"}, False),
    ],
)  # fmt: skip
def test_licence_holds_to_its_last_day(licence, is_over):
    assert is_licence_over(licence, date(2026, 11, 23)) is is_over


def test_licence_that_is_over_on_the_day_warns_and_a_valid_one_stands_first(soon, app, world):
    webinar, person_id = soon(), world.person("Grace Hopper")
    write(hold, person_id, "OLD-1", OVER)
    write(hold, person_id, "NEW-1", GOOD)
    client = let_in(app.test_client(), person_id)
    page = client.get(f"/webinars/{webinar['code']}/register").text
    old, new = re.findall(r'name="licence" type="radio" value="(\d+)"', page)
    chosen = re.search(r'<input checked id="licence-\d+" name="licence" type="radio" value="(\d+)"', page).group(1)
    sheet = {"legal_name": "Grace Hopper", "policy": "y", "policy_version": version_in(page), "licence": old}
    client.post(f"/webinars/{webinar['code']}/register", data=sheet | {"_key": "with an old one"})
    done = words(client, f"/webinars/{webinar['code']}/registered")
    desk = let_in(app.test_client(), world.person("Cora", Role.COORDINATOR))
    people = words(desk, f"/manage/webinars/{webinar['code']}/people")
    table = desk.get(f"/manage/webinars/{webinar['code']}/people.csv").text
    (row,) = list(csv.DictReader(io.StringIO(table)))

    assert "valid until 23 November 2026 only" in page
    assert chosen == new
    assert "The licence you chose has expired" in done
    assert "Expired" in people
    assert registration()[1]["expires_on"] == "2026-11-23"
    assert row["Licence until"] == "2026-11-23"
    assert "over on the day" in words(desk, f"/manage/registrations/{registration()[0]}")


def test_policy_is_accepted_later_with_version_and_time(soon, app, world):
    webinar, cora = soon(), world.coordinator()
    write(
        register_by_hand, cora, webinar["code"], Sheet(email="ada@example.org", legal_name="Ada"), now=utc_now()
    )  # fmt: skip
    with read() as db:
        person_id = db.scalars(select(Registration.person_id)).one()
    client = let_in(app.test_client(), person_id)
    asked = client.get(f"/webinars/{webinar['code']}/registered").text
    path, version = f"/registrations/{registration()[0]}/policy", version_in(asked)
    unticked = client.post(path, data={"policy_version": version, "_key": "not ticked it"})
    old = client.post(path, data={"policy_version": "0LD00000", "policy": "y", "_key": "an old one of it"})
    nothing = registration()[2]
    sent = client.post(path, data={"policy_version": version, "policy": "y", "_key": "ticked all of it"})

    assert "You have not agreed to the attendance policy yet" in asked
    assert (unticked.status_code, "Tick that you have read" in unticked.text) == (422, True)
    assert (old.status_code, "changed while this page was open" in old.text) == (422, True)
    assert (nothing, sent.status_code, registration()[2]) == ("", 303, version)
    assert utc_now() - registration()[3] < timedelta(minutes=1)
    assert "not agreed" not in client.get(f"/webinars/{webinar['code']}/registered").text


def test_changed_policy_is_asked_again_of_its_own_person_only(soon, app, world):
    webinar = soon()
    member = world.attendee(webinar, policy_version="0LD00000")
    client = let_in(app.test_client(), member.person_id)

    page = words(client, f"/webinars/{webinar['code']}/registered")
    with pytest.raises(NotFound):
        write(accept_policy, world.actor(world.person("Bea")), registration()[0], "A", now=utc_now())
    with pytest.raises(InvalidInput):
        write(accept_policy, world.actor(member.person_id), registration()[0], "A", now=utc_now())

    assert "The attendance policy changed since you agreed to it" in page
    with read() as db:
        assert db.get_one(Course, webinar["course"]["id"]).attendance_policy
