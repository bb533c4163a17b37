"""Half of a surrogate pair, with which no file can be written."""

from __future__ import annotations

from typing import Any


def make(package: Any) -> None:
    package.cell("p1", "square")["source"] += "\n# \ud800"
    package.save("p1")
