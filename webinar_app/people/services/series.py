"""One registration for the sessions of a series, each of which can be left out or given back alone."""

from collections.abc import Mapping
from dataclasses import replace
from datetime import datetime
from typing import Any

from webinar_app.core.actor import Actor
from webinar_app.core.errors import InvalidInput, Refused
from webinar_app.infra.db import Db
from webinar_app.people.queries.series import ALONE, coming_sittings, get_series, series_opening
from webinar_app.registrations.policy import lock_place
from webinar_app.registrations.queries import Place, full_title
from webinar_app.registrations.rules import Opening
from webinar_app.registrations.services import Sheet, register
from webinar_app.webinars.models import Webinar

CHOOSE = "Choose at least one session."


def register_series(
    db: Db, actor: Actor, slug: str, chosen: Mapping[str, str], sheet: Sheet, *, now: datetime
) -> dict[str, Any]:
    """Register for the chosen sessions of a series, all or none, by the rules of `register`; return `{sessions}`.

    `chosen`: the version of the attendance policy that was accepted, by the code of the session.
    """
    sittings = [one for one in coming_sittings(db, get_series(db, slug).id, now) if one.code in chosen]
    if not sittings or len(sittings) < len(chosen):
        raise InvalidInput("series.sessions", CHOOSE, {"sessions": CHOOSE})
    for webinar in sorted(sittings, key=lambda one: one.id):  # always locked in one order
        try:
            _check_together(db, webinar, now)
            register(db, actor, webinar.code, replace(sheet, policy=chosen[webinar.code]), now=now)
        except Refused as refused:
            sentence = f"{full_title(webinar)}: {refused.message} Untick it to register for the others."
            raise Refused(refused.code, sentence, {"sessions": sentence}) from None
    return {"sessions": len(sittings)}


def _check_together(db: Db, webinar: Webinar, now: datetime) -> None:
    """Raise Refused where only a list is open, or the course asks more; the rest is `register`'s to refuse."""
    lock_place(db, Place(webinar.course, webinar))
    found, trouble = series_opening(db, webinar, now)
    if found is Opening.WAITING or trouble == ALONE:
        raise Refused("series.alone", trouble)
