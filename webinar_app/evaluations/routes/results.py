"""The results of an evaluation: charts for who may read them, and when the form closes."""

from collections.abc import Sequence
from itertools import groupby
from typing import Any

from flask import Response, flash, redirect, render_template, url_for
from werkzeug.wrappers import Response as Answer

from webinar_app.core.answers import SCALES, TEXTS
from webinar_app.core.clock import utc_now
from webinar_app.core.errors import Refused
from webinar_app.core.permissions import Permission
from webinar_app.evaluations.forms import ExtendForm
from webinar_app.evaluations.policy import get_results
from webinar_app.evaluations.queries import evaluation_item_id, find_form, results_of
from webinar_app.evaluations.routes.blueprint import blueprint
from webinar_app.evaluations.rules import MINIMUM_GROUP, ItemSummary, is_open
from webinar_app.evaluations.services.opening import close_form, extend_form
from webinar_app.infra.db import read, write
from webinar_app.infra.spreadsheets import csv_file
from webinar_app.web.http import current_actor, sent_key
from webinar_app.web.security import requires, signed_in

CSV_HEAD = ("Part", "Question", "Answer", "Count", "Percent", "Mean", "Spread", "Answers")


@blueprint.get("/manage/webinars/<code>/evaluation")
@signed_in
def results(code: str) -> str:
    """Show what people answered, from five answers on."""
    return _page(code, ExtendForm(formdata=None, days=7))


@blueprint.get("/manage/webinars/<code>/evaluation.csv")
@signed_in
def results_file(code: str) -> Response:
    """Give the figures as a file; what the page holds back is not in it."""
    shown = _load(code)
    response = Response(
        csv_file(CSV_HEAD, _lines(shown["summaries"]), bom=True), content_type="text/csv; charset=utf-8"
    )
    response.headers["Content-Disposition"] = f'attachment; filename="evaluation-{shown["sitting"]["code"]}.csv"'
    return response


@blueprint.post("/manage/webinars/<code>/evaluation/extend")
@requires(Permission.WEBINAR_SCHEDULE)
def extend(code: str) -> Answer | tuple[str, int]:
    """Keep the evaluation open for longer, or open it again."""
    form = ExtendForm()
    if not form.validate():
        return _page(code, form), 422
    write(extend_form, current_actor(), code, days=form.days.data, key=form.key, now=utc_now())
    flash("The evaluation stays open until the day below.", "success")
    return redirect(url_for("evaluations.results", code=code), 303)


@blueprint.post("/manage/webinars/<code>/evaluation/close")
@requires(Permission.WEBINAR_SCHEDULE)
def close(code: str) -> Answer:
    """Take no more answers."""
    try:
        write(close_form, current_actor(), code, key=sent_key(), now=utc_now())
        flash("The evaluation is closed.", "success")
    except Refused as error:
        flash(error.message, "error")
    return redirect(url_for("evaluations.results", code=code), 303)


def _page(code: str, form: ExtendForm) -> str:
    shown = _load(code)
    shown["sections"] = [
        _section(name, list(few)) for name, few in groupby(shown["summaries"], lambda one: one.item.section)
    ]
    return render_template("evaluations/results.html", form=form, minimum=MINIMUM_GROUP, **shown)


def _load(code: str) -> dict[str, Any]:
    actor = current_actor()
    with read() as db:
        webinar, names = get_results(db, actor, code)
        form = find_form(db, webinar.id)
        found = results_of(db, form, only_presenters=names) if form else None
        return {
            "sitting": {
                "code": webinar.code, "title": webinar.title or webinar.course.title, "slug": webinar.course.slug,
                "course": webinar.course.code or webinar.course.title, "starts_at": webinar.starts_at,
                "time_zone": webinar.time_zone, "state": webinar.state.value,
            },
            "is_asked": evaluation_item_id(db, webinar.course_id) is not None,
            "results": found,
            "summaries": found.summaries if found else (),
            "is_open": form is not None and is_open(form.opened_at, form.closes_at, utc_now()),
            "is_manager": actor.may(Permission.WEBINAR_SCHEDULE),
        }  # fmt: skip


def _section(name: str, summaries: list[ItemSummary]) -> dict[str, Any]:
    return {"name": name, "rows": [_row(one) for one in summaries]}


def _row(one: ItemSummary) -> dict[str, Any]:
    """Give one question as the page draws it: an agreement chart, a tally, quotes, or a word that it is held back."""
    if one.is_withheld:
        return {"shape": "withheld", "prompt": one.item.prompt}
    common = {"id": one.item.key, "prompt": one.item.prompt, "n": one.n}
    if one.item.kind in TEXTS:
        return common | {"shape": "texts", "texts": one.texts}
    if one.item.kind in SCALES:
        agree = sum(one.shares[3:])
        shares = [share / 100 for share in one.shares]
        return common | {"shape": "scale", "mean": one.mean, "spread": one.spread, "shares": shares, "agree": agree}
    counted = zip(one.labels, one.counts, one.shares, strict=True)
    return common | {
        "shape": "tally",
        "rows": [{"label": label, "count": count, "share": share / 100} for label, count, share in counted],
    }


def _lines(summaries: Sequence[ItemSummary]) -> list[tuple[object, ...]]:
    lines: list[tuple[object, ...]] = []
    for one in summaries:
        about = (one.item.section, one.item.prompt)
        if one.is_withheld:
            lines.append((*about, f"Held back: fewer than {MINIMUM_GROUP} answers", "", "", "", "", ""))
        elif one.item.kind in TEXTS:
            lines += [(*about, text, "", "", "", "", one.n) for text in one.texts]
        else:
            counted = zip(one.labels, one.counts, one.shares, strict=True)
            tail = ("" if one.mean is None else one.mean, "" if one.spread is None else one.spread, one.n)
            lines += [(*about, label, count, share, *tail) for label, count, share in counted]
    return lines
