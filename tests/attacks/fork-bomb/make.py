"""Processes that start processes."""

from __future__ import annotations

from typing import Any


def make(package: Any) -> None:
    package.tries(
        """
        import os, time
        made = []
        try:
            for _ in range(60):
                pid = os.fork()
                if pid == 0:
                    time.sleep(3)
                    os._exit(0)
                made.append(pid)
            print("GOT", len(made))
        finally:
            for pid in made:
                os.kill(pid, 9)
                os.waitpid(pid, 0)
        """,
    )
