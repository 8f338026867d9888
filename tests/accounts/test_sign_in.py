"""Signing in and out as a browser does it."""

import re

import pytest
from factories import NOW
from sqlalchemy import func, select

from webinar_app.accounts import jobs as account_jobs
from webinar_app.accounts.models import Revocation, RevocationCause, SignIn
from webinar_app.accounts.services.profile import set_first_password
from webinar_app.accounts.services.signing import sign_in
from webinar_app.core.clock import utc_now
from webinar_app.core.permissions import Role
from webinar_app.infra.db import read, write
from webinar_app.infra.jobs import Job
from webinar_app.infra.passwords import make_hash
from webinar_app.mailing.models import Mail

PASSWORD = "correct horse battery staple"
KEY = {"_key": "k" * 12}


@pytest.fixture
def ada(world):
    """A person with a password."""
    person_id = world.person("Ada Lovelace", email="ada@example.org")
    write(set_first_password, person_id, make_hash(PASSWORD), now=NOW)
    return person_id


def with_password(client, email, password, **more):
    form = {"email": email, "password": password} | KEY | more
    return client.post("/sign-in/password", data=form)


def asked_link(client, email, **more):
    return client.post("/sign-in", data={"email": email} | KEY | more)


def run_jobs():
    with read() as db:
        found = db.execute(select(Job.name, Job.payload)).all()
    for name, payload in found:
        if name == "accounts.mail_sign_in_link":
            account_jobs.mail_sign_in_link(payload)


def mailed_path():
    run_jobs()
    with read() as db:
        body = db.scalars(select(Mail.body).order_by(Mail.id.desc())).first()
    assert body is not None
    text = body.decode().replace("=\r\n", "").replace("=3D", "=")
    return re.search(r"http://127.0.0.1:5000(/sign-in/link/\S+)", text)[1]


def test_password_opens_the_account(client, ada):
    answer = with_password(client, "Ada@Example.org ", PASSWORD)

    assert (answer.status_code, answer.location) == (303, "/my")
    page = client.get("/account").text
    assert "ada@example.org" in page


def test_sign_in_goes_on_to_the_page_that_was_asked_for(client, ada):
    refused = client.get("/account/password?x=1")

    answer = with_password(client, "ada@example.org", PASSWORD, next="/account/password?x=1")

    assert refused.location == "/sign-in?next=%2Faccount%2Fpassword%3Fx%3D1"
    assert answer.location == "/account/password?x=1"


@pytest.mark.parametrize("target", ["//evil.example", "https://evil.example", "/\\evil.example", "javascript:alert(1)"])
def test_sign_in_never_leaves_the_site(client, ada, target):
    assert with_password(client, "ada@example.org", PASSWORD, next=target).location == "/my"


def seen(answer, email):
    """Everything of an answer that could tell one address from another."""
    page = re.sub(r'(name="(?:csrf_token|csrf-token|server-now)" (?:value|content)=)"[^"]*"', r"\1", answer.text)
    headers = sorted((name, value) for name, value in answer.headers if name not in ("Content-Length", "Set-Cookie"))
    return answer.status_code, page.replace(email, "X"), headers


def test_wrong_password_and_unknown_address_look_the_same(client, ada, world):
    world.person("No Password", email="no@example.org")
    emails = ("ada@example.org", "nobody@example.org", "no@example.org")

    answers = [seen(with_password(client, email, "this is not the password"), email) for email in emails]

    assert answers[0][0] == 422
    assert "The e-mail address or the password is wrong." in answers[0][1]
    assert answers[0] == answers[1] == answers[2]


def test_eleventh_try_in_15_minutes_is_refused_for_every_address(client, ada):
    answers = {}
    for email in ("ada@example.org", "nobody@example.org"):
        answers[email] = [with_password(client, email, "wrong wrong wrong").status_code for _ in range(11)]

    right = with_password(client, "ada@example.org", PASSWORD)

    expected = [422] * 10 + [429]
    assert answers == {"ada@example.org": expected, "nobody@example.org": expected}
    assert right.status_code == 429
    assert "Wait 15 minutes" in right.text


def test_right_password_forgets_the_tries_before(client, ada):
    for _ in range(9):
        with_password(client, "ada@example.org", "wrong wrong wrong")
    with_password(client, "ada@example.org", PASSWORD)

    answers = [with_password(client, "ada@example.org", "wrong wrong wrong").status_code for _ in range(9)]

    assert answers == [422] * 9


def test_what_was_typed_is_kept_after_a_mistake_and_the_password_is_not(client, ada):
    page = with_password(client, "ada@example.org", "wrong wrong wrong").text

    assert 'value="ada@example.org"' in page
    assert "wrong wrong wrong" not in page


def test_new_token_at_each_sign_in(client, ada):
    with_password(client, "ada@example.org", PASSWORD)
    with client.session_transaction() as first:
        before = first["sign_in"]
    with_password(client, "ada@example.org", PASSWORD)
    with client.session_transaction() as second:
        after = second["sign_in"]

    with read() as db:
        ended = db.scalars(select(SignIn.revoked_at).order_by(SignIn.id)).all()
    assert before != after
    assert [at is not None for at in ended] == [True, False]


def test_link_signs_in_once_and_only_by_its_button(client, app, ada):
    asked = asked_link(client, "ada@example.org", next="/account")
    path = mailed_path()
    scanner = [app.test_client().get(path).status_code for _ in range(3)]

    used = client.post(path, data=KEY)
    again = app.test_client().post(path, data=KEY)

    assert (asked.location, scanner) == ("/sign-in/sent", [200, 200, 200])
    assert (used.status_code, used.location) == (303, "/account")
    assert "ada@example.org" in client.get("/account").text
    assert (again.status_code, "This link is used up" in again.text) == (410, True)


def test_link_runs_out_after_30_minutes(client, ada, monkeypatch):
    from datetime import timedelta

    from webinar_app.accounts.routes import sign_in as pages

    asked_link(client, "ada@example.org")
    path = mailed_path()
    late = utc_now() + timedelta(minutes=30, seconds=1)
    monkeypatch.setattr(pages, "utc_now", lambda: late)

    assert (client.get(path).status_code, client.post(path, data=KEY).status_code) == (410, 410)


def test_link_is_answered_alike_for_unknown_addresses_and_mails_nothing(client, ada):
    known = asked_link(client, "ada@example.org")
    first = client.get(known.location)
    unknown = client.post("/sign-in", data={"email": "nobody@example.org", "_key": "other key 1"})
    second = client.get(unknown.location)
    run_jobs()

    with read() as db:
        mails = db.scalars(select(Mail.to_address)).all()
    assert (known.status_code, known.location) == (unknown.status_code, unknown.location)
    assert seen(first, "ada@example.org") == seen(second, "nobody@example.org")
    assert mails == ["ada@example.org"]


def test_asking_twice_by_one_form_mails_once_and_a_repeated_job_mails_nothing_new(client, ada):
    asked_link(client, "ada@example.org")
    asked_link(client, "ada@example.org")
    run_jobs()
    run_jobs()

    with read() as db:
        assert db.scalar(select(func.count()).select_from(Mail)) == 1


def test_sixth_link_in_15_minutes_is_refused_alike(client, ada):
    answers = {}
    for email in ("ada@example.org", "nobody@example.org"):
        sent = [client.post("/sign-in", data={"email": email, "_key": f"{email} {n}"}) for n in range(6)]
        answers[email] = [answer.status_code for answer in sent]

    assert answers["ada@example.org"] == answers["nobody@example.org"] == [303] * 5 + [429]


def test_address_that_is_none_keeps_what_was_typed(client, ada):
    answer = asked_link(client, "not an address")

    assert answer.status_code == 422
    assert 'value="not an address"' in answer.text
    assert "Write an e-mail address" in answer.text


def test_sign_out_ends_the_row_and_the_connections(client, ada):
    with_password(client, "ada@example.org", PASSWORD)

    answer = client.post("/sign-out", data=KEY)

    with read() as db:
        revoked = db.execute(select(Revocation.person_id, Revocation.sign_in_id, Revocation.cause)).all()
        row = db.scalars(select(SignIn)).one()
        assert row.revoked_at is not None
        expected = (ada, row.id, RevocationCause.SIGN_OUT)
    assert answer.status_code == 303
    assert expected in [tuple(each) for each in revoked]
    assert client.get("/account").location.startswith("/sign-in")


def test_stolen_cookie_is_worthless_after_sign_out(client, app, ada):
    with_password(client, "ada@example.org", PASSWORD)
    with client.session_transaction() as held:
        token = held["sign_in"]
    client.post("/sign-out", data=KEY)

    thief = app.test_client()
    with thief.session_transaction() as forged:
        forged["sign_in"] = token

    assert thief.get("/account").status_code == 302


def test_join_link_reaches_no_account_page(client, world):
    webinar = world.webinar()
    member = world.attendee(webinar)
    details = {"registration_id": member.registration_id, "device": "Firefox"}
    token = write(sign_in, member.person_id, "join_link", now=utc_now(), **details)
    with client.session_transaction() as held:
        held["sign_in"] = token

    pages = ["/account", "/account/password", "/account/email", "/account/licences/new", "/manage/people"]

    assert [client.get(page).status_code for page in pages] == [302] * 5


def test_staff_land_on_their_day(client, world):
    person_id = world.person("Cora", Role.COORDINATOR, email="cora@example.org")
    write(set_first_password, person_id, make_hash(PASSWORD), now=NOW)

    answer = with_password(client, "cora@example.org", PASSWORD)

    assert answer.location == "/manage"
