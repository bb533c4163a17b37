"""Two hundred thousand lists in one another exhaust a recursive parser's stack."""

from __future__ import annotations

from typing import Any


def make(package: Any) -> None:
    package.write("p1.ipynb", "[" * 200_000 + "]" * 200_000)
