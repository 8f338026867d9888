"""Wake-ups that may be lost: "there may be new rows for this audience". The truth is in the rows."""

from collections.abc import Callable

_listeners: list[Callable[[str], None]] = []


def listen(listener: Callable[[str], None]) -> None:
    """Call `listener(audience)` for each hint of this process."""
    _listeners.append(listener)


def give(audience: str) -> None:
    """Say that there may be new rows for this audience; never waits, never fails."""
    for listener in _listeners:
        listener(audience)
