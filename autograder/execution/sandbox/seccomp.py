"""The system call filter: a classic BPF program assembled from the table in `calls`.

The program is run by the kernel at each system call of the process and of all its descendants,
who cannot take it off. Reference: ``Documentation/userspace-api/seccomp_filter.rst`` of Linux.
"""

from __future__ import annotations

import ctypes
import errno
import fcntl
import socket
import struct
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from autograder.execution.sandbox import syscalls
from autograder.execution.sandbox.calls import (
    ARGUMENTS,
    LAST_REVIEWED,
    REFUSED,
    SHARED,
    UNACCOUNTED,
    Group,
)

__all__ = ["Jump", "Label", "Load", "Return", "assemble", "install", "program"]

ALLOW = 0x7FFF0000
ERRNO = 0x00050000
KILL_PROCESS = 0x80000000
FILTER_MODE = 1  # SECCOMP_SET_MODE_FILTER

AUDIT_ARCH_X86_64 = 0xC000003E

# Offsets in struct seccomp_data; of an argument, its lower half.
NUMBER, ARCHITECTURE = 0, 4
ARGUMENT = (16, 24, 32)

NAMESPACES = (
    syscalls.CLONE_NEWNS
    | syscalls.CLONE_NEWCGROUP
    | syscalls.CLONE_NEWUTS
    | syscalls.CLONE_NEWIPC
    | syscalls.CLONE_NEWUSER
    | syscalls.CLONE_NEWPID
    | syscalls.CLONE_NEWNET
)
# Terminal requests that put characters into the input of another program, or change its line
# discipline: TIOCSTI, TIOCLINUX, TIOCSETD.
TERMINAL = (0x5412, 0x541C, 0x5423)
NETLINK_ROUTE = 0
PRIO_PROCESS, IOPRIO_WHO_PROCESS = 0, 1
KIND_BITS = 0xF  # of socket's second argument; the rest are flags


@dataclass(frozen=True, slots=True)
class Load:
    """Take the word at `offset` of the call's description."""

    offset: int


@dataclass(frozen=True, slots=True)
class Mask:
    """Keep the bits of `value` of the word taken last."""

    value: int


@dataclass(frozen=True, slots=True)
class Jump:
    """Compare the word taken last with `value`; ``None`` goes on with the next instruction."""

    test: str
    value: int
    then: str | None = None
    otherwise: str | None = None


@dataclass(frozen=True, slots=True)
class Return:
    """End with a verdict."""

    value: int


@dataclass(frozen=True, slots=True)
class Label:
    """A place to jump to."""

    name: str


Instruction = Load | Mask | Jump | Return | Label
TESTS = {"equal": 0x15, "at least": 0x35, "any bit": 0x45}


def assemble(instructions: Sequence[Instruction]) -> bytes:
    """Translate to the kernel's ``struct sock_filter`` array.

    Raises
    ------
    ValueError
        If a jump goes backward or farther than 255 instructions, which BPF cannot express.
    """
    places: dict[str, int] = {}
    real: list[Instruction] = []
    for instruction in instructions:
        if isinstance(instruction, Label):
            places[instruction.name] = len(real)
        else:
            real.append(instruction)
    code = b""
    for position, instruction in enumerate(real):
        match instruction:
            case Load(offset):
                code += struct.pack("HBBI", 0x20, 0, 0, offset)
            case Mask(value):
                code += struct.pack("HBBI", 0x54, 0, 0, value)
            case Return(value):
                code += struct.pack("HBBI", 0x06, 0, 0, value)
            case Jump(test, value, then, otherwise):
                far = [0 if to is None else places[to] - position - 1 for to in (then, otherwise)]
                if not all(0 <= distance < 256 for distance in far):
                    raise ValueError(f"{instruction} is too far from its target")
                code += struct.pack("HBBI", TESTS[test], *far, value & 0xFFFFFFFF)
    return code


def program(*, network: bool, shared: bool, counted: bool) -> bytes:
    """Return the filter.

    Parameters
    ----------
    network : bool
        Whether the process has a network namespace of its own: then internet sockets, which lead
        nowhere but its loopback, and route queries are allowed; UNIX sockets always are.
    shared : bool
        Whether the file tree and the IPC objects are the host's.
    counted : bool
        Whether a memory cgroup counts what the process uses.
    """
    groups: list[Group] = [*REFUSED]
    if not counted:
        groups.append(UNACCOUNTED)
    if shared:
        groups += SHARED
    refused = {value for group in groups if not group.pretend for value in group.calls.values()}
    pretended = {value for group in groups if group.pretend for value in group.calls.values()}
    families = [socket.AF_UNIX, *([socket.AF_INET, socket.AF_INET6] if network else [])]
    return assemble(
        [
            Load(ARCHITECTURE),
            Jump("equal", AUDIT_ARCH_X86_64, None, "foreign"),
            Load(NUMBER),
            # The x32 interface has numbers of its own; they lie above this one too.
            Jump("at least", LAST_REVIEWED + 1, "absent"),
            Jump("equal", ARGUMENTS["clone3"], "absent"),  # its flags are out of sight: use clone
            Jump("equal", ARGUMENTS["clone"], "clone"),
            Jump("equal", ARGUMENTS["socket"], "socket"),
            Jump("equal", ARGUMENTS["socketpair"], "socket"),
            Jump("equal", ARGUMENTS["ioctl"], "ioctl"),
            Jump("equal", ARGUMENTS["fcntl"], "fcntl"),
            *(_of_itself_only() if shared else ()),
            *_any_of(refused, "refused"),
            *_any_of(pretended, "pretended"),
            Return(ALLOW),
            Label("clone"),
            Load(ARGUMENT[0]),
            Jump("any bit", NAMESPACES, "refused", "allowed"),
            Label("ioctl"),
            Load(ARGUMENT[1]),
            *_any_of(TERMINAL, "refused"),
            Return(ALLOW),
            Label("fcntl"),
            Load(ARGUMENT[1]),
            # Who opens a file that is leased waits for most of a minute: a neighbor's import too.
            *_any_of((fcntl.F_SETLEASE, fcntl.F_NOTIFY), "refused"),
            Return(ALLOW),
            Label("limits"),
            Load(ARGUMENT[0]),
            Jump("equal", 0, "allowed", "refused"),
            Label("scheduling"),
            Load(ARGUMENT[0]),
            # libzmq ends the process when it may not schedule its own threads, by their ids.
            Jump("equal", 0, "allowed", "pretended"),
            Label("a priority"),
            Load(ARGUMENT[0]),
            Jump("equal", PRIO_PROCESS, "whose", "refused"),
            Label("a priority of input"),
            Load(ARGUMENT[0]),
            Jump("equal", IOPRIO_WHO_PROCESS, "whose", "refused"),
            Label("whose"),
            Load(ARGUMENT[1]),
            Jump("equal", 0, "allowed", "refused"),
            Label("socket"),
            # Datagrams carry an address each, which no filter of connect sees.
            *(_no_datagrams() if shared else ()),
            Load(ARGUMENT[0]),
            *_any_of(families, "allowed"),
            *(_route_queries() if network else ()),
            Return(ERRNO | errno.EAFNOSUPPORT),
            Label("allowed"),
            Return(ALLOW),
            Label("pretended"),
            Return(ERRNO),
            Label("refused"),
            Return(ERRNO | errno.EPERM),
            Label("absent"),
            Return(ERRNO | errno.ENOSYS),
            Label("foreign"),
            Return(KILL_PROCESS),
        ]
    )


def _any_of(values: Iterable[int], then: str) -> list[Instruction]:
    return [Jump("equal", int(value), then) for value in sorted(values)]


def _of_itself_only() -> list[Instruction]:
    """Limits and scheduling: of the caller, which 0 stands for, and of no other of its user."""
    scheduling = ("sched_setaffinity", "sched_setattr", "sched_setparam", "sched_setscheduler")
    return [
        Jump("equal", ARGUMENTS["prlimit64"], "limits"),
        *_any_of((ARGUMENTS[name] for name in scheduling), "scheduling"),
        Jump("equal", ARGUMENTS["setpriority"], "a priority"),
        Jump("equal", ARGUMENTS["ioprio_set"], "a priority of input"),
    ]


def _no_datagrams() -> list[Instruction]:
    return [
        Load(ARGUMENT[1]),
        Mask(KIND_BITS),
        Jump("equal", socket.SOCK_DGRAM, "refused"),
        Jump("equal", socket.SOCK_RAW, "refused"),  # of the UNIX family: the same as datagrams
    ]


def _route_queries() -> list[Instruction]:
    return [
        Jump("equal", socket.AF_NETLINK, None, "no netlink"),
        Load(ARGUMENT[2]),
        Jump("equal", NETLINK_ROUTE, "allowed"),
        Label("no netlink"),
    ]


class _Program(ctypes.Structure):
    _fields_ = [("length", ctypes.c_ushort), ("code", ctypes.c_char_p)]


def install(code: bytes) -> None:
    """Put the filter `code` on this process for good; ``no_new_privs`` must be set.

    Raises
    ------
    OSError
        If the kernel does not take it.
    """
    described = _Program(len(code) // 8, code)
    syscalls.syscall("seccomp", FILTER_MODE, 0, ctypes.addressof(described))
