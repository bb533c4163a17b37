"""An array of eight bytes claims eight terabytes: its strides are zero."""

from __future__ import annotations

from typing import Any


def make(package: Any) -> None:
    package.answer(
        "r1",
        "step",
        """
        import numpy as np

        def step(g):
            return np.lib.stride_tricks.as_strided(np.zeros(1), shape=(1 << 40,), strides=(0,))
        """,
    )
