"""Use cases of invites: who is told when a seat or a sitting changes, and the rows of what was sent."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from webinar_app.calendars.models import Invite
from webinar_app.calendars.queries import count_addressed, last_sent
from webinar_app.core.errors import TryAgain
from webinar_app.infra.db import Db
from webinar_app.infra.jobs import enqueue
from webinar_app.infra.mail import Calendar
from webinar_app.mailing.queries import find_by_unique_key
from webinar_app.mailing.services import post
from webinar_app.registrations.events import LinkAsked, Registered, RegistrationCancelled
from webinar_app.webinars.events import MoveAsked, WebinarCancelled, WebinarRescheduled
from webinar_app.webinars.models import Webinar

AGAIN_SECONDS = 600


@dataclass(frozen=True, slots=True, kw_only=True)
class Letter:
    """One rendered mail with its calendar entry; `seen` is the last SEQUENCE that was known when it was rendered."""

    unique: str
    kind: str
    provider_id: int
    webinar_id: int
    registration_id: int
    person_id: int
    person_ids: tuple[int, ...]
    to_name: str
    to_address: str
    reply_to: str
    subject: str
    text: str
    html: str
    uid: str
    seen: int | None
    sequence: int
    method: str
    starts_at: datetime | None
    calendar: bytes | None


def confirm_later(db: Db, event: Registered, now: datetime) -> None:
    """Have a new registrant told."""
    payload = {"registration_id": event.registration_id, "again": ""}
    enqueue(db, "calendars.confirm", payload, now=now, unique=f"calendars.confirm:{event.registration_id}")


def confirm_again(db: Db, event: LinkAsked, now: datetime) -> None:
    """Have a registrant told again, at most once in ten minutes: whoever knows an address cannot flood it."""
    slot = str(int(now.timestamp()) // AGAIN_SECONDS)
    payload = {"registration_id": event.registration_id, "again": slot}
    enqueue(db, "calendars.confirm", payload, now=now, unique=f"calendars.confirm:{event.registration_id}:{slot}")


def withdraw_later(db: Db, event: RegistrationCancelled, now: datetime) -> None:
    """Have the entry of a cancelled registration taken out of its calendar."""
    payload = {"registration_id": event.registration_id}
    enqueue(db, "calendars.withdraw", payload, now=now, unique=f"calendars.withdraw:{event.registration_id}")


def tell_of_move(db: Db, event: WebinarRescheduled, now: datetime) -> None:
    """Have everybody of a sitting told that it moved: one job, whatever their number."""
    _tell_all(db, event.webinar_id, "updated", now)


def tell_of_cancelling(db: Db, event: WebinarCancelled, now: datetime) -> None:
    """Have everybody of a sitting told that it will not take place."""
    _tell_all(db, event.webinar_id, "cancelled", now)


def who_hears(db: Db, question: MoveAsked) -> list[str]:
    """Say how many people would be told what."""
    number = count_addressed(db, question.webinar_id)
    if not number:
        return []
    who = "1 registered person gets" if number == 1 else f"{number} registered people get"
    if question.is_cancelled:
        return [f"{who} a mail, and the entry leaves their calendar."]
    return [f"{who} a mail with the new time, and the entry in their calendar moves."]


def go_on(db: Db, payload: dict[str, object], after: int, *, now: datetime) -> None:
    """Have the next people of a sitting told."""
    unique = f"calendars.tell_all:{payload['webinar_id']}:{payload['sequence']}:{payload['kind']}:{after}"
    enqueue(db, "calendars.tell_all", {**payload, "after": after}, now=now, unique=unique)


def send_letters(db: Db, letters: Sequence[Letter], *, now: datetime) -> int:
    """Store mails as final bytes with what their entries say, and return how many are new.

    Raises TryAgain when another entry was sent meanwhile: the SEQUENCE in these bytes may then be too low.
    """
    return sum(_send(db, letter, now) for letter in letters)


def _send(db: Db, letter: Letter, now: datetime) -> bool:
    if find_by_unique_key(db, letter.unique):
        return False
    last = last_sent(db, list(letter.person_ids), letter.webinar_id)
    if (last.sequence if last else None) != letter.seen:
        raise TryAgain("calendar.stale")
    post(
        db, provider_id=letter.provider_id, kind=letter.kind, to_name=letter.to_name, to_address=letter.to_address,
        subject=letter.subject, text=letter.text, html=letter.html, person_id=letter.person_id,
        webinar_id=letter.webinar_id, unique=letter.unique, reply_to=letter.reply_to, now=now,
        calendar=Calendar(letter.calendar, letter.method) if letter.calendar else None,
    )  # fmt: skip
    if letter.calendar:
        _remember(db, letter, now)
    return True


def _remember(db: Db, letter: Letter, now: datetime) -> None:
    row = db.get(Invite, letter.registration_id, with_for_update=True)
    if row is None:
        row = Invite(registration_id=letter.registration_id, uid=letter.uid)
        db.add(row)
    row.sequence, row.method, row.starts_at, row.sent_at = letter.sequence, letter.method, letter.starts_at, now
    db.flush()  # the next letter may be to the same person


def _tell_all(db: Db, webinar_id: int, kind: str, now: datetime) -> None:
    sequence = db.get_one(Webinar, webinar_id).sequence
    go_on(db, {"webinar_id": webinar_id, "kind": kind, "sequence": sequence}, 0, now=now)
