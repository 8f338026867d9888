from datetime import timedelta

from certificate_steps import LATER, finish
from factories import START

from webinar_app.attendance.services.summaries import summarise
from webinar_app.certificates.messages import own_progress
from webinar_app.evaluations.events import OwnProgressAsked
from webinar_app.infra.db import read, write
from webinar_app.webinars.models import Webinar


def progress(member):
    with read() as db:
        return own_progress(db, OwnProgressAsked(member.registration_id))


def end(db, webinar_id):
    db.get_one(Webinar, webinar_id).ended_at = START + timedelta(minutes=75)


def test_counting_is_pending_from_the_end_until_the_summary(world):
    webinar = world.live_webinar()
    member = world.attendee(webinar)
    before = progress(member)["is_pending"]
    write(end, webinar["id"])
    counting = progress(member)["is_pending"]

    write(summarise, webinar["id"], [member.registration_id], now=LATER)

    assert (before, counting, progress(member)["is_pending"]) == (False, True, False)


def test_decided_certificate_is_pending_and_lacks_nothing(world):
    webinar = world.live_webinar()
    member = world.attendee(webinar)
    finish(member, webinar["course"])

    told = progress(member)

    expected = {"missing": [], "is_pending": True, "credit": "1.25 contact hours", "certificate": None}
    assert told == expected
