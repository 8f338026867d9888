"""The one place that calls the layout engine."""

import logging
from typing import TYPE_CHECKING

import weasyprint
from weasyprint.text.fonts import FontConfiguration

from webinar_app.infra.pdf import shortcuts

if TYPE_CHECKING:
    from webinar_app.infra.pdf.fetcher import BundledFetcher

logging.getLogger("weasyprint").addHandler(logging.NullHandler())
logging.getLogger("weasyprint").propagate = False
shortcuts.install()


def read_fonts() -> FontConfiguration:
    """Read the font folder; fontconfig writes its cache on the way."""
    fonts = FontConfiguration()
    fonts.add_font_face = _no_fonts_of_its_own
    return fonts


def read_sheet(text: str, fetcher: "BundledFetcher") -> weasyprint.CSS:
    """Read a style sheet that any number of documents may use."""
    return weasyprint.CSS(string=text, url_fetcher=fetcher)


def lay_out(
    document: str,
    sheet: weasyprint.CSS,
    fonts: FontConfiguration,
    fetcher: "BundledFetcher",
    identifier: bytes | None = None,
) -> bytes:
    """Give a tagged PDF/UA-1 of an HTML document."""
    page = weasyprint.HTML(string=document, base_url="asset:", url_fetcher=fetcher)
    result: bytes = page.write_pdf(
        stylesheets=[sheet], font_config=fonts, pdf_variant="pdf/ua-1", pdf_identifier=identifier
    )
    return result


def _no_fonts_of_its_own(*_: object) -> None:
    """Let a document's own `@font-face` pass without effect."""
