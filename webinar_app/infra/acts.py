"""A client's act happens once: the same key gives the same answer."""

import hashlib
import json
from collections.abc import Callable
from dataclasses import fields, is_dataclass
from datetime import datetime
from functools import cache
from typing import Any

from sqlalchemy import JSON, Index, String, bindparam, update
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.orm import Mapped, Session, mapped_column  # noqa: TID251  # below infra.db, which exports Db

from webinar_app.core.errors import Refused
from webinar_app.infra.orm import Base, UtcDateTime


class Act(Base):
    """One act of a client that was done; kept for 7 days."""

    __tablename__ = "act"
    __table_args__ = (Index("ix_act_done_at", "done_at"),)

    scope: Mapped[str] = mapped_column(String(80), primary_key=True)  # person:…, guest:<form> or token:…
    key: Mapped[str] = mapped_column(String(64), primary_key=True)
    work: Mapped[str] = mapped_column(String(80))
    payload_hash: Mapped[str | None] = mapped_column(String(64))  # none for secret work
    answer: Mapped[Any] = mapped_column(JSON(none_as_null=True), nullable=True)
    done_at: Mapped[datetime] = mapped_column(UtcDateTime)


def key_reused() -> Refused:
    """Give the refusal of a key that came with another payload."""
    return Refused("key_reused", "This form was already sent with other content. Open it again and send it.")


def payload_hash(*values: Any) -> str:
    """Give a stable digest of what an act says, the time of sending left out."""
    return hashlib.sha256(json.dumps(values, default=_plain, sort_keys=True).encode()).hexdigest()


def _plain(value: Any) -> Any:
    if is_dataclass(value) and not isinstance(value, type):
        return {field.name: getattr(value, field.name) for field in fields(value)}
    if isinstance(value, (set, frozenset)):
        return sorted(map(str, value))
    return str(value)


def insert_of(dialect: str) -> Callable[[Any], Any]:
    """Give the `insert` of a kind of database, which knows ON CONFLICT."""
    return sqlite.insert if dialect == "sqlite" else postgresql.insert


def insert_for(db: Session) -> Callable[[Any], Any]:
    """Give the `insert` of this database, which knows ON CONFLICT."""
    return insert_of(db.get_bind().dialect.name)


def once(
    db: Session,
    scope: str,
    key: str,
    digest: str,
    keeps: bool,
    at: datetime,
    work: Callable[..., Any],
    args: tuple[Any, ...],
    details: dict[str, Any],
) -> Any:
    """Do the work and keep its answer, or return the kept answer; another payload under this key is refused."""
    connection = db.connection()
    claimed = {"scope": scope, "key": key, "work": work.__name__, "payload_hash": digest if keeps else None}
    # RETURNING decides: `rowcount` is -1 on PostgreSQL. The statement waits there for another's transaction.
    if connection.execute(_claim(connection.dialect.name), claimed | {"done_at": at}).first() is None:
        known = db.get_one(Act, (scope, key))
        if known.work != work.__name__ or (known.payload_hash and known.payload_hash != digest):
            raise key_reused()
        return known.answer
    answer = work(db, *args, **details)
    if keeps:
        answer = json.loads(json.dumps(answer, default=str))  # first and repeated answer are the same value
        connection.execute(_keep(), {"of": scope, "named": key, "given": answer})
    return answer


@cache
def _claim(dialect: str) -> Any:
    return insert_of(dialect)(Act).on_conflict_do_nothing().returning(Act.key)


@cache
def _keep() -> Any:
    mine = (Act.scope == bindparam("of")) & (Act.key == bindparam("named"))
    return update(Act).where(mine).values(answer=bindparam("given", type_=Act.__table__.c.answer.type))
