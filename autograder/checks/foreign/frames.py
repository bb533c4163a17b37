"""Frames of pandas in a test cell: copies that follow the kernel's, and text that pandas runs."""

from __future__ import annotations

import ast
import sys
from types import FrameType
from typing import Any

__all__ = ["extends_pandas", "is_frame", "literals", "query_text", "replace_frame"]


def is_frame(value: Any) -> bool:
    """Whether `value` is exactly a frame, series or categorical array, which can change."""
    pandas = sys.modules.get("pandas")
    return pandas is not None and type(value) in (
        pandas.DataFrame,
        pandas.Series,
        pandas.Categorical,
    )


def extends_pandas(kind: type) -> bool:
    """Whether an object of this class is a frame, series or index to pandas."""
    pandas = sys.modules.get("pandas")
    return pandas is not None and issubclass(kind, pandas.DataFrame | pandas.Series | pandas.Index)


def replace_frame(mine: Any, after: Any) -> Any:
    """Return `mine` with the content of `after`, or `after` where it cannot have it."""
    pandas = sys.modules["pandas"]
    if type(mine) is pandas.Categorical:
        return mine if mine.dtype == after.dtype and mine.equals(after) else after
    # Made anew in place, which keeps the object that other names of the cell mean.
    type(mine).__init__(mine, after.copy())
    return mine


def literals(tree: ast.AST) -> set[str]:
    """Return the text that the author of a cell wrote into it, stripped."""
    return {
        node.value.strip()
        for node in ast.walk(tree)
        if isinstance(node, ast.Constant) and isinstance(node.value, str)
    }


def query_text(frame: FrameType | None) -> str | None:
    """Return what ``df.query``, ``df.eval`` or ``pd.eval`` was given, if one is parsing it.

    Parameters
    ----------
    frame : FrameType or None
        Of the function that parses.
    """
    found = None
    while frame is not None:
        name = str(frame.f_globals.get("__name__", ""))
        if name.partition(".")[0] == "pandas":
            if frame.f_code.co_name in ("query", "eval"):
                found = frame.f_locals.get("expr")
        elif found is not None:
            break
        frame = frame.f_back
    return found if type(found) is str else None
