"""Calendars to subscribe to: what stands in them, who can read them, and when they change."""

from datetime import UTC, date, datetime, timedelta
from urllib.parse import quote

import databases
import pytest
from calendar_entries import lines
from calendar_feeds import feed_path
from factories import NOW, START, World
from icalendar import Calendar
from page_words import counted, words
from sqlalchemy import select

from webinar_app.accounts.models import Person
from webinar_app.calendars.documents import public_bytes
from webinar_app.calendars.events import FeedServed
from webinar_app.calendars.models import Invite
from webinar_app.calendars.queries import sittings
from webinar_app.calendars.rules import is_new_use
from webinar_app.core.clock import utc_now
from webinar_app.core.links import feed_token, read_feed_token, webcal
from webinar_app.courses.models import Course, OldSlug, Series
from webinar_app.infra import dispatch
from webinar_app.infra.db import Db, read, write
from webinar_app.registrations.models import Registration
from webinar_app.registrations.services import cancel_for
from webinar_app.subscriptions import SUBSCRIPTIONS
from webinar_app.webinars.rules import WebinarState
from webinar_app.webinars.services.scheduling import cancel_sitting, change_sitting

quick = pytest.mark.parametrize("database_url", databases.KINDS[:1], indirect=True)
LATER = utc_now  # tests run on 22 November 2026, after the session of the factories


def events(answer):
    """Give {uid: (status, start)} of a calendar that was answered."""
    found = Calendar.from_ical(answer.data).walk("VEVENT")
    return {str(event["UID"]): (str(event["STATUS"]), event["DTSTART"].dt) for event in found}


def uid(webinar):
    return f"webinar-{webinar['code'].lower()}@rostrum.example"


def put_into_series(db: Db, course_id: int, provider_id: int) -> str:
    row = db.scalars(select(Series)).first() or Series(provider_id=provider_id, slug="atp", name="ATP, all of it")
    db.add(row)
    db.flush()  # its id goes into the course
    db.get_one(Course, course_id).series_id = row.id
    return row.slug


def retitle(db: Db, course_id: int, title: str) -> None:
    db.get_one(Course, course_id).title = title


def merge(db: Db, person_id: int, into: int) -> None:
    db.get_one(Person, person_id).merged_into_id = into


def test_ic19_a_feed_is_a_calendar_in_utc_with_its_name_and_when_to_come_back(world, client):
    webinar = world.webinar()

    answer = client.get(f"/courses/{webinar['course']['slug']}/calendar.ics")

    assert answer.headers["Content-Type"] == "text/calendar; charset=utf-8"
    assert {
        "NAME:Building a Therapeutic Alliance", "X-WR-CALNAME:Building a Therapeutic Alliance",
        "REFRESH-INTERVAL;VALUE=DURATION:PT1H", "X-PUBLISHED-TTL:PT1H", "DTSTART:20261103T170000Z",
    } <= set(lines(answer.data))  # fmt: skip
    assert "METHOD" not in answer.text
    assert events(answer) == {uid(webinar): ("CONFIRMED", START)}


@pytest.mark.parametrize("place", ["/calendar.ics", "/courses/{slug}/calendar.ics", "/series/atp/calendar.ics", "own"])
def test_ic19_who_has_a_feed_gets_304_until_something_changes(world, client, place):
    webinar = world.webinar()
    write(put_into_series, webinar["course"]["id"], world.provider_id)
    path = place.format(slug=webinar["course"]["slug"])
    if place == "own":
        path = feed_path(client, world.attendee(webinar).person_id)

    first = client.get(path)
    again = client.get(path, headers={"If-None-Match": first.headers["ETag"]})
    by_date = client.get(path, headers={"If-Modified-Since": first.headers["Last-Modified"]})
    write(retitle, webinar["course"]["id"], "A better title")
    changed = client.get(path, headers={"If-None-Match": first.headers["ETag"]})

    assert (first.status_code, again.status_code, again.data) == (200, 304, b"")
    assert (by_date.status_code, changed.status_code) == (200, 200)
    assert first.headers["Last-Modified"] == "Tue, 03 Nov 2026 16:50:00 GMT"
    assert "A better title" in changed.text


def test_ic20_a_cancelled_session_stays_cancelled_for_thirty_days_and_leaves(world, client):
    kept = world.webinar(state=WebinarState.CANCELLED, cancelled_at=LATER() - timedelta(days=29))
    gone = world.webinar(kept["course"], state=WebinarState.CANCELLED, cancelled_at=LATER() - timedelta(days=31))
    draft = world.webinar(kept["course"], state=WebinarState.DRAFT)
    old = world.webinar(kept["course"], starts_at=LATER() - timedelta(days=366))

    found = events(client.get(f"/courses/{kept['course']['slug']}/calendar.ics"))

    assert found == {uid(kept): ("CANCELLED", START)}
    assert not {uid(gone), uid(draft), uid(old)} & set(found)


def test_ic20_a_place_given_back_leaves_the_own_feed_at_once(world, client):
    webinar, other = world.webinar(), world.webinar()
    member = world.attendee(webinar)
    write(give_place, other, member.person_id)
    path = feed_path(client, member.person_id)
    before = client.get(path)
    with read() as db:
        code = db.get_one(Registration, member.registration_id).code

    write(cancel_for, world.coordinator(), code, now=NOW)
    after = client.get(path, headers={"If-Modified-Since": before.headers["Last-Modified"]})

    assert set(events(before)) == {uid(webinar), uid(other)}
    assert set(events(after)) == {uid(other)}


def give_place(db: Db, webinar: dict, person_id: int) -> None:
    World._registration(db, webinar, person_id, "Ada Lovelace", {})


def test_ic20_a_waiting_place_and_somebody_elses_are_not_in_the_own_feed(world, client):
    webinar, others = world.webinar(), world.webinar()
    member = world.attendee(webinar, state="waitlisted")
    world.attendee(others, "Bea")

    assert events(client.get(feed_path(client, member.person_id))) == {}


def test_ic5_ic4_a_feed_follows_a_move_with_the_same_uid_and_a_higher_sequence(world, client):
    webinar = world.webinar()
    path = feed_path(client, world.attendee(webinar).person_id)
    changes = {"typed": "December 3, 2026 2:00 p.m. ET", "minutes": 75}

    write(change_sitting, world.coordinator(), webinar["code"], changes, now=NOW)
    write(cancel_sitting, world.coordinator(), webinar["code"], now=LATER())
    answer = client.get(path)

    (event,) = Calendar.from_ical(answer.data).walk("VEVENT")
    assert (event["SEQUENCE"], str(event["STATUS"])) == (2, "CANCELLED")
    assert event["DTSTART"].dt == datetime(2026, 12, 3, 19, tzinfo=UTC)


@quick
def test_ic5_a_cancelled_session_keeps_the_number_of_its_cancellation(world, client):
    webinar = world.webinar(sequence=3, state=WebinarState.CANCELLED, cancelled_at=LATER())
    member = world.attendee(webinar)
    write(send_cancel, member.registration_id, 3)

    (event,) = Calendar.from_ical(client.get(feed_path(client, member.person_id)).data).walk("VEVENT")

    assert (event["SEQUENCE"], str(event["STATUS"])) == (3, "CANCELLED")


def send_cancel(db: Db, registration_id: int, sequence: int) -> None:
    db.add(
        Invite(
            registration_id=registration_id, uid="x", sequence=sequence, method="CANCEL", starts_at=START, sent_at=NOW
        )
    )  # fmt: skip


def test_ic21_an_address_is_128_bits_belongs_to_one_person_and_needs_no_cookie(world, client, app):
    member, other = world.attendee(world.webinar()), world.person("Bea")
    path = feed_path(client, member.person_id)
    with read() as db:
        code = db.get_one(Person, other).code

    token = path.removeprefix("/calendars/").removesuffix(".ics")
    stranger = app.test_client()
    forged = [
        f"{code}{token[8:]}", token.replace("-1-", "-2-"), token[:-1], token + "0", token.upper(), "x", "a-1-b",
        "١-١-١",
    ]  # fmt: skip

    assert len(token.rpartition("-")[2]) == 32
    assert stranger.get(path).status_code == 200
    assert "Set-Cookie" not in stranger.get(path).headers
    assert [stranger.get(f"/calendars/{one}.ics").status_code for one in forged] == [404] * len(forged)


def test_ic21_an_address_taken_back_or_renewed_gives_404(world, client):
    member = world.attendee(world.webinar())
    first = feed_path(client, member.person_id)
    second = feed_path(client, member.person_id)
    answers = [client.get(path).status_code for path in (first, second)]

    client.post("/account/calendar/feed", data={"open": "0", "_key": "take it back"})

    assert answers == [404, 200]
    assert [client.get(path).status_code for path in (first, second)] == [404, 404]
    assert "Make my address" in client.get("/account/calendar").text


def test_ic21_tokens_are_for_their_own_purpose_and_outlive_a_change_of_keys():
    token = feed_token(b"old", "AAAAAAAA", 3)

    assert read_feed_token([b"new", b"old"], token) == ("AAAAAAAA", 3)
    assert read_feed_token([b"new"], token) is None
    assert read_feed_token([b"old"], token.replace("-3-", "-4-")) is None
    assert webcal("https://a.example/calendars/x.ics") == "webcal://a.example/calendars/x.ics"


def test_w24_the_page_says_when_the_address_was_last_used(world, client):
    member = world.attendee(world.webinar())
    path = feed_path(client, member.person_id)
    before = words(client, "/account/calendar")

    client.get(path)
    client.get(path)

    assert "Nobody has fetched it yet" in before
    assert "Last fetched Sunday 22 November 2026" in words(client, "/account/calendar")
    assert client.get("/account/calendar").headers["Cache-Control"] == "no-store"


def test_ic26_w24_no_feed_holds_a_join_link_an_address_or_a_name(world, client):
    webinar = world.webinar()
    member = world.attendee(webinar)
    world.attendee(webinar, "Bea Other")
    slug = webinar["course"]["slug"]
    paths = [feed_path(client, member.person_id), "/calendar.ics", f"/courses/{slug}/calendar.ics"]

    for path in paths:
        text = "".join(lines(client.get(path).data)).replace("@rostrum.example", "")
        assert "Building a Therapeutic Alliance" in text
        assert not [secret for secret in ("/join/", "@", "mailto", "Lovelace", "Bea", "ATTENDEE") if secret in text]


def test_ic17_a_series_is_one_file_with_an_entry_and_a_uid_for_each_session(world, client):
    first = world.webinar()
    second = world.webinar(starts_at=START + timedelta(weeks=1))
    gone = world.webinar(second["course"], state=WebinarState.CANCELLED, cancelled_at=LATER())
    for webinar in (first, second):
        slug = write(put_into_series, webinar["course"]["id"], world.provider_id)

    answer = client.get(f"/series/{slug}/sessions.ics")

    assert answer.headers["Content-Disposition"] == 'attachment; filename="atp.ics"'
    assert {key: status for key, (status, _) in events(answer).items()} == {
        uid(first): "CONFIRMED", uid(second): "CONFIRMED", uid(gone): "CANCELLED",
    }  # fmt: skip
    assert answer.text.count("BEGIN:VTIMEZONE") == 1
    assert "METHOD:PUBLISH" in answer.text
    assert "RRULE:FREQ=WEEKLY" not in answer.text


def test_ic17_the_days_of_a_course_are_one_file_too(world, client):
    first = world.webinar(precision="date", starts_at=None, local_start=None, local_date=date(2026, 12, 1), minutes=0)
    second = world.webinar(first["course"], starts_at=START + timedelta(days=30))

    answer = client.get(f"/courses/{first['course']['slug']}/sessions.ics")

    assert {key: start for key, (_, start) in events(answer).items()}[uid(first)] == date(2026, 12, 1)
    assert set(events(answer)) == {uid(first), uid(second)}


def test_nothing_dated_is_no_file_but_an_empty_feed(world, client):
    course = world.course()
    slug = write(put_into_series, course["id"], world.provider_id)

    assert client.get(f"/courses/{course['slug']}/sessions.ics").status_code == 404
    assert client.get(f"/series/{slug}/sessions.ics").status_code == 404
    assert events(client.get(f"/series/{slug}/calendar.ics")) == {}
    for path in ("/series/none/calendar.ics", "/courses/none/calendar.ics", "/courses/none/sessions.ics"):
        assert client.get(path).status_code == 404


def test_drafts_and_rehearsals_of_a_course_are_in_no_feed(world, client):
    real = world.webinar()
    world.webinar(real["course"], rehearsal_of_id=real["id"])
    hidden = world.webinar(world.course(state="draft"))

    assert set(events(client.get("/calendar.ics"))) == {uid(real)}
    assert client.get(f"/courses/{hidden['course']['slug']}/calendar.ics").status_code == 404


def test_more_sessions_take_no_more_questions_to_the_database(world, client):
    webinar = world.webinar()
    member = world.attendee(webinar)
    path = feed_path(client, member.person_id)
    client.get(path)
    with counted() as for_one:
        client.get(path)
    for _ in range(2):
        write(give_place, world.webinar(), member.person_id)
    with counted() as for_three:
        answer = client.get(path)

    assert len(events(answer)) == 3
    assert len(for_three) == len(for_one)


def test_ic9_pages_say_what_does_not_follow_and_offer_what_does(world, client):
    webinar = world.webinar(starts_at=START + timedelta(days=60))
    write(put_into_series, webinar["course"]["id"], world.provider_id)
    slug = webinar["course"]["slug"]

    course, series = client.get(f"/courses/{slug}"), client.get("/series/atp")

    assert "An entry added here stays as it is." in course.text
    assert f'href="/courses/{slug}/subscribe"' in course.text
    assert 'href="/series/atp/subscribe"' in series.text
    assert 'href="/series/atp/sessions.ics"' in series.text


@quick
@pytest.mark.parametrize("place", ["/calendars", "/series/atp/subscribe", "/courses/{slug}/subscribe"])
def test_each_public_calendar_has_a_page_to_subscribe_on(world, client, place):
    webinar = world.webinar(starts_at=START + timedelta(days=60))
    write(put_into_series, webinar["course"]["id"], world.provider_id)
    slug = webinar["course"]["slug"]
    feed = {"/calendars": "/calendar.ics"}.get(place, place.replace("subscribe", "calendar.ics")).format(slug=slug)

    page = client.get(place.format(slug=slug)).text

    assert "1 session to come." in page
    assert f'href="webcal://127.0.0.1:5000{feed}"' in page
    assert f'readonly value="http://127.0.0.1:5000{feed}"' in page
    assert 'type="text/calendar" title="' in page
    assert f"https://calendar.google.com/calendar/r?cid=webcal%3A%2F%2F127.0.0.1%3A5000{quote(feed, safe='')}" in page
    assert f"addfromweb?url=http%3A%2F%2F127.0.0.1%3A5000{quote(feed, safe='')}" in page
    assert (f'href="{feed.replace("calendar", "sessions")}"' in page) == (place != "/calendars")
    assert set(events(client.get(feed))) == {uid(webinar)}


@quick
def test_the_page_of_all_calendars_lists_the_series_that_are_published(world, client):
    webinar, hidden = world.webinar(starts_at=START + timedelta(days=60)), world.webinar(world.course(state="draft"))
    write(put_into_series, webinar["course"]["id"], world.provider_id)
    write(put_into_series, hidden["course"]["id"], world.provider_id)
    world.webinar(webinar["course"], state=WebinarState.CANCELLED, starts_at=START + timedelta(days=61))
    text = words(client, "/calendars")
    write(put_into_series, world.course()["id"], world.provider_id)

    assert "ATP, all of it 1 to come" in text
    assert 'href="/series/atp/subscribe"' in client.get("/calendars").text
    assert 'href="/calendars"' in client.get("/").text


@quick
def test_nothing_to_come_is_said_and_can_be_subscribed_to(world, client):
    course = world.course()
    text, page = words(client, f"/courses/{course['slug']}/subscribe"), client.get("/calendars")

    assert "No session is to come at the moment. Subscribe now" in text
    assert "as one file" not in text
    assert "No series is published yet." in page.text
    hidden = world.course(state="draft")["slug"]
    for path in (f"/courses/{hidden}/subscribe", "/courses/none/subscribe", "/series/none/subscribe"):
        assert client.get(path).status_code == 404


def readdress(db: Db, course_id: int, slug: str) -> None:
    course = db.get_one(Course, course_id)
    db.add(OldSlug(slug=course.slug, course_id=course.id))
    course.slug = slug


@quick
def test_who_subscribed_to_a_course_that_has_another_address_now_keeps_getting_it(world, client):
    webinar = world.webinar()
    old = webinar["course"]["slug"]
    before = events(client.get(f"/courses/{old}/calendar.ics"))

    write(readdress, webinar["course"]["id"], f"{old}-new")

    assert events(client.get(f"/courses/{old}/calendar.ics")) == before == {uid(webinar): ("CONFIRMED", START)}
    assert client.get(f"/courses/{old}/subscribe").headers["Location"] == f"/courses/{old}-new/subscribe"


def test_a_feed_of_too_many_keeps_those_that_come_next(world, client, monkeypatch):
    monkeypatch.setattr(sittings, "MOST_IN_FEED", 3)
    near = [world.webinar(starts_at=LATER() + timedelta(days=day)) for day in (-9, -1, 1, 2, 90)]

    found = events(client.get("/calendar.ics"))

    assert set(found) == {uid(one) for one in near[2:]}
    world.webinar(near[0]["course"], starts_at=LATER() + timedelta(days=91))
    assert set(events(client.get("/calendar.ics"))) == set(found)


@quick
def test_a_public_feed_is_written_once_for_all_who_come_until_it_changes(world, client):
    webinar = world.webinar()
    public_bytes.cache_clear()
    path = f"/courses/{webinar['course']['slug']}/calendar.ics"

    tag = client.get(path).headers["ETag"]
    again = [client.get(path, headers={"If-None-Match": tag}).status_code for _ in range(3)]
    before = public_bytes.cache_info().misses
    write(retitle, webinar["course"]["id"], "A better title")

    assert (again, before) == ([304] * 3, 1)
    assert "A better title" in client.get(path).text


@quick
def test_the_own_calendar_has_the_same_ways_and_takes_its_address_back(world, client):
    member = world.attendee(world.webinar())
    path = feed_path(client, member.person_id)
    page = client.get("/account/calendar").text
    client.post("/account/calendar/feed", data={"open": "0", "_key": "take it back"})
    after = client.get("/account/calendar").text

    assert f'href="webcal://127.0.0.1:5000{path}"' in page
    assert f"cid=webcal%3A%2F%2F127.0.0.1%3A5000{quote(path, safe='')}" in page
    assert "Take it back" in page
    assert path not in after
    assert 'href="/calendars"' in after


def test_a_merged_person_keeps_one_feed_of_everything(world, client):
    here, there = world.webinar(), world.webinar()
    member, twin = world.attendee(here), world.attendee(there, "Ada L.")
    path = feed_path(client, member.person_id)

    write(merge, twin.person_id, member.person_id)

    assert set(events(client.get(path))) == {uid(here), uid(there)}


@pytest.mark.parametrize(
    ("used", "changed", "is_new"),
    [(None, None, True), (61, None, True), (59, None, False), (59, 30, True), (59, 90, False), (0, 10, False)],
)
def test_a_visit_is_written_down_once_an_hour_and_after_each_change(used, changed, is_new):
    ago = [None if minutes is None else NOW - timedelta(minutes=minutes) for minutes in (used, changed)]

    assert is_new_use(*ago, NOW) is is_new


def test_who_asks_learns_which_version_a_feed_served(world, client):
    webinar = world.webinar(sequence=3)
    path = feed_path(client, world.attendee(webinar).person_id)
    served = []
    dispatch.install(SUBSCRIPTIONS | {FeedServed: [lambda db, event, now: served.append(dict(event.versions))]})

    client.get(path)
    client.get(path)

    assert served == [{webinar["id"]: 3}]
