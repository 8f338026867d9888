"""Keep seats for an agency, see who claimed them, take the rest back; and the page behind a claim link."""

from typing import Any

from flask import flash, redirect, render_template, request, url_for
from werkzeug.wrappers import Response

from webinar_app.core.clock import utc_now
from webinar_app.core.errors import InvalidInput, NotFound, Refused
from webinar_app.core.permissions import Permission
from webinar_app.infra.db import read, write
from webinar_app.people.documents import links_csv
from webinar_app.people.forms import BlockForm
from webinar_app.people.policy import get_block
from webinar_app.people.queries.blocks import block_page, find_claim_link, list_blocks, seats_left_by
from webinar_app.people.queries.imports import closed_words, standing_of
from webinar_app.people.routes.blueprint import blueprint
from webinar_app.people.rules.blocks import check_claim
from webinar_app.people.services.blocks import claim_seat, release_block, reserve_block
from webinar_app.registrations.policy import get_managed_place, own_at
from webinar_app.registrations.queries import Place, place_page
from webinar_app.registrations.routes.flow import Answer, Held, Where, register_page
from webinar_app.web.http import current_actor, no_store, sent_key
from webinar_app.web.security import public, requires
from webinar_app.web.uploads import as_file

MANAGE = Permission.REGISTRATION_MANAGE
FIELDS = ("agency", "contact_name", "contact_email", "seats", "seat", "release_on")


@blueprint.route("/manage/webinars/<code>/blocks", methods=["GET", "POST"])
@requires(MANAGE)
def blocks(code: str) -> Answer:
    """List the blocks of a sitting, and keep another one."""
    form, now = BlockForm(), utc_now()
    with read() as db:
        place = get_managed_place(db, current_actor(), code=code)
        sitting, left = place_page(db, place, now), standing_of(db, place, []).left
        rows, closed = list_blocks(db, place.webinar.id if place.webinar else 0), closed_words(db, place, now)

    def show() -> str:
        page = {"form": form, "sitting": sitting, "blocks": rows, "left": left, "closed": closed}
        return render_template("people/blocks.html", nav="courses", **page)

    if not form.is_submitted():
        return show()
    if not form.validate():
        return show(), 422
    details: dict[str, Any] = {name: form[name].data or "" for name in FIELDS}
    try:
        made = write(
            reserve_block, current_actor(), code, is_single=form.links.data == "single", key=form.key, now=now,
            **details,
        )  # fmt: skip
    except (InvalidInput, Refused) as error:
        form.absorb(error)
        return show(), error.status
    flash("The seats are kept. Send the links below to the contact.", "success")
    return redirect(url_for("people.block", code=made), 303)


@blueprint.get("/manage/blocks/<code>")
@requires(MANAGE)
def block(code: str) -> Answer:
    """Show a block: its links, who claimed by them, and what is left."""
    with read() as db:
        row = get_block(db, current_actor(), code)
        place, now = Place(row.webinar.course, row.webinar), utc_now()
        view, sitting, closed = block_page(db, row), place_page(db, place, now), closed_words(db, place, now)
    page = render_template("people/block.html", view=view, sitting=sitting, closed=closed, nav="courses")
    return no_store(Response(page, mimetype="text/html"))


@blueprint.get("/manage/blocks/<code>/links.csv")
@requires(MANAGE)
def block_links(code: str) -> Response:
    """Give the links of a block as CSV."""
    with read() as db:
        view = block_page(db, get_block(db, current_actor(), code))
    return as_file(links_csv(view), "text/csv; charset=utf-8", f"links-{code.lower()}.csv")


@blueprint.post("/manage/blocks/<code>/release")
@requires(MANAGE)
def free_block(code: str) -> Response:
    """Take back what is unclaimed of a block."""
    freed = write(release_block, current_actor(), code, key=sent_key(), now=utc_now())
    flash("1 seat is free for all again." if freed == 1 else f"{freed} seats are free for all again.", "success")
    return redirect(url_for("people.block", code=code), 303)


@blueprint.route("/claim/<token>", methods=["GET", "POST"])
@public
def claim(token: str) -> Answer:
    """Take a seat that is kept for one's agency, on the form with which everybody registers."""
    with read() as db:
        link = find_claim_link(db, token)
        if link is None:
            raise NotFound("claim.unknown", "There are no seats at this address. Check the link in your mail.")
        row, code = link.block, link.block.webinar.code
        place = Place(row.webinar.course, row.webinar)
        sitting, is_in = place_page(db, place, utc_now()), own_at(db, current_actor(), place) is not None
        words = f"{row.agency} keeps it. Register, and it is yours."
        released_at, release_at, left = row.released_at, row.release_at, seats_left_by(db, link)
        closed = closed_words(db, place, utc_now())
    try:
        # A form is judged by its act: one that is sent again has taken the seat itself.
        if request.method != "POST" and not is_in:
            check_claim(released_at=released_at, release_at=release_at, left=left)
            if closed:
                raise Refused("claim.closed", closed)
        return register_page(Where(code=code), Held(words, claim_seat, token.upper()))
    except Refused as refusal:
        if not refusal.code.startswith("claim."):
            raise
        return render_template("people/claim_over.html", sitting=sitting, words=refusal.message), 410
