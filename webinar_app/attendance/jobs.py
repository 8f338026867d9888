"""Attendance by the clock: checks during a sitting, verdicts after its end."""

from typing import Any

from webinar_app.attendance.queries import list_registered
from webinar_app.attendance.services.checking import CLOSE, OPEN, close_when_due, open_when_due
from webinar_app.attendance.services.summaries import SUMMARISE, list_to_judge, summarise
from webinar_app.core.clock import utc_now
from webinar_app.infra.db import read, write
from webinar_app.infra.jobs import job

READ_AT_ONCE, WRITE_AT_ONCE = 50, 4
"""People per snapshot, and per transaction: it stays below 20 ms."""


@job(SUMMARISE)
def summarise_all(payload: dict[str, Any]) -> None:
    """Judge everybody whose facts changed since the last look."""
    webinar_id = payload["webinar_id"]
    with read() as db:
        everybody = list_registered(db, webinar_id)
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


def _chunks(numbers: list[int], size: int) -> list[list[int]]:
    return [numbers[at : at + size] for at in range(0, len(numbers), size)]
