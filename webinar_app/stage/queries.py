"""Named reads of the stage."""

from datetime import datetime
from typing import Any

from sqlalchemy import select

from webinar_app.core.errors import NotFound
from webinar_app.infra.db import Db
from webinar_app.stage.models import CaptionFeed, CaptionLine, Deck, Slide, StageSource
from webinar_app.stage.rules import StageKind


def stage_setting(db: Db, webinar_id: int) -> dict[str, Any]:
    """Give `{kind, address, text, deck}` as staff typed and chose them."""
    row = db.get(StageSource, webinar_id)
    if row is None:
        return {"kind": StageKind.NONE.value, "address": "", "text": "", "deck": ""}
    deck = db.get(Deck, row.deck_id) if row.deck_id else None
    return {"kind": row.kind.value, "address": row.address, "text": row.text, "deck": deck.code if deck else ""}


def list_decks(db: Db, webinar_id: int) -> list[Deck]:
    """Give the decks of a sitting in the order of their upload."""
    query = select(Deck).where(Deck.webinar_id == webinar_id).order_by(Deck.created_at, Deck.code)
    return list(db.scalars(query))


def get_deck(db: Db, webinar_id: int, code: str) -> Deck:
    """Give a deck of this sitting; raise NotFound."""
    query = select(Deck).where(Deck.code == code, Deck.webinar_id == webinar_id)
    found = db.scalars(query).one_or_none()
    if found is None:
        raise NotFound("deck.unknown", "These slides are not there any more. Reload the page.")
    return found


def get_slide(db: Db, deck: Deck, page: int) -> Slide:
    """Give a drawn page; raise NotFound."""
    found = db.get(Slide, (deck.id, page))
    if found is None:
        raise NotFound("slide.unknown", "There is no such slide.")
    return found


def find_drawing(db: Db, code: str) -> Deck | None:
    """Give a deck of which pages are still to be drawn, or None."""
    found = db.scalars(select(Deck).where(Deck.code == code)).one_or_none()
    return found if found is not None and found.state in ("waiting", "drawing") else None


def list_words(db: Db, deck: Deck) -> list[dict[str, Any]]:
    """Give `{page, text}` of every drawn page, to search in."""
    query = select(Slide.page, Slide.text).where(Slide.deck_id == deck.id).order_by(Slide.page)
    return [{"page": page, "text": text} for page, text in db.execute(query)]


def last_captions(db: Db, webinar_id: int, most: int) -> list[CaptionLine]:
    """Give the newest lines of captions, oldest first."""
    query = select(CaptionLine).where(CaptionLine.webinar_id == webinar_id).order_by(CaptionLine.number.desc())
    return list(db.scalars(query.limit(most)))[::-1]


def list_captions(db: Db, webinar_id: int) -> list[tuple[datetime, str]]:
    """Give (moment, text) of all lines of captions in their order."""
    query = select(CaptionLine.at, CaptionLine.text).where(CaptionLine.webinar_id == webinar_id)
    return [(at, text) for at, text in db.execute(query.order_by(CaptionLine.number))]


def feed_version(db: Db, webinar_id: int) -> int | None:
    """Give the version of the feed's address that is good now, or None while there is none."""
    feed = db.get(CaptionFeed, webinar_id)
    return feed.version if feed is not None and feed.is_open else None
