"""Signing in and out: once, in the words in force, with their version and time."""

from datetime import timedelta

import pytest
from factories import START
from page_words import let_in
from sqlalchemy import select

from webinar_app.attendance.models import Attestation
from webinar_app.attendance.rules.signing import WORDS, SignKind, check_signing, statement, version_of
from webinar_app.core.errors import InvalidInput, Refused
from webinar_app.infra.db import read, write
from webinar_app.providers.models import Provider
from webinar_app.webinars.models import Webinar
from webinar_app.webinars.rules import WebinarState

IN, OUT = version_of(WORDS[SignKind.IN]), version_of(WORDS[SignKind.OUT])
KEY = {"_key": "a-key-of-a-form"}


def signed():
    with read() as db:
        query = select(Attestation).order_by(Attestation.kind)
        return [(row.kind.value, row.version, row.words, row.name) for row in db.scalars(query)]


@pytest.fixture
def seat(world, client):
    webinar = world.live_webinar()
    ada = world.attendee(webinar)
    let_in(client, ada.person_id)
    return webinar, ada, f"/room/{webinar['code']}/sign"


def test_the_provider_may_have_words_of_its_own():
    own = [{"key": "privacy", "paragraphs": ["No."]}, {"key": "sign_in", "paragraphs": ["I am here.", "Myself."]}]

    assert statement(SignKind.IN, own) == "I am here. Myself."
    assert statement(SignKind.OUT, own) == WORDS[SignKind.OUT]
    assert statement(SignKind.IN, [{"key": "sign_in"}]) == WORDS[SignKind.IN]
    assert version_of("a") != version_of("b")


@pytest.mark.parametrize(
    ("kind", "state", "is_allowed"),
    [
        (SignKind.IN, WebinarState.SCHEDULED, True), (SignKind.IN, WebinarState.LIVE, True),
        (SignKind.IN, WebinarState.ENDED, False), (SignKind.OUT, WebinarState.SCHEDULED, False),
        (SignKind.OUT, WebinarState.LIVE, True), (SignKind.OUT, WebinarState.ENDED, True),
        (SignKind.OUT, WebinarState.CANCELLED, False),
    ],
)  # fmt: skip
def test_times_of_signing(kind, state, is_allowed):
    if is_allowed:
        check_signing(kind, state, "A", "A")
        with pytest.raises(InvalidInput, match="statement changed"):
            check_signing(kind, state, "A", "B")
    else:
        with pytest.raises(Refused, match="can be signed"):
            check_signing(kind, state, "A", "A")


def test_signing_in_is_kept_with_its_words(seat, client):
    _, _, path = seat

    answer = client.post(path, data=KEY | {"kind": "in", "version": IN}, headers={"Accept": "application/json"})
    again = client.post(path, data={"_key": "another key", "kind": "in", "version": IN})

    assert (answer.status_code, list(answer.json)) == (200, ["signed_at"])
    assert (again.status_code, again.location) == (303, path.removesuffix("/sign"))
    assert signed() == [("in", IN, WORDS[SignKind.IN], "Ada Lovelace")]


def test_signing_out_leads_to_the_evaluation(seat, client):
    webinar, _, path = seat

    def ends(db):
        db.get_one(Webinar, webinar["id"]).state = WebinarState.ENDED
        db.get_one(Webinar, webinar["id"]).ended_at = START + timedelta(minutes=75)

    write(ends)
    page = client.get(f"/room/{webinar['code']}").text
    answer = client.post(path, data=KEY | {"kind": "out", "version": OUT})
    after = client.get(f"/room/{webinar['code']}").text

    assert (WORDS[SignKind.OUT] in page, "Sign out and evaluate" in page) == (True, True)
    assert (answer.status_code, answer.location) == (303, f"/evaluations/{webinar['code']}")
    assert "You signed out at" in after
    assert [row[0] for row in signed()] == ["out"]


@pytest.mark.parametrize("data", [{"kind": "no", "version": IN}, {"kind": "in", "version": "OLD"}, {"version": IN}])
def test_what_cannot_be_signed_is_refused(seat, client, data):
    assert client.post(seat[2], data=KEY | data).status_code == 422
    assert signed() == []


def test_who_has_no_seat_signs_nothing(seat, client, world):
    let_in(client, world.person("Otto Other"))

    assert client.post(seat[2], data=KEY | {"kind": "in", "version": IN}).status_code == 403


def test_other_words_of_the_provider_are_another_version(seat, client, world):
    def reword(db):
        db.get_one(Provider, world.provider_id).policies = [{"key": "sign_in", "paragraphs": ["I promise."]}]

    write(reword)

    assert client.post(seat[2], data=KEY | {"kind": "in", "version": IN}).status_code == 422
    answer = client.post(seat[2], data={"_key": "another key", "kind": "in", "version": version_of("I promise.")})
    assert (answer.status_code, signed()[0][2]) == (303, "I promise.")


def test_the_room_says_what_there_is_to_sign(seat, doors, client):
    _, ada, path = seat
    browser = doors.enter(ada)
    before = browser.snapshot()["own"]["signing"]["in"]

    client.post(path, data=KEY | {"kind": "in", "version": before["version"]})

    assert before == {"version": IN, "words": WORDS[SignKind.IN], "signed_at": None}
    assert browser.snapshot()["own"]["signing"]["in"]["signed_at"]
