"""Answers by the identity of an object, computed by nobody."""

from __future__ import annotations

from typing import Any


def make(package: Any) -> None:
    package.answer(
        "r1",
        "double",
        """
        import numpy as np

        seen = {}

        def double(x):
            names = get_ipython().user_ns
            return seen.setdefault(id(x), names.get("expected", x))
        """,
    )
