"""Statements as PDFs: asked for once, made by the worker, read by machines."""

import subprocess

import page
import pytest
from page_words import let_in, words_of
from posted import run_jobs
from presence_facts import end, ended_webinar, stay
from sqlalchemy import select

from webinar_app.attendance import jobs
from webinar_app.attendance.models import AttendanceStatement
from webinar_app.audit.models import AuditEntry
from webinar_app.core.permissions import Role
from webinar_app.infra.db import read
from webinar_app.infra.pdf import RenderFailed
from webinar_app.registrations.models import Registration

EVIL = 'Ada <img src="file:///etc/passwd"> & Co'
_keys = iter(range(10**6))


def post(client, path):
    return client.post(path, data={"_key": f"{next(_keys):08}"})


@pytest.fixture
def seat(world, app):
    """An ended sitting, one attendee with a gap and their browser, and a coordinator's."""
    webinar = ended_webinar(world)
    ada = world.attendee(webinar, EVIL)
    stay(ada, 0, 20, start=webinar["start"])
    stay(ada, 35, 75, "b", start=webinar["start"])
    with read() as db:
        code = db.get_one(Registration, ada.registration_id).code
    own, desk = app.test_client(), app.test_client()
    let_in(own, ada.person_id)
    let_in(desk, world.person("Cora Coordinator", Role.COORDINATOR))
    return {
        "webinar": webinar, "host": world.staff(webinar), "own": own, "desk": desk,
        "page": f"/registrations/{code}/attendance/statement",
        "manage": f"/manage/webinars/{webinar['code']}/attendance/{code}/statement",
    }  # fmt: skip


def finish(seat):
    end(seat["webinar"], seat["host"])
    jobs.summarise_all({"webinar_id": seat["webinar"]["id"]})


def state(seat):
    return seat["own"].get(seat["page"], headers={"Accept": "application/json"}).json["state"]


def test_a_statement_is_made_once_and_read_by_machines(seat):
    finish(seat)

    before, missing = state(seat), seat["own"].get(f"{seat['page']}.pdf")
    asked = [post(seat["own"], seat["page"]), post(seat["own"], seat["page"]), post(seat["desk"], seat["manage"])]
    waiting, shown = state(seat), words_of(seat["own"].get(seat["page"]).text)
    ran = run_jobs("attendance.print")
    file, theirs = seat["own"].get(f"{seat['page']}.pdf"), seat["desk"].get(f"{seat['manage']}.pdf")

    assert (before, missing.status_code, waiting, state(seat)) == ("none", 404, "making", "ready")
    assert [one.status_code for one in asked] == [303, 303, 303]
    assert ran == ["attendance.print"]
    assert "The PDF is being made" in shown
    assert file.data == theirs.data
    assert file.headers["Content-Security-Policy"] == "sandbox; default-src 'none'"
    assert [one.rule_id for one in page.validate_pdf_bytes(file.data, profile="ua1").failures] == []
    told = subprocess.run(["pdftotext", "-layout", "-", "-"], input=file.data, capture_output=True, check=True)
    text = " ".join(told.stdout.decode().split())
    for words in ("Statement of attendance", EVIL, "Not enough", "Away for 15 min", "60 of 75", "Rules in force"):
        assert words in text
    with read() as db:
        row = db.scalars(select(AttendanceStatement)).one()
        printed = db.scalars(select(AuditEntry.subject_id).where(AuditEntry.act == "attendance.printed")).all()
    assert row.facts["digest"] in text
    assert printed == [row.id]


def test_nothing_is_printed_before_the_record_is_complete(seat):
    asked = post(seat["own"], seat["page"])

    assert (state(seat), asked.status_code) == ("early", 409)
    assert "once the record is complete" in words_of(seat["own"].get(seat["page"]).text)


def test_a_changed_record_is_another_paper(seat):
    finish(seat)
    post(seat["own"], seat["page"])
    run_jobs("attendance.print")
    data = {"first_minute": "20", "last_minute": "35", "reason": "She was on the line.", "confirm": "1"}
    time = seat["manage"].replace("/statement", "/time")
    assert seat["desk"].post(time, data=data | {"_key": "the only one"}).status_code == 303

    changed = state(seat)
    post(seat["own"], seat["page"])
    run_jobs("attendance.print")

    assert (changed, state(seat)) == ("none", "ready")
    with read() as db:
        assert len(set(db.scalars(select(AttendanceStatement.sha256)).all())) == 2


def test_a_paper_that_fails_says_so_and_can_be_asked_for_again(seat, monkeypatch):
    def fail(html):
        raise RenderFailed("timeout")

    finish(seat)
    post(seat["own"], seat["page"])
    with monkeypatch.context() as broken:
        broken.setattr(jobs, "render", fail)
        run_jobs("attendance.print")
    failed, words = state(seat), words_of(seat["own"].get(seat["page"]).text)
    post(seat["own"], seat["page"])
    run_jobs("attendance.print")

    assert (failed, state(seat)) == ("failed", "ready")
    assert "could not be made" in words


def test_nobody_prints_the_record_of_somebody_else(seat, world, client):
    finish(seat)
    post(seat["own"], seat["page"])
    run_jobs("attendance.print")
    let_in(client, world.person("Otto Other"))

    answers = [client.get(f"{seat['page']}.pdf"), client.get(f"{seat['manage']}.pdf"), post(client, seat["page"])]

    assert [one.status_code for one in answers] == [404, 403, 404]
