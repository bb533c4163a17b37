"""Starts a command as an ordinary user, or on a host that refuses namespaces.

Run as ``python launch.py USER NAMESPACES COMMAND...``, where USER is a uid or ``-`` for one's own
and NAMESPACES is ``allowed`` or ``refused``: by a filter, as the default profile of a container
refuses them.
"""

from __future__ import annotations

import os
import sys
from pathlib import Path

CHECKOUT = Path(__file__).resolve().parents[2]
sys.path.insert(0, str(CHECKOUT / "tests" / "execution" / "sandbox"))

from warm import reachable, refuse_namespaces  # noqa: E402

from autograder.execution.sandbox import interpreter_paths  # noqa: E402


def main() -> None:
    user, namespaces, *command = sys.argv[1:]
    if user != "-":
        reachable([CHECKOUT, *interpreter_paths()])
    if namespaces == "refused":
        refuse_namespaces()
    if user != "-":
        os.setgroups([])
        os.setresgid(int(user), int(user), int(user))
        os.setresuid(int(user), int(user), int(user))
    os.execv(command[0], command)


main()
