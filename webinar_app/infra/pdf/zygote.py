"""The warm process behind `infra.pdf`: it loads the layout engine once and forks one confined child for each document.

It reads two messages (the seconds allowed, the HTML) from standard input and answers with two on standard output (a JSON
status, the PDF). It ends when its standard input does.
"""

import gc
import hashlib
import json
import os
import select
import signal
import struct
import sys
import time
import warnings
from pathlib import Path
from typing import Any, NoReturn

from webinar_app.infra.pdf import frames, limits
from webinar_app.infra.pdf.fonts import Shelf, fontconfig_file, with_families

_REASONS = {signal.SIGXCPU: "cpu", signal.SIGKILL: "killed"}
# One of each thing that certificates are made of, so that a child finds the engine's tables filled.
_WARM_UP = """<!doctype html><html lang="en"><title>Warm</title><link rel="stylesheet" href="asset:css/certificate.css">
<body class="certificate certificate--letter certificate--snug"><div class="certificate__body"><p class="provider"><b>A</b>b</p>
<p class="kind">c</p><h1 class="name name--grand"><bdi>d</bdi></h1><h2 class="title">e</h2><div style="background-image:
url('data:image/svg+xml,%3Csvg xmlns=%22http://www.w3.org/2000/svg%22 viewBox=%220 0 9 9%22%3E%3Ctext y=%229%22%3Ef%3C/text%3E%3Cpath
stroke=%22%23000%22 d=%22M0 0h1%22/%3E%3C/svg%3E')"></div><table class="facts"><tr><th>g<td>h<br>i<ol><li>j</ol></table></div>
<div class="foot"><p class="number">k<img class="code" alt="l" src="data:image/svg+xml,%3Csvg xmlns=%22http://www.w3.org/2000/svg%22
viewBox=%220 0 9 9%22%3E%3Cpath d=%22M0 0h1%22/%3E%3C/svg%3E"></div>"""
_KEPT_SHEETS = 64
_SECONDS = struct.Struct(">d")


class Zygote:
    """Fonts, style sheets and layout engine in memory, ready to be forked."""

    def __init__(self, static: Path, folder: Path) -> None:
        self._fonts = folder / "fonts"
        self._fonts.mkdir()
        self._shelf = Shelf(static / "fonts")
        configuration = folder / "fonts.conf"
        configuration.write_text(fontconfig_file(self._fonts, folder / "cache"))
        os.environ["FONTCONFIG_FILE"] = str(configuration)
        roots = {sys.prefix, sys.base_prefix, str(self._fonts)}
        self._readable = tuple(os.path.join(os.path.abspath(root), "") for root in roots)
        self._load(static)

    def _load(self, static: Path) -> None:
        # Late, because fontconfig reads its environment when the engine is imported.
        with warnings.catch_warnings():
            # The engine warns when it finds no font of the system, which is what we want.
            warnings.simplefilter("ignore")
            from webinar_app.infra.pdf import fetcher, layout
        self._layout = layout
        self._fetcher = fetcher.BundledFetcher(static)
        self._sheets: dict[str, Any] = {}
        for _ in range(2):
            layout.lay_out(_WARM_UP, self._prepare(_WARM_UP), self._fetcher)
        gc.collect()
        gc.freeze()

    def _prepare(self, document: str) -> Any:
        """Unpack the fonts that a document needs and give its style sheet, read once for all documents like it."""
        sheet = self._fetcher.sheet_of(document)
        stacks = self._shelf.stacks(document, sheet)
        text = with_families(sheet, stacks)
        if text not in self._sheets:
            faces = {face.family: face for faces in stacks.values() for face in faces}
            if any([face.install(self._fonts) for face in faces.values()]):
                # The font cache is written here, since a child may write nothing.
                self._layout.read_fonts()
            if len(self._sheets) >= _KEPT_SHEETS:
                self._sheets.clear()
            self._sheets[text] = self._layout.read_sheet(text, self._fetcher)
        return self._sheets[text]

    def answer(self, document: str, seconds: float) -> tuple[dict[str, object], bytes]:
        """Lay out one document in a child; give what became of it."""
        sheet = self._prepare(document)
        reading, writing = os.pipe()
        child = os.fork()
        if child == 0:
            os.close(reading)
            self._be_child(writing, document, sheet)
        os.close(writing)
        try:
            return self._await(child, reading, time.monotonic() + seconds)
        finally:
            os.close(reading)

    def _await(self, child: int, reading: int, deadline: float) -> tuple[dict[str, object], bytes]:
        reason = "crashed"
        try:
            status = json.loads(frames.receive(reading, deadline))
            document = frames.receive(reading, deadline)
        except frames.TooLate:
            reason, status, document = "timeout", {}, b""
        except (frames.Closed, ValueError):
            status, document = {}, b""
        if not status:
            select.select([], [], [], 0 if reason == "timeout" else 0.001)
            if reason == "timeout":
                os.kill(child, signal.SIGKILL)
        _, code = os.waitpid(child, 0)
        if status:
            return status, document
        if reason != "timeout" and os.WIFSIGNALED(code):
            reason = _REASONS.get(signal.Signals(os.WTERMSIG(code)), "crashed")
        return {"reason": reason}, b""

    def _be_child(self, writing: int, document: str, sheet: Any) -> NoReturn:
        try:
            # A child lives for one page; to look for garbage in it costs as much as the page.
            gc.disable()
            limits.die_with_parent()
            devnull = os.open(os.devnull, os.O_RDWR)
            for standard in (0, 1, 2):
                os.dup2(devnull, standard)
            status, result = self._run(document, sheet)
            frames.send(writing, json.dumps(status).encode())
            frames.send(writing, result)
        finally:
            os._exit(0)

    def _run(self, document: str, sheet: Any) -> tuple[dict[str, object], bytes]:
        self._fetcher.refused = 0
        try:
            result = self._layout.lay_out(
                document,
                sheet,
                self._fetcher,
                identifier=hashlib.sha256(document.encode()).digest()[:16],
                before=lambda: limits.confine(self._readable),
            )
        except MemoryError:
            return {"reason": "memory"}, b""
        except Exception as failure:
            return {"reason": "document", "detail": type(failure).__name__}, b""
        return {"refused": self._fetcher.refused}, result


def main(static: str, folder: str) -> None:
    """Serve documents until standard input closes."""
    isolated = limits.leave_network()
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    answers = os.dup(1)
    os.dup2(2, 1)
    zygote = Zygote(Path(static), Path(folder))
    frames.send(answers, json.dumps({"ready": True, "isolated": isolated}).encode())
    while True:
        try:
            (seconds,) = _SECONDS.unpack(frames.receive(0))
            document = frames.receive(0).decode()
        except frames.Closed:
            return
        status, result = zygote.answer(document, seconds)
        frames.send(answers, json.dumps(status).encode())
        frames.send(answers, result)


if __name__ == "__main__":
    main(*sys.argv[1:])
