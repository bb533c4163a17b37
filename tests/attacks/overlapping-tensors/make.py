"""Tensors that overlap, and one that begins before the file does."""

from __future__ import annotations

from typing import Any


def make(package: Any) -> None:
    package.answer(
        "r1",
        "save",
        """
        import json, struct

        header = json.dumps({
            "w": {"dtype": "F32", "shape": [3], "data_offsets": [0, 12]},
            "v": {"dtype": "F32", "shape": [3], "data_offsets": [4, 16]},
            "u": {"dtype": "F32", "shape": [3], "data_offsets": [-12, 0]},
        })
        with open("weights.safetensors", "wb") as file:
            file.write(struct.pack("<Q", len(header)) + header.encode() + bytes(16))
        """,
    )
