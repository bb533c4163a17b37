"""The run turns a file that was handed in into a folder, and a folder into a file."""

from __future__ import annotations

from typing import Any


def make(package: Any) -> None:
    package.write("data.txt", "x")
    (package.folder / "data").mkdir()
    package.write("data/x.txt", "x")
    package.tries(
        """
        import os
        os.unlink("data.txt")
        os.mkdir("data.txt")
        open("data.txt/inside", "w").write("y")
        os.unlink("data/x.txt")
        os.rmdir("data")
        open("data", "w").write("y")
        """,
    )
