"""A session's pages through a browser without scripts."""

import re
from html import unescape

import pytest
from factories import NOW
from seed_000 import DETAILS, SCHEDULE

from webinar_app.accounts.services.signing import sign_in
from webinar_app.core.clock import utc_now
from webinar_app.core.permissions import Role
from webinar_app.courses.services import create_course
from webinar_app.courses.services.publishing import publish_course
from webinar_app.infra.db import read, write
from webinar_app.providers.models import Provider
from webinar_app.webinars.queries import get_by_code, list_sittings, list_staff, sitting_view

EVIL = '"><img src=x onerror=alert(1)>'
EDIT = {
    "_key": "edit-key-1", "precision": "exact", "typed": "November 24, 2026 12:00 p.m. ET", "minutes": "75",
    "time_zone": "America/New_York", "delivery": "online", "capacity_online": "250", "lobby_minutes": "15",
}  # fmt: skip


def enter(client, person_id):
    token = write(sign_in, person_id, "password", device="Firefox on Linux", now=utc_now())
    with client.session_transaction() as held:
        held["sign_in"] = token


@pytest.fixture
def cora(world, client):
    person_id = world.person("Cora Coordinator", Role.COORDINATOR, zone="America/New_York")
    enter(client, person_id)
    return world.actor(person_id, Role.COORDINATOR)


@pytest.fixture
def slug(cora):
    made = write(create_course, cora, DETAILS, SCHEDULE | {"typed": EDIT["typed"]}, now=NOW)["slug"]
    write(publish_course, cora, made, now=NOW)
    return made


@pytest.fixture
def code(slug):
    return sittings(slug)[0]["code"]


def sittings(slug):
    from webinar_app.courses.queries import get_by_slug

    with read() as db:
        return list_sittings(db, get_by_slug(db, slug).id)


def view(code):
    with read() as db:
        webinar = get_by_code(db, code)
        return sitting_view(webinar) | {"staff": list_staff(db, webinar.id)}


def text(answer):
    page = re.sub(r"<(script|style|svg)\b.*?</\1>", "", answer.text, flags=re.S)
    return " ".join(unescape(re.sub(r"<[^>]+>", " ", page)).replace("\u00a0", " ").split())


def test_hub_shows_time_limits_staff_and_where_it_leads(client, code, world):
    world.person("Mike Presenter", Role.PRESENTER, email="mike@example.org")
    client.post(
        f"/manage/webinars/{code}/staff", data={"_key": "staff-key-1", "email": "mike@example.org", "role": "host"}
    )

    page = text(client.get(f"/manage/webinars/{code}"))

    for words in (
        "Tuesday 24 November 2026, 12:00 p.m. ET",
        "75 minutes",
        "250",
        "Mike Presenter",
        "Host",
        "Scheduled",
    ):
        assert words in page


def test_move_asks_first_and_then_moves(client, code):
    moved = EDIT | {"typed": "December 1, 2026 1:00 p.m. ET"}

    asked = client.post(f"/manage/webinars/{code}/edit", data=moved)
    before = view(code)
    done = client.post(f"/manage/webinars/{code}/edit", data=moved | {"confirm": "1"})

    assert asked.status_code == 200
    assert "From Tuesday 24 November 2026, 12:00 p.m. ET to Tuesday 1 December 2026, 1:00 p.m. ET" in text(asked)
    assert 'name="typed" value="December 1, 2026 1:00 p.m. ET"' in asked.text
    assert (before["sequence"], done.status_code, view(code)["sequence"]) == (0, 303, 1)


def test_change_of_limits_is_saved_at_once(client, code):
    sent = EDIT | {"capacity_online": "40", "registration_closes": "20 November 2026"}

    answer = client.post(f"/manage/webinars/{code}/edit", data=sent)

    page = text(client.get(f"/manage/webinars/{code}"))
    assert (answer.status_code, view(code)["capacity_online"]) == (303, 40)
    assert "Friday 20 November 2026, 11:59 p.m. ET" in page


@pytest.mark.parametrize(
    "changes,sentence",
    [
        ({"typed": EVIL}, "Write the date with its year"),
        ({"typed": "March 14, 2027 2:30 a.m. ET"}, "Use Sunday 14 March 2027, 3:00 a.m. ET"),
        ({"typed": "November 7, 2027 1:30 a.m. ET"}, "The second: 1:30 a.m. EST, 06:30 UTC"),
        ({"minutes": "x"}, "Write a whole number from 5 to 720."),
        ({"registration_closes": "25 November 2026"}, "Close registration on the day of the session, or earlier."),
    ],
)
def test_wrong_schedule_is_named_and_kept(client, code, changes, sentence):
    answer = client.post(f"/manage/webinars/{code}/edit", data=EDIT | {"capacity_online": "77"} | changes)

    assert (answer.status_code, view(code)["capacity_online"]) == (422, 250)
    assert sentence in text(answer)
    assert ('value="77"' in answer.text, "<img src=x" in answer.text) == (True, False)
    assert all(value in unescape(answer.text) for value in changes.values())


def test_place_typed_beside_online_is_refused_and_kept(client, code):
    answer = client.post(f"/manage/webinars/{code}/edit", data=EDIT | {"venue_name": "Hall 7"})

    assert answer.status_code == 422
    assert "Choose a way of holding it with people in a room, or leave this empty." in answer.text
    assert 'value="Hall 7"' in answer.text


def test_place_of_before_may_be_left_standing(client, code):
    held = EDIT | {"delivery": "hybrid", "capacity_room": "20", "venue_name": "Hall 7", "confirm": "1"}
    client.post(f"/manage/webinars/{code}/edit", data=held)

    back = held | {"delivery": "online", "_key": "edit-key-2"}
    answer = client.post(f"/manage/webinars/{code}/edit", data=back)

    assert answer.status_code == 303


def test_part_that_only_begins_is_refused(client, code):
    sent = {"_key": "agenda-key-9", "segments-0-start_minute": "5", "segments-0-title": "", "segments-0-minutes": ""}

    answer = client.post(f"/manage/webinars/{code}/agenda", data=sent)

    assert answer.status_code == 422
    assert "Say what happens in this part, or remove it." in answer.text


def test_agenda_is_written_without_scripts(client, code):
    sent = {
        "_key": "agenda-key-1", "segments-0-title": "Welcome", "segments-0-minutes": "5", "segments-1-title": EVIL,
        "segments-1-minutes": "70", "segments-1-gives_credit": "y",
    }  # fmt: skip
    more = client.post(f"/manage/webinars/{code}/agenda", data=sent | {"do": "segments.add"})
    longer = client.post(f"/manage/webinars/{code}/agenda", data=sent | {"segments-1-minutes": "71"})

    saved = client.post(f"/manage/webinars/{code}/agenda", data=sent)

    assert ('name="segments-2-title"' in more.text, longer.status_code, saved.status_code) == (True, 422, 303)
    assert "This part ends at minute 76, after the session’s 75 minutes." in text(longer).replace("'", "’")
    assert view(code)["segments"] == [
        {"title": "Welcome", "start_minute": 0, "minutes": 5, "gives_credit": False},
        {"title": EVIL, "start_minute": 5, "minutes": 70, "gives_credit": True},
    ]
    assert "<img src=x" not in client.get(f"/manage/webinars/{code}").text


def test_staff_are_added_by_address_and_removed(client, code, world):
    world.person("Mike Presenter", Role.PRESENTER, email="mike@example.org")
    wrong = client.post(
        f"/manage/webinars/{code}/staff", data={"_key": "staff-key-0", "email": "no@x.org", "role": "host"}
    )
    client.post(
        f"/manage/webinars/{code}/staff", data={"_key": "staff-key-1", "email": "mike@example.org", "role": "host"}
    )
    staff = view(code)["staff"]

    client.post(f"/manage/webinars/{code}/staff/remove", data={"_key": "staff-key-2", "staff": staff[0]["id"]})

    assert (wrong.status_code, "Nobody with this address has an account yet." in text(wrong)) == (422, True)
    assert ([one["role"] for one in staff], view(code)["staff"]) == (["host"], [])


def test_cancelling_asks_first(client, code):
    asked = client.get(f"/manage/webinars/{code}/cancel")
    state = view(code)["state"]

    client.post(f"/manage/webinars/{code}/cancel", data={"_key": "cancel-key-1"})

    assert ("This cannot be undone" in text(asked), state, view(code)["state"]) == (True, "scheduled", "cancelled")
    assert "Only a session that is scheduled can be cancelled" in text(client.get(f"/manage/webinars/{code}/cancel"))


def test_session_is_added_once_to_a_course(client, slug):
    page = client.get(f"/manage/courses/{slug}/sittings/new").text
    item = re.search(r'name="item_id" value="(\d+)"', page)[1]
    sent = EDIT | {"item_id": item, "typed": "December 8, 2026 noon ET"}

    answers = [client.post(f"/manage/courses/{slug}/sittings/new", data=sent).status_code for _ in range(2)]

    assert (answers, [one["words"] for one in sittings(slug)]) == (
        [303, 303], ["Tuesday 24 November 2026, 12:00 p.m. ET", "Tuesday 8 December 2026, 12:00 p.m. ET"],
    )  # fmt: skip


PAGES = ("", "/edit", "/agenda", "/cancel")


@pytest.mark.parametrize("page", PAGES)
def test_presenters_and_guests_are_kept_out(client, world, page):
    code = world.webinar()["code"]
    guest = client.get(f"/manage/webinars/{code}{page}")
    enter(client, world.person("Paul", Role.PRESENTER))

    assert (guest.status_code, client.get(f"/manage/webinars/{code}{page}").status_code) == (302, 403)


@pytest.mark.parametrize("page", PAGES)
def test_session_of_another_provider_does_not_exist(client, cora, world, page):
    def other(db):
        row = Provider(slug="other", name="Other", time_zone="UTC", created_at=NOW)
        db.add(row)
        db.flush()
        return row.id

    world.provider_id = write(other)
    code = world.webinar()["code"]

    assert client.get(f"/manage/webinars/{code}{page}").status_code == 404


def test_hub_of_a_session_without_a_time_leads_to_no_room(client, code, slug):
    data = EDIT | {"_key": "no-time-key", "precision": "on_request", "typed": "", "capacity_online": ""}
    client.post(f"/manage/courses/{slug}/sittings/new", data=data)
    timeless = next(one["code"] for one in sittings(slug) if one["code"] != code)

    hubs = [client.get(f"/manage/webinars/{one}").text for one in (code, timeless)]
    room = client.get(f"/room/{timeless}")

    assert [
        [f'/room/{one}{page}"' in hub for page in ("", "/present")] for one, hub in zip((code, timeless), hubs)
    ] == [
        [True, True],
        [False, False],
    ]
    assert [
        f"/manage/webinars/{timeless}/attendance" in hubs[1],
        f"/manage/certificates?webinar={timeless}" in hubs[1],
    ] == [
        True,
        True,
    ]
    assert room.status_code == 409
    assert "This session has no time, so it has no room. Its page says how to take part." in text(room)


def test_sentence_of_two_checks_is_said_once(client, code):
    data = {"_key": "add-key-1", "email": "x" * 300, "legal_name": "Bea"}

    answer = client.post(f"/manage/webinars/{code}/people/add", data=data)

    assert answer.status_code == 422
    said = re.search(r'id="email-error">([^<]*)<', answer.text)
    assert said is not None
    assert said[1] == "Write an e-mail address, such as name@example.org."
