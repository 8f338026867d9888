"""People and their roles, for admins."""

from flask import flash, redirect, render_template, request, url_for
from werkzeug.wrappers import Response

from webinar_app.accounts.forms import ROLE_WORDS, PersonForm, RolesForm
from webinar_app.accounts.policy import get_managed_person
from webinar_app.accounts.queries import PEOPLE_PAGE, count_people, list_people, person_line
from webinar_app.accounts.routes.blueprint import blueprint
from webinar_app.accounts.services.people import add_person, set_roles
from webinar_app.core.clock import utc_now
from webinar_app.core.errors import DomainError
from webinar_app.core.permissions import Permission, Role
from webinar_app.infra.db import read, write
from webinar_app.web.http import asked_page, asked_search, current_actor
from webinar_app.web.security import requires

Answer = Response | str | tuple[str, int]
SHOWN_ROLES = (Role.ADMIN, Role.COORDINATOR, Role.PRESENTER)


@blueprint.get("/manage/people")
@requires(Permission.PERSON_MANAGE)
def people() -> str:
    """List people, everybody or by role."""
    search = asked_search()
    role = next((role for role in SHOWN_ROLES if role == request.args.get("role")), None)
    page = asked_page()
    with read() as db:
        counts = {each: count_people(db, role=each, search=search) for each in (None, *SHOWN_ROLES)}
        lines = list_people(db, role=role, search=search, page=page)
    return render_template(
        "accounts/manage/people.html", lines=lines, counts=counts, role=role, search=search, page=page,
        pages=max(1, -(-counts[role] // PEOPLE_PAGE)), role_words=ROLE_WORDS,
    )  # fmt: skip


@blueprint.route("/manage/people/new", methods=["GET", "POST"])
@requires(Permission.PERSON_MANAGE)
def new_person() -> Answer:
    """Add a person with roles."""
    form = PersonForm()
    if not form.is_submitted():
        return render_template("accounts/manage/new_person.html", form=form)
    if form.validate():
        details = {name: form[name].data for name in ("email", "legal_name", "display_name", "roles")}
        try:
            code = write(add_person, current_actor(), key=form.key, now=utc_now(), **details)
        except DomainError as error:
            form.absorb(error)
        else:
            flash("Added. They sign in by a link that they ask for with their address.", "success")
            return redirect(url_for("accounts.person", code=code), 303)
    return render_template("accounts/manage/new_person.html", form=form), 422


@blueprint.route("/manage/people/<code>", methods=["GET", "POST"])
@requires(Permission.PERSON_MANAGE)
def person(code: str) -> Answer:
    """Show a person, and change their roles."""
    with read() as db:
        line = person_line(get_managed_person(db, current_actor(), code))
    form = RolesForm(data={"roles": [role.value for role in line.roles]})
    if not form.is_submitted():
        return render_template("accounts/manage/person.html", line=line, form=form)
    if form.validate():
        try:
            write(set_roles, current_actor(), code, roles=form.roles.data, key=form.key, now=utc_now())
        except DomainError as error:
            form.absorb(error)
        else:
            flash("Roles saved.", "success")
            return redirect(url_for("accounts.person", code=code), 303)
    return render_template("accounts/manage/person.html", line=line, form=form), 422
