"""Reactions: sums for a second in this process's memory, never rows.

In threads two reactions at the same instant may count as one; nobody is told a number that must be kept.
"""

import time
from collections import Counter

from webinar_app.chat.rules import REACTION_BURST, REACTIONS_PER_SECOND, Reaction
from webinar_app.core.actor import Member
from webinar_app.core.errors import Forbidden, Refused
from webinar_app.core.permissions import Permission
from webinar_app.infra.limits import Bucket

IDLE_SECONDS = 60

_sums: dict[int, Counter[str]] = {}
_buckets: dict[tuple[int, int], Bucket] = {}


def react(member: Member, kind: Reaction) -> None:
    """Count one reaction of a person for the next second's sums; raise Refused when theirs come too fast."""
    if not member.may(Permission.CHAT_POST):
        raise Forbidden
    bucket = _buckets.setdefault((member.webinar_id, member.person_id), Bucket(REACTIONS_PER_SECOND, REACTION_BURST))
    if not bucket.take():
        raise Refused("reaction.too_fast", "That was many at once. Wait a second, then send another.")
    _sums.setdefault(member.webinar_id, Counter())[kind.value] += 1


def take_sums() -> dict[int, dict[str, int]]:
    """Give what was sent since the last look, by sitting and kind, and begin anew."""
    taken = {webinar_id: dict(_sums.pop(webinar_id)) for webinar_id in list(_sums)}
    idle = time.monotonic() - IDLE_SECONDS
    for key in [key for key, bucket in list(_buckets.items()) if bucket.at < idle]:
        _buckets.pop(key, None)
    return taken


def forget() -> None:
    """Forget sums and paces; only where no socket is left."""
    _sums.clear()
    _buckets.clear()
