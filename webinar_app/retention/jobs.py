"""Every night: forget what is due, and sweep the files that no row names."""

from typing import Any

from webinar_app.core.clock import utc_now
from webinar_app.infra.db import read, write
from webinar_app.infra.jobs import job
from webinar_app.infra.storage import storage
from webinar_app.retention.queries import list_due, unnamed_files
from webinar_app.retention.queries.due import counted_kinds
from webinar_app.retention.queries.erasing import list_finished
from webinar_app.retention.rules import Record, limits
from webinar_app.retention.services.erasing import finish_erasure
from webinar_app.retention.services.forgetting import forget_devices, forget_some, forget_talk, note_swept
from webinar_app.retention.services.planning import RUN, plan_next_run


@job(RUN)
def run(payload: dict[str, Any]) -> None:
    """Forget what is due; what is done stays done when the run is cut short, and comes no second time."""
    now = utc_now()
    write(plan_next_run, now=now)
    until = limits(now)
    with read() as db:
        talk, devices = list_due(db, Record.TALK, until.talk), list_due(db, Record.DEVICES, until.devices)
    for webinar_id in talk:
        write(forget_talk, webinar_id, now=now)
    for webinar_id in devices:
        while write(forget_devices, webinar_id, now=now):
            pass
    for kind in counted_kinds():
        while write(forget_some, kind.value, now=now):
            pass
    with read() as db:
        erased = list_finished(db, now.date())
    for person_id in erased:
        write(finish_erasure, person_id, now=now)
    _sweep()


def _sweep() -> None:
    before = limits(utc_now()).files
    with read() as db:
        unnamed = unnamed_files(db, before)
    gone = [one for one in unnamed if storage().remove_old(one, before)]
    if gone:
        write(note_swept, len(gone), sum(one.size for one in gone), now=utc_now())
