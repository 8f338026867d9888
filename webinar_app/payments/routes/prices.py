"""The price editor of a course: prices beside the usual one, and discount codes."""

from typing import Any

from flask import flash, redirect, render_template, request, url_for
from werkzeug.wrappers import Response

from webinar_app.core.clock import utc_now
from webinar_app.core.errors import InvalidInput, NotFound, Refused
from webinar_app.core.permissions import Permission
from webinar_app.courses.policy import get_course
from webinar_app.infra.db import read, write
from webinar_app.payments.forms import ConfirmForm, DiscountForm, StepForm, TaxForm, TierForm
from webinar_app.payments.queries import prices_view
from webinar_app.payments.routes.blueprint import blueprint
from webinar_app.payments.services import (
    add_code,
    add_step,
    add_tier,
    end_code,
    remove_step,
    remove_tax,
    remove_tier,
    set_tax,
)
from webinar_app.web.forms import Form
from webinar_app.web.http import current_actor
from webinar_app.web.security import requires

EDIT = Permission.COURSE_EDIT
Answer = Response | str | tuple[str, int]


@blueprint.get("/manage/courses/<slug>/prices")
@requires(EDIT)
def prices(slug: str) -> str:
    """Show the prices and codes of a course."""
    return _page(slug)


@blueprint.post("/manage/courses/<slug>/prices/tiers")
@requires(EDIT)
def tier(slug: str) -> Answer:
    """Add a price beside the usual one, or replace the one of that name."""
    form = TierForm()
    values = (form.name.data, form.amount.data, form.until.data, form.members.data or "")
    return _add(slug, form, add_tier, values, "The price “{}” counts from now on.", tier_form=form)


@blueprint.post("/manage/courses/<slug>/prices/tiers/remove")
@requires(EDIT)
def drop_tier(slug: str) -> Answer:
    """Take a price away."""
    return _drop(slug, remove_tier, "tier", "The price “{}” is gone. Orders made at it keep it.")


@blueprint.post("/manage/courses/<slug>/prices/codes")
@requires(EDIT)
def discount(slug: str) -> Answer:
    """Add a discount code."""
    form = DiscountForm()
    values = (form.code.data, form.kind.data, form.value.data, form.first_on.data, form.last_on.data)
    return _add(slug, form, add_code, (*values, form.most_uses.data), "The code {} counts.", code_form=form)


@blueprint.post("/manage/courses/<slug>/prices/codes/end")
@requires(EDIT)
def drop_code(slug: str) -> Answer:
    """Let a code count no more."""
    return _drop(slug, end_code, "code", "The code {} counts no more.")


@blueprint.post("/manage/courses/<slug>/prices/refunds")
@requires(EDIT)
def step(slug: str) -> Answer:
    """Say until when how much is given back to who cancels."""
    form = StepForm()
    return _add(slug, form, add_step, (form.days.data, form.percent.data), "The cut-off at {} days counts.",
                step_form=form)  # fmt: skip


@blueprint.post("/manage/courses/<slug>/prices/refunds/remove")
@requires(EDIT)
def drop_step(slug: str) -> Answer:
    """Take a cut-off away."""
    return _drop(slug, remove_step, "step", "The cut-off at {} days is gone.")


@blueprint.post("/manage/courses/<slug>/prices/tax")
@requires(EDIT)
def tax(slug: str) -> Answer:
    """Say which tax is on the price."""
    form = TaxForm()
    told = (form.label.data or "", form.rate.data or "", form.number.data or "", form.way.data == "included")
    return _add(slug, form, set_tax, told, "{} counts from now on. Orders that are written keep theirs.", tax_form=form)


@blueprint.post("/manage/courses/<slug>/prices/tax/remove")
@requires(EDIT)
def drop_tax(slug: str) -> Answer:
    """Take the tax away."""
    name = write(remove_tax, current_actor(), slug, key=ConfirmForm().key, now=utc_now())
    flash(f"{name} counts no more. Orders that are written keep theirs.", "success")
    return redirect(url_for("payments.prices", slug=slug), 303)


def _add(slug: str, form: Form, act: Any, values: tuple[Any, ...], said: str, **forms: Form) -> Answer:
    if not form.validate():
        return _page(slug, **forms), 422
    try:
        name = write(act, current_actor(), slug, *values, key=form.key, now=utc_now())
    except (InvalidInput, Refused) as error:
        form.absorb(error)
        return _page(slug, **forms), error.status
    flash(said.format(name), "success")
    return redirect(url_for("payments.prices", slug=slug), 303)


def _drop(slug: str, act: Any, field: str, said: str) -> Answer:
    wanted = request.form.get(field, "")
    if not wanted.isascii() or not wanted.isdigit() or len(wanted) > 9:
        raise NotFound
    name = write(act, current_actor(), slug, int(wanted), key=ConfirmForm().key, now=utc_now())
    flash(said.format(name), "success")
    return redirect(url_for("payments.prices", slug=slug), 303)


def _page(slug: str, **forms: Form) -> str:
    """Give the page, with the form that needs correcting."""
    empty: dict[str, type[Form]] = {
        "tier_form": TierForm, "code_form": DiscountForm, "step_form": StepForm, "tax_form": TaxForm,
    }  # fmt: skip
    shown_forms = {name: forms.get(name) or kind(formdata=None) for name, kind in empty.items()}
    with read() as db:
        shown = prices_view(db, get_course(db, current_actor(), slug, to=EDIT))
    return render_template("payments/manage/prices.html", shown=shown, nav="courses", **shown_forms)
