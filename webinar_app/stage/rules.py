"""What may stand on the stage, the address a page may embed for it, and which slides somebody may see."""

import re
from collections.abc import Sequence
from datetime import datetime, timedelta
from enum import StrEnum
from urllib.parse import SplitResult, parse_qs, urlsplit

from webinar_app.core.errors import InvalidInput, Refused
from webinar_app.core.text import multi_line


class StageKind(StrEnum):
    """Where picture and sound come from."""

    NONE = "none"
    HLS = "hls"
    YOUTUBE = "youtube"
    VIMEO = "vimeo"
    TEXT = "text"
    SLIDES = "slides"


class DeckState(StrEnum):
    """Where a PDF stands on its way to pages."""

    WAITING = "waiting"
    DRAWING = "drawing"
    READY = "ready"
    REFUSED = "refused"


MOST_PAGES = 300
MOST_DECKS = 12
WITHOUT_ADDRESS = frozenset({StageKind.NONE, StageKind.TEXT, StageKind.SLIDES})
_FAULTS = {
    "cpu": "takes too long to draw. Make its drawings simpler",
    "timeout": "takes too long to draw. Make its drawings simpler",
    "memory": "has a picture that is too large. Make it smaller",
}
_YOUTUBE = re.compile(r"[A-Za-z0-9_-]{11}")
# The embedding host too: the desk gives back the address that stands on the stage.
_YOUTUBE_HOSTS = ("www.youtube.com", "youtube.com", "youtu.be", "www.youtube-nocookie.com")
_VIMEO = re.compile(r"[0-9]{6,12}")
_HOST = re.compile(r"[A-Za-z0-9.-]+(:[0-9]{1,5})?")
_PLAIN = re.compile(r"[!-~]+")


def embed_url(kind: StageKind, address: str) -> str | None:
    """Give the address to embed or play, or None where there is only text.

    Raises InvalidInput when the address does not belong to the kind.
    """
    address = address.strip()
    if kind in WITHOUT_ADDRESS:
        return None
    if kind is StageKind.HLS:
        parts = _parts(address)
        is_near = parts.scheme == "http" and parts.hostname in ("127.0.0.1", "localhost")
        if (parts.scheme == "https" or is_near) and parts.path.endswith(".m3u8"):
            return address
        raise _wrong("Give the https address of an HLS playlist; it ends in .m3u8.")
    if kind is StageKind.YOUTUBE and (found := _youtube_id(address)):
        return f"https://www.youtube-nocookie.com/embed/{found}"
    if kind is StageKind.VIMEO and (found := _vimeo_id(address)):
        return f"https://player.vimeo.com/video/{found}"
    raise _wrong(f"This is not the address of a {'YouTube' if kind is StageKind.YOUTUBE else 'Vimeo'} video.")


def _wrong(sentence: str) -> InvalidInput:
    return InvalidInput("stage.address", sentence, {"address": sentence})


def _parts(address: str) -> SplitResult:
    """Take an address apart; one with anything but a plain host is empty, for its host goes into a header of pages."""
    try:
        parts = urlsplit(address)
    except ValueError:
        return SplitResult("", "", "", "", "")
    return parts if _HOST.fullmatch(parts.netloc) and _PLAIN.fullmatch(address) else SplitResult("", "", "", "", "")


def _youtube_id(address: str) -> str | None:
    parts = _parts(address)
    if parts.scheme != "https" or parts.hostname not in _YOUTUBE_HOSTS:
        return None
    last = parts.path.rstrip("/").rpartition("/")[2]
    found = parse_qs(parts.query).get("v", [last])[0]
    return found if _YOUTUBE.fullmatch(found) else None


def _vimeo_id(address: str) -> str | None:
    parts = _parts(address)
    if parts.scheme != "https" or parts.hostname not in ("vimeo.com", "player.vimeo.com"):
        return None
    found = parts.path.rstrip("/").rpartition("/")[2]
    return found if _VIMEO.fullmatch(found) else None


def deck_fault(reason: str, page: int) -> str:
    """Give the sentence for a PDF that could not become pages.

    `reason`: why the drawing stopped (`cpu`, `memory`, `locked` …); `page`: from 1, or 0 where it was the whole file.
    """
    if reason == "locked":
        return "This PDF wants a password. Save it without one, then send it again."
    if reason == "pages":
        return f"This PDF has more than {MOST_PAGES} pages. Send it in parts."
    if not page:
        return "This PDF cannot be read. Save it again from the program that made it, then send it."
    return f"Page {page} {_FAULTS.get(reason, 'cannot be drawn. Make it anew')}, then send the PDF again."


def check_page(page: int, pages: int) -> None:
    """Raise Refused when a deck of `pages` has no such page, counted from 1."""
    if not 1 <= page <= pages:
        raise Refused("stage.page", f"There is no slide {page}; the last one is {pages}.")


def may_see_slide(page: int, furthest: int, *, is_staff: bool) -> bool:
    """Say whether a member may load the picture of a page.

    The audience looks back as far as it likes, and loads one page ahead, so that the next slide appears at once;
    `furthest` is the last page that was shown, 0 for a deck that never was.
    """
    return is_staff or (furthest > 0 and 1 <= page <= furthest + 1)


def may_read_slide(page: int, furthest: int, *, is_staff: bool) -> bool:
    """Say whether a member may read the words of a page: of one that was shown."""
    return is_staff or 1 <= page <= furthest


CAPTION_LIMIT = 300
MOST_LINES = 20
LONGEST_CUE = timedelta(seconds=7)


def caption_lines(text: str) -> list[str]:
    """Cut what a captioner sent into lines of at most CAPTION_LIMIT characters, at spaces where there are any.

    Raises InvalidInput when nothing is left, or more than MOST_LINES.
    """
    lines: list[str] = []
    for typed in multi_line(text).split("\n"):
        rest = typed
        while len(rest) > CAPTION_LIMIT:
            at = rest.rfind(" ", 1, CAPTION_LIMIT + 1)
            cut = at if at > 0 else CAPTION_LIMIT
            lines.append(rest[:cut].strip())
            rest = rest[cut:].strip()
        lines.append(rest)
    kept = [line for line in lines if line]
    if not kept:
        raise InvalidInput("captions.empty", "Send some words.", {"text": "Send some words."})
    if len(kept) > MOST_LINES:
        sentence = f"Send at most {MOST_LINES} lines at once."
        raise InvalidInput("captions.many", sentence, {"text": sentence})
    return kept


def web_vtt(lines: Sequence[tuple[datetime, str]], began: datetime) -> str:
    """Give captions as WebVTT (W3C, §4): each until the next, and for LONGEST_CUE at most.

    `lines`: (aware instant, text) in their order; `began`: the start of the recording. What came before it is left out.
    """
    cues = []
    for place, (at, text) in enumerate(lines):
        following = lines[place + 1][0] if place + 1 < len(lines) else at + LONGEST_CUE
        end = min(max(following, at + timedelta(seconds=1)), at + LONGEST_CUE)
        if at >= began:
            plain = text.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;")
            cues.append(f"{_cue_time(at - began)} --> {_cue_time(end - began)}\n{plain}\n")
    return "\n".join(["WEBVTT\n", *cues])


def _cue_time(since: timedelta) -> str:
    whole, thousandths = divmod(round(since.total_seconds() * 1000), 1000)
    return f"{whole // 3600:02}:{whole // 60 % 60:02}:{whole % 60:02}.{thousandths:03}"
