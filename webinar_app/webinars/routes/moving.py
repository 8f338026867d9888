"""Moving a session: what stands against a time while it is typed, and who would be told what before it is written."""

from datetime import datetime
from typing import Any

from flask import flash, redirect, render_template, request, url_for

from webinar_app.core.clock import utc_now
from webinar_app.core.errors import InvalidInput
from webinar_app.core.permissions import Permission
from webinar_app.core.times import describe, in_zone
from webinar_app.courses.routes.times import reading_view
from webinar_app.infra.db import read, write
from webinar_app.providers.queries import brand
from webinar_app.web.http import current_actor, sent_key
from webinar_app.web.security import requires
from webinar_app.webinars.forms import SittingForm
from webinar_app.webinars.queries.changes import last_change
from webinar_app.webinars.routes.blueprint import blueprint
from webinar_app.webinars.routes.sittings import Page, load
from webinar_app.webinars.rules import dropped
from webinar_app.webinars.services.checking import check_time
from webinar_app.webinars.services.moving import move_sitting, preview_move

LONGEST_TYPED = 120


@blueprint.get("/manage/sittings/check", endpoint="check_time")
@requires(Permission.WEBINAR_SCHEDULE)
def check() -> dict[str, Any]:
    """Say as JSON what stands against a time, and what is to know of it, while it is typed."""
    sent = request.args
    minutes = sent.get("minutes", "")
    details = {
        "typed": sent.get("typed", "")[:LONGEST_TYPED], "time_zone": sent.get("time_zone", ""),
        "precision": sent.get("precision", "exact"), "venue_name": sent.get("venue_name", "")[:200],
        "fold": {"0": 0, "1": 1}.get(sent.get("fold", "")),
        "minutes": int(minutes) if minutes.isascii() and minutes.isdigit() and len(minutes) < 4 else 0,
    }  # fmt: skip
    with read() as db:
        found = check_time(
            db, current_actor(), details, slug=sent.get("course", ""), code=sent.get("webinar", ""), now=utc_now()
        )
    return {"conflicts": found}


@blueprint.route("/manage/webinars/<code>/move", methods=["GET", "POST"], endpoint="move")
@requires(Permission.WEBINAR_SCHEDULE)
def move(code: str) -> Page:
    """Ask for a new time, say who would be told what of it, and move; a calendar asks by `to`, on its own clock.

    A calendar also says by `stood` where it showed the session, so that a move made meanwhile is named.
    """
    page = load(code)
    if page["sitting"]["state"] not in ("draft", "scheduled"):
        return redirect(url_for("webinars.edit", code=code), 303)  # it says why
    if request.method == "POST":
        return _move(code, page)
    asked = _asked(page["sitting"])
    if isinstance(asked, InvalidInput):
        return _asking(page, request.args.get("typed", ""), asked.message)
    return _preview(code, page, asked, _fold(request.args), _stood_elsewhere(page)) if asked else _asking(page, "", "")


def _move(code: str, page: dict[str, Any]) -> Page:
    """Make the move, or say what somebody else did meanwhile and ask once more."""
    sent = request.form
    typed = sent.get("typed", "")
    try:
        moved = write(
            move_sitting, current_actor(), code, typed, _fold(sent), seen=sent.get("seen", ""), key=sent_key(),
            now=utc_now(),
        )  # fmt: skip
    except InvalidInput as error:
        if error.code == "webinar.moved_meanwhile":
            return _preview(
                code, load(code), typed, _fold(sent), f"{error.message} Look at it from there, then decide."
            )
        return _asking(page, typed, next(iter(error.fields.values()), error.message))
    flash(f"Moved to {moved['after']}.", "success")
    return redirect(url_for("webinars.manage", code=code), 303)


def _preview(code: str, page: dict[str, Any], typed: str, fold: int | None, meanwhile: str) -> Page:
    try:
        with read() as db:
            preview = preview_move(db, current_actor(), code, typed, fold, now=utc_now())
    except InvalidInput as error:
        return _asking(page, typed, next(iter(error.fields.values()), error.message))
    sent = {"typed": typed, "fold": "" if fold is None else fold, "seen": preview["seen"]}
    shown = render_template(
        "webinars/manage/move.html", nav=_opened_from(), preview=preview, sent=sent, meanwhile=meanwhile,
        action=url_for("webinars.move", code=code), **page,
    )  # fmt: skip
    return (shown, 409) if meanwhile and request.method == "POST" else shown


def _fold(sent: Any) -> int | None:
    return {"0": 0, "1": 1}.get(sent.get("fold", ""))


def _asked(sitting: dict[str, Any]) -> str | InvalidInput:
    """Give the words of the time that is asked for, empty where none is, or what is wrong with a drop."""
    act = request.args.get("do", "")
    if act.startswith("time.use:"):
        return act.removeprefix("time.use:")
    if "to" not in request.args:
        return request.args.get("typed", "").strip()
    try:
        at = datetime.fromisoformat(request.args["to"])
        if at.tzinfo is None and sitting["local_start"] is not None:
            zone, shown = sitting["time_zone"], _shown_zone()
            local = at if shown == zone else dropped(at, zone, shown)  # on one clock, the form offers what is near
            return describe(local, zone, fold=0)
    except ValueError:
        pass
    except InvalidInput as error:
        return error
    return InvalidInput("time.unclear", "Write the date and time.")


def _stood_elsewhere(page: dict[str, Any]) -> str:
    """Say that a session does not stand any more where a calendar showed it; empty where it does."""
    sitting, stood = page["sitting"], request.args.get("stood", "")
    if not stood or sitting["starts_at"] is None:
        return ""
    if stood == f"{in_zone(sitting['starts_at'], _shown_zone()):%Y-%m-%dT%H:%M}":
        return ""
    with read() as db:
        who = last_change(db, sitting["id"])["who"]
    return f"{who} moved this session after your calendar was drawn, to {sitting['words']}."


def _shown_zone() -> str:
    return current_actor().time_zone or brand().time_zone


def _opened_from() -> str:
    """Give the entry of the menu that the page belongs to: a drop comes from the calendar."""
    return "calendar" if "to" in request.args else "courses"


def _asking(page: dict[str, Any], typed: str, problem: str) -> Page:
    sitting = page["sitting"]
    fold = request.values.get("fold")
    reading = reading_view(typed, sitting["time_zone"], fold=fold, minutes=str(sitting["minutes"]), now=utc_now())
    shown = render_template(
        "webinars/manage/move_form.html", nav=_opened_from(), form=SittingForm(formdata=None, data={"fold": fold}),
        typed=typed, problem=problem, reading=reading, **page,
    )  # fmt: skip
    return (shown, 422) if problem else shown
