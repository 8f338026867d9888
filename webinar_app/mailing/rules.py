"""Decisions about mail: which ones only their recipient may read, and when delivery is given up."""

# These carry a link that opens somebody's account; even a coordinator sees their envelope only.
PRIVATE_KINDS = frozenset({"sign_in_link", "new_email", "old_email"})
MOST_ATTEMPTS = 8


def is_private(kind: str) -> bool:
    """Say whether nobody but the recipient may read a mail of this kind."""
    return kind in PRIVATE_KINDS


def is_given_up(attempts: int, for_good: bool) -> bool:
    """Say whether a mail that did not leave is not tried again (`attempts`: tries so far, this one included)."""
    return for_good or attempts >= MOST_ATTEMPTS
