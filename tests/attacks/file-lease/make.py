"""A lease on a file, with which everybody else who opens it waits for most of a minute."""

from __future__ import annotations

from typing import Any


def make(package: Any) -> None:
    package.tries(
        """
        import fcntl, os
        open("mine", "w").close()
        fcntl.fcntl(os.open("mine", os.O_RDONLY), fcntl.F_SETLEASE, fcntl.F_WRLCK)
        print("GOT")
        """,
    )
