"""A file to a claim: judged by its bytes, looked into by the worker, fetched by who answers and by nobody else."""

import io

import documents
import pytest
from page_words import let_in, words_of
from posted import run_jobs
from presence_facts import end, ended_webinar, stay
from sqlalchemy import select

from webinar_app.attendance.models import AttendanceClaim
from webinar_app.audit.models import AuditEntry
from webinar_app.core.permissions import Role
from webinar_app.infra.db import read
from webinar_app.registrations.models import Registration

NOTE = "I was there all the time; the picture shows my screen."
CHECK = "attendance.check_claim_file"
_keys = iter(range(10**6))


@pytest.fixture
def ended(world, app):
    """An ended sitting, one attendee's browser and a coordinator's."""
    webinar = ended_webinar(world)
    ada = world.attendee(webinar)
    stay(ada, 0, 20, start=webinar["start"])
    end(webinar, world.staff(webinar))
    with read() as db:
        code = db.get_one(Registration, ada.registration_id).code
    return {
        "code": webinar["code"],
        "desk": let_in(app.test_client(), world.person("Cora Coordinator", Role.COORDINATOR)),
        "seat": let_in(app.test_client(), ada.person_id),
        "own": f"/registrations/{code}/attendance",
        "manage": f"/manage/webinars/{webinar['code']}/attendance/{code}",
    }


def send(ended, data, name="Screen.png"):
    form = {"_key": f"{next(_keys):08}", "note": NOTE, "file": (io.BytesIO(data), name)}
    return ended["seat"].post(ended["own"], data=form)


def address(ended):
    with read() as db:
        claim = db.scalars(select(AttendanceClaim.code)).one()
    return f"/files/{ended['code']}/claims/{claim}"


def test_a_picture_is_written_anew_and_fetched_by_the_office_alone(ended, world, app):
    sent = documents.picture("PNG", pnginfo=None) + b"hidden words at the end"
    made = send(ended, sent)
    waiting, early = words_of(ended["desk"].get(ended["manage"]).text), ended["desk"].get(address(ended))
    run_jobs(CHECK)

    page = ended["desk"].get(ended["manage"]).text
    taken = ended["desk"].get(address(ended))
    presenter = let_in(app.test_client(), world.person("Pia Presenter", Role.PRESENTER))
    others = [one.get(address(ended)).status_code for one in (ended["seat"], presenter, app.test_client())]

    assert (made.status_code, early.status_code, others) == (303, 404, [403, 403, 302])
    assert "It is being checked." in waiting
    assert address(ended) in page
    assert address(ended) in ended["desk"].get(f"{ended['manage']}/claim").text
    assert taken.status_code == 200
    assert b"hidden words" not in taken.data
    assert taken.headers["Content-Disposition"].startswith('attachment; filename="Screen.png"')
    assert taken.headers["Content-Security-Policy"] == "default-src 'none'; sandbox"
    own = ended["seat"].get(ended["own"]).text
    assert "Screen.png" in words_of(own)
    assert address(ended) not in own
    with read() as db:
        query = select(AuditEntry.act).where(AuditEntry.act.like("attendance.claim%")).order_by(AuditEntry.id)
        assert db.scalars(query).all() == ["attendance.claim", "attendance.claim_file"]


@pytest.mark.parametrize(
    ("data", "why"),
    [
        (b"MZ program", "This is not a PDF, a PNG picture or a JPEG picture."),
        (b"", "This file is empty."),
        (documents.huge_png(50_000, 50_000), "more than 40 million pixels"),
    ],
)
def test_a_file_that_is_refused_says_why_and_keeps_the_words(ended, data, why):
    answer = send(ended, data)

    assert answer.status_code == 422
    assert why in words_of(answer.text)
    assert NOTE in words_of(answer.text)
    with read() as db:
        assert db.scalars(select(AttendanceClaim)).all() == []


def test_a_broken_file_is_told_to_both(ended):
    send(ended, b"%PDF-1.4 broken", "Sheet.pdf")
    run_jobs(CHECK)

    desk, seat = (words_of(one.text) for one in (ended["desk"].get(ended["manage"]), ended["seat"].get(ended["own"])))

    assert "This file cannot be read." in desk
    assert "This file cannot be read. Mail it to the organiser instead." in seat
    assert ended["desk"].get(address(ended)).status_code == 404


def test_a_file_of_another_session_is_not_found(ended, world):
    send(ended, documents.pdf("One"), "Sheet.pdf")
    run_jobs(CHECK)
    elsewhere = world.webinar()

    found = [ended["desk"].get(address(ended).replace(ended["code"], elsewhere["code"])).status_code]
    found.append(ended["desk"].get(address(ended)[:-1] + "!").status_code)

    assert found == [404, 404]


def test_a_claim_needs_no_file(ended):
    answer = ended["seat"].post(ended["own"], data={"_key": "a key of it", "note": NOTE, "file": (io.BytesIO(), "")})

    assert answer.status_code == 303
