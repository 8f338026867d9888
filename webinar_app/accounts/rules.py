"""Decisions about signing in: how long it lasts, how often one may try, what a password must be."""

import re
from datetime import datetime, timedelta

from webinar_app.core.errors import InvalidInput, Refused
from webinar_app.core.text import one_line

# Reliability W-18 for people who run things; attendees keep their sign-in as they keep their mail open.
STAFF_IDLE, STAFF_LONGEST = timedelta(hours=8), timedelta(hours=24)
IDLE, LONGEST = timedelta(days=30), timedelta(days=180)
LINK_LASTS = timedelta(minutes=30)
NEW_EMAIL_LASTS = timedelta(hours=24)
TRY_WINDOW = timedelta(minutes=15)
TRIES_PER_ACCOUNT, TRIES_PER_ADDRESS, LINKS_PER_ACCOUNT = 10, 30, 5
SHORTEST_PASSWORD, LONGEST_PASSWORD = 12, 200


class TooManyTries(Refused):
    """Somebody tried too often; waiting helps."""

    status = 429
    retry_after = int(TRY_WINDOW.total_seconds())

    def __init__(self) -> None:
        super().__init__("sign_in.too_many", "There were too many tries. Wait 15 minutes, then try again.")


def ends_at(created_at: datetime, last_seen_at: datetime, *, is_staff: bool) -> datetime:
    """Give the instant at which a sign-in ends when nothing more is heard (aware UTC).

    Idle 8 h and 24 h in all for admins, coordinators and presenters (reliability W-18); idle 30 days for attendees.
    """
    idle, longest = (STAFF_IDLE, STAFF_LONGEST) if is_staff else (IDLE, LONGEST)
    return min(last_seen_at + idle, created_at + longest)


def check_tries(account: int, address: int, most: int = TRIES_PER_ACCOUNT) -> None:
    """Raise TooManyTries when an account or a network address has used up its tries of 15 minutes (W-21)."""
    if account >= most or address >= TRIES_PER_ADDRESS:
        raise TooManyTries


def check_password(password: str, *, email: str) -> None:
    """Raise InvalidInput for a password that is too short, too long, one letter repeated, or the address itself.

    Length is what counts; no mixture of characters is asked for (NIST SP 800-63B §5.1.1.2).
    """
    trouble = ""
    if len(password) < SHORTEST_PASSWORD:
        trouble = f"Use at least {SHORTEST_PASSWORD} characters. Four words in a row are easy to remember."
    elif len(password) > LONGEST_PASSWORD:
        trouble = f"Use at most {LONGEST_PASSWORD} characters."
    elif len(set(password.casefold())) < 4 or password.casefold() == email.casefold():
        trouble = "This password is too easy to guess. Use four words that have nothing to do with each other."
    if trouble:
        raise InvalidInput("password.weak", trouble, {"password": trouble})


_ATOM, _LABEL = r"[a-z0-9!#$%&'*+/=?^_`{|}~-]+", r"[a-z0-9-]+"
_ADDRESS = re.compile(rf"(?=[^@]{{1,64}}@[^@]{{1,185}}$){_ATOM}(\.{_ATOM})*@{_LABEL}(\.{_LABEL})*")
PLAIN_ADDRESS = "Use an address of plain letters, without accents: mail from here reaches no other."


def clean_email(email: str) -> str:
    """Give an address as it is stored: lower case, without spaces around it. Raises InvalidInput for none.

    Also for one with other letters than ASCII: few mail servers take it (RFC 6531), and what is accepted here and
    never arrives is worse than a refusal. Only a dot-atom is one (RFC 5322 §3.4.1): brackets would be read as a
    comment, and the mail would go to somebody else.
    """
    cleaned = one_line(email).lower()
    if not cleaned.isascii():
        raise InvalidInput("email.letters", PLAIN_ADDRESS, {"email": PLAIN_ADDRESS})
    if not _ADDRESS.fullmatch(cleaned):
        words = "Write an e-mail address, such as name@example.org."
        raise InvalidInput("email.invalid", words, {"email": words})
    return cleaned


def clean_name(name: str, field: str, longest: int) -> str:
    """Give a name on one line. Raises InvalidInput for `field` when nothing is left or it is too long."""
    cleaned = one_line(name)
    if not cleaned or len(cleaned) > longest:
        words = "Write the name." if not cleaned else f"Use at most {longest} characters."
        raise InvalidInput("name.invalid", words, {field: words})
    return cleaned


def needs_current_password(has_password: bool, method: str, signed_in_at: datetime, now: datetime) -> bool:
    """Say whether the old password is asked for before a new one.

    Not within 30 minutes of signing in by an e-mail link: that is the way for who forgot it.
    """
    is_fresh_link = method == "email_link" and now - signed_in_at < LINK_LASTS
    return has_password and not is_fresh_link
