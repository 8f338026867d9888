"""Mails with calendar entries: rendered here, outside transactions, and stored by one write."""

from datetime import datetime
from typing import Any

from webinar_app.calendars.documents import add_links, crew_file, has_date, invite_file, sequence_for
from webinar_app.calendars.emails import crew_mail, seat_mail
from webinar_app.calendars.queries import (
    CrewMember,
    Recipient,
    Sitting,
    find_addressed,
    list_addressed,
    list_crew_to_tell,
)
from webinar_app.calendars.rules import CrewStep
from webinar_app.calendars.services.crew import TELL_CREW, CrewLetter, send_crew_letters
from webinar_app.calendars.services.letters import Letter, go_on, send_letters
from webinar_app.core.clock import utc_now
from webinar_app.infra.db import read, write
from webinar_app.infra.jobs import job
from webinar_app.providers.queries import Brand, brand
from webinar_app.registrations.rules import RegistrationState
from webinar_app.webinars.rules import WebinarState

CHUNK = 100


@job("calendars.confirm")
def confirm(payload: dict[str, Any]) -> None:
    """Mail a registrant their place, link and invite; nothing where the place or the sitting is gone."""
    with read() as db:
        found = find_addressed(db, payload["registration_id"])
    if found is None or found[1].state is not RegistrationState.REGISTERED:
        return
    if found[0].state is WebinarState.CANCELLED:
        return
    unique = ":".join(filter(None, ["confirmation", str(payload["registration_id"]), payload["again"]]))
    _write([letter("confirmation", brand(), *found, unique=unique, now=utc_now())])


@job("calendars.withdraw")
def withdraw(payload: dict[str, Any]) -> None:
    """Mail somebody that their registration is cancelled, and take the entry out of their calendar."""
    with read() as db:
        found = find_addressed(db, payload["registration_id"])
    if found is None or found[1].state is not RegistrationState.CANCELLED:
        return
    unique = f"registration_cancelled:{payload['registration_id']}"
    _write([letter("registration_cancelled", brand(), *found, unique=unique, now=utc_now())])


@job("calendars.tell_all")
def tell_all(payload: dict[str, Any]) -> None:
    """Mail some of a sitting's people that it moved or was cancelled, and leave the others to the next job."""
    kind, sequence = payload["kind"], payload["sequence"]
    with read() as db:
        sitting, people, after = list_addressed(db, payload["webinar_id"], payload["after"], CHUNK)
    if sitting.sequence != sequence:
        return  # it moved again: that change tells everybody itself
    now, organisation = utc_now(), brand()
    _write(
        [
            letter(kind, organisation, sitting, one, unique=f"{kind}:{one.registration_id}:{sequence}", now=now)
            for one in people
        ]
    )
    if after is not None:
        write(go_on, payload, after, now=now)


@job(TELL_CREW)
def tell_crew(payload: dict[str, Any]) -> None:
    """Mail presenters and hosts of a sitting whose entry is not what it should be; the same again mails nobody."""
    with read() as db:
        found = list_crew_to_tell(db, payload["webinar_id"])
    if found is None or not found[1]:
        return
    sitting, people = found
    now, organisation = utc_now(), brand()
    write(send_crew_letters, [crew_letter(organisation, sitting, one, now) for one in people], now=now)


def crew_letter(organisation: Brand, sitting: Sitting, member: CrewMember, now: datetime) -> CrewLetter:
    """Render one mail to a presenter or host with its calendar entry."""
    subject, text, html = crew_mail(organisation, sitting, member)
    method = "CANCEL" if member.step is CrewStep.CANCELLED else "REQUEST"
    sequence = sequence_for(sitting, member.sent, is_material=member.sent is not None)
    return CrewLetter(
        kind=f"crew_{member.step.value}", provider_id=sitting.provider_id, webinar_id=sitting.id,
        person_id=member.person_id, to_name=member.legal_name, to_address=member.email, reply_to=sitting.reply_to,
        subject=subject, text=text, html=html, seen=member.sent.sequence if member.sent else None, sequence=sequence,
        version=sitting.sequence, method=method, starts_at=sitting.starts_at,
        calendar=crew_file(sitting, member, sequence, now, method),
    )  # fmt: skip


def letter(
    kind: str, organisation: Brand, sitting: Sitting, recipient: Recipient, *, unique: str, now: datetime
) -> Letter:
    """Render one mail with its calendar entry."""
    is_cut_off = sitting.cancel_at is not None and now > sitting.cancel_at
    subject, text, html = seat_mail(
        kind, organisation, sitting, recipient, add_links(sitting), is_cut_off=is_cut_off
    )  # fmt: skip
    is_end = kind != "confirmation" and kind != "updated"
    method = "CANCEL" if is_end else "REQUEST"
    sequence = sequence_for(sitting, recipient.sent, is_material=is_end)
    # Who never got an invite, or had it withdrawn before, has nothing to take out of the calendar.
    has_entry = recipient.sent is not None and recipient.sent.method == "REQUEST"
    file = None
    if has_date(sitting) and (has_entry or not is_end):
        file = invite_file(sitting, recipient, sequence, now, method)
    return Letter(
        unique=unique, kind=kind, provider_id=sitting.provider_id, webinar_id=sitting.id,
        registration_id=recipient.registration_id, person_id=recipient.person_id, person_ids=recipient.person_ids,
        to_name=recipient.legal_name, to_address=recipient.email, reply_to=sitting.reply_to, subject=subject,
        text=text, html=html, uid=sitting.uid, seen=recipient.sent.sequence if recipient.sent else None,
        sequence=sequence, method=method, starts_at=sitting.starts_at, calendar=file,
    )  # fmt: skip


def _write(letters: list[Letter]) -> None:
    if letters:
        write(send_letters, letters, now=utc_now())
