"""No text that a person wrote adds a line to a calendar file, or makes its writer fail."""

import re
from collections import Counter
from dataclasses import replace
from datetime import UTC, datetime
from email import message_from_bytes, policy
from functools import cache

import icalendar
import pytest
from calendar_entries import BRAND, ENTRY, SITTING, TO, check_lines, event_of, lines
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from webinar_app.calendars import jobs
from webinar_app.core.text import multi_line, one_line
from webinar_app.infra.ics import download, feed, invite
from webinar_app.infra.mail import Calendar, compose

NOW = datetime(2025, 10, 3, 9, tzinfo=UTC)

NASTY = st.text(
    alphabet=st.one_of(st.sampled_from('\r\n\x00\x0b\x0c\x85\u2028\u2029\t\x7f;:,\\"^🎓Θ'), st.characters(codec=None))
)
EVERYTHING = replace(ENTRY, location="Room 4")
TEXT_FIELDS = (
    "uid",
    "summary",
    "description",
    "location",
    "url",
    "join_url",
    "organizer_name",
    "organizer_email",
    "attendee_name",
    "attendee_email",
    "status",
)


def property_names(data):
    return Counter(re.split("[:;]", line)[0] for line in lines(data))


WRITERS = {
    "invite": lambda one, name: invite(one), "cancel": lambda one, name: invite(one, "CANCEL"),
    "download": lambda one, name: download([one]), "feed": lambda one, name: feed([one], name),
}  # fmt: skip


@cache
def harmless_names(writer):
    return property_names(WRITERS[writer](EVERYTHING, "Mine"))


def check_injection(entry, name):
    for writer, write in WRITERS.items():
        data = write(entry, name)
        check_lines(data)
        assert property_names(data) <= harmless_names(writer)
        assert len(icalendar.Calendar.from_ical(data).walk("VEVENT")) == 1


@settings(max_examples=150, suppress_health_check=[HealthCheck.too_slow], deadline=None)
@given(st.fixed_dictionaries(dict.fromkeys(TEXT_FIELDS, NASTY)), NASTY)
def test_w11_no_text_adds_a_property_or_fails(texts, name):
    check_injection(replace(ENTRY, **texts), name)


@pytest.mark.parametrize("field", TEXT_FIELDS)
@pytest.mark.parametrize("mark", ["\r\n", "\n", "\r", "\x00", "\x0b", "\x0c", "\x85", "\u2028", "\u2029", "\ud800"])
def test_w11_each_field_keeps_to_its_line(field, mark):
    harmless = getattr(ENTRY, field)

    check_injection(replace(ENTRY, **{field: f"{harmless}{mark}ATTACH:https://evil.example"}), f"Mine{mark}ATTACH:x")


@pytest.mark.parametrize("url", ["javascript:alert(1)", "https://[::1", "//example.org", "ftp://example.org", "", "x"])
def test_w11_only_web_addresses_become_links(url):
    event = event_of(invite(replace(ENTRY, url=url, join_url=url)))

    assert "URL" not in event
    assert "CONFERENCE" not in event


SHOWN = ("summary", "description", "location")


@settings(max_examples=100, suppress_health_check=[HealthCheck.too_slow], deadline=None)
@given(st.fixed_dictionaries(dict.fromkeys((*SHOWN, "attendee_name", "organizer_name"), NASTY)))
def test_w11_what_was_written_is_read_back_and_nothing_is_lost(texts):
    event = event_of(invite(replace(ENTRY, **texts, join_url="")))

    for field in SHOWN:
        clean = multi_line if field == "description" else one_line
        assert str(event.get(field.upper(), "")) == clean(texts[field])
    for name, field in (("ATTENDEE", "attendee_name"), ("ORGANIZER", "organizer_name")):
        assert event[name].params.get("CN", "") == one_line(
            texts[field].replace('"', "").replace("^", " ").replace("\\", "/")
        )


@pytest.mark.parametrize("letter", ["x", "é", "🎓", ";", "\\", ","])
@pytest.mark.parametrize("field", ["summary", "description", "location", "attendee_name", "organizer_name"])
def test_w11_ten_thousand_letters_are_folded_and_kept(field, letter):
    data = invite(replace(ENTRY, **{field: letter * 10_000}, join_url=""))

    check_lines(data)
    event = event_of(data)
    shown = {"attendee_name": "ATTENDEE", "organizer_name": "ORGANIZER"}
    found = event[shown[field]].params["CN"] if field in shown else str(event[field.upper()])
    assert found == (letter if field not in shown else letter.replace("\\", "/")) * 10_000


PLAIN = dict.fromkeys(("title", "presenters", "place", "provider_name", "legal_name", "display_name"), "Words")
# No database keeps halves of surrogate pairs, so that no mail is ever written from them.
STORED = NASTY.map(lambda text: re.sub("[\ud800-\udfff]", "", text))
LETTER = st.fixed_dictionaries(dict.fromkeys(PLAIN, STORED))


def the_mail(texts, kind="confirmation"):
    """Give the final mail to a registrant in whose session, organisation and name these texts stand."""
    sitting = replace(SITTING, **{name: texts[name] for name in ("title", "presenters", "place", "provider_name")})
    to = replace(TO, **{name: texts[name] for name in ("legal_name", "display_name")})
    letter = jobs.letter(kind, BRAND, sitting, to, unique="x", now=NOW)
    body = compose(
        sender="Alder Institute <webinars@alder.example>", to_name=letter.to_name, to_address=letter.to_address,
        subject=letter.subject, text=letter.text, html=letter.html, message_id="<a@alder.example>", at=NOW,
        reply_to=letter.reply_to, calendar=Calendar(letter.calendar, letter.method),
    )  # fmt: skip
    return message_from_bytes(body, policy=policy.default), letter


@cache
def plain_headers():
    return sorted(the_mail(PLAIN)[0].keys())


def check_mail(texts):
    for kind in ("confirmation", "updated", "cancelled"):
        mail, letter = the_mail(texts, kind)
        (part,) = [part for part in mail.walk() if part.get_content_type() == "text/calendar"]
        assert part.get_payload(decode=True) == letter.calendar
        check_lines(letter.calendar)
        assert sorted(mail.keys()) == plain_headers()
        assert mail["To"].addresses[0].addr_spec == TO.email
        assert "".join(mail["To"].addresses[0].display_name.split()) == "".join(
            one_line(texts["legal_name"])[:200].split()
        )
        assert str(event_of(letter.calendar)["SUMMARY"]) == one_line(texts["title"])


@settings(max_examples=60, suppress_health_check=[HealthCheck.too_slow], deadline=None)
@given(LETTER)
def test_w12_no_text_of_a_session_or_person_breaks_its_mail_or_entry(texts):
    check_mail(texts)


@pytest.mark.parametrize("mark", ["\r\nBcc: x@evil.example\r\n", "\x00", "\u2028", "\r", "x" * 10_000, "🎓" * 10_000])
@pytest.mark.parametrize("field", PLAIN)
def test_w12_each_field_of_a_mail_keeps_to_its_place(field, mark):
    check_mail(PLAIN | {field: f"Words{mark}words"})
