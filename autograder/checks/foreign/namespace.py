"""The names of a test cell: looked up when they are used, each where it belongs."""

from __future__ import annotations

import builtins
import collections
import importlib
import importlib.util
import types
from collections.abc import Callable
from typing import Any

from autograder.checks.codec import encode
from autograder.checks.errors import CodecError
from autograder.checks.foreign.frames import is_frame
from autograder.checks.foreign.link import Link, Missing
from autograder.checks.foreign.merge import merge
from autograder.checks.foreign.names import CONVENTIONS, Instructor
from autograder.checks.foreign.proxies import (
    Proxy,
    StudentClass,
    StudentModule,
    isinstance_really,
)

__all__ = ["Namespace"]

# Modules whose state is in the kernel: the current figure is what the student drew.
REMOTE = frozenset({"matplotlib.pyplot", "pylab"})
CHANGEABLE = (list, dict, set, bytearray)


class Namespace(dict[str, Any]):
    """The globals of a test cell.

    A name is, in this order: what the cell itself or an earlier test cell bound; the instructor's
    import; a function of the instructor's locked cells; a constant of theirs; a builtin; the
    student's. The student's variables are fetched anew after anything ran in the kernel.

    Parameters
    ----------
    link : Link
    instructor : Instructor
    """

    def __init__(self, link: Link, instructor: Instructor) -> None:
        super().__init__()
        self._link = link
        self._instructor = instructor
        self._fetched: dict[str, tuple[int, Any, Any]] = {}
        self._missing: set[str] = set()
        self._round = 0
        self._special: dict[str, Callable[[], Any]] = {}
        link.before.append(self._check_unchanged)
        link.after.append(self._next_round)

    def begin(self) -> None:
        """Forget the student's variables: other cells have run since the last test cell."""
        self._fetched.clear()
        self._missing.clear()

    def provide(self, name: str, value: Any) -> None:
        """Define a name that every test cell has and that its own bindings may replace."""
        self._special[name] = lambda: value

    def __missing__(self, name: str) -> Any:
        if name in self._special:
            return self._special[name]()
        if name.startswith("__") and name.endswith("__"):
            raise KeyError(name)
        instructor = self._instructor
        if name in instructor.imports:
            return self._keep(name, self._import(*instructor.imports[name]))
        if name in instructor.functions:
            return self._keep(name, self._function(name))
        if name in instructor.constants:
            return self._constant(name)
        if name not in instructor.answers and hasattr(builtins, name):
            raise KeyError(name)
        return self._students(name)

    def __contains__(self, name: object) -> bool:
        if super().__contains__(name):
            return True
        return isinstance(name, str) and self._link.defines(name)

    def get(self, name: str, default: Any = None) -> Any:
        """Return a name's value wherever it belongs, or `default`."""
        if name not in self:
            return default
        return self[name]

    def copy(self) -> Any:
        """Return a mapping of the same names, for pandas' ``df.query("x > @limit")``."""
        return collections.ChainMap({}, self)

    def _keep(self, name: str, value: Any) -> Any:
        self._special[name] = lambda: value
        return value

    def _import(self, module: str, attribute: str) -> Any:
        if module in REMOTE or f"{module}.{attribute}" in REMOTE:
            if f"{module}.{attribute}" in REMOTE:
                module, attribute = f"{module}.{attribute}", ""
            return self._link.remote_module(module, attribute)
        try:
            found = importlib.import_module(module)
        except ImportError as error:
            raise self._link.refuse(f"The grader has no {module} ({error})") from None
        if not attribute:
            return found
        if not hasattr(found, attribute):
            importlib.import_module(f"{module}.{attribute}")
        return getattr(found, attribute)

    def _function(self, name: str) -> Any:
        import ast

        tree = ast.Module([self._instructor.functions[name]], [])
        made: dict[str, Any] = {}
        exec(compile(tree, "<given>", "exec"), self, made)
        return made[name]

    def _constant(self, name: str) -> Any:
        """Return the instructor's constant, unless the notebook has come to another value."""
        value = self._instructor.constants[name]
        theirs = self._students(name)
        if type(theirs) is not type(value) or (theirs != value and value == value):
            raise self._link.refuse(
                f"The student's notebook changed {name!r}, which a locked cell sets"
            )
        return value

    def _students(self, name: str) -> Any:
        known = self._fetched.get(name)
        if known is not None and (known[0] == self._round or name in self._link.watched):
            return known[1]
        try:
            value = self._link.name(name)
        except Missing as error:
            if name in CONVENTIONS:
                return self._keep(name, self._import(*CONVENTIONS[name]))
            self._missing.add(name)
            raise NameError(str(error), name=name) from None
        if isinstance_really(value, StudentModule):
            if name in CONVENTIONS:
                return self._keep(name, self._import(*CONVENTIONS[name]))
            raise self._link.refuse(f"{name!r} is a module that only the student imports")
        if isinstance_really(value, StudentClass) and name in self._instructor.classes:
            value._student_about["declared"] = True
        if known is not None:
            self._link.variables.pop(id(known[1]), None)
            value = merge(known[1], value)
        if isinstance_really(value, Proxy) and not isinstance_really(value, StudentModule):
            self._link.watched[name] = value._student_number
        snapshot = None
        if _can_change(value):
            self._link.variables[id(value)] = name
            snapshot = self._snapshot(value)
        self._fetched[name] = (self._round, value, snapshot)
        return value

    def _snapshot(self, value: Any) -> Any:
        try:
            return encode(value, extension=self._link)
        except CodecError:
            return None

    def _check_unchanged(self) -> None:
        """Refuse to go on if the test has changed a copy of a student's variable."""
        for name, (_, value, snapshot) in self._fetched.items():
            if snapshot is not None and self._snapshot(value) != snapshot:
                raise self._link.refuse(f"The test changes the student's {name!r} in place")

    def _next_round(self) -> None:
        self._round += 1  # what ran may have changed variables; the next use fetches them again

    def is_undefined(self, error: BaseException) -> bool:
        """Whether `error` says that a name is missing that the student was to define."""
        return isinstance(error, NameError) and error.name in self._missing


def _can_change(value: Any) -> bool:
    if isinstance_really(value, Proxy) or isinstance(value, type | types.GeneratorType):
        return False
    if is_frame(value):
        return True
    return isinstance(value, CHANGEABLE) or type(value).__name__ in ("ndarray", "Tensor")
