"""What an expression may stand for: dotted paths into libraries, or the student's own code."""

from __future__ import annotations

import ast
import bisect
import builtins
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from typing import TypeAlias

from autograder.checks.rules.scopes import (
    END,
    Binding,
    Bound,
    Function,
    Imported,
    Place,
    Scope,
    Unit,
    around,
    class_of,
    key_of,
)
from autograder.checks.rules.texts import MANY, Texts

__all__ = [
    "IMPORT_BY_NAME",
    "LOOKUPS",
    "Own",
    "Path",
    "Resolver",
    "SHELL",
    "UNKNOWN",
    "Value",
]

SHELL = "IPython.shell"
"""The path of what ``get_ipython()`` returns."""
STEPS = 100_000
"""Expressions and bindings looked at for one question; what needs more counts as unreadable."""

_BUILTINS = frozenset(dir(builtins))
_ATTRIBUTE_BY_NAME = frozenset(
    {"builtins.getattr", "inspect.getattr_static", "builtins.object.__getattribute__"}
)
IMPORT_BY_NAME = frozenset(
    {"builtins.__import__", "importlib.import_module", "importlib.__import__"}
)
_PARTIAL = frozenset({"functools.partial", "functools.partialmethod"})
_NAMESPACES = frozenset({"builtins.globals", "builtins.locals"})
LOOKUPS = frozenset({"get", "pop", "setdefault", "__getitem__"})


@dataclass(frozen=True, slots=True)
class Path:
    """Something of a library, or an attribute of an object that nobody knows (``?.generate``)."""

    dotted: str

    def attribute(self, name: str) -> Path:
        """What an attribute of it is."""
        return Path(f"{self.dotted}.{name}")


@dataclass(frozen=True, slots=True)
class Own:
    """The student's own function, class, instance of it, or module."""

    scope: Scope
    instance: bool = False


Value: TypeAlias = Path | Own
UNKNOWN = Path("?")


class Resolver:
    """Resolves expressions.

    Parameters
    ----------
    modules : callable
        Given a dotted name, the scope of the student's module of that name, or ``None``.
    reached : callable
        Told each top-level statement that gives a name its value.
    """

    def __init__(
        self, modules: Callable[[str], Scope | None], reached: Callable[[Unit], None]
    ) -> None:
        self._modules = modules
        self._reached = reached
        self._known: dict[tuple[object, Scope, int], frozenset[Value]] = {}
        self._asked: set[tuple[object, Scope, int]] = set()
        self._texts = Texts(self)
        self._circles = 0
        self._steps = 0

    def step(self, count: int = 1) -> None:
        """Count `count` more steps.

        Raises
        ------
        RecursionError
            After :data:`STEPS`: code may lead to more than anybody wrote.
        """
        self._steps += count
        if self._steps > STEPS:
            raise RecursionError("names lead to more code than is read")

    def values(self, node: ast.expr, place: Place) -> frozenset[Value]:
        """Return what `node` may stand for; :data:`UNKNOWN` is among it where more is possible."""
        key = key_of(node, place)
        if key in self._known:
            return self._known[key]
        if key in self._asked:  # a name that is bound to itself
            self._circles += 1
            return frozenset()
        self.step()
        self._asked.add(key)
        circles = self._circles
        try:
            found = frozenset(self._values(node, place))
        finally:
            self._asked.discard(key)
        if len(found) > MANY:
            found = frozenset({UNKNOWN})
        # Within a circle it may lack what is still being asked for.
        if circles == self._circles or not self._asked:
            self._known[key] = found
        return found

    def paths(self, node: ast.expr, place: Place) -> set[str]:
        """Return the dotted paths that `node` may stand for."""
        return {value.dotted for value in self.values(node, place) if isinstance(value, Path)}

    def strings(self, node: ast.expr, place: Place) -> frozenset[str]:
        """Return the texts that `node` may be, with :data:`WILD` for what cannot be read."""
        return self._texts.strings(node, place)

    def keys(self, node: ast.expr, place: Place) -> frozenset[str] | None:
        """Return the keys of a dictionary; ``None`` where they cannot be read."""
        return self._texts.keys(node, place)

    def _values(self, node: ast.expr, place: Place) -> Iterator[Value]:
        match node:
            case ast.Name(id=name):
                yield from self._name(name, place)
            case ast.Attribute(value=base, attr=name):
                yield from self._attributes(self.values(base, place), [name])
            case ast.Call():
                yield from self._call(node, place)
            case ast.Subscript(value=base, slice=key):
                yield from self._lookup(base, key, place)
            case ast.IfExp(body=first, orelse=second):
                yield from self.values(first, place)
                yield from self.values(second, place)
            case ast.BoolOp(values=operands):
                for operand in operands:
                    yield from self.values(operand, place)
            case ast.NamedExpr(value=value) | ast.Await(value=value):
                yield from self.values(value, place)
            case ast.Lambda():
                yield Own(place.scope.within(node))
            case _:
                yield UNKNOWN

    def is_getter(self, node: ast.Call, place: Place) -> bool:
        """Whether a call makes an ``attrgetter``."""
        return "operator.attrgetter" in self.paths(node.func, place)

    def bindings(self, name: str, place: Place) -> list[Binding]:
        """Return what may have bound `name` at `place`; empty if nothing in the sources did."""
        scope: Scope | None = place.scope
        if scope is not None and name in scope.elsewhere:
            scope = scope.root
        while scope is not None:
            found = scope.bindings.get(name)
            if found and not (scope.is_class and scope is not place.scope):
                at = place.at if scope is place.scope else _time_in(place.scope, scope, place.at)
                chosen = _live(found, at) if scope.parent is None else found
                changing = scope.attributes.get(name, ()) if any(map(_is_own, chosen)) else ()
                self.step(len(chosen) + len(changing))
                for unit in (*(binding.unit for binding in chosen), *changing):
                    if unit is not None:
                        self._reached(unit)
                return chosen
            scope = scope.parent
        return []

    def _name(self, name: str, place: Place) -> Iterator[Value]:
        for scope in around(place.scope):
            if name in scope.bindings:
                if (owner := class_of(name, scope)) is not None:
                    yield Own(owner, instance=True)
                    return
                break
        found = self.bindings(name, place)
        for binding in found:
            yield from self._bound(binding)
        if found:
            return
        for star in place.scope.root.stars:
            module = self._module(star, place.scope.root)
            if module is None:
                yield Path(f"{star.path}.{name}")
            elif name in module.bindings:
                yield from self._name(name, Place(module))
                return
        yield Path(f"builtins.{name}" if name in _BUILTINS else name)

    def _bound(self, binding: Binding) -> Iterator[Value]:
        value = binding.value
        match value:
            case Imported():
                yield from self._imported(value, binding.place.scope.root)
            case ast.FunctionDef() | ast.AsyncFunctionDef() | ast.ClassDef():
                yield Own(binding.place.scope.within(value))
            case None:
                yield UNKNOWN
            case _ if binding.how is Bound.VALUE:
                yield from self.values(value, binding.place)
            case _:
                yield UNKNOWN

    def _imported(self, imported: Imported, root: Scope) -> Iterator[Value]:
        module = self._modules(_absolute(imported, root))
        if module is not None:
            yield Own(module)
            return
        above, _, name = _absolute(imported, root).rpartition(".")
        module = self._modules(above) if above else None
        if module is not None:
            yield from self._attributes([Own(module)], [name])
        else:
            yield Path(imported.path)

    def import_module(self, imported: Imported, root: Scope) -> bool:
        """Whether an import gives a module of the student's, or something of one."""
        path = _absolute(imported, root)
        above = path.rpartition(".")[0]
        return any(name and self._modules(name) is not None for name in (path, above))

    def _module(self, imported: Imported, root: Scope) -> Scope | None:
        return self._modules(_absolute(imported, root))

    def _attributes(self, bases: Iterable[Value], names: Iterable[str]) -> Iterator[Value]:
        names = list(names)
        for base in bases:
            for name in names:
                if isinstance(base, Path):
                    yield base.attribute(name)
                else:
                    yield from self._own_attribute(base, name)

    def _own_attribute(self, own: Own, name: str) -> Iterator[Value]:
        scope = own.scope
        if scope.parent is None:
            if name in scope.bindings or scope.stars:
                yield from self._name(name, Place(scope))
                return
            below = self._modules(f"{scope.name}.{name}") if scope.name else None
            yield Own(below) if below is not None else UNKNOWN.attribute(name)
        elif scope.is_class and name in scope.bindings:
            for binding in scope.bindings[name]:
                yield from self._bound(binding)
        else:
            yield UNKNOWN.attribute(name)

    def _call(self, node: ast.Call, place: Place) -> Iterator[Value]:
        target = node.func
        for value in self.values(target, place):
            if isinstance(value, Own):
                is_class = value.scope.is_class and not value.instance
                yield Own(value.scope, instance=True) if is_class else UNKNOWN
            elif value.dotted in _ATTRIBUTE_BY_NAME and len(node.args) >= 2:
                bases = self.values(node.args[0], place)
                yield from self._attributes(bases, self.strings(node.args[1], place))
            elif value.dotted.endswith(".__getattribute__") and node.args:
                yield from self._attributes([UNKNOWN], self.strings(node.args[-1], place))
            elif value.dotted in IMPORT_BY_NAME and node.args:
                for name in self.strings(node.args[0], place):
                    yield from self._imported(Imported(name), place.scope.root)
            elif value.dotted in ("get_ipython", "IPython.get_ipython"):
                yield Path(SHELL)
            elif value.dotted in _PARTIAL and node.args:
                yield from self.values(node.args[0], place)
            elif value.dotted == "operator.attrgetter":
                for argument in node.args:
                    yield from self._attributes([UNKNOWN], self.strings(argument, place))
            elif value.dotted == "operator.methodcaller" and node.args:
                yield from self._attributes([UNKNOWN], self.strings(node.args[0], place))
            elif isinstance(target, ast.Attribute) and target.attr in LOOKUPS and node.args:
                yield from self._lookup(target.value, node.args[0], place)
            elif isinstance(target, ast.Call) and self.is_getter(target, place) and node.args:
                bases = self.values(node.args[0], place)
                for argument in target.args:
                    yield from self._attributes(bases, self.strings(argument, place))
            else:
                yield UNKNOWN

    def _lookup(self, base: ast.expr, key: ast.expr, place: Place) -> Iterator[Value]:
        """What a subscript gives, where the container is a namespace."""
        match base:
            case ast.Attribute(value=inner, attr="__dict__"):
                yield from self._attributes(self.values(inner, place), self.strings(key, place))
                return
            case ast.Call(func=function, args=arguments):
                paths = self.paths(function, place)
                if paths & _NAMESPACES or ("builtins.vars" in paths and not arguments):
                    for name in self.strings(key, place):
                        yield from self._name(name, place)
                    return
                if "builtins.vars" in paths:
                    bases = self.values(arguments[0], place)
                    yield from self._attributes(bases, self.strings(key, place))
                    return
        paths = self.paths(base, place)
        if "sys.modules" in paths:
            for name in self.strings(key, place):
                yield from self._imported(Imported(name), place.scope.root)
        elif "builtins.__builtins__" in paths or "__builtins__" in paths:
            for name in self.strings(key, place):
                yield Path(f"builtins.{name}")
        else:
            yield UNKNOWN


def _absolute(imported: Imported, root: Scope) -> str:
    if not imported.level:
        return imported.path
    package = root.name.split(".")[: -imported.level]
    return ".".join([*package, imported.path] if imported.path else package)


def _time_in(inner: Scope, outer: Scope, at: int) -> int:
    """When code in `inner` looks a name of `outer` up: at once, unless a function is between."""
    scope: Scope | None = inner
    while scope is not None and scope is not outer:
        if isinstance(scope.node, Function):
            return END
        scope = scope.parent
    return at


def _live(bindings: list[Binding], at: int) -> list[Binding]:
    """Return the bindings of a top-level name that may hold when statement `at` runs."""
    live = []
    for number in reversed(range(bisect.bisect_right(bindings, at, key=_position))):
        binding = bindings[number]
        unit = binding.unit
        if unit is None or (unit.position == at and not unit.compound):
            continue
        live.append(binding)
        if not unit.compound and unit.scope is binding.place.scope:
            return live
    return live or bindings


def _position(binding: Binding) -> int:
    return binding.unit.position if binding.unit is not None else 0


def _is_own(binding: Binding) -> bool:
    return isinstance(binding.value, ast.FunctionDef | ast.AsyncFunctionDef | ast.ClassDef)
