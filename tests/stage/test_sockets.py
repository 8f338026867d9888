"""The stage between staff and the audience."""

import pytest

from webinar_app.core.permissions import SittingRole


@pytest.fixture
def room(world, doors):
    webinar = world.live_webinar()
    return {
        "desk": doors.enter(world.staff(webinar)),
        "moderator": doors.enter(world.staff(webinar, SittingRole.MODERATOR)),
        "ada": doors.enter(world.attendee(webinar, "Ada Lovelace")),
    }


def test_stage_is_a_poster_until_staff_change_it(room):
    before = room["ada"].snapshot()["shared"]["stage"]
    room["desk"].act("stage.change", kind="youtube", address="https://youtu.be/dQw4w9WgXcQ", text="")
    after = {"kind": "youtube", "url": "https://www.youtube-nocookie.com/embed/dQw4w9WgXcQ", "text": "", "slides": None}

    assert before == {"kind": "none", "url": None, "text": "", "slides": None}
    assert room["ada"].events() == [("stage.changed", {"stage": after})]
    assert room["ada"].snapshot()["shared"]["stage"] == after


def test_text_stage_keeps_no_address(room):
    answer = room["desk"].act("stage.change", kind="text", address="https://evil.example", text="Call 555 0100.")

    assert answer["data"]["stage"] == {"kind": "text", "url": None, "text": "Call 555 0100.", "slides": None}


@pytest.mark.parametrize(
    ("kind", "address", "text", "field"),
    [
        ("youtube", "javascript:alert(1)", "", "address"),
        ("vimeo", "https://youtu.be/dQw4w9WgXcQ", "", "address"),
        ("hls", "http://example.org/a.m3u8", "", "address"),
        ("text", "", "  ", "text"),
    ],
)
def test_wrong_stage_is_refused_beside_its_field(room, kind, address, text, field):
    answer = room["desk"].act("stage.change", kind=kind, address=address, text=text)

    assert list(answer["error"]["fields"]) == [field]
    assert room["ada"].events() == []


@pytest.mark.parametrize("who", ["ada", "moderator"])
def test_only_hosts_and_presenters_change_it(room, who):
    assert room[who].act("stage.change", kind="none", address="", text="")["error"]["code"] == "forbidden"
