"""How much one message may carry, and what is left of it while it is read or written."""

from __future__ import annotations

import sys
from dataclasses import dataclass
from typing import Any, Protocol, TypeAlias

from autograder.checks.errors import CodecError

__all__ = ["Budget", "Extension", "JSON", "Limits"]

JSON: TypeAlias = "None | bool | int | float | str | list[JSON] | dict[str, JSON]"

ITEM_BYTES = {
    "bool": 1,
    "uint8": 1,
    "int8": 1,
    "uint16": 2,
    "int16": 2,
    "uint32": 4,
    "int32": 4,
    "uint64": 8,
    "int64": 8,
    "float8_e4m3fn": 1,
    "float8_e5m2": 1,
    "float16": 2,
    "bfloat16": 2,
    "float32": 4,
    "float64": 8,
    "complex64": 8,
    "complex128": 16,
}
TORCH_ONLY = frozenset({"float8_e4m3fn", "float8_e5m2", "bfloat16"})
EXACT_INTEGER = 2**53
# Python refuses to print integers of more than 4300 decimal digits: 3500 hexadecimal ones fit.
HEX_DIGITS = 3500
DIMENSIONS = 32
ELEMENTS = 2**48


@dataclass(frozen=True, slots=True)
class Limits:
    """How much one message may carry.

    Parameters
    ----------
    items : int
        Values, counting containers and what is in them; an array is one.
    raw_bytes : int
        Bytes of text, binary data and array elements together.
    depth : int
        Containers within containers.
    keys : int
        Dictionary keys and set members other than text and ordinary integers. Their hashes can
        be made to collide, which makes a container quadratic in their number.
    """

    items: int = 200_000
    raw_bytes: int = 32 << 20
    depth: int = 24
    keys: int = 20_000

    @property
    def text(self) -> int:
        """Characters of JSON text that a message may have."""
        return 2 * self.raw_bytes + 64 * self.items


class Extension(Protocol):
    """Further types that may cross, for who knows what to do with them."""

    def write(self, value: Any, depth: int, budget: Budget) -> Any:
        """Return `value` as JSON data, or ``NotImplemented`` where the codec knows better."""
        ...

    def read(self, data: dict[str, Any], depth: int, budget: Budget) -> Any:
        """Return what `data` with a tag that is not the codec's stands for."""
        ...


class Budget:
    """What is left of the limits while one message is read or written."""

    __slots__ = ("bytes", "extension", "items", "keys", "limits")

    def __init__(self, limits: Limits, extension: Extension | None = None) -> None:
        self.limits = limits
        self.extension = extension
        self.items = limits.items
        self.bytes = limits.raw_bytes
        self.keys = limits.keys

    def take_item(self, depth: int) -> None:
        """Pay for one value that lies in `depth` containers."""
        self.items -= 1
        if self.items < 0:
            raise CodecError(f"More than {self.limits.items} values; send an array instead.")
        if depth > self.limits.depth:
            raise CodecError(f"Containers nested more than {self.limits.depth} deep.")

    def take_bytes(self, count: int) -> None:
        """Pay for `count` bytes of data."""
        self.bytes -= count
        if self.bytes < 0:
            raise CodecError(f"More than {self.limits.raw_bytes} bytes of data; write a file.")

    def take_text(self, text: str) -> str:
        """Pay for `text` and return it; it must be Unicode text."""
        if text.isascii():
            self.take_bytes(len(text))
            return text
        try:
            self.take_bytes(len(text.encode()))
        except UnicodeEncodeError as error:
            raise CodecError("Text with a lone surrogate, which is no Unicode text.") from error
        return text

    def take_key(self, key: Any) -> None:
        """Pay for `key`, which must be plain and hashable, as a dictionary key or set member."""
        kind = type(key)
        if kind is str or key is None or kind is bool:
            return
        if kind is int and abs(key) <= EXACT_INTEGER:
            return
        self.keys -= 1
        if self.keys < 0:
            raise CodecError(f"More than {self.limits.keys} keys that are no text or integer.")
        if kind is tuple or kind is frozenset:
            for item in key:
                self.take_key(item)
        elif kind not in (int, float, complex, bytes) and not is_numpy_scalar(key):
            raise CodecError(f"A {type_name(key)} cannot be a key or a member of a set.")


def is_numpy_scalar(value: Any) -> bool:
    """Whether `value` is exactly a numpy number."""
    numpy = sys.modules.get("numpy")
    return bool(
        numpy is not None
        and isinstance(value, numpy.generic)
        and type(value) is value.dtype.type
        and value.dtype.name in ITEM_BYTES
    )


def type_name(value: object) -> str:
    """Return the name of the type of `value`, bounded, for an error text."""
    kind = type(value)
    name = kind.__qualname__
    module = kind.__module__
    return name[:80] if module in ("builtins", "__main__") else f"{module}.{name}"[:120]
