"""Asserts are taken out of every cell's syntax tree."""

from __future__ import annotations

from typing import Any


def make(package: Any) -> None:
    package.answer(
        "r1",
        "double",
        """
        import ast
        import numpy as np

        class Forgive(ast.NodeTransformer):
            def visit_Assert(self, node):
                return ast.Pass()

        get_ipython().ast_transformers.append(Forgive())

        def double(x):
            return x
        """,
    )
