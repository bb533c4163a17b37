"""A trial of one level on this host, run as ``python -m autograder.execution.sandbox.trial LEVEL``.

It is a process of its own because it changes itself for good, and because it may be asked for by
a process with threads, which must not fork without an exec.
"""

from __future__ import annotations

import json
import os
import sys
import tempfile
from pathlib import Path
from typing import Any

from autograder.execution.sandbox.base import prepare
from autograder.execution.sandbox.children import Enter, fork_child
from autograder.execution.sandbox.errors import IsolationError, LevelUnavailable
from autograder.execution.sandbox.policy import Level, Policy
from autograder.execution.sandbox.watch import Watch
from autograder.execution.sandbox.work import make_work

__all__ = ["main", "run_trial"]

MEMORY = 64 << 20


def run_trial(level: Level, folder: Path) -> dict[str, Any]:
    """Enter `level` once in a child; return what was found, as plain data.

    Returns
    -------
    dict
        ``works`` (bool); where it works ``means``, ``users``, ``cgroups`` (version, 0 for none)
        and ``no_cgroups``; where not, ``reason``.
    """
    try:
        base = prepare(level, folder)
        policy = Policy(level, memory=MEMORY, processes=8)
        work = make_work(base, policy)
        try:
            ending = Watch(base, work, policy, fork_child(base, work, policy, _try)).finish()
        finally:
            work.close()
    except LevelUnavailable as error:
        return {"works": False, "reason": error.reason}
    except IsolationError as error:
        return {"works": False, "reason": str(error)}
    if ending.status != 0:
        return {"works": False, "reason": f"a trial ended with status {ending.status}"}
    return {
        "works": True,
        "means": str(base.means),
        "users": base.users,
        "cgroups": 0 if base.cgroups is None else base.cgroups.version,
        "no_cgroups": base.no_cgroups,
    }


def _try(enter: Enter) -> None:
    """Enter, write, and start a process: what every kernel does."""
    enter(keep={2})
    Path("trial").write_text("x", encoding="utf-8")
    child = os.fork()
    if child == 0:
        os._exit(0)
    os.waitpid(child, 0)


def main() -> None:
    """Print the result of the trial of the level named on the command line."""
    with tempfile.TemporaryDirectory(prefix="llm-classroom-") as name:
        os.chmod(name, 0o711)
        # In a child, since at *full* what tries does not return.
        reading, writing = os.pipe()
        child = os.fork()
        if child == 0:
            os.close(reading)
            found = run_trial(Level(sys.argv[1]), Path(name))
            os.write(writing, json.dumps(found).encode())
            os._exit(0)
        os.close(writing)
        with os.fdopen(reading, encoding="utf-8") as result:
            text = result.read()
        os.waitpid(child, 0)
    print(text)


if __name__ == "__main__":
    main()
