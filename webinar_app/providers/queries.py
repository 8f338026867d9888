"""Named reads of the organisation."""

from dataclasses import dataclass
from typing import Any

from sqlalchemy import select

from webinar_app.infra.db import Db, read
from webinar_app.providers.models import Provider


@dataclass(frozen=True, slots=True)
class Brand:
    """What every page shows of the organisation."""

    name: str
    product: str
    time_zone: str
    locale: str
    email: str
    address: str


# Every page reads it: the columns that it shows, and no object.
_BRAND = (
    select(Provider.name, Provider.time_zone, Provider.locale, Provider.email, Provider.address)
    .order_by(Provider.id)
    .limit(1)
)
UNNAMED = Brand("Rostrum", "Rostrum", "America/New_York", "en-US", "", "")


def first_provider(db: Db) -> Provider | None:
    """Give the organisation of this installation."""
    return db.scalars(select(Provider).order_by(Provider.id).limit(1)).first()


def brand() -> Brand:
    """Give the organisation as pages show it."""
    with read() as db:
        found = db.connection().execute(_BRAND).first()
    if found is None:
        return UNNAMED
    return Brand(found.name, "Rostrum", found.time_zone, found.locale, found.email, found.address)


def list_policies(db: Db) -> list[dict[str, Any]]:
    """Give the organisation's policies as `{key, title, paragraphs}`, in its own order."""
    found = first_provider(db)
    told = found.policies if found else []
    return [
        {"key": str(one.get("key", "")), "title": one.get("title", ""), "paragraphs": list(one.get("paragraphs", []))}
        for one in told or []
    ]
