"""Reactions between features, in the transaction of their cause; `subscriptions.py` installs who reacts to what."""

from collections.abc import Callable, Mapping, Sequence
from datetime import datetime
from typing import Any

from webinar_app.infra.db import Db

Table = Mapping[type, Sequence[Callable[..., Any]]]
_table: Table | None = None


def install(table: Table) -> None:
    """Say who reacts to which event."""
    global _table
    _table = table


def _subscribers(kind: type) -> Sequence[Callable[..., Any]]:
    if _table is None:
        raise RuntimeError("nothing is subscribed: install webinar_app.subscriptions first")
    return _table.get(kind, ())


def publish(db: Db, event: object, now: datetime) -> None:
    """Call the subscribers of this event in list order; what one raises undoes the whole use case."""
    for react in _subscribers(type(event)):
        react(db, event, now)


def ask(db: Db, question: object) -> list[Any]:
    """Collect what the subscribers of this question return; they only read."""
    return [answer(db, question) for answer in _subscribers(type(question))]
