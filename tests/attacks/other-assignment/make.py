"""The notebook of another assignment."""

from __future__ import annotations

from typing import Any


def make(package: Any) -> None:
    (package.folder / "p1.ipynb").rename(package.folder / "homework9.ipynb")
