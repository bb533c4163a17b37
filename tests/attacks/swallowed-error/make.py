"""The shell is told that no cell fails."""

from __future__ import annotations

from typing import Any


def make(package: Any) -> None:
    package.answer(
        "r1",
        "double",
        """
        import numpy as np
        from IPython.core.interactiveshell import ExecutionResult

        ExecutionResult.success = property(lambda self: True)
        ExecutionResult.raise_error = lambda self: None
        shell = get_ipython()
        shell.showtraceback = lambda *args, **kwargs: None
        run_cell = shell.run_cell_async

        async def content(*args, **kwargs):
            result = await run_cell(*args, **kwargs)
            result.error_in_exec = result.error_before_exec = None
            return result

        shell.run_cell_async = content

        def double(x):
            return x
        """,
    )
