"""One of the two notebooks was not submitted: its cells score 0."""

from __future__ import annotations

from typing import Any


def make(package: Any) -> None:
    (package.folder / "q1.ipynb").unlink()
