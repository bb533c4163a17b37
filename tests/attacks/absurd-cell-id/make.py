"""A cell id of ten megabytes."""

from __future__ import annotations

from typing import Any


def make(package: Any) -> None:
    package.notebook("p1")["cells"][0]["id"] = "x" * 10_000_000
    package.save("p1")
