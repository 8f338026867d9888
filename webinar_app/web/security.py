"""Access denied by default, the actor of each request, and the headers of every response."""

import re
from collections.abc import Callable, Iterable, Mapping
from typing import Any, TypeVar
from urllib.parse import quote, urlsplit

from flask import Flask, g, redirect, request
from werkzeug.wrappers import Response

from webinar_app.core.actor import Actor
from webinar_app.core.errors import Forbidden, InvalidInput, NotFound
from webinar_app.core.permissions import Permission
from webinar_app.web.http import current_actor, set_actor

View = TypeVar("View", bound=Callable[..., Any])
FRAMES = "https://www.youtube-nocookie.com https://player.vimeo.com"


class Access:
    """How an endpoint is opened: `public`, `joined` (any sign-in), `signed_in` (a full one) or a permission."""

    def __init__(self, level: str, permission: Permission | None = None) -> None:
        self.level, self.permission = level, permission


def public(view: View) -> View:
    """Open an endpoint to everybody."""
    view.access = Access("public")  # type: ignore[attr-defined]  # read by `_authorise` and the route matrix
    return view


def joined(view: View) -> View:
    """Open an endpoint to whoever is signed in, also by a personal join link."""
    view.access = Access("joined")  # type: ignore[attr-defined]  # see above
    return view


def signed_in(view: View) -> View:
    """Open an endpoint to full sign-ins: password, e-mail link."""
    view.access = Access("signed_in")  # type: ignore[attr-defined]  # see above
    return view


def requires(permission: Permission) -> Callable[[View], View]:
    """Open an endpoint to who holds the permission somewhere; the row itself is decided in policy."""

    def mark(view: View) -> View:
        view.access = Access("requires", permission)  # type: ignore[attr-defined]  # see above
        return view

    return mark


def access_of(app: Flask, endpoint: str) -> Access | None:
    """Give how an endpoint is opened, or None: such an endpoint is refused."""
    if endpoint == "static":
        return Access("public")
    return getattr(app.view_functions[endpoint], "access", None)


def install(app: Flask, load_actor: Callable[[], Actor], public_url: str) -> None:
    """Check every request and dress every response."""
    own_origin = "{0.scheme}://{0.netloc}".format(urlsplit(public_url))

    @app.before_request
    def authorise() -> Response | None:
        if request.endpoint == "static":
            return None
        set_actor(load_actor())
        if request.mimetype != "multipart/form-data":  # only forms with files may be larger
            request.max_content_length = app.config["MAX_FORM_MEMORY_SIZE"]
        if "\x00" in request.path:
            raise NotFound
        _check_origin(own_origin)
        return _authorise(app)

    @app.after_request
    def dress(response: Response) -> Response:
        return _dress(response, own_origin)


def _check_origin(own_origin: str) -> None:
    """Refuse a form that another site sent; the CSRF token is the second lock."""
    origin = request.headers.get("Origin")
    if request.method not in ("GET", "HEAD", "OPTIONS") and origin and origin != own_origin:
        raise Forbidden("origin", "This form was sent from another site and was not accepted.")


def _authorise(app: Flask) -> Response | None:
    if request.endpoint is None:
        return None  # no such address: Flask answers 404
    access, actor = access_of(app, request.endpoint), current_actor()
    if access is None:
        raise Forbidden("endpoint.closed")
    if access.level == "public" or (access.level == "joined" and actor.is_signed_in):
        return None
    if not actor.is_full:
        return _to_sign_in(access)
    if access.permission is not None and not actor.may(access.permission):
        raise Forbidden
    return None


def _to_sign_in(access: Access) -> Response:
    if request.method not in ("GET", "HEAD"):
        # A place that is given back ends the sign-in of its link, in every tab.
        way = "Open your personal link or sign" if access.level == "joined" else "Sign"
        known = " If you gave your place back in another tab, that is done." if access.level == "joined" else ""
        raise Forbidden("signed_out", f"You are signed out.{known} {way} in in another tab, then send this again.")
    return redirect("/sign-in?next=" + quote(request.full_path.rstrip("?"), safe=""))


def safe_next(target: str | None, default: str = "/") -> str:
    """Give a path on this site to go on to; anything else becomes the default (reliability W-6)."""
    if not target or any(ord(character) < 33 or character == "\\" for character in target):
        return default
    is_path = target.startswith("/") and not target.startswith("//")  # a path has neither scheme nor host
    return target if is_path else default


def allow_media(*sources: str) -> None:
    """Let this response's page load media and connect to these origins too (HLS on the stage)."""
    g.media_sources = tuple(sources)


def allow_own_frames() -> None:
    """Let this response's page show pages of this site in frames (the preview of a mail)."""
    g.frame_sources = "'self'"


def allow_forms_to(origin: str) -> None:
    """Let a form of this response's page lead to this origin by a redirect (the page where a card is typed)."""
    g.form_target = origin


def _policy(own_origin: str, media: Iterable[str], frames: str = FRAMES, forms: str = "") -> str:
    more = " ".join(media)
    socket = own_origin.replace("http", "ws", 1)
    rules = (
        "default-src 'none'",
        "script-src 'self'",
        "style-src 'self'",
        "font-src 'self'",
        "img-src 'self' data:",
        f"connect-src 'self' {socket} {more}".rstrip(),
        f"media-src 'self' blob: {more}".rstrip(),
        f"frame-src {frames}",
        "worker-src 'self' blob:",
        f"form-action 'self' {forms}".rstrip(),
        "base-uri 'none'",
        "frame-ancestors 'none'",
        "manifest-src 'self'",
    )
    return "; ".join(rules)


def _dress(response: Response, own_origin: str) -> Response:
    headers = response.headers
    policy = _policy(own_origin, g.get("media_sources", ()), g.get("frame_sources", FRAMES), g.get("form_target", ""))
    headers.setdefault("Content-Security-Policy", policy)
    headers.setdefault("X-Content-Type-Options", "nosniff")
    # On every page, "no-referrer" on none: browsers would then send its forms with `Origin: null`, and be refused.
    headers["Referrer-Policy"] = "same-origin"
    headers.setdefault("Cross-Origin-Opener-Policy", "same-origin")
    headers.setdefault("Permissions-Policy", "camera=(), microphone=(), geolocation=()")
    if own_origin.startswith("https:"):
        headers.setdefault("Strict-Transport-Security", "max-age=31536000")
    if request.endpoint != "static":
        headers.add("Vary", "Cookie")
        if current_actor().is_signed_in or request.method != "GET":
            headers.setdefault("Cache-Control", "no-store")
    return response


class HostGate:
    """WSGI: answer 400 to a Host that is not ours, before Flask and the socket layer see it (reliability R-4).

    The same for what asks the socket layer for anything but a WebSocket (R-10).
    """

    def __init__(self, app: Callable[..., Any], hosts: frozenset[str]) -> None:
        if not hosts:
            raise InvalidInput("host", "No host is allowed: set WEBINAR_PUBLIC_URL.")
        self.app, self.hosts = app, hosts

    def __call__(self, environ: dict[str, Any], start_response: Callable[..., Any]) -> Any:
        if environ.get("HTTP_HOST", "").lower() not in self.hosts:
            body = b"This server does not answer to that host name."
        elif environ.get("PATH_INFO", "").startswith("/socket.io") and not _is_handshake(environ):
            body = b"This address takes WebSocket connections only."
        else:
            return self.app(environ, start_response)
        start_response("400 Bad Request", [("Content-Type", "text/plain"), ("Content-Length", str(len(body)))])
        return [body]


def _is_handshake(environ: Mapping[str, Any]) -> bool:
    """Say whether this is a WebSocket handshake (RFC 6455 §4.2.1); the libraries answer others with a traceback."""
    return (
        environ.get("REQUEST_METHOD") == "GET"
        and environ.get("HTTP_UPGRADE", "").lower() == "websocket"
        and environ.get("HTTP_SEC_WEBSOCKET_VERSION") == "13"
        and re.fullmatch(r"[A-Za-z0-9+/]{22}==", environ.get("HTTP_SEC_WEBSOCKET_KEY", "")) is not None
    )
