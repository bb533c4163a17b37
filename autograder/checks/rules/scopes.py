"""What binds a name where: the scopes of a notebook, and of a student's modules."""

from __future__ import annotations

import ast
import enum
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from typing import TypeAlias

from autograder.checks.rules.answer import Role

__all__ = [
    "Binding",
    "Bound",
    "END",
    "Function",
    "Imported",
    "Place",
    "Scope",
    "Unit",
    "around",
    "bind",
    "class_of",
    "key_of",
]

END = 1 << 40
"""The position after all statements: when a function's body runs."""

Function: TypeAlias = ast.FunctionDef | ast.AsyncFunctionDef | ast.Lambda
_COMPOUND = (ast.If, ast.For, ast.AsyncFor, ast.While, ast.Try, ast.With, ast.AsyncWith)
_COMPREHENSIONS = (ast.ListComp, ast.SetComp, ast.DictComp, ast.GeneratorExp)


class Bound(enum.Enum):
    """How a binding gives its value."""

    VALUE = "the value of an expression"
    ELEMENT = "an element of what an expression gives"
    UNKNOWN = "nothing that the source tells"


@dataclass(frozen=True, slots=True)
class Imported:
    """What an import binds: a dotted path; ``level`` counts the dots of a relative import."""

    path: str
    level: int = 0


@dataclass(slots=True)
class Unit:
    """A statement at the top level of a cell or module.

    Parameters
    ----------
    node : ast.stmt
    scope : Scope
        Of the notebook or module.
    position : int
        In the order in which the statements run.
    role : Role
    place : str
        In words for the report, such as ``"the answer"`` or ``"cell 7"``.
    """

    node: ast.stmt
    scope: Scope
    position: int
    role: Role
    place: str

    @property
    def compound(self) -> bool:
        """Whether parts of it may run in another order or not at all."""
        return isinstance(self.node, _COMPOUND)


@dataclass(frozen=True, slots=True)
class Place:
    """Where an expression is evaluated: its scope, and when, at the top level of one."""

    scope: Scope
    at: int = END


@dataclass(frozen=True, slots=True)
class Binding:
    """One thing that gives a name its value."""

    value: ast.expr | Imported | Function | ast.ClassDef | None
    how: Bound
    place: Place
    unit: Unit | None


@dataclass(slots=True, eq=False)
class Scope:
    """A module, a function, a class or a comprehension.

    Parameters
    ----------
    node : ast.AST or None
        ``None`` for a notebook or a module.
    parent : Scope or None
    name : str
        Of the module; empty for a notebook.
    """

    node: ast.AST | None = None
    parent: Scope | None = None
    name: str = ""
    bindings: dict[str, list[Binding]] = field(default_factory=dict)
    changes: dict[str, list[tuple[ast.expr, Place]]] = field(default_factory=dict)
    """Dictionaries and keys that are added to what a name holds."""
    stars: list[Imported] = field(default_factory=list)
    attributes: dict[str, list[Unit]] = field(default_factory=dict)
    """Statements that assign to an attribute of a name."""
    elsewhere: set[str] = field(default_factory=set)
    inner: dict[ast.AST, Scope] = field(default_factory=dict)

    @property
    def is_class(self) -> bool:
        """Whether functions within it do not see its names."""
        return isinstance(self.node, ast.ClassDef)

    @property
    def root(self) -> Scope:
        """The module or notebook around it."""
        scope = self
        while scope.parent is not None:
            scope = scope.parent
        return scope

    def within(self, node: ast.AST) -> Scope:
        """The scope that `node` opens."""
        return self.root.inner[node]


def bind(unit: Unit) -> None:
    """Enter what the statement binds, in all scopes within it."""
    _Binder(unit).statement(unit.node, Place(unit.scope, unit.position))


class _Binder:
    def __init__(self, unit: Unit) -> None:
        self.unit = unit

    def add(self, scope: Scope, name: str, binding: Binding) -> None:
        target = scope
        while isinstance(target.node, _COMPREHENSIONS) and isinstance(binding.value, ast.NamedExpr):
            assert target.parent is not None
            target = target.parent
        if name in target.elsewhere:
            target = scope.root
        target.bindings.setdefault(name, []).append(binding)

    def value(
        self,
        place: Place,
        name: str,
        value: ast.expr | Imported | Function | ast.ClassDef | None,
        how: Bound = Bound.VALUE,
        at: Place | None = None,
    ) -> None:
        unit = (
            self.unit if place.scope is self.unit.scope or name in place.scope.elsewhere else None
        )
        self.add(place.scope, name, Binding(value, how, at or place, unit))

    def statement(self, node: ast.AST, place: Place) -> None:
        """Enter a statement or expression and all that is in it."""
        match node:
            case ast.FunctionDef() | ast.AsyncFunctionDef():
                self.value(place, node.name, node)
                self.function(node, place)
                return
            case ast.Lambda():
                self.function(node, place)
                return
            case ast.ClassDef():
                self.value(place, node.name, node)
                for child in (*node.decorator_list, *node.bases, *node.keywords):
                    self.statement(child, place)
                self.block(node.body, self.open(node, place))
                return
            case ast.ListComp() | ast.SetComp() | ast.DictComp() | ast.GeneratorExp():
                inner = self.open(node, place)
                for generator in node.generators:
                    self.target(generator.target, generator.iter, inner, Bound.ELEMENT)
                for child in ast.iter_child_nodes(node):
                    self.statement(child, inner)
                return
            case ast.Import(names=names):
                for alias in names:
                    path = alias.name if alias.asname else alias.name.split(".")[0]
                    self.value(place, alias.asname or path, Imported(path))
            case ast.ImportFrom(module=module, names=names, level=level):
                for alias in names:
                    if alias.name == "*":
                        place.scope.root.stars.append(Imported(module or "", level))
                        continue
                    path = f"{module}.{alias.name}" if module else alias.name
                    self.value(place, alias.asname or alias.name, Imported(path, level))
            case ast.Global(names=names) | ast.Nonlocal(names=names):
                if isinstance(node, ast.Global):
                    place.scope.elsewhere.update(names)
            case ast.Assign(targets=targets, value=value):
                for target in targets:
                    self.target(target, value, place, Bound.VALUE)
            case ast.AnnAssign(target=target, value=ast.expr() as value):
                self.target(target, value, place, Bound.VALUE)
            case ast.AugAssign(target=ast.Name(id=name), value=value):
                place.scope.changes.setdefault(name, []).append((value, place))
            case ast.NamedExpr(target=ast.Name(id=name), value=value):
                self.add(place.scope, name, Binding(node, Bound.VALUE, place, self.unit_of(place)))
            case ast.For() | ast.AsyncFor():
                self.target(node.target, node.iter, place, Bound.ELEMENT)
            case ast.withitem(context_expr=value, optional_vars=ast.expr() as target):
                self.target(target, value, place, Bound.UNKNOWN)
            case ast.ExceptHandler(name=str() as name):
                self.value(place, name, None, Bound.UNKNOWN)
            case ast.MatchAs(name=str() as name) | ast.MatchStar(name=str() as name):
                self.value(place, name, None, Bound.UNKNOWN)
            case ast.Call(
                func=ast.Attribute(value=ast.Name(id=name), attr="update" | "setdefault" as method)
            ):
                self.update(name, method, node, place)
        for child in ast.iter_child_nodes(node):
            self.statement(child, place)

    def unit_of(self, place: Place) -> Unit | None:
        return self.unit if place.scope.root is self.unit.scope else None

    def block(self, body: Iterable[ast.AST], place: Place) -> None:
        for child in body:
            self.statement(child, place)

    def open(self, node: ast.AST, place: Place) -> Place:
        scope = Scope(node, place.scope)
        scope.root.inner[node] = scope
        # A comprehension and a class body run where they stand, a function's body later.
        return Place(scope, END if isinstance(node, Function) else place.at)

    def function(self, node: Function, place: Place) -> None:
        if not isinstance(node, ast.Lambda):
            self.block(node.decorator_list, place)
        arguments = node.args
        inner = self.open(node, place)
        for name, default in _parameters(arguments):
            if default is not None:
                self.value(inner, name, default, Bound.VALUE, at=place)
            self.value(inner, name, None, Bound.UNKNOWN)
        self.block([*arguments.defaults, *filter(None, arguments.kw_defaults)], place)
        body = [node.body] if isinstance(node, ast.Lambda) else node.body
        # A declaration holds for the whole body, whatever comes before it.
        for child in body:
            for found in ast.walk(child):
                if isinstance(found, ast.Global):
                    inner.scope.elsewhere.update(found.names)
        self.block(body, inner)

    def target(self, target: ast.expr, value: ast.expr, place: Place, how: Bound) -> None:
        match target:
            case ast.Name(id=name):
                self.value(place, name, value, how)
            case ast.Tuple(elts=targets) | ast.List(elts=targets):
                values = _elements(value, len(targets)) if how is Bound.VALUE else None
                for number, element in enumerate(targets):
                    if values is not None:
                        self.target(element, values[number], place, Bound.VALUE)
                    else:
                        self.target(element, value, place, Bound.UNKNOWN)
            case ast.Starred(value=element):
                self.target(element, value, place, Bound.UNKNOWN)
            case ast.Subscript(value=ast.Name(id=name), slice=key):
                place.scope.changes.setdefault(name, []).append((ast.Dict([key], [value]), place))
            case ast.Attribute(value=ast.Name(id=name), attr=attribute):
                owner = class_of(name, place.scope)
                if owner is not None:
                    owner.bindings.setdefault(attribute, []).append(
                        Binding(value, how, place, None)
                    )
                elif place.scope is self.unit.scope:
                    self.unit.scope.attributes.setdefault(name, []).append(self.unit)

    def update(self, name: str, method: str, node: ast.Call, place: Place) -> None:
        changes = place.scope.changes.setdefault(name, [])
        if method == "setdefault":
            if node.args:
                changes.append((ast.Dict([node.args[0]], [node.args[0]]), place))
            return
        changes.extend((argument, place) for argument in node.args)
        for keyword in node.keywords:
            key = None if keyword.arg is None else ast.Constant(keyword.arg)
            changes.append((ast.Dict([key], [keyword.value]), place))


def key_of(node: ast.expr, place: Place) -> tuple[object, Scope, int]:
    """Return what tells one question about an expression from another.

    All uses of a name at one place are one, so that ``x = f(x)``, however often, is one circle.
    """
    return node.id if isinstance(node, ast.Name) else id(node), place.scope, place.at


def class_of(name: str, scope: Scope) -> Scope | None:
    """Return the class of which `name` is the instance: the first parameter of a method."""
    node = scope.node
    if not isinstance(node, ast.FunctionDef) or scope.parent is None:
        return None
    first = (*node.args.posonlyargs, *node.args.args)[:1]
    if scope.parent.is_class and first and first[0].arg == name:
        return scope.parent
    return None


def _parameters(arguments: ast.arguments) -> Iterator[tuple[str, ast.expr | None]]:
    positional = (*arguments.posonlyargs, *arguments.args)
    missing = len(positional) - len(arguments.defaults)
    defaults: list[ast.expr | None] = [*[None] * missing, *arguments.defaults]
    for argument, default in zip(positional, defaults, strict=True):
        yield argument.arg, default
    for argument, default in zip(arguments.kwonlyargs, arguments.kw_defaults, strict=True):
        yield argument.arg, default
    for rest in filter(None, (arguments.vararg, arguments.kwarg)):
        yield rest.arg, None


def _elements(value: ast.expr, count: int) -> list[ast.expr] | None:
    if not isinstance(value, ast.Tuple | ast.List) or len(value.elts) != count:
        return None
    return None if any(isinstance(e, ast.Starred) for e in value.elts) else value.elts


def around(scope: Scope) -> Iterator[Scope]:
    """Yield `scope` and the scopes around it, from inside."""
    outer: Scope | None = scope
    while outer is not None:
        yield outer
        outer = outer.parent
