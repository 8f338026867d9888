"""The warm process behind `infra.pdf`: it loads the layout engine once and forks one confined child for each document.

It reads two messages (the seconds allowed, the HTML) from standard input and answers with two on standard output (a
JSON status, the PDF). It ends when its standard input does.
"""

import gc
import hashlib
import json
import os
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
_KEPT_SHEETS = 64
_SECONDS = struct.Struct(">d")
_PICTURE = (
    "data:image/svg+xml,<svg xmlns=%22http://www.w3.org/2000/svg%22 viewBox=%220 0 9 9%22><text y=%229%22>f</text>"
    "<path stroke=%22%23000%22 d=%22M0 0L1 1%22/></svg>"
)
# One of each thing that certificates are made of, so that a child finds the engine's tables filled.
_WARM_UP = f"""<!doctype html><html lang="en"><title>Warm</title>
<link rel="stylesheet" href="asset:css/certificate.css">
<body class="certificate certificate--letter certificate--snug"><div class="certificate__body">
<p class="provider"><b>A</b>b</p><p class="kind">c</p><h1 class="name name--grand"><bdi>d</bdi></h1>
<h2 class="title">e</h2><div class="microtext" style="background-image: url('{_PICTURE}')"></div>
<table class="facts"><tr><th>g<td>h<br>i<ol><li>j</ol></table></div>
<div class="foot"><p class="number">k<img class="code" alt="l" src="{_PICTURE}"></div>"""

Answer = tuple[dict[str, Any], bytes]


class Zygote:
    """Fonts, style sheets and layout engine in memory, ready to be forked."""

    def __init__(self, static: Path, folder: Path) -> None:
        self._folder = folder / "fonts"
        self._folder.mkdir()
        self._shelf = Shelf(static / "fonts")
        configuration = folder / "fonts.conf"
        configuration.write_text(fontconfig_file(self._folder, folder / "cache"))
        # The engine reads this when it is imported, which is why it is imported below and not above.
        os.environ["FONTCONFIG_FILE"] = str(configuration)
        roots = {sys.prefix, sys.base_prefix, str(self._folder)}
        self._readable = tuple(os.path.join(os.path.abspath(root), "") for root in roots)
        with warnings.catch_warnings():
            # It warns when it finds no font of the system, which is what we want.
            warnings.simplefilter("ignore")
            from webinar_app.infra.pdf import fetcher, layout  # noqa: PLC0415 (after the environment is set)
        self._layout = layout
        self._fetcher = fetcher.BundledFetcher(static)
        self._sheets: dict[str, Any] = {}
        self._fonts: Any = None
        self._warm_up()

    def _warm_up(self) -> None:
        """Fill the engine's tables and open the fonts, for all children to come."""
        sheet = self._sheet(_WARM_UP)
        self._fonts = self._layout.read_fonts()
        for _ in range(2):
            self._layout.lay_out(_WARM_UP, sheet, self._fonts, self._fetcher)
        if len(os.listdir("/proc/self/task")) > 1:
            # Some versions of Pango keep a thread for each set of fonts; a child would wait for it for ever.
            self._fonts = None
        gc.collect()
        gc.freeze()

    def answer(self, html: str, seconds: float) -> Answer:
        """Lay out one document in a child; give what became of it."""
        identifier = hashlib.sha256(html.encode()).digest()[:16]
        document = self._fetcher.take_images(html)
        sheet = self._sheet(document)
        reading, writing = os.pipe()
        child = os.fork()
        if child == 0:
            os.close(reading)
            self._be_child(writing, document, sheet, identifier)
        os.close(writing)
        try:
            return _await(child, reading, time.monotonic() + seconds)
        finally:
            os.close(reading)

    def _sheet(self, document: str) -> Any:
        """Unpack the fonts that a document needs and give its style sheet, read once for all documents like it."""
        sheet = self._fetcher.sheet_of(document)
        stacks = self._shelf.stacks(document, sheet)
        text = with_families(sheet, stacks)
        if text not in self._sheets:
            faces = {face.family: face for faces in stacks.values() for face in faces}
            if [face for face in faces.values() if face.install(self._folder)] and document != _WARM_UP:
                self._warm_up()
            if len(self._sheets) >= _KEPT_SHEETS:
                self._sheets.clear()
            self._sheets[text] = self._layout.read_sheet(text, self._fetcher)
        return self._sheets[text]

    def _be_child(self, writing: int, document: str, sheet: Any, identifier: bytes) -> NoReturn:
        try:
            # A child lives for one page; to look for garbage in it costs as much as the page.
            gc.disable()
            limits.die_with_parent()
            nowhere = os.open(os.devnull, os.O_RDWR)
            for standard in (0, 1, 2):
                os.dup2(nowhere, standard)
            status, result = self._lay_out(document, sheet, identifier)
            frames.send(writing, json.dumps(status).encode())
            frames.send(writing, result)
        finally:
            os._exit(0)

    def _lay_out(self, document: str, sheet: Any, identifier: bytes) -> Answer:
        self._fetcher.refused = 0
        try:
            fonts = self._fonts or self._layout.read_fonts()
            limits.confine(self._readable)
            result = self._layout.lay_out(document, sheet, fonts, self._fetcher, identifier)
        except MemoryError:
            return {"reason": "memory"}, b""
        except Exception as failure:
            # Whatever a document does to the engine ends here, under the failure's name.
            return {"reason": "document", "detail": type(failure).__name__}, b""
        return {"refused": self._fetcher.refused}, result


def _await(child: int, reading: int, deadline: float) -> Answer:
    reason, answer = "", None
    try:
        answer = json.loads(frames.receive(reading, deadline)), frames.receive(reading, deadline)
    except frames.TooLate:
        reason = "timeout"
        os.kill(child, signal.SIGKILL)
    except (frames.Closed, ValueError):
        reason = "crashed"
    _, code = os.waitpid(child, 0)
    if answer is not None:
        return answer
    if reason == "crashed" and os.WIFSIGNALED(code):
        reason = _REASONS.get(signal.Signals(os.WTERMSIG(code)), reason)
    return {"reason": reason}, b""


def main(static: str, folder: str) -> None:
    """Serve documents until standard input closes."""
    isolated = limits.leave_network()
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    # Whatever a library prints must not come between two messages.
    answers = os.dup(1)
    os.dup2(2, 1)
    zygote = Zygote(Path(static), Path(folder))
    frames.send(answers, json.dumps({"isolated": isolated}).encode())
    while True:
        try:
            (seconds,) = _SECONDS.unpack(frames.receive(0))
            html = frames.receive(0).decode()
        except frames.Closed:
            return
        for message in _messages(zygote.answer(html, seconds)):
            frames.send(answers, message)


def _messages(answer: Answer) -> tuple[bytes, bytes]:
    status, document = answer
    return json.dumps(status).encode(), document


if __name__ == "__main__":
    main(*sys.argv[1:])
