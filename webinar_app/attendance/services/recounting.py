"""Once a night all verdicts of the last 90 days are worked out again (reliability A-11)."""

from datetime import datetime, time, timedelta

from webinar_app.audit.services import record
from webinar_app.infra.db import Db
from webinar_app.infra.jobs import enqueue
from webinar_app.webinars.events import WebinarEnded

RECOUNT = "attendance.recount"
NIGHT = time(3)


def plan_recount(db: Db, event: WebinarEnded | None, now: datetime) -> None:
    """Write the job of the next night; there is one, whoever asks for it."""
    day = now.date() + timedelta(days=1)
    run_at = datetime.combine(day, NIGHT, now.tzinfo)
    enqueue(db, RECOUNT, {}, now=now, run_at=run_at, unique=f"{RECOUNT}:{day}")


def note_recount(db: Db, different: dict[int, int], *, now: datetime) -> None:
    """Write down what a night found, sitting by sitting, and plan the next one."""
    for webinar_id, people in different.items():
        record(db, None, "attendance.differs", "webinar", webinar_id, now=now, people=people)
    plan_recount(db, None, now)
