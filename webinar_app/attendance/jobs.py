"""Attendance by the clock: checks during a sitting, verdicts after its end."""

import logging
from typing import Any

from webinar_app.attendance.documents import statement_html
from webinar_app.attendance.queries import facts_by_registration, list_registered, measure_of
from webinar_app.attendance.queries.entries import find_claim_file
from webinar_app.attendance.queries.incidents import presence_in
from webinar_app.attendance.queries.recount import list_different, list_judged, list_recent
from webinar_app.attendance.queries.statements import find_statement_by_code
from webinar_app.attendance.rules.entries import ClaimFileState, StatementState
from webinar_app.attendance.rules.outages import Incident, Presence, recognise
from webinar_app.attendance.services.checking import CLOSE, OPEN, close_when_due, open_when_due
from webinar_app.attendance.services.claim_files import CHECK_FILE, keep_claim_file, refuse_claim_file
from webinar_app.attendance.services.outages import keep_incidents
from webinar_app.attendance.services.printing import PRINT, keep_statement
from webinar_app.attendance.services.recounting import RECOUNT, note_recount
from webinar_app.attendance.services.summaries import SUMMARISE, list_to_judge, summarise
from webinar_app.core.clock import utc_now
from webinar_app.core.uploads import FileKind
from webinar_app.infra.db import read, write
from webinar_app.infra.jobs import job
from webinar_app.infra.pdf import RenderFailed, render
from webinar_app.infra.storage import storage
from webinar_app.infra.uploads import DrawFailed, looked_into
from webinar_app.webinars.models import Webinar

log = logging.getLogger("webinar.attendance")
READ_AT_ONCE, WRITE_AT_ONCE = 50, 4
"""People per snapshot, and per transaction: it stays below 20 ms."""


@job(SUMMARISE)
def summarise_all(payload: dict[str, Any]) -> None:
    """Judge everybody whose facts changed since the last look."""
    webinar_id = payload["webinar_id"]
    with read() as db:
        everybody = list_registered(db, webinar_id)
    write(keep_incidents, webinar_id, _incidents(webinar_id, everybody), now=utc_now())
    for some in _chunks(everybody, READ_AT_ONCE):
        with read() as db:
            changed = list_to_judge(db, webinar_id, some)
        for few in _chunks(changed, WRITE_AT_ONCE):
            write(summarise, webinar_id, few, now=utc_now())


@job(OPEN)
def open_check(payload: dict[str, Any]) -> None:
    """Ask everybody in a room whether they are there."""
    write(open_when_due, payload["check"], now=utc_now())


@job(CLOSE)
def close_check(payload: dict[str, Any]) -> None:
    """Take no more answers to a check."""
    write(close_when_due, payload["check"], now=utc_now())


@job(RECOUNT)
def recount(payload: dict[str, Any]) -> None:
    """Work out every verdict of the last 90 days again; a difference is an alarm, and changes nothing by itself."""
    with read() as db:
        sittings = {webinar_id: list_judged(db, webinar_id) for webinar_id in list_recent(db, utc_now())}
    different: dict[int, int] = {}
    for webinar_id, people in sittings.items():
        for some in _chunks(people, READ_AT_ONCE):
            with read() as db:
                if count := len(list_different(db, webinar_id, some)):
                    different[webinar_id] = different.get(webinar_id, 0) + count
    told = (len(sittings), sum(map(len, sittings.values())), sum(different.values()))
    log.log(logging.ERROR if different else logging.INFO, "attendance.recount sittings=%d people=%d differ=%d", *told)
    write(note_recount, different, now=utc_now())


@job(CHECK_FILE)
def check_claim_file(payload: dict[str, Any]) -> None:
    """Read a PDF, or write a picture anew without what is hidden in it; a second run finds the work done."""
    code = payload["claim"]
    with read() as db:
        row = find_claim_file(db, code)
        if row is None or row.state is not ClaimFileState.CHECKING:
            return
        kind, digest = row.kind, row.sha256
    try:
        data = looked_into(storage().get(digest), is_pdf=kind is FileKind.PDF)
    except DrawFailed as failure:
        if failure.reason == "drawer":
            raise  # of the machine, not of the file: the job comes again
        write(refuse_claim_file, code, failure.reason, now=utc_now())
        return
    write(keep_claim_file, code, storage().put(data), len(data), now=utc_now())


@job(PRINT)
def print_statement(payload: dict[str, Any]) -> None:
    """Make the PDF of a statement; a second run finds the work done."""
    code = payload["statement"]
    with read() as db:
        row = find_statement_by_code(db, code)
        if row is None or row.state is not StatementState.MAKING:
            return
        facts, asked_at = row.facts, row.asked_at
    try:
        digest: str | None = storage().put(render(statement_html(facts, asked_at)))
    except RenderFailed as failure:
        if failure.reason == "renderer":
            raise  # of the machine, not of the document: the job comes again
        log.error("attendance.print_failed statement=%s reason=%s", code, failure.reason)
        digest = None
    write(keep_statement, code, digest, now=utc_now())


def _incidents(webinar_id: int, everybody: list[int]) -> list[Incident]:
    """Give the outages of a sitting, from the stays of all its people."""
    people: dict[int, Presence] = {}
    for some in _chunks(everybody, READ_AT_ONCE):
        with read() as db:
            measure = measure_of(db, db.get_one(Webinar, webinar_id))
            people |= {key: presence_in(facts) for key, facts in facts_by_registration(db, measure, some).items()}
    return recognise(people, measure.window, measure.policy.server_gap_s) if people else []


def _chunks(numbers: list[int], size: int) -> list[list[int]]:
    return [numbers[at : at + size] for at in range(0, len(numbers), size)]
