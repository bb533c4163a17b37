"""The saved file takes no room and is larger than the disk."""

from __future__ import annotations

from typing import Any


def make(package: Any) -> None:
    package.answer(
        "r1",
        "save",
        """
        with open("weights.safetensors", "wb") as file:
            file.truncate(7 << 20)
        """,
    )
