"""The filter, judged by an interpreter of its own; the document lists what it refuses."""

from __future__ import annotations

import errno
import re
import socket
import struct
from pathlib import Path

import pytest

from autograder.execution.sandbox import seccomp, syscalls
from autograder.execution.sandbox.calls import (
    ARGUMENTS,
    LAST_REVIEWED,
    REFUSED,
    SHARED,
    UNACCOUNTED,
    number,
)

CHECKOUT = Path(__file__).parents[3]
ALLOWED, KILLED = "allowed", "killed"
EVERY_GROUP = (*REFUSED, UNACCOUNTED, *SHARED)


def verdict(
    code: bytes, call: int, *arguments: int, architecture: int = seccomp.AUDIT_ARCH_X86_64
) -> int | str:
    """Run the program as the kernel does; an errno, 'allowed' or 'killed'."""
    data = struct.pack("iIQ6Q", call, architecture, 0, *(*arguments, 0, 0, 0, 0, 0, 0)[:6])
    program = list(struct.iter_unpack("HBBI", code))
    place, word = 0, 0
    while True:
        operation, then, otherwise, value = program[place]
        place += 1
        if operation == 0x20:
            (word,) = struct.unpack_from("I", data, value)
        elif operation == 0x54:
            word &= value
        elif operation == 0x06:
            if value == seccomp.ALLOW:
                return ALLOWED
            return KILLED if value == seccomp.KILL_PROCESS else value & 0xFFFF
        else:
            holds = {0x15: word == value, 0x35: word >= value, 0x45: bool(word & value)}[operation]
            place += then if holds else otherwise


FULL = seccomp.program(network=True, shared=False, counted=True)
RESTRICTED = seccomp.program(network=False, shared=True, counted=False)


def test_every_listed_call_is_refused_and_others_are_allowed():
    listed = {number for group in REFUSED for number in group.calls.values()}
    assert len(listed) > 60
    for call in range(LAST_REVIEWED + 1):
        if call in listed:
            assert verdict(FULL, call) == errno.EPERM
        elif call == ARGUMENTS["clone3"]:
            assert verdict(FULL, call) == errno.ENOSYS
        elif call in (ARGUMENTS["socket"], ARGUMENTS["socketpair"]):
            assert verdict(FULL, call, 99) == errno.EAFNOSUPPORT
        else:
            assert verdict(FULL, call) == ALLOWED


def test_restricted_refuses_more_and_pretends_for_metadata():
    for group in (*SHARED, UNACCOUNTED):
        for call in group.calls.values():
            assert verdict(FULL, call) == ALLOWED
            assert verdict(RESTRICTED, call) == (0 if group.pretend else errno.EPERM)


def test_memory_of_nobody_is_refused_only_where_nothing_counts_it():
    uncounted = seccomp.program(network=True, shared=False, counted=False)
    assert verdict(uncounted, number("memfd_create")) == errno.EPERM
    assert verdict(FULL, number("memfd_create")) == ALLOWED


@pytest.mark.parametrize("code", [FULL, RESTRICTED], ids=["full", "restricted"])
def test_a_clone_with_any_namespace_is_refused(code):
    for bit in range(32):
        flags = 1 << bit
        wanted = errno.EPERM if flags & seccomp.NAMESPACES else ALLOWED
        assert verdict(code, ARGUMENTS["clone"], flags | 17) == wanted
    # The kernel looks at the lower half only.
    high = 1 << 40 | syscalls.CLONE_NEWUSER
    assert verdict(code, ARGUMENTS["clone"], high) == errno.EPERM


@pytest.mark.parametrize("code", [FULL, RESTRICTED], ids=["full", "restricted"])
def test_another_architecture_ends_the_process(code):
    for architecture in (0x40000003, 0xC00000B7, 0):
        assert verdict(code, 39, architecture=architecture) == KILLED


@pytest.mark.parametrize("code", [FULL, RESTRICTED], ids=["full", "restricted"])
def test_numbers_that_nobody_reviewed_and_the_x32_interface_are_absent(code):
    for call in (LAST_REVIEWED + 1, 0x40000000, 0x40000000 + 101, 0x7FFFFFFF):
        assert verdict(code, call) == errno.ENOSYS


def test_sockets_by_family_kind_and_protocol():
    call, kinds = ARGUMENTS["socket"], (socket.SOCK_STREAM, socket.SOCK_DGRAM)
    for family in range(64):
        inside = family in (socket.AF_UNIX, socket.AF_INET, socket.AF_INET6)
        for kind in kinds:
            found = verdict(FULL, call, family, kind, 12)
            assert found == (ALLOWED if inside else errno.EAFNOSUPPORT)
    assert verdict(FULL, call, socket.AF_NETLINK, socket.SOCK_RAW, 0) == ALLOWED
    assert verdict(FULL, call, socket.AF_NETLINK, socket.SOCK_RAW, 12) == errno.EAFNOSUPPORT
    flags = socket.SOCK_CLOEXEC | socket.SOCK_NONBLOCK
    for name in ("socket", "socketpair"):
        call = ARGUMENTS[name]
        assert verdict(RESTRICTED, call, socket.AF_UNIX, socket.SOCK_STREAM | flags) == ALLOWED
        for kind in (socket.SOCK_DGRAM, socket.SOCK_RAW):
            assert verdict(RESTRICTED, call, socket.AF_UNIX, kind | flags) == errno.EPERM
        found = verdict(RESTRICTED, call, socket.AF_INET, socket.SOCK_STREAM)
        assert found == errno.EAFNOSUPPORT


def test_restricted_lets_a_process_set_limits_and_priorities_of_itself_only():
    scheduling = ("sched_setaffinity", "sched_setattr", "sched_setparam", "sched_setscheduler")
    for name in ("prlimit64", *scheduling):
        assert verdict(RESTRICTED, ARGUMENTS[name], 0) == ALLOWED
        wanted = errno.EPERM if name == "prlimit64" else 0
        assert verdict(RESTRICTED, ARGUMENTS[name], 4711) == wanted
        assert verdict(FULL, ARGUMENTS[name], 4711) == ALLOWED
    for name, process in (("setpriority", 0), ("ioprio_set", 1)):
        for which in range(4):
            for whose in (0, 4711):
                wanted = ALLOWED if (which, whose) == (process, 0) else errno.EPERM
                assert verdict(RESTRICTED, ARGUMENTS[name], which, whose) == wanted


def test_a_terminal_gets_no_input_and_answers_other_requests():
    for request in (0x5412, 0x541C, 0x5423):
        assert verdict(FULL, ARGUMENTS["ioctl"], 0, request) == errno.EPERM
    assert verdict(FULL, ARGUMENTS["ioctl"], 0, 0x5401) == ALLOWED  # TCGETS


def test_a_jump_that_is_too_far_or_backward_is_no_program():
    far = [seccomp.Jump("equal", 1, "end"), *[seccomp.Return(0)] * 300, seccomp.Label("end")]
    with pytest.raises(ValueError, match="too far"):
        seccomp.assemble([*far, seccomp.Return(0)])
    with pytest.raises(ValueError, match="too far"):
        seccomp.assemble([seccomp.Label("start"), seccomp.Jump("equal", 1, "start")])


def test_numbers_are_those_of_the_kernels_header():
    header = Path("/usr/include/x86_64-linux-gnu/asm/unistd_64.h")
    if not header.is_file():
        pytest.skip("the header is not installed")
    names = dict(re.findall(r"#define __NR_(\w+) (\d+)", header.read_text()))
    for group in EVERY_GROUP:
        for name, value in group.calls.items():
            assert names.get(name, str(value)) == str(value)
    for name, value in ARGUMENTS.items():
        assert names[name] == str(value)


def test_no_call_is_in_two_groups_that_hold_at_once():
    seen: dict[str, str] = {}
    for group in (*REFUSED, *SHARED):
        for name in group.calls:
            assert name not in seen
            seen[name] = group.name


def test_the_document_lists_every_call_and_no_other():
    text = (CHECKOUT / "docs" / "isolation.md").read_text()
    rows = dict(re.findall(r"^\| ([^|]+?) \| [^|]+ \| (`[^|]+`) \|$", text, re.MULTILINE))
    wanted = {g.name: " ".join(f"`{name}`" for name in g.calls) for g in EVERY_GROUP}
    assert {name: rows.get(name) for name in wanted} == wanted
