"""A file whose name clears the terminal and forges an annotation."""

from __future__ import annotations

from typing import Any


def make(package: Any) -> None:
    (package.folder / "a\x1b[2J\n::error::b.txt").touch()
