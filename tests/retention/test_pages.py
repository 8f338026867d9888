"""The page of records: what is kept how long, what is held; put and lift with a reason, for admins."""

import re

import pytest
from page_words import let_in
from presence_facts import ended_webinar
from sqlalchemy import select

from webinar_app.core.permissions import Role
from webinar_app.infra.db import read
from webinar_app.retention.models import LegalHold
from webinar_app.retention.rules.classes import CLASSES

WHY = "Case 12 of the county <b>"
NEW = {"_key": "a key of a hold", "reason": WHY}


@pytest.fixture
def admin(app, world):
    return let_in(app.test_client(), world.person("Adam Admin", Role.ADMIN))


def shown(answer):
    """Give a page's words, without markup."""
    return " ".join(re.sub("<[^>]+>", " ", answer.text.partition("<main")[2]).split())


def test_the_page_tells_each_class_with_its_period_and_reason(admin):
    page = admin.get("/manage/records")

    words = shown(page).replace("&#39;", "'")
    assert page.headers["Cache-Control"] == "no-store"
    assert [one.kind for one in CLASSES if one.words not in words or one.period not in words] == []
    assert [one.kind for one in CLASSES if one.reason not in words or one.source not in words] == []
    assert "Nothing is held" in words


def test_an_admin_puts_a_hold_and_lifts_it(admin, world):
    webinar = ended_webinar(world)
    form = admin.get("/manage/holds/new", query_string={"webinar": webinar["code"]})
    put = admin.post("/manage/holds/new", data=NEW | {"subject": "webinar", "name": webinar["code"]})
    listed = admin.get("/manage/records")
    with read() as db:
        code = db.scalars(select(LegalHold.code)).one()
    short = admin.post(f"/manage/holds/{code}/lift", data={"_key": "a key of lifting", "reason": "no"})
    lifted = admin.post(f"/manage/holds/{code}/lift", data={"_key": "a key of lifting 2", "reason": "It is closed."})
    after = admin.get("/manage/records")

    assert f'value="{webinar["code"]}"' in form.text
    assert (put.status_code, put.location) == (303, "/manage/records")
    assert "Held. Nothing of it is forgotten" in listed.text
    assert "Case 12 of the county &lt;b&gt;" in listed.text
    assert "Adam Admin" in shown(listed)
    assert (short.status_code, "Say why in 5 to 300 characters." in short.text, "no</textarea>" in short.text) == (
        422, True, True,
    )  # fmt: skip
    assert lifted.status_code == 303
    assert "Nothing is held" in shown(after)
    assert "It is closed." in shown(after)
    assert admin.get(f"/manage/holds/{code}/lift").status_code == 404


def test_a_wrong_name_keeps_what_was_typed(admin):
    answer = admin.post("/manage/holds/new", data=NEW | {"subject": "course", "name": "no-such-course"})

    assert answer.status_code == 422
    assert "Nothing has this name. Write the course’s address." in answer.text
    assert 'value="no-such-course"' in answer.text
    assert "Case 12 of the county &lt;b&gt;</textarea>" in answer.text


def test_only_admins_see_records(app, world):
    cora = let_in(app.test_client(), world.person("Cora", Role.COORDINATOR))

    assert cora.get("/manage/records").status_code == 403
    assert "/manage/records" not in cora.get("/manage").text
