"""A cell that exits successfully instead of defining the answer."""

from __future__ import annotations

from typing import Any


def make(package: Any) -> None:
    package.answer("p1", "square", "import sys\nsys.exit(0)\n\ndef square(x):\n    return x * x")
