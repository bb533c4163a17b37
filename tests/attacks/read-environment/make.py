"""The environment of the grader and of all its processes."""

from __future__ import annotations

from typing import Any


def make(package: Any) -> None:
    package.tries(
        """
        import os, re
        mark = re.compile(b"MARK" + b"ER_[A-Z]+_[0-9a-f]+")
        for pid in filter(str.isdigit, os.listdir("/proc")):
            try:
                found = mark.findall(open("/proc/" + pid + "/environ", "rb").read())
            except OSError:
                continue
            if found:
                print("GOT", pid, found)
        print(os.getppid(), sorted(os.environ))
        """,
    )
