"""A key in the keyring of the user, which all its processes share."""

from __future__ import annotations

from typing import Any


def make(package: Any) -> None:
    package.tries(
        """
        import ctypes
        libc = ctypes.CDLL(None, use_errno=True)
        key = libc.syscall(248, b"user", b"llm-classroom-key", b"x", 1, -4)
        if key > 0:
            libc.syscall(250, 15, key, 30)  # it ends by itself
            print("GOT", key)
        """,
    )
