"""Files by their SHA-256, safely on disk before any row names them."""

import hashlib
import os
import tempfile
from functools import lru_cache
from pathlib import Path

from webinar_app.config import settings


class Storage:
    """Files under `<instance>/files/<aa>/<sha256>`."""

    def __init__(self, root: Path) -> None:
        self.root = root

    def put(self, data: bytes) -> str:
        """Keep the bytes and return their SHA-256; synced and renamed, so that a crash leaves all or nothing."""
        digest = hashlib.sha256(data).hexdigest()
        target = self._path(digest)
        if target.exists():
            return digest
        target.parent.mkdir(parents=True, exist_ok=True)
        handle, name = tempfile.mkstemp(dir=target.parent)
        with os.fdopen(handle, "wb") as file:
            file.write(data)
            file.flush()
            os.fsync(file.fileno())
        os.replace(name, target)
        self._sync(target.parent)
        return digest

    def get(self, digest: str) -> bytes:
        """Give the bytes; raises FileNotFoundError."""
        return self._path(digest).read_bytes()

    def _path(self, digest: str) -> Path:
        if len(digest) != 64 or not all(character in "0123456789abcdef" for character in digest):
            raise FileNotFoundError(digest)
        return self.root / digest[:2] / digest

    @staticmethod
    def _sync(folder: Path) -> None:
        handle = os.open(folder, os.O_RDONLY)
        try:
            os.fsync(handle)
        finally:
            os.close(handle)


@lru_cache(maxsize=1)
def storage() -> Storage:
    """Give the files of this installation."""
    return Storage(settings().instance / "files")
