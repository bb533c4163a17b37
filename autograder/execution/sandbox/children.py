"""Forking runs: each the first process of a pid namespace of its own, where the level says so."""

from __future__ import annotations

import os
import sys
import time
import traceback
from collections.abc import Callable, Collection
from dataclasses import dataclass
from typing import Protocol

from autograder.execution.sandbox.base import Base
from autograder.execution.sandbox.cgroups import Cgroup
from autograder.execution.sandbox.enter import Entered, enter
from autograder.execution.sandbox.errors import IsolationError
from autograder.execution.sandbox.policy import Level, Policy
from autograder.execution.sandbox.syscalls import CLONE_NEWPID, setns, unshare
from autograder.execution.sandbox.work import Work

__all__ = ["Child", "Enter", "fork_child"]

FAILED = 70  # EX_SOFTWARE


class Enter(Protocol):
    """What a target calls, before anything of a student's, to enter its sandbox."""

    def __call__(self, *, keep: Collection[int]) -> Entered:
        """See `enter.enter`."""


@dataclass(frozen=True, slots=True)
class Child:
    """A run.

    Parameters
    ----------
    pid : int
        In the pid namespace of the process that forked it.
    pidfd : int
        Becomes readable when the run ended; signals sent by it reach no other process.
    cgroup : Cgroup or None
    started : float
        By the monotonic clock.
    """

    pid: int
    pidfd: int
    cgroup: Cgroup | None
    started: float


def fork_child(base: Base, work: Work, policy: Policy, target: Callable[[Enter], None]) -> Child:
    """Fork a run.

    Parameters
    ----------
    base : Base
        Of this process, by `base.prepare`.
    work : Work
    policy : Policy
        Of the level that `base` was prepared for.
    target : callable
        Called in the child with a function that enters the sandbox; the child ends with status 0
        when it returns, and with 70 and a traceback on stderr when it raises.

    Raises
    ------
    IsolationError
        If this process has more than one thread, whose locks a fork would copy, or the level is
        another.
    """
    if policy.level is not base.level:
        raise IsolationError("fork", f"prepared for {base.level}, asked for {policy.level}")
    threads = len(os.listdir("/proc/self/task"))
    if threads != 1:
        raise IsolationError("fork", f"this process has {threads} threads")
    cgroup = None
    if base.cgroups is not None:
        name = f"{base.owner}-{os.urandom(6).hex()}"
        try:
            cgroup = base.cgroups.make(name, memory=policy.memory, processes=policy.processes)
        except OSError as error:
            raise IsolationError("the control group", error) from error
    try:
        pid = _fork(base)
    except OSError as error:
        if cgroup is not None:
            cgroup.remove()
        raise IsolationError("fork", error) from error
    if pid == 0:
        _run(base, work, policy, cgroup, target)
    base.running.add(pid)
    return Child(pid, os.pidfd_open(pid), cgroup, time.monotonic())


def _fork(base: Base) -> int:
    if base.level is not Level.FULL:
        return os.fork()
    unshare(CLONE_NEWPID)  # of the next child, not of this process
    pid = -1
    try:
        pid = os.fork()
    finally:
        if pid != 0:
            setns(base.pid_namespace, CLONE_NEWPID)
    return pid


def _run(
    base: Base,
    work: Work,
    policy: Policy,
    cgroup: Cgroup | None,
    target: Callable[[Enter], None],
) -> None:
    def way_in(*, keep: Collection[int]) -> Entered:
        return enter(base, work, policy, cgroup, keep=keep)

    status = FAILED
    try:
        target(way_in)
        status = 0
    except SystemExit as error:
        status = error.code if isinstance(error.code, int) else FAILED if error.code else 0
    except BaseException:
        traceback.print_exc()
    finally:
        # Never back into the parent's code, whose buffers and handlers this process has copies of.
        try:
            sys.stdout.flush()
            sys.stderr.flush()
        finally:
            os._exit(status)
