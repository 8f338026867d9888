"""What of an outline is a page to read, and what its text consists of."""

from collections.abc import Mapping
from typing import Any

from webinar_app.courses.rules import ItemKind

READ = frozenset({ItemKind.READING, ItemKind.HANDOUT})


def is_readable(kind: ItemKind, content: Mapping[str, Any]) -> bool:
    """Say whether an item has a page of its own: every reading, and a handout with sections.

    A reading whose text lies elsewhere still has a page, because whoever has read it marks it there.
    """
    return kind is ItemKind.READING or (kind in READ and bool(content.get("blocks") or content.get("sections")))


class Lenient(dict[str, Any]):
    """A part of a course's content, whose kinds have different keys: what is not there is None."""

    def __missing__(self, key: str) -> None:
        return None


def lenient(value: Any) -> Any:
    """Give content as pages read it: mappings become `Lenient`, all the way down."""
    if isinstance(value, Mapping):
        return Lenient((key, lenient(held)) for key, held in value.items())
    if isinstance(value, list):
        return [lenient(held) for held in value]
    return value
