"""Slides: a PDF comes in, its pages are drawn one after the other, and one of them is shown to everybody."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import delete

from webinar_app.audit.services import record
from webinar_app.core.actor import Actor, Member
from webinar_app.core.codes import new_code
from webinar_app.core.errors import Forbidden, Refused
from webinar_app.core.permissions import Permission
from webinar_app.core.text import multi_line
from webinar_app.infra.db import Db
from webinar_app.infra.jobs import enqueue
from webinar_app.stage.messages import deck_value, slides_value
from webinar_app.stage.models import Deck, Slide, StageSource
from webinar_app.stage.queries import find_drawing, get_deck, list_decks
from webinar_app.stage.rules import MOST_DECKS, MOST_PAGES, DeckState, StageKind, check_page, deck_fault
from webinar_app.webinars.policy import get_webinar, open_room
from webinar_app.webinars.services import publish_room_event

DRAW = "stage.draw_slides"


@dataclass(frozen=True, slots=True)
class Drawn:
    """A page as the drawer gave it; pictures by their hashes in storage."""

    page: int
    picture: str
    thumb: str
    width: int
    height: int
    text: str
    links: list[str]


def add_deck(db: Db, actor: Actor, code: str, name: str, sha256: str, *, now: datetime) -> dict[str, Any]:
    """Take a PDF that is in storage as slides of a sitting, to be drawn by the worker; return `{deck}`, its code."""
    webinar = get_webinar(db, actor, code, to=Permission.STAGE_CONTROL)
    if len(list_decks(db, webinar.id)) >= MOST_DECKS:
        raise Refused("deck.many", f"A session takes {MOST_DECKS} sets of slides. Remove one that is not needed first.")
    deck = Deck(
        code=new_code(), webinar_id=webinar.id, name=name, sha256=sha256, state=DeckState.WAITING, pages=0, drawn=0,
        page=0, furthest=0, refusal="", created_by=actor.person_id, created_at=now,
    )  # fmt: skip
    db.add(deck)
    enqueue(db, DRAW, {"deck": deck.code}, now=now, unique=f"{DRAW}:{deck.code}:0")
    db.flush()  # the entry names its id
    record(db, actor.person_id, "stage.deck_add", "deck", deck.id, now=now)
    _tell(db, deck, now)
    return {"deck": deck.code}


def begin_deck(db: Db, code: str, pages: int, *, now: datetime) -> None:
    """Note how many pages are to be drawn; a PDF with none or too many is refused."""
    deck = find_drawing(db, code)
    if deck is None:
        return
    if not 1 <= pages <= MOST_PAGES:
        _refuse(db, deck, deck_fault("pages" if pages else "document", 0), now)
        return
    deck.pages, deck.state = pages, DeckState.DRAWING
    _tell(db, deck, now)


def keep_slide(db: Db, code: str, drawn: Drawn, *, is_told: bool, now: datetime) -> None:
    """Keep a drawn page; the last one makes the deck ready. Keeping it again changes nothing.

    `is_told` lets staff see the progress: not each page of three hundred is worth an event.
    """
    deck = find_drawing(db, code)
    if deck is None or drawn.page != deck.drawn + 1:
        return
    db.add(
        Slide(
            deck_id=deck.id, page=drawn.page, picture=drawn.picture, thumb=drawn.thumb, width=drawn.width,
            height=drawn.height, text=multi_line(drawn.text), links=drawn.links,
        )
    )  # fmt: skip
    deck.drawn = drawn.page
    if deck.drawn == deck.pages:
        deck.state = DeckState.READY
    if is_told or deck.state is DeckState.READY:
        _tell(db, deck, now)


def draw_on(db: Db, code: str, *, now: datetime) -> None:
    """Let another job draw the pages that are left."""
    deck = find_drawing(db, code)
    if deck is not None:
        enqueue(db, DRAW, {"deck": code}, now=now, unique=f"{DRAW}:{code}:{deck.drawn}")


def refuse_deck(db: Db, code: str, reason: str, page: int, *, now: datetime) -> None:
    """Say of a deck why it cannot be drawn."""
    deck = find_drawing(db, code)
    if deck is not None:
        _refuse(db, deck, deck_fault(reason, page), now)


def remove_deck(db: Db, actor: Actor, code: str, deck_code: str, *, now: datetime) -> dict[str, Any]:
    """Remove slides that do not stand on the stage."""
    webinar = get_webinar(db, actor, code, to=Permission.STAGE_CONTROL)
    deck = get_deck(db, webinar.id, deck_code)
    source = db.get(StageSource, webinar.id)
    if source is not None and source.deck_id == deck.id:
        raise Refused("deck.shown", "These slides stand on the stage. Put something else there first.")
    record(db, actor.person_id, "stage.deck_remove", "deck", deck.id, now=now)
    db.execute(delete(Slide).where(Slide.deck_id == deck.id))
    db.delete(deck)
    publish_room_event(db, webinar.id, "staff", "stage.deck_removed", {"deck": deck_code}, now=now)
    return {"code": webinar.code}


def move_slide(db: Db, member: Member, deck_code: str, page: int, *, now: datetime) -> dict[str, Any]:
    """Show everybody this page of the deck on the stage; showing it again changes nothing."""
    if not member.may(Permission.STAGE_CONTROL):
        raise Forbidden
    webinar = open_room(db, member)
    deck = get_deck(db, webinar.id, deck_code)
    source = db.get(StageSource, webinar.id)
    if source is None or source.kind is not StageKind.SLIDES or source.deck_id != deck.id:
        raise Refused("stage.not_slides", "These slides do not stand on the stage. Put them there first.")
    check_page(page, deck.pages)
    if page != deck.page:
        deck.page, deck.furthest = page, max(deck.furthest, page)
        slides = slides_value(db, deck)
        publish_room_event(db, webinar.id, "all", "stage.slide_moved", {"slides": slides}, now=now)
    return {"page": page}


def _refuse(db: Db, deck: Deck, sentence: str, now: datetime) -> None:
    deck.state, deck.refusal = DeckState.REFUSED, sentence
    _tell(db, deck, now)


def _tell(db: Db, deck: Deck, now: datetime) -> None:
    publish_room_event(db, deck.webinar_id, "staff", "stage.deck_changed", {"deck": deck_value(deck)}, now=now)
