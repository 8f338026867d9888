"""Sealing: bytes that nobody reads without the secret of this installation, not even with the whole database."""

import base64
import json
from functools import lru_cache
from typing import Any

from cryptography.fernet import Fernet
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF

from webinar_app.config import settings

BLOCK = 4096


@lru_cache(maxsize=8)
def _box(purpose: str, secret: str) -> Fernet:
    key = HKDF(algorithm=SHA256(), length=32, salt=None, info=f"rostrum:{purpose}".encode()).derive(secret.encode())
    return Fernet(base64.urlsafe_b64encode(key))


def seal(purpose: str, value: Any) -> bytes:
    """Give a plain value sealed for one purpose; its length says nothing below 4 kB, and it carries no time."""
    told = json.dumps(value).encode()
    padded = told.ljust(-(-len(told) // BLOCK) * BLOCK)
    return _box(purpose, settings().secret_key.get_secret_value()).encrypt_at_time(padded, 0)


def unseal(purpose: str, sealed: bytes) -> Any:
    """Give back what was sealed for this purpose; raise `InvalidToken` for anything else."""
    return json.loads(_box(purpose, settings().secret_key.get_secret_value()).decrypt(sealed))
