"""What ``type(x)``, ``hasattr(x, …)`` and ``x.__name__`` mean in a cell where `x` is a proxy."""

from __future__ import annotations

from typing import Any

from autograder.checks.foreign.link import Link
from autograder.checks.foreign.proxies import REFUSED, Proxy, isinstance_really
from autograder.checks.object_values import is_record

__all__ = ["Looks"]


class Looks:
    """Stand-ins for builtins in the names of a cell.

    Parameters
    ----------
    link : Link
    """

    def __init__(self, link: Link) -> None:
        self._link = link

    def type(self, value: Any) -> Any:
        """Return the class of `value`, a proxy of it where `value` is one."""
        if isinstance_really(value, Proxy):
            return self._link.do("type", value)
        if is_record(type(value)):
            raise self._link.refuse("The test asks for the type of a named tuple")
        kind = type(value)
        return kind.__mro__[1] if kind.__name__ == "GraphTensor" else kind

    def hash(self, value: Any) -> int:
        """Return the hash of what is no proxy."""
        if isinstance_really(value, Proxy):
            raise self._link.refuse("The test asks for the hash of a student's object")
        return hash(value)

    def hasattr(self, value: Any, name: str) -> bool:
        """Whether `value` has an attribute, in the kernel where it is a proxy."""
        try:
            self.attribute(value, name, asked=True)
        except AttributeError:
            return False
        return True

    def attribute(self, value: Any, name: str, *, asked: bool = False) -> Any:
        """Return an attribute, in the kernel where `value` is a proxy."""
        if not isinstance_really(value, Proxy):
            return getattr(value, name)
        if name == "__class__":
            return self.type(value)
        if name in REFUSED and not asked:
            value._student_refuse(f"asks for .{name} of")
        return self._link.do("getattr", value, name)
