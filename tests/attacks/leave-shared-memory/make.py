"""A segment of System V shared memory waits for the neighbor."""

from __future__ import annotations

from typing import Any


def make(package: Any) -> None:
    package.tries(
        f"""
        import ctypes
        libc = ctypes.CDLL(None, use_errno=True)
        print(libc.shmget({package.shared_memory}, 4096, 0o1666), ctypes.get_errno())
        """,
    )
