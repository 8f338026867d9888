"""The register of papers, for coordinators: every number of each series, searchable, and as a file."""

from flask import render_template, request
from werkzeug.wrappers import Response

from webinar_app.core.clock import utc_now
from webinar_app.infra.db import read, write
from webinar_app.payments.documents import papers_csv
from webinar_app.payments.queries import PAGE
from webinar_app.payments.queries.register import PapersQuery, count_papers, list_register
from webinar_app.payments.routes.blueprint import blueprint
from webinar_app.payments.routes.coordinator import MANAGE, here
from webinar_app.payments.rules import DocumentKind
from webinar_app.payments.services import note_export
from webinar_app.providers.models import Provider
from webinar_app.web.http import asked_page, asked_search, current_actor
from webinar_app.web.security import requires
from webinar_app.web.uploads import as_file

KINDS = tuple(kind.value for kind in DocumentKind)


@blueprint.get("/manage/papers")
@requires(MANAGE)
def papers() -> str:
    """List invoices, receipts and credit notes, the latest first."""
    wanted = _wanted()
    with read() as db:
        counts = count_papers(db, here(), wanted.search)
        rows = list_register(db, here(), wanted)
        zone = db.get_one(Provider, here()).time_zone
    pages = max(1, -(-counts[wanted.kind] // PAGE))
    return render_template(
        "payments/manage/papers.html", rows=rows, counts=counts, wanted=wanted, pages=pages, kinds=("", *KINDS),
        zone=zone, nav="orders",
    )  # fmt: skip


@blueprint.get("/manage/papers.csv")
@requires(MANAGE)
def papers_file() -> Response:
    """Send the register as it is shown, by series and number, as a file."""
    with read() as db:
        rows = list_register(db, here(), _wanted(), limit=None)
    write(note_export, current_actor(), here(), "papers", rows=len(rows), now=utc_now())
    return as_file(papers_csv(rows, bom=True), "text/csv; charset=utf-8", "papers.csv")


def _wanted() -> PapersQuery:
    kind = request.args.get("kind", "")
    return PapersQuery(kind=kind if kind in KINDS else "", search=asked_search(), page=asked_page())
