"""One of the two notebooks cannot be read."""

from __future__ import annotations

from typing import Any


def make(package: Any) -> None:
    package.write("q1.ipynb", "{")
