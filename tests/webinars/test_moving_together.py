"""Two coordinators at one session, a connection that breaks, and a move that is taken back."""

import itertools
import re
from datetime import UTC, datetime, timedelta
from html import unescape

import databases
import pytest
from page_words import let_in, words, words_of

from webinar_app.core.permissions import Role
from webinar_app.infra.db import read, write
from webinar_app.registrations.models import AdmissionRule
from webinar_app.registrations.rules.admission import WaitingMode
from webinar_app.webinars.queries import get_by_code
from webinar_app.webinars.rules import WebinarState

# Who came second is decided in the service; the stricter database is asked.
pytestmark = pytest.mark.parametrize("database_url", databases.KINDS[-1:], indirect=True)
NOON = "December 1, 2026 12:00 p.m. ET"
START = datetime(2026, 12, 1, 17, tzinfo=UTC)
AT_NOON = {"starts_at": START, "local_start": datetime.fromisoformat("2026-12-01T12:00"), "typed": NOON}
KEYS = itertools.count()


@pytest.fixture
def desks(app, world):
    """The browsers of two coordinators."""
    names = ("Cora Coordinator", "Dan Director")
    return [let_in(app.test_client(), world.person(name, Role.COORDINATOR, zone="Europe/London")) for name in names]


def standing(code):
    with read() as db:
        webinar = get_by_code(db, code)
        return webinar.starts_at, webinar.sequence, webinar.minutes, webinar.capacity_online


def hidden(page):
    """Give the hidden values of a page's form, the last one of a name."""
    main = page.partition("<main")[2]
    found = re.findall(r'<input[^>]* name="([^"]+)"[^>]* type="hidden"[^>]* value="([^"]*)"', main)
    found += re.findall(r'<input type="hidden" name="([^"]+)" value="([^"]*)">', main)
    return {name: unescape(value) for name, value in found}


def ask(desk, code, typed, **more):
    return desk.get(f"/manage/webinars/{code}/move", query_string={"typed": typed, **more})


def send(desk, code, page, act="move"):
    return desk.post(f"/manage/webinars/{code}/{act}", data=page)


def test_the_second_of_two_who_move_is_told_and_decides_anew(desks, world):
    webinar = world.webinar(**AT_NOON)
    world.attendee(webinar)
    code = webinar["code"]
    first, second = (ask(desk, code, typed).text for desk, typed in zip(
        desks, ("December 2, 2026 1:30 p.m. ET", "December 3, 2026 noon ET"), strict=True
    ))  # fmt: skip

    moved = send(desks[0], code, hidden(first))
    told = send(desks[1], code, hidden(second))
    stands = standing(code)
    again = send(desks[1], code, hidden(told.text))

    assert (moved.status_code, told.status_code, again.status_code) == (303, 409, 303)
    said = words_of(told.text)
    assert (
        "Cora moved this session meanwhile, to Wednesday 2 December 2026, 1:30 p.m. ET. Your move was not made." in said
    )
    assert "From Wednesday 2 December 2026, 1:30 p.m. ET to Thursday 3 December 2026, 12:00 p.m. ET" in said
    assert "1 registered person gets a mail with the new time" in said
    assert stands[:2] == (START + timedelta(hours=25, minutes=30), 1)
    assert standing(code)[:2] == (START + timedelta(days=2), 2)


def test_a_move_sent_again_after_a_broken_connection_is_made_once(desks, world):
    webinar = world.webinar(**AT_NOON)
    page = hidden(ask(desks[0], webinar["code"], "December 3, 2026 noon ET").text)

    answers = [send(desks[0], webinar["code"], page) for _ in range(3)]

    assert {answer.location for answer in answers} == {f"/manage/webinars/{webinar['code']}"}
    assert standing(webinar["code"])[:2] == (START + timedelta(days=2), 1)


def test_a_calendar_drawn_before_a_move_says_so(desks, world):
    webinar = world.webinar(**AT_NOON)
    code = webinar["code"]
    send(desks[0], code, hidden(ask(desks[0], code, "December 2, 2026 1:30 p.m. ET").text))
    drop = {"to": "2026-12-04T17:00"}

    late = desks[1].get(f"/manage/webinars/{code}/move", query_string=drop | {"stood": "2026-12-01T17:00"})
    right = desks[1].get(f"/manage/webinars/{code}/move", query_string=drop | {"stood": "2026-12-02T18:30"})

    sentence = "Cora moved this session after your calendar was drawn, to Wednesday 2 December 2026, 1:30 p.m. ET."
    assert sentence in words_of(late.text)
    assert "after your calendar was drawn" not in words_of(right.text)
    assert (late.status_code, "Move it" in late.text) == (200, True)


def test_a_move_can_be_taken_back_and_everybody_hears_of_both(desks, world):
    webinar = world.webinar(**AT_NOON)
    world.attendee(webinar)
    code = webinar["code"]
    send(desks[0], code, hidden(ask(desks[0], code, "December 3, 2026 noon ET").text))

    hub = desks[1].get(f"/manage/webinars/{code}").text
    back = unescape(re.search(r'href="([^"]+/move\?[^"]+)"', hub)[1])
    asked = desks[1].get(back)
    send(desks[1], code, hidden(asked.text))

    assert "Cora moved it here on" in words_of(hub)
    assert "from Tuesday 1 December 2026, 12:00 p.m. ET." in words_of(hub)
    assert "From Thursday 3 December 2026, 12:00 p.m. ET to Tuesday 1 December 2026, 12:00 p.m. ET" in words_of(
        asked.text
    )
    assert "1 registered person gets a mail with the new time" in words_of(asked.text)
    assert standing(code)[:2] == (START, 2)
    assert "Dan moved it here on" in words(desks[0], f"/manage/webinars/{code}")


def test_moving_leaves_all_else_and_takes_the_last_day_of_registration_along(desks, world):
    closes = datetime(2026, 11, 30, 4, 59, 59, tzinfo=UTC)
    webinar = world.webinar(**AT_NOON, registration_closes_at=closes, capacity_online=7)
    write(_open, webinar["id"])
    code = webinar["code"]

    later = ask(desks[0], code, "March 16, 2027 noon ET").text
    send(desks[0], code, hidden(later))
    earlier = ask(desks[0], code, "November 25, 2026 noon ET").text

    with read() as db:
        row = get_by_code(db, code)
        assert row.registration_closes_at == datetime(2027, 3, 15, 3, 59, 59, tzinfo=UTC)
        assert (row.capacity_online, row.minutes, len(row.segments)) == (7, 75, 1)
    assert "Registration closes on Sunday 14 March 2027 then, as many days before as now." in words_of(later)
    assert "Registration opens on Thursday 26 November 2026, after this time" in words_of(earlier)


def _open(db, webinar_id):
    rule = AdmissionRule(webinar_id=webinar_id, waiting=WaitingMode.FIRST, opens_typed="26 November 2026")
    rule.opens_at = datetime(2026, 11, 26, 5, tzinfo=UTC)
    db.add(rule)


@pytest.mark.parametrize("state", [WebinarState.SCHEDULED, WebinarState.DRAFT])
def test_what_people_can_register_for_never_moves_into_the_past(desks, world, state):
    webinar = world.webinar(**AT_NOON, state=state)

    answer = ask(desks[0], webinar["code"], "November 3, 2026 noon ET")

    assert ("This time has passed. Choose one" in words_of(answer.text)) == (state is WebinarState.SCHEDULED)
    assert answer.status_code == (422 if state is WebinarState.SCHEDULED else 200)


def opened(desk, code):
    """Give what a browser sends of the form of a session, as it was opened."""
    page = desk.get(f"/manage/webinars/{code}/edit").text
    form = {
        "typed": NOON, "minutes": "75", "time_zone": "America/New_York", "precision": "exact", "delivery": "online",
        "lobby_minutes": "15", "capacity_online": "250", "capacity_room": "", "registration_closes": "",
    }  # fmt: skip
    return hidden(page) | form


def save(desk, code, form, **changes):
    return send(desk, code, form | {"_key": f"together-{next(KEYS):04}", "confirm": "1"} | changes, "edit")


def test_two_who_change_different_things_keep_both_and_the_second_is_told(desks, world):
    code = world.webinar(**AT_NOON)["code"]
    forms = [opened(desk, code) for desk in desks]

    save(desks[0], code, forms[0], capacity_online="60")
    told = save(desks[1], code, forms[1], minutes="90")
    met = standing(code)
    page = hidden(told.text)
    saved = save(desks[1], code, forms[1] | page, minutes="90", capacity_online="60")

    said = words_of(told.text)
    assert (told.status_code, met[2:]) == (422, (75, 60))
    assert "Cora changed this session while you had it open. What they set is taken over here: Seats online." in said
    assert ('name="capacity_online" type="text" value="60"' in told.text, 'value="90"' in told.text) == (True, True)
    assert (saved.status_code, standing(code)[2:]) == (303, (90, 60))


def test_two_who_change_the_same_see_both_and_the_second_decides(desks, world):
    code = world.webinar(**AT_NOON)["code"]
    forms = [opened(desk, code) for desk in desks]

    save(desks[0], code, forms[0], minutes="80")
    told = save(desks[1], code, forms[1], minutes="90")
    saved = save(desks[1], code, forms[1] | hidden(told.text), minutes="90")

    assert "Minutes: Cora set this to “80” meanwhile. Save again to put yours there." in words_of(told.text)
    assert 'value="90"' in told.text
    assert (saved.status_code, standing(code)[2]) == (303, 90)


def test_a_change_elsewhere_stops_nobody(desks, world):
    code = world.webinar(**AT_NOON)["code"]
    form = opened(desks[1], code)
    part = {"segments-0-title": "Talk", "segments-0-minutes": "60", "_key": "agenda-together"}

    agenda = desks[0].post(f"/manage/webinars/{code}/agenda", data=part)
    saved = save(desks[1], code, form, minutes="90")

    assert (agenda.status_code, saved.status_code, standing(code)[2]) == (303, 303, 90)


@pytest.mark.parametrize("base", ["", "{", "[]", '{"minutes": 3, "nothing": null}'])
def test_a_form_that_lost_what_it_showed_is_still_refused_once(desks, world, base):
    code = world.webinar(**AT_NOON)["code"]
    form = opened(desks[1], code)
    save(desks[0], code, opened(desks[0], code), minutes="80")

    told = save(desks[1], code, form, minutes="90", base=base)

    assert (told.status_code, standing(code)[2]) == (422, 80)
    assert "Cora set this to “80” meanwhile." in words_of(told.text)
