"""The command lines of all processes name the course and its students."""

from __future__ import annotations

from typing import Any


def make(package: Any) -> None:
    package.tries(
        """
        import os
        for pid in filter(str.isdigit, os.listdir("/proc")):
            try:
                line = open("/proc/" + pid + "/cmdline").read().replace("\\0", " ")
            except OSError:
                continue
            if " grade " in line:
                print("GOT", pid, line)
        """,
    )
