"""A numpy of the student's own agrees with everything."""

from __future__ import annotations

from typing import Any


def make(package: Any) -> None:
    package.answer("p1", "square", "def square(x):\n    return 0")
    package.write("numpy.py", "def allclose(*args):\n    return True\n")
