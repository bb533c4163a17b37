"""A header with more tensors than anybody trains."""

from __future__ import annotations

from typing import Any


def make(package: Any) -> None:
    package.answer(
        "r1",
        "save",
        """
        import json, struct

        entry = {"dtype": "U8", "shape": [0], "data_offsets": [0, 0]}
        header = json.dumps({f"w{n}": entry for n in range(40_000)})
        with open("weights.safetensors", "wb") as file:
            file.write(struct.pack("<Q", len(header)) + header.encode())
        """,
    )
