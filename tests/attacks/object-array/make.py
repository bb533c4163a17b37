"""An array of objects that agree with everything."""

from __future__ import annotations

from typing import Any


def make(package: Any) -> None:
    package.answer(
        "r1",
        "double",
        """
        import numpy as np

        class Agreeable(float):
            def __sub__(self, other):
                return 0.0
            __rsub__ = __sub__

        class Agreed(np.ndarray):
            def __array_function__(self, function, types, args, kwargs):
                return True

        def double(x):
            agreed = np.array([Agreeable(0)] * np.size(x), dtype=object)
            return agreed.reshape(np.shape(x)).view(Agreed)
        """,
    )
