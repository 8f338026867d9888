"""What a process that lays out somebody's words may not do: reach out, write, start others, or go on for ever.

Several independent walls stand here, because each can be missing somewhere: a container may forbid new namespaces or
filters, and a hook in Python does not see what C code does.
"""

import contextlib
import ctypes
import os
import resource
import signal
import socket
import sys
from collections.abc import Callable, Iterable
from pathlib import Path
from typing import Any, NoReturn

from webinar_app.infra.pdf import syscalls

CPU_SECONDS = 5
ADDRESS_SPACE = 512 * 1024 * 1024

_CLONE_NEWUSER = 0x10000000
_CLONE_NEWNET = 0x40000000
_PR_SET_PDEATHSIG = 1
_FORBIDDEN = (
    "socket.", "subprocess.", "os.exec", "os.fork", "os.posix_spawn", "os.spawn", "os.system", "os.kill", "pty.",
    "os.remove", "os.rename", "os.rmdir", "os.mkdir", "os.link", "os.symlink", "os.truncate", "shutil.", "urllib.",
    "http.", "ftplib.", "ctypes.dlopen", "mmap.",
)  # fmt: skip


def leave_network() -> bool:
    """Move this process into a network namespace without interfaces; tell whether the system allowed it."""
    user, group = os.getuid(), os.getgid()
    libc = ctypes.CDLL(None, use_errno=True)
    if libc.unshare(_CLONE_NEWNET) == 0:
        return True
    if libc.unshare(_CLONE_NEWUSER | _CLONE_NEWNET) != 0:
        return False
    # Without a mapping of its own user the process could not create files in its own folder.
    with contextlib.suppress(OSError):
        Path("/proc/self/setgroups").write_text("deny")
        Path("/proc/self/uid_map").write_text(f"{user} {user} 1")
        Path("/proc/self/gid_map").write_text(f"{group} {group} 1")
    return True


def die_with_parent() -> None:
    """Let the kernel end this process when the one that forked it ends."""
    ctypes.CDLL(None).prctl(_PR_SET_PDEATHSIG, signal.SIGKILL, 0, 0, 0)


def confine(readable: Iterable[str]) -> None:
    """Give up, for the rest of this process's life, all that laying out a page does not need."""
    syscalls.refuse_processes_and_sockets()
    # The softer of the two ends the process with a signal that names the reason.
    resource.setrlimit(resource.RLIMIT_CPU, (CPU_SECONDS, CPU_SECONDS + 1))
    _limit(resource.RLIMIT_AS, ADDRESS_SPACE)
    for nothing in (resource.RLIMIT_FSIZE, resource.RLIMIT_CORE):
        _limit(nothing, 0)
    socket.socket = socket.create_connection = socket.socketpair = _refuse  # type: ignore[misc,assignment]  # on purpose
    sys.addaudithook(_watch(tuple(readable)))


def _limit(kind: int, value: int) -> None:
    resource.setrlimit(kind, (value, value))


def _refuse(*_: object, **__: object) -> NoReturn:
    raise PermissionError("not allowed while a document is laid out")


def _watch(readable: tuple[str, ...]) -> Callable[[str, tuple[Any, ...]], None]:
    def hook(event: str, arguments: tuple[Any, ...]) -> None:
        if event == "open":
            path, mode = arguments[0], arguments[1]
            if isinstance(path, int):
                return
            if (mode or "r").strip("bt") != "r" or not os.path.abspath(os.fsdecode(path)).startswith(readable):
                _refuse()
        elif event.startswith(_FORBIDDEN):
            _refuse()

    return hook
