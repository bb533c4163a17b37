"""A notebook that is larger than any parser should be asked to read."""

from __future__ import annotations

from typing import Any


def make(package: Any) -> None:
    notebook = package.notebook("p1")
    notebook["metadata"]["padding"] = "x" * 70_000_000
    package.save("p1", notebook)
