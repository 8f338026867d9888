"""One-click sign-in for demo people: where it works, and where it must not."""

import pytest

from webinar_app.accounts.queries import demo_sign_in_url
from webinar_app.config import settings
from webinar_app.core.permissions import Role
from webinar_app.demo import routes as demo

ADDRESS = "imani.okonkwo-bell@example.org"


@pytest.fixture
def demo_mode(monkeypatch, world):
    """Demo mode, with its coordinator."""
    world.person("Imani", Role.COORDINATOR, email=ADDRESS)
    monkeypatch.setattr(demo, "settings", lambda: settings().model_copy(update={"demo": True}))


def path_of(name):
    return demo_sign_in_url(name).removeprefix("http://127.0.0.1:5000")


def test_link_signs_in_again_and_again(client, app, demo_mode):
    browsers = [client, app.test_client()]

    answers = [each.get(path_of("coordinator") + "?next=/account") for each in browsers]

    assert [(answer.status_code, answer.location) for answer in answers] == [(303, "/account")] * 2
    assert all(ADDRESS in each.get("/account").text for each in browsers)


def test_admin_begins_among_the_sessions_and_reaches_people_and_records(client, demo_mode, world):
    world.person("Ruth", Role.ADMIN, email="ruth.abernathy@example.org")

    answer = client.get(path_of("admin"))

    assert (answer.status_code, answer.location) == (303, "/manage")
    pages = ["/manage/people", "/manage/duplicates", "/manage/records"]
    assert [client.get(page).status_code for page in pages] == [200, 200, 200]


def test_link_never_leaves_the_site(client, demo_mode):
    answer = client.get(path_of("coordinator") + "?next=//evil.example")

    assert answer.status_code == 303
    assert "evil" not in answer.location


@pytest.mark.parametrize("path", ["/demo/sign-in/coordinator", "/demo/sign-in/coordinator-" + "0" * 32])
def test_forged_link_is_nothing(client, demo_mode, path):
    assert client.get(path).status_code == 404


def test_person_who_was_not_made_and_name_that_is_none(client, demo_mode):
    assert [client.get(path_of(name)).status_code for name in ("presenter", "king")] == [404, 404]


def test_link_is_nothing_outside_demo_mode(client, world):
    world.person("Imani", Role.COORDINATOR, email=ADDRESS)

    assert client.get(path_of("coordinator")).status_code == 404


def test_link_is_nothing_from_another_machine_or_on_a_public_address(client, demo_mode, monkeypatch):
    far = client.get(path_of("coordinator"), environ_base={"REMOTE_ADDR": "192.0.2.7"})
    changed = {"demo": True, "public_url": "https://learn.example.org"}
    monkeypatch.setattr(demo, "settings", lambda: settings().model_copy(update=changed))
    public = client.get(path_of("coordinator"))

    assert (far.status_code, public.status_code) == (404, 404)
