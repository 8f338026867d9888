"""What may stand on the stage, and the address a page may embed for it."""

import re
from enum import StrEnum
from urllib.parse import SplitResult, parse_qs, urlsplit

from webinar_app.core.errors import InvalidInput


class StageKind(StrEnum):
    """Where picture and sound come from."""

    NONE = "none"
    HLS = "hls"
    YOUTUBE = "youtube"
    VIMEO = "vimeo"
    TEXT = "text"


_YOUTUBE = re.compile(r"[A-Za-z0-9_-]{11}")
_VIMEO = re.compile(r"[0-9]{6,12}")
_HOST = re.compile(r"[A-Za-z0-9.-]+(:[0-9]{1,5})?")
_PLAIN = re.compile(r"[!-~]+")


def embed_url(kind: StageKind, address: str) -> str | None:
    """Give the address to embed or play, or None where there is only text.

    Raises InvalidInput when the address does not belong to the kind.
    """
    address = address.strip()
    if kind in (StageKind.NONE, StageKind.TEXT):
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
    if parts.scheme != "https" or parts.hostname not in ("www.youtube.com", "youtube.com", "youtu.be"):
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
