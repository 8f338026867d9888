"""Use cases of the stage."""

from datetime import datetime
from typing import Any

from webinar_app.audit.services import record
from webinar_app.core.actor import Actor, Member
from webinar_app.core.errors import Forbidden, InvalidInput
from webinar_app.core.permissions import Permission
from webinar_app.core.text import multi_line
from webinar_app.infra.db import Db, insert_for
from webinar_app.stage.messages import stage_value
from webinar_app.stage.models import Deck, StageSource
from webinar_app.stage.queries import get_deck
from webinar_app.stage.rules import WITHOUT_ADDRESS, DeckState, StageKind, embed_url
from webinar_app.webinars.policy import get_webinar, open_room
from webinar_app.webinars.services import publish_room_event

ADDRESS_LIMIT = 500
TEXT_LIMIT = 1000


def change_stage(
    db: Db, member: Member, kind: StageKind, address: str, text: str, deck: str = "", *, now: datetime
) -> dict[str, Any]:
    """Put something on the stage during the session and return it as everybody sees it."""
    if not member.may(Permission.STAGE_CONTROL):
        raise Forbidden
    open_room(db, member)
    return _change(db, member.webinar_id, member.person_id, kind, address, text, deck, now)


def prepare_stage(
    db: Db, actor: Actor, code: str, kind: StageKind, address: str, text: str, deck: str = "", *, now: datetime
) -> dict[str, Any]:
    """Say before the session what will stand on the stage, and return it as everybody will see it."""
    webinar = get_webinar(db, actor, code, to=Permission.STAGE_CONTROL)
    return _change(db, webinar.id, actor.person_id, kind, address, text, deck, now)


def preview_stage(db: Db, member: Member, kind: StageKind, address: str, text: str, deck: str = "") -> dict[str, Any]:
    """Give what everybody would see, or refuse as the change itself would; nothing changes."""
    if not member.may(Permission.STAGE_CONTROL):
        raise Forbidden
    shown = _deck(db, member.webinar_id, kind, deck)
    row = StageSource(webinar_id=member.webinar_id, kind=kind, **_checked(kind, address, text))
    if shown is None:
        return {"stage": stage_value(db, row)}
    page = max(1, shown.page)
    slides = {"deck": shown.code, "page": page, "pages": shown.pages, "furthest": page, "text": "", "links": []}
    return {"stage": {"kind": kind.value, "url": None, "text": row.text, "slides": slides}}


def _change(
    db: Db, webinar_id: int, person_id: int | None, kind: StageKind, address: str, text: str, deck: str, now: datetime
) -> dict[str, Any]:
    shown = _deck(db, webinar_id, kind, deck)
    if shown is not None and shown.page == 0:
        shown.page = shown.furthest = 1
    values = {"kind": kind, "deck_id": shown.id if shown else None, **_checked(kind, address, text)}
    put = insert_for(db)(StageSource).values(webinar_id=webinar_id, **values)
    db.connection().execute(put.on_conflict_do_update(index_elements=["webinar_id"], set_=values))
    record(db, person_id, "stage.change", "webinar", webinar_id, now=now, kind=kind.value)
    stage = stage_value(db, db.get(StageSource, webinar_id, populate_existing=True))
    publish_room_event(db, webinar_id, "all", "stage.changed", {"stage": stage}, now=now)
    return {"stage": stage}


def _deck(db: Db, webinar_id: int, kind: StageKind, code: str) -> Deck | None:
    """Give the slides that are to stand on the stage; raise InvalidInput when they cannot yet."""
    if kind is not StageKind.SLIDES:
        return None
    if not code:
        sentence = "Choose which slides, or send a PDF first."
        raise InvalidInput("stage.deck", sentence, {"deck": sentence})
    found = get_deck(db, webinar_id, code)
    if found.state is not DeckState.READY:
        sentence = "These slides are not ready yet. Wait until every page is drawn."
        raise InvalidInput("stage.deck", sentence, {"deck": sentence})
    return found


def _checked(kind: StageKind, address: str, text: str) -> dict[str, str]:
    """Give address and text as they are stored: what the kind does not use is left out."""
    embed_url(kind, address)
    cleaned = multi_line(text)
    if len(address.strip()) > ADDRESS_LIMIT:
        sentence = f"An address has at most {ADDRESS_LIMIT} characters."
        raise InvalidInput("stage.address", sentence, {"address": sentence})
    if len(cleaned) > TEXT_LIMIT or (kind is StageKind.TEXT and not cleaned):
        sentence = f"Write how people join, in 1 to {TEXT_LIMIT} characters."
        raise InvalidInput("stage.text", sentence, {"text": sentence})
    return {"address": "" if kind in WITHOUT_ADDRESS else address.strip(), "text": cleaned}
