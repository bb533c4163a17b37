"""The parameters of a student's function, from the text that the kernel says describes them."""

from __future__ import annotations

import ast
import inspect
from typing import Any

from autograder.checks.errors import UnacceptableValue

__all__ = ["signature"]

LONGEST = 2000


def signature(text: str) -> inspect.Signature:
    """Return the signature that `text` spells; a default that is no literal is its text.

    Raises
    ------
    UnacceptableValue
        If it spells none.
    """
    try:
        function = ast.parse(f"def f{text[:LONGEST]}: ...").body[0]
    except (SyntaxError, ValueError, RecursionError, MemoryError) as error:
        raise UnacceptableValue("the signature cannot be read") from error
    if not isinstance(function, ast.FunctionDef):
        raise UnacceptableValue("the signature cannot be read")
    spec, empty = function.args, inspect.Parameter.empty
    positional = [*spec.posonlyargs, *spec.args]
    defaults: list[Any] = [empty] * (len(positional) - len(spec.defaults))
    defaults += [_literal(default) for default in spec.defaults]
    found = [
        inspect.Parameter(
            argument.arg,
            inspect.Parameter.POSITIONAL_ONLY
            if index < len(spec.posonlyargs)
            else inspect.Parameter.POSITIONAL_OR_KEYWORD,
            default=default,
        )
        for index, (argument, default) in enumerate(zip(positional, defaults, strict=True))
    ]
    if spec.vararg:
        found.append(inspect.Parameter(spec.vararg.arg, inspect.Parameter.VAR_POSITIONAL))
    for argument, default_node in zip(spec.kwonlyargs, spec.kw_defaults, strict=True):
        default = empty if default_node is None else _literal(default_node)
        found.append(
            inspect.Parameter(argument.arg, inspect.Parameter.KEYWORD_ONLY, default=default)
        )
    if spec.kwarg:
        found.append(inspect.Parameter(spec.kwarg.arg, inspect.Parameter.VAR_KEYWORD))
    return inspect.Signature(found)


def _literal(node: ast.expr) -> Any:
    try:
        return ast.literal_eval(node)
    except (ValueError, TypeError, SyntaxError, RecursionError, MemoryError):
        return ast.unparse(node)
