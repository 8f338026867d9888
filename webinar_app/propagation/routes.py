"""The board of a session: who has which time, and sending again to those on the old one."""

from typing import Any

from flask import Blueprint, flash, redirect, render_template, request, url_for
from werkzeug.wrappers import Response

from webinar_app.core.clock import utc_now
from webinar_app.core.errors import Refused
from webinar_app.core.permissions import Permission
from webinar_app.infra.db import read, write
from webinar_app.propagation.queries import board
from webinar_app.propagation.rules import Answer, Standing
from webinar_app.propagation.services import send_to_stale
from webinar_app.web.http import current_actor, sent_key
from webinar_app.web.security import requires
from webinar_app.webinars.policy import get_webinar
from webinar_app.webinars.queries import sitting_head

blueprint = Blueprint("propagation", __name__)
PAGE = 100


@blueprint.get("/manage/webinars/<code>/calendar", endpoint="board")
@requires(Permission.WEBINAR_SCHEDULE)
def show(code: str) -> str:
    """Show for each registrant what was sent, what became of the mail, and what their feed said last."""
    with read() as db:
        webinar = get_webinar(db, current_actor(), code, to=Permission.WEBINAR_SCHEDULE)
        head: dict[str, Any] = sitting_head(webinar) | {
            "sequence": webinar.sequence, "zone": webinar.time_zone, "starts_at": webinar.starts_at,
        }  # fmt: skip
        lines = board(db, webinar)
    counts = {one.value: sum(line.standing is one for line in lines) for one in Standing}
    answers = {one.value: sum(line.answer is one for line in lines) for one in Answer}
    view = request.args.get("view", "")
    untold = sum(line.standing is Standing.OLD and line.sent is None for line in lines)
    shown = [line for line in lines if not view or view in (line.standing.value, line.answer.value)]
    if view not in counts | answers:
        view, shown = "", lines
    pages = max(1, -(-len(shown) // PAGE))
    asked = request.args.get("page", "1")
    page = min(max(int(asked) if asked.isascii() and asked.isdigit() and len(asked) < 6 else 1, 1), pages)
    return render_template(
        "propagation/board.html", nav="courses", head=head, counts=counts, untold=untold, total=len(lines),
        matching=len(shown), answers=answers, view=view, lines=shown[(page - 1) * PAGE : page * PAGE], page=page,
        pages=pages,
    )  # fmt: skip


@blueprint.post("/manage/webinars/<code>/calendar/send", endpoint="send")
@requires(Permission.WEBINAR_SCHEDULE)
def send(code: str) -> Response:
    """Send the present version to those on an old one."""
    try:
        done = write(send_to_stale, current_actor(), code, key=sent_key(), now=utc_now())
    except Refused as error:
        flash(error.message, "error")
        return redirect(url_for("propagation.board", code=code), 303)
    number = done["count"]
    said = (
        f"Sent again to {number} {'person' if number == 1 else 'people'}." if number else "Nobody is on the old time."
    )
    flash(said, "success")
    return redirect(url_for("propagation.board", code=code), 303)
