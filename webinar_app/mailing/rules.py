"""Decisions about mail: which ones only their recipient may read, when it is tried again, what a report says of it."""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import timedelta
from email import message_from_bytes, policy
from email.message import Message

# These carry a link that opens somebody's account; even a coordinator sees their envelope only.
PRIVATE_KINDS = frozenset({"sign_in_link", "new_email", "old_email", "join_address"})
# A server that is down is asked once a minute, whatever waits: nothing is lost, and it is not stormed when it is back.
PAUSE = timedelta(minutes=1)
FEW_TRIES, FEW_MINUTES, MANY_MINUTES = 24, 5, 30
MOST_TRIES = 116  # two days, by the delays below
# So many refusals in a row, of different addresses and with nothing taken between, are the server's fault, not theirs.
CROWD = 5
MOST_TRIES_IN_CROWD = 33  # six hours


# Placeholders that hold an address, and what stands on a button when one is alone in its paragraph.
LINKS = frozenset({"join_link", "cancel_link", "evaluation_link", "course_link", "certificate_link"})
BUTTONS = {
    "join_link": "Open my session page", "evaluation_link": "Evaluate the session", "course_link": "Look at the course",
    "cancel_link": "Give my place back", "certificate_link": "Open my certificate",
}  # fmt: skip

_KINDS = {
    "sign_in_link": "Sign-in link", "new_email": "New address", "old_email": "Address changed",
    "confirmation": "Confirmation", "updated": "Change", "cancelled": "Session cancelled", "join_link": "Join link",
    "registration_cancelled": "Registration cancelled", "course_confirmation": "Confirmation",
    "course_pending": "Fee is open", "course_cancelled": "Registration cancelled",
    "reminder_week": "Reminder, a week before", "reminder_day": "Reminder, a day before",
    "reminder_hour": "Reminder, an hour before", "join_now": "The room is open", "missed": "Missed you",
    "evaluation_reminder": "Evaluation reminder", "expiry": "Certificate about to end",
    "crew_invited": "Presenter’s invitation", "crew_updated": "Presenter’s change",
    "crew_cancelled": "Presenter released", "waiting_moved": "Offered place, changed",
    "substitute_asked": "Substitute asked", "substitute_named": "Substitute named",
    "substitute_open": "Place still theirs", "substitute_over": "Substitute not needed",
    "join_address": "Another address",
}  # fmt: skip


def kind_words(kind: str) -> str:
    """Give a kind of mail in words; `some_kind` is `Some kind`, where nothing better is known."""
    return _KINDS.get(kind) or kind.replace("_", " ").capitalize()


def is_private(kind: str) -> bool:
    """Say whether nobody but the recipient may read a mail of this kind."""
    return kind in PRIVATE_KINDS


def next_try(tries: int) -> timedelta:
    """Give how long a mail waits that could not be delivered so often (`tries`: from 1, this one included).

    1, 2, 4 and then 5 minutes for the first two hours, so that nothing waits long once the trouble is over; then 30.
    """
    if tries > FEW_TRIES:
        return timedelta(minutes=MANY_MINUTES)
    return timedelta(minutes=min(FEW_MINUTES, 2 ** (tries - 1)))


def is_given_up(tries: int, *, refused: bool, crowd: int) -> bool:
    """Say whether a mail that did not leave is not tried again.

    `tries`: from 1, this one included. `refused`: the answer was final (RFC 5321 §4.2.1, 5yz). `crowd`: how many were
    refused in a row, this one included; from `CROWD` on it is the server that refuses, and mails wait for some hours.
    """
    if not refused:
        return tries >= MOST_TRIES
    return crowd < CROWD or tries >= MOST_TRIES_IN_CROWD


@dataclass(frozen=True, slots=True)
class Bounce:
    """A mail that came back: its Message-ID, and the status with the recipient's server's reason (RFC 3463)."""

    message_id: str
    status: str


_STATUS = re.compile(r"\b[245]\.\d{1,3}\.\d{1,3}\b")
_MESSAGE_ID = re.compile(r"<[^<>\s]{1,190}>")


def read_bounce(mail: bytes) -> Bounce | None:
    """Give what a delivery status report says (RFC 3464), or None for any other mail and for delays and successes.

    `mail`: a whole message as the mail server hands it over; nothing in it is trusted, and it never raises.
    """
    message = message_from_bytes(mail, policy=policy.compat32)
    if message.get_content_type() != "multipart/report":
        return None
    parts = list(message.walk())
    reports = [part for part in parts if part.get_content_type() == "message/delivery-status"]
    statuses = [status for report in reports for status in _failures(report)]
    originals = [found for part in parts if (found := _original_id(part))]
    if not statuses or not originals:
        return None
    return Bounce(originals[-1], statuses[0])


def _failures(report: Message) -> Iterator[str]:
    """Give the status of each recipient of a report whose mail failed for good."""
    groups = report.get_payload()
    for group in groups if isinstance(groups, list) else []:
        if isinstance(group, Message) and str(group.get("Action", "")).strip().lower() == "failed":
            found = _STATUS.search(str(group.get("Status", "")))
            yield found.group() if found else "5.0.0"


def _original_id(part: Message) -> str:
    """Give the Message-ID of the mail that a report returns, whole or as its headers."""
    text = ""
    if part.get_content_type() == "text/rfc822-headers":
        payload = part.get_payload(decode=True)
        text = str(message_from_bytes(payload if isinstance(payload, bytes) else b"").get("Message-ID", ""))
    elif part.get_content_type() == "message/rfc822" and isinstance(inner := part.get_payload(), list):
        text = next((str(one.get("Message-ID", "")) for one in inner if isinstance(one, Message)), "")
    found = _MESSAGE_ID.search(text)
    return found.group() if found else ""
