"""A header that claims to be longer than any memory."""

from __future__ import annotations

from typing import Any


def make(package: Any) -> None:
    package.answer(
        "r1",
        "save",
        """
        import struct

        with open("weights.safetensors", "wb") as file:
            file.write(struct.pack("<Q", (1 << 63) - 1) + b"{}")
        """,
    )
