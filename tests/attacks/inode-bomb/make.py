"""Thousands of empty files take no room and all the table."""

from __future__ import annotations

from typing import Any


def make(package: Any) -> None:
    package.tries(
        """
        for number in range(1500):
            open(f"bomb-{number}", "w").close()
        import time
        time.sleep(1)
        print("GOT")
        """,
    )
