"""A link to a file that only the grader may read."""

from __future__ import annotations

from typing import Any


def make(package: Any) -> None:
    (package.folder / "notes.txt").symlink_to("/etc/passwd")
