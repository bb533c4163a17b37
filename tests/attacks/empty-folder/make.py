"""A folder without a file, which is no submission."""

from __future__ import annotations

from typing import Any


def make(package: Any) -> None:
    (package.folder / "p1.ipynb").unlink()
