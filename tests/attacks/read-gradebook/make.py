"""The gradebook, by its path: marks of others and hidden tests."""

from __future__ import annotations

from typing import Any


def make(package: Any) -> None:
    package.tries(
        f"""
        import sqlite3
        database = sqlite3.connect("file:{package.course}/gradebook.db?mode=ro", uri=True)
        for row in database.execute("select name, source from source_cell"):
            print("GOT", row[0])
        """,
    )
