"""One-click sign-in for demo people: on loopback, in demo mode only; the links can be used again."""

import json
from functools import lru_cache
from ipaddress import ip_address
from pathlib import Path

from flask import Blueprint, redirect, request, url_for
from werkzeug.wrappers import Response

from webinar_app.accounts.queries import find_login
from webinar_app.accounts.routes import device_name, start_web_session
from webinar_app.accounts.services.signing import sign_in
from webinar_app.config import settings
from webinar_app.core.clock import utc_now
from webinar_app.core.errors import NotFound
from webinar_app.core.links import read_demo_token
from webinar_app.infra.db import read, write
from webinar_app.web.http import current_actor
from webinar_app.web.security import public, safe_next

blueprint = Blueprint("demo", __name__)
PEOPLE = Path(__file__).with_name("people.json")


@blueprint.get("/demo/sign-in/<token>")
@public
def sign_in_as(token: str) -> Response:
    """Sign in as the demo person that the link names."""
    config = settings()
    name = read_demo_token(config.link_secrets, token)
    if not (config.demo and config.is_loopback and _is_near()) or name not in _addresses():
        raise NotFound
    with read() as db:
        person_id = find_login(db, _addresses()[name]).person_id
    if person_id is None:
        raise NotFound
    replaces = current_actor().sign_in_id
    start_web_session(write(sign_in, person_id, "demo", device=device_name(), replaces=replaces, now=utc_now()))
    home = url_for("portal.day" if name in ("coordinator", "admin") else "portal.my_learning")
    return redirect(safe_next(request.args.get("next"), home), 303)


def _is_near() -> bool:
    return ip_address(request.remote_addr or "0.0.0.0").is_loopback


@lru_cache(maxsize=1)
def _addresses() -> dict[str, str]:
    return {person["key"]: person["email"] for person in json.loads(PEOPLE.read_text("utf-8"))}
