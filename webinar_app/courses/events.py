"""What happened to courses, and what other features are asked about them."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any


@dataclass(frozen=True, slots=True)
class CourseCreated:
    """A course was written down; `schedule` is what the same form said of its first sitting, checked in shape only."""

    course_id: int
    actor_id: int | None
    schedule: Mapping[str, Any] | None = None


@dataclass(frozen=True, slots=True)
class CoursePublished:
    """A course is in the catalogue: its draft sittings can be registered for."""

    course_id: int
    actor_id: int | None


@dataclass(frozen=True, slots=True)
class PublishAsked:
    """What keeps this course from being published? Each subscriber returns `[(field, sentence), …]`."""

    course_id: int


@dataclass(frozen=True, slots=True)
class SittingsAsked:
    """Which sittings do these courses have? Each subscriber returns `{course_id: [sitting_view, …]}`."""

    course_ids: tuple[int, ...]


@dataclass(frozen=True, slots=True)
class ItemsInUseAsked:
    """Which of these items hold something that must not be lost? Each subscriber returns `{item_id: sentence}`."""

    item_ids: tuple[int, ...]
