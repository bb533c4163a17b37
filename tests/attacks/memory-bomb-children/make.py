"""Each of many processes takes a little."""

from __future__ import annotations

from typing import Any


def make(package: Any) -> None:
    package.tries(
        """
        import os, time
        children = []
        for _ in range(8):
            children.append(os.fork())
            if children[-1] == 0:
                block = bytearray(b"x" * (60 << 20))
                time.sleep(3)
                os._exit(0)
        time.sleep(2)
        ended = [os.waitpid(child, os.WNOHANG)[0] for child in children]
        print("GOT" if not any(ended) else "some were killed")
        for child in children:
            os.kill(child, 9)
        """,
    )
