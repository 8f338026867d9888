"""Named reads of handouts."""

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import func, select

from webinar_app.accounts.models import Person
from webinar_app.core.errors import NotFound
from webinar_app.handouts.models import Handout, HandoutDownload
from webinar_app.infra.db import Db

MOST_SHOWN = 500


@dataclass(frozen=True, slots=True)
class Fetched:
    """Who fetched a handout when."""

    handout: str
    name: str
    at: datetime


def list_handouts(db: Db, webinar_id: int) -> list[Handout]:
    """Give the handouts of a sitting in the order of their upload."""
    query = select(Handout).where(Handout.webinar_id == webinar_id).order_by(Handout.created_at, Handout.code)
    return list(db.scalars(query))


def get_handout(db: Db, webinar_id: int, code: str) -> Handout:
    """Give a handout of this sitting; raise NotFound."""
    query = select(Handout).where(Handout.code == code, Handout.webinar_id == webinar_id)
    found = db.scalars(query).one_or_none()
    if found is None:
        raise NotFound("handout.unknown", "This file is not there any more. Reload the page.")
    return found


def find_handout(db: Db, code: str) -> Handout | None:
    """Give a handout by its code, or None."""
    return db.scalars(select(Handout).where(Handout.code == code)).one_or_none()


def count_downloads(db: Db, webinar_id: int) -> dict[str, tuple[int, int]]:
    """Give (people, downloads) of each handout of a sitting that was fetched, by its code."""
    people, all_of_them = func.count(HandoutDownload.person_id.distinct()), func.count()
    query = select(Handout.code, people, all_of_them).join(HandoutDownload, HandoutDownload.handout_id == Handout.id)
    rows = db.execute(query.where(Handout.webinar_id == webinar_id).group_by(Handout.code))
    return {code: (persons, times) for code, persons, times in rows}


def list_downloads(db: Db, webinar_id: int) -> list[Fetched]:
    """Give the newest downloads of a sitting's handouts."""
    query = (
        select(Handout.code, Person.legal_name, HandoutDownload.at)
        .join(Handout, Handout.id == HandoutDownload.handout_id)
        .join(Person, Person.id == HandoutDownload.person_id)
        .where(Handout.webinar_id == webinar_id)
        .order_by(HandoutDownload.at.desc(), HandoutDownload.id.desc())
    )
    return [Fetched(code, name, at) for code, name, at in db.execute(query.limit(MOST_SHOWN))]
