"""Values that cross in a foreign test cell beyond plain data: both ends of the same tags.

A value is rebuilt from numbers and text by the receiver's own classes, as with the codec; what is
left is an *object*, which stays where it is and crosses as a number. Tags::

    object   an object of the kernel's table            exact    Fraction, Decimal, dates, range, …
    named    a library's class or function, by name     mapping  Counter, OrderedDict, defaultdict
    torch    a tensor that asks for gradients           record   a namedtuple
    dtype    a type of array elements, or a device      elements a numpy array of text or objects
    callback a function of the test's, by number    pandas  see :mod:`.frame_encoding`
"""

from __future__ import annotations

import builtins
import collections
import datetime
import decimal
import fractions
import functools
import importlib
import keyword
import math
import pathlib
import sys
from abc import abstractmethod
from collections.abc import Callable
from typing import Any

from autograder.checks.budget import ITEM_BYTES, TORCH_ONLY, Budget, is_numpy_scalar
from autograder.checks.decoding import read
from autograder.checks.encoding import write
from autograder.checks.errors import CodecError
from autograder.checks.frame_decoding import read_frame
from autograder.checks.frame_encoding import write_frame, write_times

__all__ = ["Values", "is_record", "type_of_python"]

PLAIN = frozenset(
    {type(None), bool, int, float, complex, str, bytes, list, tuple, set, frozenset, dict}
)
MAPPINGS: dict[str, type] = {
    "Counter": collections.Counter,
    "OrderedDict": collections.OrderedDict,
    "defaultdict": collections.defaultdict,
}
LONGEST = 4096
DIMENSIONS = 32
# Types that are rebuilt from a few plain arguments: what to take from one, and how to make one.
EXACT: dict[str, tuple[type, Callable[[Any], list[Any]], Callable[..., Any]]] = {
    "Fraction": (
        fractions.Fraction,
        lambda v: [v.numerator, v.denominator],
        fractions.Fraction,
    ),
    "Decimal": (decimal.Decimal, lambda v: [str(v)], decimal.Decimal),
    "date": (datetime.date, lambda v: [v.year, v.month, v.day], datetime.date),
    "timedelta": (
        datetime.timedelta,
        lambda v: [v.days, v.seconds, v.microseconds],
        datetime.timedelta,
    ),
    "datetime": (datetime.datetime, lambda v: [v.isoformat()], datetime.datetime.fromisoformat),
    "time": (datetime.time, lambda v: [v.isoformat()], datetime.time.fromisoformat),
    "range": (range, lambda v: [v.start, v.stop, v.step], range),
    "slice": (slice, lambda v: [v.start, v.stop, v.step], slice),
    "path": (type(pathlib.Path()), lambda v: [str(v)], pathlib.Path),
    "bytearray": (bytearray, lambda v: [bytes(v)], bytearray),
    "ellipsis": (type(...), lambda v: [], lambda: ...),
    "NotImplemented": (type(NotImplemented), lambda v: [], lambda: NotImplemented),
}
EXACT_NAMES = {kind: name for name, (kind, _, _) in EXACT.items()}


def type_of_python(module: object, name: object) -> Any:
    """Return the builtin type, or numpy's type of a number, of that name; else ``None``."""
    if type(name) is not str:
        return None
    if module == "builtins":
        found = getattr(builtins, name, None)
        return found if isinstance(found, type) else None
    if module == "types" and name == "NoneType":
        return type(None)
    if module == "numpy" and name in ITEM_BYTES and name not in TORCH_ONLY:
        import numpy as np

        return np.dtype(name).type
    return None


class Values:
    """An extension of the codec; its subclasses know what to do with objects.

    The kernel's side keeps them in a table, the checker's side makes proxies.
    """

    @abstractmethod
    def opaque(self, value: Any, depth: int, budget: Budget) -> Any:
        """Return what stands for `value`, which is no data."""

    @abstractmethod
    def revive(self, data: Any, depth: int, budget: Budget) -> Any:
        """Return what the content of an ``object`` tag stands for."""

    @abstractmethod
    def library(self, module: str, name: str) -> Any:
        """Return the class or function of a library that a ``named`` tag means."""

    @abstractmethod
    def callback(self, number: int, name: str) -> Any:
        """Return the function of the test's that a ``callback`` tag means."""

    @staticmethod
    @abstractmethod
    def name_of(value: Any) -> tuple[str, str] | None:
        """Return the module and qualified name by which the other side finds `value`, if any."""

    def write(self, value: Any, depth: int, budget: Budget) -> Any:
        """Return `value` as JSON data; plain data is left to the codec."""
        kind = type(value)
        if kind in PLAIN:
            return NotImplemented
        if kind in EXACT_NAMES:
            name = EXACT_NAMES[kind]
            parts = [write(part, depth + 1, budget) for part in EXACT[name][1](value)]
            return {"t": "exact", "v": [name, parts]}
        if (mapping := _mapping_name(value)) is not None:
            return _write_mapping(mapping, value, depth, budget)
        if issubclass(kind, tuple) and is_record(kind):
            return self._write_record(value, depth, budget)
        top = kind.__module__.partition(".")[0] if isinstance(kind.__module__, str) else ""
        if top == "numpy":
            return self._write_numpy(value, depth, budget)
        if top == "torch":
            return self._write_torch(value, depth, budget)
        if top == "pandas" and "pandas" in sys.modules:
            data = write_frame(value, depth, budget)
            if data is not NotImplemented:
                return data
        if (found := self.name_of(value)) is not None:
            return {"t": "named", "v": list(found)}
        return self.opaque(value, depth, budget)

    def read(self, data: dict[str, Any], depth: int, budget: Budget) -> Any:
        """Return what `data` stands for."""
        reader = _READERS.get(data["t"]) if type(data.get("t")) is str else None
        if reader is None or len(data) != 2 or "v" not in data:
            raise CodecError("A malformed message: an unknown tag.")
        return reader(self, data["v"], depth, budget)

    def _write_record(self, value: Any, depth: int, budget: Budget) -> Any:
        kind = type(value)
        fields = [budget.take_text(field) for field in kind._fields]
        items = [write(item, depth + 1, budget) for item in tuple.__iter__(value)]
        return {"t": "record", "v": [budget.take_text(kind.__name__), fields, items]}

    def _write_numpy(self, value: Any, depth: int, budget: Budget) -> Any:
        numpy = sys.modules["numpy"]
        if is_numpy_scalar(value):
            return NotImplemented
        if isinstance(value, numpy.dtype) and value.name in ITEM_BYTES:
            return {"t": "dtype", "v": f"numpy.{value.name}"}
        if type(value) is numpy.ndarray:
            if value.dtype.name in ITEM_BYTES:
                return NotImplemented
            if value.dtype.kind in "UO":
                items = [write(item, depth + 1, budget) for item in value.ravel().tolist()]
                return {"t": "elements", "v": [value.dtype.kind, list(value.shape), items]}
        if type(value) in (numpy.ndarray, numpy.datetime64, numpy.timedelta64):
            data = write_times(value, depth, budget) if value.dtype.kind in "Mm" else NotImplemented
            if data is not NotImplemented:
                return data
        if type(value) is numpy.str_:
            return {"t": "elements", "v": ["str", [], [budget.take_text(str(value))]]}
        if (found := self.name_of(value)) is not None:
            return {"t": "named", "v": list(found)}
        return self.opaque(value, depth, budget)

    def _write_torch(self, value: Any, depth: int, budget: Budget) -> Any:
        torch = sys.modules["torch"]
        kind = type(value)
        if kind is torch.Size:
            return NotImplemented
        if kind is torch.dtype:
            return {"t": "dtype", "v": str(value)}
        if kind is torch.device:
            return {"t": "dtype", "v": f"device.{value}"}
        if kind is torch.Tensor or kind is torch.nn.Parameter:
            dtype = str(value.dtype).removeprefix("torch.")
            if value.layout is not torch.strided or dtype not in ITEM_BYTES:
                return self.opaque(value, depth, budget)
            if not value.requires_grad and kind is torch.Tensor:
                return NotImplemented
            leaf = bool(value.is_leaf)
            gradient = value.grad if leaf else None
            form = "parameter" if kind is torch.nn.Parameter else "leaf" if leaf else "graph"
            parts = [write(part, depth + 1, budget) for part in (value.detach(), gradient)]
            return {"t": "torch", "v": [form, bool(value.requires_grad), *parts]}
        if (found := self.name_of(value)) is not None:
            return {"t": "named", "v": list(found)}
        return self.opaque(value, depth, budget)

    def _read_object(self, data: Any, depth: int, budget: Budget) -> Any:
        return self.revive(data, depth, budget)

    def _read_callback(self, data: Any, _depth: int, _budget: Budget) -> Any:
        number, name = _list(data, 2)
        if type(number) is not int or not _is_name(name):
            raise CodecError("A malformed message: a callback.")
        return self.callback(number, name)

    def _read_named(self, data: Any, _depth: int, _budget: Budget) -> Any:
        module, name = _list(data, 2)
        if not _is_name(module) or not _is_name(name, empty=True):
            raise CodecError("A malformed message: a name that is none.")
        return self.library(module, name)

    def _read_exact(self, data: Any, depth: int, budget: Budget) -> Any:
        name, parts = _list(data, 2)
        if type(name) is not str or name not in EXACT:
            raise CodecError("A malformed message: an unknown type.")
        values = [read(part, depth + 1, budget) for part in _list(parts)]
        if name == "Decimal" and not (type(values[0]) is str and len(values[0]) <= LONGEST):
            raise CodecError("A decimal number that is too long.")
        return EXACT[name][2](*values)

    def _read_mapping(self, data: Any, depth: int, budget: Budget) -> Any:
        name, pairs, factory = _list(data, 3)
        if type(name) is not str or name not in MAPPINGS:
            raise CodecError("A malformed message: an unknown mapping.")
        plain = read({"t": "dict", "v": pairs}, depth, budget)
        if name != "defaultdict":
            return MAPPINGS[name](plain)
        kind = type_of_python("builtins", factory)
        if factory is not None and kind is None:
            raise CodecError("A malformed message: an unknown default.")
        return collections.defaultdict(kind, plain)

    def _read_record(self, data: Any, depth: int, budget: Budget) -> Any:
        name, fields, items = _list(data, 3)
        for word in (name, *_list(fields)):
            if type(word) is not str or not word.isidentifier() or keyword.iskeyword(word):
                raise CodecError("A malformed message: a record of no names.")
            budget.take_text(word)
        if len(_list(items)) != len(fields):
            raise CodecError("A malformed message: a record of other fields.")
        values = [read(item, depth + 1, budget) for item in items]
        return _record(name, tuple(fields))(*values)

    def _read_elements(self, data: Any, depth: int, budget: Budget) -> Any:
        import numpy as np

        kind, shape, items = _list(data, 3)
        values = [read(item, depth + 1, budget) for item in _list(items)]
        if kind == "str":
            return np.str_(values[0])
        sizes = _list(shape)
        if kind not in ("U", "O") or len(sizes) > DIMENSIONS:
            raise CodecError("A malformed message: an array of an unknown kind.")
        if not all(type(size) is int and size >= 0 for size in sizes):
            raise CodecError("A malformed message: a shape.")
        if math.prod(sizes) != len(values):
            raise CodecError("A malformed message: an array cut short.")
        if kind == "U":
            if not all(type(value) is str for value in values):
                raise CodecError("A malformed message: an array of text that is none.")
            longest = max(map(len, values), default=1)
            budget.take_bytes(4 * longest * len(values))
            return np.array(values, dtype=f"<U{max(longest, 1)}").reshape(sizes)
        array = np.empty(len(values), dtype=object)
        for index, value in enumerate(values):
            array[index] = value
        return array.reshape(sizes)

    def _read_dtype(self, data: Any, _depth: int, _budget: Budget) -> Any:
        library, _, name = (data if type(data) is str else "").partition(".")
        if library == "device" and len(name) < 20:
            return _torch().device(name)
        if library not in ("numpy", "torch") or name not in ITEM_BYTES:
            raise CodecError("A malformed message: an unknown dtype.")
        if library == "torch":
            return getattr(_torch(), name)
        if name in TORCH_ONLY:
            raise CodecError("A malformed message: an unknown dtype.")
        import numpy as np

        return np.dtype(name)

    def _read_torch(self, data: Any, depth: int, budget: Budget) -> Any:
        torch = _torch()
        form, wanted, plain, gradient = _list(data, 4)
        tensor = read(plain, depth + 1, budget)
        slope = read(gradient, depth + 1, budget)
        if type(tensor) is not torch.Tensor or type(slope) not in (torch.Tensor, type(None)):
            raise CodecError("A malformed message: a tensor that is none.")
        if form == "graph":
            return self.graph_tensor(tensor)
        if form == "parameter":
            tensor = torch.nn.Parameter(tensor, requires_grad=wanted is True)
        elif wanted is True:
            tensor.requires_grad_()
        if slope is not None:
            tensor.grad = slope
        return tensor

    def _read_pandas(self, data: Any, depth: int, budget: Budget) -> Any:
        try:
            pandas = None
            if type(data) is not list or data[:1] != ["times"]:
                pandas = importlib.import_module("pandas")
            return read_frame(pandas, data, depth, budget)
        except ImportError as error:
            raise self.lacking(error) from error

    def lacking(self, error: ImportError) -> BaseException:
        """Return what to raise where a value needs a library that is not installed here."""
        return CodecError(f"A value of a library that is not installed here: {error}")

    def graph_tensor(self, tensor: Any) -> Any:
        """Return what stands for a tensor whose history stays on the other side."""
        return tensor


def _torch() -> Any:
    try:
        return importlib.import_module("torch")
    except ImportError as error:
        raise CodecError("A torch tensor was sent, and torch is not installed here.") from error


def _mapping_name(value: Any) -> str | None:
    name = type(value).__name__
    if MAPPINGS.get(name) is not type(value):
        return None
    if isinstance(value, collections.defaultdict):
        factory = value.default_factory
        if factory is not None and getattr(builtins, _name(factory), None) is not factory:
            return None
    return name


def _name(value: Any) -> str:
    name = getattr(value, "__name__", "")
    return name if isinstance(name, str) else ""


def _write_mapping(name: str, value: Any, depth: int, budget: Budget) -> Any:
    pairs = []
    for key, item in list(dict.items(value)):
        pairs.append([write(key, depth + 1, budget), write(item, depth + 1, budget)])
        budget.take_key(key)
    factory = value.default_factory if isinstance(value, collections.defaultdict) else None
    return {"t": "mapping", "v": [name, pairs, _name(factory) or None]}


def is_record(kind: type) -> bool:
    """Whether `kind` is what ``namedtuple`` makes."""
    fields = kind.__dict__.get("_fields")
    return type(fields) is tuple and all(type(field) is str for field in fields)


@functools.lru_cache(maxsize=256)
def _record(name: str, fields: tuple[str, ...]) -> Any:
    return collections.namedtuple(name, fields)  # noqa: PYI024  # its fields are only known now


def _list(data: Any, length: int | None = None) -> list[Any]:
    if type(data) is not list or (length is not None and len(data) != length):
        raise CodecError("A malformed message: a list was expected.")
    return data


def _is_name(text: object, *, empty: bool = False) -> bool:
    if text == "" and empty:
        return True
    return type(text) is str and all(part.isidentifier() for part in text.split("."))


_READERS: dict[str, Callable[[Values, Any, int, Budget], Any]] = {
    "object": Values._read_object,
    "named": Values._read_named,
    "callback": Values._read_callback,
    "exact": Values._read_exact,
    "mapping": Values._read_mapping,
    "record": Values._read_record,
    "elements": Values._read_elements,
    "dtype": Values._read_dtype,
    "torch": Values._read_torch,
    "pandas": Values._read_pandas,
}
