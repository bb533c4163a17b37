"""A terabyte that takes no room until somebody copies it."""

from __future__ import annotations

from typing import Any


def make(package: Any) -> None:
    package.tries(
        """
        with open("sparse", "wb") as file:
            file.truncate(1 << 40)
        print("GOT")
        """,
    )
