"""A file system is mounted over what the grader reads."""

from __future__ import annotations

from typing import Any


def make(package: Any) -> None:
    package.tries(
        """
        import ctypes, os
        libc = ctypes.CDLL(None, use_errno=True)
        libc.unshare(0x10000000 | 0x00020000)
        if libc.mount(b"tmpfs", b"/tmp", b"tmpfs", 0, None) == 0:
            print("GOT")
        else:
            print(os.strerror(ctypes.get_errno()))
        """,
    )
