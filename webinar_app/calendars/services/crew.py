"""Use cases of the entries of presenters and hosts."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from webinar_app.calendars.models import CrewInvite
from webinar_app.calendars.queries import count_crew, crew_sent
from webinar_app.core.errors import TryAgain
from webinar_app.infra.db import Db
from webinar_app.infra.jobs import enqueue
from webinar_app.infra.mail import Calendar
from webinar_app.mailing.services import post
from webinar_app.webinars.events import (
    MoveAsked,
    StaffChanged,
    WebinarCancelled,
    WebinarPublished,
    WebinarRescheduled,
)

TELL_CREW = "calendars.tell_crew"


@dataclass(frozen=True, slots=True, kw_only=True)
class CrewLetter:
    """One rendered mail to a presenter or host; `seen` is the last SEQUENCE that was known when it was rendered."""

    kind: str
    provider_id: int
    webinar_id: int
    person_id: int
    to_name: str
    to_address: str
    reply_to: str
    subject: str
    text: str
    html: str
    seen: int | None
    sequence: int
    version: int
    method: str
    starts_at: datetime | None
    calendar: bytes


def tell_crew_later(
    db: Db, event: WebinarPublished | WebinarRescheduled | WebinarCancelled | StaffChanged, now: datetime
) -> None:
    """Have presenters and hosts told of what is new: a job compares what they have with what is."""
    enqueue(db, TELL_CREW, {"webinar_id": event.webinar_id}, now=now)


def crew_hears(db: Db, question: MoveAsked) -> list[str]:
    """Say how many presenters and hosts would be told what."""
    number = count_crew(db, question.webinar_id)
    if not number:
        return []
    who = "1 presenter or host gets" if number == 1 else f"{number} presenters and hosts get"
    what = "leaves their calendar" if question.is_cancelled else "moves with their call time"
    return [f"{who} a mail, and the entry {what}."]


def send_crew_letters(db: Db, letters: Sequence[CrewLetter], *, now: datetime) -> None:
    """Store mails as final bytes with what their entries say.

    Raises TryAgain when another entry was sent meanwhile: the job then compares anew.
    """
    for letter in letters:
        _send(db, letter, now)


def _send(db: Db, letter: CrewLetter, now: datetime) -> None:
    last = crew_sent(db, letter.webinar_id, letter.person_id)
    if (last.sequence if last else None) != letter.seen:
        raise TryAgain("calendar.stale")
    post(
        db, provider_id=letter.provider_id, kind=letter.kind, to_name=letter.to_name, to_address=letter.to_address,
        subject=letter.subject, text=letter.text, html=letter.html, person_id=letter.person_id,
        webinar_id=letter.webinar_id, unique=f"crew:{letter.webinar_id}:{letter.person_id}:{letter.sequence}",
        reply_to=letter.reply_to, calendar=Calendar(letter.calendar, letter.method), now=now,
    )  # fmt: skip
    row = db.get(CrewInvite, (letter.webinar_id, letter.person_id), with_for_update=True)
    if row is None:
        row = CrewInvite(webinar_id=letter.webinar_id, person_id=letter.person_id)
        db.add(row)
    row.sequence, row.method, row.version = letter.sequence, letter.method, letter.version
    row.starts_at, row.sent_at = letter.starts_at, now
