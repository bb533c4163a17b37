"""One file that is larger than any may be."""

from __future__ import annotations

from typing import Any


def make(package: Any) -> None:
    package.tries(
        """
        with open("large", "wb") as file:
            file.write(bytes(12 << 20))
        print("GOT")
        """,
    )
