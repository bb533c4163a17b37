"""More files than the disk is for."""

from __future__ import annotations

from typing import Any


def make(package: Any) -> None:
    package.tries(
        """
        for number in range(10):
            with open(f"bomb-{number}", "wb") as file:
                file.write(bytes(4 << 20))
        import time
        time.sleep(1)
        print("GOT")
        """,
    )
