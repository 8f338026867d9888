"""Work for later, as rows of the transaction that causes it: at least once, under a lease, by idempotent handlers."""

from collections.abc import Callable
from datetime import datetime, timedelta
from enum import StrEnum
from typing import Any

from sqlalchemy import JSON, Index, Integer, String, delete, or_, select, update
from sqlalchemy.orm import Mapped, mapped_column

from webinar_app.infra.db import Base, Db, UtcDateTime, choice, insert_for

LEASE = timedelta(seconds=60)
ATTEMPTS = 8
Handler = Callable[[dict[str, Any]], None]
handlers: dict[str, Handler] = {}


class JobState(StrEnum):
    """Where a job stands."""

    QUEUED = "queued"
    RUNNING = "running"
    DONE = "done"
    FAILED = "failed"


class Job(Base):
    """One piece of work for the worker."""

    __tablename__ = "job"
    __table_args__ = (
        Index("ix_job_state_run_at", "state", "run_at"),
        Index("uq_job_unique_key", "unique_key", unique=True),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    name: Mapped[str] = mapped_column(String(60))
    payload: Mapped[dict[str, Any]] = mapped_column(JSON)
    unique_key: Mapped[str | None] = mapped_column(String(120))  # at most one job of this key, ever
    state: Mapped[JobState] = mapped_column(choice(JobState))
    run_at: Mapped[datetime] = mapped_column(UtcDateTime)
    attempts: Mapped[int] = mapped_column(Integer, default=0)
    lease_until: Mapped[datetime | None] = mapped_column(UtcDateTime)
    progress: Mapped[dict[str, Any] | None] = mapped_column(JSON(none_as_null=True))
    error: Mapped[str | None] = mapped_column(String(500))
    created_at: Mapped[datetime] = mapped_column(UtcDateTime)


def job(name: str) -> Callable[[Handler], Handler]:
    """Register the handler of the jobs of this name; it runs in the worker, outside a transaction."""

    def register(handler: Handler) -> Handler:
        handlers[name] = handler
        return handler

    return register


def enqueue(
    db: Db,
    name: str,
    payload: dict[str, Any],
    *,
    now: datetime,
    run_at: datetime | None = None,
    unique: str | None = None,
) -> None:
    """Write a job; a second one with the same `unique` key moves the first to the new time while it still waits."""
    values = {
        "name": name, "payload": payload, "unique_key": unique, "state": JobState.QUEUED,
        "run_at": run_at or now, "attempts": 0, "created_at": now,
    }  # fmt: skip
    statement = insert_for(db)(Job).values(**values)
    if unique is not None:
        statement = statement.on_conflict_do_update(
            index_elements=["unique_key"],
            set_={"run_at": statement.excluded.run_at, "payload": statement.excluded.payload},
            where=Job.state == JobState.QUEUED,
        )
    db.connection().execute(statement)


def drop_planned(db: Db, name: str, key: str, *, now: datetime) -> None:
    """Forget the jobs of this name to come whose unique keys begin with `key`; what was begun or tried goes on."""
    is_planned = (Job.state == JobState.QUEUED) & (Job.run_at > now) & (Job.attempts == 0)
    of_key = Job.unique_key.startswith(key, autoescape=True)
    db.execute(delete(Job).where(Job.name == name, is_planned, of_key).execution_options(synchronize_session=False))


def has_due(db: Db, now: datetime) -> bool:
    """Say whether a job waits; asked before a write turn is taken."""
    return db.scalar(select(Job.id).where(_due(now)).limit(1)) is not None


def claim(db: Db, *, now: datetime) -> dict[str, Any] | None:
    """Take the next due job under a lease and return its plain values, or None."""
    found = db.scalars(
        select(Job).where(_due(now)).order_by(Job.run_at, Job.id).limit(1).with_for_update(skip_locked=True)
    ).one_or_none()
    if found is None:
        return None
    found.state, found.lease_until, found.attempts = JobState.RUNNING, now + LEASE, found.attempts + 1
    return {"id": found.id, "name": found.name, "payload": found.payload, "attempts": found.attempts}


def finish(db: Db, job_id: int) -> None:
    """Mark a job done."""
    db.execute(update(Job).where(Job.id == job_id).values(state=JobState.DONE, lease_until=None, error=None))


def fail(db: Db, job_id: int, error: str, *, now: datetime) -> bool:
    """Put a job back with growing delay, or give it up after the last attempt; say whether it was given up."""
    found = db.get_one(Job, job_id)
    given_up = found.attempts >= ATTEMPTS
    found.state = JobState.FAILED if given_up else JobState.QUEUED
    found.run_at = now + timedelta(seconds=min(60 * 30, 5 * 2**found.attempts))
    found.lease_until, found.error = None, error[:500]
    return given_up


def _due(now: datetime) -> Any:
    waits = (Job.state == JobState.QUEUED) & (Job.run_at <= now)
    abandoned = (Job.state == JobState.RUNNING) & (Job.lease_until < now)
    return or_(waits, abandoned)
