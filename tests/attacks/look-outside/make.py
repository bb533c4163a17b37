"""Whether a file of the host is there, and how large it is, by its path."""

from __future__ import annotations

from typing import Any


def make(package: Any) -> None:
    package.tries(
        f"""
        import os
        print("GOT", os.stat("{package.target.outside}/secret.txt").st_size, "bytes")
        """,
    )
