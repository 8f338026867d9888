"""A course without a sitting, from a mark by hand to the certificate that anyone can verify."""

import subprocess

from factories import NOW
from page_words import words
from posted import mails, run_jobs
from sqlalchemy import select

from webinar_app.certificates.models import Certificate
from webinar_app.courses.models import Course
from webinar_app.courses.rules import CourseKind, ItemKind
from webinar_app.infra.db import read, write
from webinar_app.infra.storage import storage
from webinar_app.registrations.services import Sheet, mark_item, register_in_course_by_hand, unmark_item
from webinar_app.webinars.rules import DatePrecision

REASON = "Signed the list of the day"


def training_day(world):
    """A course like seed 002: one day on request, a certificate of training, on A4."""
    course = world.course(
        kind=CourseKind.IN_PERSON, title="Therapeutic Working Alliance Focused Training", code="", price=None,
        certificate_years=None, content={"paper": "a4"},
    )  # fmt: skip
    write(leave_one_day, course)
    world.webinar(course, precision=DatePrecision.ON_REQUEST, starts_at=None, local_start=None, typed="On request")
    return course


def leave_one_day(db, course):
    row = db.get_one(Course, course["id"])
    for offer in list(row.offers):
        db.delete(offer)
    for unit in row.units[1:]:
        db.delete(unit.items[0])
        db.delete(unit)
    row.units[0].items[0].kind = ItemKind.IN_PERSON_DAY
    row.units[0].minutes = None


def tool(name, pdf):
    ends = ["-", "-"] if name == "pdftotext" else ["-"]
    return subprocess.run([name, *ends], input=pdf, capture_output=True, check=True).stdout.decode()


def certificates():
    with read() as db:
        rows = db.scalars(select(Certificate).order_by(Certificate.revision))
        return [(row.variant, row.snapshot, row.sha256, row.revoked_at is None, row.number) for row in rows]


def given_by_hand(world, course):
    cora = world.coordinator()
    sheet = Sheet(email="ada@example.org", legal_name="Ada Lovelace")
    code = write(register_in_course_by_hand, cora, course["slug"], sheet, now=NOW)["code"]
    write(mark_item, cora, code, 1, 1, REASON, now=NOW)
    return cora, code


def test_marked_day_gives_a_certificate_of_training(world, client):
    given_by_hand(world, training_day(world))
    run_jobs("certificates.render")

    ((variant, facts, digest, _, number),) = certificates()
    text, about = (tool(name, storage().get(digest)) for name in ("pdftotext", "pdfinfo"))
    page = words(client, f"/verify/{number}")

    assert (variant, facts["kind"], facts["format"], facts["place"], facts["held"], facts["paper"]) == (
        "training", "Certificate of training", "In-person training", "", [], "a4",
    )  # fmt: skip
    assert facts["completion_text"] == "has completed the in-person training"
    assert ("Pages:           1\n" in about, "(A4)" in about) == (True, True)
    assert "Ada Lovelace" in text
    assert "Certificate of training" in text
    assert "Therapeutic Working Alliance Focused Training" in page
    assert mails(kind="certificate")[0]["To"] == "Ada Lovelace <ada@example.org>"


def test_withdrawn_mark_revokes_it(world):
    cora, code = given_by_hand(world, training_day(world))

    write(unmark_item, cora, code, 1, 1, "It was somebody else", now=NOW)

    assert [stands for _, _, _, stands, _ in certificates()] == [False]


def test_self_paced_course_is_certified_when_all_is_marked(world):
    course = world.course(kind=CourseKind.SELF_PACED)
    cora, code = given_by_hand(world, course)
    write(mark_item, cora, code, 2, 1, REASON, now=NOW)
    before = certificates()
    write(mark_item, cora, code, 3, 1, REASON, now=NOW)

    ((variant, facts, *_),) = certificates()
    assert before == []
    assert (variant, facts["format"], facts["place"], facts["minutes"]) == (
        "general", "Self-paced online course", "Online", 75,
    )  # fmt: skip
