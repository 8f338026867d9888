"""Make an invoice or a receipt once: bytes to storage, then one transaction that keeps and mails it."""

from typing import Any

from webinar_app.config import links
from webinar_app.core.clock import utc_now
from webinar_app.infra.db import read, write
from webinar_app.infra.jobs import job
from webinar_app.infra.pdf import render
from webinar_app.infra.storage import storage
from webinar_app.mailing.emails import render_mail
from webinar_app.payments.documents import day_words, document_html
from webinar_app.payments.queries import get_paper
from webinar_app.payments.services import keep_paper
from webinar_app.providers.queries import brand


@job("payments.render")
def render_document(payload: dict[str, Any]) -> None:
    """Make the PDF, keep it under its hash, and mail it to who pays; a second run finds the work done."""
    code = payload["code"]
    with read() as db:
        row = get_paper(db, code)
        if row.sha256 is not None:
            return
        facts = row.snapshot
    pdf = render(document_html(facts))
    digest = storage().put(pdf)
    subject, text, html = render_mail(
        facts["kind"], brand=brand(), paper=facts, on=day_words(facts["on"]), link=links().payment_document(code)
    )
    write(keep_paper, code, digest, pdf, {"subject": subject, "text": text, "html": html}, now=utc_now())
