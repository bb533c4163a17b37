"""Uses of what is forbidden, in one statement and all that is within it."""

from __future__ import annotations

import ast
import functools
import importlib.machinery
import sys
from collections.abc import Iterable
from dataclasses import dataclass

from autograder.checks.rules.forbidden import WILD, Forbidden
from autograder.checks.rules.resolve import IMPORT_BY_NAME, LOOKUPS, SHELL, Resolver
from autograder.checks.rules.scopes import Function, Imported, Place, Unit, class_of
from autograder.checks.text import clean

__all__ = ["Use", "find_uses"]

SHOWN = 60

_EXECUTES = frozenset({"builtins.exec", "builtins.eval", "builtins.compile"})
_STARTS = (
    "os.system",
    "os.popen",
    "os.exec",
    "os.spawn",
    "os.posix_spawn",
    "subprocess.",
    "runpy.",
)
_SHELL = frozenset({"ev", "ex", "getoutput", "run_cell", "run_cell_async", "system"})
_SHELL |= {"run_cell_magic", "run_line_magic", "safe_execfile", "system_raw"}
_HARMLESS_MAGICS = frozenset(
    {"autoreload", "config", "load_ext", "matplotlib", "pip", "precision", "reload_ext"}
    | {"pdoc", "pinfo", "pinfo2", "psearch", "psource", "who", "whos"}
)
_BY_NAME = IMPORT_BY_NAME | {
    "builtins.getattr",
    "inspect.getattr_static",
    "operator.attrgetter",
    "operator.methodcaller",
}
_TRANSPARENT = (ast.IfExp, ast.BoolOp)
_INSTEAD = "Write the name itself where it is used, so that it can be read."


@dataclass(frozen=True, slots=True)
class Use:
    """A use of something forbidden, or what may be one and cannot be read.

    Parameters
    ----------
    place : str
        In words: the answer, a cell, a file.
    line : int
    shown : str
        What stands there, shortened.
    rule : Forbidden or None
        ``None`` for what no rule allows, such as ``exec``.
    advice : str
        What to write instead; empty for a plain use.
    """

    place: str
    line: int
    shown: str
    rule: Forbidden | None
    advice: str = ""


def find_uses(unit: Unit, rules: Iterable[Forbidden], resolver: Resolver) -> list[Use]:
    """Return the uses in `unit`, in the order of the source."""
    finder = _Finder(unit, tuple(rules), resolver)
    finder.visit(unit.node, Place(unit.scope, unit.position))
    return sorted(dict.fromkeys(finder.uses), key=lambda use: use.line)


class _Finder:
    def __init__(self, unit: Unit, rules: tuple[Forbidden, ...], resolver: Resolver) -> None:
        self.unit = unit
        self.resolver = resolver
        self.uses: list[Use] = []
        self.plain = [rule for rule in rules if not rule.keywords]
        self.called = [rule for rule in rules if rule.keywords]
        self.named = any(rule.names for rule in rules)

    def report(
        self, node: ast.AST, shown: str, rule: Forbidden | None = None, advice: str = ""
    ) -> None:
        line = getattr(node, "lineno", getattr(self.unit.node, "lineno", 1))
        self.uses.append(Use(self.unit.place, line, clean(shown, SHOWN), rule, advice))

    def visit(self, node: ast.AST, place: Place, followed: bool = False) -> None:
        """Look at `node`; `followed` says that whoever takes its value is looked at too."""
        self.resolver.step()
        match node:
            case ast.FunctionDef() | ast.AsyncFunctionDef() | ast.Lambda():
                self.function(node, place)
                return
            case ast.ClassDef():
                for child in (*node.decorator_list, *node.bases, *node.keywords):
                    self.visit(child, place)
                for child in node.body:
                    self.visit(child, Place(place.scope.within(node), place.at))
                return
            case ast.ListComp() | ast.SetComp() | ast.DictComp() | ast.GeneratorExp():
                place = Place(place.scope.within(node), place.at)
            case ast.Import() | ast.ImportFrom():
                self.imports(node, place)
                return
            case ast.Assign(targets=targets, value=value):
                self.assign(targets, value, place)
                return
            case ast.AnnAssign(target=target, value=ast.expr() as value):
                self.assign([target], value, place)
                return
            case ast.Call():
                self.call(node, place, followed)
                return
            case ast.Name(ctx=ast.Load()):
                self.reference(node, node.id, place, followed)
                return
            case ast.Attribute(ctx=ast.Load()):
                self.reference(node, node.attr, place, followed)
                self.visit(node.value, place, followed=True)
                return
            case ast.Subscript(ctx=ast.Load()):
                self.looked_up(node, place, followed)
                self.visit(node.value, place, followed=True)
                self.visit(node.slice, place)
                return
        passes = isinstance(node, ast.NamedExpr) or (followed and isinstance(node, _TRANSPARENT))
        for child in ast.iter_child_nodes(node):
            self.visit(child, place, passes)

    def function(self, node: Function, place: Place) -> None:
        inner = Place(place.scope.within(node))
        if not isinstance(node, ast.Lambda):
            for decorator in node.decorator_list:
                self.visit(decorator, place)
        for default in filter(None, (*node.args.defaults, *node.args.kw_defaults)):
            self.visit(default, place, followed=True)
        # Annotations say nothing about what is called.
        for child in [node.body] if isinstance(node, ast.Lambda) else node.body:
            self.visit(child, inner)

    def assign(self, targets: list[ast.expr], value: ast.expr, place: Place) -> None:
        for target in targets:
            self.visit(target, place)
        pairs = isinstance(value, ast.Tuple | ast.List) and all(
            isinstance(target, ast.Tuple | ast.List)
            and len(target.elts) == len(value.elts)
            and all(isinstance(element, ast.Name) for element in target.elts)
            for target in targets
        )
        if pairs and isinstance(value, ast.Tuple | ast.List):
            for element in value.elts:
                self.visit(element, place, followed=True)
            return
        followed = all(_is_followed(target, place) for target in targets)
        self.visit(value, place, followed)

    def imports(self, node: ast.Import | ast.ImportFrom, place: Place) -> None:
        base = f"{node.module or ''}." if isinstance(node, ast.ImportFrom) else ""
        level = node.level if isinstance(node, ast.ImportFrom) else 0
        for alias in node.names:
            path = base.rstrip(".") if alias.name == "*" else base + alias.name
            own = self.resolver.import_module(Imported(path, level), place.scope.root)
            for rule in self.plain:
                if not own and rule.matches(path):
                    self.report(node, f"import of {path}", rule)

    def reference(
        self, node: ast.Name | ast.Attribute, name: str, place: Place, followed: bool
    ) -> None:
        paths = self.resolver.paths(node, place)
        if paths & _EXECUTES:
            self.report(node, name, advice=f"Write the code itself, without {name}.")
        if any(path.startswith(_STARTS) for path in paths):
            self.report(node, _chain(node), advice="Start no other process in an answer.")
        base = self.resolver.paths(node.value, place) if isinstance(node, ast.Attribute) else set()
        self.judge(node, paths, base, _chain(node), followed)

    def judge(
        self, node: ast.expr, paths: set[str], base: set[str], shown: str, followed: bool
    ) -> None:
        """Report what `node` stands for unless it is forbidden for what it is an attribute of."""
        for rule in self.plain:
            certain, doubtful = _matching(rule, paths)
            if _matching(rule, base)[0]:
                continue
            if certain:
                self.report(node, shown, rule)
            elif doubtful and not isinstance(node, ast.Name | ast.Attribute):
                self.report(node, shown, rule, _INSTEAD)
        for rule in self.called:
            certain, _ = _matching(rule, paths)
            if certain and not followed and not _matching(rule, base)[0]:
                advice = f"Call it where it is named, and not with {' or '.join(rule.keywords)}."
                self.report(node, shown, rule, advice)

    def looked_up(self, node: ast.Subscript, place: Place, followed: bool) -> None:
        self.judge(node, self.resolver.paths(node, place), set(), _chain(node), followed)

    def call(self, node: ast.Call, place: Place, followed: bool) -> None:
        functions = self.resolver.paths(node.func, place)
        shown = _chain(node)
        partial = any(
            p.endswith(("functools.partial", "functools.partialmethod")) for p in functions
        )
        if any(path.startswith(SHELL) for path in functions):
            self.magic(node)
        by_name = functions & _BY_NAME or any(p.endswith(".__getattribute__") for p in functions)
        lookup = isinstance(node.func, ast.Attribute) and node.func.attr in LOOKUPS
        lookup |= isinstance(node.func, ast.Call) and self.resolver.is_getter(node.func, place)
        if by_name or lookup:
            paths = self.resolver.paths(node, place)
            # What is made by name is handed on unless it is called or given a name.
            asked = followed and "operator.attrgetter" not in functions
            if "operator.methodcaller" not in functions:
                self.judge(node, paths, set(), shown, asked)
            else:
                self.judge(node, paths, set(), shown, followed=True)
        if functions & IMPORT_BY_NAME and node.args and self.named:
            modules = self.resolver.strings(node.args[0], place)
            if any(WILD in module for module in modules):
                self.report(node, shown, advice="Import modules with an import statement.")
        self.keywords(node, place, functions, partial)
        self.visit(node.func, place, followed=True)
        for number, argument in enumerate(node.args):
            self.visit(argument, place, followed=partial and number == 0)
        for keyword in node.keywords:
            self.visit(keyword.value, place)

    def keywords(self, node: ast.Call, place: Place, functions: set[str], partial: bool) -> None:
        """Report forbidden keyword arguments."""
        targets = functions
        if partial and node.args:
            targets = self.resolver.paths(node.args[0], place)
        elif "operator.methodcaller" in functions:
            targets = self.resolver.paths(node, place)
        for rule in self.called:
            certain, doubtful = _matching(rule, targets)
            if rule.names and not (certain or doubtful):
                continue
            for keyword in node.keywords:
                if keyword.arg is not None:
                    passed: frozenset[str] | None = frozenset({keyword.arg})
                else:
                    passed = self.resolver.keys(keyword.value, place)
                found = sorted(set(rule.keywords) & (passed or frozenset()))
                if found:
                    self.report(
                        node,
                        f"{_chain(node.func)}({found[0]}=...)",
                        rule,
                        "" if certain or not rule.names else _INSTEAD,
                    )
                elif passed is None and certain:
                    text = f"{_chain(node.func)}(**{_chain(keyword.value)})"
                    advice = "Write its arguments out by name, so that they can be read."
                    self.report(node, text, rule, advice)

    def magic(self, node: ast.Call) -> None:
        """Report what is asked of IPython, but for magics that run nothing."""
        name = node.func.attr if isinstance(node.func, ast.Attribute) else ""
        if name not in _SHELL:
            return
        first = node.args[0].value if node.args and isinstance(node.args[0], ast.Constant) else None
        if name.endswith("_magic") and isinstance(first, str):
            if first in _HARMLESS_MAGICS:
                return
            shown = ("%" if name == "run_line_magic" else "%%") + first
        else:
            shown = "a shell command" if name in ("system", "getoutput") else f"{name}(...)"
        self.report(node, shown, advice="Write the step in Python, without it.")


def _matching(rule: Forbidden, paths: Iterable[str]) -> tuple[bool, bool]:
    """Whether one of `paths` certainly is what `rule` names, and whether one may be."""
    certain = doubtful = False
    for path in paths:
        if not rule.matches(path):
            continue
        if WILD not in path or rule.matches(path.replace(WILD, "\0")):
            certain = True
        elif any(_may_be(name, path) for name in rule.names if Forbidden((name,)).matches(path)):
            doubtful = True
    return certain, doubtful


def _may_be(name: str, path: str) -> bool:
    """Whether a name that cannot be read counts: nobody reaches a module as an attribute."""
    return "." in name or not path.startswith("?") or not _is_module(name)


@functools.cache
def _is_module(name: str) -> bool:
    if name in sys.stdlib_module_names:
        return True
    return importlib.machinery.PathFinder.find_spec(name) is not None


def _is_followed(target: ast.expr, place: Place) -> bool:
    """Whether what is assigned to `target` is found again where it is used."""
    match target:
        case ast.Name():
            return True
        case ast.Attribute(value=ast.Name(id=name)):
            return class_of(name, place.scope) is not None
    return False


def _chain(node: ast.expr) -> str:
    """Return a short form of an expression: names and attributes, and ``...`` for the rest."""
    parts: list[str] = []
    while len(parts) < 8:
        match node:
            case ast.Attribute(value=inner, attr=name):
                parts.append(f".{name}")
                node = inner
            case ast.Name(id=name):
                parts.append(name)
                return "".join(reversed(parts))
            case ast.Call(func=inner):
                parts.append("(...)")
                node = inner
            case ast.Subscript(value=inner, slice=ast.Constant(value=str() as key)):
                parts.append(f'["{key[:SHOWN]}"]')
                node = inner
            case ast.Subscript(value=inner):
                parts.append("[...]")
                node = inner
            case _:
                break
    return "..." + "".join(reversed(parts))
