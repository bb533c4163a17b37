"""A number that is not JSON; Python's parser takes it, and so does nbgrader."""

from __future__ import annotations

from typing import Any


def make(package: Any) -> None:
    notebook = package.notebook("p1")
    notebook["cells"][0]["metadata"]["weight"] = float("nan")
    package.save("p1", notebook)
