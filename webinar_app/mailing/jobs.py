"""Delivery: mails that wait go out one by one, each address in order, and what became of each is kept at once."""

import logging
import time
from collections.abc import Callable
from datetime import datetime
from functools import lru_cache

from webinar_app.config import settings
from webinar_app.core.clock import utc_now
from webinar_app.infra.db import read, write
from webinar_app.infra.mail import Carrier, Folder, NotDelivered, SmtpServer, Trouble
from webinar_app.mailing.queries import ToDeliver, has_mail_due, list_to_deliver
from webinar_app.mailing.rules import PAUSE
from webinar_app.mailing.services import claim_mails, mark_not_delivered, mark_sent, release_mails

log = logging.getLogger("webinar.mailing")
BATCH = 20
BATCH_SECONDS = 15.0  # far below the lease, also when every step of the last mail takes its time limit
IDLE_SECONDS = 0.5


@lru_cache(maxsize=1)
def carrier() -> Carrier:
    """Give the way out for mail: the mail server of the settings, else files in the outbox folder."""
    config = settings()
    if not config.smtp_host:
        return Folder(config.instance / "outbox")
    return SmtpServer(
        config.smtp_host, config.smtp_port, config.smtp_user, config.smtp_password.get_secret_value(),
        starttls=config.smtp_starttls, sender=config.mail_from, ca_file=config.smtp_ca,
    )  # fmt: skip


class Mailer:
    """Delivers what is due. A process of its own: a slow mail server keeps nothing else waiting.

    Several may run beside each other. A mail may leave twice only where the process or the line dies between the
    server's yes and the commit; both have the same Message-ID.
    """

    def __init__(self, way: Carrier, *, clock: Callable[[], datetime] = utc_now, per_second: float = 0) -> None:
        self.way, self.clock, self.per_second = way, clock, per_second
        self.stopping = self.is_away = False
        self.paused_until: datetime | None = None
        self.refused_in_a_row = 0

    def stop(self, *_: object) -> None:
        """Finish the mail at hand, then leave."""
        self.stopping = True

    def run(self) -> None:
        """Deliver until told to stop, never faster than `per_second`."""
        while not self.stopping:
            begun = time.monotonic()
            try:
                tried = self.step()
            except Exception as error:  # the database may be away; whatever was claimed comes back after its lease
                log.warning("mailer step failed", exc_info=error)
                tried = 0
            took = time.monotonic() - begun
            wanted = tried / self.per_second if tried and self.per_second else IDLE_SECONDS * (not tried)
            time.sleep(max(0.0, wanted - took))
        self.way.close()

    def step(self) -> int:
        """Deliver one batch and return how many mails were tried; nothing while the server is given a rest."""
        now = self.clock()
        if self.paused_until is not None and now < self.paused_until:
            return 0
        with read() as db:
            if not has_mail_due(db, now):
                self.way.close()
                return 0
        codes = write(claim_mails, BATCH, now=now)
        with read() as db:
            mails = list_to_deliver(db, codes)
        return self._deliver(mails)

    def _deliver(self, mails: list[ToDeliver]) -> int:
        begun, tried, doubtful = time.monotonic(), 0, []
        self.paused_until = None
        for number, mail in enumerate(mails):
            if self.stopping or self.paused_until or time.monotonic() - begun > BATCH_SECONDS:
                write(release_mails, [one.code for one in mails[number:]])
                break
            tried += 1
            try:
                self.way.carry(mail.code, mail.to_address, mail.body)
            except NotDelivered as error:
                if error.trouble is Trouble.REFUSED:
                    doubtful.append((mail.code, str(error)))
                    self.refused_in_a_row += 1
                else:
                    self._put_off(mail.code, error)
            else:
                write(mark_sent, mail.code, now=self.clock())
                self.is_away = False
                doubtful = self._settle(doubtful, crowd=0)
                self.refused_in_a_row = 0
        self._settle(doubtful, crowd=self.refused_in_a_row)
        return tried

    def _put_off(self, code: str, error: NotDelivered) -> None:
        now = self.clock()
        write(mark_not_delivered, code, str(error), refused=False, crowd=0, now=now)
        if error.trouble is Trouble.SERVER:
            self.paused_until = now + PAUSE
            if not self.is_away:
                log.warning("mail server away reason=%s", error)
            self.is_away = True

    def _settle(self, doubtful: list[tuple[str, str]], *, crowd: int) -> list[tuple[str, str]]:
        """Keep the refusals of a batch: a yes between them, or few of them, means that the addresses are wrong."""
        for code, reason in doubtful:
            write(mark_not_delivered, code, reason, refused=True, crowd=crowd, now=self.clock())
        return []
