"""The grader's own answers, by their path."""

from __future__ import annotations

from typing import Any


def make(package: Any) -> None:
    package.tries(
        f"""
        import sys
        sys.path.insert(0, "{package.course}/grading/ps3")
        import grader
        print("GOT", grader.twice(21))
        """,
    )
