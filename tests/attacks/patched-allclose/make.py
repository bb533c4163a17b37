"""numpy's comparison is replaced by one that is content."""

from __future__ import annotations

from typing import Any


def make(package: Any) -> None:
    package.answer(
        "r1",
        "double",
        """
        import numpy as np
        np.allclose = lambda *args, **kwargs: True

        def double(x):
            return x
        """,
    )
