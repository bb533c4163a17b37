"""The instructor's notebook, with solutions and hidden tests."""

from __future__ import annotations

from typing import Any


def make(package: Any) -> None:
    package.tries(
        f"""
        import pathlib
        for path in pathlib.Path("{package.course}").glob("source/*/*.ipynb"):
            print("GOT", path.name, len(path.read_text()))
        """,
    )
