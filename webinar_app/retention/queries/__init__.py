"""What is due to be forgotten, and which files a row names."""

from collections.abc import Iterable, Sequence
from datetime import datetime
from typing import NamedTuple

from sqlalchemy import ColumnElement, String, func, select

from webinar_app.attendance.models import AttentionCheck, Attestation, CheckResponse, PresenceEvent
from webinar_app.chat.models import ChatMessage
from webinar_app.infra.db import Base, Db
from webinar_app.infra.storage import OldFile, storage
from webinar_app.questions.models import Question
from webinar_app.retention.models import Forgotten
from webinar_app.retention.queries.due import Part, counted_kinds, over_at, parts_of
from webinar_app.retention.queries.held import Held, held_webinars, list_holds
from webinar_app.retention.rules import Record, limits
from webinar_app.retention.rules.classes import BY_KIND, CLASSES, Class, RecordClass
from webinar_app.webinars.models import RoomEvent, Webinar

HASH_LENGTH = 64
ASKED_AT_ONCE = 500


class Line(NamedTuple):
    """One class of record in the report: `counts` is what is due now, in words and figures."""

    kept: RecordClass
    counts: list[tuple[str, int]]

    @property
    def total(self) -> int:
        """Give how many rows are due."""
        return sum(number for _, number in self.counts)


class Report(NamedTuple):
    """What a run would remove: sittings by kind, rows by class; and what is held."""

    talk: list[int]
    devices: list[int]
    lines: list[Line]
    held: list[Held]


def list_due(db: Db, what: Record, before: datetime) -> list[int]:
    """Give the sittings that were over before this moment, are not held, and of which this kind is still there."""
    done = select(Forgotten.webinar_id).where(Forgotten.what == what)
    query = select(Webinar.id).where(over_at < before, Webinar.id.not_in(done), Webinar.id.not_in(held_webinars()))
    return list(db.scalars(query.order_by(Webinar.id)))


def what_is_due(db: Db, now: datetime) -> Report:
    """Count what a run would remove now, class by class, and change nothing."""
    until = limits(now)
    talk, devices = list_due(db, Record.TALK, until.talk), list_due(db, Record.DEVICES, until.devices)
    parts = {kind: parts_of(kind, now) for kind in counted_kinds()}
    parts[Class.TALK] = [
        Part(words, model, model.webinar_id.in_(talk))
        for words, model in (("chat messages", ChatMessage), ("questions", Question), ("room events", RoomEvent))
    ]
    parts[Class.DEVICES] = [
        Part(words, model, model.webinar_id.in_(devices) & (model.device != ""))
        for words, model in (("devices beside presence", PresenceEvent), ("devices beside signatures", Attestation))
    ]
    lines = [Line(kept, [_count(db, part) for part in parts.get(kept.kind, [])]) for kept in CLASSES]
    files = unnamed_files(db, until.files)
    size = sum(one.size for one in files) / 1e6
    told = Line(BY_KIND[Class.FILES], [(f"files that no row names ({size:.1f} MB)", len(files))])
    return Report(talk, devices, [told if line.kept.kind is Class.FILES else line for line in lines], list_holds(db))


def _count(db: Db, part: Part) -> tuple[str, int]:
    return part.words, db.scalar(select(func.count()).select_from(part.model).where(part.condition)) or 0


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
