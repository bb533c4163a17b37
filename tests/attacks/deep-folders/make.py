"""Folders in folders, deeper than any walk."""

from __future__ import annotations

from typing import Any


def make(package: Any) -> None:
    package.tries(
        """
        import os
        for _ in range(400):
            os.mkdir("d")
            os.chdir("d")
        """,
    )
