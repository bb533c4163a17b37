"""The expected value is found in the frame of the caller."""

from __future__ import annotations

from typing import Any


def make(package: Any) -> None:
    package.answer(
        "r1",
        "double",
        """
        import sys
        import numpy as np

        def double(x):
            frame = sys._getframe(1)
            while frame:
                for name, value in {**frame.f_globals, **frame.f_locals}.items():
                    if name in ("expected", "wanted", "want"):
                        return value
                frame = frame.f_back
            return x
        """,
    )
