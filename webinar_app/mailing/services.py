"""Use cases of outgoing mail: post, deliver, send again."""

from datetime import datetime

from sqlalchemy import select

from webinar_app.audit.services import record
from webinar_app.config import settings
from webinar_app.core.actor import Actor
from webinar_app.core.codes import new_code
from webinar_app.core.errors import Refused
from webinar_app.core.text import one_line
from webinar_app.infra.db import Db, insert_for
from webinar_app.infra.dispatch import publish
from webinar_app.infra.jobs import enqueue
from webinar_app.infra.mail import Attachment, Calendar, compose
from webinar_app.mailing.events import MailBounced
from webinar_app.mailing.models import Mail, MailState
from webinar_app.mailing.policy import get_mail
from webinar_app.mailing.queries import find_by_unique_key
from webinar_app.mailing.rules import is_given_up, is_private

SUBJECT_LENGTH = 400


def post(
    db: Db,
    *,
    provider_id: int,
    kind: str,
    to_name: str,
    to_address: str,
    subject: str,
    text: str,
    html: str,
    now: datetime,
    person_id: int | None = None,
    webinar_id: int | None = None,
    unique: str | None = None,
    reply_to: str = "",
    calendar: Calendar | None = None,
    attachments: tuple[Attachment, ...] = (),
) -> str:
    """Write a mail as final bytes with the job that delivers it, and return its code.

    With a `unique` key that a mail already carries, nothing is written and that mail's code comes back.
    """
    if unique is not None and (known := find_by_unique_key(db, unique)):
        return known
    config, code = settings(), new_code()
    message_id = f"<{code.lower()}@{config.uid_domain}>"
    body = compose(
        sender=config.mail_from, to_name=to_name, to_address=to_address, subject=subject[:SUBJECT_LENGTH], text=text,
        html=html, message_id=message_id, at=now, reply_to=reply_to, calendar=calendar, attachments=attachments,
    )  # fmt: skip
    values = {
        "provider_id": provider_id, "person_id": person_id, "webinar_id": webinar_id, "code": code, "kind": kind,
        "unique_key": unique, "to_address": to_address, "subject": one_line(subject)[:SUBJECT_LENGTH],
        "message_id": message_id, "body": body, "state": MailState.QUEUED, "attempts": 0, "created_at": now,
    }  # fmt: skip
    # Another transaction may have posted under the same key since it was looked up: its mail is then the one.
    statement = insert_for(db)(Mail).values(**values).on_conflict_do_nothing(index_elements=["unique_key"])
    if db.connection().execute(statement.returning(Mail.id)).first() is None:
        return find_by_unique_key(db, unique or "") or code
    enqueue(db, "mailing.deliver", {"code": code}, now=now)
    return code


def mark_sent(db: Db, code: str, *, now: datetime) -> None:
    """Write down that a mail left."""
    mail = _by_code(db, code)
    mail.state, mail.sent_at, mail.last_error = MailState.SENT, now, None
    mail.attempts += 1


def mark_not_delivered(db: Db, code: str, reason: str, for_good: bool, *, now: datetime) -> bool:
    """Write down that a mail did not leave, and return whether it is given up; whoever reacts to a bounce hears it."""
    mail = _by_code(db, code)
    mail.attempts += 1
    mail.last_error = reason[:300]
    given_up = is_given_up(mail.attempts, for_good)
    if given_up:
        mail.state = MailState.FAILED
        publish(db, MailBounced(mail.code, mail.kind, mail.person_id), now)
    return given_up


def send_again(db: Db, actor: Actor, code: str, *, now: datetime) -> str:
    """Queue a mail once more, the same bytes to the same address, and return the address."""
    mail = get_mail(db, actor, code)
    if is_private(mail.kind):
        raise Refused("mail.private", "This mail held a link that works once. Its recipient can ask for a new one.")
    if mail.state is MailState.QUEUED:
        raise Refused("mail.queued", "This mail is already waiting to be sent.")
    mail.state, mail.attempts, mail.last_error = MailState.QUEUED, 0, None
    enqueue(db, "mailing.deliver", {"code": code}, now=now)
    record(db, actor.person_id, "mail.sent_again", "mail", mail.id, now=now)
    return mail.to_address


def _by_code(db: Db, code: str) -> Mail:
    return db.scalars(select(Mail).where(Mail.code == code).with_for_update()).one()
