"""The process behind `infra.uploads`: it holds one file and forks a confined child for each question about it.

It reads the file, then one question after the other (JSON) from standard input, and answers each with three messages on
standard output (JSON, two blobs). It ends when its standard input does.
"""

import ctypes
import io
import json
import os
import resource
import signal
import time
from collections.abc import Callable
from typing import Any, NoReturn

import pypdfium2 as pdfium
from PIL import Image, ImageOps
from pypdfium2 import raw

from webinar_app.core.uploads import MOST_PIXELS
from webinar_app.infra.pdf import frames, limits

# A page of a talk takes a tenth of a second; what needs so much more was made to hurt (reliability W-15).
PAGE_CPU_SECONDS, PICTURE_CPU_SECONDS = 0.7, 5.0
PAGE_DATA_BYTES, PICTURE_DATA_BYTES = 230 * 1024 * 1024, 480 * 1024 * 1024
WALL_SECONDS = 15.0
PICTURE_BOX, THUMB_BOX, LONGEST_EDGE = (1600, 1200), (320, 240), 4000
TEXT_LIMIT, LINK_LIMIT, MOST_LINKS = 4000, 500, 10
# One of each thing that pages are made of, so that a child finds every module loaded.
_WARM_UP = b"""%PDF-1.4
1 0 obj<</Type/Catalog/Pages 2 0 R>>endobj
2 0 obj<</Type/Pages/Kids[3 0 R]/Count 1>>endobj
3 0 obj<</Type/Page/Parent 2 0 R/MediaBox[0 0 9 9]/Contents 5 0 R/Resources<</Font<</F 4 0 R>>>>>>endobj
4 0 obj<</Type/Font/Subtype/Type1/BaseFont/Helvetica>>endobj
5 0 obj<</Length 26>>stream
BT /F 4 Tf 1 1 Td (a) Tj ET
endstream endobj
trailer<</Root 1 0 R>>"""
Answer = tuple[dict[str, Any], bytes, bytes]
_REASONS = {
    signal.SIGPROF: "cpu",
    signal.SIGXCPU: "cpu",
    signal.SIGKILL: "cpu",
    signal.SIGSEGV: "memory",
    signal.SIGABRT: "memory",
}


def _document(data: bytes) -> Any:
    try:
        return pdfium.PdfDocument(data)
    except pdfium.PdfiumError as error:
        raise _Refusal("locked" if "password" in str(error).lower() else "document")


class _Refusal(Exception):
    """The file is not taken; the reason is its only argument."""


def _count(data: bytes, _: dict[str, Any]) -> Answer:
    return {"pages": len(_document(data))}, b"", b""


def _page(data: bytes, question: dict[str, Any]) -> Answer:
    document = _document(data)
    page = document[question["page"] - 1]
    width, height = page.get_size()
    if not (width > 0 and height > 0):
        raise _Refusal("document")
    scale = min(PICTURE_BOX[0] / width, PICTURE_BOX[1] / height)
    image = page.render(scale=scale, may_draw_forms=False).to_pil().convert("RGB")
    small = image.copy()
    small.thumbnail(THUMB_BOX)
    words = page.get_textpage()
    told = {
        "width": image.width, "height": image.height, "text": words.get_text_bounded()[:TEXT_LIMIT],
        "links": _links(document, page),
    }  # fmt: skip
    return told, _webp(image, 82), _webp(small, 70)


def _webp(image: Image.Image, quality: int) -> bytes:
    out = io.BytesIO()
    image.save(out, "WEBP", quality=quality, method=4)
    return out.getvalue()


def _links(document: Any, page: Any) -> list[str]:
    """Give the https addresses to which a page leads, each once, in their order."""
    found: dict[str, None] = {}
    place, link = ctypes.c_int(0), raw.FPDF_LINK()
    while len(found) < MOST_LINKS and raw.FPDFLink_Enumerate(page.raw, ctypes.byref(place), ctypes.byref(link)):
        action = raw.FPDFLink_GetAction(link)
        if not action or raw.FPDFAction_GetType(action) != raw.PDFACTION_URI:
            continue
        buffer = ctypes.create_string_buffer(LINK_LIMIT + 1)
        size = raw.FPDFAction_GetURIPath(document.raw, action, buffer, LINK_LIMIT)
        address = buffer.value.decode("utf-8", "replace") if size <= LINK_LIMIT else ""
        if address.startswith("https://"):
            found[address] = None
    return list(found)


def _picture(data: bytes, _: dict[str, Any]) -> Answer:
    image: Image.Image = Image.open(io.BytesIO(data), formats=("PNG", "JPEG"))
    if image.width * image.height > MOST_PIXELS:
        raise _Refusal("pixels")
    kind = image.format
    if kind == "JPEG":
        image.draft("RGB", (LONGEST_EDGE, LONGEST_EDGE))
    image.thumbnail((LONGEST_EDGE, LONGEST_EDGE))
    image = ImageOps.exif_transpose(image)
    if image.mode not in ("RGB", "RGBA", "L"):
        image = image.convert("RGBA" if kind == "PNG" else "RGB")
    out = io.BytesIO()
    bare = Image.new(image.mode, image.size)
    bare.paste(image)
    bare.save(out, kind, **({"quality": 88} if kind == "JPEG" else {"compress_level": 6}))
    return {}, out.getvalue(), b""


_QUESTIONS: dict[str, tuple[Callable[[bytes, dict[str, Any]], Answer], float, int]] = {
    "count": (_count, PAGE_CPU_SECONDS, PAGE_DATA_BYTES),
    "page": (_page, PAGE_CPU_SECONDS, PAGE_DATA_BYTES),
    "picture": (_picture, PICTURE_CPU_SECONDS, PICTURE_DATA_BYTES),
}


def _be_child(writing: int, data: bytes, question: dict[str, Any]) -> NoReturn:
    try:
        limits.die_with_parent()
        nowhere = os.open(os.devnull, os.O_RDWR)
        for standard in (0, 1, 2):
            os.dup2(nowhere, standard)
        look, seconds, memory = _QUESTIONS[question["ask"]]
        try:
            limits.confine(())
            signal.setitimer(signal.ITIMER_PROF, seconds)  # limits of the kernel know whole seconds only
            resource.setrlimit(resource.RLIMIT_DATA, (memory, memory))
            answer = look(data, question)
        except MemoryError:
            answer = {"reason": "memory"}, b"", b""
        except _Refusal as refusal:
            answer = {"reason": refusal.args[0]}, b"", b""
        except Exception:
            # Whatever a file does to its reader ends here.
            answer = {"reason": "document"}, b"", b""
        _send(writing, answer)
    finally:
        os._exit(0)


def _send(target: int, answer: Answer) -> None:
    for message in (json.dumps(answer[0]).encode(), answer[1], answer[2]):
        frames.send(target, message)


def _answer(data: bytes, question: dict[str, Any]) -> Answer:
    """Let a confined child answer one question; give what became of it."""
    reading, writing = os.pipe()
    child = os.fork()
    if child == 0:
        os.close(reading)
        _be_child(writing, data, question)
    os.close(writing)
    reason, answer = "", None
    deadline = time.monotonic() + WALL_SECONDS
    try:
        told = json.loads(frames.receive(reading, deadline))
        answer = told, frames.receive(reading, deadline), frames.receive(reading, deadline)
    except frames.TooLate:
        reason = "timeout"
        os.kill(child, signal.SIGKILL)
    except (frames.Closed, ValueError):
        reason = "crashed"
    finally:
        os.close(reading)
    _, code = os.waitpid(child, 0)
    if answer is not None:
        return answer
    if reason == "crashed" and os.WIFSIGNALED(code):
        reason = _REASONS.get(signal.Signals(os.WTERMSIG(code)), reason)
    return {"reason": reason}, b"", b""


def _warm_up() -> None:
    """Load what a child may not: Pillow's formats, encoders, codecs of texts."""
    Image.MAX_IMAGE_PIXELS = MOST_PIXELS
    Image.init()
    _page(_WARM_UP, {"page": 1})
    for kind in ("PNG", "JPEG"):
        out = io.BytesIO()
        Image.new("RGB", (8, 8)).save(out, kind)
        _picture(out.getvalue(), {})


def main() -> None:
    """Answer questions about one file until standard input closes."""
    limits.leave_network()
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    # Whatever a library prints must not come between two messages.
    answers = os.dup(1)
    os.dup2(2, 1)
    data = frames.receive(0)
    _warm_up()
    frames.send(answers, b"{}")
    while True:
        try:
            question = json.loads(frames.receive(0))
        except frames.Closed:
            return
        _send(answers, _answer(data, question))


if __name__ == "__main__":
    main()
