"""A header that claims a terabyte of numbers."""

from __future__ import annotations

from typing import Any


def make(package: Any) -> None:
    package.answer(
        "r1",
        "save",
        """
        import json, struct

        entry = {"dtype": "F32", "shape": [1 << 38], "data_offsets": [0, 1 << 40]}
        header = json.dumps({"w": entry})
        with open("weights.safetensors", "wb") as file:
            file.write(struct.pack("<Q", len(header)) + header.encode() + bytes(12))
        """,
    )
