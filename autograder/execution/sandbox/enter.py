"""The way in: what a forked child does before the first byte of a student is looked at."""

from __future__ import annotations

import contextlib
import os
import signal
import socket
from collections.abc import Collection, Iterator
from dataclasses import dataclass

from autograder.execution.sandbox import credentials, landlock, seccomp, syscalls
from autograder.execution.sandbox.base import Base, Means
from autograder.execution.sandbox.cgroups import Cgroup
from autograder.execution.sandbox.environment import replace_environment
from autograder.execution.sandbox.errors import IsolationError
from autograder.execution.sandbox.limits import set_limits
from autograder.execution.sandbox.mounts import DEVICES, ETC, HOME, SYSFS, SYSTEM, WORK, build_tree
from autograder.execution.sandbox.policy import Level, Policy
from autograder.execution.sandbox.work import Work

__all__ = ["Entered", "enter"]

# Of the host's /proc at restricted: what numeric libraries ask about the machine.
PROC_FILES = ("cpuinfo", "filesystems", "meminfo", "stat", "sys/vm", "version")
HIGHEST_DESCRIPTOR = (1 << 31) - 1


@dataclass(frozen=True, slots=True)
class Entered:
    """Where a run finds itself.

    Parameters
    ----------
    level : Level
    work : str
        Its work directory, which is the current directory.
    home : str
        For caches and temporary files.
    counted : bool
        Whether a control group counts and limits its memory.
    """

    level: Level
    work: str
    home: str
    counted: bool


def enter(
    base: Base, work: Work, policy: Policy, cgroup: Cgroup | None, *, keep: Collection[int]
) -> Entered:
    """Enter the sandbox for good; `children.fork_child` supplies all arguments but `keep`.

    The order matters: descriptors first, since one could lead out; what needs rights (control
    group, namespaces, file tree, user) before they are dropped; the system call filter after
    all that it refuses; the signal at the parent's death after the change of user, which would
    undo it.

    Parameters
    ----------
    base : Base
    work : Work
    policy : Policy
    cgroup : Cgroup or None
    keep : collection of int
        Descriptors that stay open: pipes, sockets and files of the work directory only, since a
        run can open a file of the host anew, in another mode, by ``/proc/self/fd``. Of 0, 1 and 2
        those not in it become ``/dev/null``.

    Raises
    ------
    IsolationError
        If a step fails. The process must end then.
    """
    parent = os.getppid()
    _reset_signals()
    with _step("a session of its own"):
        os.setsid()
        os.umask(0o022)  # the folders of a new tree are for another user to pass
    with _step("the work directory"):
        work.hand_over()
    with _step("closing descriptors"):
        _close_all_but(keep)
    if policy.level is Level.NONE:
        return _enter_none(work, policy)
    if cgroup is not None:
        with _step("the control group"):
            cgroup.join()
    uid = os.geteuid() if work.uid is None else work.uid
    if base.namespaces:
        _enter_tree(base, work, policy, uid, hide_cgroup=cgroup is not None)
        place, home = WORK, HOME
    else:
        place, home = str(work.path), str(work.temporary)
        with _step("the work directory"):
            os.chdir(work.path)
            # Orphans stay below this process, where they are counted.
            syscalls.adopt_orphans()
    with _step("limits"):
        # Before the limits: in a user namespace of its own a run's processes are counted apart.
        if base.means is Means.USER:
            credentials.new_user_namespace()
        shared_user = base.means is Means.LANDLOCK and work.uid is None
        set_limits(policy, shared_user=shared_user, counted=cgroup is not None)
    with _step("the environment"):
        replace_environment(home, policy.environment)
    with _step("giving up rights"):
        credentials.drop_capabilities()
        credentials.switch_to(work.uid)
        credentials.no_new_privileges()
    if not base.namespaces:
        with _step("Landlock"):
            landlock.restrict(_grants(policy, place, home))
    with _step("the system call filter"):
        code = seccomp.program(
            network=base.namespaces, shared=not base.namespaces, counted=cgroup is not None
        )
        seccomp.install(code)
    with _step("the parent's death"):
        syscalls.die_with_parent(signal.SIGKILL)
        if os.getppid() != parent:
            os._exit(1)  # it died before the signal was asked for
    return Entered(policy.level, place, home, cgroup is not None)


@contextlib.contextmanager
def _step(name: str) -> Iterator[None]:
    try:
        yield
    except IsolationError:
        raise
    except (OSError, ValueError) as error:
        raise IsolationError(name, error) from error


def _enter_none(work: Work, policy: Policy) -> Entered:
    """No isolation: a work directory, for trusted submissions."""
    home = str(work.temporary)
    os.chdir(work.path)
    replace_environment(home, policy.environment)
    syscalls.die_with_parent(signal.SIGKILL)
    return Entered(Level.NONE, str(work.path), home, counted=False)


def _enter_tree(base: Base, work: Work, policy: Policy, uid: int, *, hide_cgroup: bool) -> None:
    flags = syscalls.CLONE_NEWNS | syscalls.CLONE_NEWIPC | syscalls.CLONE_NEWUTS
    flags |= syscalls.CLONE_NEWNET | (syscalls.CLONE_NEWCGROUP if hide_cgroup else 0)
    with _step("namespaces"):
        syscalls.unshare(flags)
        syscalls.loopback_up()
        socket.sethostname(policy.hostname)
    build_tree(policy, str(work.path), uid)


def _grants(policy: Policy, place: str, home: str) -> landlock.Grants:
    own = f"/proc/{os.getpid()}"
    hidden = [os.path.realpath(path) for path in policy.hidden]
    shown = [*SYSTEM, *(f"/etc/{name}" for name in ETC), *map(str, policy.read_only)]
    return landlock.Grants(
        read=[
            *(part for path in shown for part in landlock.without(path, hidden)),
            own,
            *(f"/proc/{name}" for name in PROC_FILES),
            *SYSFS,
        ],
        write=[place, home],
        devices=[*(f"/dev/{name}" for name in DEVICES), *policy.gpus],
    )


def _close_all_but(keep: Collection[int]) -> None:
    null = os.open("/dev/null", os.O_RDWR)
    for descriptor in range(3):
        if descriptor not in keep:
            os.dup2(null, descriptor)
    first = 3
    for descriptor in sorted(k for k in keep if k >= 3):
        os.closerange(first, descriptor)
        first = descriptor + 1
    os.closerange(first, HIGHEST_DESCRIPTOR)  # one system call, however many there are


def _reset_signals() -> None:
    signal.set_wakeup_fd(-1)
    signal.pthread_sigmask(signal.SIG_SETMASK, [])
    for number in (signal.SIGTERM, signal.SIGHUP, signal.SIGCHLD):
        signal.signal(number, signal.SIG_DFL)
    signal.signal(signal.SIGINT, signal.default_int_handler)
