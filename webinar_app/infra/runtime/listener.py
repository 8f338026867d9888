"""The listener and the server behind it, one for each way of waiting."""

import gc
import logging
import os
import signal
import socket
import time
from collections.abc import Callable
from typing import Any

from webinar_app.infra import runtime
from webinar_app.infra.runtime.engineio import TAKE_SOCKET

log = logging.getLogger("webinar.server")
BACKLOG = 4096
SOCKET_SECONDS = 10
KEEPALIVE_SECONDS = 30
DRAIN_SECONDS = 5.0


def listen(host: str, port: int) -> socket.socket:
    """Open the listening socket; a refused port is told in one line."""
    made = socket.socket(socket.AF_INET6 if ":" in host else socket.AF_INET, socket.SOCK_STREAM)
    made.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    try:
        made.bind((host, port))
    except OSError as error:
        raise SystemExit(f"Port {port} on {host} cannot be opened ({error.strerror}): choose another port.") from None
    made.listen(BACKLOG)
    return made


def serve(sock: socket.socket, app: Callable[..., Any], *, most: int, drain: Callable[[], None]) -> None:
    """Serve until SIGTERM or SIGINT; then stop accepting, `drain()`, and leave within seconds.

    No limit of 1,024 connections and no traceback to clients (reliability F3, F4, F15).
    """
    stopping = list[str]()

    def leave() -> None:
        begun = time.monotonic()
        sock.close()
        try:
            drain()
        except Exception:
            log.exception("drain")
        log.info("server stopped drain_ms=%.0f", (time.monotonic() - begun) * 1e3)
        os._exit(0)

    def stop(number: int, _: object) -> None:
        if not stopping:
            stopping.append(signal.Signals(number).name)
            runtime.spawn(leave)

    signal.signal(signal.SIGTERM, stop)
    signal.signal(signal.SIGINT, stop)
    _calm_collector()
    if runtime.mode() == "eventlet":
        _serve_green(sock, app, most)
    else:
        _serve_threads(sock, app)
    while stopping:  # `leave` ends the process
        runtime.sleep(0.1)


def _calm_collector() -> None:
    """Keep start-up objects out of garbage collection: full collections stop everybody for 50 to 80 ms."""
    gc.collect()
    gc.freeze()
    gc.set_threshold(20_000, 20, 1000)


def _protocol() -> type:
    """Give eventlet's protocol in our manners; made late, because only one way of waiting has it."""
    import eventlet.wsgi

    class Protocol(eventlet.wsgi.HttpProtocol):
        """Names no version in its answers, waits seconds for a request, and may give its socket away."""

        server_version = "Rostrum"
        sys_version = ""
        _deadline: Any = None
        _is_first = True

        def _read_request_line(self) -> Any:
            # Each line has a limit of its own; sent a byte at a time they would hold a connection for hours (O-4).
            seconds = SOCKET_SECONDS if self._is_first else KEEPALIVE_SECONDS + SOCKET_SECONDS
            self._is_first = False
            self._deadline = eventlet.Timeout(seconds, TimeoutError("request"))
            return super()._read_request_line()

        def handle_one_request(self) -> None:
            try:
                super().handle_one_request()
            finally:
                self._deadline.cancel()

        def get_environ(self) -> dict[str, Any]:
            self._deadline.cancel()  # the request is whole
            environ: dict[str, Any] = super().get_environ()
            return environ | {TAKE_SOCKET: self._give_away}

        def _give_away(self) -> Any:
            """Give the real socket to whoever goes on with it; what this request still closes is nothing."""
            real = self.conn_state[1].fd
            self.connection = self.request = self.conn_state[1] = _Nothing()
            # Detached, because the green socket closes the other when it is collected.
            given = type(real)(real.family, real.type, real.proto, real.detach())
            given.setblocking(False)
            return given

    return Protocol


def _serve_green(sock: socket.socket, app: Callable[..., Any], most: int) -> None:
    import eventlet.wsgi

    try:
        eventlet.wsgi.server(
            sock,
            app,
            protocol=_protocol(),
            max_size=most,
            socket_timeout=SOCKET_SECONDS,
            keepalive=KEEPALIVE_SECONDS,
            debug=False,
            log_output=False,
        )
    except OSError:
        return  # the listening socket was closed by `leave`


class _Nothing:
    """Stands where a socket was that went its own way."""

    def shutdown(self, _: int) -> None:
        """Do nothing."""

    def close(self) -> None:
        """Do nothing."""


def _serve_threads(sock: socket.socket, app: Callable[..., Any]) -> None:
    from werkzeug.serving import WSGIRequestHandler, make_server

    class Handler(WSGIRequestHandler):
        """Logs nothing per request and names no version."""

        server_version = "Rostrum"
        sys_version = ""
        timeout = SOCKET_SECONDS + KEEPALIVE_SECONDS

        def log(self, type: str, message: str, *args: Any) -> None:
            """Say nothing."""

    host, port = sock.getsockname()[:2]
    server: Any = make_server(host, port, app, threaded=True, request_handler=Handler, fd=sock.fileno())
    server.daemon_threads = True
    server.serve_forever()
