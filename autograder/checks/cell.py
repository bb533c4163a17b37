"""Check cells: telling them from other cells, and loading the question that one defines."""

from __future__ import annotations

import ast
import warnings

from autograder.checks.errors import CheckError
from autograder.checks.question import Question, collecting

__all__ = ["is_check", "load_question"]

PACKAGE = "autograder.checks"
MODULES = (PACKAGE, f"{PACKAGE}.question")


def is_check(source: str) -> bool:
    """Whether `source` is a check: imports ``question`` and decorates a function with it.

    Every way to import it counts: ``from autograder.checks import question``,
    ``from autograder import checks``, ``import autograder.checks``, each with ``as``.
    """
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            tree = ast.parse(source)
    except (SyntaxError, ValueError, RecursionError, MemoryError):
        return False
    decorators = _names_of_question(tree)
    return any(
        _dotted(decorator) in decorators
        for node in ast.walk(tree)
        if isinstance(node, ast.FunctionDef)
        for decorator in node.decorator_list
    )


def _names_of_question(tree: ast.Module) -> set[str]:
    """Return the dotted names under which the cell knows the decorator."""
    names: set[str] = set()
    for node in ast.walk(tree):
        if isinstance(node, ast.ImportFrom) and node.level == 0:
            for alias in node.names:
                full = f"{node.module}.{alias.name}"
                if node.module in MODULES and alias.name == "question":
                    names.add(alias.asname or alias.name)
                if full in MODULES:
                    names.add(f"{alias.asname or alias.name}.question")
        elif isinstance(node, ast.Import):
            for alias in node.names:
                if alias.asname is None and alias.name.partition(".")[0] == "autograder":
                    names.update(f"{module}.question" for module in MODULES)
                elif alias.name in MODULES:
                    names.add(f"{alias.asname}.question")
                elif alias.name == "autograder":
                    names.update(
                        f"{alias.asname}{module.removeprefix('autograder')}.question"
                        for module in MODULES
                    )
    return names


def _dotted(node: ast.expr) -> str:
    if isinstance(node, ast.Name):
        return node.id
    if isinstance(node, ast.Attribute):
        return f"{_dotted(node.value)}.{node.attr}"
    return ""


def load_question(source: str, filename: str) -> Question:
    """Return the one question that a check cell defines.

    Parameters
    ----------
    source : str
        The full source, hidden regions included; it is the instructor's and is executed.
    filename : str
        Named in error texts, such as ``"<check absmax>"``.

    Raises
    ------
    CheckError
        The cell raises, or defines no question or several.
    """
    namespace = {"__name__": "__check__"}
    with collecting() as questions:
        try:
            exec(compile(source, filename, "exec", dont_inherit=True), namespace)
        except (Exception, SystemExit) as error:
            raise CheckError(f"{filename} raised {type(error).__name__}: {error}") from error
    if len(questions) != 1:
        raise CheckError(
            f"{filename} defines {len(questions)} questions: a check cell defines exactly one."
        )
    return questions[0]
