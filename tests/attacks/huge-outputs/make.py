"""Forty megabytes of outputs in ten thousand pieces."""

from __future__ import annotations

from typing import Any


def make(package: Any) -> None:
    piece = {"output_type": "stream", "name": "stdout", "text": "x" * 4_000}
    notebook = package.notebook("p1")
    notebook["cells"][2]["outputs"] = [piece] * 10_000
    package.save("p1", notebook)
