"""What a room's messages say of its attention checks."""

from typing import Any

from webinar_app.attendance.models import AttentionCheck
from webinar_app.attendance.queries.checks import due_at, find_open, own_checks
from webinar_app.attendance.queries.signing import own_states
from webinar_app.attendance.rules.checks import CheckKind
from webinar_app.core.times import stamp
from webinar_app.infra.db import Db
from webinar_app.webinars.events import OwnStatesAsked, RoomSnapshotAsked


def check_value(check: AttentionCheck) -> dict[str, Any]:
    """Give an open check as everybody sees it: the word to choose stands there, a spoken one does not."""
    assert check.opened_at is not None
    return {
        "code": check.code,
        "kind": check.kind.value,
        "word": check.answer if check.kind is CheckKind.CHOOSE else "",
        "options": list(check.options),
        "opened_at": stamp(check.opened_at),
        "due_at": stamp(due_at(check, more_time=False)),
        "long_due_at": stamp(due_at(check, more_time=True)),
    }


def spoken_value(check: AttentionCheck) -> dict[str, Any]:
    """Give what staff say aloud."""
    return {"code": check.code, "word": check.answer}


def checks_part(db: Db, question: RoomSnapshotAsked) -> dict[str, Any]:
    """Give the check that is open in a room; to staff the word that is to be spoken."""
    check = find_open(db, question.webinar_id)
    if question.staff:
        return {"spoken": spoken_value(check) if check and check.kind is CheckKind.WORD else None}
    return {"check": check_value(check) if check else None}


NO_STATE: dict[str, Any] = {"registration": None, "more_time": False, "signing": None}


def own_parts(db: Db, question: OwnStatesAsked) -> list[dict[str, Any]]:
    """Give the checks that each was shown, whether they have more time, and what they sign or have signed."""
    ids = question.registration_ids
    states, checks = own_states(db, ids), own_checks(db, question.webinar_id, ids)
    return [
        states.get(member.registration_id or 0, NO_STATE) | {"checks": checks.get(member.registration_id or 0, {})}
        for member in question.members
    ]
