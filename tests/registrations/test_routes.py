"""Registering, personal links and the coordinator's roster, as a browser without JavaScript sees them."""

import csv
import io
import re

import pytest
from factories import World
from page_words import words_of
from posted import calendar_of, mails, run_jobs, text_of
from sqlalchemy import func, select

from webinar_app.accounts.models import Person, SignIn
from webinar_app.accounts.services.signing import sign_in
from webinar_app.config import links
from webinar_app.core.clock import utc_now
from webinar_app.core.permissions import Role
from webinar_app.infra.db import Db, read, write
from webinar_app.registrations.models import Registration
from webinar_app.registrations.rules import RegistrationState
from webinar_app.webinars.models import Webinar
from webinar_app.webinars.rules import WebinarState

EVIL = '"><img src=x onerror=alert(1)>'


def typed(client, webinar, **changes):
    """Give what the form holds, filled in."""
    page = client.get(f"/webinars/{webinar['code']}/register").text
    version = re.search(r'name="policy_version"[^>]*value="(\w+)"', page).group(1)
    return {
        "email": "ada@example.org", "legal_name": "Ada Lovelace", "display_name": "Ada", "time_zone": "Europe/London",
        "policy": "y", "policy_version": version, "_key": f"{utc_now().timestamp()}-key",
    } | changes  # fmt: skip


def post(client, webinar, **changes):
    return client.post(f"/webinars/{webinar['code']}/register", data=typed(client, webinar, **changes))


def let_in(client, person_id):
    token = write(sign_in, person_id, "password", device="Test", now=utc_now())
    with client.session_transaction() as kept:
        kept["sign_in"] = token


def as_coordinator(world, client):
    person_id = world.person("Cora Coordinator", Role.COORDINATOR)
    let_in(client, person_id)
    return person_id


def rows():
    with read() as db:
        found = db.scalars(select(Registration).order_by(Registration.id))
        return [(row.legal_name, row.display_name, row.state.value) for row in found]


def registration(member):
    with read() as db:
        return db.get_one(Registration, member.registration_id).code


def join_path(member, version=1):
    return links().join(registration(member), version).removeprefix(links().base)


def change(db: Db, registration_id: int, values: dict) -> None:
    for name, value in values.items():
        setattr(db.get_one(Registration, registration_id), name, value)


def test_known_and_unknown_addresses_get_the_same_page(soon, app, world):
    webinar = soon()
    world.person("Known", email="known@example.org")
    world.attendee(webinar, "Seated")
    with read() as db:
        seated = db.scalars(select(Person.email).where(Person.legal_name == "Seated")).one()

    answers = []
    for email in ("new@example.org", "known@example.org", seated):
        client = app.test_client()
        sent = post(client, webinar, email=email)
        page = client.get(sent.headers["Location"]).text
        page = re.sub(r'(csrf[^>]*(content|value)=|server-now" content=)"[^"]*"', "", page).replace(email, "EMAIL")
        answers.append((sent.status_code, sent.headers["Location"], re.sub(r"_key\" value=\"\w+", "", page)))

    assert answers[0] == answers[1] == answers[2]
    assert answers[0][:2] == (303, f"/webinars/{webinar['code']}/registered")
    assert "EMAIL" in answers[0][2]
    assert "/join/" not in answers[0][2]


def test_guest_registers_and_gets_one_mail(soon, client):
    webinar = soon()

    post(client, webinar)
    run_jobs("calendars.confirm")

    (mail,) = mails()
    assert rows() == [("Ada Lovelace", "Ada", "registered")]
    assert mail["To"] == "Ada Lovelace <ada@example.org>"
    assert "/join/" in text_of(mail)
    assert calendar_of(mail) is not None


def test_errors_keep_what_was_typed(soon, client):
    webinar = soon()
    form = {"email": "nobody", "legal_name": "Ada Lovelace", "licence_number": "?", "display_name": EVIL}

    answer = client.post(f"/webinars/{webinar['code']}/register", data=form)
    again = post(client, webinar, **(form | {"email": "ada@example.org", "policy": ""}))
    far = post(client, webinar, email="josé@exämple.org")

    assert (answer.status_code, again.status_code, far.status_code, rows()) == (422, 422, 422, [])
    assert ("plain letters" in far.text, 'value="josé@exämple.org"' in far.text) == (True, True)
    assert 'value="nobody"' in answer.text
    assert 'value="Ada Lovelace"' in answer.text
    assert "Write the number as on the licence" in again.text
    assert "Tick that you have read the attendance policy" in again.text
    assert all(words in answer.text for words in ("such as name@example.org", "as on the licence", "Tick that you"))
    assert EVIL not in again.text
    assert 'value="?"' in again.text


@pytest.mark.parametrize("name", [EVIL, "Ada\r\nX-EVIL: 1"])
def test_evil_names_are_text_everywhere(soon, app, world, name):
    webinar = soon()
    client, desk = app.test_client(), app.test_client()
    post(client, webinar, legal_name=name, display_name=name)
    run_jobs("calendars.confirm")
    as_coordinator(world, desk)

    (mail,) = mails()
    page = desk.get(f"/manage/webinars/{webinar['code']}/people").text
    plain = " ".join(name.split())
    assert mail["X-EVIL"] is None
    assert mail["To"].addresses[0].display_name == plain
    assert plain in text_of(mail)
    for html in (mail.get_body(("html",)).get_content(), page):
        assert "<img src" not in html
    assert b"\r\nX-EVIL" not in calendar_of(mail)


@pytest.mark.parametrize(
    ("changes", "heading"),
    [
        ({"capacity_online": 0}, "This session is full"),
        ({"state": WebinarState.ENDED}, "This session has ended"),
        ({"state": WebinarState.CANCELLED}, "This session was cancelled"),
        ({"registration_closes_at": utc_now().replace(year=2025)}, "Registration has closed"),
    ],
)
def test_closed_states_say_why_and_where_to_go(soon, client, changes, heading):
    webinar = soon(**changes)

    answer = client.get(f"/webinars/{webinar['code']}/register")

    assert answer.status_code == 200
    assert (f"<h1>{heading}</h1>" in answer.text, "<form class" in answer.text) == (True, False)
    assert "/join-link" in answer.text


def test_draft_is_not_found(soon, client):
    assert client.get(f"/webinars/{soon(state=WebinarState.DRAFT)['code']}/register").status_code == 404


def test_last_seat_taken_while_the_form_was_open(soon, client, world):
    webinar = soon(capacity_online=1)
    form = typed(client, webinar)
    world.attendee(webinar)

    answer = client.post(f"/webinars/{webinar['code']}/register", data=form)

    page = client.get(answer.headers["Location"]).text
    assert (answer.status_code, len(rows()), "is on the waiting list of" in page) == (303, 2, True)


def test_signed_in_person_registers_with_the_profile(soon, client, world):
    webinar = soon()
    let_in(client, world.person("Grace Hopper"))
    page = client.get(f"/webinars/{webinar['code']}/register").text

    sent = post(client, webinar, legal_name="Grace Hopper", display_name="Grace")
    done = client.get(sent.headers["Location"])
    again = client.get(f"/webinars/{webinar['code']}/register")

    assert 'value="Grace Hopper"' in page
    assert 'name="email"' not in page
    assert "You have a place" in done.text
    assert f"/room/{webinar['code']}" in done.text
    assert "/join/" not in done.text
    assert (again.status_code, again.headers["Location"]) == (303, f"/webinars/{webinar['code']}/registered")
    assert done.headers["Cache-Control"] == "no-store"


def test_join_link_signs_in_and_leaves_the_address(soon, app, world):
    member = world.attendee(soon())
    devices = [app.test_client(), app.test_client()]

    answers = [device.get(join_path(member)) for device in devices]
    again = devices[0].get(join_path(member))

    with read() as db:
        found = [(row.person_id, row.registration_id, row.method) for row in db.scalars(select(SignIn))]
    assert [(a.status_code, a.headers["Location"]) for a in (*answers, again)] == [
        (303, f"/room/{member.webinar_code}")
    ] * 3
    assert found == [(member.person_id, member.registration_id, "join_link")] * 2
    assert answers[0].headers["Cache-Control"] == "no-store"
    assert answers[0].headers["Referrer-Policy"] == "same-origin"


@pytest.mark.parametrize("headers", [{"Sec-Purpose": "prefetch;prerender"}, {"Purpose": "prefetch"}, None])
def test_looking_at_a_join_link_changes_nothing(soon, client, world, headers):
    member = world.attendee(soon())

    answer = client.get(join_path(member), headers=headers) if headers else client.head(join_path(member))

    with read() as db:
        assert (answer.status_code, db.scalar(select(func.count(SignIn.id)))) == (204, 0)


def test_void_links_say_what_to_do(soon, client, world):
    webinar = soon()
    member, gone = world.attendee(webinar), world.attendee(webinar, "Bea", state=RegistrationState.CANCELLED)
    old = join_path(member)
    write(change, member.registration_id, {"link_version": 2})

    answers = [client.get(path) for path in ("/join/ABC-1-ffff", "/join/x", old, join_path(gone))]

    with read() as db:
        assert db.scalar(select(func.count(SignIn.id))) == 0
    assert [answer.status_code for answer in answers] == [404, 404, 410, 410]
    assert all("/join-link" in answer.text for answer in answers)


@pytest.mark.parametrize(
    ("state", "of_session", "heading"),
    [
        (RegistrationState.CANCELLED, WebinarState.SCHEDULED, "This link has no place any more"),
        (RegistrationState.REJECTED, WebinarState.SCHEDULED, "This registration was not approved"),
        (RegistrationState.CANCELLED, WebinarState.CANCELLED, "This session was cancelled"),
    ],
)
def test_void_link_says_what_became_of_the_registration(soon, client, world, state, of_session, heading):
    answer = client.get(join_path(world.attendee(soon(state=of_session), state=state)))

    told = words_of(answer.text)
    assert (answer.status_code, heading in told) == (410, True)
    assert ("Register again" in told) == (heading == "This link has no place any more")


@pytest.mark.parametrize(
    ("state", "heading", "way"),
    [
        (WebinarState.LIVE, "You have a place", "It is open: the session is live."),
        (WebinarState.ENDED, "You had a place", "Go to the session’s page"),
        (WebinarState.CANCELLED, "This session was cancelled", "Go to the course"),
    ],
)
def test_own_page_offers_nothing_that_is_over(soon, client, world, state, heading, way):
    member = world.attendee(soon(state=state))
    let_in(client, member.person_id)

    page = words_of(client.get(f"/webinars/{member.webinar_code}/registered").text)

    assert f"Your place {heading} " in page
    assert way in page
    assert "Give my place back" not in page
    assert ("Add to my calendar" in page) == (state is WebinarState.LIVE)


def test_full_sign_in_of_the_same_person_is_kept_and_of_another_is_asked(soon, app, world):
    member = world.attendee(soon())
    own, other = app.test_client(), app.test_client()
    let_in(own, member.person_id)
    let_in(other, world.person("Somebody Else"))

    kept = own.get(join_path(member))
    asked = other.get(join_path(member))
    gone_on = other.post(join_path(member))

    assert (kept.status_code, asked.status_code, gone_on.status_code) == (303, 200, 303)
    assert "This link belongs to" in asked.text
    assert own.get(f"/webinars/{member.webinar_code}/registered").status_code == 200
    with read() as db:
        assert db.scalar(select(func.count(SignIn.id)).where(SignIn.registration_id.is_not(None))) == 1


def test_links_are_mailed_again_to_whoever_has_some(soon, app, world):
    webinar = soon()
    member, asked = world.attendee(webinar), world.attendee(webinar, "Bea", state=RegistrationState.OFFERED)
    with read() as db:
        email, other = (db.get_one(Person, one.person_id).email for one in (member, asked))

    answers = []
    for address in (email, "unknown@example.org", other):
        client = app.test_client()
        sent = client.post("/join-link", data={"email": address, "_key": address.rjust(40, "k")})
        page = client.get(sent.headers["Location"]).text.replace(address, "EMAIL")
        answers.append((sent.status_code, re.sub(r'"[\w.-]{40,}"|server-now" content="[^"]*"', "", page)))
    run_jobs("registrations.mail_links")

    mail, offer = mails(kind="join_link")
    assert answers[0] == answers[1] == answers[2]
    assert "A place is held for you: accept or decline it behind the link." in text_of(offer)
    assert links().join(registration(asked), 1) in text_of(offer)
    assert mail["To"].addresses[0].addr_spec == email
    assert links().join(registration(member), 1) in text_of(mail)


def test_asking_too_often_is_refused(soon, client):
    answers = [
        client.post("/join-link", data={"email": "a@example.org", "_key": f"{number}" * 32}).status_code
        for number in range(6)
    ]

    assert answers == [303] * 5 + [429]


def test_own_place_is_given_back_after_one_question(soon, client, world):
    member = world.attendee(soon())
    client.get(join_path(member))
    address = f"/registrations/{registration(member)}/cancel"

    asked = client.get(address)
    before = rows()
    done = client.post(address, data={"_key": "k" * 32})
    other_tab = client.post(address, data={"_key": "l" * 32})

    assert (other_tab.status_code, "in another tab, that is done" in other_tab.text) == (403, True)
    assert "Give your place back?" in asked.text
    assert before[0][2] == "registered"
    assert (done.status_code, rows()[0][2]) == (303, "cancelled")
    assert client.get(address).status_code == 302  # the join link's sign-in ended with the place


def test_mail_leads_straight_to_giving_back(soon, client, world):
    member = world.attendee(soon())

    answer = client.get(join_path(member) + "?to=cancel")

    assert answer.headers["Location"] == f"/registrations/{registration(member)}/cancel"


def test_place_of_somebody_else_is_not_found(soon, client, world):
    webinar = soon()
    mine, theirs = world.attendee(webinar), world.attendee(webinar, "Bea Byron")
    client.get(join_path(mine))

    assert client.get(f"/registrations/{registration(theirs)}/cancel").status_code == 404
    assert client.get(f"/registrations/{registration(theirs)}/calendar.ics").status_code == 404


MANAGED = ("people", "people.csv", "people/add")


def test_roster_is_for_coordinators_of_the_provider(soon, app, world):
    webinar = soon()
    member = world.attendee(webinar)
    guest, attendee, foreign = (app.test_client() for _ in range(3))
    let_in(attendee, member.person_id)
    as_coordinator(World(), foreign)
    paths = [f"/manage/webinars/{webinar['code']}/{page}" for page in MANAGED]
    paths += [f"/manage/registrations/{registration(member)}", f"/manage/registrations/{registration(member)}/cancel"]

    assert [[client.get(path).status_code for path in paths] for client in (guest, attendee, foreign)] == [
        [302] * 5, [403] * 5, [404] * 5,
    ]  # fmt: skip


def test_roster_finds_sorts_and_filters(soon, client, world):
    webinar = soon()
    licence = {"profession": "Nurse", "board": "NY", "number": "RN 771204"}
    for name, changes in (("Zoe Ash", {"licence": licence}), ("Ada Byron", {}), ("Cy Gone", {"state": "cancelled"})):
        if "state" in changes:
            changes["state"] = RegistrationState.CANCELLED
        world.attendee(webinar, name, **changes)
    as_coordinator(world, client)

    def names(query):
        page = client.get(f"/manage/webinars/{webinar['code']}/people{query}").text
        return re.findall(r"<th scope=\"row\"><a[^>]*><bdi>([^<]*)", page)

    assert names("") == ["Ada Byron", "Zoe Ash"]
    assert names("?sort=-name") == ["Zoe Ash", "Ada Byron"]
    assert names("?state=cancelled") == ["Cy Gone"]
    assert names("?q=771204&state=all") == ["Zoe Ash"]
    assert names("?q=%25") == []
    assert names("?page=abc&state=nonsense&sort=x") == ["Ada Byron", "Zoe Ash"]


def test_roster_of_a_past_sitting_shows_what_others_know(soon, client, world):
    webinar = soon(state=WebinarState.ENDED)
    world.attendee(webinar)
    as_coordinator(world, client)

    page = client.get(f"/manage/webinars/{webinar['code']}/people")

    assert page.status_code == 200
    assert "In the room" in page.text


def test_export_is_safe_for_spreadsheets(soon, client, world):
    webinar = soon()
    world.attendee(webinar, '=HYPERLINK("http://evil")', display_name="+1", licence={"number": "@x", "board": "-"})
    as_coordinator(world, client)

    answer = client.get(f"/manage/webinars/{webinar['code']}/people.csv?bom=1")

    table = list(csv.DictReader(io.StringIO(answer.data.decode("utf-8-sig"))))
    assert answer.data[:3] == b"\xef\xbb\xbf"
    assert table[0]["Legal name"] == '\'=HYPERLINK("http://evil")'
    assert (table[0]["Name in the room"], table[0]["Licence"], table[0]["Board"]) == ("'+1", "'@x", "'-")
    assert table[0]["Registered"] == "2026-11-03T11:50:00-05:00"


def test_coordinator_adds_mails_and_cancels(soon, client, world):
    webinar = soon()
    as_coordinator(world, client)
    people = f"/manage/webinars/{webinar['code']}/people"

    bad = client.post(f"{people}/add", data={"email": "x", "legal_name": "Ada", "_key": "a" * 32})
    added = client.post(f"{people}/add", data={"email": "a@b.org", "legal_name": "Ada L", "_key": "b" * 32})
    with read() as db:
        code = db.scalars(select(Registration.code)).one()
    run_jobs("calendars.confirm")
    client.post(f"/manage/registrations/{code}/link", data={"_key": "c" * 32})
    run_jobs("calendars.confirm")
    asked = client.get(f"/manage/registrations/{code}/cancel")
    client.post(f"/manage/registrations/{code}/cancel", data={"_key": "d" * 32})
    run_jobs("calendars.withdraw")

    kinds = [mail["Subject"].split(":")[0] for mail in mails()]
    assert (bad.status_code, 'value="x"' in bad.text, added.headers["Location"]) == (422, True, people)
    assert "Cancel this registration?" in asked.text
    assert rows() == [("Ada L", "Ada L", "cancelled")]
    assert kinds == ["You have a place", "You have a place", "Your place is given back"]
    assert "/join/" not in client.get(f"/manage/registrations/{code}").text


def test_roster_asks_as_often_for_three_as_for_one(soon, client, world, queries):
    webinar = soon()
    as_coordinator(world, client)
    world.attendee(webinar)
    with queries() as one:
        client.get(f"/manage/webinars/{webinar['code']}/people")
    for _ in range(2):
        world.attendee(webinar)
    with queries() as three:
        client.get(f"/manage/webinars/{webinar['code']}/people")

    assert len(three) == len(one)


def test_hybrid_sitting_offers_the_room(soon, client):
    from webinar_app.webinars.rules import Delivery

    webinar = soon(delivery=Delivery.HYBRID, capacity_online=0, capacity_room=2, venue={"name": "Alder Hall"})

    post(client, webinar, seat="room")

    with read() as db:
        assert [row.seat for row in db.scalars(select(Registration))] == ["room"]
        assert db.scalar(select(Webinar.capacity_room)) == 2
