"""Mail from posting to the outbox folder."""

from email import message_from_bytes, policy

import pytest
from factories import NOW
from hypothesis import given
from hypothesis import strategies as st
from sqlalchemy import select

from webinar_app.core.errors import Forbidden, NotFound, Refused
from webinar_app.infra.db import Db, read, write
from webinar_app.infra.mail import Calendar, Folder, NotDelivered, Trouble, compose
from webinar_app.mailing.jobs import Mailer
from webinar_app.mailing.models import Mail, MailState
from webinar_app.mailing.services import post, send_again

WORDS = {"subject": "Hello", "text": "Hello Ada\n", "html": "<p>Hello Ada</p>"}


class Refusing:
    """A way out that takes nothing."""

    def carry(self, code: str, to_address: str, message: bytes) -> None:
        raise NotDelivered("550", Trouble.REFUSED)

    def close(self) -> None:
        """Do nothing."""


def posted(world, **changes):
    values = {
        "provider_id": world.provider_id, "kind": "confirmation", "to_name": "Ada Lovelace",
        "to_address": "ada@example.org", "now": NOW,
    } | WORDS | changes  # fmt: skip
    return write(post, **values)


def row(code):
    with read() as db:
        mail = db.scalars(select(Mail).where(Mail.code == code)).one()
        return mail.state, mail.attempts, mail.last_error, mail.body


def message(code):
    return message_from_bytes(row(code)[3], policy=policy.default)


def test_post_writes_the_mail_as_it_leaves(world):
    code = posted(world)

    found = message(code)
    assert row(code)[:3] == (MailState.QUEUED, 0, None)
    assert (found["To"], found["Subject"], found["Message-ID"]) == (
        "Ada Lovelace <ada@example.org>", "Hello", f"<{code.lower()}@rostrum.example>",
    )  # fmt: skip


def test_post_under_a_known_key_writes_nothing(world):
    first = posted(world, unique="confirmation:1")

    again = posted(world, unique="confirmation:1", subject="Another")

    with read() as db:
        assert (again, db.scalars(select(Mail.subject)).all()) == (first, ["Hello"])


@pytest.mark.parametrize("end", ["\r\n", "\n", "\r", "\u2028"])
def test_line_ends_in_a_name_or_subject_add_no_header(world, end):
    evil = f"Ada{end}X-EVIL: 1"

    found = message(posted(world, to_name=evil, subject=evil, reply_to=f"desk@alder.example{end}X-EVIL: 1"))

    assert found["X-EVIL"] is None
    assert found["Subject"] == "Ada X-EVIL: 1"
    assert found["To"].addresses[0].display_name == "Ada X-EVIL: 1"


@pytest.mark.parametrize("address", ["\u00dcn\u00efcode@example.org", "a b@example.org", "no-at-all", "a@b@c"])
def test_an_address_that_no_mail_can_carry_is_kept_and_told(world, address):
    code = posted(world, to_address=address)

    assert row(code)[:3] == (MailState.FAILED, 0, "address")
    assert message(code)["To"].addresses[0].addr_spec == "unwritable@address.invalid"
    with pytest.raises(Refused) as refused:
        write(send_again, world.coordinator(), code, now=NOW)
    assert refused.value.code == "mail.address"


@given(st.text(max_size=80), st.text(max_size=80))
def test_no_words_are_a_fault_or_add_a_header(name, subject):
    known = {"To", "From", "Subject", "Date", "Message-ID", "Auto-Submitted", "MIME-Version", "Content-Type"}

    body = compose(
        sender="Rostrum <a@rostrum.example>", to_name=name, to_address="ada@example.org", subject=subject, text="x",
        html="x", message_id="<1@rostrum.example>", at=NOW,
    )  # fmt: skip

    assert set(message_from_bytes(body, policy=policy.default).keys()) == known


def test_calendar_travels_as_part_and_as_file(world):
    found = message(posted(world, calendar=Calendar(b"BEGIN:VCALENDAR\r\nEND:VCALENDAR\r\n", "REQUEST")))

    types = [part.get_content_type() for part in found.walk() if not part.is_multipart()]
    assert types == ["text/plain", "text/html", "text/calendar", "application/ics"]


def test_without_a_server_mail_is_a_file_once(world, tmp_path):
    code = posted(world)
    mailer = Mailer(Folder(tmp_path), clock=lambda: NOW)

    tried = [mailer.step(), mailer.step()]

    assert tried == [1, 0]
    assert (tmp_path / f"{code}.eml").read_bytes() == row(code)[3]
    assert row(code)[:3] == (MailState.SENT, 1, None)


def test_refused_address_fails_at_once_and_its_person_hears_of_it(world):
    from webinar_app.accounts.queries import list_notices

    person_id = world.person()
    code = posted(world, person_id=person_id)

    Mailer(Refusing(), clock=lambda: NOW).step()

    assert row(code)[:3] == (MailState.FAILED, 1, "550")
    with read() as db:
        heard = [(notice.kind, notice.payload) for notice in list_notices(db, person_id, 0)]
    assert heard == [("mail_bounced", {"kind": "confirmation"})]


def fail(db: Db, code: str) -> None:
    db.scalars(select(Mail).where(Mail.code == code)).one().state = MailState.FAILED


def test_send_again_queues_the_same_bytes(world):
    code = posted(world)
    write(fail, code)
    before = row(code)[3]

    address = write(send_again, world.coordinator(), code, now=NOW)

    assert address == "ada@example.org"
    assert row(code) == (MailState.QUEUED, 0, None, before)


def test_send_again_is_refused_for_private_and_waiting_mail(world):
    waiting, private = posted(world), posted(world, kind="sign_in_link")
    write(fail, private)

    codes = []
    for code in (waiting, private):
        with pytest.raises(Refused) as refused:
            write(send_again, world.coordinator(), code, now=NOW)
        codes.append(refused.value.code)

    assert codes == ["mail.queued", "mail.private"]


def test_send_again_needs_the_right_and_the_provider(world):
    from factories import World

    code = posted(world)

    with pytest.raises(Forbidden):
        write(send_again, world.actor(world.person()), code, now=NOW)
    with pytest.raises(NotFound):
        write(send_again, World().coordinator(), code, now=NOW)
