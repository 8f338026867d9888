"""Polls prepared before a session."""

import pytest

from webinar_app.accounts.services.signing import sign_in
from webinar_app.core.clock import utc_now
from webinar_app.core.permissions import Permission, Role
from webinar_app.infra.db import read, write
from webinar_app.polls.queries import list_polls, poll_view
from webinar_app.webinars.models import Webinar

FORM = {
    "question": "Which part was new?", "kind": "single", "options": "One\nTwo\n\nThree", "min_choices": "1",
    "max_choices": "", "visibility": "after_close", "privacy": "staff", "planned_minute": "20",
}  # fmt: skip


def signed_in(client, person_id):
    token = write(sign_in, person_id, "password", device="Test", now=utc_now())
    with client.session_transaction() as web_session:
        web_session["sign_in"] = token
    return client


@pytest.fixture
def place(world, client):
    webinar = world.webinar()
    signed_in(client, world.person("Cora Coordinator", Role.COORDINATOR))
    return {"client": client, "webinar": webinar, "url": f"/manage/webinars/{webinar['code']}/polls"}


def send(place, path, key="a-form-key", **changes):
    return place["client"].post(place["url"] + path, data=FORM | {"_key": key} | changes)


def questions(place):
    with read() as db:
        return [(poll.code, poll.question) for poll in list_polls(db, place["webinar"]["id"])]


def test_empty_list_offers_the_first_poll(place):
    page = place["client"].get(place["url"])

    assert page.status_code == 200
    assert "No polls yet" in page.text


def test_new_poll_stands_in_the_list_with_its_options(place):
    answer = send(place, "/new")
    page = place["client"].get(place["url"])

    assert (answer.status_code, answer.headers["Location"]) == (303, place["url"])
    assert all(word in page.text for word in ("Which part was new?", "Three", "Minute 20", "Draft"))


@pytest.mark.parametrize(
    "changes,sentence",
    [
        ({"kind": "multiple", "max_choices": "9"}, 'id="max_choices-error">Let people choose from 1 up to 3 options.'),
        ({"kind": "multiple", "min_choices": "9"}, 'id="min_choices-error">Let people choose from 1 up to 3 options.'),
        ({"kind": "yes_no"}, "This kind brings its own options."),
        ({"max_choices": "2"}, "Only “Several choices” takes more than 1."),
        ({"kind": "rating", "options": "", "min_choices": "2"}, "Only “Several choices” takes more than 1."),
    ],
)
def test_what_a_kind_would_drop_is_refused_and_kept(place, changes, sentence):
    answer = send(place, "/new", **changes)

    assert (answer.status_code, questions(place)) == (422, [])
    assert sentence in answer.text
    assert all((FORM | changes)[name] in answer.text for name in ("question", "options", "max_choices"))


def test_options_of_before_may_be_left_standing(place):
    send(place, "/new")
    code = questions(place)[0][0]

    options = "One\nTwo\nThree"
    answer = send(place, f"/{code}/edit", key="next-form-key", kind="yes_no", options=options)

    assert answer.status_code == 303


def test_form_sent_twice_makes_one_poll(place):
    send(place, "/new")
    send(place, "/new")

    assert len(questions(place)) == 1


@pytest.mark.parametrize(
    ("changes", "sentence"),
    [
        ({"question": " "}, "Write a question."),
        ({"options": "One"}, "Give 2 to 12 options."),
        ({"options": "One\none"}, "Two options are the same."),
        ({"planned_minute": "soon"}, "Write a whole number."),
        ({"kind": "multiple", "min_choices": "5"}, "Let people choose from 1 up to 3 options."),
    ],
)
def test_refused_poll_keeps_what_was_typed(place, changes, sentence):
    answer = send(place, "/new", **changes)

    assert answer.status_code == 422
    assert sentence in answer.text
    assert (changes.get("question") or "Which part was new?") in answer.text
    assert questions(place) == []


def test_poll_can_be_edited_moved_and_removed(place):
    send(place, "/new", key="first-key-1")
    send(place, "/new", key="second-key-2", question="And now?")
    (first, _), (second, _) = questions(place)

    send(place, f"/{first}/edit", key="edit-key-3", question="Which one?", options="A\nB")
    send(place, f"/{second}/move", key="move-key-4", to="up")
    moved = questions(place)
    send(place, f"/{second}/delete", key="gone-key-5")

    assert moved == [(second, "And now?"), (first, "Which one?")]
    assert questions(place) == [(first, "Which one?")]
    with read() as db:
        assert [option.text for option in list_polls(db, place["webinar"]["id"])[0].options] == ["A", "B"]


def test_markup_in_a_poll_is_shown_as_text(place):
    send(place, "/new", question='"><img src=x onerror=alert(1)>')
    page = place["client"].get(place["url"]).text

    assert "<img src=x" not in page
    assert "&lt;img src=x" in page


def test_opened_poll_cannot_be_edited_or_removed(place, world, doors):
    def begin(db):
        db.get_one(Webinar, place["webinar"]["id"]).state = "live"

    send(place, "/new")
    ((code, _),) = questions(place)
    write(begin)
    doors.enter(world.staff(place["webinar"])).act("poll.open", poll=code)

    assert send(place, f"/{code}/edit", key="edit-key-3").status_code == 422
    assert "cannot change" in place["client"].get(f"{place['url']}/{code}/edit").text
    send(place, f"/{code}/delete", key="gone-key-5")
    assert len(questions(place)) == 1


def test_presenter_of_the_session_may_prepare_and_others_may_not(world, app, place):
    presenter = world.staff(place["webinar"])
    stranger, attendee = world.person("Pia Presenter", Role.PRESENTER), world.attendee(place["webinar"])
    clients = [signed_in(app.test_client(), who) for who in (presenter.person_id, stranger, attendee.person_id)]

    assert Permission.POLL_RUN in presenter.rights
    assert [one.get(place["url"]).status_code for one in clients] == [200, 404, 404]
    assert app.test_client().get(place["url"]).status_code == 302


def test_poll_of_another_session_is_not_found(place, world):
    send(place, "/new")
    ((code, _),) = questions(place)
    other = world.webinar()

    assert place["client"].get(f"/manage/webinars/{other['code']}/polls/{code}/edit").status_code == 404


@pytest.mark.parametrize(
    ("changes", "kept"),
    [
        ({"kind": "quiz", "options": "One\n*Two\n* Three"}, {"right": [1, 2], "options": ["One", "Two", "Three"]}),
        ({"kind": "grid", "options": "One row", "columns": "No\nYes"}, {"columns": ["No", "Yes"]}),
        ({"kind": "number", "options": "", "low": "0", "high": "60"}, {"low": "0", "high": "60", "options": []}),
        (
            {"kind": "words", "options": "", "max_choices": "2", "open_seconds": "45"},
            {"max_choices": 2, "open_seconds": 45},
        ),
        ({"kind": "rating_10", "options": "", "planned_slide": "12"}, {"planned_slide": 12, "max_choices": 1}),
        ({"kind": "ranking", "visibility": "never"}, {"visibility": "never", "options": ["One", "Two", "Three"]}),
    ],
)
def test_each_kind_is_written_and_comes_back_into_its_form(place, changes, kept):
    assert send(place, "/new", **changes).status_code == 303

    ((code, _),) = questions(place)
    again = send(place, f"/{code}/edit", key="edit-key-3", **changes)

    with read() as db:
        poll = poll_view(list_polls(db, place["webinar"]["id"])[0])
    assert again.status_code == 303
    assert {name: poll[name] for name in kept} == kept
    page = place["client"].get(f"{place['url']}/{code}/edit").text
    typed = changes.get("options", changes.get("high", "")).replace("* ", "*")
    assert typed in page


@pytest.mark.parametrize(
    ("changes", "sentence"),
    [
        ({"kind": "quiz"}, "Mark at least one right answer."),
        ({"kind": "number", "options": "", "low": "9", "high": "1"}, "The smallest number must be below the largest."),
        ({"open_seconds": "2"}, "Let the timer run from 5 seconds to 60 minutes."),
        ({"open_seconds": "soon"}, "Write a whole number of seconds."),
        ({"columns": "No\nYes"}, "Only “Agreement, row by row” uses this."),
        ({"low": "1"}, "Only “A number” uses this."),
    ],
)
def test_what_a_kind_misses_is_told(place, changes, sentence):
    answer = send(place, "/new", **changes)

    assert (answer.status_code, sentence in answer.text) == (422, True)
    assert questions(place) == []
