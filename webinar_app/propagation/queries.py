"""Named reads of who has which time."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import func, or_, select

from webinar_app.accounts.models import Person
from webinar_app.calendars.models import Invite, InviteReply
from webinar_app.infra.db import Db
from webinar_app.mailing.models import Mail
from webinar_app.propagation.models import FeedSight
from webinar_app.propagation.rules import LOST, Answer, Standing, Version, is_to_this_version, standing, urgency
from webinar_app.registrations.models import Registration
from webinar_app.registrations.rules import RegistrationState
from webinar_app.webinars.models import Webinar
from webinar_app.webinars.rules import WebinarState

MAIL_KINDS = ("confirmation", "updated", "cancelled", "registration_cancelled")
NO_ADDRESS = "address"  # no mail can carry it; sending the same bytes again helps nobody
_KNOWN_AS = func.coalesce(Person.merged_into_id, Person.id)


@dataclass(frozen=True, slots=True, kw_only=True)
class Line:
    """One registrant on the board."""

    registration_id: int
    code: str
    name: str
    email: str
    is_registered: bool
    sent: Version | None
    sent_at: datetime | None
    mail: str | None
    mail_code: str | None
    mail_error: str
    feed: int | None
    fetched_at: datetime | None
    answer: Answer
    answered: int | None  # the version that was answered
    answered_at: datetime | None
    is_answer_old: bool  # it was given to an earlier time
    standing: Standing


def board(db: Db, webinar: Webinar) -> list[Line]:
    """Give every registrant who has the sitting, or had its entry; four reads, whatever their number.

    Who is on the old time stands first, then by name.
    """
    rows = _registrants(db, webinar.id)
    mails, feeds, replies = _last_mails(db, webinar.id), _feeds(db, webinar.id), _replies(db, webinar.id)
    lines = [_line(webinar, row, mails.get(row[4]), feeds.get(row[4]), replies.get(row[0].id)) for row in rows]
    return sorted(lines, key=lambda line: urgency(line.standing))


def _line(webinar: Webinar, row: Any, mail: Any, feed: tuple[int, datetime] | None, reply: InviteReply | None) -> Line:
    registration, invite, name, email, _ = row
    is_registered = registration.state is RegistrationState.REGISTERED
    is_off = webinar.state is WebinarState.CANCELLED or not is_registered
    current = Version(webinar.sequence, "CANCEL" if is_off else "REQUEST", webinar.starts_at)
    if not is_registered:
        current = Version(0, "CANCEL", None)  # whatever the sitting does, the entry went
    sent = Version(invite.sequence, invite.method, invite.starts_at) if invite else None
    state = mail.state.value if mail else None
    return Line(
        registration_id=registration.id, code=registration.code, name=name, email=email or "",
        is_registered=is_registered, sent=sent, sent_at=invite.sent_at if invite else None, mail=state,
        mail_code=mail.code if mail else None, mail_error=(mail.last_error or "") if mail else "",
        feed=feed[0] if feed else None, fetched_at=feed[1] if feed else None,
        answer=Answer(reply.answer.lower()) if reply else Answer.NONE, answered=reply.sequence if reply else None,
        answered_at=reply.answered_at if reply else None,
        is_answer_old=reply is not None and not is_to_this_version(reply.sequence, sent, current),
        standing=standing(current, sent, state, feed[0] if feed else None),
    )  # fmt: skip


def _registrants(db: Db, webinar_id: int) -> list[Any]:
    query = (
        select(Registration, Invite, Registration.legal_name, Person.email, _KNOWN_AS)
        .join(Person, Person.id == Registration.person_id)
        .outerjoin(Invite, Invite.registration_id == Registration.id)
        .where(
            Registration.webinar_id == webinar_id,
            or_(Registration.state == RegistrationState.REGISTERED, Invite.registration_id.is_not(None)),
        )
        .order_by(Registration.legal_name, Registration.id)
    )  # fmt: skip
    rows = list(db.execute(query).all())
    # Who came back has one entry: the one of the place that counts.
    back = {row[4] for row in rows if row[0].state is RegistrationState.REGISTERED}
    return [row for row in rows if row[0].state is RegistrationState.REGISTERED or row[4] not in back]


def _last_mails(db: Db, webinar_id: int) -> dict[int, Any]:
    query = (
        select(_KNOWN_AS.label("known"), Mail.code, Mail.state, Mail.last_error)
        .join(Person, Person.id == Mail.person_id)
        .where(Mail.webinar_id == webinar_id, Mail.kind.in_(MAIL_KINDS))
        .order_by(Mail.id)
    )
    return {row.known: row for row in db.execute(query)}


def _feeds(db: Db, webinar_id: int) -> dict[int, tuple[int, datetime]]:
    query = (
        select(_KNOWN_AS, FeedSight.sequence, FeedSight.fetched_at)
        .join(Person, Person.id == FeedSight.person_id)
        .where(FeedSight.webinar_id == webinar_id)
    )
    return {known: (sequence, at) for known, sequence, at in db.execute(query)}


def _replies(db: Db, webinar_id: int) -> dict[int, InviteReply]:
    query = select(InviteReply).join(Registration, Registration.id == InviteReply.registration_id)
    return {row.registration_id: row for row in db.scalars(query.where(Registration.webinar_id == webinar_id))}


def list_failed(lines: list[Line]) -> list[str]:
    """Give the codes of the mails that failed and left somebody on the old time."""
    return [
        line.mail_code
        for line in lines
        if line.standing is Standing.OLD and line.mail in LOST and line.mail_code and line.mail_error != NO_ADDRESS
    ]
