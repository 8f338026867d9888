"""The stage, set before a session."""

import pytest

from webinar_app.accounts.services.signing import sign_in
from webinar_app.core.clock import utc_now
from webinar_app.core.permissions import Role
from webinar_app.infra.db import read, write
from webinar_app.stage.queries import stage_setting


@pytest.fixture
def place(world, client):
    webinar = world.webinar()
    person = world.person("Cora Coordinator", Role.COORDINATOR)
    with client.session_transaction() as web_session:
        web_session["sign_in"] = write(sign_in, person, "password", device="Test", now=utc_now())
    return {"client": client, "id": webinar["id"], "url": f"/manage/webinars/{webinar['code']}/stage"}


def test_stage_is_saved_and_shown_again(place):
    form = {"kind": "vimeo", "address": "https://vimeo.com/123456789", "text": "", "_key": "a-form-key"}
    answer = place["client"].post(place["url"], data=form)

    assert answer.status_code == 303
    assert "https://vimeo.com/123456789" in place["client"].get(place["url"]).text
    with read() as db:
        assert stage_setting(db, place["id"]) == {
            "kind": "vimeo", "address": "https://vimeo.com/123456789", "text": "", "deck": "",
        }  # fmt: skip


def test_wrong_address_is_refused_and_kept(place):
    form = {"kind": "youtube", "address": "https://evil.example/x", "text": "", "_key": "a-form-key"}
    answer = place["client"].post(place["url"], data=form)

    assert answer.status_code == 422
    assert "This is not the address of a YouTube video." in answer.text
    assert "https://evil.example/x" in answer.text


@pytest.mark.parametrize("kind", ["none", "text"])
def test_address_that_would_be_dropped_is_refused_and_kept(place, kind):
    form = {"kind": kind, "address": "https://vimeo.com/123456789", "text": "Call 555", "_key": "a-form-key"}
    answer = place["client"].post(place["url"], data=form)

    assert answer.status_code == 422
    assert "Choose above what this address leads to, or leave it empty." in answer.text
    assert "https://vimeo.com/123456789" in answer.text


def test_kind_changes_although_the_old_address_still_stands_there(place):
    form = {"kind": "vimeo", "address": "https://vimeo.com/123456789", "text": "", "_key": "a-form-key"}
    place["client"].post(place["url"], data=form)

    answer = place["client"].post(
        place["url"], data=form | {"kind": "text", "text": "Call 555", "_key": "next-form-key"}
    )

    assert answer.status_code == 303


def test_guest_is_asked_to_sign_in(place, app):
    assert app.test_client().get(place["url"]).headers["Location"].startswith("/sign-in")
