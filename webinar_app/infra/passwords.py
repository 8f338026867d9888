"""Passwords as argon2id hashes; slow on purpose, so never on the hub."""

from functools import lru_cache

from argon2 import PasswordHasher
from argon2.exceptions import Argon2Error, InvalidHashError

from webinar_app.infra import runtime

# OWASP Password Storage: 19 MiB, two passes, one lane. Twenty at once then fit into 400 MB.
_hasher = PasswordHasher(time_cost=2, memory_cost=19 * 1024, parallelism=1)


def make_hash(password: str) -> str:
    """Give the hash to store."""
    return runtime.in_real_thread(_hasher.hash, password)


def matches(stored: str | None, password: str) -> bool:
    """Say whether the password is the one behind the hash; without one it takes just as long and says no (W-17)."""
    return runtime.in_real_thread(_verify, stored or _nobodys(), password) and stored is not None


@lru_cache(maxsize=1)
def _nobodys() -> str:
    return _hasher.hash("nobody has this password")


def _verify(stored: str, password: str) -> bool:
    try:
        return _hasher.verify(stored, password)
    except (Argon2Error, InvalidHashError):
        return False
