"""Named reads of who changed a sitting last, and from which time it was moved."""

from datetime import datetime
from typing import Any

from sqlalchemy import Select, select

from webinar_app.accounts.models import Person
from webinar_app.audit.models import AuditEntry
from webinar_app.core.times import describe
from webinar_app.infra.db import Db
from webinar_app.webinars.models import Webinar

_CHANGES = ("webinar.change", "webinar.agenda", "webinar.publish", "webinar.recomputed")


def last_change(db: Db, webinar_id: int) -> dict[str, Any]:
    """Give `{who, at}` of the last change of a sitting; `Somebody` where no person did it."""
    found = db.execute(_entries(webinar_id).where(AuditEntry.act.in_(_CHANGES)).limit(1)).first()
    return {"who": (found and found[1]) or "Somebody", "at": found[0].at if found else None}


def last_move(db: Db, webinar: Webinar) -> dict[str, Any] | None:
    """Give `{who, at, was, fold}` of the move that brought a sitting to its present time, or None.

    `was`: the words of the time at which it stood before; `fold` chooses where a clock showed that twice.
    """
    for entry, name in db.execute(_entries(webinar.id).where(AuditEntry.act == "webinar.change")):
        was = entry.details.get("was")
        if was is None:
            continue
        if webinar.starts_at is None or datetime.fromisoformat(was["to"]) != webinar.starts_at:
            return None
        words = describe(datetime.fromisoformat(was["local"]), was["zone"], fold=was["fold"])
        return {"who": name or "Somebody", "at": entry.at, "was": words, "fold": was["fold"]}
    return None


def _entries(webinar_id: int) -> Select[AuditEntry, str]:
    return (
        select(AuditEntry, Person.display_name)
        .outerjoin(Person, Person.id == AuditEntry.actor_id)
        .where(AuditEntry.subject_kind == "webinar", AuditEntry.subject_id == webinar_id)
        .order_by(AuditEntry.id.desc())
    )
