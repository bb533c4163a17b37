"""The name np is the student's own in the notebook."""

from __future__ import annotations

from typing import Any


def make(package: Any) -> None:
    package.answer(
        "r1",
        "double",
        """
        import numpy

        class np:
            array = numpy.array
            abs = numpy.abs

            def allclose(*args):
                return True

        def double(x):
            return x
        """,
    )
