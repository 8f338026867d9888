"""Use cases of sittings, and the numbered events of their rooms."""

from datetime import datetime
from functools import cache, partial
from typing import Any

from sqlalchemy import bindparam, insert, update

from webinar_app.infra import hints
from webinar_app.infra.db import Db, after_commit, insert_for
from webinar_app.webinars.messages import room_value
from webinar_app.webinars.models import RoomEvent, RoomStream, Webinar


def publish_room_event(
    db: Db, webinar_id: int, audience: str, name: str, payload: dict[str, Any], *, now: datetime
) -> int:
    """Write the next event of this sitting and audience (`all` or `staff`) and return its number.

    Call it last: the lock on the stream's row is kept until the commit, and makes numbers and commits one order.
    """
    connection, stream = db.connection(), {"webinar": webinar_id, "heard_by": audience}
    number: int | None = connection.execute(_next_number(), stream).scalar_one_or_none()
    if number is None:
        begun = insert_for(db)(RoomStream).values(webinar_id=webinar_id, audience=audience, last=0)
        connection.execute(begun.on_conflict_do_nothing())
        number = connection.execute(_next_number(), stream).scalar_one()
    row = {"webinar_id": webinar_id, "audience": audience, "number": number, "name": name, "payload": payload}
    connection.execute(_put_event(), row | {"at": now})
    after_commit(db, partial(hints.give, f"room:{webinar_id}:{audience}"))
    return number


def show_room(db: Db, webinar: Webinar, before: dict[str, Any], *, now: datetime) -> None:
    """Tell who waits in the room of a sitting how it stands now, where that is not as `before`. Call it last."""
    value = room_value(webinar)
    if value != before:
        publish_room_event(db, webinar.id, "all", "room.changed", {"room": value}, now=now)


# Made once: every act in a room needs them.


@cache
def _next_number() -> Any:
    mine = (RoomStream.webinar_id == bindparam("webinar")) & (RoomStream.audience == bindparam("heard_by"))
    return update(RoomStream).where(mine).values(last=RoomStream.last + 1).returning(RoomStream.last)


@cache
def _put_event() -> Any:
    return insert(RoomEvent)
