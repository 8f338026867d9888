"""The only place where everything meets: blueprints, sockets, error pages, ticks, start-up checks."""

import hashlib
import importlib
import logging
import secrets
import sys
from functools import partial, update_wrapper
from typing import Any

from flask import Flask, Response
from flask_socketio import SocketIO
from flask_wtf.csrf import CSRFProtect

from webinar_app import __version__
from webinar_app.accounts.routes import load_actor
from webinar_app.config import Settings, settings
from webinar_app.core.clock import utc_now
from webinar_app.infra import checkout, db, dispatch, hints, migrations, runtime
from webinar_app.infra import logging as logs
from webinar_app.infra.engines import engine_for
from webinar_app.infra.runtime import engineio, frames, listener, selftest
from webinar_app.infra.runtime.turns import hold_file
from webinar_app.infra.templates import dress, folder
from webinar_app.live import ticks
from webinar_app.providers.queries import brand
from webinar_app.subscriptions import SUBSCRIPTIONS
from webinar_app.web import errors, gate, security
from webinar_app.web.http import TypedRequest, current_actor, form_key, viewer_zone
from webinar_app.web.security import public

log = logging.getLogger("webinar.app")
ROUTES = (
    "accounts", "attendance", "calendars", "campaigns", "certificates", "chat", "courses", "demo", "evaluations",
    "handouts", "learning", "live", "mailing", "payments", "people", "polls", "portal", "propagation", "questions",
    "registrations", "retention", "stage", "webinars",
)  # fmt: skip
SOCKETS = ("attendance", "chat", "handouts", "live", "polls", "questions", "stage")
# Programs that hold a secret address, or sign what they say, send here; no browser's cookies could be abused.
TOKEN_VIEWS = ("webinar_app.stage.routes.captions.push", "webinar_app.payments.routes.card.events")
PING_SECONDS, PING_TIMEOUT_SECONDS = 5, 10
BODY_BYTES = 1024 * 1024


def create_app(config: Settings) -> Flask:
    """Give the whole application; the database must be started before it serves."""
    app = Flask("webinar_app", template_folder=str(folder("templates")), static_folder=None)
    app.request_class = TypedRequest
    _configure(app, config)
    dispatch.install(SUBSCRIPTIONS)
    _add_static(app)
    _add_context(app)
    for feature in ROUTES:
        module = _optional(f"webinar_app.{feature}.routes")
        if module:
            app.register_blueprint(module.blueprint)
    errors.install(app)
    security.install(app, load_actor, config.public_url)
    csrf = CSRFProtect(
        app
    )  # after `security`: its error page greets who is signed in, and answers to our own origin only
    for view in TOKEN_VIEWS:
        csrf.exempt(view)
    _add_health(app)
    return app


def _optional(name: str) -> Any:
    """Import an edge that a feature may not have."""
    try:
        return importlib.import_module(name)
    except ModuleNotFoundError as error:
        if error.name != name:
            raise
        return None


def _configure(app: Flask, config: Settings) -> None:
    secure = config.cookies_are_secure
    app.config.update(
        SECRET_KEY=config.secret_key.get_secret_value() or secrets.token_hex(32),
        SESSION_COOKIE_NAME="__Host-rostrum" if secure else "rostrum",
        SESSION_COOKIE_SECURE=secure,
        SESSION_COOKIE_HTTPONLY=True,
        SESSION_COOKIE_SAMESITE="Lax",
        SESSION_COOKIE_PATH="/",
        PERMANENT_SESSION_LIFETIME=30 * 24 * 3600,  # the outermost limit; rows of `sign_in` decide
        MAX_CONTENT_LENGTH=BODY_BYTES * 25,
        MAX_FORM_MEMORY_SIZE=BODY_BYTES,
        MAX_FORM_PARTS=1000,
        WTF_CSRF_TIME_LIMIT=None,
        WTF_CSRF_SSL_STRICT=False,
    )
    dress(app.jinja_env)


def _add_static(app: Flask) -> None:
    """Serve static files under their version, so that caches never keep an old one."""
    version = _static_version()
    app.static_folder = str(folder("static"))
    app.static_url_path = f"/static/{version}"
    serve = update_wrapper(partial(_static, app), _static)  # the CSRF check asks every view for its name
    app.add_url_rule(f"/static/{version}/<path:filename>", endpoint="static", view_func=serve)
    app.jinja_env.globals["static"] = lambda path: f"/static/{version}/{path}"
    app.jinja_env.globals["form_key"] = form_key  # macros see globals only


def _static(app: Flask, filename: str) -> Response:
    response = app.send_static_file(filename)
    response.headers["Cache-Control"] = "public, max-age=31536000, immutable"
    return response


def _static_version() -> str:
    digest = hashlib.sha256(__version__.encode())
    root = folder("static")
    for path in sorted(root.rglob("*")):
        if path.is_file():
            stat = path.stat()
            digest.update(f"{path.relative_to(root)}:{stat.st_size}:{stat.st_mtime_ns}".encode())
    return digest.hexdigest()[:10]


def _add_context(app: Flask) -> None:
    @app.context_processor
    def everywhere() -> dict[str, object]:
        shown = brand()
        return {
            "actor": current_actor(), "brand": shown, "nav": "", "now": utc_now(),
            "viewer_zone": viewer_zone() or shown.time_zone, "has_chosen_zone": viewer_zone() is not None,
            "is_demo": settings().demo,
        }  # fmt: skip


def _add_health(app: Flask) -> None:
    @app.get("/health")
    @public
    def health() -> dict[str, object]:
        """Say that this process answers and reads its database."""
        with db.read() as session:
            session.connection()
        return {"ok": True, "version": __version__}


def create_sockets(app: Flask, config: Settings) -> SocketIO:
    """Give the Socket.IO server: WebSocket only, our origin only, and behind its handshake our own gate."""
    io = SocketIO(
        app,
        async_mode=config.async_mode,
        cors_allowed_origins=[config.public_url.rstrip("/")],
        transports=["websocket"],
        allow_upgrades=False,
        ping_interval=PING_SECONDS,
        ping_timeout=PING_TIMEOUT_SECONDS,
        max_http_buffer_size=frames.MOST_BYTES,
        monitor_clients=False,
        http_compression=False,
        manage_session=False,
        logger=False,
        engineio_logger=False,
    )
    for feature in SOCKETS:
        _optional(f"webinar_app.{feature}.sockets")
    engineio.install(io.server.eio, gate.heard, gate.ended, most=config.max_connections)
    return io


def serve() -> None:
    """Run a web process until it is told to stop."""
    config = settings()
    config.check_for_server()
    logs.start(config.log_level)
    selftest.check(sqlite=config.is_sqlite)
    lock = _check_database(config)
    db.start(config.database, thread=True)
    hints.connect(config, hear=True)
    checkout.checkout()  # a first import would hold up everybody
    app = create_app(config)
    io = create_sockets(app, config)
    ticks.start(io.server.eio, PING_SECONDS, PING_TIMEOUT_SECONDS)
    hosts = frozenset({config.public_host.lower(), f"{config.host}:{config.port}"})
    app.wsgi_app = security.HostGate(app.wsgi_app, hosts)  # type: ignore[method-assign]  # Flask's own way to wrap
    sock = listener.listen(config.host, config.port)
    log.info("serving mode=%s port=%d lock=%s", runtime.mode(), config.port, lock is not None)
    sys.stderr.flush()
    listener.serve(sock, app, most=config.max_connections, drain=ticks.drain)


def _check_database(config: Settings) -> int | None:
    """Refuse a database that is not at head, and on SQLite a second web process."""
    lock = None
    if config.is_sqlite:
        config.instance.mkdir(parents=True, exist_ok=True)
        lock = hold_file(str(config.instance / "server.lock"))
        if lock is None:
            raise selftest.WrongEnvironment("Another web process serves this database: stop it, or use PostgreSQL.")
    engine = engine_for(config.database, "worker")
    try:
        with engine.connect() as connection:
            found = migrations.current(connection)
    finally:
        engine.dispose()
    if found != migrations.head():
        raise selftest.WrongEnvironment("The database is not up to date: run `webinar db upgrade`.")
    return lock
