"""An error whose name and text give orders to whoever reads the report."""

from __future__ import annotations

from typing import Any


def make(package: Any) -> None:
    package.answer(
        "p1",
        "square",
        """
        name = "\\n::error file=grade.py::forged\\x1b[2J"
        print("\\n::error::forged\\n::set-output name=points::3")
        raise type(name, (Exception,), {})(name * 3)
        """,
    )
