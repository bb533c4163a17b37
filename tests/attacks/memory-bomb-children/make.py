"""Each of many processes takes a little."""

from __future__ import annotations

from typing import Any


def make(package: Any) -> None:
    package.answer(
        "p1",
        "square",
        """
        import os, time
        children = []
        for _ in range(8):
            children.append(os.fork())
            if children[-1] == 0:
                block = bytearray(b"x" * (60 << 20))
                time.sleep(2)
                os._exit(0)
        time.sleep(1.5)
        if any(os.waitpid(child, os.WNOHANG)[0] for child in children):
            raise MemoryError("children were killed")
        print("GOT")
        """,
    )
