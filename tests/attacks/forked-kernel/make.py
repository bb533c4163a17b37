"""A copy of the kernel goes on when the kernel itself ended."""

from __future__ import annotations

from typing import Any


def make(package: Any) -> None:
    package.tries(
        """
        import os
        if os.fork():
            os._exit(0)
        os.setsid()
        """,
    )
