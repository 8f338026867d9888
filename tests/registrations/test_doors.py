"""When registration opens and ends, and until when a place can be given back: in the session's zone, and printed."""

from datetime import UTC, datetime, timedelta

import pytest
from factories import NOW, START
from page_words import let_in, words
from posted import mails, run_jobs, text_of
from sqlalchemy import select

from webinar_app.core.actor import GUEST
from webinar_app.core.clock import utc_now
from webinar_app.core.errors import InvalidInput, Refused
from webinar_app.core.permissions import Role
from webinar_app.infra.db import read, write
from webinar_app.registrations.models import AdmissionRule, Registration
from webinar_app.registrations.queries import current_policy
from webinar_app.registrations.rules.admission import cancel_end, closing_of
from webinar_app.registrations.services import Sheet, cancel_for, cancel_own, register, register_by_hand
from webinar_app.registrations.services.admission import set_admission
from webinar_app.webinars.models import Webinar

RULES = {
    "waiting": "first", "offer_hours": 24, "opens": "", "late_minutes": None, "cancel_hours": None,
    "needs_approval": False, "substitutes": True,
}  # fmt: skip


def sheet(webinar):
    with read() as db:
        policy = current_policy(db.get_one(Webinar, webinar["id"]))
    return Sheet(email="ada@example.org", legal_name="Ada Lovelace", policy=policy)


@pytest.mark.parametrize(
    ("typed", "opens_at"),
    [
        ("1 November 2026", datetime(2026, 11, 1, 4, tzinfo=UTC)),  # midnight, daylight saving time
        ("2 November 2026", datetime(2026, 11, 2, 5, tzinfo=UTC)),
        ("November 2, 2026 9:00 a.m.", datetime(2026, 11, 2, 14, tzinfo=UTC)),
        ("November 2, 2026 9:00 a.m. PT", datetime(2026, 11, 2, 17, tzinfo=UTC)),
        ("", None),
    ],
)
def test_opening_is_read_in_the_sessions_zone(world, typed, opens_at):
    webinar = world.webinar()

    write(set_admission, world.coordinator(), webinar["code"], RULES | {"opens": typed}, now=NOW - timedelta(days=9))

    with read() as db:
        row = db.get_one(AdmissionRule, webinar["id"])
        assert (row.opens_typed, row.opens_at) == (typed, opens_at)


@pytest.mark.parametrize(
    ("changes", "field"),
    [
        ({"opens": "soon"}, "opens"), ({"opens": "4 November 2026"}, "opens"), ({"late_minutes": 900}, "late_minutes"),
        ({"cancel_hours": -1}, "cancel_hours"),
    ],
)  # fmt: skip
def test_rules_that_make_no_sense_are_refused(world, changes, field):
    webinar = world.webinar()

    with pytest.raises(InvalidInput) as refused:
        write(set_admission, world.coordinator(), webinar["code"], RULES | changes, now=NOW)

    assert list(refused.value.fields) == [field]


def test_registration_opens_at_its_second(world):
    webinar = world.webinar()
    cora, opens_at = world.coordinator(), datetime(2026, 11, 2, 5, tzinfo=UTC)
    write(set_admission, cora, webinar["code"], RULES | {"opens": "2 November 2026"}, now=NOW - timedelta(days=9))

    with pytest.raises(Refused) as refused:
        write(register, GUEST, webinar["code"], sheet(webinar), now=opens_at - timedelta(seconds=1))
    write(
        register_by_hand, cora, webinar["code"], Sheet(email="b@example.org", legal_name="Bea"),
        now=opens_at - timedelta(seconds=1),
    )  # fmt: skip
    write(register, GUEST, webinar["code"], sheet(webinar), now=opens_at)

    assert refused.value.code == "registration.not_yet"


def test_late_entry_ends_after_its_minute(world):
    webinar = world.live_webinar()
    write(set_admission, world.coordinator(), webinar["code"], RULES | {"late_minutes": 10}, now=NOW)

    with pytest.raises(Refused) as refused:
        write(register, GUEST, webinar["code"], sheet(webinar), now=START + timedelta(minutes=10, seconds=1))
    write(register, GUEST, webinar["code"], sheet(webinar), now=START + timedelta(minutes=10))

    assert refused.value.code == "registration.closed"


def test_place_can_be_given_back_until_the_cut_off(world):
    webinar = world.webinar(capacity_online=2)
    first, second = world.attendee(webinar, "Ada"), world.attendee(webinar, "Bea")
    cora, until = world.coordinator(), START - timedelta(hours=48)
    write(set_admission, cora, webinar["code"], RULES | {"cancel_hours": 48}, now=NOW)

    def code(member):
        with read() as db:
            return db.get_one(Registration, member.registration_id).code

    write(cancel_own, world.actor(first.person_id), code(first), now=until)
    with pytest.raises(Refused) as refused:
        write(cancel_own, world.actor(second.person_id), code(second), now=until + timedelta(seconds=1))
    write(cancel_for, cora, code(second), now=until + timedelta(seconds=1))

    assert refused.value.message == (
        "Places could be given back until Sunday 1 November 2026, 12:00 p.m. ET. Write to desk@alder.example if you"
        " cannot come."
    )


def test_pages_print_the_times_before_and_after(soon, app, world, client):
    webinar = soon()
    member = world.attendee(webinar)
    rules = {"opens": "1 November 2026", "late_minutes": "5", "cancel_hours": "24", "waiting": "first"}
    desk = let_in(app.test_client(), world.person("Cora", Role.COORDINATOR))
    path = f"/manage/webinars/{webinar['code']}/registration"
    saved = desk.post(path, data=rules | {"offer_hours": "24", "_key": "rules of it"})
    shown = desk.get(path).text
    own = let_in(app.test_client(), member.person_id)
    with read() as db:
        code = db.scalars(select(Registration.code)).one()

    done, cancel = words(own, f"/webinars/{webinar['code']}/registered"), words(own, f"/registrations/{code}/cancel")
    course, form = (
        words(client, f"/courses/{webinar['course']['slug']}"),
        words(client, f"/webinars/{webinar['code']}/register"),
    )
    assert saved.status_code == 303
    assert 'value="1 November 2026"' in shown
    assert "Late entry Until" in course
    assert "Register by" in form
    assert "Give back by" in form
    assert "Give your place back until" in done
    assert "This is possible until" in cancel
    write(set_admission, world.coordinator(), webinar["code"], RULES | {"cancel_hours": 24 * 30}, now=utc_now())
    late = words(own, f"/webinars/{webinar['code']}/registered")
    asked = words(own, f"/registrations/{code}/cancel")
    refused = own.post(f"/registrations/{code}/cancel", data={"_key": "too late for it"})
    assert "Places could be given back until" in late
    assert "Give my place back" not in late + asked
    assert "Your place stays yours" in asked
    assert "is free for somebody else" not in asked
    assert "you typed is kept" not in refused.text
    assert (refused.status_code, "Write to desk@alder.example" in refused.text) == (409, True)


@pytest.mark.parametrize(
    ("hours", "said", "has_link"),
    [
        (24, "Give your place to the next person, until Saturday 28 November 2026,", True),
        (24 * 30, "Places could be given back until Friday 30 October 2026,", False),
    ],
)
def test_confirmation_says_until_when_a_place_can_be_given_back(soon, world, hours, said, has_link):
    webinar = soon()
    write(set_admission, world.coordinator(), webinar["code"], RULES | {"cancel_hours": hours}, now=utc_now())
    write(register, GUEST, webinar["code"], sheet(webinar), now=utc_now())
    run_jobs("calendars.confirm")

    told = text_of(mails()[0])
    assert said in told
    assert ("?to=cancel" in told) == has_link


def test_page_says_when_registration_opens(soon, client, world):
    webinar = soon()
    opens = (utc_now() + timedelta(days=2)).strftime("%-d %B %Y")
    write(set_admission, world.coordinator(), webinar["code"], RULES | {"opens": opens}, now=utc_now())

    closed, course = (
        words(client, f"/webinars/{webinar['code']}/register"),
        words(client, f"/courses/{webinar['course']['slug']}"),
    )

    assert "Registration opens later" in closed
    assert "This page has the form from then on" in closed
    assert "Registration opens" in course


def test_first_of_two_closings_counts():
    early, late = START - timedelta(days=1), START + timedelta(minutes=10)

    assert closing_of(None, START, None) is None
    assert closing_of(early, START, 10) == early
    assert closing_of(None, START, 10) == late
    assert closing_of(early, None, 10) == early
    assert cancel_end(START, 0) == START
    assert cancel_end(None, 5) is cancel_end(START, None) is None
