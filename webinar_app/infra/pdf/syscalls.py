"""A filter of system calls: no sockets, no programs, no new processes; threads stay possible, because Pango uses them.

`RLIMIT_NPROC` cannot do this: it does not bind root, and for everybody else it forbids threads as well.
"""

import ctypes
import errno
import platform
import struct
from dataclasses import dataclass

_PR_SET_NO_NEW_PRIVS = 38
_PR_SET_SECCOMP = 22
_MODE_FILTER = 2
_LOAD, _EQUAL, _AT_LEAST, _ANY_BIT, _RETURN = 0x20, 0x15, 0x35, 0x45, 0x06
_ALLOW, _KILL, _ERROR = 0x7FFF0000, 0x80000000, 0x00050000
_NUMBER_AT, _MACHINE_AT, _FIRST_ARGUMENT_AT = 0, 4, 16
_CLONE_THREAD = 0x10000
_OTHER_TABLE = 0x40000000


@dataclass(frozen=True)
class _Machine:
    """The numbers of one processor's system calls, from the kernel's tables."""

    audit: int
    clone: int
    clone3: int
    refused: tuple[int, ...]


_MACHINES = {
    # socket connect socketpair fork vfork execve execveat ptrace process_vm_writev kill io_uring_setup
    "x86_64": _Machine(0xC000003E, 56, 435, (41, 42, 53, 57, 58, 59, 322, 101, 311, 62, 425)),
    # socket connect socketpair execve execveat ptrace process_vm_writev kill io_uring_setup
    "aarch64": _Machine(0xC00000B7, 220, 435, (198, 203, 199, 221, 281, 117, 271, 129, 425)),
}


class _Program(ctypes.Structure):
    _fields_ = [("length", ctypes.c_ushort), ("steps", ctypes.c_void_p)]


def refuse_processes_and_sockets() -> bool:
    """Bind this process for ever; tell whether the kernel and the processor allow it."""
    machine = _MACHINES.get(platform.machine())
    if machine is None:
        return False
    steps = _steps(machine)
    memory = ctypes.create_string_buffer(steps, len(steps))
    program = _Program(len(steps) // 8, ctypes.addressof(memory))
    libc = ctypes.CDLL(None, use_errno=True)
    libc.prctl(_PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0)
    return bool(libc.prctl(_PR_SET_SECCOMP, _MODE_FILTER, ctypes.byref(program), 0, 0) == 0)


def _steps(machine: _Machine) -> bytes:
    """Write the filter: eight bytes a step (operation, steps to skip if true and if false, value)."""
    tests = [(number, "refuse") for number in machine.refused] + [(machine.clone3, "absent"), (machine.clone, "clone")]
    head = [
        (_LOAD, 0, 0, _MACHINE_AT),
        (_EQUAL, 1, 0, machine.audit),
        (_RETURN, 0, 0, _KILL),
        (_LOAD, 0, 0, _NUMBER_AT),
    ]
    tail = [
        (_RETURN, 0, 0, _ALLOW),
        (_LOAD, 0, 0, _FIRST_ARGUMENT_AT),
        (_ANY_BIT, 0, 1, _CLONE_THREAD),
        (_RETURN, 0, 0, _ALLOW),
        (_RETURN, 0, 0, _ERROR | errno.EPERM),
        # glibc asks the older call when this one does not exist; its flags can be read, this one's cannot.
        (_RETURN, 0, 0, _ERROR | errno.ENOSYS),
    ]
    targets = {"clone": 1, "refuse": 4, "absent": 5}
    checks = [(_AT_LEAST, len(tests) + targets["refuse"], 0, _OTHER_TABLE)]
    for at, (number, target) in enumerate(tests):
        checks.append((_EQUAL, len(tests) - 1 - at + targets[target], 0, number))
    return b"".join(struct.pack("<HBBI", *step) for step in [*head, *checks, *tail])
