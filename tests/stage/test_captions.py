"""Captions: cut into lines, shown to everybody, kept as WebVTT, and sent from outside by an address."""

import json
from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st
from page_words import let_in
from sqlalchemy import select

from webinar_app.config import links
from webinar_app.core.clock import utc_now
from webinar_app.core.errors import InvalidInput
from webinar_app.core.links import captions_token, read_captions_token, read_join_token
from webinar_app.core.permissions import Role, SittingRole
from webinar_app.infra.db import read, write
from webinar_app.infra.limits import Bucket
from webinar_app.stage.routes import captions
from webinar_app.stage.rules import CAPTION_LIMIT, caption_lines, web_vtt
from webinar_app.webinars.models import Staff
from webinar_app.webinars.services.lifecycle import end_webinar
from webinar_app.webinars.services.scheduling import remove_staff

BEGAN = datetime(2026, 11, 3, 17, 0, tzinfo=UTC)


@pytest.fixture
def room(world, doors, app, monkeypatch):
    monkeypatch.setattr(captions, "_buckets", {})
    webinar = world.live_webinar()
    staff = world.staff(webinar)
    desk = let_in(app.test_client(), staff.person_id)
    return {
        "mike": doors.enter(staff), "ada": doors.enter(world.attendee(webinar, "Ada")), "desk": desk, "member": staff,
        "code": webinar["code"], "outside": app.test_client(), "url": f"/manage/webinars/{webinar['code']}/captions",
    }  # fmt: skip


def open_feed(room, is_open="1", key="a key of a form"):
    assert room["desk"].post(room["url"], data={"open": is_open, "_key": key}).status_code == 303


def push(room, version=1, body="Good evening.", **more):
    path = "/captions/" + links().captions(room["code"], version).rpartition("/")[2]
    return room["outside"].post(path, data=body, **({"content_type": "text/plain"} | more))


WORDS = st.lists(st.text("abc<&é", min_size=1, max_size=400), min_size=1, max_size=9)


@given(WORDS)
def test_lines_are_short_and_lose_no_letter(words):
    lines = caption_lines(" ".join(words))

    assert all(0 < len(line) <= CAPTION_LIMIT for line in lines)
    assert "".join("".join(lines).split()) == "".join(words)
    assert caption_lines("\n".join(lines)) == lines


def test_long_line_is_cut_at_a_space():
    assert caption_lines("a" * 299 + " bc\n\nd") == ["a" * 299, "bc", "d"]
    assert caption_lines("a" * 301) == ["a" * 300, "a"]


@pytest.mark.parametrize("text", ["", " \n ", "\n".join("abcdefghijklmnopqrstuvwxyz")])
def test_nothing_and_too_much_are_refused(text):
    with pytest.raises(InvalidInput):
        caption_lines(text)


def test_captions_become_web_vtt():
    lines = [
        (BEGAN + timedelta(seconds=s), t) for s, t in ((-5, "Before"), (1.5, "A <b> & c"), (2, "Two"), (3700, "Late"))
    ]

    assert web_vtt(lines, BEGAN) == (
        "WEBVTT\n\n00:00:01.500 --> 00:00:02.500\nA &lt;b&gt; &amp; c\n\n"
        "00:00:02.000 --> 00:00:09.000\nTwo\n\n01:01:40.000 --> 01:01:47.000\nLate\n"
    )
    assert web_vtt([], BEGAN) == "WEBVTT\n"


def test_token_names_a_sitting_and_a_version():
    token = captions_token(b"key", "ABCDEFGH", 3)

    assert read_captions_token((b"new", b"key"), token) == ("ABCDEFGH", 3)
    assert read_captions_token((b"new",), token) is None
    assert read_join_token((b"key",), token) is None
    assert read_captions_token((b"key",), token.replace("-3-", "-4-")) is None


def test_typed_captions_reach_everybody(room):
    answer = room["mike"].act("stage.caption", text="Good evening.\nWelcome.")

    assert answer["data"] == {"number": 2}
    [(name, payload)] = room["ada"].events()
    assert (name, [line["text"] for line in payload["lines"]]) == ("stage.captioned", ["Good evening.", "Welcome."])
    for text in ("Three", "Four"):
        room["mike"].act("stage.caption", text=text)
    assert [line["text"] for line in room["ada"].snapshot()["shared"]["captions"]] == ["Welcome.", "Three", "Four"]


def test_attendee_captions_nothing(room):
    assert room["ada"].act("stage.caption", text="I")["error"]["code"] == "forbidden"
    assert room["mike"].act("stage.caption", text=" ")["error"]["fields"] == {"text": "Send some words."}


def test_service_sends_by_its_address_until_it_is_taken_back(room):
    before = push(room)
    open_feed(room)
    taken = push(room)
    open_feed(room, key="the second key")
    void, new = push(room), push(room, 2)
    open_feed(room, "0", "the third key")
    closed = push(room, 3)

    assert [answer.status_code for answer in (before, taken, void, new, closed)] == [404, 200, 404, 200, 404]
    assert void.json["detail"].endswith("Ask the organiser for a new one.")
    assert [name for name, _ in room["ada"].events()] == ["stage.captioned"] * 2
    assert room["outside"].post("/captions/AAAA-1-bad", data="x").status_code == 404


def test_an_address_ends_with_the_role_of_who_made_it(room, world, app):
    person_id = world.staff({"id": room["member"].webinar_id, "code": room["code"]}, SittingRole.CAPTIONER).person_id
    room["desk"] = let_in(app.test_client(), person_id)
    open_feed(room)
    found = [push(room)]
    with read() as db:
        staff_id = db.scalars(select(Staff.id).where(Staff.person_id == person_id)).one()
    boss = world.actor(world.person("Adam", Role.ADMIN), Role.ADMIN)
    write(remove_staff, boss, room["code"], staff_id, now=utc_now())
    found.append(push(room))
    write(world._staff, room["member"].webinar_id, person_id, SittingRole.CAPTIONER)
    found.append(push(room))

    assert [answer.status_code for answer in found] == [200, 404, 200]


def test_sending_the_same_number_again_is_harmless(room):
    open_feed(room)
    path = "/captions/" + links().captions(room["code"], 1).rpartition("/")[2] + "?seq=7&lang=en-US"
    answers = [room["outside"].post(path, data="Once.", content_type="text/plain") for _ in range(2)]

    assert [answer.json for answer in answers] == [{"number": 1}] * 2
    assert len(room["ada"].events()) == 1


def test_json_lines_are_read_and_broken_ones_refused(room):
    open_feed(room)
    good = push(
        room, body="\n".join(json.dumps({"text": word}) for word in ("One", "Two")), content_type="application/x-ndjson"
    )
    bad = [push(room, body=body, content_type="application/json") for body in ("{", "[1]", '{"words": 1}', "null")]

    assert good.json == {"number": 2}
    assert [answer.status_code for answer in bad] == [422] * 4


def test_too_much_and_too_fast_are_refused(room, monkeypatch):
    open_feed(room)
    large = push(room, body="x" * 4097)
    monkeypatch.setattr(captions, "_buckets", {links().captions(room["code"], 1).rpartition("/")[2]: Bucket(0, 1)})
    first, second = push(room), push(room)
    monkeypatch.setattr(captions, "MOST_FEEDS", 1)
    other = push(room, 9)

    assert (large.status_code, first.status_code, second.status_code, other.status_code) == (422, 200, 429, 404)
    assert second.headers["Retry-After"] == "1"
    assert len(captions._buckets) == 1


def test_session_that_is_over_takes_none(room):
    open_feed(room)
    write(end_webinar, room["member"], now=utc_now())

    assert push(room).json["code"] == "room.over"


def test_page_offers_address_and_file(room):
    empty = room["desk"].get(room["url"]).text
    open_feed(room)
    room["mike"].act("stage.caption", text="Good evening.")
    page, file = room["desk"].get(room["url"]).text, room["desk"].get(f"{room['url']}.vtt")

    assert "No captions yet" in empty
    assert links().captions(room["code"], 1) in page
    assert file.headers["Content-Type"] == "text/vtt; charset=utf-8"
    assert "Good evening." in file.text
