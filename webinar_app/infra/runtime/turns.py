"""Fair turns between processes that write one SQLite file."""

import os
from fcntl import LOCK_EX, LOCK_NB, LOCK_UN, flock


class Turn:
    """A write turn. Who waits holds `next`, so nobody is overtaken twice; the kernel frees both with the process.

    SQLite's own busy wait is not fair: beside a busy worker it starved the web process for seconds.
    """

    def __init__(self, path: str) -> None:
        self.next, self.turn = (os.open(f"{path}-{name}", os.O_CREAT | os.O_RDWR, 0o600) for name in ("next", "turn"))

    def __enter__(self) -> None:
        flock(self.next, LOCK_EX)
        flock(self.turn, LOCK_EX)
        flock(self.next, LOCK_UN)

    def __exit__(self, *_: object) -> None:
        flock(self.turn, LOCK_UN)


def hold_file(path: str) -> int | None:
    """Take a lock file for the life of this process; None when another process holds it."""
    handle = os.open(path, os.O_CREAT | os.O_RDWR, 0o600)
    try:
        flock(handle, LOCK_EX | LOCK_NB)
    except BlockingIOError:
        os.close(handle)
        return None
    return handle
