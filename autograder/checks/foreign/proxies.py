"""What stands in the checker for an object that stayed in the student's kernel.

Calls, attributes, items and arithmetic go to the kernel and bring back data or another proxy. What
would let the student's own code decide a comparison (``==``, truth, order, membership, iteration,
conversion to a number or an array) is not served: an object can claim to equal anything.
"""

from __future__ import annotations

import sys
import types
from typing import TYPE_CHECKING, Any, NoReturn

from autograder.checks.object_values import is_record

if TYPE_CHECKING:
    from autograder.checks.foreign.link import Link

__all__ = [
    "Proxy",
    "StudentClass",
    "StudentFunction",
    "StudentModule",
    "StudentObject",
    "library_class",
    "make",
]

# Attributes with underscores that are worth a question to the kernel.
ASKED = frozenset(
    {
        "__annotations__",
        "__closure__",
        "__code__",
        "__defaults__",
        "__dict__",
        "__doc__",
        "__kwdefaults__",
        "__members__",
        "__name__",
        "__qualname__",
        "__wrapped__",
    }
)
# Methods that decide a comparison, and would be told what with.
VERDICTS = frozenset(
    {
        "allclose",
        "almost_equal",
        "endswith",
        "eq",
        "equal",
        "equals",
        "isclose",
        "isdisjoint",
        "isin",
        "issubset",
        "issuperset",
        "ne",
        "startswith",
    }
)
OURS = frozenset({"_student_link", "_student_number", "_student_about", "_student_refuse"})


class Proxy:
    """An object of the kernel.

    Parameters
    ----------
    link : Link
    number : int
        In the kernel's table.
    about : dict
        What the kernel says that it is; believed for names only.
    """

    def __init__(self, link: Link, number: int, about: dict[str, Any]) -> None:
        object.__setattr__(self, "_student_link", link)
        object.__setattr__(self, "_student_number", number)
        object.__setattr__(self, "_student_about", about)

    def __getattribute__(self, name: str) -> Any:
        if name in OURS:
            return object.__getattribute__(self, name)
        if name in VERDICTS and not _is_made(self):
            self._student_refuse(f"asks for .{name}() of")
        if name == "__class__":
            return self._student_link.class_of(self)
        if name == "_typ":  # what pandas takes for its own, whatever the class
            raise AttributeError(name)
        if name in ASKED or not (name.startswith("__") and name.endswith("__")):
            return self._student_link.do("getattr", self, name)
        return object.__getattribute__(self, name)

    def __setattr__(self, name: str, value: Any) -> None:
        self._student_link.do("setattr", self, name, value)

    def __delattr__(self, name: str) -> None:
        self._student_link.do("delattr", self, name)

    def __getitem__(self, key: Any) -> Any:
        return self._student_link.do("getitem", self, key)

    def __setitem__(self, key: Any, value: Any) -> None:
        self._student_link.do("setitem", self, key, value)

    def __delitem__(self, key: Any) -> None:
        self._student_link.do("delitem", self, key)

    def __repr__(self) -> str:
        name = self._student_about.get("name") or self._student_about.get("type") or "object"
        return f"<the student's {name}>"

    def __dir__(self) -> list[str]:
        self._student_refuse("lists the names of")

    def __reduce_ex__(self, protocol: Any) -> Any:
        self._student_refuse("copies")

    def _student_refuse(self, what: str) -> NoReturn:
        named = Proxy.__repr__(self)
        raise self._student_link.refuse(f"The test {what} {named}, which student code would do")

    def __bool__(self) -> bool:
        return True

    def __del__(self) -> None:
        self._student_link.forget(self._student_number)


class StudentFunction(Proxy):
    """A function or method of the student's; called with data, it returns data."""

    def __call__(self, *args: Any, **kwargs: Any) -> Any:
        """Call it in the kernel."""
        return self._student_link.do("call", self, *args, **kwargs)

    def __getattribute__(self, name: str) -> Any:
        if name == "__signature__":
            return self._student_link.signature(self)
        return super().__getattribute__(name)

    def __get__(self, instance: Any, owner: Any = None) -> Any:
        return self if instance is None else types.MethodType(self, instance)


class StudentClass(StudentFunction):
    """A class of the student's."""

    def __call__(self, *args: Any, **kwargs: Any) -> Any:
        """Make an instance, or whatever calling the class makes."""
        made = super().__call__(*args, **kwargs)
        if self._student_about.get("declared") is True:
            _mark_made(made)
        return made

    def __getattribute__(self, name: str) -> Any:
        if name == "__bases__":
            return self._student_link.bases_of(self)
        if name == "__mro__":
            return self._student_link.do("getattr", self, name)
        return super().__getattribute__(name)

    def __mro_entries__(self, bases: Any) -> Any:
        self._student_refuse("derives a class from")

    def __instancecheck__(self, instance: Any) -> bool:
        if is_record(type(instance)):
            self._student_refuse("asks whether a named tuple is of")
        if not isinstance_really(instance, Proxy):
            return False
        return self._student_link.do("instance", instance, self) is True

    def __subclasscheck__(self, subclass: Any) -> bool:
        if not isinstance_really(subclass, Proxy):
            return False
        return self._student_link.do("subclass", subclass, self) is True

    def __iter__(self) -> Any:
        self._student_refuse("iterates over")


class StudentModule(Proxy):
    """A module of the kernel whose state lives there, such as pyplot's current figure."""


class StudentObject(Proxy):
    """An instance of a class of the student's, or of a library's that is no data."""

    def __len__(self) -> int:
        length: int = self._student_link.number(self, "len")
        return length

    def __str__(self) -> str:
        return str(self._student_link.text(self, "str"))

    def __repr__(self) -> str:
        return str(self._student_link.text(self, "repr"))

    def __format__(self, spec: str) -> str:
        return str(self._student_link.text(self, "format", spec))

    def __abs__(self) -> Any:
        return self._student_link.do("abs", self)

    def __neg__(self) -> Any:
        return self._student_link.do("neg", self)

    def __pos__(self) -> Any:
        return self._student_link.do("pos", self)

    def __invert__(self) -> Any:
        return self._student_link.do("invert", self)

    def __enter__(self) -> Any:
        return self.__getattr_special__("__enter__")()

    def __exit__(self, kind: Any, error: Any, traceback: Any) -> None:
        # Only a clean end is told: student code must not swallow a failed assertion.
        if kind is None:
            self.__getattr_special__("__exit__")(None, None, None)

    def __getattr_special__(self, name: str) -> Any:
        return self._student_link.do("getattr", self, name)


class StudentCallable(StudentObject):
    """An instance that can be called."""

    def __call__(self, *args: Any, **kwargs: Any) -> Any:
        return self._student_link.do("call", self, *args, **kwargs)


def isinstance_really(value: Any, kind: type) -> bool:
    """Whether the type of `value`, not what it claims to be, is `kind` or beneath it."""
    return issubclass(type(value), kind)


def _same(self: Proxy, other: object) -> bool:
    return self is other


def _other(self: Proxy, other: object) -> bool:
    return self is not other


def _refused(what: str) -> Any:
    def refuse(self: Proxy, *_: Any) -> NoReturn:
        self._student_refuse(what)

    return refuse


def _binary(verb: str, swapped: bool) -> Any:
    """Serve arithmetic of the classes that the assignment is about, and of no other object.

    What a function returned must not compute its own distance to the value that is wanted, nor
    learn that value.
    """

    def operate(self: Proxy, other: Any) -> Any:
        fits = _is_made(other) if isinstance_really(other, Proxy) else verb == "mul"
        if not (fits and _is_made(self)):
            self._student_refuse("computes with")
        operands = (other, self) if swapped else (self, other)
        result = self._student_link.do(verb, *operands)
        _mark_made(result)
        return result

    return operate


def _is_made(value: Any) -> bool:
    """Whether a test made `value` with a class that the assignment names."""
    return value._student_about.get("made") is True


def _mark_made(value: Any) -> None:
    if isinstance_really(value, Proxy):
        value._student_about["made"] = True


REFUSED = {
    "__eq__": "compares",
    "__ne__": "compares",
    "__lt__": "compares",
    "__le__": "compares",
    "__gt__": "compares",
    "__ge__": "compares",
    "__bool__": "asks for the truth of",
    "__int__": "converts",
    "__float__": "converts",
    "__complex__": "converts",
    "__index__": "converts",
    "__round__": "converts",
    "__bytes__": "converts",
    "__array__": "makes an array of",
    "__iter__": "iterates over",
    "__next__": "iterates over",
    "__reversed__": "iterates over",
    "__contains__": "looks into",
}
BINARY = {
    "add": "add",
    "sub": "sub",
    "mul": "mul",
    "matmul": "matmul",
    "truediv": "truediv",
    "floordiv": "floordiv",
    "mod": "mod",
    "pow": "pow",
    "and": "and_",
    "or": "or_",
    "xor": "xor",
    "lshift": "lshift",
    "rshift": "rshift",
}
for _kind in (StudentFunction, StudentModule):
    _kind.__eq__ = _same  # type: ignore[assignment]
    _kind.__ne__ = _other  # type: ignore[assignment]
    _kind.__hash__ = object.__hash__  # type: ignore[method-assign]
for _name, _what in REFUSED.items():
    setattr(StudentObject, _name, _refused(_what))
StudentObject.__hash__ = object.__hash__  # type: ignore[method-assign]
for _name, _verb in BINARY.items():
    setattr(StudentObject, f"__{_name}__", _binary(_verb, swapped=False))
    setattr(StudentObject, f"__r{_name}__", _binary(_verb, swapped=True))

FORMS: dict[str, type[Proxy]] = {
    "function": StudentFunction,
    "class": StudentClass,
    "module": StudentModule,
    "callable": StudentCallable,
    "object": StudentObject,
}


def make(link: Link, number: int, form: str, about: dict[str, Any]) -> Proxy:
    """Return a proxy for an object that the kernel says is a `form`."""
    return FORMS.get(form, StudentObject)(link, number, about)


def library_class(ancestors: object) -> type | None:
    """Return the first of the claimed ancestors that is a class of a library loaded here."""
    for pair in ancestors if isinstance(ancestors, list) else ():
        if not (isinstance(pair, list) and len(pair) == 2 and all(type(t) is str for t in pair)):
            return None
        module, name = pair
        if module in ("__main__", "builtins"):
            continue
        found: Any = sys.modules.get(module)
        for part in name.split("."):
            found = getattr(found, part, None)
        if isinstance(found, type):
            return found
    return None
