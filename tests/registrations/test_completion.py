"""What a coordinator marks by hand, and what stays out of their hands."""

import pytest
from factories import NOW
from page_words import let_in, words
from sqlalchemy import select

from webinar_app.audit.models import AuditEntry
from webinar_app.core.errors import Forbidden, InvalidInput, NotFound, Refused
from webinar_app.core.permissions import Role
from webinar_app.courses.events import ItemsInUseAsked
from webinar_app.courses.models import Item
from webinar_app.courses.rules import CourseKind, ItemKind
from webinar_app.infra.db import read, write
from webinar_app.infra.dispatch import ask
from webinar_app.registrations.models import ItemCompletion, Registration
from webinar_app.registrations.services import Sheet, complete_item, mark_item, register_in_course_by_hand, unmark_item

REASON = "Signed the list of the day"


@pytest.fixture
def cora(world):
    return world.coordinator()


@pytest.fixture
def course(world):
    return world.course(kind=CourseKind.SELF_PACED)


@pytest.fixture
def code(course, cora):
    sheet = Sheet(email="a@b.example", legal_name="Ada")
    return write(register_in_course_by_hand, cora, course["slug"], sheet, now=NOW)["code"]


def ledger():
    with read() as db:
        found = db.scalars(select(ItemCompletion).order_by(ItemCompletion.item_id))
        return [(row.item_id, row.evidence, row.withdrawn_at is None) for row in found]


def acts():
    with read() as db:
        found = db.execute(select(AuditEntry.act, AuditEntry.details).where(AuditEntry.act.like("item.%")))
        return [(act, details) for act, details in found]


def test_mark_keeps_who_and_why(course, code, cora):
    name = write(mark_item, cora, code, 1, 1, f"  {REASON}\n", now=NOW)

    item = course["webinar_item"]
    assert name == "Ada"
    assert ledger() == [(item, {"kind": "marked", "by": cora.person_id, "reason": REASON}, True)]
    assert acts() == [("item.marked", {"item": item, "reason": REASON})]


def test_withdrawn_mark_keeps_the_old_evidence_in_the_audit(course, code, cora):
    write(mark_item, cora, code, 2, 1, REASON, now=NOW)
    write(unmark_item, cora, code, 2, 1, "It was somebody else", now=NOW)

    evidence = {"kind": "marked", "by": cora.person_id, "reason": REASON}
    assert ledger() == [(course["reading_item"], evidence, False)]
    assert acts()[1] == (
        "item.withdrawn",
        {
            "item": course["reading_item"], "reason": "It was somebody else", "evidence": evidence,
            "completed_at": NOW.isoformat(),
        },
    )  # fmt: skip


@pytest.mark.parametrize("reason", ["", "  abc ", "x" * 301])
def test_reason_is_needed(code, cora, reason):
    with pytest.raises(InvalidInput) as refused:
        write(mark_item, cora, code, 1, 1, reason, now=NOW)

    assert (list(refused.value.fields), ledger()) == (["reason"], [])


def test_twice_and_the_wrong_way_round_are_refused(code, cora):
    with pytest.raises(Refused, match="not finished"):
        write(unmark_item, cora, code, 1, 1, REASON, now=NOW)
    write(mark_item, cora, code, 1, 1, REASON, now=NOW)
    with pytest.raises(Refused, match="finished already"):
        write(mark_item, cora, code, 1, 1, REASON, now=NOW)
    with pytest.raises(NotFound):
        write(mark_item, cora, code, 9, 1, REASON, now=NOW)


def test_in_a_sitting_attendance_and_evaluation_are_not_marked(world, cora):
    webinar = world.live_webinar()
    member = world.attendee(webinar)
    with read() as db:
        code = db.get_one(Registration, member.registration_id).code

    for unit in (1, 3):
        with pytest.raises(Refused, match="not by hand"):
            write(mark_item, cora, code, unit, 1, REASON, now=NOW)
    write(mark_item, cora, code, 2, 1, REASON, now=NOW)

    assert [item for item, _, _ in ledger()] == [webinar["course"]["reading_item"]]


def test_in_person_day_of_a_sitting_is_marked(world, cora):
    webinar = world.live_webinar()

    def change(db):
        db.get_one(Item, webinar["course"]["webinar_item"]).kind = ItemKind.IN_PERSON_DAY

    write(change)
    member = world.attendee(webinar)
    with read() as db:
        code = db.get_one(Registration, member.registration_id).code
    write(mark_item, cora, code, 1, 1, REASON, now=NOW)

    assert [item for item, _, _ in ledger()] == [webinar["course"]["webinar_item"]]


def test_others_may_not_mark(world, code):
    with pytest.raises(Forbidden):
        write(mark_item, world.actor(world.person("Ada")), code, 1, 1, REASON, now=NOW)


def test_page_marks_and_withdraws_with_a_reason(world, client, code):
    let_in(client, world.person("Cora Coordinator", Role.COORDINATOR))
    page, item = f"/manage/registrations/{code}", f"/manage/registrations/{code}/units/1/1"

    empty = client.post(f"{item}/mark", data={"reason": "", "_key": "without-reason"})
    sent = client.post(f"{item}/mark", data={"reason": REASON, "_key": "with-a-reason"})
    marked = words(client, page)
    client.post(f"{item}/withdraw", data={"reason": "A mistake", "_key": "withdrawn-key"})

    assert (empty.status_code, "Say why in 5 to 300 characters" in empty.text) == (422, True)
    assert (sent.status_code, sent.headers["Location"]) == (303, f"{page}#completion")
    assert "1 of 3 finished." in marked
    assert f"Marked by Cora: {REASON}" in marked
    assert "0 of 3 finished." in words(client, page)
    assert "Withdrawn" in words(client, page)


def test_items_of_a_record_are_in_use(course, code, cora):
    write(mark_item, cora, code, 2, 1, REASON, now=NOW)
    write(unmark_item, cora, code, 2, 1, REASON, now=NOW)

    with read() as db:
        answers = ask(db, ItemsInUseAsked((course["webinar_item"], course["reading_item"])))
    assert {key: words for answer in answers for key, words in answer.items()} == {
        course["reading_item"]: "It stands in the record of 1 person. Keep it, or change its words."
    }


def test_finished_course_cannot_be_given_back_by_its_person(course, code, client, app, world):
    with read() as db:
        row = db.scalars(select(Registration)).one()
        registration_id, person_id = row.id, row.person_id
    for item in ("webinar_item", "reading_item", "evaluation_item"):
        write(complete_item, registration_id, course[item], {}, now=NOW)
    let_in(client, person_id)

    refused = client.post(f"/registrations/{code}/cancel", data={"_key": "give-back-key"})

    assert (refused.status_code, "You have finished this course" in refused.text) == (409, True)
