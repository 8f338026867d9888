"""The worker's end of the renderer: start it when needed, again when it died, and give each document a deadline."""

import atexit
import contextlib
import json
import logging
import os
import struct
import subprocess
import sys
import tempfile
import threading
import time
from pathlib import Path

from webinar_app.infra.pdf import frames
from webinar_app.infra.templates import folder

_log = logging.getLogger(__name__)
_START_SECONDS = 60.0
_GRACE_SECONDS = 5.0
_SECONDS = struct.Struct(">d")


class RenderFailed(Exception):
    """A document became no PDF.

    `reason` is stable: `timeout`, `cpu`, `memory`, `killed`, `crashed`, `document` (the engine refused it), or
    `renderer` (the process behind it did not start or answer, so another try may succeed).
    """

    def __init__(self, reason: str, detail: str = "") -> None:
        super().__init__(f"{reason}: {detail}" if detail else reason)
        self.reason = reason
        self.detail = detail


class Renderer:
    """One warm process that makes PDFs, one at a time."""

    def __init__(self, static: Path | None = None) -> None:
        self._static = static or folder("static")
        self._lock = threading.Lock()
        self._process: subprocess.Popen[bytes] | None = None
        self._folder: tempfile.TemporaryDirectory[str] | None = None
        self.network_isolated = False

    @property
    def pid(self) -> int | None:
        """Give the id of the warm process, if one runs."""
        return self._process.pid if self._process and self._process.poll() is None else None

    def render(self, html: str, *, timeout: float = 10.0) -> bytes:
        """Give the PDF of an HTML document, or raise RenderFailed within `timeout` seconds and a grace."""
        with self._lock:
            fresh = self.pid is None
            try:
                return self._ask(html, timeout)
            except (frames.Closed, BrokenPipeError):
                self._stop()
                if fresh:
                    raise RenderFailed("renderer", "it ended while it worked")
            # The warm process had died before it was asked; one new process gets one try.
            try:
                return self._ask(html, timeout)
            except (frames.Closed, BrokenPipeError):
                self._stop()
                raise RenderFailed("renderer", "it ended twice")

    def close(self) -> None:
        """End the warm process and remove its folder."""
        with self._lock:
            self._stop()

    def _ask(self, html: str, timeout: float) -> bytes:
        process = self._running()
        assert process.stdin is not None
        assert process.stdout is not None
        source, target = process.stdout.fileno(), process.stdin.fileno()
        frames.send(target, _SECONDS.pack(timeout))
        frames.send(target, html.encode())
        deadline = time.monotonic() + timeout + _GRACE_SECONDS
        try:
            status = json.loads(frames.receive(source, deadline))
            document = frames.receive(source, deadline)
        except frames.TooLate:
            self._stop()
            raise RenderFailed("renderer", "it did not answer")
        if "reason" in status:
            raise RenderFailed(status["reason"], status.get("detail", ""))
        if status["refused"]:
            _log.warning("pdf.fetch_refused", extra={"count": status["refused"]})
        return document

    def _running(self) -> subprocess.Popen[bytes]:
        if self._process is None or self._process.poll() is not None:
            self._stop()
            self._process = self._start()
        return self._process

    def _start(self) -> subprocess.Popen[bytes]:
        self._folder = tempfile.TemporaryDirectory(prefix="pdf-", ignore_cleanup_errors=True)
        process = subprocess.Popen(
            [sys.executable, "-m", "webinar_app.infra.pdf.zygote", str(self._static), self._folder.name],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            bufsize=0,
            env=_environment(self._folder.name),
        )
        assert process.stdout is not None
        try:
            hello = json.loads(frames.receive(process.stdout.fileno(), time.monotonic() + _START_SECONDS))
        except (frames.Closed, frames.TooLate):
            process.kill()
            _close(process)
            raise RenderFailed("renderer", "it did not start")
        self.network_isolated = hello["isolated"]
        return process

    def _stop(self) -> None:
        if self._process is not None:
            self._process.kill()
            _close(self._process)
            self._process = None
        if self._folder is not None:
            self._folder.cleanup()
            self._folder = None


def render(html: str, *, timeout: float = 10.0) -> bytes:
    """Give the PDF of an HTML document from this process's own renderer; raise RenderFailed."""
    return _shared().render(html, timeout=timeout)


_renderer: Renderer | None = None
_guard = threading.Lock()


def _shared() -> Renderer:
    global _renderer
    with _guard:
        if _renderer is None:
            _renderer = Renderer()
            atexit.register(_renderer.close)
        return _renderer


def _environment(folder: str) -> dict[str, str]:
    """Give the few variables that the process needs: it holds no secrets of the application."""
    kept = {name: os.environ[name] for name in ("PATH", "LANG", "LC_ALL", "PYTHONPATH", "HOME") if name in os.environ}
    root = str(Path(__file__).resolve().parents[3])
    kept["PYTHONPATH"] = os.pathsep.join(filter(None, (root, kept.get("PYTHONPATH", ""))))
    return {**kept, "TMPDIR": folder, "PYTHONUTF8": "1"}


def _close(process: subprocess.Popen[bytes]) -> None:
    for stream in (process.stdin, process.stdout):
        if stream is not None:
            with contextlib.suppress(OSError):
                stream.close()
    process.wait()
