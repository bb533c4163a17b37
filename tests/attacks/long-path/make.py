"""Folders in folders until no path names them."""

from __future__ import annotations

from typing import Any


def make(package: Any) -> None:
    package.tries(
        """
        import os
        for _ in range(15):
            os.mkdir("d" * 250)
            os.chdir("d" * 250)
        open("f" * 200, "w").write("x")
        os.chdir("/submission" if os.path.isdir("/submission") else "/")
        """,
    )
