"""Moving a session: what stands against a time while it is typed, and who would be told what before it is written."""

from datetime import datetime
from typing import Any

from flask import redirect, render_template, request, url_for

from webinar_app.core.clock import utc_now
from webinar_app.core.errors import InvalidInput
from webinar_app.core.permissions import Permission
from webinar_app.core.times import describe
from webinar_app.courses.routes.times import reading_view
from webinar_app.infra.db import read
from webinar_app.providers.queries import brand
from webinar_app.web.http import current_actor
from webinar_app.web.security import requires
from webinar_app.webinars.forms import SittingForm
from webinar_app.webinars.routes.blueprint import blueprint
from webinar_app.webinars.routes.sittings import Page, form_data, load
from webinar_app.webinars.rules import dropped
from webinar_app.webinars.services.checking import check_time
from webinar_app.webinars.services.scheduling import preview_change

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


@blueprint.get("/manage/webinars/<code>/move", endpoint="move")
@requires(Permission.WEBINAR_SCHEDULE)
def move(code: str) -> Page:
    """Ask for a new time, or say who would be told what of one; a calendar asks by `to`, a time on its own clock."""
    page = load(code)
    sitting = page["sitting"]
    if sitting["state"] not in ("draft", "scheduled"):
        return redirect(url_for("webinars.edit", code=code), 303)  # it says why
    data = form_data(sitting) | {"precision": "exact"}
    problem, typed = "", _asked(sitting)
    if isinstance(typed, InvalidInput):
        problem, typed = typed.message, ""
    if typed:
        asked = data | {"typed": typed, "fold": request.args.get("fold", "")}
        form = SittingForm(formdata=None, data=asked)
        try:
            with read() as db:
                preview = preview_change(db, current_actor(), code, form.details(), now=utc_now())
            return render_template("webinars/manage/move.html", nav="calendar", form=form, preview=preview, **page)
        except InvalidInput as error:
            problem = next(iter(error.fields.values()), error.message)
    return _asking(page, typed or request.args.get("typed", "")[:LONGEST_TYPED], problem)


def _asked(sitting: dict[str, Any]) -> str | InvalidInput:
    """Give the words of the time that is asked for, empty where none is, or what is wrong with a drop."""
    act = request.args.get("do", "")
    if act.startswith("time.use:"):
        return act.removeprefix("time.use:")[:LONGEST_TYPED]
    if "to" not in request.args:
        return request.args.get("typed", "")[:LONGEST_TYPED].strip()
    shown = current_actor().time_zone or brand().time_zone
    try:
        at = datetime.fromisoformat(request.args["to"])
        if at.tzinfo is None and sitting["local_start"] is not None:
            return describe(dropped(at, sitting["time_zone"], shown), sitting["time_zone"], fold=0)
    except ValueError:
        pass
    except InvalidInput as error:
        return error
    return InvalidInput("time.unclear", "Write the date and time.")


def _asking(page: dict[str, Any], typed: str, problem: str) -> Page:
    sitting = page["sitting"]
    reading = reading_view(
        typed, sitting["time_zone"], fold=request.args.get("fold"), minutes=str(sitting["minutes"]), now=utc_now()
    )
    form = SittingForm(formdata=None, data={"fold": request.args.get("fold")})
    shown = render_template(
        "webinars/manage/move_form.html", nav="calendar", form=form, typed=typed, problem=problem, reading=reading,
        **page,
    )  # fmt: skip
    return (shown, 422) if problem else shown
