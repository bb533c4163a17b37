"""Builtins that the tests call are replaced."""

from __future__ import annotations

from typing import Any


def make(package: Any) -> None:
    package.answer(
        "r1",
        "double",
        """
        import builtins
        import numpy as np
        builtins.all = builtins.any = lambda *args: True
        np.allclose = builtins.all

        def double(x):
            return x
        """,
    )
