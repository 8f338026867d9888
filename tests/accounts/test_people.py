"""People and roles, for admins."""

import pytest
from factories import NOW
from sqlalchemy import select

from webinar_app.accounts.models import Person, Revocation, RevocationCause, RoleGrant
from webinar_app.accounts.services.people import create_admin, find_or_add
from webinar_app.accounts.services.signing import sign_in
from webinar_app.core.clock import utc_now
from webinar_app.core.permissions import Role
from webinar_app.infra.db import read, write


def enter(client, person_id):
    token = write(sign_in, person_id, "password", device="Firefox", now=utc_now())
    with client.session_transaction() as held:
        held["sign_in"] = token


@pytest.fixture
def admin(world, client):
    """A signed-in admin."""
    person_id = world.person("Root Admin", Role.ADMIN, email="root@example.org")
    enter(client, person_id)
    return person_id


def key(number: int = 1) -> dict[str, str]:
    return {"_key": f"a key of form {number}"}


def code_of(person_id):
    with read() as db:
        return db.get_one(Person, person_id).code


def roles_of(person_id):
    with read() as db:
        return sorted(db.scalars(select(RoleGrant.role).where(RoleGrant.person_id == person_id)))


@pytest.mark.parametrize("roles", [(), (Role.PRESENTER,), (Role.COORDINATOR,)])
def test_others_than_admins_are_refused(client, world, roles):
    enter(client, world.person("Ada", *roles))
    code = code_of(world.person("Bob"))
    data = {"roles": ["admin"]} | key()

    answers = [client.get("/manage/people"), client.get(f"/manage/people/{code}"), client.get("/manage/people/new")]
    answers += [client.post(f"/manage/people/{code}", data=data), client.post("/manage/people/new", data=data)]

    assert [answer.status_code for answer in answers] == [403] * 5


def test_list_finds_by_name_address_and_role(client, admin, world):
    world.person("Grace Hopper", Role.COORDINATOR, email="grace@example.org")
    world.person("Ada Lovelace", email="ada@example.org")

    def shown(query):
        page = client.get("/manage/people" + query).text
        return [name for name in ("Grace Hopper", "Ada Lovelace", "Root Admin") if f"<bdi>{name}</bdi></a>" in page]

    assert shown("") == ["Grace Hopper", "Ada Lovelace", "Root Admin"]
    assert shown("?q=ADA@") == ["Ada Lovelace"]
    assert shown("?role=coordinator") == ["Grace Hopper"]
    assert shown("?q=100%") == []


def test_list_takes_as_many_queries_for_one_person_as_for_three(admin, world):
    from sqlalchemy import event

    from webinar_app.accounts.queries import list_people

    def queries():
        with read() as db:
            heard: list[str] = []
            connection = db.connection()
            event.listen(connection, "before_cursor_execute", lambda *args: heard.append(args[2]))
            list_people(db, role=None, search="", page=1)
            return len(heard)

    one = queries()
    world.person("Two", Role.PRESENTER)
    world.person("Three", Role.COORDINATOR)

    assert queries() == one


def test_roles_are_set_and_open_rooms_close(client, admin, world):
    bob = world.person("Bob", Role.PRESENTER)

    answer = client.post(f"/manage/people/{code_of(bob)}", data={"roles": ["coordinator"]} | key())

    with read() as db:
        causes = db.scalars(select(Revocation.cause).where(Revocation.person_id == bob)).all()
    assert (answer.status_code, roles_of(bob), causes) == (303, [Role.COORDINATOR], [RevocationCause.ROLE])


def test_admin_keeps_the_own_admin_role(client, admin):
    answer = client.post(f"/manage/people/{code_of(admin)}", data={"roles": ["coordinator"]} | key())

    assert (answer.status_code, roles_of(admin)) == (422, [Role.ADMIN])
    assert "Ask another admin" in answer.text


def test_unknown_role_is_refused(client, admin, world):
    bob = world.person("Bob")

    answer = client.post(f"/manage/people/{code_of(bob)}", data={"roles": ["king"]} | key())

    assert (answer.status_code, roles_of(bob)) == (422, [])


PERSON = {"email": "Eve@Example.org", "legal_name": "Eve Moneypenny", "display_name": "Eve", "roles": ["presenter"]}


def test_person_is_added_with_roles(client, admin):
    answer = client.post("/manage/people/new", data=PERSON | key())

    with read() as db:
        row = db.scalars(select(Person).where(Person.email == "eve@example.org")).one()
        found = row.id, row.legal_name, row.display_name
    assert (answer.status_code, found[1:], roles_of(found[0])) == (303, ("Eve Moneypenny", "Eve"), [Role.PRESENTER])


def test_known_address_is_not_added_twice(client, admin, world):
    world.person(email="eve@example.org")

    answer = client.post("/manage/people/new", data=PERSON | key())

    assert (answer.status_code, 'value="Eve Moneypenny"' in answer.text) == (422, True)


def test_registering_changes_nothing_on_a_known_person(world):
    known = world.person("Ada Lovelace", email="ada@example.org")

    found = write(find_or_add, email=" ADA@example.org", legal_name="Mallory", now=NOW)
    new = write(find_or_add, email="bob@example.org", legal_name="Bob\r\nX-EVIL: 1", now=NOW)

    with read() as db:
        assert (found, db.get_one(Person, known).legal_name) == (known, "Ada Lovelace")
        assert db.get_one(Person, new).legal_name == "Bob X-EVIL: 1"


def test_command_makes_an_admin_once(world):
    details = {"email": "Root@example.org", "name": "Root", "organisation": "", "now": NOW}

    made = [write(create_admin, **details) for _ in range(2)]

    assert made == [{"email": "root@example.org", "organisation": "Alder Institute"}] * 2
