"""A module of the grader itself is changed on disk."""

from __future__ import annotations

from typing import Any


def make(package: Any) -> None:
    package.tries(
        """
        import autograder.checks, pathlib
        place = pathlib.Path(autograder.checks.__file__).parent
        (place / "llm-classroom-x.py").write_text("x = 1")
        print("GOT", place)
        """,
    )
