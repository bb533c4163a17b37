"""A flood past the notebook's streams, into the grader's log of the kernel."""

from __future__ import annotations

from typing import Any


def make(package: Any) -> None:
    package.tries(
        """
        import os, sys
        terminal = sys.stderr._original_stdstream_copy
        for _ in range(64):
            os.write(terminal, b"x" * (1 << 20))
        if os.fstat(terminal).st_size >= 64 << 20:
            print("GOT", os.fstat(terminal).st_size)
        """,
    )
