"""What happened to sittings, and what a room's snapshot is asked of."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime

from webinar_app.core.actor import Member


@dataclass(frozen=True, slots=True)
class WebinarPublished:
    """A sitting can be registered for."""

    webinar_id: int


@dataclass(frozen=True, slots=True)
class WebinarRescheduled:
    """A sitting moved, or its length, place or zone changed."""

    webinar_id: int


@dataclass(frozen=True, slots=True)
class WebinarChanged:
    """What stands in a sitting's form was changed: time, place, seats, doors."""

    webinar_id: int


@dataclass(frozen=True, slots=True)
class WebinarCancelled:
    """A sitting will not take place."""

    webinar_id: int


@dataclass(frozen=True, slots=True)
class StaffChanged:
    """Somebody got a role in a sitting, or lost one."""

    webinar_id: int


@dataclass(frozen=True, slots=True)
class WebinarWentLive:
    """A sitting began."""

    webinar_id: int


@dataclass(frozen=True, slots=True)
class WebinarEnded:
    """A sitting ended; everybody goes to sign-out and evaluation."""

    webinar_id: int


@dataclass(frozen=True, slots=True)
class WebinarCloned:
    """A sitting was copied, for a rehearsal or another date, and each feature copies what was prepared for it.

    `ids`: {id of the sitting: of the copy}. No person and no result goes along.
    """

    ids: Mapping[int, int]


@dataclass(frozen=True, slots=True)
class RehearsalEnded:
    """A rehearsal ended: what is open closes, and nothing counts."""

    webinar_id: int


@dataclass(frozen=True, slots=True)
class ZonesAsked:
    """By whose clocks do the registrants live, of this sitting or of a whole course?

    Each subscriber returns `{IANA name: number of people}`.
    """

    course_id: int
    webinar_id: int | None


@dataclass(frozen=True, slots=True)
class HoldAsked:
    """Is what belongs to this sitting, or to a course without one, held back from being forgotten?

    Each subscriber returns a bool.
    """

    course_id: int
    webinar_id: int | None


@dataclass(frozen=True, slots=True)
class TextsAsked:
    """What did somebody write for this sitting? Each subscriber returns a list of `(where, text)`."""

    webinar_id: int


@dataclass(frozen=True, slots=True)
class TimeAsked:
    """What stands against this sitting beginning at this instant? Each subscriber returns a list of sentences."""

    webinar_id: int
    starts_at: datetime


@dataclass(frozen=True, slots=True)
class ActsAsked:
    """Which acts of this room were launched when? Each subscriber returns a list of `(at, title, planned minute)`."""

    webinar_id: int


@dataclass(frozen=True, slots=True)
class MoveAsked:
    """Who would be told what if this sitting moved, or were cancelled? Each subscriber returns a list of sentences.

    `is_cancelled` asks about cancelling; nothing has changed yet when it is asked.
    """

    webinar_id: int
    is_cancelled: bool = False


@dataclass(frozen=True, slots=True)
class RoomSnapshotAsked:
    """What of a feature does everybody in this room see? Each subscriber returns `{key: plain value}`.

    `staff` asks for what only staff see.
    """

    webinar_id: int
    staff: bool


@dataclass(frozen=True, slots=True)
class OwnStatesAsked:
    """What of a feature belongs to each of these people of one sitting?

    Each subscriber returns one `{key: plain value}` a person, in their order, by queries that do not grow with them:
    at noon hundreds come in the same second.
    """

    webinar_id: int
    members: tuple[Member, ...]

    @property
    def registration_ids(self) -> list[int]:
        """Give the registrations of those who are no staff."""
        return [member.registration_id for member in self.members if member.registration_id is not None]
