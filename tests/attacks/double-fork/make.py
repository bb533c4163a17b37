"""A grandchild in a session of its own outlives the kernel."""

from __future__ import annotations

from typing import Any


def make(package: Any) -> None:
    package.tries(
        f"""
        import os
        if os.fork() == 0:
            os.setsid()
            if os.fork() == 0:
                for descriptor in range(3):
                    os.close(descriptor)
                os.execvp("sleep", ["sleep", "{package.orphan}"])
            os._exit(0)
        os.wait()
        """,
    )
