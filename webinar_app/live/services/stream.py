"""New rows become messages: room events in order and without gaps, notices, and rights that ended."""

from collections import deque
from datetime import datetime, timedelta
from functools import cache
from typing import Any

from sqlalchemy import Integer, String, select

from webinar_app.accounts.models import Notice, RevocationCause
from webinar_app.accounts.queries import list_revocations
from webinar_app.core.times import stamp
from webinar_app.infra import runtime
from webinar_app.infra.db import Db, in_rows, read, rowset
from webinar_app.live.policy import ends
from webinar_app.live.queries import notice_value
from webinar_app.live.services import proofs
from webinar_app.web import sockets
from webinar_app.web.sockets import person_audience, room_audience
from webinar_app.webinars.models import RoomEvent
from webinar_app.webinars.queries import MOST_EVENTS

OVERLAP = timedelta(seconds=10)
REASONS = {
    RevocationCause.SIGN_OUT: "signed_out",
    RevocationCause.PASSWORD: "signed_out",
    RevocationCause.ROLE: "role",
    RevocationCause.CANCELLED: "cancelled",
    RevocationCause.REMOVED: "removed",
}
COUNTED = {"poll": "polls", "question": "questions"}  # events that change what a look for tallies would find
Key = tuple[int, str]


class _Sent:
    """What this process's sockets have been sent."""

    def __init__(self) -> None:
        self.gate = runtime.gate(1)  # one at a time, so that nothing is sent twice or out of order
        self.numbers: dict[Key, int] = {}
        self.idle: dict[Key, int] = {}
        self.is_called = False
        self.notices: deque[int] = deque(maxlen=20_000)
        self.known_notices: set[int] = set()


_sent: _Sent | None = None
IDLE_LOOKS = 240


def sent() -> _Sent:
    """Give this process's account; made late, because its gate must fit the way this process waits."""
    global _sent
    if _sent is None:
        _sent = _Sent()
    return _sent


def forget() -> None:
    """Forget what was sent; only where no socket is left."""
    global _sent
    _sent = None


def watch(webinar_id: int, numbers: dict[str, int]) -> None:
    """Send what comes after these numbers; a stream that is watched already goes on where it is."""
    for audience in ("all", "staff"):
        sent().numbers.setdefault((webinar_id, audience), numbers.get(audience, 0))


def wake(audience: str) -> None:
    """Look at once; several calls before the look are one."""
    account = sent()
    if audience.startswith("room:") and not account.is_called:
        account.is_called = True
        runtime.spawn(_answer_call)


def _answer_call() -> None:
    sent().is_called = False
    pump()


def pump() -> int:
    """Send this process's sockets every new room event, in order; give how many there were."""
    account = sent()
    with account.gate:
        watched = _watched(account)
        if not watched:
            return 0
        with read() as db:
            fresh = _fresh(db, watched)
        for (webinar_id, audience), message in fresh:
            sockets.broadcast(room_audience(webinar_id, audience), "room.event", message)
            account.numbers[webinar_id, audience] = message["number"]
            if counted := COUNTED.get(message["name"].partition(".")[0]):
                sockets.stir(webinar_id, counted)
    ended = {key[0] for key, message in fresh if message["name"] == "room.ended"}
    if ended:
        proofs.flush(ended)
    return len(fresh)


def _watched(account: _Sent) -> dict[Key, int]:
    """Give the streams somebody here listens to; others are forgotten after a minute."""
    watched = {}
    for key, number in list(account.numbers.items()):
        if sockets.is_heard(room_audience(*key)):
            account.idle.pop(key, None)
            watched[key] = number
            continue
        account.idle[key] = account.idle.get(key, 0) + 1
        if account.idle[key] > IDLE_LOOKS:
            account.numbers.pop(key, None)
            account.idle.pop(key, None)
    return watched


def _fresh(db: Db, watched: dict[Key, int]) -> list[tuple[Key, dict[str, Any]]]:
    connection = db.connection()
    asked = in_rows((*key, number) for key, number in watched.items())
    return [
        (
            (row.webinar_id, row.audience),
            {
                "audience": row.audience, "number": row.number, "name": row.name, "payload": row.payload,
                "at": stamp(row.at),
            },
        )
        for row in connection.execute(_after(connection.dialect.name), asked)
    ]  # fmt: skip


@cache
def _after(dialect: str) -> Any:
    table, known = rowset(dialect, webinar_id=Integer, audience=String, number=Integer)
    mine = (RoomEvent.webinar_id == known["webinar_id"]) & (RoomEvent.audience == known["audience"])
    told = (RoomEvent.number, RoomEvent.name, RoomEvent.payload, RoomEvent.at)
    query = select(RoomEvent.webinar_id, RoomEvent.audience, *told).join_from(table, RoomEvent, mine)
    ordered = query.order_by(RoomEvent.webinar_id, RoomEvent.audience, RoomEvent.number)
    return ordered.where(RoomEvent.number > known["number"]).limit(MOST_EVENTS)  # the rest comes with the next look


def tell_notices(now: datetime) -> int:
    """Send people here their new notices; a row with a smaller id may commit later, so the last 10 s are looked at."""
    account = sent()
    if not sockets.rooms():
        return 0
    with read() as db:
        ids = db.scalars(select(Notice.id).where(Notice.at >= now - OVERLAP)).all()
        new = [number for number in ids if number not in account.known_notices]
        query = select(Notice).where(Notice.id.in_(new)).order_by(Notice.person_id, Notice.number)
        rows = [(row.person_id, notice_value(row)) for row in db.scalars(query)] if new else []
    for number in new:
        if len(account.notices) == account.notices.maxlen:
            account.known_notices.discard(account.notices[0])
        account.notices.append(number)
        account.known_notices.add(number)
    mine = [(person_id, value) for person_id, value in rows if sockets.is_heard(person_audience(person_id))]
    for person_id, value in mine:
        told = {name: value[name] for name in ("number", "name", "payload", "at")}
        sockets.broadcast(person_audience(person_id), "me.event", told)
    return len(mine)


def close_revoked(now: datetime) -> int:
    """Close the connections whose right ended; give how many. One that was let in after that stays."""
    open_ones = sockets.connections()
    if not open_ones:
        return 0
    with read() as db:
        rows = list_revocations(db, now - OVERLAP)
    ended = 0
    for row in rows:
        for connection in open_ones:
            if ends(row, connection.member, connection.checked_at):
                sockets.close(connection, REASONS[row.cause])
                ended += 1
    return ended
