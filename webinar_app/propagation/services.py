"""Use cases of the board: what feeds served, and sending again to those on the old time."""

from datetime import datetime
from typing import Any

from sqlalchemy import select

from webinar_app.audit.services import record
from webinar_app.calendars.events import FeedServed
from webinar_app.core.actor import Actor
from webinar_app.core.errors import Refused
from webinar_app.core.permissions import Permission
from webinar_app.infra.db import Db, insert_for
from webinar_app.infra.jobs import enqueue
from webinar_app.mailing.services import send_again
from webinar_app.propagation.models import FeedSight
from webinar_app.propagation.queries import Line, board, list_failed
from webinar_app.propagation.rules import Standing, is_worth_keeping
from webinar_app.webinars.models import Webinar
from webinar_app.webinars.policy import get_webinar
from webinar_app.webinars.rules import WebinarState

CHUNK = 100  # people whom one job of `calendars` tells


def note_feed(db: Db, event: FeedServed, now: datetime) -> None:
    """Write down which versions a feed served; the same version within the hour costs no write."""
    query = select(FeedSight.webinar_id, FeedSight.sequence, FeedSight.fetched_at)
    known = {row[0]: (row[1], row[2]) for row in db.execute(query.where(FeedSight.person_id == event.person_id))}
    rows = [
        {"person_id": event.person_id, "webinar_id": webinar_id, "sequence": sequence, "fetched_at": now}
        for webinar_id, sequence in sorted(event.versions.items())
        if is_worth_keeping(known.get(webinar_id), sequence, now)
    ]
    if not rows:
        return
    statement = insert_for(db)(FeedSight).values(rows)
    new = {"sequence": statement.excluded.sequence, "fetched_at": statement.excluded.fetched_at}
    db.connection().execute(statement.on_conflict_do_update(index_elements=["person_id", "webinar_id"], set_=new))


def send_to_stale(db: Db, actor: Actor, code: str, *, now: datetime) -> dict[str, Any]:
    """Send the present version to everybody who is still on an old one, and return `{count}`; nobody else hears."""
    webinar = get_webinar(db, actor, code, to=Permission.WEBINAR_SCHEDULE)
    if webinar.state is WebinarState.ENDED:
        raise Refused("propagation.over", "This session has ended; nobody is told of its time any more.")
    lines = board(db, webinar)
    stale = [line for line in lines if line.standing is Standing.OLD]
    failed = list_failed(stale)
    for mail in failed:
        send_again(db, actor, mail, now=now)
    _tell_missing(db, webinar, lines, [line for line in stale if line.mail_code not in failed], now)
    record(db, actor.person_id, "webinar.send_to_stale", "webinar", webinar.id, now=now, people=len(stale))
    return {"count": len(stale)}


def _tell_missing(db: Db, webinar: Webinar, lines: list[Line], missing: list[Line], now: datetime) -> None:
    """Have those told for whom the present version was never written; who has it is passed over by its mail's key."""
    for line in missing:
        if not line.is_registered:
            enqueue(db, "calendars.withdraw", {"registration_id": line.registration_id}, now=now)
    wanted = {line.registration_id for line in missing if line.is_registered}
    kind = "cancelled" if webinar.state is WebinarState.CANCELLED else "updated"
    everybody = sorted(line.registration_id for line in lines if line.is_registered)
    for first in range(0, len(everybody), CHUNK):
        chunk = everybody[first : first + CHUNK]
        if wanted.intersection(chunk):
            payload = {"webinar_id": webinar.id, "kind": kind, "sequence": webinar.sequence, "after": chunk[0] - 1}
            enqueue(db, "calendars.tell_all", payload, now=now)
