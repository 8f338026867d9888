"""What a document may load: style sheets of ours, and images that are written into it."""

import base64
import binascii
import re
from pathlib import Path
from urllib.parse import unquote_to_bytes

from weasyprint.urls import URLFetcher, URLFetcherResponse

_ASSET = re.compile(r"asset:(css/[a-z0-9-]+\.css)")
_TAKEN = re.compile(r"asset:image/(\d{1,4})")
_IMAGE = re.compile(r"data:(image/(?:svg\+xml|png))(?:;charset=utf-8)?(;base64)?,(.*)", re.DOTALL)
_EMBEDDED = re.compile(r"data:image/(svg\+xml|png);base64,([A-Za-z0-9+/=]+)")
_LARGEST_IMAGE = 512 * 1024


class FetchRefused(Exception):
    """The document asked for something that is not part of it."""


class BundledFetcher(URLFetcher):
    """Answer from memory only: no file, no network, no redirect, whatever the address looks like."""

    def __init__(self, static: Path) -> None:
        super().__init__(allowed_protocols=("asset", "data"), allow_redirects=False)
        self._assets = {f"css/{path.name}": path.read_text() for path in sorted((static / "css").glob("*.css"))}
        self._images: list[tuple[str, str]] = []
        self.refused = 0

    def fetch(self, url: str, headers: object = None) -> URLFetcherResponse:
        """Give a bundled style sheet or an embedded image; refuse everything else."""
        if (asset := _ASSET.fullmatch(url)) and asset[1] in self._assets:
            # The renderer has read it already, once for many documents; see `sheet_of`.
            return URLFetcherResponse(url, b"", {"Content-Type": "text/css"})
        if (taken := _TAKEN.fullmatch(url)) and int(taken[1]) < len(self._images):
            kind, text = self._images[int(taken[1])]
            return URLFetcherResponse(url, _body(text, is_base64=True), {"Content-Type": f"image/{kind}"})
        if len(url) <= _LARGEST_IMAGE * 2 and (image := _IMAGE.fullmatch(url)):
            return URLFetcherResponse("asset:image", _body(image[3], bool(image[2])), {"Content-Type": image[1]})
        self.refused += 1
        raise FetchRefused

    def take_images(self, document: str) -> str:
        """Keep the images of a document here and give it with short addresses in their place, quicker to read."""

        def take(image: re.Match[str]) -> str:
            self._images.append((image[1], image[2]))
            return f"asset:image/{len(self._images) - 1}"

        self._images = []
        return _EMBEDDED.sub(take, document)

    def sheet_of(self, document: str) -> str:
        """Give the text of the bundled style sheets that a document names."""
        named = set(_ASSET.findall(document)) & self._assets.keys()
        return "".join(self._assets[name] for name in sorted(named))

    def open(self, url: object, data: object = None, timeout: object = None) -> URLFetcherResponse:
        """Refuse: the way into urllib's own handlers is closed."""
        raise FetchRefused


def _body(text: str, is_base64: bool) -> bytes:
    try:
        body = base64.b64decode(text, validate=True) if is_base64 else unquote_to_bytes(text)
    except binascii.Error:
        raise FetchRefused
    if len(body) > _LARGEST_IMAGE:
        raise FetchRefused
    return body
