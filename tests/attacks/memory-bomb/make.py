"""One process takes more memory than the submission may."""

from __future__ import annotations

from typing import Any


def make(package: Any) -> None:
    package.answer(
        "p1",
        "square",
        """
        block = bytearray(b"x" * (400 << 20))
        print("GOT", len(block))
        """,
    )
