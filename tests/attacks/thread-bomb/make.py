"""Threads count as processes."""

from __future__ import annotations

from typing import Any


def make(package: Any) -> None:
    package.tries(
        """
        import threading
        gate = threading.Event()
        try:
            for _ in range(80):
                threading.Thread(target=gate.wait, args=(3,), daemon=True).start()
            print("GOT")
        finally:
            gate.set()
        """,
    )
