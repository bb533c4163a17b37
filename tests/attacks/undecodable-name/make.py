"""Files whose names are no text, or clear the terminal."""

from __future__ import annotations

from typing import Any


def make(package: Any) -> None:
    package.tries(
        """
        import os
        open(b"\\xff\\xfe.txt", "w").write("x")
        open("\\x1b[2J\\n::error::forged.txt", "w").write("x")
        open("a\\\\b.txt", "w").write("x")
        open("\\u202etxt.exe", "w").write("x")
        """,
    )
