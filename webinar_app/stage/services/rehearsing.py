"""The stage of a copied sitting: the same source and slides as the sitting's, from their first page."""

from datetime import datetime

from sqlalchemy import select

from webinar_app.core.codes import new_code
from webinar_app.core.text import counted
from webinar_app.courses.events import Carried, CarriedAsked
from webinar_app.infra.db import Db
from webinar_app.stage.models import Deck, Slide, StageSource
from webinar_app.stage.queries import list_decks
from webinar_app.stage.rules import DeckState
from webinar_app.webinars.events import TextsAsked, WebinarCloned


def copy_prepared(db: Db, event: WebinarCloned, now: datetime) -> None:
    """Copy what stands on the stage, and every set of slides that is drawn; the files are shared."""
    for old, new in event.ids.items():
        copies = {deck.id: _copy(db, deck, new) for deck in list_decks(db, old) if deck.state is DeckState.READY}
        source = db.get(StageSource, old)
        if source is not None and (source.deck_id is None or source.deck_id in copies):
            deck_id = None if source.deck_id is None else copies[source.deck_id]
            db.add(
                StageSource(webinar_id=new, kind=source.kind, address=source.address, text=source.text, deck_id=deck_id)
            )


def what_goes_along(db: Db, question: CarriedAsked) -> list[Carried]:
    """Give the slides and the stage that copies of these sittings would have, and slides that are not ready to go."""
    decks = [deck for webinar_id in question.webinar_ids for deck in list_decks(db, webinar_id)]
    ready = sum(deck.state is DeckState.READY for deck in decks)
    found = [Carried(counted(ready, "set of slides", "sets of slides"))] if ready else []
    if any(db.get(StageSource, webinar_id) for webinar_id in question.webinar_ids):
        found.append(Carried("what stands on the stage"))
    waiting = [deck.name for deck in decks if deck.state in (DeckState.WAITING, DeckState.DRAWING)]
    return found + [Carried(f"“{name}” stays behind: its slides are still being drawn", True) for name in waiting]


def texts_of(db: Db, question: TextsAsked) -> list[tuple[str, str]]:
    """Give the words that stand on the stage."""
    source = db.get(StageSource, question.webinar_id)
    return [("Stage", source.text)] if source is not None else []


def _copy(db: Db, deck: Deck, webinar_id: int) -> int:
    page = 1 if deck.page else 0
    copy = Deck(
        code=new_code(), webinar_id=webinar_id, name=deck.name, sha256=deck.sha256, state=deck.state, pages=deck.pages,
        drawn=deck.drawn, page=page, furthest=page, created_by=deck.created_by, created_at=deck.created_at,
    )  # fmt: skip
    db.add(copy)
    db.flush()  # its pages name its id
    for one in db.scalars(select(Slide).where(Slide.deck_id == deck.id)):
        db.add(
            Slide(
                deck_id=copy.id, page=one.page, picture=one.picture, thumb=one.thumb, width=one.width,
                height=one.height, text=one.text, links=list(one.links),
            )
        )  # fmt: skip
    return copy.id
