"""From a registered person to a decided certificate."""

from datetime import timedelta

from factories import START
from sqlalchemy import select

from webinar_app.attendance.rules import AttendancePolicy, Facts, summary
from webinar_app.certificates.models import Certificate
from webinar_app.core.intervals import to_ms
from webinar_app.core.presence import PresenceKind, PresenceRun
from webinar_app.infra.db import read, write
from webinar_app.registrations.services import complete_item

LATER = START + timedelta(minutes=80)


def attended(minutes):
    """Evidence of a stay of so many minutes from the start."""
    start = to_ms(START)
    runs = [PresenceRun("a", PresenceKind.PROOF, start, start + minutes * 60_000)]
    facts = Facts(window=(start, start + 75 * 60_000), runs=runs)
    return {"minutes": minutes, "summary": summary(AttendancePolicy(), facts).to_json()}


def finish(member, course, *, minutes=75, order=("webinar_item", "reading_item", "evaluation_item")):
    for item in order:
        evidence = attended(minutes) if item == "webinar_item" else {"day": "2026-11-03"}
        write(complete_item, member.registration_id, course[item], evidence, now=LATER)


def first_number():
    with read() as db:
        return db.scalars(select(Certificate.number).order_by(Certificate.id)).first()
