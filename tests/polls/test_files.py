"""Results of polls as files, and polls copied from another sitting."""

import csv
import io
import json
import zipfile
from xml.etree import ElementTree

import pytest

from webinar_app.accounts.services.signing import sign_in
from webinar_app.core.clock import utc_now
from webinar_app.core.permissions import Role
from webinar_app.infra.db import read, write
from webinar_app.polls.queries import list_polls

SHEET = "{http://schemas.openxmlformats.org/spreadsheetml/2006/main}"


@pytest.fixture
def place(world, client, doors):
    """A sitting in which Ada answered a quiz by name, and a secret poll."""
    webinar = world.live_webinar()
    token = write(sign_in, world.person("Cora Coordinator", Role.COORDINATOR), "password", device="Test", now=utc_now())
    with client.session_transaction() as web_session:
        web_session["sign_in"] = token
    desk, ada = doors.enter(world.staff(webinar)), doors.enter(world.attendee(webinar, "=Ada()"))
    for more, vote in (
        ({"kind": "quiz", "options": ["=One", "Two"], "right": [1]}, [1]),
        ({"kind": "yes_no", "options": [], "privacy": "secret"}, [0]),
    ):
        code = desk.act("poll.draft", question="Which?", **more)["data"]["poll"]
        desk.act("poll.open", poll=code)
        assert ada.act("poll.vote", poll=code, options=vote)["ok"]
        desk.act("poll.close", poll=code)
    return {"client": client, "webinar": webinar, "url": f"/manage/webinars/{webinar['code']}/polls"}


def export(place, form):
    answer = place["client"].get(f"{place['url']}/export?as={form}")
    assert answer.status_code == 200
    return answer.data


def post(place, path, key, **fields):
    return place["client"].post(place["url"] + path, data={"_key": key} | fields)


def rows(content):
    return list(csv.DictReader(io.StringIO(content.decode("utf-8-sig"))))


def test_totals_hold_every_option_of_every_poll(place):
    found = rows(export(place, "totals"))

    assert [(row["Poll"], row["Answer"], row["Count"], row["Percent"], row["All right"]) for row in found] == [
        ("1", "'=One", "0", "0", "1"), ("1", "Two", "1", "100", "1"), ("2", "Yes", "1", "100", ""),
        ("2", "No", "0", "0", ""),
    ]  # fmt: skip


def test_answers_name_who_answered_except_in_secret_polls(place):
    (row,) = rows(export(place, "answers"))

    assert (row["Poll"], row["Name"], row["Answer"], row["Right"]) == ("1", "'=Ada()", "Two", "yes")
    assert float(row["Seconds after opening"]) >= 0


def test_workbook_holds_both_as_text_that_is_no_formula(place):
    with zipfile.ZipFile(io.BytesIO(export(place, "xlsx"))) as book:
        trees = {name: ElementTree.fromstring(book.read(name)) for name in book.namelist()}

    assert [sheet.get("name") for sheet in trees["xl/workbook.xml"].iter(f"{SHEET}sheet")] == ["Totals", "Answers"]
    totals, answers = (trees[f"xl/worksheets/sheet{n}.xml"] for n in (1, 2))
    assert (len(list(totals.iter(f"{SHEET}row"))), len(list(answers.iter(f"{SHEET}row")))) == (5, 2)
    assert "=Ada()" in [text.text for text in answers.iter(f"{SHEET}t")]
    assert list(answers.iter(f"{SHEET}f")) == []


def test_json_holds_what_programs_need(place):
    quiz, secret = json.loads(export(place, "json"))["polls"]

    assert (quiz["result"]["counts"], quiz["right"], [one["answer"] for one in quiz["answers"]]) == ([0, 1], [1], [[1]])
    assert (secret["result"]["counts"], secret["answers"]) == ([1, 0], [])


def test_another_form_of_file_is_not_found(place):
    assert place["client"].get(f"{place['url']}/export?as=pdf").status_code == 404


def test_polls_are_copied_from_another_sitting_of_the_course(place, world):
    with read() as db:
        source = list_polls(db, place["webinar"]["id"])[0].code
    other = world.webinar(course=place["webinar"]["course"])
    there = place | {"url": f"/manage/webinars/{other['code']}/polls"}

    page = place["client"].get(there["url"] + "/bank")
    nothing = post(there, "/bank", "bank-key-1")
    foreign = post(there, "/bank", "bank-key-2", polls="NOTHERE1")
    answer = post(there, "/bank", "bank-key-3", polls=source)

    assert "Which?" in page.text
    assert (nothing.status_code, foreign.status_code, answer.status_code) == (422, 422, 303)
    assert "Choose at least one of the polls listed here." in foreign.text
    with read() as db:
        (copy,) = list_polls(db, other["id"])
        assert (copy.state.value, copy.repeats, copy.shape.setup.right) == ("draft", source, (1,))
        assert [option.text for option in copy.options] == ["=One", "Two"]


def test_closed_poll_is_put_away_and_brought_back(place):
    with read() as db:
        code = list_polls(db, place["webinar"]["id"])[0].code

    post(place, f"/{code}/archive", "away-key-1", archived="1")
    with read() as db:
        away = [poll.code for poll in list_polls(db, place["webinar"]["id"])]
    page = place["client"].get(place["url"]).text
    post(place, f"/{code}/archive", "away-key-2", archived="0")

    assert code not in away
    assert "Put away" in page
    with read() as db:
        assert code in [poll.code for poll in list_polls(db, place["webinar"]["id"])]
