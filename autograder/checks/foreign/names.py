"""Whose a name is: found in the sources of the released and of the submitted notebook, unrun.

The instructor's imports and the functions of locked cells are the checker's own, so that no
student can put something else in their place. Classes, values and what students write are the
kernel's.
"""

from __future__ import annotations

import ast
import functools
import symtable
import warnings
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Any

from autograder.checks.rules.parsing import parse_cell

__all__ = [
    "CONVENTIONS",
    "Instructor",
    "InstructorCell",
    "Part",
    "bound_in",
    "defined_in",
    "imported_in",
    "read_by_functions",
]

COMPREHENSIONS = frozenset({"listcomp", "setcomp", "dictcomp", "genexpr"})
# What these names mean in every notebook, unless its author says otherwise.
CONVENTIONS: Mapping[str, tuple[str, str]] = {
    name: (module, "")
    for name, module in {
        "np": "numpy",
        "numpy": "numpy",
        "pd": "pandas",
        "plt": "matplotlib.pyplot",
        "torch": "torch",
        "math": "math",
        "random": "random",
        "re": "re",
        "json": "json",
        "os": "os",
        "sys": "sys",
        "itertools": "itertools",
        "collections": "collections",
        "unittest": "unittest",
        "inspect": "inspect",
        "string": "string",
        "time": "time",
        "copy": "copy",
    }.items()
}


class Part(StrEnum):
    """What a cell of the instructor's notebook is for."""

    GIVEN = "given"
    """Locked and ungraded."""
    TEST = "test"
    ANSWER = "answer"
    """A solution cell; only the names that it binds are looked at."""
    OTHER = "other"
    """Without a lock: students may change it, so only its imports count."""


@dataclass(frozen=True, slots=True)
class InstructorCell:
    """A code cell of the notebook as its author wrote it.

    Parameters
    ----------
    part : Part
    source : str
    grade_id : str
        Empty if it has none.
    """

    part: Part
    source: str
    grade_id: str = ""


@dataclass(frozen=True)
class Instructor:
    """What the author's notebook says of names.

    Parameters
    ----------
    imports : mapping of str to (module, attribute)
        The attribute is empty where the name is a module.
    functions : mapping of str to ast.FunctionDef
        Of locked cells.
    constants : mapping of str to value
        Literals without parts that can change, assigned once in locked cells.
    answers : frozenset of str
        What solution cells bind: the student's to define.
    classes : frozenset of str
        What solution cells and locked cells define with ``class``.
    """

    imports: Mapping[str, tuple[str, str]] = field(default_factory=dict)
    functions: Mapping[str, ast.FunctionDef] = field(default_factory=dict)
    constants: Mapping[str, Any] = field(default_factory=dict)
    answers: frozenset[str] = frozenset()
    classes: frozenset[str] = frozenset()

    @classmethod
    def of(cls, cells: Sequence[InstructorCell]) -> Instructor:
        """Read the cells, in the notebook's order."""
        imports: dict[str, tuple[str, str]] = {}
        functions: dict[str, ast.FunctionDef] = {}
        constants: dict[str, Any] = {}
        answers: set[str] = set()
        classes: set[str] = set()
        bound: list[str] = []
        for cell in cells:
            tree = parse_cell(cell.source).tree
            if tree is None:
                continue
            if cell.part in (Part.ANSWER, Part.GIVEN):
                classes |= {node.name for node in tree.body if isinstance(node, ast.ClassDef)}
            if cell.part is Part.ANSWER:
                answers |= bound_in(cell.source)
                continue
            imports.update(_imports(tree))
            if cell.part is Part.GIVEN:
                functions.update(_functions(tree))
                constants.update(_constants(tree))
                bound += sorted(bound_in(cell.source))
        ours = {n: f for n, f in functions.items() if n not in answers and bound.count(n) == 1}
        fixed = {n: v for n, v in constants.items() if n not in answers and bound.count(n) == 1}
        # An answer that imports something defines it, unless the author did so elsewhere.
        theirs = frozenset(answers - imports.keys())
        return cls(imports, ours, fixed, theirs, frozenset(classes))


def _imports(tree: ast.Module) -> dict[str, tuple[str, str]]:
    found: dict[str, tuple[str, str]] = {}
    for node in ast.walk(tree):
        if isinstance(node, ast.Import):
            for alias in node.names:
                if alias.asname:
                    found[alias.asname] = (alias.name, "")
                else:
                    top = alias.name.partition(".")[0]
                    found[top] = (top, "")
        elif isinstance(node, ast.ImportFrom) and node.module and not node.level:
            for alias in node.names:
                if alias.name != "*":
                    found[alias.asname or alias.name] = (node.module, alias.name)
    return found


def _functions(tree: ast.Module) -> dict[str, ast.FunctionDef]:
    return {
        node.name: node
        for node in tree.body
        if isinstance(node, ast.FunctionDef) and not node.decorator_list
    }


def _constants(tree: ast.Module) -> dict[str, Any]:
    found = {}
    for node in tree.body:
        if isinstance(node, ast.Assign) and len(node.targets) == 1:
            target = node.targets[0]
            if isinstance(target, ast.Name):
                try:
                    value = ast.literal_eval(node.value)
                except (ValueError, TypeError, SyntaxError, RecursionError, MemoryError):
                    continue
                if _is_fixed(value):
                    found[target.id] = value
    return found


def _is_fixed(value: object) -> bool:
    if type(value) is tuple:
        return all(_is_fixed(item) for item in value)
    return value is None or type(value) in (bool, int, float, complex, str, bytes)


@functools.lru_cache(maxsize=512)
def _table(source: str) -> symtable.SymbolTable | None:
    tree = parse_cell(source).tree
    if tree is None:
        return None
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            return symtable.symtable(ast.unparse(tree), "<cell>", "exec")
    except (SyntaxError, ValueError, RecursionError, MemoryError):
        return None


def bound_in(source: str) -> frozenset[str]:
    """Names that a cell binds at its top level, or in functions as ``global``."""
    table = _table(source)
    if table is None:
        return frozenset()
    found = {s.get_name() for s in table.get_symbols() if s.is_assigned() or s.is_imported()}
    for child in _below(table):
        found |= {
            s.get_name() for s in child.get_symbols() if s.is_declared_global() and s.is_assigned()
        }
    return frozenset(found)


def defined_in(source: str) -> frozenset[str]:
    """Names that a cell imports, or defines with ``def`` or ``class``, at its top level."""
    table = _table(source)
    if table is None:
        return frozenset()
    symbols = table.get_symbols()
    return frozenset(s.get_name() for s in symbols if s.is_namespace() or s.is_imported())


def imported_in(source: str) -> frozenset[str]:
    """Names that a cell imports at its top level."""
    table = _table(source)
    symbols = table.get_symbols() if table is not None else ()
    return frozenset(s.get_name() for s in symbols if s.is_imported())


def read_by_functions(sources: Iterable[str]) -> frozenset[str]:
    """Global names that functions and methods in `sources` read."""
    found: set[str] = set()
    for source in sources:
        table = _table(source)
        for child in _later(table) if table is not None else ():
            found |= {
                s.get_name() for s in child.get_symbols() if s.is_global() and s.is_referenced()
            }
    return frozenset(found)


def _later(table: symtable.SymbolTable) -> list[symtable.SymbolTable]:
    """Scopes that run after the cell: functions, and what is in them."""
    found = []
    for child in table.get_children():
        at_once = child.get_type() == "class" or child.get_name() in COMPREHENSIONS
        found += _later(child) if at_once else [child, *_below(child)]
    return found


def _below(table: symtable.SymbolTable) -> list[symtable.SymbolTable]:
    children = list(table.get_children())
    return children + [below for child in children for below in _below(child)]
