"""Files by their SHA-256, safely on disk before any row names them."""

import hashlib
import os
import tempfile
from datetime import datetime
from functools import lru_cache
from pathlib import Path
from typing import NamedTuple

from webinar_app.config import settings


class OldFile(NamedTuple):
    """A file in storage; its name is its SHA-256 where it was written whole."""

    name: str
    path: Path
    stat: os.stat_result

    @property
    def size(self) -> int:
        """Give its size in bytes."""
        return self.stat.st_size


class Storage:
    """Files under `<instance>/files/<aa>/<sha256>`."""

    def __init__(self, root: Path) -> None:
        self.root = root

    def put(self, data: bytes) -> str:
        """Keep the bytes and return their SHA-256; synced and renamed, so that a crash leaves all or nothing."""
        digest = hashlib.sha256(data).hexdigest()
        target = self._path(digest)
        if target.exists():
            os.utime(target)  # it was just put here again: nobody sweeps it before a row names it
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

    def older_than(self, moment: datetime) -> list[OldFile]:
        """Give the files, also half-written ones, that nobody put here since this moment (aware)."""
        found = (OldFile(path.name, path, path.stat()) for path in self.root.glob("??/*"))
        return [one for one in found if one.stat.st_mtime < moment.timestamp()]

    def remove_old(self, file: OldFile, moment: datetime) -> bool:
        """Remove such a file unless it was put here again, and say whether it went."""
        try:
            if file.path.stat().st_mtime >= moment.timestamp():
                return False
            file.path.unlink()
        except FileNotFoundError:
            return False
        return True

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
