"""What people hear when something happens elsewhere."""

from datetime import datetime

from webinar_app.accounts.services import notify
from webinar_app.infra.db import Db
from webinar_app.mailing.events import MailBounced


def tell_of_bounce(db: Db, event: MailBounced, now: datetime) -> None:
    """Leave the recipient a notice that a mail did not reach them."""
    if event.person_id is not None:
        notify(db, event.person_id, "mail_bounced", {"kind": event.kind}, now=now)
