"""Folders that their own owner may not enter or remove."""

from __future__ import annotations

from typing import Any


def make(package: Any) -> None:
    package.tries(
        """
        import os
        os.makedirs("closed/inside")
        open("closed/inside/file", "w").write("x")
        os.chmod("closed/inside", 0)
        os.chmod("closed", 0)
        os.chmod(".", 0o500)
        """,
    )
