"""Delivery: one job per mail, safe to run twice."""

from functools import lru_cache
from typing import Any

from webinar_app.config import settings
from webinar_app.core.clock import utc_now
from webinar_app.infra.db import read, write
from webinar_app.infra.jobs import job
from webinar_app.infra.mail import Carrier, Folder, NotDelivered, SmtpServer
from webinar_app.mailing.queries import find_to_deliver
from webinar_app.mailing.services import mark_not_delivered, mark_sent


@lru_cache(maxsize=1)
def carrier() -> Carrier:
    """Give the way out for mail: the mail server of the settings, else files in the outbox folder."""
    config = settings()
    if not config.smtp_host:
        return Folder(config.instance / "outbox")
    return SmtpServer(
        config.smtp_host, config.smtp_port, config.smtp_user, config.smtp_password.get_secret_value(),
        starttls=config.smtp_starttls, sender=config.mail_from,
    )  # fmt: skip


@job("mailing.deliver")
def deliver(payload: dict[str, Any]) -> None:
    """Carry a mail that still waits; a passing trouble is raised, so that the job comes back later."""
    code = payload["code"]
    with read() as db:
        found = find_to_deliver(db, code)
    if found is None:
        return
    try:
        carrier().carry(code, *found)
    except NotDelivered as error:
        if write(mark_not_delivered, code, str(error), error.for_good, now=utc_now()):
            return
        raise
    write(mark_sent, code, now=utc_now())
