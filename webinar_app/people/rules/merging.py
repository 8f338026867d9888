"""Who may be one person under two entries, and what happens to what both have; a likeness of names is never enough."""

import re
from collections import defaultdict
from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from webinar_app.accounts.rules import clean_email
from webinar_app.core.errors import InvalidInput, Refused
from webinar_app.core.text import one_line
from webinar_app.webinars.rules import WebinarState

UNDO_DAYS = 30
_DOTLESS = ("gmail.com", "googlemail.com")


@dataclass(frozen=True, slots=True)
class Entry:
    """What is compared of a person; `licences` are `(board, number)`."""

    person_id: int
    email: str
    legal_name: str
    licences: tuple[tuple[str, str], ...] = ()


@dataclass(frozen=True, slots=True)
class Pair:
    """Two entries that may be one person, the older one first, and why."""

    first: int
    second: int
    why: str


def mailbox(email: str) -> str:
    """Give the mailbox that an address reaches: case and what follows a `+` do not count, nor dots at Google.

    `mailbox("Ada.L+work@googlemail.com") == "adal@gmail.com"`. Empty for what is no address.
    """
    local, _, domain = one_line(email).lower().rpartition("@")
    local = local.partition("+")[0]
    if domain in _DOTLESS:
        local, domain = local.replace(".", ""), "gmail.com"
    return f"{local}@{domain}" if local and domain else ""


def same_name(name: str) -> str:
    """Give a name as it is compared: whole, without case and marks between its letters."""
    return re.sub(r"[\W_]+", " ", name.casefold()).strip()


def suggest(entries: Iterable[Entry], known_apart: Iterable[tuple[int, int]] = ()) -> list[Pair]:
    """Give the pairs of the same mailbox in another spelling, or of the same name and licence; each pair once.

    `known_apart`: pairs that somebody said are two people, the lower id first.
    """
    boxes: dict[str, list[int]] = defaultdict(list)
    licensed: dict[tuple[str, str, str], list[int]] = defaultdict(list)
    for entry in entries:
        box = mailbox(entry.email)
        if box:
            boxes[box].append(entry.person_id)
        for board, number in entry.licences:
            digits = re.sub(r"[\W_]+", "", number.casefold())
            if digits and (name := same_name(entry.legal_name)):
                licensed[(name, same_name(board), digits)].append(entry.person_id)
    found: dict[tuple[int, int], str] = {}
    for why, groups in (("mailbox", boxes.values()), ("licence", licensed.values())):
        for group in groups:
            for pair in _pairs(sorted(set(group))):
                found.setdefault(pair, why)
    apart = set(known_apart)
    return [Pair(*pair, why) for pair, why in sorted(found.items()) if pair not in apart]


def keeps_older(state: WebinarState) -> bool:
    """Say whether of two registrations of one sitting only the older one stays: where the sitting is still to come.

    Once it has begun, both are part of the record; presence of the two is never added up.
    """
    return state in (WebinarState.SCHEDULED, WebinarState.DRAFT)


def check_merge(*, is_same: bool, is_merged: bool, gone_runs_things: bool) -> None:
    """Raise Refused when two entries cannot become one."""
    if is_same:
        raise Refused("merge.same", "This is one entry already. Choose two different ones.")
    if is_merged:
        raise Refused("merge.done", "One of these entries is merged already. Look at the list again.")
    if gone_runs_things:
        sentence = "The entry that goes has a role here. Keep that one, or take its roles away first."
        raise Refused("merge.roles", sentence)


def check_other_address(typed: str, own: Collection[str], *, is_verified: bool) -> str:
    """Give another address as it is stored; raise Refused without a proven one, InvalidInput for none or one's own."""
    if not is_verified:
        sentence = "Prove your own address first: sign out, and sign in by a link that we mail to you."
        raise Refused("address.unproven", sentence)
    email = clean_email(typed)
    if email in own:
        sentence = "This address is yours already. What was registered with it stands under My learning."
        raise InvalidInput("address.own", sentence, {"email": sentence})
    return email


def check_undo(*, merged_at: datetime, is_undone: bool, is_merged_on: bool, now: datetime) -> None:
    """Raise Refused when a merge cannot be undone: after 30 days, twice, or before a later one."""
    if is_undone:
        raise Refused("merge.undone", "This merge is undone already.")
    if now > merged_at + timedelta(days=UNDO_DAYS):
        raise Refused("merge.old", f"A merge can be undone for {UNDO_DAYS} days, and these are over.")
    if is_merged_on:
        raise Refused("merge.later", "The entry that was kept was merged itself since. Undo that merge first.")


def _pairs(ids: Sequence[int]) -> list[tuple[int, int]]:
    return [(ids[0], other) for other in ids[1:]]
