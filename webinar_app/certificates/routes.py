"""Pages of certificates: the holder's, the public verification, the coordinator's register."""

import hashlib
from dataclasses import asdict
from datetime import date
from typing import Any

from flask import Blueprint, Response, flash, make_response, redirect, render_template, request, url_for
from limits import parse
from limits.storage import MemoryStorage
from limits.strategies import MovingWindowRateLimiter
from werkzeug.datastructures import FileStorage
from werkzeug.exceptions import TooManyRequests
from werkzeug.wrappers import Response as BaseResponse

from webinar_app.certificates.forms import RevokeForm, VerifyForm
from webinar_app.certificates.policy import get_managed, get_readable
from webinar_app.certificates.queries import (
    PAGE,
    CertificateView,
    RegisterQuery,
    count_register,
    find_by_hash,
    find_by_number,
    list_register,
    view,
)
from webinar_app.certificates.rosette import rosette_path
from webinar_app.certificates.rules import masked_name, name_matches
from webinar_app.certificates.services import revoke
from webinar_app.config import links
from webinar_app.core.clock import utc_now
from webinar_app.core.codes import grouped, normalise
from webinar_app.core.errors import DomainError, NotFound
from webinar_app.core.permissions import Permission
from webinar_app.core.times import in_zone
from webinar_app.infra.db import Db, read, write
from webinar_app.infra.spreadsheets import csv_file
from webinar_app.providers.models import Provider
from webinar_app.web.http import asked_page, asked_search, current_actor, stored_pdf
from webinar_app.web.security import joined, public, requires

blueprint = Blueprint("certificates", __name__)
CHECKS = parse("60 per 10 minutes")
_limiter = MovingWindowRateLimiter(MemoryStorage())
MOST_BYTES = 10 * 1024 * 1024
STATES = ("valid", "pending", "expired", "superseded", "revoked")
CSV_HEAD = tuple(
    "Number;State;Legal name;Licence;Title;Code;Credit;Issued on;Expires on;Revision;SHA-256".split(";")
)  # fmt: skip


@blueprint.get("/certificates/<number>")
@joined
def show(number: str) -> str:
    """Show a certificate to its holder."""
    now = utc_now()
    with read() as db:
        found = view(db, get_readable(db, current_actor(), number), now)
    address = links().verification(found.number)
    return render_template(
        "certificates/show.html", certificate=found, facts=fact_rows(found, found.snapshot["holder"]["legal_name"]),
        rosette=rosette_path(found.number), verify_url=address, nav="learning",
    )  # fmt: skip


@blueprint.get("/certificates/<number>.pdf")
@joined
def download(number: str) -> Response:
    """Send the stored bytes of the paper."""
    with read() as db:
        row = get_readable(db, current_actor(), number)
        digest, name = row.sha256, f"certificate-{row.number}.pdf"
    if digest is None:
        raise NotFound("certificate.pending", "This certificate is being made. It is here in about a minute.")
    return stored_pdf(digest, name)


@blueprint.get("/verify")
@public
def verify() -> str | BaseResponse:
    """Offer to check a certificate by its number or its file."""
    typed = request.args.get("number", "").strip()
    if typed:
        return redirect(url_for("certificates.verify_number", number=grouped(normalise(typed))[:40] or "0"))
    return _verify_page(VerifyForm(), None)


@blueprint.get("/verify/<number>")
@public
def verify_number(number: str) -> str | tuple[str, int]:
    """Say what a certificate is worth today."""
    _count_check()
    found = _find(number)
    form = VerifyForm(data={"number": grouped(normalise(number))[:40]})
    return (_verify_page(form, found), 200) if found else (_verify_page(form, None, verdict="unknown"), 404)


@blueprint.post("/verify")
@blueprint.post("/verify/<number>", endpoint="verify_upload")
@public
def check(number: str = "") -> str | tuple[str, int] | BaseResponse:
    """Compare an uploaded PDF, or a family name, with what was issued."""
    _count_check()
    form = VerifyForm()
    if not form.validate():
        return _verify_page(form, None), 422
    typed = number or form.number.data or ""
    data = _uploaded(form.file.data)
    if data is None and not typed.strip():
        form.number.errors = [*form.number.errors, "Type the number on the certificate, or choose its PDF."]
        return _verify_page(form, None), 422
    if data is None and not (form.family_name.data or "").strip():
        return redirect(url_for("certificates.verify_number", number=grouped(normalise(typed))[:40] or "0"), 303)
    return _judge(form, typed, data)


def _uploaded(file: FileStorage | None) -> bytes | None:
    return file.stream.read(MOST_BYTES + 1) if file and file.filename else None


def _judge(form: VerifyForm, typed: str, data: bytes | None) -> str | tuple[str, int]:
    """Find the certificate by number, or by the file itself, and say whether the file is the one that was issued."""
    digest = hashlib.sha256(data).hexdigest() if data is not None else None
    found = _find(typed) if typed.strip() else _find_by_file(digest)
    if found is None:
        return _verify_page(form, None, verdict="unknown" if typed.strip() else "unknown_file"), 404
    if form.number.data is None or not form.number.data.strip():
        form.number.data = found.number
    if data is not None and digest != found.sha256:
        return _verify_page(form, found, verdict="altered")
    knows_name = data is not None or name_matches(found.snapshot["holder"]["legal_name"], form.family_name.data or "")
    if data is None and not knows_name:
        form.family_name.errors = [*form.family_name.errors, "This is not the family name on the certificate."]
    return _verify_page(form, found, whole_name=knows_name, is_same_file=data is not None)


def _find(number: str) -> CertificateView | None:
    with read() as db:
        row = find_by_number(db, number)
        return view(db, row, utc_now()) if row else None


def _find_by_file(digest: str | None) -> CertificateView | None:
    with read() as db:
        row = find_by_hash(db, digest or "")
        return view(db, row, utc_now()) if row else None


def _count_check() -> None:
    """Let one address check so many numbers and no more (reliability W-21)."""
    if not _limiter.hit(CHECKS, "verify", request.remote_addr or ""):
        raise TooManyRequests


def _verify_page(
    form: VerifyForm,
    found: CertificateView | None,
    *,
    verdict: str = "",
    whole_name: bool = False,
    is_same_file: bool = False,
) -> str:
    shown: dict[str, Any] = {}
    if found is not None:
        name = found.snapshot["holder"]["legal_name"]
        shown = {
            "facts": fact_rows(found, name if whole_name else masked_name(name), whole=whole_name),
            "rosette": rosette_path(found.number),
        }
    return render_template(
        "certificates/verify.html", form=form, certificate=found, verdict=verdict or (found.state if found else ""),
        whole_name=whole_name, is_same_file=is_same_file, nav="verify", **shown,
    )  # fmt: skip


def fact_rows(found: CertificateView, name: str, *, whole: bool = True) -> list[tuple[str, str]]:
    """Give what the paper says as rows; the licence number goes with the whole name."""
    facts = found.snapshot
    course, provider, signatory = facts["course"], facts["provider"], facts["signatory"] or {}
    title = (
        course["title"]
        if not course["code"] or course["code"] in course["title"]
        else f"{course['title']} ({course['code']})"
    )
    rows = (
        ("Holder", name),
        ("Licence", facts["holder"].get("licence", "") if whole else ""),
        ("Title", title),
        ("Credit", "; ".join(_credit(line) for line in facts["credits"])),
        ("Length", facts["hours_text"]),
        ("When", "; ".join(day["text"] for day in facts["held"])),
        ("Where", ", ".join(filter(None, (facts["place"], facts["format"].lower())))),
        ("Attended", facts["attendance_text"]),
        ("Presenter", "; ".join(", ".join(filter(None, (p["name"], p["postnominals"]))) for p in facts["presenters"])),
        ("Provider", _provider(provider)),
        ("Signed by", ", ".join(filter(None, (signatory.get("name"), signatory.get("title"))))),
        ("Number", found.number),
    )
    return [row for row in rows if row[1]]


def _credit(line: dict[str, Any]) -> str:
    return f"{line['amount']} {line['unit']}" + (f", {line['type']}" if line["type"] else "")


def _provider(provider: dict[str, Any]) -> str:
    number = provider["number"]
    return provider["name"] + (f", provider number {number}" if number else "")


@blueprint.get("/manage/certificates")
@requires(Permission.CERTIFICATE_MANAGE)
def register() -> str:
    """List the provider's certificates, searchable, by state."""
    wanted = _wanted()
    with read() as db:
        provider_id, today = _here(db)
        lines = list_register(db, provider_id, wanted, today)
        total = count_register(db, provider_id, wanted, today)
        bare = asdict(wanted) | {"page": 1}
        counts = {
            state: count_register(db, provider_id, RegisterQuery(**(bare | {"state": state})), today)
            for state in ("", *STATES)
        }
    return render_template(
        "certificates/register.html", lines=lines, wanted=wanted, counts=counts, total=total, states=STATES,
        pages=max(1, -(-total // PAGE)), nav="certificates",
    )  # fmt: skip


@blueprint.get("/manage/certificates.csv")
@requires(Permission.CERTIFICATE_MANAGE)
def export() -> Response:
    """Send exactly what the register shows, as a file."""
    with read() as db:
        provider_id, today = _here(db)
        lines = list_register(db, provider_id, _wanted(), today, limit=None)
    keys = (
        "number",
        "state",
        "name",
        "licence",
        "title",
        "code",
        "credit",
        "issued_on",
        "expires_on",
        "revision",
        "sha256",
    )
    rows = [[str(line[key] if line[key] is not None else "") for key in keys] for line in lines]
    response = make_response(csv_file(CSV_HEAD, rows, bom=True))
    response.headers["Content-Type"] = "text/csv; charset=utf-8"
    response.headers["Content-Disposition"] = 'attachment; filename="certificates.csv"'
    return response


def _wanted() -> RegisterQuery:
    return RegisterQuery(
        search=asked_search(),
        state=request.args.get("state", ""),
        webinar=request.args.get("webinar", "")[:8],
        page=asked_page(),
    )


def _here(db: Db) -> tuple[int, date]:
    """Give the provider of the actor, and its day."""
    provider = db.get_one(Provider, current_actor().provider_id)
    return provider.id, in_zone(utc_now(), provider.time_zone).date()


@blueprint.route("/manage/certificates/<number>/revoke", methods=["GET", "POST"])
@requires(Permission.CERTIFICATE_MANAGE)
def withdraw(number: str) -> str | tuple[str, int] | BaseResponse:
    """Revoke a certificate for a reason."""
    form, now = RevokeForm(), utc_now()
    with read() as db:
        found = view(db, get_managed(db, current_actor(), number), now)
    if request.method == "POST" and form.validate():
        try:
            write(revoke, current_actor(), number, form.reason.data or "", key=form.key, now=now)
        except DomainError as error:
            form.absorb(error)
        else:
            flash(f"Certificate {found.number} is revoked. Its verification page says so from now on.", "success")
            return redirect(url_for("certificates.register"), 303)
    page = render_template("certificates/revoke.html", form=form, certificate=found, nav="certificates")
    return (page, 422) if request.method == "POST" else page
