"""The outbox pages."""

import csv
import io

import pytest
from factories import NOW, World
from sqlalchemy import select

from webinar_app.accounts.services.signing import sign_in
from webinar_app.core.clock import utc_now
from webinar_app.core.permissions import Role
from webinar_app.infra.db import read, write
from webinar_app.infra.mail import Attachment
from webinar_app.mailing.models import Mail
from webinar_app.mailing.queries import list_to_deliver
from webinar_app.mailing.rules import Bounce
from webinar_app.mailing.services import mark_bounced, mark_sent, post

EVIL = '"><img src=x onerror=alert(1)>'


def enter(client, world, *roles):
    token = write(sign_in, world.person("Cora", *roles), "password", device="Firefox", now=utc_now())
    with client.session_transaction() as held:
        held["sign_in"] = token


def posted(world, **changes):
    values = {
        "provider_id": world.provider_id, "kind": "confirmation", "to_name": "Ada", "to_address": "ada@example.org",
        "subject": "You have a place", "text": "Hello Ada, the words\n", "html": "<p>Hello <b>Ada</b></p>", "now": NOW,
    }  # fmt: skip
    return write(post, **values | changes)


@pytest.fixture
def coordinator(client, world):
    """A signed-in coordinator."""
    enter(client, world, Role.COORDINATOR)


def test_empty_outbox_says_what_will_stand_there(client, coordinator):
    assert "No mail yet" in client.get("/manage/outbox").text


def test_list_is_searched_and_filtered(client, world, coordinator):
    sent = posted(world, subject="First mail", to_address="one@example.org")
    posted(world, subject="Second mail", to_address="two@example.org")
    posted(World(), subject="Of another organisation")
    write(mark_sent, sent, now=NOW)

    def shown(query):
        page = client.get("/manage/outbox" + query).text
        return [word for word in ("First mail", "Second mail", "Of another organisation") if f">{word}<" in page]

    assert shown("") == ["First mail", "Second mail"]
    assert shown("?state=sent") == ["First mail"]
    assert shown("?q=TWO@") == ["Second mail"]
    assert shown("?q=100%25") == []


def test_pager_leads_through_many(client, world, coordinator):
    for number in range(51):
        posted(world, subject=f"Mail {number}")

    pages = [client.get(f"/manage/outbox?page={page}").text for page in (1, 2)]

    assert [page.count("/manage/outbox/") for page in pages] == [50, 1]
    assert "Page 1 of 2" in pages[0]


def test_one_mail_is_shown_with_its_words_and_files(client, world, coordinator):
    code = posted(world, subject=EVIL, text=f"{EVIL}\n", attachments=(Attachment("a.pdf", "application/pdf", b"x"),))

    answer = client.get(f"/manage/outbox/{code}")

    assert "<img src=x" not in answer.text
    assert ("&lt;img src=x" in answer.text, "a.pdf" in answer.text) == (True, True)
    assert "frame-src 'self'" in answer.headers["Content-Security-Policy"]


def test_a_mail_whose_words_are_forgotten_says_so(client, world, coordinator):
    code = posted(world)
    write(mark_sent, code, now=NOW)
    write(_empty, code)
    page = client.get(f"/manage/outbox/{code}").text
    again = client.post(f"/manage/outbox/{code}/again", data={"_key": "a key of it"}, follow_redirects=True)

    assert ("The words of this mail are gone" in page, "ada@example.org" in client.get("/manage/outbox").text) == (
        True, True,
    )  # fmt: skip
    assert ("Send again" in page, "/preview" in page) == (False, False)
    assert "The words of this mail are forgotten." in again.text
    assert client.get(f"/manage/outbox/{code}.eml").status_code == 404


def _empty(db, code):
    db.scalars(select(Mail).where(Mail.code == code)).one().body = b""


def test_preview_is_locked_in_a_sandbox(client, world, coordinator):
    answer = client.get(f"/manage/outbox/{posted(world)}/preview")

    policy = answer.headers["Content-Security-Policy"]
    assert answer.text.strip() == "<p>Hello <b>Ada</b></p>"
    assert policy == "sandbox; default-src 'none'; style-src 'unsafe-inline'; frame-ancestors 'self'"


def test_download_gives_the_bytes_that_left(client, world, coordinator):
    code = posted(world)

    answer = client.get(f"/manage/outbox/{code}.eml")

    with read() as db:
        assert answer.data == list_to_deliver(db, [code])[0].body
    assert answer.headers["Content-Disposition"] == f'attachment; filename="{code}.eml"'


def test_sign_in_links_are_private_even_to_coordinators(client, world, coordinator):
    code = posted(world, kind="sign_in_link", text="the secret words\n", html="<p>the secret words</p>")

    page = client.get(f"/manage/outbox/{code}")
    closed = [client.get(f"/manage/outbox/{code}{end}").status_code for end in ("/preview", ".eml")]

    assert (page.status_code, "the secret words" in page.text, closed) == (200, False, [403, 403])


def test_sending_again_queues_once_and_then_waits(client, world, coordinator):
    code = posted(world)
    write(mark_sent, code, now=NOW)

    answers = [client.post(f"/manage/outbox/{code}/again", data={"_key": f"key number {n}"}) for n in (1, 2)]

    page = client.get(f"/manage/outbox/{code}").text
    assert [answer.status_code for answer in answers] == [303, 303]
    assert ("Queued again for ada@example.org." in page, "already waiting" in page) == (True, True)


def test_mail_of_a_person_a_session_and_a_sending_is_listed_and_exported(client, world, coordinator):
    from webinar_app.accounts.queries import get_person

    sitting, person_id = world.webinar(), world.person()
    with read() as db:
        person = get_person(db, person_id).code
    posted(world, subject="To the person", person_id=person_id)
    posted(world, subject="=Of the session", webinar_id=sitting["id"])
    posted(world, subject="Of the sending", sending="reminder:1")
    asked = {"person": person, "webinar": sitting["code"], "sending": "reminder:1"}

    pages = [client.get("/manage/outbox", query_string={name: value}).text for name, value in asked.items()]
    files = [client.get("/manage/outbox.csv", query_string={name: value}).text for name, value in asked.items()]

    words = ("To the person", "Of the session", "Of the sending")
    assert [[word in page for word in words] for page in pages] == [[a == b for b in words] for a in words]
    assert [[word in file for word in words] for file in files] == [[a == b for b in words] for a in words]
    assert "'=Of the session" in files[1]
    assert "0 of 1, 1 waiting" in pages[2]
    assert "The mails of this sending are being written" in client.get("/manage/outbox?sending=other").text
    assert "Nothing was written for this person yet." in client.get("/manage/outbox?person=NOTHERE1").text


def test_log_of_a_person_holds_what_went_to_earlier_entries_and_addresses(client, world, coordinator):
    from webinar_app.accounts.models import Person

    ada, old = world.person("Ada Lovelace", email="ada@example.org"), world.person("A. L.", email="old@example.org")
    sitting = world.webinar()
    write(lambda db: setattr(db.get_one(Person, old), "merged_into_id", ada))
    posted(world, subject="To the old entry", to_address="old@example.org", person_id=old, webinar_id=sitting["id"])
    posted(world, subject="Before we knew her", to_address="ada@example.org")
    posted(world, subject="To somebody else", to_address="eve@example.org", person_id=world.person("Eve"))
    with read() as db:
        codes = [db.get_one(Person, one).code for one in (ada, old)]

    pages = [client.get(f"/manage/outbox?person={code}").text for code in codes]
    both = client.get(f"/manage/outbox?person={codes[0]}&webinar={sitting['code']}").text
    file = client.get(f"/manage/outbox.csv?person={codes[0]}")

    for page in pages:
        assert [words in page for words in ("To the old entry", "Before we knew her", "somebody else")] == [
            True, True, False,
        ]  # fmt: skip
    assert ("Mail: Ada Lovelace" in pages[0], "Before we knew her" in both) == (True, False)
    assert f"Building a Therapeutic Alliance ({sitting['code']})" in pages[0]
    assert file.headers["Content-Disposition"] == f'attachment; filename="mail-{codes[0].lower()}.csv"'
    rows = list(csv.reader(io.StringIO(file.data.decode("utf-8-sig"))))
    assert [(row[2], row[3], row[4]) for row in rows[1:]] == [
        ("", "ada@example.org", ""),
        ("A. L.", "old@example.org", f"Building a Therapeutic Alliance ({sitting['code']})"),
    ]


def test_taking_a_log_along_is_written_down_and_names_no_other_organisations(client, world, coordinator):
    from webinar_app.audit.models import AuditEntry

    sitting, foreign = world.webinar(), World().webinar()
    posted(world, subject="One", webinar_id=sitting["id"])
    client.get(f"/manage/outbox.csv?webinar={sitting['code']}")
    stranger = world.person("Stella Stranger")
    with read() as db:
        from webinar_app.accounts.queries import get_person

        entry = db.scalars(select(AuditEntry).where(AuditEntry.act == "mail.export")).one()
        code = get_person(db, stranger).code

    assert (entry.subject_id, entry.details["rows"]) == (world.provider_id, 1)
    assert "Mail: Building" in client.get(f"/manage/outbox?webinar={sitting['code']}").text
    assert "Building" not in client.get(f"/manage/outbox?webinar={foreign['code']}").text
    assert "Stella" not in client.get(f"/manage/outbox?person={code}").text


def test_what_came_back_says_so_and_may_be_sent_again(client, world, coordinator):
    code = posted(world)
    write(mark_sent, code, now=NOW)
    write(mark_bounced, Bounce(f"<{code.lower()}@rostrum.example>", "5.1.1"), now=NOW)

    page, listed = client.get(f"/manage/outbox/{code}").text, client.get("/manage/outbox?state=bounced").text

    assert ("This mail came back" in page, "with 5.1.1" in page, "Send again" in page) == (True, True, True)
    assert "Came back" in listed


@pytest.mark.parametrize("roles, status", [((), 403), ((Role.PRESENTER,), 403)])
def test_others_are_refused(client, world, roles, status):
    code = posted(world)
    enter(client, world, *roles)
    paths = ["", f"/{code}", f"/{code}/preview", f"/{code}.eml"]

    answers = [client.get("/manage/outbox" + path).status_code for path in paths]
    answers.append(client.post(f"/manage/outbox/{code}/again", data={"_key": "key number 1"}).status_code)

    assert answers == [status] * 5


def test_mail_of_another_organisation_does_not_exist(client, world, coordinator):
    code = posted(World())

    assert [client.get(f"/manage/outbox/{code}{end}").status_code for end in ("", "/preview", ".eml")] == [404] * 3
