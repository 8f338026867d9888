import hashlib

import pytest
from certificate_steps import LATER, finish, first_number
from factories import NOW
from sqlalchemy import select

from webinar_app.certificates import jobs
from webinar_app.certificates.models import Certificate, CertificateStatus
from webinar_app.certificates.queries import find_by_number
from webinar_app.certificates.services import keep_paper, revoke
from webinar_app.core.errors import Forbidden, InvalidInput, NotFound
from webinar_app.infra.db import read, write
from webinar_app.infra.jobs import Job
from webinar_app.infra.storage import storage
from webinar_app.mailing.models import Mail
from webinar_app.registrations.models import Registration
from webinar_app.registrations.services import complete_item, withdraw_item

MAIL = {"subject": "Your certificate", "text": "Here", "html": "<p>Here</p>"}


def certificates():
    with read() as db:
        rows = db.scalars(select(Certificate).order_by(Certificate.revision)).all()
        return [(row.revision, row.status.value, row.superseded_by_id is None, row.revoked_at is None) for row in rows]


@pytest.mark.parametrize(
    "order",
    [
        ("webinar_item", "reading_item", "evaluation_item"),
        ("evaluation_item", "webinar_item", "reading_item"),
        ("reading_item", "evaluation_item", "webinar_item"),
    ],
)
def test_last_condition_decides_in_any_order(world, order):
    webinar = world.live_webinar()
    member = world.attendee(webinar)

    finish(member, webinar["course"], order=order[:2])
    before = certificates()
    finish(member, webinar["course"], order=order)

    assert (before, certificates()) == ([], [(1, "pending", True, True)])


def test_snapshot_holds_what_the_paper_says(world):
    webinar = world.live_webinar()
    finish(world.attendee(webinar, name="Żółć Ωμέγα"), webinar["course"])

    with read() as db:
        facts = db.scalars(select(Certificate.snapshot)).one()

    assert facts["holder"]["legal_name"] == "Żółć Ωμέγα"
    assert facts["course"]["title"] == "Building a Therapeutic Alliance"
    assert facts["held"] == [{"on": "2026-11-03", "text": "Tuesday 3 November 2026, 12:00 p.m. to 1:15 p.m. ET"}]
    assert [(line["amount"], line["unit"]) for line in facts["credits"]] == [("1.25", "contact hours")]
    assert (facts["issued_on"], facts["expires_on"]) == ("2026-11-03", "2027-11-03")
    assert facts["objectives"] == ["Objective 1", "Objective 2", "Objective 3"]


def test_decision_enqueues_one_render(world):
    webinar = world.live_webinar()
    finish(world.attendee(webinar), webinar["course"])

    with read() as db:
        named = db.scalars(select(Job.payload).where(Job.name == "certificates.render")).all()
    assert named == [{"number": first_number()}]


def test_too_few_minutes_give_none(world):
    webinar = world.live_webinar()

    finish(world.attendee(webinar), webinar["course"], minutes=40)

    assert certificates() == []


def test_corrected_name_supersedes(world):
    webinar = world.live_webinar()
    member = world.attendee(webinar)
    finish(member, webinar["course"])

    def correct(db):
        db.get_one(Registration, member.registration_id).legal_name = "Augusta Ada King"

    write(correct)
    write(complete_item, member.registration_id, webinar["course"]["reading_item"], {"day": "again"}, now=LATER)

    assert certificates() == [(1, "pending", False, True), (2, "pending", True, True)]


def test_withdrawn_item_revokes_and_completion_issues_again(world):
    webinar = world.live_webinar()
    member, course = world.attendee(webinar), webinar["course"]
    finish(member, course)

    write(withdraw_item, member.registration_id, course["reading_item"], now=LATER)
    withdrawn = certificates()
    write(complete_item, member.registration_id, course["reading_item"], {}, now=LATER)

    assert withdrawn == [(1, "pending", True, False)]
    assert certificates() == [(1, "pending", True, False), (2, "pending", True, True)]


def test_paper_is_kept_once_and_mailed_once(world):
    webinar = world.live_webinar()
    finish(world.attendee(webinar), webinar["course"])
    number = first_number()

    first = write(keep_paper, number, "a" * 64, 4, MAIL, b"%PDF", now=LATER)
    second = write(keep_paper, number, "b" * 64, 4, MAIL, b"%PDF", now=LATER)

    with read() as db:
        row, mails = find_by_number(db, number.lower().replace("-", " ")), db.scalars(select(Mail.kind)).all()
        assert (first, second, row.status, row.sha256) == (True, False, CertificateStatus.ISSUED, "a" * 64)
    assert mails == ["certificate"]


def test_job_renders_stores_and_mails(world):
    webinar = world.live_webinar()
    finish(world.attendee(webinar), webinar["course"])
    number = first_number()

    jobs.render_certificate({"number": number})
    jobs.render_certificate({"number": number})

    with read() as db:
        row = find_by_number(db, number)
        digest, size = row.sha256, row.size
        subjects = db.scalars(select(Mail.subject)).all()
    pdf = storage().get(digest)
    assert (pdf[:5], len(pdf), hashlib.sha256(pdf).hexdigest()) == (b"%PDF-", size, digest)
    assert subjects == ["Your certificate: Building a Therapeutic Alliance"]


def test_revoking_needs_the_right_a_reason_and_the_own_provider(world):
    webinar = world.live_webinar()
    finish(world.attendee(webinar), webinar["course"])
    coordinator, number = world.coordinator(), first_number()

    with pytest.raises(InvalidInput):
        write(revoke, coordinator, number, "no", now=NOW)
    with pytest.raises(Forbidden):
        write(revoke, world.actor(world.person("Nobody")), number, "For a good reason", now=NOW)
    with pytest.raises(NotFound):
        write(revoke, type(world)().coordinator(), number, "For a good reason", now=NOW)
    write(revoke, coordinator, number, "Issued to the wrong person", now=NOW)

    assert certificates() == [(1, "pending", True, False)]
