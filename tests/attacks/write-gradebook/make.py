"""A row of the student's own making in the gradebook."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator
from typing import Any


def make(package: Any) -> None:
    package.tries(
        f"""
        import sqlite3
        database = sqlite3.connect("{package.course}/gradebook.db", timeout=3)
        database.execute("insert into student (id) values ('{package.mark}')")
        database.commit()
        """,
    )


def effect(graded: Any) -> Iterator[str]:
    """The row."""
    database = sqlite3.connect(graded.course / "gradebook.db")
    name = graded.target.mark("write-gradebook")
    yield from (row[0] for row in database.execute("select id from student where id = ?", [name]))
    database.close()
