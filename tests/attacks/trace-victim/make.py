"""A debugger is attached to a process of the same user."""

from __future__ import annotations

from typing import Any


def make(package: Any) -> None:
    victim = package.victim()
    package.tries(
        f"""
        import ctypes, os
        libc = ctypes.CDLL(None, use_errno=True)
        if libc.ptrace(16, {victim}, 0, 0) == 0:
            os.waitpid({victim}, 0)
            libc.ptrace(17, {victim}, 0, 0)
            print("GOT")
        else:
            print(os.strerror(ctypes.get_errno()))
        """,
    )
