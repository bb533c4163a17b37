"""Memory that is shared with nobody counts as no process's data."""

from __future__ import annotations

from typing import Any


def make(package: Any) -> None:
    package.tries(
        """
        import mmap
        block = mmap.mmap(-1, 400 << 20)
        for at in range(0, 400 << 20, 4096):
            block[at] = 1
        import time
        time.sleep(1)
        print("GOT")
        """,
    )
