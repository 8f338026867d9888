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
class WordsSaved:
    """What is wrong in the words of this course, in view of when it is held? Each subscriber returns sentences."""

    course_id: int


@dataclass(frozen=True, slots=True)
class SittingsAsked:
    """Which sittings do these courses have? Each subscriber returns `{course_id: [sitting_view, …]}`."""

    course_ids: tuple[int, ...]


@dataclass(frozen=True, slots=True)
class ItemsInUseAsked:
    """Which of these items hold something that must not be lost? Each subscriber returns `{item_id: sentence}`."""

    item_ids: tuple[int, ...]


@dataclass(frozen=True, slots=True)
class CourseCloned:
    """A course was copied as a draft; each feature copies what it prepared for the course itself.

    `ids` and `item_ids`: {id of the original: of the copy}. `days`: how far its dates moved. Sittings are told apart.
    """

    ids: Mapping[int, int]
    item_ids: Mapping[int, int]
    days: int


@dataclass(frozen=True, slots=True)
class Carried:
    """Something that goes along with a copy, in words such as `3 polls`; `is_left`: it stays behind, and why."""

    words: str
    is_left: bool = False


@dataclass(frozen=True, slots=True)
class CarriedAsked:
    """What would go along with copies of these sittings? Each subscriber returns a list of `Carried`.

    `course_id`: the course, where it is copied too, None where the copies belong to the same one. `days`: how far the
    first of them moves.
    """

    webinar_ids: tuple[int, ...]
    course_id: int | None = None
    days: int = 0
