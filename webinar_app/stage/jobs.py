"""Draw the pages of a PDF: each is kept as soon as it is there, so that a restart goes on where it stopped."""

import time
from typing import Any

from webinar_app.core.clock import utc_now
from webinar_app.infra.db import read, write
from webinar_app.infra.jobs import job
from webinar_app.infra.storage import storage
from webinar_app.infra.uploads import Drawer, DrawFailed
from webinar_app.stage.queries import find_drawing
from webinar_app.stage.services.decks import DRAW, Drawn, begin_deck, draw_on, keep_slide, refuse_deck

TURN_SECONDS = 20.0  # well within a job's lease, and other jobs get their turn between
TOLD_SECONDS = 0.5


@job(DRAW)
def draw_slides(payload: dict[str, Any]) -> None:
    """Draw what is left of a deck, for as long as a turn lasts."""
    code = payload["deck"]
    with read() as db:
        deck = find_drawing(db, code)
        if deck is None:
            return
        sha256, pages, drawn = deck.sha256, deck.pages, deck.drawn
    page = 0
    try:
        with Drawer(storage().get(sha256)) as drawer:
            if not pages:
                pages = drawer.count()
                write(begin_deck, code, pages, now=utc_now())
            begun = told = time.monotonic()
            for page in range(drawn + 1, pages + 1):
                if time.monotonic() - begun > TURN_SECONDS:
                    write(draw_on, code, now=utc_now())
                    return
                is_told = time.monotonic() - told > TOLD_SECONDS
                told = time.monotonic() if is_told else told
                write(keep_slide, code, _kept(drawer, page), is_told=is_told, now=utc_now())
    except DrawFailed as failure:
        if failure.reason == "drawer":
            raise  # of the machine, not of the file: the job comes again
        write(refuse_deck, code, failure.reason, page, now=utc_now())


def _kept(drawer: Drawer, page: int) -> Drawn:
    made = drawer.page(page)
    picture, thumb = storage().put(made.picture), storage().put(made.thumb)
    return Drawn(page, picture, thumb, made.width, made.height, made.text, made.links)
