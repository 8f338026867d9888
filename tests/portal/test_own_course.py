"""Course page and My learning of somebody registered for a course without a sitting."""

from page_words import let_in, words
from sqlalchemy import select

from webinar_app.core.actor import GUEST
from webinar_app.core.clock import utc_now
from webinar_app.courses.models import Course, Item
from webinar_app.courses.rules import CourseKind
from webinar_app.infra.db import read, write
from webinar_app.registrations.models import Registration
from webinar_app.registrations.rules import RegistrationState
from webinar_app.registrations.services import Sheet, complete_item, register_in_course

BLOCKS = {"blocks": [{"type": "paragraph", "text": "Read me."}]}


def registered(slug, email="ada@example.org"):
    """Register somebody and give (person, registration)."""
    write(register_in_course, GUEST, slug, Sheet(email=email, legal_name="Ada Lovelace"), now=utc_now())
    with read() as db:
        row = db.scalars(select(Registration).order_by(Registration.id.desc())).first()
        return row.person_id, row.id


def settle(db, registration_id):
    db.get_one(Registration, registration_id).state = RegistrationState.REGISTERED


def give_text(db, item_id):
    db.get_one(Item, item_id).content = BLOCKS


def test_each_seed_offers_what_it_can(client, demo):
    pages = {seed: client.get(f"/courses/{slug}").text for seed, slug in demo.items()}

    assert f"/courses/{demo['001']}/register" in pages["001"]
    assert "Register, $48" in pages["001"]
    assert f"/courses/{demo['003']}/register" in pages["003"]
    assert f"/courses/{demo['004']}/register" in pages["004"]
    assert "Ask for a date" in pages["002"]
    for seed in ("000", "002"):
        assert f"/courses/{demo[seed]}/register" not in pages[seed]


def test_course_page_shows_progress_and_ways_to_go_on(client, world):
    course = world.course(kind=CourseKind.SELF_PACED, title="At Ease")
    write(give_text, course["reading_item"])
    person, registration = registered(course["slug"])
    write(complete_item, registration, course["webinar_item"], {"kind": "marked"}, now=utc_now())
    let_in(client, person)

    page, text = client.get(f"/courses/{course['slug']}").text, words(client, f"/courses/{course['slug']}")

    assert "You are registered" in text
    assert "1 of 3" in text
    assert "Done" in text
    assert "Your coordinator marks this when you have finished it" in text
    assert page.count(f"/courses/{course['slug']}/units/2/1") == 2
    assert f"/courses/{course['slug']}/register" not in page


def test_reading_leads_on_and_counts(client, world):
    course = world.course(kind=CourseKind.SELF_PACED, title="At Ease")
    write(give_text, course["reading_item"])
    person, _ = registered(course["slug"])
    let_in(client, person)

    sent = client.post(f"/courses/{course['slug']}/units/2/1", data={"_key": "read-it-once"})
    page = words(client, "/my")

    assert sent.status_code == 303
    assert "At your own pace" in page
    assert "Progress 1 of 3" in page


def test_pending_waits_in_words_and_opens_nothing(client, demo):
    person, registration = registered(demo["001"])
    let_in(client, person)

    course, mine = words(client, f"/courses/{demo['001']}"), words(client, "/my")

    assert "Waits for payment" in course
    assert "Your coordinator marks" not in course
    assert "Waits for payment We confirm it once the fee is settled" in mine
    write(settle, registration)
    assert "0 of 11" in words(client, f"/courses/{demo['001']}")


def test_handout_is_read_marked_and_finished(client, demo):
    person, _ = registered(demo["004"])
    let_in(client, person)

    page = client.get(f"/courses/{demo['004']}").text
    client.post(f"/courses/{demo['004']}/units/1/1", data={"_key": "handout-is-read"})

    assert f"/courses/{demo['004']}/units/1/1" in page
    mine = words(client, "/my")
    assert "At your own pace" not in mine
    assert "Finished" in mine


def test_join_link_shows_its_own_registration_only(client, world):
    one, two = (world.course(kind=CourseKind.SELF_PACED, title=title) for title in ("One", "Two"))
    person, first = registered(one["slug"])
    registered(two["slug"])
    let_in(client, person, registration_id=first)

    mine = words(client, "/my")

    assert ("One" in mine, "Two" in mine) == (True, False)
    assert "You are registered" in words(client, f"/courses/{one['slug']}")
    assert "You are registered" not in words(client, f"/courses/{two['slug']}")


def test_archived_course_takes_nobody(client, world):
    course = world.course(kind=CourseKind.SELF_PACED)

    def archive(db):
        db.get_one(Course, course["id"]).state = "archived"

    write(archive)

    assert f"/courses/{course['slug']}/register" not in client.get(f"/courses/{course['slug']}").text
