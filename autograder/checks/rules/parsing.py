"""A cell's source as a syntax tree, whatever a student wrote."""

from __future__ import annotations

import ast
import re
import warnings
from dataclasses import dataclass

__all__ = ["Parsed", "parse_cell"]

# Magics whose body is Python that runs in the notebook, and the options before it.
_PYTHON = frozenset({"time", "timeit", "capture", "prun"})
_MAGIC = re.compile(r"^[ \t]*[!%?,;/]|=[ \t]*[!%]|\?[ \t]*$", re.MULTILINE)
# IPython reads a cell again for each magic in it; characters that it may read in all.
_READ = 2 << 20
_OPTIONS = re.compile(r"\s*(?:-\w+(?:[= ]?\d+)?\s+)*")


@dataclass(frozen=True, slots=True)
class Parsed:
    """What became of a cell's source.

    Parameters
    ----------
    tree : ast.Module or None
        ``None`` if it is no Python; such a cell fails when it runs.
    problem : str
        What keeps it from being read although Python may run it; empty otherwise.
    """

    tree: ast.Module | None
    problem: str = ""


def parse_cell(source: str) -> Parsed:
    """Parse a cell; magics and shell commands become the calls that IPython makes of them.

    What ``%time`` and the like run is put in their place.
    """
    try:
        magic = source.lstrip().startswith("%%")
        tree = None if magic else _parse(source)
        if tree is None and len(_MAGIC.findall(source)) * len(source) > _READ:
            return Parsed(None, "with too many magics")
        if tree is None and (python := _python_of(source)) is not None:
            tree = _parse(python)
            if tree is not None:
                tree = ast.fix_missing_locations(_Unwrapped().visit(tree))
    except (RecursionError, MemoryError):
        return Parsed(None, "nested too deeply")
    return Parsed(tree)


def _parse(source: str) -> ast.Module | None:
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            return ast.parse(source)
    except (SyntaxError, ValueError):
        return None


def _python_of(source: str) -> str | None:
    """Return a cell that is no plain Python as the Python that IPython runs."""
    from IPython.core.inputtransformer2 import TransformerManager

    lead = source[: len(source) - len(source.lstrip())].count("\n")
    first, _, body = source.lstrip().partition("\n")
    words = first[2:].split(maxsplit=1)
    if first.startswith("%%") and words and words[0] in _PYTHON:
        inner = body if _parse(body) is not None else _python_of(body)
        # What %%timeit and %%prun are given on their own line runs too.
        rest = words[1] if len(words) > 1 and words[0] in ("timeit", "prun") else ""
        return (
            None if inner is None else "\n" * lead + f"{_OPTIONS.sub('', rest, count=1)}\n{inner}"
        )
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            return str(TransformerManager().transform_cell(source))  # type: ignore[no-untyped-call]
    except (RecursionError, MemoryError):
        raise
    except Exception:  # whatever IPython trips over here, it trips over in the kernel
        return None


class _Unwrapped(ast.NodeTransformer):
    """Puts the Python that a line magic runs in its place."""

    def visit_Expr(self, node: ast.Expr) -> ast.AST | list[ast.stmt]:
        match node.value:
            case ast.Call(
                func=ast.Attribute(attr="run_line_magic"),
                args=[ast.Constant(value=str() as name), ast.Constant(value=str() as body)],
            ) if name in _PYTHON:
                inner = _parse(_OPTIONS.sub("", body, count=1))
                if inner is not None:
                    for statement in inner.body:
                        ast.increment_lineno(statement, node.lineno - 1)
                    return inner.body
        return node
