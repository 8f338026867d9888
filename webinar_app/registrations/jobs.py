"""Mails of registrations that are no invites, and the end of offers that nobody answered."""

from typing import Any

from webinar_app.core.clock import utc_now
from webinar_app.core.uploads import FileKind
from webinar_app.infra.db import read, write
from webinar_app.infra.jobs import job
from webinar_app.infra.storage import storage
from webinar_app.infra.uploads import DrawFailed, looked_into
from webinar_app.mailing.services import post
from webinar_app.providers.queries import brand
from webinar_app.registrations.emails import (
    course_letter_of,
    course_mail,
    links_mail,
    links_of,
    waiting_letter_of,
    waiting_mail,
)
from webinar_app.registrations.queries.questions import find_answer_file
from webinar_app.registrations.rules import RegistrationState
from webinar_app.registrations.rules.questions import AnswerFileState
from webinar_app.registrations.services.files import CHECK_FILE, keep_answer_file, refuse_answer_file
from webinar_app.registrations.services.telling import KINDS
from webinar_app.registrations.services.waiting import end_offer as end_unanswered


@job("registrations.mail_links")
def mail_links(payload: dict[str, Any]) -> None:
    """Mail the join links of an address to it; nothing happens where there are none."""
    now = utc_now()
    with read() as db:
        found = links_of(db, payload["email"], now)
    if found is None:
        return
    subject, text, html = links_mail(brand(), found)
    write(
        post, provider_id=found.provider_id, person_id=found.person_id, kind="join_link", to_name=found.legal_name,
        to_address=found.address, subject=subject, text=text, html=html, unique=f"join_link:{payload['nonce']}",
        now=now,
    )  # fmt: skip


@job("registrations.tell")
def tell(payload: dict[str, Any]) -> None:
    """Mail somebody what became of their registration for a course; nothing where it has become something else."""
    with read() as db:
        letter = course_letter_of(db, payload["registration_id"])
    if letter is None or KINDS.get(RegistrationState(letter.state)) != payload["kind"]:
        return
    subject, text, html = course_mail(payload["kind"], brand(), letter)
    write(
        post, provider_id=letter.provider_id, person_id=letter.person_id, kind=payload["kind"],
        to_name=letter.legal_name, to_address=letter.address, subject=subject, text=text, html=html,
        reply_to=letter.reply_to, unique=payload["unique"], now=utc_now(),
    )  # fmt: skip


_WAITING_STATES = {
    "waiting_joined": RegistrationState.WAITLISTED, "waiting_offer": RegistrationState.OFFERED,
    "waiting_moved": RegistrationState.OFFERED,
    "approval_asked": RegistrationState.PENDING, "approval_rejected": RegistrationState.REJECTED,
}  # fmt: skip


@job("registrations.tell_waiting")
def tell_waiting(payload: dict[str, Any]) -> None:
    """Mail somebody where they stand with a waiting list; nothing where they stand elsewhere by now."""
    kind = payload["kind"]
    with read() as db:
        letter = waiting_letter_of(db, payload["registration_id"])
    if letter is None or letter.state != _WAITING_STATES.get(kind, RegistrationState.CANCELLED):
        return
    if payload["number"] and payload["number"] != letter.offers:
        return  # the mail of a later offer tells its own time
    subject, text, html = waiting_mail(kind, brand(), letter)
    write(
        post, provider_id=letter.provider_id, person_id=letter.person_id, webinar_id=letter.webinar_id, kind=kind,
        to_name=letter.legal_name, to_address=letter.address, subject=subject, text=text, html=html,
        reply_to=letter.reply_to, unique=payload["unique"], now=utc_now(),
    )  # fmt: skip


@job(CHECK_FILE)
def check_file(payload: dict[str, Any]) -> None:
    """Read a PDF, or write a picture anew without what is hidden in it; a second run finds the work done."""
    names = (payload["registration"], payload["question"])
    with read() as db:
        row = find_answer_file(db, *names)
        if row is None or row.state is not AnswerFileState.CHECKING:
            return
        kind, digest = row.kind, row.sha256
    try:
        data = looked_into(storage().get(digest), is_pdf=kind is FileKind.PDF)
    except DrawFailed as failure:
        if failure.reason == "drawer":
            raise  # of the machine, not of the file: the job comes again
        write(refuse_answer_file, *names, failure.reason, now=utc_now())
        return
    write(keep_answer_file, *names, storage().put(data), len(data), now=utc_now())


@job("registrations.end_offer")
def end_offer(payload: dict[str, Any]) -> None:
    """Pass a place on whose offer nobody answered; an offer that was answered or made again is left alone."""
    write(end_unanswered, payload["registration_id"], payload["number"], now=utc_now())
