"""Pages and files of a room for the roles of it and of another one (R-1, R-2); made from the map of addresses."""

import uuid

import databases
import pytest
from flask import Flask
from house import NOWHERE, filled
from page_words import let_in
from two_rooms import furnish

from webinar_app.core.permissions import SittingRole
from webinar_app.web import security

HERE, THERE = "canary-7f3a", "canary-c19e"
ROLES = [role.value for role in SittingRole]
SESSIONS = ("/room/", "/files/", "/webinars/", "/manage/webinars/", "/evaluations/")
FIRST = pytest.mark.parametrize("database_url", databases.KINDS[:1], indirect=True)


@pytest.fixture
def here(world, doors):
    return furnish(world, doors, HERE)


@pytest.fixture
def there(world, doors):
    return furnish(world, doors, THERE)


@FIRST
def test_pages_and_files_of_a_room_are_closed_to_every_role_of_another(here, there, app):
    """Every address with a session's code that is not public, for those who have a role elsewhere and none here."""
    names = NOWHERE | _names(here)
    wrong, tried = [], set()
    for role, client in _clients(app, there).items():
        for rule, method in _of_a_session(app):
            path = filled(app, rule.endpoint, names, method)
            answer = client.open(path, method=method, data=_form() if method == "POST" else None)
            tried.add(rule.endpoint)
            if answer.status_code not in (403, 404) or here.canary in answer.text:
                wrong.append((rule.endpoint, method, role, answer.status_code))

    assert wrong == []
    assert {"live.desk", "live.projector", "live.captions", "live.ticket", "stage.slide", "stage.words"} <= tried
    assert {"handouts.download", "handouts.manage", "stage.captions", "stage.upload", "handouts.upload"} <= tried


@FIRST
def test_files_of_another_room_are_not_under_the_own_one(here, there, app):
    names = NOWHERE | _names(here) | {"webinar": there.webinar["code"]}
    wrong, tried = [], set()
    for role, client in _clients(app, there).items():
        for rule, method in _of_a_session(app):
            if {"deck", "handout", "poll"} & {*rule.arguments}:
                path = filled(app, rule.endpoint, names, method)
                answer = client.open(path, method=method, data=_form() if method == "POST" else None)
                tried.add(rule.endpoint)
                if answer.status_code not in (403, 404) or here.canary in answer.text:
                    wrong.append((rule.endpoint, method, role, answer.status_code))

    assert wrong == []
    assert {"stage.slide", "stage.words", "handouts.download"} <= tried


@FIRST
def test_files_of_the_own_room_open_to_every_role(here, app):
    """Without this the refusals of the two before would prove nothing."""
    host = here.people["host"]
    assert host.act("stage.change", kind="slides", deck=here.codes["deck"][0])["ok"]
    assert host.act("handout.open", handout=here.codes["handout"][0], open=True)["ok"]
    paths = [filled(app, name, NOWHERE | _names(here)) for name in ("stage.slide", "stage.words", "handouts.download")]

    found = {role: [client.get(path).status_code for path in paths] for role, client in _clients(app, here).items()}

    assert found == {role: [200, 200, 200] for role in ROLES}


def test_a_route_without_a_permission_fails_the_suite():
    app = Flask(__name__)
    app.add_url_rule("/new", "new", lambda: "")

    assert [rule.endpoint for rule in app.url_map.iter_rules() if not security.access_of(app, rule.endpoint)] == ["new"]


def _form():
    # Fields that are read before it is known whose form it is.
    return {"_key": uuid.uuid4().hex, "kind": "in", "version": "1", "to": "up"}


def _names(place):
    return {
        "webinar": place.webinar["code"], "deck": place.codes["deck"][0], "handout": place.codes["handout"][0],
        "poll": place.codes["poll"][0],
    }  # fmt: skip


def _clients(app, place):
    people = {role: browser.wire.peer.connection.member.person_id for role, browser in place.people.items()}
    return {role: let_in(app.test_client(), person_id) for role, person_id in people.items()}


def _of_a_session(app):
    for rule in app.url_map.iter_rules():
        names_session = "code" in rule.arguments and rule.rule.startswith(SESSIONS)
        if names_session and security.access_of(app, rule.endpoint).level != "public":
            yield from ((rule, method) for method in ("GET", "POST") if method in rule.methods)
