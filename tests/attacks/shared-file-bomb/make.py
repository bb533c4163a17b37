"""Files in shared memory are memory."""

from __future__ import annotations

from typing import Any


def make(package: Any) -> None:
    package.tries(
        f"""
        with open("/dev/shm/{package.mark}", "wb") as file:
            for _ in range(10):
                file.write(bytes(4 << 20))
                file.flush()
        print("GOT")
        """,
    )
