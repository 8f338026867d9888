"""The browser's cookie session: who it stands for, and how it begins and ends."""

from flask import request

from webinar_app.accounts.queries import actor_of_token
from webinar_app.accounts.services.signing import digest, touch
from webinar_app.core.actor import GUEST, Actor
from webinar_app.core.clock import utc_now
from webinar_app.infra.db import read, submit
from webinar_app.web.http import web_session

TOKEN = "sign_in"
BROWSERS = (("Edg/", "Edge"), ("OPR/", "Opera"), ("Firefox/", "Firefox"), ("Chrome/", "Chrome"), ("Safari/", "Safari"))
SYSTEMS = (
    ("iPhone", "iPhone"), ("iPad", "iPad"), ("Android", "Android"), ("Windows", "Windows"), ("Mac OS", "Mac"),
    ("CrOS", "Chromebook"), ("Linux", "Linux"),
)  # fmt: skip


def load_actor() -> Actor:
    """Give who makes this request by its cookie; a guest when nobody is signed in, or not any more."""
    token = web_session.get(TOKEN)
    if not isinstance(token, str):
        return GUEST
    now = utc_now()
    with read() as db:
        actor, is_due = actor_of_token(db, digest(token), now)
    if is_due and actor.sign_in_id is not None:
        submit(touch, actor.sign_in_id, now=now)
    return actor


def start_web_session(token: str) -> None:
    """Let this browser be signed in by the token; everything that it held before is dropped (session fixation)."""
    web_session.clear()
    web_session[TOKEN] = token
    web_session.permanent = True


def end_web_session() -> None:
    """Forget who this browser was."""
    web_session.clear()


def device_name() -> str:
    """Give the browser and system of this request in words: `Firefox on Windows`."""
    told = request.headers.get("User-Agent", "")
    browser = next((word for mark, word in BROWSERS if mark in told), "Another browser")
    system = next((word for mark, word in SYSTEMS if mark in told), "")
    return f"{browser} on {system}" if system else browser


def remote_address() -> str:
    """Give the network address that tries are counted by."""
    return request.remote_addr or "unknown"
