"""The worker's end: one warm process for each file, which answers every question in a confined child of its own."""

import contextlib
import json
import os
import subprocess
import sys
import tempfile
import time
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Self

from webinar_app.infra.pdf import frames

START_SECONDS = 30.0
ANSWER_SECONDS = 20.0


class DrawFailed(Exception):
    """A file could not be read.

    `reason` is stable: `cpu`, `memory`, `timeout`, `crashed`, `document` (it is broken), `locked` (it wants a
    password), `pixels`, or `drawer` (the process itself did not answer, so another try may succeed).
    """

    def __init__(self, reason: str) -> None:
        super().__init__(reason)
        self.reason = reason


@dataclass(frozen=True, slots=True)
class Page:
    """One drawn page: two pictures (WebP), its size in pixels, its words and its links."""

    picture: bytes
    thumb: bytes
    width: int
    height: int
    text: str
    links: list[str]


class Drawer:
    """A file that is looked into; a context manager."""

    def __init__(self, data: bytes) -> None:
        self._data = data
        self._folder: tempfile.TemporaryDirectory[str] | None = None
        self._process: subprocess.Popen[bytes] | None = None

    def __enter__(self) -> Self:
        self._folder = tempfile.TemporaryDirectory(prefix="draw-", ignore_cleanup_errors=True)
        self._process = subprocess.Popen(
            [sys.executable, "-m", "webinar_app.infra.uploads.drawer"],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            bufsize=0,
            env=_environment(self._folder.name),
        )
        try:
            self._send(self._data)
            self._receive(START_SECONDS)
        except DrawFailed:
            self.__exit__()
            raise
        return self

    def __exit__(self, *_: object) -> None:
        if self._process is not None:
            self._process.kill()
            for stream in (self._process.stdin, self._process.stdout):
                if stream is not None:
                    with contextlib.suppress(OSError):
                        stream.close()
            self._process.wait()
        if self._folder is not None:
            self._folder.cleanup()

    def count(self) -> int:
        """Give the number of pages of a PDF; raise DrawFailed."""
        told, _, _ = self._ask({"ask": "count"})
        return int(told["pages"])

    def page(self, number: int) -> Page:
        """Draw a page, counted from 1; raise DrawFailed."""
        told, picture, thumb = self._ask({"ask": "page", "page": number})
        return Page(picture, thumb, told["width"], told["height"], told["text"], told["links"])

    def picture(self) -> bytes:
        """Give a PNG or JPEG written anew, without anything that was hidden in it; raise DrawFailed."""
        return self._ask({"ask": "picture"})[1]

    def _ask(self, question: dict[str, Any]) -> tuple[dict[str, Any], bytes, bytes]:
        self._send(json.dumps(question).encode())
        told = json.loads(self._receive())
        first, second = self._receive(), self._receive()
        if "reason" in told:
            raise DrawFailed(told["reason"])
        return told, first, second

    def _send(self, message: bytes) -> None:
        assert self._process is not None
        assert self._process.stdin is not None
        try:
            frames.send(self._process.stdin.fileno(), message)
        except BrokenPipeError:
            raise DrawFailed("drawer")

    def _receive(self, seconds: float = ANSWER_SECONDS) -> bytes:
        assert self._process is not None
        assert self._process.stdout is not None
        try:
            return frames.receive(self._process.stdout.fileno(), time.monotonic() + seconds)
        except (frames.Closed, frames.TooLate):
            raise DrawFailed("drawer")


def looked_into(data: bytes, *, is_pdf: bool) -> bytes:
    """Give a PDF that can be read as it is, or a picture written anew; raise DrawFailed."""
    with Drawer(data) as drawer:
        if is_pdf:
            drawer.count()
            return data
        return drawer.picture()


def _environment(folder: str) -> dict[str, str]:
    """Give the few variables that the process needs: it holds no secrets of the application."""
    kept = {name: os.environ[name] for name in ("PATH", "LANG", "LC_ALL", "PYTHONPATH", "HOME") if name in os.environ}
    root = str(Path(__file__).resolve().parents[3])
    kept["PYTHONPATH"] = os.pathsep.join(filter(None, (root, kept.get("PYTHONPATH", ""))))
    return {**kept, "TMPDIR": folder, "PYTHONUTF8": "1"}
