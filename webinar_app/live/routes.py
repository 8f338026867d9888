"""The room's pages, and the ticket for its socket."""

import secrets
import time
from datetime import datetime
from functools import lru_cache
from typing import Any
from urllib.parse import urlsplit

from flask import Blueprint, flash, make_response, redirect, render_template, request, url_for
from werkzeug.wrappers import Response

from webinar_app.config import links, settings
from webinar_app.core.actor import Member
from webinar_app.core.clock import utc_now
from webinar_app.core.codes import normalise
from webinar_app.core.errors import DomainError, Forbidden, NotFound, Refused
from webinar_app.core.permissions import Permission
from webinar_app.infra.db import read
from webinar_app.live.documents import join_square
from webinar_app.live.policy import member_in_room
from webinar_app.live.queries.rooms import Room, course_of_room, get_room, room_when
from webinar_app.live.rules import ticket_for, write_ticket
from webinar_app.live.services.counts import meters_of, presence_of
from webinar_app.stage.rules import StageKind
from webinar_app.web.http import current_actor, no_store
from webinar_app.web.security import allow_media, joined, public
from webinar_app.webinars.rules import RoomPhase

blueprint = Blueprint("live", __name__)
DEVICE_COOKIE = "device"
CODE_LONGEST = 20
REHEARSAL_PAGES = {
    "rehearse": "webinars.rehearse", "rehearsal": "webinars.rehearsal", "audience": "webinars.rehearsal_audience",
    "rehearsal_remove": "webinars.rehearsal_remove",
}  # fmt: skip
DEVICE_SECONDS = 365 * 24 * 3600


@blueprint.get("/room/<code>")
@joined
def room(code: str) -> Response:
    """Show the room: lobby, live or ended, by its phase."""
    now = utc_now()
    try:
        found = _find(code, now)
    except DomainError as refusal:
        return _refused(code, refusal)
    _allow_stage(found)
    page = render_template("live/room.html", **_context(found, now), is_desk=False)
    return _with_device(make_response(page))


@blueprint.get("/room/<code>/when")
@public
def when(code: str) -> Response:
    """Say as JSON how the sitting stands now: a page that waits for the lobby has no socket yet, and asks often."""
    response = make_response(_when(code[:CODE_LONGEST], int(time.monotonic())))
    response.headers["Cache-Control"] = "no-cache"
    response.add_etag()
    return response.make_conditional(request)


@lru_cache(maxsize=100)
def _when(code: str, second: int) -> dict[str, Any]:
    """Give what all who ask within this second get: hundreds of pages are one look into the database."""
    with read() as db:
        return room_when(db, code, utc_now())


@blueprint.get("/room/<code>/present")
@joined
def desk(code: str) -> Response:
    """Show the presenter's desk."""
    now = utc_now()
    try:
        found = _find(code, now)
    except DomainError as refusal:
        return _refused(code, refusal)
    if not found.member.is_staff:
        raise Forbidden("room.staff_only", "This page is for those who run the session. The room is open to you.")
    _allow_stage(found)
    page = render_template("live/desk.html", **_context(found, now), is_desk=True)
    return _with_device(make_response(page))


@blueprint.get("/room/<code>/projector")
@joined
def projector(code: str) -> Response:
    """Show the screen for people in one place: it follows the desk and has nothing to press."""
    now = utc_now()
    found = _find(code, now)
    if not found.member.is_staff:
        raise Forbidden("room.staff_only", "This page is for those who run the session. The room is open to you.")
    page = render_template("live/projector.html", **_context(found, now), join=join_square(links().short(code)))
    return _with_device(make_response(page))


@blueprint.get("/room/<code>/captions")
@joined
def captions(code: str) -> Response:
    """Show the captioner's page: one line after the other."""
    now = utc_now()
    found = _find(code, now)
    if not found.member.may(Permission.CAPTIONS_WRITE):
        raise Forbidden("room.staff_only", "This page is for those who caption the session. The room is open to you.")
    return _with_device(make_response(render_template("live/captions.html", **_context(found, now))))


@blueprint.get("/j/<code>")
@public
def short(code: str) -> Response:
    """Take who typed the address from a screen to the room, or to where they register."""
    meant = normalise(code)
    with read() as db:
        course = course_of_room(db, meant)
    if course is None:
        raise NotFound("room.unknown", "There is no session at this address. Look at the screen again.")
    if current_actor().is_signed_in:
        return redirect(url_for("live.room", code=meant))
    return redirect(url_for("registrations.register", code=meant))


@blueprint.post("/room/<code>/ticket")
@joined
def ticket(code: str) -> Response:
    """Give a ticket for one connection."""
    now = utc_now()
    with read() as db:
        member = member_in_room(db, current_actor(), code, now)
    device = request.cookies.get(DEVICE_COOKIE, "")[:40] or secrets.token_urlsafe(16)
    made = ticket_for(member, secrets.token_urlsafe(16), device, now)
    response = make_response({"ticket": write_ticket(settings().link_secrets[0], made)})
    return no_store(_with_device(response, device))


@blueprint.route("/room/<code>/leave", methods=["GET", "POST"])
@joined
def leave(code: str) -> Response:
    """Take somebody who left to what comes next; the page's own connection closed with it."""
    found = _find(code, utc_now())
    if found.phase is RoomPhase.ENDED and found.member.registration_id is not None:
        return redirect(found.urls["evaluation"], code=303)
    flash("You left the session. Your time until now is counted.", "success")
    return redirect(found.urls["course"], code=303)


def _find(code: str, now: datetime) -> Room:
    with read() as db:
        found = get_room(db, current_actor(), code, now, presence_of, meters_of)
    if found.starts_at is None:
        raise Refused("room.no_time", "This session has no time, so it has no room. Its page says how to take part.")
    return found


def _context(found: Room, now: datetime) -> dict[str, Any]:
    own = {"ticket": url_for("live.ticket", code=found.member.webinar_code)}
    own["when"] = url_for("live.when", code=found.member.webinar_code)
    own["leave"] = url_for("live.leave", code=found.member.webinar_code)
    own["files"] = f"/files/{found.member.webinar_code}"
    own["room"] = url_for("live.room", code=found.member.webinar_code)
    if found.member.is_staff:
        own["desk"] = url_for("live.desk", code=found.member.webinar_code)
        own["projector"] = url_for("live.projector", code=found.member.webinar_code)
        own["handouts"] = url_for("handouts.upload", code=found.member.webinar_code)
        for name, endpoint in REHEARSAL_PAGES.items():
            own[name] = url_for(endpoint, code=found.member.webinar_code)
        own["slides"] = url_for("stage.upload", code=found.member.webinar_code)
    if found.member.may(Permission.CAPTIONS_WRITE):
        own["captions"] = url_for("live.captions", code=found.member.webinar_code)
    return {
        "phase": found.phase.value,
        "room": found.initial["shared"]["room"],
        "member": _member(found.member),
        "initial": found.initial,
        "urls": found.urls | own,
        "summary": found.summary,
        "starts_at": found.starts_at,
        "ends_at": found.ends_at,
    }


def _member(member: Member) -> dict[str, Any]:
    return {
        "name": member.display_name,
        "is_staff": member.is_staff,
        "registered": member.is_audience,
        "watches": not member.is_staff and not member.is_audience,
        "captions": member.may(Permission.CAPTIONS_WRITE),
        "rights": sorted(right.value for right in member.rights),
    }


def _allow_stage(found: Room) -> None:
    """Let the page play any https playlist: staff may change the stage while it is open."""
    stage = found.initial["shared"]["stage"]
    sources = {"https:"}
    if stage["kind"] == StageKind.HLS.value:
        parts = urlsplit(stage["url"])
        sources.add(f"{parts.scheme}://{parts.netloc}")
    allow_media(*sorted(sources))


def _refused(code: str, refusal: DomainError) -> Response:
    """Say why there is no room for this person, and what they can do."""
    with read() as db:
        course = course_of_room(db, code)
    if course is None:
        raise refusal
    page = render_template("live/refused.html", refusal=refusal, course=course)
    return make_response(page, refusal.status)


def _with_device(response: Response, device: str | None = None) -> Response:
    """Let this browser be known as one device; its tabs count as one."""
    if not request.cookies.get(DEVICE_COOKIE):
        response.set_cookie(
            DEVICE_COOKIE, device or secrets.token_urlsafe(16), max_age=DEVICE_SECONDS, path="/room", httponly=True,
            samesite="Lax", secure=settings().cookies_are_secure,
        )  # fmt: skip
    return response
