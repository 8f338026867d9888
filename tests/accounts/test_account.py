"""The own account as a browser sees it."""

import re
from datetime import date, timedelta

import pytest
from factories import NOW
from sqlalchemy import select

from webinar_app.accounts import jobs as account_jobs
from webinar_app.accounts.models import Licence, Person, SignIn
from webinar_app.accounts.queries import find_login
from webinar_app.accounts.services.profile import set_first_password
from webinar_app.accounts.services.signing import sign_in
from webinar_app.core.clock import utc_now
from webinar_app.infra.db import Db, read, write
from webinar_app.infra.jobs import Job
from webinar_app.infra.passwords import make_hash, matches
from webinar_app.mailing.models import Mail

PASSWORD = "correct horse battery staple"
EVIL = '"><img src=x onerror=alert(1)>'


def key(number: int = 1) -> dict[str, str]:
    return {"_key": f"a key of form {number}"}


def enter(client, person_id, method="password", device="Firefox on Linux"):
    token = write(sign_in, person_id, method, device=device, now=utc_now())
    with client.session_transaction() as held:
        held["sign_in"] = token


@pytest.fixture
def ada(world, client):
    """A signed-in person."""
    person_id = world.person("Ada Lovelace", email="ada@example.org")
    enter(client, person_id)
    return person_id


def stored(person_id):
    with read() as db:
        row = db.get_one(Person, person_id)
        return row.legal_name, row.display_name, row.time_zone


NAMES = {"legal_name": "Ada King", "display_name": "Countess", "time_zone": "Europe/London"}


def test_names_and_zone_are_kept(client, ada):
    answer = client.post("/account", data=NAMES | key())

    assert (answer.status_code, stored(ada)) == (303, ("Ada King", "Countess", "Europe/London"))
    assert 'value="Ada King"' in client.get("/account").text


@pytest.mark.parametrize(
    "changed", [{"legal_name": " "}, {"display_name": "x" * 81}, {"time_zone": "EST"}, {"time_zone": "Mars/Base"}]
)
def test_wrong_profile_changes_nothing_and_keeps_what_was_typed(client, ada, changed):
    answer = client.post("/account", data=NAMES | changed | key())

    assert (answer.status_code, stored(ada)) == (422, ("Ada Lovelace", "Ada", None))
    assert ("Ada King" in answer.text) is ("legal_name" not in changed)


def test_markup_and_line_ends_in_names_are_text(client, ada):
    client.post("/account", data=NAMES | {"legal_name": EVIL, "display_name": "Ada\r\nX-EVIL: 1"} | key())

    page = client.get("/account").text
    assert "<img src=x" not in page
    assert stored(ada)[:2] == (EVIL, "Ada X-EVIL: 1")


LICENCE = {"profession": "Psychologist", "board": "Board of NY", "number": "P-1", "expires_on": "2028-06-30"}


def test_licence_is_added_and_removed(client, ada):
    added = client.post("/account/licences/new", data=LICENCE | key())
    with read() as db:
        row = db.execute(select(Licence.id, Licence.profession, Licence.number, Licence.expires_on)).one()
    shown = client.get("/account").text
    removed = client.post("/account/licences/remove", data={"licence": row[0]} | key(2))

    assert row[1:] == ("Psychologist", "P-1", date(2028, 6, 30))
    assert (added.status_code, removed.status_code, "valid until 30 Jun 2028" in shown) == (303, 303, True)
    assert "No licence yet" in client.get("/account").text


def test_licence_of_somebody_else_stays(client, ada, world):
    other = world.person()

    def add(db: Db) -> int:
        row = Licence(person_id=other, profession="Nurse", board="B", number="1")
        db.add(row)
        db.flush()
        return row.id

    licence_id = write(add)

    answer = client.post("/account/licences/remove", data={"licence": licence_id} | key())

    with read() as db:
        assert (answer.status_code, db.get(Licence, licence_id) is not None) == (404, True)
    assert "This licence is removed already. Your account shows what is left." in answer.text


def test_first_password_needs_no_old_one_and_ends_other_devices(client, app, ada):
    other = app.test_client()
    enter(other, ada)

    answer = client.post("/account/password", data={"password": PASSWORD} | key())

    with read() as db:
        login = find_login(db, "ada@example.org")
    assert (answer.status_code, matches(login.password_hash, PASSWORD)) == (303, True)
    assert (client.get("/account").status_code, other.get("/account").status_code) == (200, 302)


@pytest.mark.parametrize("method, typed, status", [
    ("password", "", 422), ("password", "not the old one", 422), ("password", PASSWORD, 303), ("email_link", "", 303),
])  # fmt: skip
def test_old_password_is_asked_for_unless_a_link_signed_in(client, ada, method, typed, status):
    write(set_first_password, ada, make_hash(PASSWORD), now=NOW)
    enter(client, ada, method)

    data = {"current": typed, "password": "four other words here"}
    answer = client.post("/account/password", data=data | key())

    with read() as db:
        changed = matches(find_login(db, "ada@example.org").password_hash, "four other words here")
    assert (answer.status_code, changed) == (status, status == 303)


@pytest.mark.parametrize("weak", ["short", "aaaaaaaaaaaaaaaa", "ada@example.org", "x" * 201])
def test_weak_password_is_refused_in_words(client, ada, weak):
    answer = client.post("/account/password", data={"password": weak} | key())

    with read() as db:
        assert find_login(db, "ada@example.org").password_hash is None
    assert (answer.status_code, 'id="password-error"' in answer.text) == (422, True)


def links_mailed():
    with read() as db:
        found = db.execute(select(Job.name, Job.payload)).all()
    for name, payload in found:
        if name == "accounts.mail_new_email":
            account_jobs.mail_new_email(payload)
    with read() as db:
        mails = db.execute(select(Mail.kind, Mail.to_address, Mail.body).order_by(Mail.id)).all()
    found_links = {}
    for kind, to_address, body in mails:
        text = body.decode().replace("=\r\n", "").replace("=3D", "=")
        found_links[kind, to_address] = re.search(r"5000(/account/email/\S+)", text)[1]
    return found_links


def address_of(person_id):
    with read() as db:
        return db.get_one(Person, person_id).email


def test_address_changes_when_both_ends_confirmed(client, app, ada):
    asked = client.post("/account/email", data={"email": "New@Example.org"} | key())
    links = links_mailed()
    anybody = app.test_client()
    opened = [anybody.get(path).status_code for path in links.values()]
    first = anybody.post(links["new_email", "new@example.org"], data=key())
    between = address_of(ada)
    second = anybody.post(links["old_email", "ada@example.org"], data=key())

    assert (asked.status_code, opened, between) == (303, [200, 200], "ada@example.org")
    assert ("One link is left" in first.text, "Your address is changed" in second.text) == (True, True)
    assert address_of(ada) == "new@example.org"


def test_used_and_older_links_change_nothing(client, ada):
    client.post("/account/email", data={"email": "first@example.org"} | key())
    older = links_mailed()["new_email", "first@example.org"]
    client.post("/account/email", data={"email": "second@example.org"} | key(2))
    newer = links_mailed()["new_email", "second@example.org"]
    client.post(newer, data=key())

    assert [client.post(path, data=key()).status_code for path in (older, newer)] == [410, 410]
    assert address_of(ada) == "ada@example.org"


def test_taken_address_is_answered_alike_and_mailed_nothing(client, ada, world):
    world.person(email="taken@example.org")

    answer = client.post("/account/email", data={"email": "taken@example.org"} | key())

    assert answer.status_code == 303
    assert list(links_mailed()) == [("old_email", "ada@example.org")]


def test_other_device_is_signed_out_and_a_strangers_is_not(client, app, ada, world):
    phone, stranger = app.test_client(), app.test_client()
    enter(phone, ada, device="Safari on iPhone")
    enter(stranger, world.person())
    with read() as db:
        ids = {row.person_id: row.id for row in db.scalars(select(SignIn).order_by(SignIn.id))}
    listed = "Safari on iPhone" in client.get("/account").text
    own = client.post("/account/devices/end", data={"device": ids[ada]} | key())
    others = [number for person, number in ids.items() if person != ada]
    refused = client.post("/account/devices/end", data={"device": others[0]} | key(2))

    assert (listed, own.status_code, refused.status_code) == (True, 303, 404)
    assert (phone.get("/account").status_code, stranger.get("/account").status_code) == (302, 200)


def test_everywhere_else_is_signed_out(client, app, ada):
    phones = [app.test_client() for _ in range(2)]
    for phone in phones:
        enter(phone, ada)

    client.post("/account/devices/end-others", data=key())

    assert [each.get("/account").status_code for each in (client, *phones)] == [200, 302, 302]


def test_zone_is_kept_in_the_browser_and_on_the_profile(client, app, ada):
    guest = app.test_client()

    answers = [each.post("/account/zone", data={"zone": "Asia/Tokyo"}).status_code for each in (client, guest)]
    refused = guest.post("/account/zone", data={"zone": "Mars/Base"})

    assert (answers, refused.status_code) == ([204, 204], 422)
    assert stored(ada)[2] == "Asia/Tokyo"
    assert 'name="viewer-zone" content="Asia/Tokyo"' in guest.get("/sign-in").text


def test_damaged_zone_cookie_is_ignored(client, ada):
    client.set_cookie("zone", "../../etc/passwd")

    assert client.get("/account").status_code == 200


def test_attendee_stays_for_30_days_and_staff_for_8_hours(world, client):
    from webinar_app.core.permissions import Role

    made = {}
    for name, roles, age in (("fresh", (), 29), ("stale", (), 31), ("staff", (Role.COORDINATOR,), 1)):
        person_id = world.person(name, *roles)
        token = write(sign_in, person_id, "password", device="x", now=utc_now() - timedelta(days=age))
        with client.session_transaction() as held:
            held["sign_in"] = token
        made[name] = client.get("/account").status_code

    assert made == {"fresh": 200, "stale": 302, "staff": 302}
