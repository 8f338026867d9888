"""Whether somebody's calendar has a sitting as it is now."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum

SEEN_AGAIN_AFTER = timedelta(hours=1)


ON_ITS_WAY, LOST = ("queued", "sending"), ("failed", "bounced")


class Standing(StrEnum):
    """What somebody knows of a sitting's present version; on the board those come first who need help first."""

    OLD = "old"
    ON_ITS_WAY = "on_its_way"
    CURRENT = "current"
    NOTHING = "nothing"


class Answer(StrEnum):
    """What somebody's calendar program answered to the invitation, or that it did not."""

    ACCEPTED = "accepted"
    TENTATIVE = "tentative"
    DECLINED = "declined"
    NONE = "none"


_ORDER = {standing: place for place, standing in enumerate(Standing)}


@dataclass(frozen=True, slots=True)
class Version:
    """What a calendar entry says of a sitting. `method`: REQUEST or CANCEL; `starts_at`: aware, None without a time."""

    sequence: int
    method: str
    starts_at: datetime | None


def standing(current: Version, sent: Version | None, mail: str | None, feed: int | None = None) -> Standing:
    """Give what one registrant knows.

    `current`: the sitting as it should stand in this person's calendar; `sent`: the entry that was written for them
    last; `mail`: the state of the last mail (`queued`, `sending`, `sent`, `failed`, `bounced`, None without one).
    `feed`: the sequence that their feed served last. An entry counts as known once its mail left, or once the feed
    served the same version.
    """
    if current.method == "CANCEL" and sent is None:
        return Standing.NOTHING
    if feed is not None and feed >= current.sequence and current.method == "REQUEST":
        return Standing.CURRENT
    if sent is None or not _says_the_same(sent, current):
        return Standing.ON_ITS_WAY if sent is not None and mail in ON_ITS_WAY else Standing.OLD
    if mail in ON_ITS_WAY:
        return Standing.ON_ITS_WAY
    return Standing.OLD if mail in LOST else Standing.CURRENT


def urgency(standing: Standing) -> int:
    """Give the place of a standing on the board: the old time first."""
    return _ORDER[standing]


def is_to_this_version(answered: int, sent: Version | None, current: Version) -> bool:
    """Say whether an answer was given to what the entry says now, and not to an earlier time.

    `answered`: the sequence that was answered; `sent`: the entry that was written last for this person.
    """
    return sent is not None and _says_the_same(sent, current) and answered >= sent.sequence


def _says_the_same(sent: Version, current: Version) -> bool:
    is_there = current.method == "CANCEL" or sent.starts_at == current.starts_at
    return sent.method == current.method and sent.sequence >= current.sequence and is_there


def is_worth_keeping(known: tuple[int, datetime] | None, sequence: int, now: datetime) -> bool:
    """Say whether a visit to a feed tells something new: another version, or the same an hour later.

    `known`: the sequence that was served last, and when.
    """
    return known is None or known[0] != sequence or known[1] + SEEN_AGAIN_AFTER <= now
