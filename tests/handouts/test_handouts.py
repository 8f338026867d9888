"""Handouts: sent by staff, opened at a chosen moment, fetched by members, and written down."""

import io
from datetime import timedelta

import documents
import pytest
import slides
from factories import START
from hypothesis import given
from hypothesis import strategies as st
from page_words import let_in
from posted import run_jobs

from webinar_app.core.errors import InvalidInput, Refused
from webinar_app.core.uploads import upload_fault
from webinar_app.handouts import services
from webinar_app.handouts.queries import get_handout
from webinar_app.handouts.rules import HandoutState, check_may_open, check_plan, may_download, opens_at
from webinar_app.infra.db import read, write
from webinar_app.webinars.events import WebinarWentLive
from webinar_app.webinars.services.lifecycle import end_webinar


@pytest.fixture
def room(world, doors, app):
    webinar = world.live_webinar()
    staff, ada = world.staff(webinar), world.attendee(webinar, "Ada Lovelace")
    desk, seat = let_in(app.test_client(), staff.person_id), let_in(app.test_client(), ada.person_id)
    other = let_in(app.test_client(), world.attendee(world.live_webinar(), "Otto").person_id)
    return {
        "staff": staff, "mike": doors.enter(staff), "ada": doors.enter(ada), "desk": desk, "seat": seat, "other": other,
        "id": webinar["id"], "code": webinar["code"], "url": f"/manage/webinars/{webinar['code']}/handouts",
    }  # fmt: skip


def sent(data=None, name="Sheet.pdf", key="a key of a form", **more):
    return {"_key": key, "file": (io.BytesIO(documents.pdf("One") if data is None else data), name)} | more


def found(room, code):
    with read() as db:
        return get_handout(db, room["id"], code)


@given(st.text(max_size=200), st.none() | st.integers(-5, 900))
def test_plan_is_a_title_and_a_minute_of_the_session(title, minute):
    is_good = 1 <= len(title) <= 120 and (minute is None or 0 <= minute <= 720)
    try:
        check_plan(title, minute)
    except InvalidInput:
        assert not is_good
    else:
        assert is_good


@given(st.integers(0, 720), st.integers(0, 720))
def test_planned_minutes_keep_their_order(one, other):
    assert (opens_at(START, one) <= opens_at(START, other)) == (one <= other)
    assert opens_at(START, 0) == START


def test_only_checked_files_open_and_only_open_ones_are_fetched():
    check_may_open(HandoutState.READY)
    for state in (HandoutState.CHECKING, HandoutState.REFUSED):
        with pytest.raises(Refused):
            check_may_open(state)
    may = [may_download(opened, is_staff=staff) for opened in (None, START) for staff in (False, True)]
    assert may == [False, True, True, True]
    assert all(
        upload_fault(reason).endswith("send it again.") or "then send it" in upload_fault(reason)
        for reason in ("locked", "x")
    )


def test_file_opens_to_everybody_and_closes_again(room):
    code = slides.add_handout(room["staff"])
    for is_open in (True, True, False):
        assert room["mike"].act("handout.open", handout=code, open=is_open)["ok"]

    events = room["ada"].events()
    assert [name for name, _ in events] == ["handout.opened", "handout.closed"]
    assert events[0][1]["handout"] | {"at": ""} == {
        "code": code, "title": "Worksheet", "kind": "pdf", "size": 6, "at": "",
    }  # fmt: skip
    assert room["ada"].snapshot()["shared"]["handouts"] == []
    assert [one["state"] for one in room["mike"].snapshot()["staff"]["handouts"]] == ["ready"]


def test_unchecked_file_and_other_hands_open_nothing(room, world, doors):
    waiting = slides.add_handout(room["staff"], is_checked=False)
    ready = slides.add_handout(room["staff"])
    elsewhere = doors.enter(world.staff(world.live_webinar()))

    assert room["mike"].act("handout.open", handout=waiting, open=True)["error"]["code"] == "handout.checking"
    assert room["ada"].act("handout.open", handout=ready, open=True)["error"]["code"] == "forbidden"
    assert elsewhere.act("handout.open", handout=ready, open=True)["error"]["code"] == "handout.unknown"
    assert room["ada"].events() == []


def test_every_download_is_written_down(room):
    code = slides.add_handout(room["staff"])
    address = f"/files/{room['code']}/handouts/{code}"
    closed = room["seat"].get(address)
    room["mike"].act("handout.open", handout=code, open=True)
    taken = [room["seat"].get(address) for _ in range(2)]
    elsewhere = room["other"].get(address)
    page = room["desk"].get(room["url"]).text

    assert (closed.status_code, elsewhere.status_code) == (404, 403)
    assert [(answer.status_code, answer.data) for answer in taken] == [(200, b"a file")] * 2
    assert taken[0].headers["Content-Disposition"].startswith('attachment; filename="Sheet.pdf"')
    assert taken[0].headers["Content-Security-Policy"] == "default-src 'none'; sandbox"
    assert "Fetched by 1 person, 2 times." in page
    assert page.count("Ada Lovelace") == 2


def test_pictures_are_written_anew_and_broken_files_refused(room):
    for number, data in enumerate((documents.picture("JPEG"), documents.pdf("One"), b"%PDF-1.4 broken")):
        answer = room["desk"].post(room["url"], data=sent(data, key=f"a key of form {number}", title=f"File {number}"))
        assert answer.status_code == 303
    run_jobs(services.CHECK)

    told = {one["title"]: one for one in room["mike"].snapshot()["staff"]["handouts"]}
    assert [told[f"File {n}"]["state"] for n in range(3)] == ["ready", "ready", "refused"]
    assert told["File 2"]["refusal"].startswith("This file cannot be read.")
    assert told["File 0"]["kind"] == "jpeg"


def test_form_keeps_what_was_typed(room):
    program = room["desk"].post(room["url"], data=sent(b"MZ", title="My sheet", minute="5"))
    minute = room["desk"].post(room["url"], data=sent(title="My sheet", minute="x"))
    asked = room["desk"].post(room["url"], data=sent(b"MZ"), headers={"Accept": "application/json"})

    assert [answer.status_code for answer in (program, minute, asked)] == [422, 422, 422]
    assert 'value="My sheet"' in program.text
    assert "This is not a PDF, a PNG picture or a JPEG picture." in program.text.replace("&#39;", "’")
    assert "Write a whole number." in minute.text
    assert asked.json["detail"].startswith("This is not a PDF")


def test_file_opens_by_itself_at_its_minute(room):
    early, late = (slides.add_handout(room["staff"], title, minute) for title, minute in (("Early", 10), ("Late", 60)))
    at = START + timedelta(minutes=10)

    assert [write(services.open_when_due, early, now=at - timedelta(seconds=1)), found(room, early).opened_at] == [
        False, None,
    ]  # fmt: skip
    assert [write(services.open_when_due, code, now=at) for code in (early, early, late, "NOTHERE1")] == [
        True, False, False, False,
    ]  # fmt: skip
    assert [payload["handout"]["title"] for _, payload in room["ada"].events()] == ["Early"]


def test_planned_files_wait_for_the_session(room, world):
    webinar = world.live_webinar()
    code = slides.add_handout(world.staff(webinar), minute=0)
    write(services.plan_handouts, WebinarWentLive(webinar["id"]), START)
    run_jobs(services.OPEN)

    with read() as db:
        assert get_handout(db, webinar["id"], code).opened_at is not None


def test_page_opens_closes_and_removes(room):
    code = slides.add_handout(room["staff"])

    def post(what, key, **data):
        address = f"{room['url']}/{code}/{what}"
        return room["desk"].post(address, data={"_key": key} | data, follow_redirects=True).text

    assert "Everybody can fetch it now." in post("open", "the first key", open="1")
    assert "Close it first." in post("remove", "the second key")
    assert "It is closed again." in post("open", "the third key", open="0")
    assert "The file is removed." in post("remove", "the fourth key")
    assert "No files yet" in room["desk"].get(room["url"]).text


def test_page_refuses_to_open_what_is_not_checked(room):
    code = slides.add_handout(room["staff"], is_checked=False)
    address = f"{room['url']}/{code}/open"

    page = room["desk"].post(address, data={"_key": "a key of it", "open": "1"}, follow_redirects=True).text
    assert "still being checked" in page


def test_files_of_a_sitting_are_counted(room, monkeypatch):
    monkeypatch.setattr(services, "MOST_HANDOUTS", 1)
    slides.add_handout(room["staff"])

    with pytest.raises(Refused, match="Remove one"):
        slides.add_handout(room["staff"])


def test_open_files_stay_after_the_end(room):
    code = slides.add_handout(room["staff"])
    room["mike"].act("handout.open", handout=code, open=True)
    write(end_webinar, room["staff"], now=START + timedelta(minutes=75))
    page = room["seat"].get(f"/room/{room['code']}").text

    address = f"/files/{room['code']}/handouts/{code}"
    assert f'href="{address}"' in page.partition("Files to keep")[2]
    assert room["seat"].get(address).status_code == 200
