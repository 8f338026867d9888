"""Coordinator pages of planned mails and messages."""

import pytest
from page_words import let_in, words_of
from posted import mails, run_jobs, text_of
from sqlalchemy import select

from webinar_app.campaigns.models import MailPlan, Message
from webinar_app.core.clock import utc_now
from webinar_app.core.permissions import Role
from webinar_app.infra.db import read, write
from webinar_app.webinars.services.scheduling import cancel_sitting

FORM = {
    "is_on": "y", "way": "days", "amount": "1", "clock": "9:00", "subject": "Soon: {title}", "as_whom": "",
    "text": "Hello {legal_name}, see http://a.example/x.\n\n{join_link}",
}  # fmt: skip
KEYS = iter(range(10**6))
EVIL = '"><img src=x onerror=alert(1)>'


@pytest.fixture
def sitting(world, client):
    made = world.webinar()
    let_in(client, world.person("Cora Coordinator", Role.COORDINATOR, email="cora@house.example"))
    return made


def sent(client, path, **changes):
    return client.post(path, data=FORM | {"_key": f"key {next(KEYS):08}"} | changes)


def seen(answer):
    """Give what a page with a preview carries along."""
    return answer.text.partition('name="confirm"')[2].partition('value="')[2].partition('"')[0]


def registration(member):
    from webinar_app.registrations.models import Registration

    with read() as db:
        return db.get_one(Registration, member.registration_id).code


def plans():
    with read() as db:
        return [(row.kind, row.is_on, row.way, row.amount, row.clock) for row in db.scalars(select(MailPlan))]


def test_the_page_says_when_each_mail_goes_out(client, sitting, world):
    page = client.get(f"/manage/webinars/{sitting['code']}/mail").text

    for words in (
        "Reminder, a day before",
        "24 hours before the start",
        "Everybody with a place",
        "As soon as it is made",
    ):
        assert words in page
    write(cancel_sitting, world.coordinator(), sitting["code"], now=utc_now())
    off = words_of(client.get(f"/manage/webinars/{sitting['code']}/mail").text)

    assert ("Not sent: the session is cancelled" in off, "Planned" in off.partition("State")[2]) == (True, False)
    assert "Each session begins with these" in client.get(f"/manage/courses/{sitting['course']['slug']}/mail").text


@pytest.mark.parametrize("place", ["webinars/{code}", "courses/{slug}"])
def test_a_mail_is_changed_and_taken_back(client, sitting, place):
    path = "/manage/" + place.format(code=sitting["code"], slug=sitting["course"]["slug"]) + "/mail/reminder_day"

    kept = sent(client, path)
    changed = plans()
    page = client.get(path).text
    back = sent(client, path, do="reset")

    assert (kept.status_code, back.status_code) == (303, 303)
    assert changed == [("reminder_day", True, "days", 1, "09:00")]
    assert "Soon: {title}" in page
    assert plans() == []


def test_a_mail_is_shown_as_a_named_person_reads_it(client, world, sitting):
    code = registration(world.attendee(sitting, EVIL))
    path = f"/manage/webinars/{sitting['code']}/mail/reminder_day"

    page = sent(client, path, do="preview", as_whom=code).text

    assert "<img src=x" not in page
    assert "Hello </p>" not in page
    assert ("&lt;img src=x" in page, "Open my session page" in page) == (True, True)
    assert "/join/" not in page
    assert plans() == []


def test_a_test_goes_to_oneself_and_keeps_what_was_typed(client, world, sitting):
    code = registration(world.attendee(sitting, "Ada Lovelace"))
    path = f"/manage/webinars/{sitting['code']}/mail/missed"

    page = sent(client, path, do="test", as_whom=code)

    found = mails(kind="test")
    assert [(mail["To"].addresses[0].addr_spec, mail["Subject"]) for mail in found] == [
        ("cora@house.example", "Test: Soon: Building a Therapeutic Alliance (ATP3)")
    ]
    assert "Hello Ada Lovelace, see http://a.example/x." in text_of(found[0])
    assert "/join/" not in text_of(found[0])
    assert ("A test is on its way to cora@house.example" in page.text, "{legal_name}" in page.text) == (True, True)


def test_unknown_placeholders_are_refused_beside_the_field(client, sitting):
    path = f"/manage/webinars/{sitting['code']}/mail/missed"

    answers = [sent(client, path, text="Hello {nmae}", do=act) for act in ("", "preview", "test")]

    assert [answer.status_code for answer in answers] == [422] * 3
    assert all("Did you mean {name}?" in answer.text and "Hello {nmae}" in answer.text for answer in answers)
    assert (plans(), mails()) == ([], [])


WRONG = "“EDT” is the wrong word on 3 November 2026: write “EST”, or “ET”, which is right all year."


@pytest.mark.parametrize("place", ["webinars/{code}", "courses/{slug}"])
def test_tz3_a_mail_that_names_the_wrong_clock_is_refused_until_it_is_mended_or_meant(client, sitting, place):
    path = "/manage/" + place.format(code=sitting["code"], slug=sitting["course"]["slug"]) + "/mail/reminder_day"
    words = {"text": "We begin at noon EDT, {name}."}

    refused, right = sent(client, path, **words), sent(client, path, text="We begin at noon ET, {name}.")
    meant = sent(client, path, **words, keeps_clock="y")

    assert (refused.status_code, right.status_code, meant.status_code) == (422, 303, 303)
    assert refused.text.count(WRONG) == 2  # on top, and at the field
    assert ("noon EDT, {name}" in refused.text, 'name="keeps_clock"' in refused.text) == (True, True)
    assert 'name="keeps_clock"' not in client.get(path).text


def test_tz3_a_message_that_names_the_wrong_clock_is_refused_before_it_is_looked_at(client, world, sitting):
    world.attendee(sitting, "Ada Lovelace")
    path = f"/manage/webinars/{sitting['code']}/message"
    chosen = {"audience": "registered", "text": "See you at noon EDT."}

    refused = [sent(client, path, do=act, **chosen) for act in ("preview", "test", "send")]
    looked = sent(client, path, do="preview", **chosen, keeps_clock="y")
    gone = sent(client, path, do="send", **chosen, keeps_clock="y", confirm=seen(looked))

    assert [(answer.status_code, answer.text.count(WRONG)) for answer in refused] == [(422, 2)] * 3
    assert (looked.status_code, gone.status_code) == (200, 303)


def test_a_mail_of_an_event_has_words_but_no_time(client, sitting):
    path = f"/manage/webinars/{sitting['code']}/mail/certificate"
    words = {"subject": "Yours: {certificate_number}", "text": "Hello {name}"}

    page = client.get(path).text
    looked = client.post(path, data=words | {"do": "preview", "_key": "a key of this form"}).text
    kept = client.post(path, data=words | {"_key": "another key of it"})

    assert ("How many" in page, "Send this mail" in page) == (False, False)
    assert "Yours: XXXX-XXXX-XXXX-XXXX" in looked
    assert (kept.status_code, plans()) == (303, [("certificate", True, "hours", 0, "09:00")])


def test_an_unknown_mail_does_not_exist(client, sitting):
    assert client.get(f"/manage/webinars/{sitting['code']}/mail/nothing").status_code == 404


def test_a_message_is_looked_at_tested_and_sent(client, world, sitting):
    world.attendee(sitting, "Ada Lovelace")
    world.attendee(sitting, "Ben Bach", licence={"profession": "Nurse", "board": "Ohio", "number": "1"})
    path = f"/manage/webinars/{sitting['code']}/message"
    chosen = {"audience": "registered", "professions": "Nurse"}

    looked = sent(client, path, do="preview", **chosen)
    tested = sent(client, path, do="test", **chosen)
    changed = sent(client, path, do="send", **chosen | {"professions": []}, confirm=seen(looked))
    gone = sent(client, path, do="send", **chosen, confirm=seen(looked))
    run_jobs("campaigns.message")

    page = client.get(gone.location).text
    listed = client.get(f"/manage/webinars/{sitting['code']}/mail").text
    assert "1 person gets" in looked.text
    assert ("The message has changed" in changed.text, "2 people get" in changed.text) == (True, True)
    assert "Nobody else has got it" in tested.text
    assert [mail["To"].addresses[0].display_name for mail in mails(kind="message")] == ["Ben Bach"]
    assert "0 of 1, 1 waiting" in page
    assert "1 of 1 written" in listed


def test_a_message_sent_twice_goes_once_and_to_nobody_is_refused(client, world, sitting):
    path = f"/manage/webinars/{sitting['code']}/message"
    waiting, all_of_them = [sent(client, path, do="preview", audience=one) for one in ("waiting", "registered")]
    nobody = sent(client, path, do="send", audience="waiting", confirm=seen(waiting))
    world.attendee(sitting)

    for _ in range(2):
        sent(client, path, do="send", audience="registered", confirm=seen(all_of_them), _key="one and the same key")

    with read() as db:
        assert len(db.scalars(select(Message)).all()) == 1
    assert (nobody.status_code, "Nobody would get this message" in nobody.text) == (409, True)
    assert sent(client, path, do="send", audience="nothing").status_code == 422
