"""What happened to people's calendars."""

from collections.abc import Mapping
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class FeedServed:
    """Somebody's calendar program fetched their own feed. `versions`: {id of a sitting: SEQUENCE in the feed}."""

    person_id: int
    versions: Mapping[int, int]
