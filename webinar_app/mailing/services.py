"""Use cases of outgoing mail: post, deliver, send again."""

from collections.abc import Sequence
from datetime import datetime, timedelta
from email.errors import MessageError
from typing import Any

from sqlalchemy import case, select, update

from webinar_app.audit.services import record
from webinar_app.config import settings
from webinar_app.core.actor import Actor
from webinar_app.core.codes import new_code
from webinar_app.core.errors import Refused
from webinar_app.core.text import one_line
from webinar_app.infra.db import Db, insert_for
from webinar_app.infra.dispatch import publish
from webinar_app.infra.mail import Attachment, Calendar, compose
from webinar_app.mailing.events import MailBounced
from webinar_app.mailing.models import Mail, MailState
from webinar_app.mailing.policy import get_mail
from webinar_app.mailing.queries import OPEN, deliverable, find_bounced, find_by_unique_key
from webinar_app.mailing.rules import PRIVATE_KINDS, Bounce, is_given_up, is_private, next_try

SUBJECT_LENGTH = 400
UNWRITABLE = "unwritable@address.invalid"  # stands in a mail whose own address no header takes
LEASE = timedelta(minutes=3)  # a whole conversation with every step at its time limit, and the mails before it


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
    sending: str | None = None,
    calendar: Calendar | None = None,
    attachments: tuple[Attachment, ...] = (),
) -> str:
    """Write a mail as final bytes, to be delivered, and return its code.

    With a `unique` key that a mail already carries, nothing is written and that mail's code comes back.
    """
    if unique is not None and (known := find_by_unique_key(db, unique)):
        return known
    config, code = settings(), new_code()
    message_id = f"<{code.lower()}@{config.uid_domain}>"
    said = {
        "sender": config.mail_from, "subject": subject[:SUBJECT_LENGTH], "text": text, "html": html,
        "message_id": message_id, "at": now, "reply_to": reply_to, "calendar": calendar, "attachments": attachments,
    }  # fmt: skip
    body, wrong = _final_bytes(to_name, to_address, said)
    values = {
        "provider_id": provider_id, "person_id": person_id, "webinar_id": webinar_id, "code": code, "kind": kind,
        "unique_key": unique, "sending": sending, "to_address": to_address,
        "subject": one_line(subject)[:SUBJECT_LENGTH],
        "message_id": message_id, "body": body, "attempts": 0, "created_at": now,
        "state": MailState.FAILED if wrong else MailState.QUEUED, "last_error": wrong,
    }  # fmt: skip
    # Another transaction may have posted under the same key since it was looked up: its mail is then the one.
    statement = insert_for(db)(Mail).values(**values).on_conflict_do_nothing(index_elements=["unique_key"])
    if db.connection().execute(statement.returning(Mail.id)).first() is None:
        return find_by_unique_key(db, unique or "") or code
    if wrong:
        publish(db, MailBounced(code, kind, person_id), now)
    return code


def _final_bytes(to_name: str, to_address: str, said: dict[str, Any]) -> tuple[bytes, str | None]:
    """Give the message, and what is wrong with its address: such a mail is kept and shown, and never leaves (W-12)."""
    try:
        return compose(to_name=to_name, to_address=to_address, **said), None
    except (ValueError, MessageError):
        return compose(to_name=to_name, to_address=UNWRITABLE, **said), "address"


def claim_mails(db: Db, limit: int, *, now: datetime) -> list[str]:
    """Take mails that may leave under a lease and return their codes: what somebody waits for, then the oldest."""
    urgent = case((Mail.kind.in_(PRIVATE_KINDS), 0), else_=1)
    query = select(Mail.id, Mail.code).where(deliverable(now)).order_by(urgent, Mail.id).limit(limit)
    rows = db.execute(query.with_for_update(skip_locked=True, of=Mail)).all()
    taken = {"state": MailState.SENDING, "lease_until": now + LEASE}
    db.execute(update(Mail).where(Mail.id.in_([row.id for row in rows])).values(taken))
    return [row.code for row in rows]


def release_mails(db: Db, codes: Sequence[str]) -> None:
    """Give mails back that were not tried."""
    chosen = update(Mail).where(Mail.code.in_(codes), Mail.state == MailState.SENDING)
    db.execute(chosen.values(state=MailState.QUEUED, lease_until=None))


def mark_sent(db: Db, code: str, *, now: datetime) -> None:
    """Write down that a mail left."""
    mail = _by_code(db, code)
    mail.state, mail.sent_at, mail.last_error = MailState.SENT, now, None
    mail.lease_until = mail.due_at = None
    mail.attempts += 1


def mark_not_delivered(db: Db, code: str, reason: str, *, refused: bool, crowd: int, now: datetime) -> None:
    """Write down that a mail did not leave, and when it is tried again; who reacts to a bounce hears of the last try.

    `refused` and `crowd` as in `rules.is_given_up`.
    """
    mail = _by_code(db, code)
    mail.attempts += 1
    mail.last_error, mail.lease_until = reason[:300], None
    if is_given_up(mail.attempts, refused=refused, crowd=crowd):
        mail.state, mail.due_at = MailState.FAILED, None
        publish(db, MailBounced(mail.code, mail.kind, mail.person_id), now)
    else:
        mail.state, mail.due_at = MailState.QUEUED, now + next_try(mail.attempts)


def mark_bounced(db: Db, bounce: Bounce, *, now: datetime) -> str | None:
    """Write down that a mail came back, and return its code; None where no mail of ours did, or it was known."""
    mail = find_bounced(db, bounce.message_id)
    if mail is None or mail.state is not MailState.SENT:
        return None
    mail.state, mail.bounced_at, mail.last_error = MailState.BOUNCED, now, bounce.status
    publish(db, MailBounced(mail.code, mail.kind, mail.person_id), now)
    return mail.code


def send_again(db: Db, actor: Actor, code: str, *, now: datetime) -> str:
    """Queue a mail once more, the same bytes to the same address, and return the address."""
    mail = get_mail(db, actor, code)
    if is_private(mail.kind):
        raise Refused("mail.private", "This mail held a link that works once. Its recipient can ask for a new one.")
    if not mail.body:
        raise Refused("mail.forgotten", "The words of this mail are forgotten. Write to the person anew.")
    if mail.last_error == "address":
        raise Refused("mail.address", "No mail can carry this address. Correct it, and have a new mail sent.")
    if mail.state in OPEN:
        raise Refused("mail.queued", "This mail is already waiting to be sent.")
    mail.state, mail.attempts, mail.last_error = MailState.QUEUED, 0, None
    mail.due_at = mail.bounced_at = None
    record(db, actor.person_id, "mail.sent_again", "mail", mail.id, now=now)
    return mail.to_address


def note_mail_export(db: Db, actor: Actor, *, rows: int, person: str, webinar: str, now: datetime) -> None:
    """Write down that somebody took a list of mail along; `person` and `webinar` are codes, where it was theirs."""
    assert actor.provider_id is not None  # the route asks for a coordinator
    told = {name: code for name, code in (("person", person), ("webinar", webinar)) if code}
    record(db, actor.person_id, "mail.export", "provider", actor.provider_id, now=now, rows=rows, **told)


def _by_code(db: Db, code: str) -> Mail:
    return db.scalars(select(Mail).where(Mail.code == code).with_for_update()).one()
