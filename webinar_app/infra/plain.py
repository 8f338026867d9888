"""What may cross from one thread to another: plain values, never rows or results."""

from collections.abc import Callable, Iterable
from dataclasses import dataclass, fields, is_dataclass
from datetime import date, datetime, time, timedelta
from decimal import Decimal
from enum import Enum
from types import FunctionType
from typing import Any, Generic, TypeVar
from uuid import UUID

Value = TypeVar("Value")
Service = TypeVar("Service", bound=Callable[..., Any])
_SCALARS = (type(None), int, str, float, bytes, date, time, timedelta, Decimal, Enum, UUID, FunctionType)
_USUAL = frozenset({type(None), bool, int, str, float, datetime})


class RowLeft(TypeError):
    """A row, result or generator tried to leave the thread that owns it."""


@dataclass(frozen=True, slots=True)
class Ok(Generic[Value]):
    """An act that was done, with its answer."""

    value: Value


def plain(value: Any) -> Any:
    """Return the value if it may cross threads: scalars, containers, dataclasses and functions of these."""
    parts: Iterable[Any]
    if isinstance(value, (tuple, list, set, frozenset)):
        parts = value
    elif isinstance(value, dict):
        parts = value.values()
    elif isinstance(value, _SCALARS):
        return value
    elif is_dataclass(value) and not isinstance(value, type):
        parts = [getattr(value, field.name) for field in fields(value)]
    else:
        raise RowLeft(f"{type(value).__name__} may not leave its thread: pass and return plain values")
    for part in parts:
        if type(part) not in _USUAL:  # most parts are these, and every act of a client is looked through
            plain(part)
    return value


def set_based(service: Service) -> Service:
    """Mark `(db, acts) -> list[Ok | DomainError]`, same order: neighbours in the queue become one call."""
    service.set_based = True  # type: ignore[attr-defined]  # read by `is_set_based` only
    return service


def is_set_based(work: Callable[..., Any]) -> bool:
    """Say whether the service takes a list of acts."""
    return bool(getattr(work, "set_based", False))


def secret(service: Service) -> Service:
    """Mark a service whose answer and payload hash are not kept, or the record of acts would undo its secrecy."""
    service.secret = True  # type: ignore[attr-defined]  # read by `is_secret` only
    return service


def is_secret(work: Callable[..., Any]) -> bool:
    """Say whether nothing of the act but its key may be kept."""
    return bool(getattr(work, "secret", False))
