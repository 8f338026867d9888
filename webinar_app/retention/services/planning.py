"""When records are forgotten: every night, one run."""

from datetime import datetime

from webinar_app.infra.db import Db
from webinar_app.infra.jobs import enqueue
from webinar_app.retention.rules import next_night
from webinar_app.webinars.events import WebinarEnded

RUN = "retention.run"


def plan_run(db: Db, event: WebinarEnded | None, now: datetime) -> None:
    """Write the job of the next night; there is one, whoever asks for it."""
    run_at = next_night(now)
    enqueue(db, RUN, {}, now=now, run_at=run_at, unique=f"{RUN}:{run_at.date()}")


def plan_next_run(db: Db, *, now: datetime) -> None:
    """Let the next night have its run, whatever becomes of this one."""
    plan_run(db, None, now)


def plan_now(db: Db, *, now: datetime) -> None:
    """Let the worker run at once."""
    enqueue(db, RUN, {}, now=now)
