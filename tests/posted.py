"""Run the jobs that wait, and read the mails that they posted."""

from collections.abc import Iterable
from datetime import datetime
from email import message_from_bytes, policy
from email.message import EmailMessage

from sqlalchemy import select

from webinar_app.infra import jobs
from webinar_app.infra.db import Db, read, write
from webinar_app.mailing.models import Mail
from webinar_app.worker import load_handlers


def run_jobs(*names: str, until: datetime | None = None) -> list[str]:
    """Run what waits under these names, also what that enqueues, and give the names in order.

    `until` leaves alone what is to run later.
    """
    load_handlers()
    ran = []
    while found := _next(names, until):
        job_id, name, payload = found
        write(_done, job_id)
        jobs.handlers[name](payload)
        ran.append(name)
    return ran


def _next(names: Iterable[str], until: datetime | None):
    with read() as db:
        query = select(jobs.Job.id, jobs.Job.name, jobs.Job.payload).where(
            jobs.Job.state == jobs.JobState.QUEUED, jobs.Job.name.in_(names)
        )
        if until is not None:
            query = query.where(jobs.Job.run_at <= until)
        return db.execute(query.order_by(jobs.Job.id)).first()


def _done(db: Db, job_id: int) -> None:
    jobs.finish(db, job_id)


def mails(*, kind: str | None = None) -> list[EmailMessage]:
    """Give the posted mails, oldest first."""
    with read() as db:
        query = select(Mail.body).order_by(Mail.id)
        bodies = list(db.scalars(query if kind is None else query.where(Mail.kind == kind)))
    return [message_from_bytes(body, policy=policy.default) for body in bodies]


def text_of(mail: EmailMessage) -> str:
    """Give the plain text of a mail."""
    return mail.get_body(("plain",)).get_content().replace("\r\n", "\n")


def calendar_of(mail: EmailMessage) -> bytes | None:
    """Give the calendar part of a mail, None where there is none."""
    for part in mail.walk():
        if part.get_content_type() == "text/calendar":
            return part.get_payload(decode=True)
    return None
