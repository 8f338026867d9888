"""Rows of a form that are added, moved and taken away by its own buttons, so that it works without scripts."""

from copy import deepcopy
from typing import Any

NUMBERS = frozenset("0123456789")


def rearranged(data: dict[str, Any], act: str) -> dict[str, Any]:
    """Give the data of a form after an act such as `objectives.add`, `units.1.items.0.up` or `presenters.2.remove`.

    An act that names no row there is leaves everything as it was.
    """
    changed = deepcopy(data)
    *path, verb = act.split(".")
    place: Any = changed
    try:
        for step in path[: -1 if verb != "add" else None]:
            place = place[int(step) if set(step) <= NUMBERS else step]
        if verb == "add":
            place.append({})
        else:
            _move(place, int(path[-1]), verb)
    except (KeyError, IndexError, TypeError, ValueError, AttributeError):
        return data
    return changed


def _move(rows: list[Any], at: int, verb: str) -> None:
    if verb == "remove":
        del rows[at]
        return
    to = at + {"up": -1, "down": 1}[verb]
    if 0 <= to < len(rows):
        rows[at], rows[to] = rows[to], rows[at]
