"""Evaluations as a browser sees them."""

from datetime import timedelta

import pytest
from presence_facts import end, ended_webinar, sign_in_as, stay
from sqlalchemy import func, select

from webinar_app.attendance import jobs as attendance_jobs
from webinar_app.core.actor import Actor
from webinar_app.core.clock import utc_now
from webinar_app.core.permissions import Role, SittingRole
from webinar_app.evaluations.models import EvaluationDone
from webinar_app.evaluations.queries import find_form, items_of
from webinar_app.evaluations.services.answering import submit
from webinar_app.evaluations.services.mixing import mix
from webinar_app.infra.db import read, write
from webinar_app.webinars.models import Staff

EVIL = '"><img src=x onerror=alert(1)>'
COMMENT = "The owl in the corner is mine"
NAMES = ("Ada Lovelace", "Bob Hope", "Cyd Charisse", "Dora Maar", "Eva Hesse")


def answers(webinar, comment=COMMENT):
    with read() as db:
        items = items_of(find_form(db, webinar["id"]))
    given = {item.key: {"likert": "5", "single": "1", "yes_no": "no"}.get(item.kind.value, "") for item in items}
    return given | {"comment": comment}


@pytest.fixture
def room(world):
    """A sitting that ended five minutes ago, with five people who were there, and its presenter."""
    webinar = ended_webinar(world)
    people = [world.attendee(webinar, name) for name in NAMES]
    for person in people:
        stay(person, 0, 75, start=webinar["start"])
    host = world.staff(webinar)
    end(webinar, host)
    attendance_jobs.summarise_all({"webinar_id": webinar["id"]})
    return webinar, people, host


def address(webinar, more=""):
    return f"/evaluations/{webinar['code']}{more}"


def send(client, webinar, **changes):
    return client.post(address(webinar), data={"_key": "a key of one form"} | answers(webinar) | changes)


def count_done():
    with read() as db:
        return db.scalar(select(func.count()).select_from(EvaluationDone))


def fill(webinar, people):
    for number, person in enumerate(people):
        actor = Actor(person_id=person.person_id)
        write(submit, actor, webinar["code"], answers(webinar, f"{COMMENT} {number}"), now=utc_now())
    with read() as db:
        form_id = find_form(db, webinar["id"]).id
    write(mix, form_id, now=utc_now())


def test_form_asks_everything_and_shows_the_printed_name(client, room):
    webinar, (ada, *_), _ = room
    sign_in_as(client, ada.person_id)

    page = client.get(address(webinar)).text

    for words in ("Evaluate this session", "Objective 3", "Dr. Michael McGee", "commercial bias", "Ada Lovelace"):
        assert words in page
    assert "Attended 75 of 75 min" in page
    assert f'<noscript><p><a href="{address(webinar, "/name")}" target="_blank"' in page


def test_personal_link_reaches_its_own_evaluation_only(client, room, world):
    webinar, (ada, *_), _ = room
    other = ended_webinar(world)
    sign_in_as(client, ada.person_id, ada.registration_id)

    assert (client.get(address(webinar)).status_code, client.get(address(other)).status_code) == (200, 403)


def test_stranger_and_guest_are_refused(client, room, world):
    webinar, _, _ = room
    assert client.get(address(webinar)).headers["Location"].startswith("/sign-in?next=")
    sign_in_as(client, world.person("Sam Stranger"))

    page, state = client.get(address(webinar)), client.get(address(webinar, "/state"))

    assert (page.status_code, "You are not registered" in page.text, state.status_code) == (403, True, 403)
    assert (send(client, webinar).status_code, count_done()) == (403, 0)


def test_sending_leads_to_the_way_to_the_certificate(client, room):
    webinar, (ada, *_), _ = room
    sign_in_as(client, ada.person_id)

    first, again = send(client, webinar), send(client, webinar, _key="another key")
    page = client.get(address(webinar)).text

    assert (first.status_code, again.status_code, count_done()) == (303, 303, 1)
    assert "Your evaluation is with us" in page
    assert 'name="autosave-done"' in page


def test_what_was_typed_is_kept_when_something_is_missing(client, room):
    webinar, (ada, *_), _ = room
    sign_in_as(client, ada.person_id)

    answer = send(client, webinar, objective_1="", comment=EVIL, commercial_bias="")

    assert (answer.status_code, count_done()) == (422, 0)
    assert "2 answers need a look" in answer.text
    assert '<a href="#objective_1">Objective 1: Answer this question.</a>' in answer.text
    assert EVIL not in answer.text
    assert "&lt;img src=x onerror=alert(1)&gt;" in answer.text
    assert answer.text.count('value="5" checked') == 8


def test_before_the_end_there_is_no_form(client, world):
    webinar = ended_webinar(world)
    ada = world.attendee(webinar)
    sign_in_as(client, ada.person_id)

    page = client.get(address(webinar))

    assert (page.status_code, "The evaluation is not open yet" in page.text) == (200, True)


def test_closed_form_says_when_it_closed(client, world):
    webinar = ended_webinar(world, ago=60 * 24 * 8)
    ada = world.attendee(webinar)
    stay(ada, 0, 75, start=webinar["start"])
    end(webinar, world.staff(webinar))
    sign_in_as(client, ada.person_id)

    assert "This evaluation is closed" in client.get(address(webinar)).text


def test_who_never_came_has_nothing_to_evaluate(client, room, world):
    webinar, _, _ = room
    absent = world.attendee(webinar, "Never There")
    sign_in_as(client, absent.person_id)

    assert "You were not in this session" in client.get(address(webinar)).text


def test_state_has_a_tag_and_answers_304(client, room):
    webinar, (ada, *_), _ = room
    sign_in_as(client, ada.person_id)
    send(client, webinar)

    first = client.get(address(webinar, "/state"))
    again = client.get(address(webinar, "/state"), headers={"If-None-Match": first.headers["ETag"]})

    told = first.get_json()
    assert (first.status_code, again.status_code, told["standing"]) == (200, 304, "sent")
    steps = [(step["word"], step["state"]) for step in told["steps"]][:3]
    assert steps == [("Attended 75 of 75 min", "done"), ("Unit 2", "open"), ("Evaluation", "done")]


def test_name_is_corrected_on_the_page(client, room):
    webinar, (ada, *_), _ = room
    sign_in_as(client, ada.person_id)

    kept = client.post(address(webinar, "/name"), data={"_key": "a key of a name", "legal_name": "Ada King"})
    wrong = client.post(address(webinar, "/name"), data={"_key": "a second key of it", "legal_name": "…"})

    assert (kept.status_code, wrong.status_code) == (303, 422)
    assert "Ada King" in client.get(address(webinar)).text


def test_name_has_a_page_of_its_own_for_browsers_without_scripts(client, room, world):
    webinar, (ada, *_), _ = room
    sign_in_as(client, ada.person_id)
    path = address(webinar, "/name")

    page = client.get(path)
    kept = client.post(f"{path}?alone=1", data={"_key": "a key of a name", "legal_name": "Ada King"})
    wrong = client.post(f"{path}?alone=1", data={"_key": "a second key of it", "legal_name": "…"})
    sign_in_as(client, world.person("Otto Other"))

    assert (page.status_code, kept.status_code, kept.location, wrong.status_code) == (200, 303, path, 422)
    assert 'value="Ada Lovelace"' in page.text
    assert "Your answers are in the other tab." in page.text
    assert 'value="…"' in wrong.text
    assert client.get(path).status_code == 403


def results(webinar, more=""):
    return f"/manage/webinars/{webinar['code']}/evaluation{more}"


def sign_in_coordinator(client, world):
    sign_in_as(client, world.person("Cora Coordinator", Role.COORDINATOR))


def test_results_are_hidden_below_five(client, room, world):
    webinar, people, _ = room
    fill(webinar, people[:4])
    sign_in_coordinator(client, world)

    page, file = client.get(results(webinar)).text, client.get(results(webinar, ".csv")).text

    assert "Held back until 5 people have answered" in page
    assert (COMMENT in page, COMMENT in file, "% agree" in page) == (False, False, False)


def test_results_show_figures_from_five_on(client, room, world):
    webinar, people, _ = room
    fill(webinar, people)
    sign_in_coordinator(client, world)

    page, file = client.get(results(webinar)).text, client.get(results(webinar, ".csv")).text

    assert "5 of 5 who may answer did so" in page
    assert ("100 % agree" in page, f"{COMMENT} 4" in page, f"{COMMENT} 4" in file) == (True, True, True)


def add_staff(db, webinar_id, person_id):
    db.add(Staff(webinar_id=webinar_id, person_id=person_id, role=SittingRole.PRESENTER))


def test_presenter_sees_no_other_presenter_s_block(client, room, world):
    webinar, people, host = room
    fill(webinar, people)
    sign_in_as(client, host.person_id)

    page = client.get(results(webinar))

    assert (page.status_code, "Objective 1" in page.text, "Knew the subject well" in page.text) == (200, True, False)


@pytest.mark.parametrize("more", ["", ".csv"])
def test_attendees_see_no_results(client, room, more):
    webinar, people, _ = room
    fill(webinar, people)
    sign_in_as(client, people[0].person_id)

    assert client.get(results(webinar, more)).status_code == 404


def test_coordinator_closes_and_opens_again(client, room, world):
    webinar, _, _ = room
    sign_in_coordinator(client, world)

    closed = client.post(results(webinar, "/close"), data={"_key": "a key to close"})
    wrong = client.post(results(webinar, "/extend"), data={"_key": "a key to extend", "days": "900"})
    opened = client.post(results(webinar, "/extend"), data={"_key": "another key to extend", "days": "2"})

    assert (closed.status_code, wrong.status_code, opened.status_code) == (303, 422, 303)
    with read() as db:
        closes_at = find_form(db, webinar["id"]).closes_at
    assert timedelta(days=1, hours=23) < closes_at - utc_now() < timedelta(days=2)
