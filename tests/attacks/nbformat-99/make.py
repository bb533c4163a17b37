"""The notebook claims a format that does not exist."""

from __future__ import annotations

from typing import Any


def make(package: Any) -> None:
    notebook = package.notebook("p1")
    notebook["nbformat"] = 99
    package.save("p1", notebook)
