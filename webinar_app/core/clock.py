"""The present, read at an edge and passed on as a value."""

from datetime import UTC, datetime


def utc_now() -> datetime:
    """Give the present as an aware UTC datetime. Only edges call it; below them `now` is a parameter."""
    return datetime.now(UTC)
