"""Decisions about mail: which ones only their recipient may read, when it is tried again, when it is given up."""

from datetime import timedelta

# These carry a link that opens somebody's account; even a coordinator sees their envelope only.
PRIVATE_KINDS = frozenset({"sign_in_link", "new_email", "old_email"})
# A server that is down is asked once a minute, whatever waits: nothing is lost, and it is not stormed when it is back.
PAUSE = timedelta(minutes=1)
FEW_TRIES, FEW_MINUTES, MANY_MINUTES = 24, 5, 30
MOST_TRIES = 116  # two days, by the delays below
# So many refusals in a row, of different addresses and with nothing taken between, are the server's fault, not theirs.
CROWD = 5
MOST_TRIES_IN_CROWD = 33  # six hours


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
