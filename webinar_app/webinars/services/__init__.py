"""Use cases of sittings, and the numbered events of their rooms."""

from datetime import datetime
from functools import partial
from typing import Any

from sqlalchemy import update

from webinar_app.infra import hints
from webinar_app.infra.db import Db, after_commit, insert_for
from webinar_app.webinars.models import RoomEvent, RoomStream


def publish_room_event(
    db: Db, webinar_id: int, audience: str, name: str, payload: dict[str, Any], *, now: datetime
) -> int:
    """Write the next event of this sitting and audience (`all` or `staff`) and return its number.

    Call it last: the lock on the stream's row is kept until the commit, and makes numbers and commits one order.
    """
    connection = db.connection()
    connection.execute(
        insert_for(db)(RoomStream).values(webinar_id=webinar_id, audience=audience, last=0).on_conflict_do_nothing()
    )
    number: int = connection.execute(
        update(RoomStream)
        .where(RoomStream.webinar_id == webinar_id, RoomStream.audience == audience)
        .values(last=RoomStream.last + 1)
        .returning(RoomStream.last)
    ).scalar_one()
    db.add(RoomEvent(webinar_id=webinar_id, audience=audience, number=number, name=name, payload=payload, at=now))
    after_commit(db, partial(hints.give, f"room:{webinar_id}:{audience}"))
    return number
