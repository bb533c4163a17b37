"""The checker's way to the student's kernel for foreign test cells: verbs out, data back."""

from __future__ import annotations

import inspect
import json
import sys
import types
import weakref
from collections.abc import Callable, Iterator
from typing import Any

from autograder.checks.agent import MESSAGE_LENGTH, TYPE_LENGTH
from autograder.checks.budget import Budget
from autograder.checks.codec import decode, encode
from autograder.checks.encoding import write
from autograder.checks.errors import (
    CodecError,
    StudentError,
    StudentTimeout,
    UnacceptableValue,
)
from autograder.checks.foreign.errors import NotServed
from autograder.checks.foreign.exchange import Exchange, Kernel
from autograder.checks.foreign.frames import extends_pandas, is_frame
from autograder.checks.foreign.generators import set_states, states
from autograder.checks.foreign.merge import merge
from autograder.checks.foreign.proxies import (
    Proxy,
    StudentClass,
    StudentModule,
    isinstance_really,
    library_class,
    make,
)
from autograder.checks.foreign.raised import Raised
from autograder.checks.foreign.signatures import signature
from autograder.checks.object_values import Values, type_of_python
from autograder.checks.text import clean

__all__ = ["Link", "Missing"]

REASON = 200
# Copies of parts of objects that are watched at a time.
COPIES = 50


class Missing(StudentError):
    """The student's notebook does not define a name."""

    public = "not attempted"


class Link(Values):
    """Does things in the kernel for one notebook's test cells.

    Parameters
    ----------
    kernel : Kernel
    """

    def __init__(self, kernel: Kernel) -> None:
        self.exchange = Exchange(kernel)
        self.unserved: str | None = None
        self.before: list[Callable[[], None]] = []
        self.after: list[Callable[[], None]] = []
        self.seeded = False
        self._used = False
        self._callbacks: dict[int, Callable[..., Any]] = {}
        self._calling_back = False
        # Values of the student's variables that the cell has, by their identity.
        self.variables: dict[int, str] = {}
        # Names of the student's functions and objects that are known to be the same still.
        self.watched: dict[str, int] = {}
        # Copies of parts of the student's objects, each as it came.
        self.copies: list[tuple[Any, Any]] = []
        self._proxies: weakref.WeakValueDictionary[int, Any] = weakref.WeakValueDictionary()
        self._streams: weakref.WeakKeyDictionary[Any, Proxy] = weakref.WeakKeyDictionary()
        self._dropped: list[int] = []
        self._raised = Raised(self)

    # What the cell may do.

    def refuse(self, reason: str) -> NotServed:
        """Note that the cell cannot be served, and return what to raise."""
        reason = clean(reason, REASON)
        self.unserved = self.unserved or reason
        return NotServed(reason)

    def begin(self, *, seeded: bool) -> None:
        """Start on another cell, which may seed random generators or not."""
        self.unserved = None
        self.seeded = seeded
        self.variables.clear()
        self.copies.clear()
        self.watched.clear()
        self._callbacks.clear()

    def name(self, name: str) -> Any:
        """Return the value of the student's variable.

        Raises
        ------
        Missing
            If there is none.
        """
        content = self._ask({"verb": "name", "name": name}, tell=False)
        if content.get("missing") is True:
            raise Missing(f"name {name!r} is not defined")
        return self._value(content)

    def defines(self, name: str) -> bool:
        """Whether the student's notebook defines a name."""
        return self._ask({"verb": "name", "name": name}, tell=False).get("missing") is not True

    def remote_module(self, module: str, attribute: str = "") -> Any:
        """Return a module of a library, or what it has, as it is in the kernel."""
        name = f"{module}.{attribute}" if attribute else module
        found = StudentModule(self, 0, {"name": name, "form": "module", "where": module})
        return self.do("getattr", found, attribute) if attribute else found

    def end(self) -> None:
        """Close what a cell's end closes in a notebook, such as its figures."""
        if self._used:
            self._used = False
            try:
                self._ask({"verb": "end"}, tell=False, anyway=True)
            except StudentError:  # a kernel that is gone or does not answer has nothing to close
                return

    def write_file(self, name: str, data: bytes) -> None:
        """Put a file of the test beside the student's notebook."""
        self._ask({"verb": "file", "name": name, "data": encode(data)}, tell=False)

    def do(self, verb: str, /, *args: Any, **kwargs: Any) -> Any:
        """Do something with operands in the kernel and return what came of it."""
        try:
            operands = [self._operand(argument) for argument in args]
            keywords = {key: self._operand(argument) for key, argument in kwargs.items()}
        except CodecError as error:
            raise self.refuse(
                f"A value of the test cannot be sent to the kernel: {error}"
            ) from None
        request: dict[str, Any] = {"verb": verb, "args": operands, "kwargs": keywords}
        request["watch"] = self.watched
        if verb == "call":
            torch = sys.modules.get("torch")
            if torch is not None:
                request["gradients"] = bool(torch.is_grad_enabled())
            if self.seeded:
                request["states"] = states()
        content = self._ask(request)
        if verb == "call":
            self._take_changes(content, args, kwargs)
            same = content.get("same")
            if type(same) is int and 0 < same < len(args):
                return args[same]
        value = self._value(content)
        if verb in ("getattr", "getitem") and (type(value) in (list, dict, set) or is_frame(value)):
            # A copy; were the test to change it, the student's object would not.
            self.copies = [*self.copies[1 - COPIES :], (value, encode(value, extension=self))]
        return value

    def number(self, proxy: Proxy, verb: str) -> int:
        """Return what must be an integer."""
        value = self.do(verb, proxy)
        if type(value) is not int:
            raise UnacceptableValue("the length is no integer")
        return value

    def text(self, proxy: Proxy, verb: str, *args: Any) -> str:
        """Return what must be text."""
        value = self.do(verb, proxy, *args)
        if type(value) is not str:
            raise UnacceptableValue("the text is none")
        return value

    def signature(self, proxy: Proxy) -> inspect.Signature:
        """Return the parameters that the kernel claims; defaults that are literals only."""
        return signature(self.text(proxy, "signature"))

    def class_of(self, proxy: Proxy) -> type:
        """Return the class that ``isinstance`` sees: the nearest of a library that is loaded."""
        kind = type(proxy)
        if proxy._student_about.get("form") == "function":
            return types.FunctionType
        if issubclass(kind, StudentClass):
            return type
        found = library_class(proxy._student_about.get("of"))
        if found is not None and extends_pandas(found):
            raise self.refuse(
                f"The student's object is of a class that extends pandas' {found.__name__}"
            )
        return kind if found is None else found

    def bases_of(self, proxy: Proxy) -> tuple[type, ...]:
        """Return the bases that ``issubclass`` sees of a class of the student's."""
        return (library_class(proxy._student_about.get("of")) or object,)

    def forget(self, number: int) -> None:
        """Tell the kernel, with the next request, that nobody has an object any more."""
        if number:
            self._dropped.append(number)

    # The codec's extension.

    def write(self, value: Any, depth: int, budget: Budget) -> Any:
        """Return `value` as JSON data; of a proxy nobody asks what it is."""
        if isinstance_really(value, Proxy):
            return self.opaque(value, depth, budget)
        return super().write(value, depth, budget)

    def opaque(self, value: Any, depth: int, budget: Budget) -> Any:
        """Name an object of the kernel; nothing else of the test's goes there."""
        if isinstance_really(value, Proxy):
            if value._student_number == 0:
                return {"t": "named", "v": [value._student_about["where"], ""]}
            return {"t": "object", "v": value._student_number}
        if isinstance(value, types.GeneratorType) and value in self._streams:
            return {"t": "object", "v": self._streams[value]._student_number}
        if isinstance(value, type) and (number := self._raised.number(value)) is not None:
            return {"t": "object", "v": number}
        torch = sys.modules.get("torch")
        if torch is not None and isinstance(value, torch.Tensor):
            return write(value.as_subclass(torch.Tensor).detach(), depth, budget)
        if isinstance(value, types.FunctionType | types.MethodType):
            number = next((n for n, f in self._callbacks.items() if f is value), None)
            if number is None:
                number = len(self._callbacks) + 1
                self._callbacks[number] = value
            name = value.__name__
            return {"t": "callback", "v": [number, name if name.isidentifier() else "function"]}
        what = getattr(value, "__name__", None) or type(value).__name__
        raise self.refuse(
            f"The test passes {what!r} to the student's code: only data, functions and what "
            "libraries have can be sent there"
        )

    def callback(self, number: int, name: str) -> Any:
        """Return the test's own function that the student's code gives back."""
        if number not in self._callbacks:
            raise CodecError("A malformed message: a callback.")
        return self._callbacks[number]

    def revive(self, data: Any, depth: int, budget: Budget) -> Any:
        """Return the proxy of an object."""
        if type(data) is not list or len(data) != 3:
            raise CodecError("A malformed message: an object.")
        number, form, about = data
        if (
            type(number) is not int
            or number < 1
            or type(form) is not str
            or type(about) is not dict
        ):
            raise CodecError("A malformed message: an object.")
        known = self._proxies.get(number)
        if known is not None:
            return known
        told = {key: clean(v, TYPE_LENGTH) for key, v in about.items() if type(v) is str}
        told["form"] = form
        if form == "exception":
            made: Any = self._raised.exception_class(number, told.get("name", ""), about)
        elif form == "stream":
            holder = make(self, number, "object", told)
            made = self._stream(holder)
            self._streams[made] = holder
        else:
            made = make(self, number, form, {**told, "of": about.get("of")})
        self._proxies[number] = made
        return made

    def library(self, module: str, name: str) -> Any:
        """Return Python's or numpy's type of that name; the kernel names nothing else."""
        found = type_of_python(module, name)
        if found is None:
            raise CodecError("A malformed message: an unknown type.")
        return found

    @staticmethod
    def name_of(value: Any) -> tuple[str, str] | None:
        """Return where a library has `value`, a class or a function."""
        if value is type(None):
            return "types", "NoneType"
        if isinstance(value, types.ModuleType):
            return value.__name__, ""
        if not (isinstance(value, type) or callable(value)):
            return None
        owner = getattr(value, "__objclass__", None)
        module = getattr(owner or value, "__module__", None)
        if module is None and type(value).__name__ == "ufunc":
            module = "numpy"
        name = getattr(value, "__qualname__", None) or getattr(value, "__name__", None)
        if not isinstance(module, str) or not isinstance(name, str):
            return None
        found: Any = sys.modules.get(module)
        for part in name.split("."):
            found = getattr(found, part, None)
        return (module, name) if found is value else None

    def lacking(self, error: ImportError) -> BaseException:
        """Leave the cell open: the student is not at fault for what the grader does not have."""
        return self.refuse(f"The grader does not have what a value needs ({error})")

    def graph_tensor(self, tensor: Any) -> Any:
        """Return a tensor that says why its gradients are not here."""
        from autograder.checks.foreign.tensors import graph_tensor

        return graph_tensor(self, tensor)

    # The way there and back.

    def _operand(self, value: Any) -> Any:
        name = self.variables.get(id(value))
        if name is not None:
            return {"t": "global", "v": name}
        return encode(value, extension=self)

    def _ask(
        self, content: dict[str, Any], *, tell: bool = True, anyway: bool = False
    ) -> dict[str, Any]:
        if self.unserved is not None and not anyway:
            raise NotServed(self.unserved)
        if self._calling_back:
            raise self.refuse(
                "A function that the test passes to the student's code uses the student's code"
            )
        if tell:
            self._used = True
            if any(encode(value, extension=self) != before for value, before in self.copies):
                raise self.refuse("The test changes a part of the student's object in place")
            for hook in self.before:
                hook()
        dropped, self._dropped = self._dropped, []
        reply = self.exchange.send(
            {**content, "drop": dropped}, self._called_back if self._callbacks else None
        )
        if tell:
            for hook in self.after:
                hook()
        self._replay(reply)
        rebound = reply.get("rebound", ())
        if reply.get("ok") is not True or not isinstance(rebound, list | tuple):
            self.watched.clear()
        else:
            for name in rebound:
                self.watched.pop(str(name), None)
        if reply.get("ok") is not True:
            raise self._failure(reply)
        return reply

    def _called_back(self, asked: dict[str, Any] | None) -> str:
        """Call the test's function that the student's code asks for; return the answer to it."""
        try:
            if asked is None:
                raise CodecError("The student's code asks for input.")
            function = self.callback(asked["callback"], "")
            args = [decode(data, extension=self) for data in asked["args"]]
            kwargs = {key: decode(data, extension=self) for key, data in asked["kwargs"].items()}
        except (CodecError, KeyError, TypeError, AttributeError):
            self.refuse("The student's code asks for input, or calls back with what is no data")
            return json.dumps({"type": "TypeError", "message": "no data"})
        self._calling_back = True
        try:
            return json.dumps({"value": encode(function(*args, **kwargs), extension=self)})
        except NotServed:
            return json.dumps({"type": "RuntimeError", "message": ""})
        except BaseException as error:  # the kernel waits for an answer, whatever this is
            kind = next(c for c in type(error).__mro__ if c.__module__ == "builtins")
            return json.dumps({"type": kind.__name__, "message": str(error)[:MESSAGE_LENGTH]})
        finally:
            self._calling_back = False

    def _replay(self, reply: dict[str, Any]) -> None:
        """Print what the student's code printed."""
        for key, stream in (("out", sys.stdout), ("err", sys.stderr)):
            text = reply.get(key)
            if type(text) is str and text:
                stream.write(text)
        after = reply.get("states")
        if self.seeded and isinstance(after, dict):
            set_states(after)

    def _failure(self, reply: dict[str, Any]) -> BaseException:
        message = reply.get("message")
        message = message[:MESSAGE_LENGTH] if isinstance(message, str) else ""
        match reply.get("kind"):
            case "timeout":
                return StudentTimeout("the code did not return in time")
            case "unacceptable":
                return self.refuse(f"A value of the student's cannot cross: {message}")
            case "input":
                return self.refuse("The student's code asks for input")
            case "raised":
                return self._raised.exception(reply, message)
        return UnacceptableValue("the kernel's answer has no meaning")

    def _value(self, content: dict[str, Any]) -> Any:
        try:
            return decode(content.get("value"), extension=self)
        except CodecError as error:
            raise UnacceptableValue(str(error)) from error

    def _take_changes(
        self, content: dict[str, Any], args: tuple[Any, ...], kwargs: dict[str, Any]
    ) -> None:
        """Make the changes to arguments that the student's function made to its copies."""
        changes = content.get("changed")
        for change in changes if isinstance(changes, list) else ():
            if not isinstance(change, list) or len(change) != 2:
                raise UnacceptableValue("the kernel's answer has no meaning")
            key, data = change
            if type(key) is int and 0 < key < len(args):
                mine = args[key]
            elif type(key) is str and key in kwargs:
                mine = kwargs[key]
            else:
                raise UnacceptableValue("the kernel's answer has no meaning")
            try:
                after = decode(data, extension=self)
            except CodecError as error:
                raise UnacceptableValue(str(error)) from error
            if merge(mine, after) is not mine:
                raise self.refuse(
                    "The student's code changes an argument in a way that no copy can"
                )

    def _stream(self, holder: Proxy) -> Iterator[Any]:
        views = holder._student_about.get("type", "").startswith("dict_")
        source = self.do("iter", holder) if views else None
        if source is not None:
            yield from source
            return
        while True:
            items = self.do("next", holder)
            if type(items) is not list or len(items) > 1:
                raise UnacceptableValue("the kernel's answer has no meaning")
            if not items:
                return
            yield items[0]
