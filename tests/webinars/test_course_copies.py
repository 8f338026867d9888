"""Copies of whole courses, and what goes along with every copy, through a browser without scripts."""

import itertools
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal

import databases
import pytest
from factories import NOW
from page_words import let_in, words_of
from sqlalchemy import func, select

from webinar_app.campaigns.models import MailPlan
from webinar_app.campaigns.rules import Way
from webinar_app.chat.models import Announcement, ChatRoom
from webinar_app.chat.rules import ChatMode, LinkRule
from webinar_app.core.codes import new_code
from webinar_app.core.permissions import Role, SittingRole
from webinar_app.core.uploads import FileKind
from webinar_app.courses.models import Course, CreditOffer, Item, Unit
from webinar_app.courses.rules import CourseState
from webinar_app.handouts.models import Handout
from webinar_app.handouts.rules import HandoutState
from webinar_app.infra.db import Base, read, write
from webinar_app.payments.models import CourseTax, DiscountCode, PriceTier, RefundStep
from webinar_app.people.models import SeatBlock
from webinar_app.polls.models import Poll
from webinar_app.polls.rules import PollKind
from webinar_app.polls.services.editing import PollDraft, add_poll
from webinar_app.registrations.models import AdmissionRule, FormQuestion
from webinar_app.registrations.rules.admission import WaitingMode
from webinar_app.registrations.rules.questions import FieldKind
from webinar_app.stage.models import Deck, Slide, StageSource
from webinar_app.stage.rules import DeckState, StageKind
from webinar_app.webinars.models import Webinar
from webinar_app.webinars.rules import WebinarState

# What is copied is the same on both databases; the stricter one is asked.
pytestmark = pytest.mark.parametrize("database_url", databases.KINDS[-1:], indirect=True)
NEW_YORK = "America/New_York"
KEYS = itertools.count()
GO_ALONG = {
    "admission_rule", "agenda_segment", "announcement", "chat_room", "deck", "handout", "mail_plan", "poll", "staff",
    "stage_source",
}  # fmt: skip
"""What was prepared for a sitting. Everything else that belongs to one is about people, or of its room while it ran."""
STAY = {
    "attendance_claim", "attendance_entry", "attendance_incident", "attendance_summary", "attention_check",
    "attestation", "caption_feed", "caption_line", "chat_message", "chat_mute", "crew_invite", "evaluation_form",
    "feed_sight", "forgotten", "legal_hold", "mail", "message", "people_import", "presence_event", "question",
    "raised_hand", "registration", "room_ban", "room_event", "room_stream", "seat_block", "waiting_place", "webinar",
}  # fmt: skip
OF_COURSES = {
    "course_presenter", "course_tax", "credit_offer", "discount_code", "form_question", "mail_plan", "objective",
    "price_tier", "refund_step", "unit", "webinar",
}  # fmt: skip
NOT_OF_COURSES = {"legal_hold", "old_slug", "people_import", "registration"}


@pytest.fixture
def desk(client, world):
    """A coordinator's browser, in London."""
    return let_in(client, world.person("Cora Coordinator", Role.COORDINATOR, zone="Europe/London"))


def post(desk, path, key="", **data):
    return desk.post(path, data={"_key": key or f"copy-{next(KEYS):08}"} | data)


def tables_of(target):
    return {
        table.name
        for table in Base.metadata.tables.values()
        if any(key.target_fullname == target for key in table.foreign_keys)
    }


def rows_of(db, table, column, value):
    columns = Base.metadata.tables[table].c
    return db.scalar(select(func.count()).where(columns[column] == value))


def prepare(db, webinar_id, course_id):
    """Prepare everything that a sitting may hold, and a mail of its course."""
    plan = {"kind": "reminder_day", "is_on": False, "way": Way.HOURS, "amount": 60, "clock": "09:00", "subject": "Soon"}
    db.add_all(
        MailPlan(course_id=course_id, webinar_id=at, text="-", updated_at=NOW, **plan) for at in (webinar_id, None)
    )
    first = add_poll(db, webinar_id, PollDraft(question="Which first?", kind=PollKind.SINGLE, options=("One", "Two")))
    add_poll(db, webinar_id, PollDraft(question="And now?", kind=PollKind.YES_NO), repeats=first.code)
    db.add(ChatRoom(webinar_id=webinar_id, mode=ChatMode.HOSTS, slow_seconds=5, links=LinkRule.TEXT))
    for at, (words, is_draft) in enumerate([("Welcome", True), ("Shown", False), ("Shown", False)]):
        made_at = NOW + timedelta(seconds=at)
        db.add(Announcement(code=new_code(), webinar_id=webinar_id, text=words, is_draft=is_draft, made_at=made_at))
    deck = Deck(code=new_code(), webinar_id=webinar_id, name="Talk", sha256="a" * 64, state=DeckState.READY, pages=1)
    deck.drawn, deck.created_at = 1, NOW
    db.add(deck)
    db.flush()
    db.add(Slide(deck_id=deck.id, page=1, picture="b" * 64, thumb="c" * 64, width=4, height=3, text="", links=[]))
    db.add(StageSource(webinar_id=webinar_id, kind=StageKind.SLIDES, deck_id=deck.id))
    for title, state in (("Notes", HandoutState.READY), ("New", HandoutState.CHECKING)):
        row = Handout(code=new_code(), webinar_id=webinar_id, title=title, name="n.pdf", kind=FileKind.PDF, size=9)
        row.sha256, row.state, row.created_at, row.minute = "d" * 64, state, NOW, 10
        db.add(row)


def prepare_doors(db, webinar_id, course_id):
    """Say what a course costs, what it asks, and how its sitting lets people in."""
    db.add(
        AdmissionRule(
            webinar_id=webinar_id, waiting=WaitingMode.MANUAL, offer_hours=12, late_minutes=10, cancel_hours=48,
            needs_approval=True, opens_typed="October 4, 2026 9:00 a.m. ET",
            opens_at=datetime(2026, 10, 4, 13, tzinfo=UTC),
        )
    )  # fmt: skip
    db.add(
        PriceTier(
            course_id=course_id, name="Early bird", amount=Decimal(40), until=date(2026, 10, 1), members=["@a.example"]
        )
    )
    db.add(
        DiscountCode(course_id=course_id, code="FRIEND", percent=Decimal(10), last_on=date(2026, 10, 31), most_uses=5)
    )
    db.add(RefundStep(course_id=course_id, days=7, percent=50))
    db.add(CourseTax(course_id=course_id, label="VAT", rate=20_000, is_included=True))
    db.add(DiscountCode(course_id=course_id, code="OVER", percent=Decimal(10), ended_at=NOW))
    for code, gone in (("Q1", None), ("Q2", NOW)):
        asked = FormQuestion(course_id=course_id, code=code, position=1, kind=FieldKind.TEXT, prompt="Employer")
        asked.archived_at = gone
        db.add(asked)


@pytest.fixture
def prepared(world):
    """A published course with one session of everything, somebody registered for it, and seats that are held."""
    source = world.webinar(world.course(price=48), registration_closes_at=datetime(2026, 11, 2, 4, 59, 59, tzinfo=UTC))
    world.staff(source, SittingRole.MODERATOR)
    world.attendee(source)
    write(prepare, source["id"], source["course"]["id"])
    write(prepare_doors, source["id"], source["course"]["id"])
    write(_hold, source["id"], world.person("Agnes"))
    return source


def _hold(db, webinar_id, person_id):
    block = SeatBlock(code=new_code(), webinar_id=webinar_id, seat="online", seats=5, agency="Elm", contact_name="A")
    block.contact_email, block.release_at, block.made_by_id, block.created_at = "a@elm.example", NOW, person_id, NOW
    db.add(block)


def test_every_table_of_a_sitting_is_known_to_go_along_or_to_stay(database):
    assert tables_of("webinar.id") == GO_ALONG | STAY
    assert tables_of("course.id") == OF_COURSES | NOT_OF_COURSES


LUGGAGE = (
    "2 polls, unanswered.",
    "2 announcements, as drafts.",
    "1 file, closed.",
    "1 set of slides.",
    "How people get in: opening, approval",
    "1 planned mail in words or times of its own.",
    "“New” stays behind: the file is still being checked.",
    "“Early bird” is a price of the course and ends on Thursday 1 October 2026",
)


def test_a_copied_session_takes_along_all_that_was_prepared(desk, prepared):
    course, form = prepared["course"], {"codes": prepared["code"], "typed": "March 16, 2027 noon ET"}
    path = f"/manage/courses/{course['slug']}/sittings/clone"

    shown = words_of(post(desk, path, **form).text)
    post(desk, path, **form, confirm="1")

    with read() as db:
        copy = db.scalars(select(Webinar).order_by(Webinar.id.desc())).first()
        assert {name: rows_of(db, name, "webinar_id", copy.id) > 0 for name in GO_ALONG} == dict.fromkeys(
            GO_ALONG, True
        )
        assert [rows_of(db, name, "webinar_id", copy.id) for name in ("registration", "seat_block")] == [0, 0]
        polls = db.scalars(select(Poll).where(Poll.webinar_id == copy.id).order_by(Poll.position)).all()
        assert [poll.repeats for poll in polls] == [None, polls[0].code]
        told = db.scalars(select(Announcement.text).where(Announcement.webinar_id == copy.id, Announcement.is_draft))
        assert sorted(told) == ["Shown", "Welcome"]
        rule = db.get(AdmissionRule, copy.id)
        assert (rule.waiting, rule.offer_hours, rule.late_minutes) == (WaitingMode.MANUAL, 12, 10)
        assert (rule.cancel_hours, rule.needs_approval) == (48, True)
        assert copy.registration_closes_at == datetime(2027, 3, 15, 3, 59, 59, tzinfo=UTC)
    assert "Tuesday 3 November 2026, 12:00 p.m. ET Tuesday 16 March 2027, 12:00 p.m. ET" in shown
    assert "Tuesday 16 March 2027, 4:00 p.m. UK" in shown
    for sentence in LUGGAGE:
        assert sentence in shown


@pytest.mark.parametrize(
    ("typed", "at", "copied", "opens_at"),
    [
        (
            "October 4, 2026 9:00 a.m. ET",
            "2026-10-04T13:00Z",
            "Sunday 14 February 2027, 9:00 a.m. ET",
            "2027-02-14T14:00Z",
        ),
        ("4 October 2026", "2026-10-04T04:00Z", "14 February 2027", "2027-02-14T05:00Z"),
        ("Nov 3, 2026 11:30 a.m. ET", "2026-11-03T16:30Z", "Tuesday 16 March 2027, 9:00 a.m. ET", "2027-03-16T13:00Z"),
        ("", None, "", None),
    ],
)
def test_registration_opens_as_many_days_before_the_copy(desk, prepared, typed, at, copied, opens_at):
    write(_open, prepared["id"], typed, at and datetime.fromisoformat(at))
    form = {"codes": prepared["code"], "typed": "March 16, 2027 9:00 a.m. ET", "confirm": "1"}

    post(desk, f"/manage/courses/{prepared['course']['slug']}/sittings/clone", **form)

    with read() as db:
        copy = db.scalars(select(Webinar).order_by(Webinar.id.desc())).first()
        rule = db.get(AdmissionRule, copy.id)
        assert (rule.opens_typed, rule.opens_at) == (copied, opens_at and datetime.fromisoformat(opens_at))


def _open(db, webinar_id, typed, at):
    rule = db.get_one(AdmissionRule, webinar_id)
    rule.opens_typed, rule.opens_at = typed, at


def test_a_series_takes_along_how_people_get_in(desk, prepared):
    form = {
        "typed": "January 12, 2027 noon ET", "time_zone": NEW_YORK, "minutes": "75", "delivery": "online",
        "lobby_minutes": "15", "rhythm": "months", "every": "1", "count": "2", "like": prepared["code"], "confirm": "1",
        "item_id": str(prepared["course"]["webinar_item"]),
    }  # fmt: skip

    post(desk, f"/manage/courses/{prepared['course']['slug']}/sittings/series", **form)

    with read() as db:
        made = db.scalars(select(Webinar).where(Webinar.id > prepared["id"]).order_by(Webinar.starts_at)).all()
        assert [f"{one.registration_closes_at:%m-%d %H}" for one in made] == ["01-11 04", "02-08 04"]
        assert [f"{db.get(AdmissionRule, one.id).opens_at:%m-%d %H}" for one in made] == ["12-13 14", "01-10 14"]


def copy_of(world, weeks=3, **changes):
    """A course of weekly sessions at noon, the first on 5 November 2026; gives it with its sessions."""
    course = world.course(price=48, **changes)
    for week in range(weeks):
        start = datetime(2026, 11, 5, 17, tzinfo=UTC) + timedelta(weeks=week)
        world.webinar(course, starts_at=start, local_start=start.replace(tzinfo=None) - timedelta(hours=5))
    return course


def sittings_of(slug):
    with read() as db:
        query = select(Webinar).join(Course, Course.id == Webinar.course_id).where(Course.slug == slug)
        rows = db.scalars(query.order_by(Webinar.starts_at)).all()
        return [(f"{row.local_start:%d.%m. %H:%M}", f"{row.starts_at:%H}", row.state.value) for row in rows]


def count_courses():
    with read() as db:
        return db.scalar(select(func.count()).select_from(Course))


COURSE_LUGGAGE = (
    "Price “Early bird”, until Thursday 11 February 2027.",
    "1 question of the registration form.",
    "1 discount code, not used yet: FRIEND, until Saturday 13 March 2027.",
    "1 cancelled session of this course stays behind.",
    "3 units, 3 objectives, 1 presenter, 1 credit offer",
)


def test_a_whole_course_is_copied_with_everything_but_people(desk, world, prepared):
    course = prepared["course"]
    world.webinar(course, state=WebinarState.CANCELLED)
    path = f"/manage/courses/{course['slug']}/copy"
    form = {"title": "Building an Alliance, spring", "typed": "March 16, 2027 noon ET"}

    asked = words_of(desk.get(path).text)
    shown = words_of(post(desk, path, **form).text)
    before = count_courses()
    done = post(desk, path, **form, confirm="1")

    assert "Building a Therapeutic Alliance" in asked
    assert (before, count_courses()) == (1, 2)
    assert done.location == "/manage/courses/building-an-alliance-spring"
    with read() as db:
        copy = db.scalars(select(Course).where(Course.slug == "building-an-alliance-spring")).one()
        session = db.scalars(select(Webinar).where(Webinar.course_id == copy.id)).one()
        assert (copy.state, copy.price, copy.published_at, copy.title) == (
            CourseState.DRAFT, 48, None, "Building an Alliance, spring"
        )  # fmt: skip
        assert {name: rows_of(db, name, "course_id", copy.id) > 0 for name in OF_COURSES} == dict.fromkeys(
            OF_COURSES, True
        )
        assert {name: rows_of(db, name, "webinar_id", session.id) > 0 for name in GO_ALONG} == dict.fromkeys(
            GO_ALONG, True
        )
        assert rows_of(db, "registration", "course_id", copy.id) == 0
        held = select(Item.id).join(Unit, Unit.id == Item.unit_id).where(Unit.course_id == copy.id, Unit.position == 1)
        assert (session.item_id, session.state) == (db.scalar(held), WebinarState.DRAFT)
        tier = db.scalars(select(PriceTier).where(PriceTier.course_id == copy.id)).one()
        assert (tier.name, tier.amount, tier.until, tier.members) == (
            "Early bird", Decimal(40), date(2027, 2, 11), ["@a.example"]
        )  # fmt: skip
        code = db.scalars(select(DiscountCode).where(DiscountCode.course_id == copy.id)).one()
        assert (code.code, code.percent, code.last_on, code.most_uses) == ("FRIEND", 10, date(2027, 3, 13), 5)
        asks = db.scalars(select(FormQuestion.code).where(FormQuestion.course_id == copy.id)).all()
        plans = db.scalars(select(MailPlan.webinar_id).where(MailPlan.course_id == copy.id)).all()
        assert (asks, sorted(plans, key=str)) == (["Q1"], [session.id, None])
    for sentence in COURSE_LUGGAGE:
        assert sentence in shown


@pytest.mark.parametrize(("weeks", "said"), [(1, "Agenda of 1 part."), (3, "Agenda of 3 parts in 3 sessions.")])
def test_parts_of_several_agendas_are_counted_with_their_sessions(desk, world, weeks, said):
    course = copy_of(world, weeks=weeks)
    for _ in range(2):
        world.webinar(course, state=WebinarState.CANCELLED)

    form = {"title": "Again", "typed": "March 4, 2027 noon ET"}
    shown = words_of(post(desk, f"/manage/courses/{course['slug']}/copy", **form).text)

    assert said in shown
    assert "2 cancelled sessions of this course stay behind." in shown


def test_a_copied_course_keeps_the_clock_over_a_change(desk, world):
    course = copy_of(world)
    form = {"title": "Again", "typed": "March 4, 2027 1:00 p.m. ET", "confirm": "1"}

    post(desk, f"/manage/courses/{course['slug']}/copy", **form)

    assert sittings_of("again") == [
        ("04.03. 13:00", "18", "draft"), ("11.03. 13:00", "18", "draft"), ("18.03. 13:00", "17", "draft")
    ]  # fmt: skip
    assert [state for _, _, state in sittings_of(course["slug"])] == ["scheduled"] * 3


@pytest.mark.parametrize(
    ("way", "landed"),
    [
        ("keep", ["19.11. 12:00", "26.11. 12:00", "03.12. 12:00"]),
        ("later", ["19.11. 12:00", "10.12. 12:00", "17.12. 12:00"]),
        ("out", ["19.11. 12:00"]),
    ],
)
def test_days_to_keep_free_are_named_and_met_as_chosen(desk, world, way, landed):
    course = copy_of(world)
    form = {
        "title": "Again", "typed": "November 19, 2026 noon ET", "holidays": "us", "on_holiday": way,
        "skip": "3 December 2026: Conference\n4 December 2025: Typing error",
    }  # fmt: skip
    path = f"/manage/courses/{course['slug']}/copy"

    shown = words_of(post(desk, path, **form).text)
    post(desk, path, **form, confirm="1")

    assert [when for when, _, _ in sittings_of("again")] == landed
    assert "Thanksgiving Day" in shown
    assert "Nothing would be held on Thursday 4 December 2025" in shown
    assert ("Left out" in shown) == (way == "out")
    assert ("held 2 weeks later, and so are those after it." in shown) == (way == "later")


@pytest.mark.parametrize(
    ("typed", "said"),
    [
        ("March 4, 2027 12:00 p.m. ET", False),
        ("March 4, 2027 11:50 a.m. ET", True),
        ("March 4, 2027 4:50 p.m. UTC", True),
    ],
)
def test_another_clock_time_than_that_of_the_first_is_noted_where_it_changes(desk, world, typed, said):
    course = copy_of(world, weeks=2)
    night = datetime(2026, 11, 13, 5, 9, tzinfo=UTC)
    world.webinar(course, starts_at=night, local_start=night.replace(tzinfo=None) - timedelta(hours=5))

    form = {"title": "Again", "typed": typed}
    shown = words_of(post(desk, f"/manage/courses/{course['slug']}/copy", **form).text)

    assert shown.count(" becomes ") == int(said)
    assert ("12:09 a.m. becomes 11:59 p.m." in shown) == said
    assert ("Thursday 11 March 2027, 11:59 p.m. ET" in shown) == said


def test_a_time_that_a_clock_skips_leaves_nothing_half_copied(desk, world):
    course = copy_of(world)
    night = datetime(2026, 11, 8, 7, 30, tzinfo=UTC)
    world.webinar(course, starts_at=night, local_start=night.replace(tzinfo=None) - timedelta(hours=5))
    form = {"title": "Again", "typed": "March 11, 2027 noon ET"}
    path = f"/manage/courses/{course['slug']}/copy"

    shown = post(desk, path, **form)
    refused = post(desk, path, **form, confirm="1")

    assert "Sunday 14 March 2027 has no 2:30 a.m. in New York" in words_of(shown.text)
    assert "Copy the course</button>" not in shown.text
    assert (refused.status_code, count_courses(), "Again" in refused.text) == (422, 1, True)


def test_a_time_that_a_clock_shows_twice_is_asked_about(desk, world):
    course = copy_of(world, weeks=1)
    night = datetime(2026, 11, 8, 6, 30, tzinfo=UTC)
    world.webinar(course, starts_at=night, local_start=night.replace(tzinfo=None) - timedelta(hours=5))
    form = {"title": "Again", "typed": "November 4, 2027 noon ET"}
    path = f"/manage/courses/{course['slug']}/copy"

    shown = post(desk, path, **form)
    post(desk, path, **form, fold="1", confirm="1")

    assert "has 1:30 a.m. twice in New York" in words_of(shown.text)
    assert 'name="fold" value="1"' in shown.text
    assert "Show all dates again</button>" in shown.text
    assert sittings_of("again") == [("04.11. 12:00", "16", "draft"), ("07.11. 01:30", "06", "draft")]


def test_a_copy_sent_twice_is_made_once(desk, world):
    course = copy_of(world)
    form = {"title": "Again", "typed": "March 4, 2027 noon ET", "confirm": "1"}

    answers = [post(desk, f"/manage/courses/{course['slug']}/copy", key="one-key-only", **form) for _ in range(2)]

    assert {answer.location for answer in answers} == {"/manage/courses/again"}
    assert count_courses() == 2


def test_words_and_approvals_of_the_old_dates_are_pointed_out(desk, world):
    course = copy_of(
        world, weeks=1, title="Alliance, autumn 2026", summary="Live on November 5.", description=["Soon."]
    )
    write(_approved, course["id"])

    form = {"title": "Alliance, autumn 2026", "typed": "March 4, 2027 noon ET"}
    shown = words_of(post(desk, f"/manage/courses/{course['slug']}/copy", **form).text)

    assert "Title names 2026." in shown
    assert "Summary names November 5." in shown
    assert "The approval of General credit ends on 31 December 2026, before this session." in shown


def _approved(db, course_id):
    db.scalars(select(CreditOffer).where(CreditOffer.course_id == course_id)).one().valid_to = date(2026, 12, 31)


def test_a_course_without_sessions_is_copied_without_dates(desk, world):
    course = world.course(title="At your own pace")

    asked = words_of(desk.get(f"/manage/courses/{course['slug']}/copy").text)
    done = post(desk, f"/manage/courses/{course['slug']}/copy", title="At your own pace", confirm="1")

    assert "New date and time" not in asked
    assert done.location == "/manage/courses/at-your-own-pace"


@pytest.mark.parametrize(
    ("changes", "sentence"),
    [
        ({"title": " "}, "Give the course a title."),
        ({"title": "x" * 251}, "Keep this within 250 characters."),
        ({"typed": ""}, "Write the date and time"),
        ({"typed": "March 14, 2027 2:30 a.m. ET"}, "has no 2:30 a.m."),
        ({"skip": "Christmas"}, "“Christmas”"),
        ({"on_holiday": "never"}, "Choose one of the options."),
        ({"holidays": "xx"}, "Choose one of the options."),
    ],
)
def test_what_cannot_be_copied_is_said_and_what_was_typed_stays(desk, world, changes, sentence):
    course = copy_of(world, weeks=1)
    form = {"title": "Again", "typed": "March 4, 2027 noon ET", "skip": "1 May 2027: Rest"} | changes

    answer = post(desk, f"/manage/courses/{course['slug']}/copy", **form, confirm="1")

    assert (answer.status_code, count_courses()) == (422, 1)
    assert sentence in words_of(answer.text)
    assert (form["skip"] in answer.text, form["typed"] in answer.text) == (True, True)


def test_back_from_the_dates_leads_to_the_form_as_it_was(desk, world):
    course = copy_of(world)
    form = {
        "title": "Again and again",
        "typed": "March 4, 2027 noon ET",
        "skip": "1 May 2027: Rest",
        "on_holiday": "out",
    }

    back = post(desk, f"/manage/courses/{course['slug']}/copy", **form, do="copy.back")

    assert back.status_code == 200
    for kept in ('value="Again and again"', 'value="March 4, 2027 noon ET"', "1 May 2027: Rest"):
        assert kept in back.text


def first_code(course):
    with read() as db:
        return db.scalars(select(Webinar.code).where(Webinar.course_id == course["id"]).order_by(Webinar.id)).first()


def test_the_form_says_for_which_session_the_new_date_is(desk, world):
    course, alone = copy_of(world), copy_of(world, weeks=1)
    path = f"/manage/courses/{course['slug']}/copy"

    asked = words_of(desk.get(path).text)
    without = words_of(post(desk, path, title="Again", left_out=[first_code(course)], do="time.read").text)
    only = words_of(desk.get(f"/manage/courses/{alone['slug']}/copy").text)

    said = "The new date is for the first of those that are copied. When this page opened, that was Thursday"
    assert f"{said} 5 November 2026, 12:00 p.m. ET." in asked
    assert f"{said} 12 November 2026, 12:00 p.m. ET." in without
    assert "Now: Thursday 5 November 2026, 12:00 p.m. ET." in only


def test_sessions_that_are_left_out_stay_behind(desk, world):
    course = copy_of(world)
    first = first_code(course)
    path = f"/manage/courses/{course['slug']}/copy"
    form = {"title": "Again", "typed": "March 4, 2027 noon ET", "left_out": [first]}
    asked = words_of(desk.get(path).text)
    plan = post(desk, path, **form).text
    done = post(desk, path, **form, confirm="1")

    assert "Not every session" in asked
    assert f'name="left_out" value="{first}"' in plan
    assert done.location == "/manage/courses/again"
    assert [start for start, *_ in sittings_of("again")] == ["04.03. 12:00", "11.03. 12:00"]


def test_the_editor_leads_to_the_copy(desk, world):
    course = world.course()

    assert f'href="/manage/courses/{course["slug"]}/copy"' in desk.get(f"/manage/courses/{course['slug']}").text
