"""The coordinator's outbox: every mail, its state and its words."""

from typing import Any

from flask import Blueprint, flash, redirect, render_template, request, url_for
from werkzeug.wrappers import Response

from webinar_app.core.clock import utc_now
from webinar_app.core.errors import Forbidden, NotFound, Refused
from webinar_app.core.permissions import Permission
from webinar_app.infra.db import read, write
from webinar_app.infra.spreadsheets import csv_file, time_cell
from webinar_app.mailing.messages import Opened, open_mail
from webinar_app.mailing.models import MailState
from webinar_app.mailing.policy import get_mail
from webinar_app.mailing.queries import OPEN, PAGE, MailLine, MailQuery, count_mails, line_of, list_mails, log_of
from webinar_app.mailing.rules import is_private, kind_words
from webinar_app.mailing.services import note_mail_export, send_again
from webinar_app.web.http import asked_page, asked_search, current_actor, no_store, sent_key
from webinar_app.web.security import allow_own_frames, requires

blueprint = Blueprint("mailing", __name__)
STATE_WORDS = {
    MailState.QUEUED: "Waiting", MailState.SENDING: "Being sent", MailState.SENT: "Sent",
    MailState.FAILED: "Not delivered", MailState.BOUNCED: "Came back",
}  # fmt: skip
CSV_HEAD = (
    "Mail", "Kind", "Person", "To", "Session", "Subject", "State", "Tries", "Last answer", "Written (UTC)",
    "Sent (UTC)", "Came back (UTC)",
)  # fmt: skip
MOST_EXPORTED = 50_000
# The mail's own HTML is shown as a mail program would: with its styles, without scripts, forms, pictures or links out.
PREVIEW_POLICY = "sandbox; default-src 'none'; style-src 'unsafe-inline'; frame-ancestors 'self'"


@blueprint.get("/manage/outbox")
@requires(Permission.MAIL_READ)
def outbox() -> str:
    """List the mails of the organisation, newest first: all, or those of a person, a session or one sending."""
    asked, page = _asked(), asked_page()
    with read() as db:
        counts = count_mails(db, asked)
        lines, name = list_mails(db, asked, page=page), log_of(db, asked)
    total = counts[asked.state] if asked.state else sum(counts.values())
    return render_template(
        "mailing/outbox.html", lines=lines, counts=counts, everything=sum(counts.values()), asked=asked, page=page,
        pages=max(1, -(-total // PAGE)), total=total, words=STATE_WORDS, kinds=kind_words, name=name,
        kept={name: getattr(asked, name) or None for name in ("person", "webinar", "sending")},
    )  # fmt: skip


@blueprint.get("/manage/outbox.csv")
@requires(Permission.MAIL_READ)
def export() -> Response:
    """Send exactly what the list shows, all pages of it, as a file."""
    asked = _asked()
    with read() as db:
        lines = list_mails(db, asked, limit=MOST_EXPORTED)
    write(note_mail_export, current_actor(), rows=len(lines), person=asked.person, webinar=asked.webinar, now=utc_now())
    rows = [
        [
            one.code, kind_words(one.kind), one.person, one.to_address, one.sitting, one.subject,
            STATE_WORDS[one.state], one.attempts, one.last_error,
            *(time_cell(at, "UTC") for at in (one.created_at, one.sent_at, one.bounced_at)),
        ]
        for one in lines
    ]  # fmt: skip
    response = Response(csv_file(CSV_HEAD, rows, bom=True), content_type="text/csv; charset=utf-8")
    response.headers["Content-Disposition"] = f'attachment; filename="{_file_name(asked)}"'
    return no_store(response)


def _asked() -> MailQuery:
    given = {name: request.args.get(name, "").strip()[:100] for name in ("person", "webinar", "sending")}
    state = next((state for state in MailState if state == request.args.get("state")), None)
    return MailQuery(_provider(), state, asked_search(), given["person"], given["webinar"], given["sending"])


@blueprint.get("/manage/outbox/<code>")
@requires(Permission.MAIL_READ)
def mail(code: str) -> str:
    """Show one mail; of one with a personal sign-in link only the envelope."""
    line, opened = _open(code)
    private = is_private(line.kind)
    is_forgotten = not opened.headers
    if not private:
        allow_own_frames()
    page: dict[str, Any] = {"line": line, "is_private": private, "words": STATE_WORDS, "kind": kind_words(line.kind)}
    page["headers"] = opened.headers
    page["text"] = "" if private else opened.text
    page["parts"] = [] if private else opened.parts
    page["is_forgotten"] = is_forgotten
    page["may_send_again"] = not private and not is_forgotten and line.state not in OPEN
    return render_template("mailing/mail.html", **page)


@blueprint.get("/manage/outbox/<code>/preview")
@requires(Permission.MAIL_READ)
def preview(code: str) -> Response:
    """Give a mail's HTML, locked in a sandbox."""
    line, opened = _open(code)
    _refuse_private(line)
    response = Response(opened.html, content_type="text/html; charset=utf-8")
    response.headers["Content-Security-Policy"] = PREVIEW_POLICY
    return response


@blueprint.get("/manage/outbox/<code>.eml")
@requires(Permission.MAIL_READ)
def download(code: str) -> Response:
    """Give a mail as a file, the bytes that left."""
    with read() as db:
        found = get_mail(db, current_actor(), code)
        line, body = line_of(found), found.body
    _refuse_private(line)
    if not body:
        raise NotFound("mail.forgotten", "The words of this mail are forgotten. That it left stands in the outbox.")
    response = Response(body, content_type="message/rfc822")
    response.headers["Content-Disposition"] = f'attachment; filename="{line.code}.eml"'
    return response


@blueprint.post("/manage/outbox/<code>/again")
@requires(Permission.MAIL_READ)
def again(code: str) -> Response:
    """Send a mail once more."""
    try:
        address = write(send_again, current_actor(), code, key=sent_key(), now=utc_now())
    except Refused as error:
        flash(error.message, "warning")
    else:
        flash(f"Queued again for {address}.", "success")
    return redirect(url_for("mailing.mail", code=code), 303)


def _file_name(asked: MailQuery) -> str:
    """Give the name of the file: it says whose log it is, in letters that no header trips over."""
    code = "".join(sign for sign in (asked.person or asked.webinar).lower() if sign.isascii() and sign.isalnum())
    return f"mail-{code}.csv" if code else "mail.csv"


def _open(code: str) -> tuple[MailLine, Opened]:
    with read() as db:
        found = get_mail(db, current_actor(), code)
        line, body = line_of(found), found.body
    return line, open_mail(body)


def _refuse_private(line: MailLine) -> None:
    if is_private(line.kind):
        raise Forbidden("mail.private", "This mail holds a personal link. Only its recipient can read it.")


def _provider() -> int:
    provider_id = current_actor().provider_id
    if provider_id is None:
        raise Forbidden
    return provider_id
