"""The set of mails that people can count on (J3): each is there, reads as text and as HTML, and gives their own time
first (J4)."""

from dataclasses import replace
from datetime import timedelta

import databases
import pytest
from factories import NOW

from webinar_app.calendars.emails import KINDS as SEAT_KINDS
from webinar_app.calendars.emails import seat_mail
from webinar_app.calendars.queries import find_addressed
from webinar_app.campaigns.queries import addressed
from webinar_app.campaigns.rules import SET
from webinar_app.core.times import describe_for
from webinar_app.evaluations.emails import evaluation_mail
from webinar_app.evaluations.models import EvaluationForm
from webinar_app.evaluations.queries import invitation
from webinar_app.infra.db import read, write
from webinar_app.mailing.emails import own_words_mail
from webinar_app.mailing.rules import _KINDS, kind_words
from webinar_app.providers.queries import brand
from webinar_app.registrations.emails import (
    COURSE_KINDS,
    WAITING_KINDS,
    links_mail,
    links_of,
    waiting_letter_of,
    waiting_mail,
)
from webinar_app.registrations.models import AdmissionRule, Registration, WaitingPlace

# What the list of features names, and the kinds of mail that it is here.
NAMED = {
    "confirmation": ("confirmation", "course_confirmation"), "waiting list offer": ("waiting_offer",),
    "reminder 7 d": ("reminder_week",), "reminder 24 h": ("reminder_day",), "reminder 1 h": ("reminder_hour",),
    "join link": ("join_link", "join_now"), "change": ("updated",),
    "cancel": ("cancelled", "registration_cancelled", "course_cancelled"), "missed you": ("missed",),
    "evaluation": ("evaluation",), "evaluation reminder": ("evaluation_reminder",), "certificate": ("certificate",),
    "expiry": ("expiry",),
}  # fmt: skip
TIMELESS = {"certificate", "expiry"}  # a certificate has days, in no zone
pytestmark = pytest.mark.parametrize("database_url", databases.KINDS[:1], indirect=True)


@pytest.fixture
def mails(world):
    """Every mail about a sitting to somebody in London, by kind: (subject, text, HTML)."""
    sitting = world.webinar(starts_at=NOW + timedelta(days=40))
    member = world.attendee(sitting, "Lea London", time_zone="Europe/London")
    key = member.registration_id

    def prepare(db):
        db.add(AdmissionRule(webinar_id=sitting["id"], cancel_hours=24))
        form = EvaluationForm(webinar_id=sitting["id"], items=[], opened_at=NOW, closes_at=NOW + timedelta(days=54))
        db.add(form)
        place = {"registration_id": key, "webinar_id": sitting["id"], "seat": "online", "rank": 1, "joined_at": NOW}
        db.add(WaitingPlace(**place, offers=1, offer_ends_at=NOW + timedelta(days=2)))
        db.flush()
        return form.id, db.get_one(Registration, key).person.email

    form_id, email = write(prepare)
    own = brand()
    with read() as db:
        where, told = find_addressed(db, key), addressed(db, key)
        found = {kind: seat_mail(kind, own, *where, {}) for kind in SEAT_KINDS}
        found |= {kind: own_words_mail(own, one.subject, one.text, told.values) for kind, one in SET.items()}
        found["evaluation by itself"] = evaluation_mail(own, invitation(db, form_id, key))
        found["join_link"] = links_mail(own, links_of(db, email, NOW))
    write(lambda db: setattr(db.get_one(Registration, key), "state", "offered"))
    with read() as db:
        letter = replace(waiting_letter_of(db, key), position=1)
    return found | {kind: waiting_mail(kind, own, letter) for kind in WAITING_KINDS}


def test_every_named_mail_is_there(mails):
    made = {*mails, *COURSE_KINDS}

    assert {name: [kind for kind in kinds if kind not in made] for name, kinds in NAMED.items()} == {
        name: [] for name in NAMED
    }


def test_every_mail_has_words_as_text_and_as_page(mails):
    for kind, (subject, text, html) in mails.items():
        assert (bool(subject), len(text) > 100, "<h1" in html or "<p" in html) == (True, True, True), kind
        assert not {"None", "{", "}"} & set(text.split()), kind
        assert "Lea" in text or kind == "join_link", kind


def test_every_mail_gives_the_recipients_own_time_first(mails):
    start = describe_for(NOW + timedelta(days=40), "Europe/London", "America/New_York")[0]
    for kind, (subject, text, html) in mails.items():
        if kind in TIMELESS:
            continue
        for words in (text, html):
            assert start in words, kind
            own, theirs = words.count("UK time"), words.count(" ET")
            assert own >= theirs >= 1, kind
            assert words.index("UK time") < words.index(" ET"), kind
        assert " ET" not in subject, kind


def test_deadlines_are_in_the_recipients_own_time_too(mails):
    deadlines = {
        "waiting_offer": 2, "confirmation": 39, "evaluation": 54, "evaluation_reminder": 54, "evaluation by itself": 54
    }  # fmt: skip
    for kind, days in deadlines.items():
        own, theirs = describe_for(NOW + timedelta(days=days), "Europe/London", "America/New_York")
        _, text, html = mails[kind]
        assert text.index(own) < text.index(theirs), kind
        assert html.index(own) < html.index(theirs), kind


def test_every_kind_has_a_name_in_the_log(mails):
    assert [kind for kind in (*mails, *COURSE_KINDS) if "_" in kind_words(kind)] == []
    assert _KINDS["missed"] == "Missed you"
