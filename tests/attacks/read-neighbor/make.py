"""What another student handed in."""

from __future__ import annotations

from typing import Any


def make(package: Any) -> None:
    package.tries(
        f"""
        import pathlib
        for path in pathlib.Path("{package.course}").glob("submitted/a-neighbor/*/*.ipynb"):
            print("GOT", len(path.read_text()))
        """,
    )
