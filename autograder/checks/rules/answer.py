"""Which cells are the answer to a question."""

from __future__ import annotations

import ast
import enum
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from autograder.checks.rules.parsing import parse_cell

__all__ = ["Cell", "Role", "answer_cells", "bound_names", "mentioned_names"]


class Role(enum.StrEnum):
    """Whose a code cell is."""

    ANSWER = "answer"
    """A solution cell of the assignment, which the student filled in."""
    OTHER = "other"
    """Any other cell that a student may have written."""
    GIVEN = "given"
    """The instructor's: locked."""
    CHECK = "check"
    """The instructor's test cell."""


@dataclass(frozen=True, slots=True)
class Cell:
    """A code cell.

    Parameters
    ----------
    source : str
    role : Role
    number : int
        Among all cells of the notebook, as people count.
    """

    source: str
    role: Role
    number: int


def answer_cells(cells: Sequence[Cell], check: int) -> list[int]:
    """Return the indices of the solution cells that `cells[check]` tests.

    They are those since the last test cell that stood before a solution cell. Where several test
    cells follow the same solution cells, such as three functions and then a test for each, they
    are those that bind a name which the check mentions as a string (``run.call("name")``), or all
    if none does.
    """
    last = check
    while last >= 0 and cells[last].role is not Role.ANSWER:
        last -= 1
    first = last
    while first >= 0 and cells[first].role is not Role.CHECK:
        first -= 1
    block = [i for i in range(first + 1, last + 1) if cells[i].role is Role.ANSWER]
    if len(block) < 2 or _tests_after(cells, last) < 2:
        return block
    asked = mentioned_names(cells[check].source)
    return [i for i in block if asked & set(bound_names(cells[i].source))] or block


def _tests_after(cells: Sequence[Cell], last: int) -> int:
    """Count the test cells between the solution cell `last` and the next one."""
    count = 0
    for cell in cells[last + 1 :]:
        if cell.role is Role.ANSWER:
            break
        count += cell.role is Role.CHECK
    return count


def mentioned_names(source: str) -> frozenset[str]:
    """Return the strings in a check that could be names of the notebook."""
    tree = parse_cell(source).tree
    return frozenset(
        node.value
        for node in ast.walk(tree or ast.Module([], []))
        if isinstance(node, ast.Constant)
        and isinstance(node.value, str)
        and node.value.isidentifier()
    )


def bound_names(source: str) -> tuple[str, ...]:
    """Return the names that a cell defines or assigns at its top level, imports left out."""
    tree = parse_cell(source).tree
    found = (name for node in (tree.body if tree else ()) for name in _bound(node))
    return tuple(dict.fromkeys(found))


def _bound(node: ast.stmt) -> Iterator[str]:
    match node:
        case ast.FunctionDef() | ast.AsyncFunctionDef() | ast.ClassDef():
            yield node.name
        case ast.Assign(targets=targets):
            for target in targets:
                yield from _stored(target)
        case ast.AnnAssign(target=target, value=ast.expr()) | ast.AugAssign(target=target):
            yield from _stored(target)
        case ast.If() | ast.For() | ast.While() | ast.With() | ast.Try():
            for child in ast.iter_child_nodes(node):
                if isinstance(child, ast.stmt):
                    yield from _bound(child)


def _stored(target: ast.expr) -> Iterator[str]:
    match target:
        case ast.Name(id=name):
            yield name
        case ast.Tuple(elts=elements) | ast.List(elts=elements):
            for element in elements:
                yield from _stored(element)
        case ast.Starred(value=value):
            yield from _stored(value)
