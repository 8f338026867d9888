"""The form builder: what a course asks whoever registers."""

from typing import Any

from flask import flash, redirect, render_template, request, url_for

from webinar_app.core.clock import utc_now
from webinar_app.core.codes import new_code
from webinar_app.core.errors import InvalidInput
from webinar_app.core.permissions import Permission
from webinar_app.courses.policy import get_course
from webinar_app.courses.routes.rows import rearranged
from webinar_app.infra.db import read, write
from webinar_app.registrations.forms.questions import QuestionsForm, rows_of
from webinar_app.registrations.queries.questions import list_questions
from webinar_app.registrations.routes.blueprint import blueprint
from webinar_app.registrations.routes.flow import Answer
from webinar_app.registrations.rules.questions import seen_of
from webinar_app.registrations.services.forms import set_questions
from webinar_app.web.http import current_actor
from webinar_app.web.security import requires
from webinar_app.webinars.forms import problems_of


@blueprint.route("/manage/courses/<slug>/questions", methods=["GET", "POST"])
@requires(Permission.REGISTRATION_MANAGE)
def questions(slug: str) -> Answer:
    """Write what a course asks whoever registers."""
    with read() as db:
        course = get_course(db, current_actor(), slug, to=Permission.REGISTRATION_MANAGE)
        head = {"slug": course.slug, "title": course.title, "code": course.code}
        held = list_questions(db, course.id)
    if request.method == "GET":
        return _page(head, QuestionsForm(formdata=None, data={"questions": rows_of(held), "seen": seen_of(held)}))
    form = QuestionsForm()
    if act := request.form.get("do"):
        return _page(head, QuestionsForm(formdata=None, data=_rearranged(form, act)))
    form.prepare()
    if not form.validate():
        return _page(head, form), 422
    try:
        write(set_questions, current_actor(), slug, form.drafts(), seen=form.seen.data, key=form.key, now=utc_now())
    except InvalidInput as error:
        form.seen.data = seen_of(held)
        form.place_errors(error)
        return _page(head, form), 422
    flash("Saved. Whoever registers from now on is asked.", "success")
    return redirect(url_for("registrations.questions", slug=slug), 303)


def _rearranged(form: QuestionsForm, act: str) -> dict[str, Any]:
    """Give the questions after one of the builder's buttons; a new one has a code from the first moment."""
    changed = rearranged({"questions": form.questions.data}, act) | {"seen": form.seen.data}
    for row in changed["questions"]:
        row["code"] = row.get("code") or new_code()
    return changed


def _page(head: dict[str, str], form: QuestionsForm) -> str:
    form.prepare()
    return render_template(
        "registrations/manage/questions.html", form=form, course=head, problems=problems_of(form), nav="courses"
    )
