"""The notebook was cut off while it was written."""

from __future__ import annotations

from typing import Any


def make(package: Any) -> None:
    text = package.text("p1")
    package.write("p1.ipynb", text[: len(text) // 2])
