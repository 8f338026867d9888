"""Render a certificate once: bytes to storage, then one transaction that makes it the holder's."""

from typing import Any

from webinar_app.certificates.documents import certificate_html
from webinar_app.certificates.models import CertificateStatus
from webinar_app.certificates.queries import find_by_number
from webinar_app.certificates.services import keep_paper
from webinar_app.config import links
from webinar_app.core.clock import utc_now
from webinar_app.core.links import Links
from webinar_app.infra.db import read, write
from webinar_app.infra.dispatch import ask
from webinar_app.infra.jobs import job
from webinar_app.infra.pdf import render
from webinar_app.infra.storage import storage
from webinar_app.mailing.emails import own_words_mail, render_mail
from webinar_app.mailing.events import WordsAsked
from webinar_app.providers.queries import brand


@job("certificates.render")
def render_certificate(payload: dict[str, Any]) -> None:
    """Make the PDF, keep it under its hash, and tell the holder; a second run finds the work done."""
    number = payload["number"]
    with read() as db:
        row = find_by_number(db, number)
        if row is None or row.status is CertificateStatus.ISSUED:
            return
        facts = row.snapshot
        join = links().join(row.registration.code, row.registration.link_version)
        words = next(filter(None, ask(db, WordsAsked("certificate", row.registration_id, number))), None)
    pdf = render(certificate_html(facts, verify_url=links().verification(number)))
    digest = storage().put(pdf)
    mail = _own_mail(words) if words else _mail(facts, number, join, links())
    write(keep_paper, number, digest, len(pdf), mail, pdf, now=utc_now())


def _own_mail(words: dict[str, Any]) -> dict[str, str]:
    subject, text, html = own_words_mail(brand(), **words)
    return {"subject": subject, "text": text, "html": html}


def _mail(facts: dict[str, Any], number: str, join: str, made: Links) -> dict[str, str]:
    subject, text, html = render_mail(
        "certificate",
        brand=brand(),
        paper=facts,
        number=number,
        verify_url=made.verification(number),
        certificate_url=join,
    )
    return {"subject": subject, "text": text, "html": html}
