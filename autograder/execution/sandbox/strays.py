"""What a run left behind where no pid namespace ends with it."""

from __future__ import annotations

import contextlib
import os
import signal
import time

from autograder.execution.sandbox.base import Base
from autograder.execution.sandbox.usage import children, descendants

__all__ = ["sweep"]

ROUNDS = 200


def sweep(base: Base, uid: int | None) -> None:
    """Kill and reap orphans that came to this process, and all processes of a run's user.

    Parameters
    ----------
    base : Base
        Whose ``running`` children are spared.
    uid : int or None
        The user of a run that ended; ``None`` for none.
    """
    if uid is not None:
        _kill_user(uid)
    for _ in range(ROUNDS):
        strays = [pid for pid in children(os.getpid()) if pid not in base.running]
        if not strays:
            return
        # Stopped first, so that none starts another while the others are killed.
        trees = {pid for stray in strays for pid in descendants(stray)}
        for number in (signal.SIGSTOP, signal.SIGKILL):
            for pid in trees:
                with contextlib.suppress(ProcessLookupError, PermissionError):
                    os.kill(pid, number)
        for pid in strays:
            with contextlib.suppress(ChildProcessError):
                os.waitpid(pid, os.WNOHANG)
        time.sleep(0.001)


def _kill_user(uid: int) -> None:
    """Kill every process of a user at one instant, as only a process of that user can."""
    for _ in range(ROUNDS):
        helper = os.fork()
        if helper == 0:
            try:
                os.setgroups([])
                os.setresgid(uid, uid, uid)
                os.setresuid(uid, uid, uid)
                os.kill(-1, signal.SIGKILL)  # all of the user's but itself
            finally:
                os._exit(0)
        # Another process of the user may have been quicker and killed the helper.
        if os.waitstatus_to_exitcode(os.waitpid(helper, 0)[1]) == 0:
            return
