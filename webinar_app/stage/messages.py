"""What a room's messages say of the stage."""

from typing import Any

from webinar_app.core.times import stamp
from webinar_app.infra.db import Db
from webinar_app.stage.models import CaptionLine, Deck, Slide, StageSource
from webinar_app.stage.queries import last_captions, list_decks
from webinar_app.stage.rules import StageKind, embed_url
from webinar_app.webinars.events import RoomSnapshotAsked

LAST_CAPTIONS = 3
WORDS_LIMIT = 2000  # of a slide, in a message to everybody


def stage_value(db: Db, row: StageSource | None) -> dict[str, Any]:
    """Give the stage as everybody sees it: the address to embed, never the one that was typed."""
    if row is None:
        return {"kind": StageKind.NONE.value, "url": None, "text": "", "slides": None}
    deck = db.get(Deck, row.deck_id) if row.kind is StageKind.SLIDES and row.deck_id else None
    return {
        "kind": row.kind.value,
        "url": embed_url(row.kind, row.address),
        "text": row.text,
        "slides": slides_value(db, deck) if deck else None,
    }


def slides_value(db: Db, deck: Deck) -> dict[str, Any]:
    """Give a deck on the stage: where it stands, and the words and links of the slide that is shown."""
    slide = db.get_one(Slide, (deck.id, deck.page))
    return {
        "deck": deck.code,
        "page": deck.page,
        "pages": deck.pages,
        "furthest": deck.furthest,
        "text": slide.text[:WORDS_LIMIT],
        "links": slide.links,
    }


def deck_value(deck: Deck) -> dict[str, Any]:
    """Give a deck as staff see it."""
    return {
        "code": deck.code,
        "name": deck.name,
        "state": deck.state.value,
        "pages": deck.pages,
        "drawn": deck.drawn,
        "refusal": deck.refusal,
        "at": stamp(deck.created_at),
    }


def stage_part(db: Db, question: RoomSnapshotAsked) -> dict[str, Any]:
    """Give the stage of a room, and to staff the decks that may stand there."""
    if question.staff:
        return {"decks": [deck_value(deck) for deck in list_decks(db, question.webinar_id)]}
    captions = [caption_value(line) for line in last_captions(db, question.webinar_id, LAST_CAPTIONS)]
    return {"stage": stage_value(db, db.get(StageSource, question.webinar_id)), "captions": captions}


def caption_value(line: CaptionLine) -> dict[str, Any]:
    """Give a line of captions."""
    return {"number": line.number, "text": line.text, "at": stamp(line.at)}
