"""The end inside the student's kernel: keeps objects that do not cross, and does what is asked.

As with :mod:`autograder.checks.agent`, it holds nothing secret, and whatever it answers is a claim
of the student's process. It knows a fixed list of verbs; operands are data, objects of its table,
and names of libraries.
"""

from __future__ import annotations

import builtins
import contextlib
import importlib
import inspect
import io
import json
import operator
import sys
import types
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

from autograder.checks.agent import TYPE_LENGTH, Reply, error_text, silence
from autograder.checks.budget import Budget
from autograder.checks.codec import decode, encode, parse
from autograder.checks.errors import CodecError
from autograder.checks.object_values import Values, type_of_python

__all__ = ["PRINTED", "serve"]

OBJECTS = 20_000
PRINTED = 200_000
ANCESTORS = 40
STREAMS: tuple[type, ...] = (
    types.GeneratorType,
    map,
    filter,
    zip,
    enumerate,
    reversed,
    type(iter([])),
    type(iter(())),
    type(iter({})),
    type(iter(set())),
    type(iter("")),
    type(iter(range(0))),
    type({}.keys()),
    type({}.values()),
    type({}.items()),
)


class _Printed(io.StringIO):
    """Keeps what is printed up to a limit."""

    def write(self, text: str) -> int:
        left = PRINTED - self.tell()
        super().write(text[:left] if isinstance(text, str) else str(text)[:left])
        return len(text)


class _Callback:
    """A function of the test's: calling it asks the checker, which answers with data."""

    def __init__(self, number: int, name: str) -> None:
        self.number = number
        self.__name__ = self.__qualname__ = name
        self.__doc__ = None

    def __call__(self, *args: Any, **kwargs: Any) -> Any:
        from IPython import get_ipython

        request = {
            "nonce": _CURRENT.get("nonce"),
            "callback": self.number,
            "args": [encode(argument, extension=_TABLE) for argument in args],
            "kwargs": {key: encode(value, extension=_TABLE) for key, value in kwargs.items()},
        }
        shell: Any = get_ipython()
        answer = parse(shell.kernel.raw_input(json.dumps(request)))
        if "value" in answer:
            return decode(answer["value"], extension=_TABLE)
        kind = getattr(builtins, answer["type"], RuntimeError)
        raise kind(answer["message"])


class _Table(Values):
    """The objects that the checker knows by number."""

    def __init__(self) -> None:
        self._objects: dict[int, Any] = {}
        self._numbers: dict[int, int] = {}
        self._next = 0

    def has(self, number: int, value: Any) -> bool:
        return number in self._objects and self._objects[number] is value

    def drop(self, numbers: list[int]) -> None:
        for number in numbers:
            if number in self._objects:
                self._numbers.pop(id(self._objects.pop(number)), None)

    def opaque(self, value: Any, depth: int, budget: Budget) -> Any:
        if type(value) is _Callback:
            return {"t": "callback", "v": [value.number, value.__name__]}
        number = self._numbers.get(id(value))
        if number is None:
            if len(self._objects) >= OBJECTS:
                raise CodecError(f"More than {OBJECTS} objects at a time.")
            number = self._next = self._next + 1
            self._objects[number] = value
            self._numbers[id(value)] = number
        kind = type(value)
        about: dict[str, Any] = {"type": _text(kind.__name__)}
        if isinstance(value, types.ModuleType):
            form, about["name"] = "module", _text(value.__name__)
        elif isinstance(value, type):
            form, about["name"] = "class", _text(value.__name__)
            if issubclass(value, BaseException):
                form = "exception"
                about["bases"] = [self._ancestor(base, budget) for base in value.__bases__]
            about["of"] = _ancestors(value)
        elif kind in STREAMS:
            form = "stream"
        elif isinstance(value, types.FunctionType | types.BuiltinFunctionType | types.MethodType):
            form, about["name"] = "function", _text(value.__name__)
        else:
            form = "callable" if callable(value) else "object"
            about["of"] = _ancestors(kind)
        return {"t": "object", "v": [number, form, about]}

    def _ancestor(self, base: type, budget: Budget) -> Any:
        return encode(base, budget.limits, self)

    def revive(self, data: Any, depth: int, budget: Budget) -> Any:
        return self._objects[data]

    def library(self, module: str, name: str) -> Any:
        found: Any = importlib.import_module(module)
        for part in name.split(".") if name else ():
            found = getattr(found, part)
        return found

    def callback(self, number: int, name: str) -> Any:
        return _Callback(number, name)

    @staticmethod
    def name_of(value: Any) -> tuple[str, str] | None:
        if isinstance(value, type):
            found = value.__module__, value.__name__
            if value is type(None):
                found = "types", "NoneType"
            if type_of_python(*found) is value:
                return found
        return None


_TABLE = _Table()
# The nonce of the request that is being served.
_CURRENT: dict[str, Any] = {}


def _text(text: object) -> str:
    return str(text)[:TYPE_LENGTH].encode("utf-8", "replace").decode("utf-8")


def _ancestors(kind: type) -> list[list[str]]:
    return [[_text(base.__module__), _text(base.__qualname__)] for base in kind.__mro__[:ANCESTORS]]


def serve(request: str) -> Reply:
    """Do what `request` asks and answer it; never raises for what student code does."""
    nonce: object = None
    out, err = _Printed(), _Printed()
    try:
        from IPython import get_ipython

        message = parse(request)
        nonce = _CURRENT["nonce"] = message["nonce"]
        _TABLE.drop(message.get("drop", []))
        with silence(get_ipython()):
            answer = _perform(message, out, err)
        return Reply({"nonce": nonce, "ok": True, **answer, **_printed(out, err)})
    except BaseException as error:  # a student's function may raise anything, SystemExit too
        failure = {"nonce": nonce, "ok": False, "kind": _kind(error), **_printed(out, err)}
        return Reply({**failure, **_described(error)})


def _printed(out: io.StringIO, err: io.StringIO) -> dict[str, str]:
    streams = (("out", out), ("err", err))
    return {
        name: text.encode("utf-8", "replace").decode("utf-8")
        for name, stream in streams
        if (text := stream.getvalue())
    }


def _perform(message: dict[str, Any], out: io.StringIO, err: io.StringIO) -> dict[str, Any]:
    from IPython import get_ipython

    names = get_ipython().user_ns
    verb = message["verb"]
    if verb == "name":
        name = message["name"]
        if name not in names:
            return {"missing": True}
        return {"value": encode(names[name], extension=_TABLE)}
    if verb == "end":
        _close_figures()
        return {"value": None}
    if verb == "file":
        Path(message["name"]).parent.mkdir(parents=True, exist_ok=True)
        Path(message["name"]).write_bytes(decode(message["data"]))
        return {"value": None}
    given = [_operand(data, names) for data in message["args"]]
    keywords = {key: _operand(data, names) for key, data in message.get("kwargs", {}).items()}
    with (
        _states(message) as states,
        _gradients(message.get("gradients")),
        contextlib.redirect_stdout(out),
        contextlib.redirect_stderr(err),
    ):
        result = VERBS[verb](*given, **keywords)
    _keep_figures()
    answer: dict[str, Any] = {}
    if rebound := [
        n for n, k in message.get("watch", {}).items() if not _TABLE.has(k, names.get(n))
    ]:
        answer["rebound"] = rebound
    if verb == "call":
        answer |= _changed(message, given, keywords)
        for index, argument in enumerate(given[1:], 1):
            if argument is result and type(message["args"][index]) is dict:
                answer["same"] = index
    if states:
        answer["states"] = states
    return {**answer, "value": encode(result, extension=_TABLE)}


def _keep_figures() -> None:
    """Have the inline backend keep figures after a request, which to IPython is a cell's end."""
    inline = sys.modules.get("matplotlib_inline.backend_inline")
    if inline is not None:
        inline.show._draw_called = False
        inline.show._to_draw = []


def _close_figures() -> None:
    pyplot = sys.modules.get("matplotlib.pyplot")
    if pyplot is not None and "matplotlib_inline.backend_inline" in sys.modules:
        pyplot.close("all")
    _keep_figures()


def _operand(data: Any, names: dict[str, Any]) -> Any:
    if type(data) is dict and data.get("t") == "global":
        return names[data["v"]]
    return decode(data, extension=_TABLE)


def _changed(message: dict[str, Any], given: list[Any], keywords: dict[str, Any]) -> dict[str, Any]:
    """Return the arguments that the call changed in place, by position or keyword."""
    pairs: list[tuple[Any, Any, Any]] = [
        (index, value, message["args"][index]) for index, value in enumerate(given) if index
    ]
    pairs += [(key, value, message["kwargs"][key]) for key, value in keywords.items()]
    changed = []
    for key, value, before in pairs:
        if type(before) is not dict or before.get("t") in ("object", "named", "global"):
            continue
        after = encode(value, extension=_TABLE)
        if after != before:
            changed.append([key, after])
    return {"changed": changed} if changed else {}


@contextlib.contextmanager
def _states(message: dict[str, Any]) -> Iterator[dict[str, Any]]:
    """Give the random generators the checker's state for a call, and tell what it became."""
    wanted = message.get("states")
    after: dict[str, Any] = {}
    if wanted is None:
        yield after
        return
    import random

    given = {name: decode(state) for name, state in wanted.items()}
    random.setstate(given["random"])
    for name in ("numpy", "torch"):
        if name in given:
            importlib.import_module(name)
    if "numpy" in given:
        sys.modules["numpy"].random.set_state(given["numpy"])
    if "torch" in given:
        sys.modules["torch"].set_rng_state(given["torch"])
    yield after
    after["random"] = encode(random.getstate())
    if "numpy" in given:
        after["numpy"] = encode(sys.modules["numpy"].random.get_state())
    if "torch" in given:
        after["torch"] = encode(sys.modules["torch"].get_rng_state())


def _gradients(wanted: object) -> Any:
    torch = sys.modules.get("torch")
    if wanted is not False or torch is None:
        return contextlib.nullcontext()
    return torch.no_grad()


def _kind(error: BaseException) -> str:
    if isinstance(error, KeyboardInterrupt):
        return "timeout"
    if isinstance(error, CodecError):
        return "unacceptable"
    if type(error) is EOFError or type(error).__name__ == "StdinNotImplementedError":
        return "input"
    return "raised"


def _described(error: BaseException) -> dict[str, Any]:
    about: dict[str, Any] = {
        "type": _text(type(error).__name__),
        "message": error_text(error),
    }
    for key, read in (("class", type), ("args", _arguments), ("state", _state)):
        with contextlib.suppress(BaseException):
            about[key] = encode(read(error), extension=_TABLE)
    return about


def _arguments(error: BaseException) -> list[Any]:
    return list(error.args)


def _state(error: BaseException) -> dict[str, Any]:
    return {key: value for key, value in vars(error).items() if not key.startswith("_")}


def _next(stream: Any) -> Any:
    """Return the next items of a stream: none at its end."""
    try:
        return [next(stream)]
    except StopIteration:
        return []


def _iterator(stream: Any) -> Any:
    return iter(stream)


VERBS: dict[str, Callable[..., Any]] = {
    "call": lambda target, *args, **kwargs: target(*args, **kwargs),
    "getattr": getattr,
    "setattr": setattr,
    "delattr": delattr,
    "getitem": operator.getitem,
    "setitem": operator.setitem,
    "delitem": operator.delitem,
    "type": type,
    "instance": isinstance,
    "subclass": issubclass,
    "signature": lambda target: str(inspect.signature(target)),
    "next": _next,
    "iter": _iterator,
    "len": len,
    "str": str,
    "repr": repr,
    "format": format,
    "abs": abs,
    "neg": operator.neg,
    "pos": operator.pos,
    "invert": operator.invert,
    **{
        verb: getattr(operator, verb)
        for verb in (
            "add",
            "sub",
            "mul",
            "matmul",
            "truediv",
            "floordiv",
            "mod",
            "pow",
            "and_",
            "or_",
            "xor",
            "lshift",
            "rshift",
        )
    },
}
