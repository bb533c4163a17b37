"""A sparse file of a terabyte takes no room until somebody copies it."""

from __future__ import annotations

from typing import Any


def make(package: Any) -> None:
    with open(package.folder / "weights.bin", "wb") as file:
        file.truncate(1 << 40)
