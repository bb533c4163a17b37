"""Exceptions of the student's code, made anew in the checker from names and data."""

from __future__ import annotations

import builtins
from typing import TYPE_CHECKING, Any

from autograder.checks.codec import decode
from autograder.checks.errors import CodecError
from autograder.checks.foreign.errors import StudentRaised
from autograder.checks.text import clean

if TYPE_CHECKING:
    from autograder.checks.foreign.link import Link

__all__ = ["Raised", "is_students"]

MARK = "_raised_by_student"
# What Python or a test's library acts on, whoever raises it.
TAKEN = (StopIteration, StopAsyncIteration)
BASES = 8


def is_students(error: BaseException) -> bool:
    """Whether `error` was raised by the student's code."""
    return bool(vars(error).get(MARK))


class Raised:
    """The exception classes of one student's notebook.

    Parameters
    ----------
    link : Link
    """

    def __init__(self, link: Link) -> None:
        self._link = link
        self._classes: dict[int, type[BaseException]] = {}
        self._numbers: dict[type, int] = {}

    def number(self, kind: type) -> int | None:
        """Return the number by which the kernel knows an exception class of the student's."""
        return self._numbers.get(kind)

    def exception_class(self, number: int, name: str, about: dict[str, Any]) -> type:
        """Return the class that stands for an exception class of the student's."""
        known = self._classes.get(number)
        if known is not None:
            return known
        bases = []
        given = about.get("bases")
        for data in given[:BASES] if isinstance(given, list) else ():
            base = decode(data, extension=self._link)
            if isinstance(base, type) and issubclass(base, Exception) and base not in bases:
                bases.append(base)
        link = self._link

        def missing(_: BaseException, attribute: str) -> Any:
            if attribute.startswith("__"):
                raise AttributeError(attribute)
            raise link.refuse(f"The test asks {name} for {attribute!r}, which did not cross")

        members = {"__getattr__": missing, "__module__": "__main__"}
        try:
            made = type(name or "StudentRaised", tuple(bases) or (StudentRaised,), members)
        except TypeError:  # bases that do not go together
            made = type(name or "StudentRaised", (StudentRaised,), members)
        self._classes[number] = made
        self._numbers[made] = number
        return made

    def exception(self, reply: dict[str, Any], message: str) -> BaseException:
        """Return the exception that a reply tells of."""
        kind: Any = self._part(reply, "class")
        args = self._part(reply, "args")
        if not (isinstance(kind, type) and issubclass(kind, Exception)) or issubclass(kind, TAKEN):
            name = reply.get("type")
            named = clean(name if isinstance(name, str) else "an exception", 80)
            error: BaseException = StudentRaised(f"{named}: {message}" if message else named)
        else:
            error = _made(kind, args if isinstance(args, list) else [message], message)
        state = self._part(reply, "state")
        for key, value in state.items() if isinstance(state, dict) else ():
            if type(key) is str and not key.startswith("_"):
                try:
                    setattr(error, key, value)
                except (AttributeError, TypeError):  # an attribute of Python's own
                    continue
        vars(error)[MARK] = True
        return error

    def _part(self, reply: dict[str, Any], key: str) -> Any:
        try:
            return decode(reply[key], extension=self._link) if key in reply else None
        except CodecError:
            return None


def _made(kind: type[Exception], args: list[Any], message: str) -> BaseException:
    for given in (args, [message]):
        try:
            return kind(*given)
        except Exception:  # its own arguments are needed, which did not cross
            continue
    near = next(c for c in kind.__mro__ if c in (OSError, ValueError, Exception))
    named = getattr(builtins, near.__name__)
    return named(message)  # type: ignore[no-any-return]
