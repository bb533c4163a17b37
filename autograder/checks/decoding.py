"""From JSON data that nobody vouches for to plain values; see :mod:`autograder.checks.codec`."""

from __future__ import annotations

import base64
import binascii
import math
from collections.abc import Callable
from typing import Any

from autograder.checks.budget import (
    DIMENSIONS,
    ELEMENTS,
    EXACT_INTEGER,
    HEX_DIGITS,
    ITEM_BYTES,
    TORCH_ONLY,
    Budget,
    Limits,
)
from autograder.checks.errors import CodecError

__all__ = ["read"]

NON_FINITE = {"nan": math.nan, "inf": math.inf, "-inf": -math.inf}


def read(data: Any, depth: int, budget: Budget) -> Any:
    """Return the value that `data` stands for, paying from `budget`."""
    budget.take_item(depth)
    if data is None or data is True or data is False:
        return data
    kind = type(data)
    if kind is str:
        return budget.take_text(data)
    if kind is int:
        _require(abs(data) <= EXACT_INTEGER, "an integer without its tag")
        return data
    if kind is float:
        _require(math.isfinite(data), "a number without its tag")
        return data
    if kind is not dict:
        raise CodecError("A malformed message: a value without a tag.")
    tag = data.get("t")
    reader = _READERS.get(tag) if type(tag) is str else None
    if reader is None and budget.extension is not None:
        return budget.extension.read(data, depth, budget)
    if reader is None:
        raise CodecError("A malformed message: an unknown tag.")
    fields = 4 if reader is _decode_raw else 2
    _require(len(data) == fields and "v" in data, f"a {tag} with other fields")
    return reader(data, depth, budget)


def _decode_int(data: dict[str, Any], _depth: int, budget: Budget) -> int:
    text = data["v"]
    _require(type(text) is str and len(text) <= HEX_DIGITS + 3, "an integer out of bounds")
    budget.take_bytes(len(text))
    try:
        return int(text, 16)
    except ValueError as error:
        raise CodecError("A malformed message: an integer that is none.") from error


def _decode_float(data: dict[str, Any], _depth: int, _budget: Budget) -> float:
    text = data["v"]
    _require(type(text) is str and text in NON_FINITE, "a number that is none")
    return NON_FINITE[text]


def _decode_complex(data: dict[str, Any], _depth: int, _budget: Budget) -> complex:
    parts = _list(data["v"])
    _require(len(parts) == 2, "a complex number of other than two parts")
    # Read from a budget of their own: a complex number is one item, as when it was written.
    real, imaginary = (read(part, 0, Budget(Limits(items=1))) for part in parts)
    _require(type(real) is float and type(imaginary) is float, "a complex number of no floats")
    return complex(real, imaginary)


def _decode_bytes(data: dict[str, Any], _depth: int, budget: Budget) -> bytes:
    text = data["v"]
    _require(type(text) is str and len(text) % 4 == 0, "bytes that are not base64")
    budget.take_bytes(3 * (len(text) // 4) - min(text[-2:].count("="), 2))
    return _base64(text)


def _decode_list(data: dict[str, Any], depth: int, budget: Budget) -> list[Any]:
    return [read(item, depth + 1, budget) for item in _list(data["v"])]


def _decode_tuple(data: dict[str, Any], depth: int, budget: Budget) -> tuple[Any, ...]:
    return tuple(_decode_list(data, depth, budget))


def _decode_set(data: dict[str, Any], depth: int, budget: Budget) -> set[Any]:
    members = _decode_list(data, depth, budget)
    for member in members:
        budget.take_key(member)
    return set(members)


def _decode_frozenset(data: dict[str, Any], depth: int, budget: Budget) -> frozenset[Any]:
    return frozenset(_decode_set(data, depth, budget))


def _decode_dict(data: dict[str, Any], depth: int, budget: Budget) -> dict[Any, Any]:
    result: dict[Any, Any] = {}
    for pair in _list(data["v"]):
        _require(len(_list(pair)) == 2, "a dict of something else than pairs")
        key = read(pair[0], depth + 1, budget)
        budget.take_key(key)
        result[key] = read(pair[1], depth + 1, budget)
    return result


def _decode_raw(data: dict[str, Any], _depth: int, budget: Budget) -> Any:
    tag, dtype, shape, text = data["t"], data.get("dtype"), data.get("shape"), data["v"]
    if type(dtype) is not str or dtype not in ITEM_BYTES:
        raise CodecError("A malformed message: an array of an unknown dtype.")
    _require(tag == "tensor" or dtype not in TORCH_ONLY, f"a numpy array of dtype {dtype}")
    sizes = _list(shape)
    _require(len(sizes) <= (0 if tag == "scalar" else DIMENSIONS), "too many dimensions")
    _require(all(type(size) is int and 0 <= size <= ELEMENTS for size in sizes), "a shape")
    # The product without its zeros too: an empty array of an absurd shape is refused as well.
    _require(math.prod(max(size, 1) for size in sizes) <= ELEMENTS, "an array of absurd shape")
    count = math.prod(sizes) * ITEM_BYTES[dtype]
    budget.take_bytes(count)
    _require(type(text) is str and len(text) == 4 * ((count + 2) // 3), "an array cut short")
    raw = bytearray(_base64(text))
    _require(len(raw) == count, "an array cut short")
    if dtype == "bool":
        # Other bytes than 0 and 1 make a boolean that is neither true nor false.
        _require(not raw.translate(None, b"\0\1"), "booleans that are none")
    return _as_tensor(raw, dtype, sizes) if tag == "tensor" else _as_numpy(raw, dtype, sizes, tag)


def _as_numpy(raw: bytearray, dtype: str, shape: list[int], tag: str) -> Any:
    import numpy as np

    little = np.dtype(dtype).newbyteorder("<")
    array = np.frombuffer(raw, dtype=little).astype(dtype, copy=False).reshape(shape)
    return array[()] if tag == "scalar" else array


def _as_tensor(raw: bytearray, dtype: str, shape: list[int]) -> Any:
    try:
        import torch
    except ImportError as error:
        raise CodecError("A torch tensor was sent, and torch is not installed here.") from error
    if not raw:
        return torch.empty(shape, dtype=getattr(torch, dtype))
    return torch.frombuffer(raw, dtype=torch.uint8).view(getattr(torch, dtype)).reshape(shape)


def _list(data: Any) -> list[Any]:
    if type(data) is not list:
        raise CodecError("A malformed message: a list was expected.")
    return data


def _base64(text: str) -> bytes:
    try:
        return base64.b64decode(text, validate=True)
    except (binascii.Error, ValueError) as error:
        raise CodecError("A malformed message: data that is not base64.") from error


def _require(condition: bool, what: str) -> None:
    if not condition:
        raise CodecError(f"A malformed message: {what}.")


_READERS: dict[str, Callable[[dict[str, Any], int, Budget], Any]] = {
    "int": _decode_int,
    "float": _decode_float,
    "complex": _decode_complex,
    "bytes": _decode_bytes,
    "list": _decode_list,
    "tuple": _decode_tuple,
    "set": _decode_set,
    "frozenset": _decode_frozenset,
    "dict": _decode_dict,
    "array": _decode_raw,
    "scalar": _decode_raw,
    "tensor": _decode_raw,
}
