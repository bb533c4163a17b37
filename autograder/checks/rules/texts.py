"""Texts and dictionaries of which the source tells what is in them."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from typing import Protocol

from autograder.checks.rules.forbidden import WILD
from autograder.checks.rules.scopes import Binding, Bound, Place, around, key_of

__all__ = ["MANY", "Texts"]

MANY = 32
"""How many values an expression may have before it counts as unknown."""


class _Names(Protocol):
    """What gives names their values."""

    def bindings(self, name: str, place: Place) -> list[Binding]: ...

    def paths(self, node: ast.expr, place: Place) -> set[str]: ...

    def step(self) -> None: ...


class Texts:
    """Folds constants as far as ordinary code goes; whatever else a text may be is unknown.

    Parameters
    ----------
    names : Resolver
    """

    def __init__(self, names: _Names) -> None:
        self._names = names
        self._asked: set[tuple[object, ...]] = set()

    def strings(self, node: ast.expr, place: Place) -> frozenset[str]:
        """Return the texts that `node` may be, with :data:`WILD` for what cannot be read."""
        key = key_of(node, place)
        if key in self._asked:
            return frozenset({WILD})
        self._names.step()
        self._asked.add(key)
        try:
            found = frozenset(self._strings(node, place))
        finally:
            self._asked.discard(key)
        return found if len(found) <= MANY else frozenset({WILD})

    def _strings(self, node: ast.expr, place: Place) -> Iterator[str]:
        match node:
            case ast.Constant(value=str() as text):
                yield from _literal(text)
            case ast.Constant(value=value):
                yield str(value)
            case ast.BinOp(left=left, op=ast.Add(), right=right):
                yield from _joined([self.strings(left, place), self.strings(right, place)])
            case ast.JoinedStr(values=parts):
                yield from _joined([self.strings(part, place) for part in parts])
            case ast.FormattedValue(value=value, conversion=-1, format_spec=None):
                yield from self.strings(value, place)
            case ast.IfExp(body=first, orelse=second):
                yield from self.strings(first, place) | self.strings(second, place)
            case ast.NamedExpr(value=value):
                yield from self.strings(value, place)
            case ast.Name(id=name):
                yield from self._strings_of_name(name, place)
            case ast.Call(
                func=ast.Attribute(value=ast.Constant(value=str() as between), attr="join"),
                args=[ast.Tuple(elts=parts) | ast.List(elts=parts)],
            ):
                pieces = [self.strings(part, place) for part in parts]
                yield from _joined(_between(pieces, between))
            case ast.Call(
                func=ast.Attribute(value=ast.Constant(value=str() as template), attr="format"),
                args=parts,
                keywords=[],
            ) if _is_plain(template, len(parts)):
                pieces = [self.strings(part, place) for part in parts]
                yield from _joined(_filled(template.split("{}"), pieces))
            case _:
                yield WILD

    def _strings_of_name(self, name: str, place: Place) -> Iterator[str]:
        found = self._names.bindings(name, place)
        changed = any(name in scope.changes for scope in around(place.scope))
        if not found or changed:
            yield WILD
        for binding in found:
            value, how = binding.value, binding.how
            if (
                how is Bound.VALUE
                and isinstance(value, ast.expr)
                and not isinstance(value, ast.Lambda)
            ):
                yield from self.strings(value, binding.place)
            elif how is Bound.ELEMENT and isinstance(value, ast.expr):
                yield from self._strings_in(value, binding.place)
            else:
                yield WILD

    def _strings_in(self, node: ast.expr, place: Place) -> Iterator[str]:
        """Return the texts that are elements of `node`."""
        match node:
            case ast.Tuple(elts=elements) | ast.List(elts=elements) | ast.Set(elts=elements):
                for element in elements:
                    yield from self.strings(element, place)
            case ast.Dict(keys=keys):
                for key in keys:
                    yield from self.strings(key, place) if key is not None else {WILD}
            case ast.Name(id=name):
                found = self._names.bindings(name, place)
                if not found or any(name in scope.changes for scope in around(place.scope)):
                    yield WILD
                for binding in found:
                    value = binding.value
                    literal = isinstance(value, ast.Tuple | ast.List | ast.Set | ast.Dict)
                    if literal and binding.how is Bound.VALUE and isinstance(value, ast.expr):
                        yield from self._strings_in(value, binding.place)
                    else:
                        yield WILD
            case _:
                yield WILD

    def keys(self, node: ast.expr, place: Place) -> frozenset[str] | None:
        """Return the keys of a dictionary; ``None`` where they cannot be read."""
        key = ("keys", *key_of(node, place))
        if key in self._asked:
            return frozenset()
        self._names.step()
        self._asked.add(key)
        try:
            return self._keys(node, place)
        finally:
            self._asked.discard(key)

    def _keys(self, node: ast.expr, place: Place) -> frozenset[str] | None:
        found: list[frozenset[str] | None] = []
        match node:
            case ast.Dict(keys=keys, values=values):
                for key, value in zip(keys, values, strict=True):
                    found.append(
                        self.keys(value, place) if key is None else self.strings(key, place)
                    )
            case ast.Call(func=function, args=arguments, keywords=keywords) if (
                "builtins.dict" in self._names.paths(function, place)
            ):
                found += [self.keys(argument, place) for argument in arguments]
                for keyword in keywords:
                    name = keyword.arg
                    found.append(
                        self.keys(keyword.value, place) if name is None else frozenset({name})
                    )
            case ast.BinOp(left=left, op=ast.BitOr(), right=right):
                found += [self.keys(left, place), self.keys(right, place)]
            case ast.IfExp(body=left, orelse=right):
                found += [self.keys(left, place), self.keys(right, place)]
            case ast.NamedExpr(value=value):
                found.append(self.keys(value, place))
            case ast.Name(id=name):
                bindings = self._names.bindings(name, place)
                if not bindings:
                    return None
                for binding in bindings:
                    if binding.how is not Bound.VALUE or not isinstance(binding.value, ast.expr):
                        return None
                    found.append(self.keys(binding.value, binding.place))
                for scope in around(place.scope):
                    for added, there in scope.changes.get(name, ()):
                        found.append(self.keys(added, there))
            case _:
                return None
        if any(WILD in key for keys in found if keys is not None for key in keys):
            return None
        if any(keys is None for keys in found):
            return None
        return frozenset().union(*(keys for keys in found if keys is not None))


def _between(pieces: list[frozenset[str]], text: str) -> list[frozenset[str]]:
    """Put `text` between the pieces."""
    return [part for piece in pieces for part in (_literal(text), piece)][1:]


def _filled(texts: list[str], pieces: list[frozenset[str]]) -> list[frozenset[str]]:
    """Put the pieces between the texts of a template."""
    filled = [_literal(texts[0])]
    for piece, text in zip(pieces, texts[1:], strict=True):
        filled += [piece, _literal(text)]
    return filled


def _is_plain(template: str, count: int) -> bool:
    return template.count("{}") == count and not set("{}") & set(template.replace("{}", ""))


def _literal(text: str) -> frozenset[str]:
    """`text` itself; one that has the wild character is no name."""
    return frozenset({text.replace(WILD, "\0")})


def _joined(pieces: list[frozenset[str]]) -> Iterator[str]:
    texts = {""}
    for piece in pieces:
        texts = {text + more for text in texts for more in piece}
        if len(texts) > MANY:
            yield WILD
            return
    yield from texts
