"""What is due to be forgotten, and which files a row names."""

from collections.abc import Iterable, Sequence
from datetime import datetime
from typing import Any, NamedTuple

from sqlalchemy import ColumnElement, String, func, select

from webinar_app.accounts.models import EmailLink, SignIn
from webinar_app.attendance.models import AttentionCheck, Attestation, CheckResponse, PresenceEvent
from webinar_app.chat.models import ChatMessage
from webinar_app.infra.db import Base, Db
from webinar_app.infra.storage import OldFile, storage
from webinar_app.questions.models import Question
from webinar_app.retention.models import Forgotten, LegalHold
from webinar_app.retention.rules import Limits, Record
from webinar_app.webinars.models import RoomEvent, Webinar

HASH_LENGTH = 64
ASKED_AT_ONCE = 500


class Held(NamedTuple):
    """A sitting under a legal hold."""

    code: str
    reason: str
    at: datetime


class Due(NamedTuple):
    """What a run would remove: sittings by kind, and rows."""

    talk: list[int]
    devices: list[int]
    counts: dict[str, int]
    held: list[Held]


def list_due(db: Db, what: Record, before: datetime) -> list[int]:
    """Give the sittings that were over before this moment, are not held, and of which this kind is still there."""
    over = func.coalesce(Webinar.ended_at, Webinar.cancelled_at, Webinar.starts_at)
    done = select(Forgotten.webinar_id).where(Forgotten.what == what)
    query = select(Webinar.id).where(
        over < before, Webinar.id.not_in(done), Webinar.id.not_in(select(LegalHold.webinar_id))
    )
    return list(db.scalars(query.order_by(Webinar.id)))


def list_holds(db: Db) -> list[Held]:
    """Give the sittings that are held, oldest hold first."""
    query = select(Webinar.code, LegalHold.reason, LegalHold.at).join(LegalHold, LegalHold.webinar_id == Webinar.id)
    return [Held(*row) for row in db.execute(query.order_by(LegalHold.at, Webinar.code))]


def old_sign_ins(before: datetime) -> ColumnElement[bool]:
    """Give the condition for sign-ins that nobody used since then: they ended by that long before."""
    return SignIn.last_seen_at < before


def what_is_due(db: Db, limits: Limits) -> Due:
    """Count what a run would remove now, and change nothing."""
    talk, devices = list_due(db, Record.TALK, limits.talk), list_due(db, Record.DEVICES, limits.devices)
    of_talk = [(name, model, model.webinar_id.in_(talk)) for name, model in (
        ("chat messages", ChatMessage), ("questions", Question), ("room events", RoomEvent),
    )]  # fmt: skip
    of_devices = [(name, model, model.webinar_id.in_(devices) & (model.device != "")) for name, model in (
        ("devices beside presence", PresenceEvent), ("devices beside signatures", Attestation),
    )]  # fmt: skip
    alone: list[tuple[str, Any, Any]] = [
        ("sign-ins", SignIn, old_sign_ins(limits.devices)),
        ("mailed links", EmailLink, EmailLink.expires_at < limits.devices),
    ]
    counts = {
        name: db.scalar(select(func.count()).select_from(model).where(condition)) or 0
        for name, model, condition in [*of_talk, *of_devices, *alone]
    }
    return Due(talk, devices, counts, list_holds(db))


def named_files(db: Db, digests: Sequence[str]) -> set[str]:
    """Give those of these SHA-256 that some row names.

    Every column that can hold a hash is asked, so that a table of tomorrow needs no line here; a hash of something else
    never is one of a file.
    """
    columns = [
        column for table in Base.metadata.sorted_tables for column in table.c
        if isinstance(column.type, String) and column.type.length == HASH_LENGTH
    ]  # fmt: skip
    found: set[str] = set()
    for some in _chunks(digests, ASKED_AT_ONCE):
        for column in columns:
            found.update(db.scalars(select(column).where(column.in_(some))))
    return found


def unnamed_files(db: Db, before: datetime) -> list[OldFile]:
    """Give the files in storage that no row names and nobody put there since this moment."""
    old = storage().older_than(before)
    named = named_files(db, [one.name for one in old])
    return [one for one in old if one.name not in named]


def check_responses_of(webinar_id: int) -> ColumnElement[bool]:
    """Give the condition for answers to the attention checks of a sitting that name a browser."""
    here = select(AttentionCheck.id).where(AttentionCheck.webinar_id == webinar_id)
    return CheckResponse.check_id.in_(here) & (CheckResponse.device != "")


def _chunks(values: Sequence[str], size: int) -> Iterable[Sequence[str]]:
    return (values[at : at + size] for at in range(0, len(values), size))
