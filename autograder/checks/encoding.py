"""From plain values to the JSON data of :mod:`autograder.checks.codec`, by exact type."""

from __future__ import annotations

import base64
import collections
import math
import sys
from collections.abc import Callable, Iterable
from typing import Any

from autograder.checks.budget import (
    EXACT_INTEGER,
    HEX_DIGITS,
    ITEM_BYTES,
    JSON,
    TORCH_ONLY,
    Budget,
    is_numpy_scalar,
    type_name,
)
from autograder.checks.errors import CodecError

__all__ = ["write"]


def write(value: Any, depth: int, budget: Budget) -> JSON:
    """Return `value` as JSON data, paying from `budget`."""
    budget.take_item(depth)
    if value is None:
        return None
    kind = type(value)
    if budget.extension is not None:
        data: JSON = budget.extension.write(value, depth, budget)
        if data is not NotImplemented:
            return data
    writer = _WRITERS.get(kind)
    if writer is not None:
        return writer(value, depth, budget)
    module = kind.__module__ if isinstance(kind.__module__, str) else ""
    package = module.partition(".")[0]
    if package == "numpy":
        return _encode_numpy(value, budget)
    if package == "torch":
        return _encode_torch(value, depth, budget)
    if package == "transformers":
        if isinstance(value, dict):
            return _encode_dict(value, depth, budget)
        if isinstance(value, collections.UserDict):
            return _encode_dict(value.data, depth, budget)
    raise _refusal(value)


def _encode_int(value: int, _depth: int, budget: Budget) -> JSON:
    if abs(value) <= EXACT_INTEGER:
        return value
    if value.bit_length() > 4 * HEX_DIGITS:
        raise CodecError(f"An integer of {value.bit_length()} bits; at most {4 * HEX_DIGITS}.")
    text = hex(value)
    budget.take_bytes(len(text))
    return {"t": "int", "v": text}


def _encode_float(value: float, _depth: int, _budget: Budget) -> JSON:
    return value if math.isfinite(value) else {"t": "float", "v": repr(value)}


def _encode_complex(value: complex, depth: int, budget: Budget) -> JSON:
    parts = [_encode_float(part, depth, budget) for part in (value.real, value.imag)]
    return {"t": "complex", "v": parts}


def _encode_bytes(value: bytes | bytearray, _depth: int, budget: Budget) -> JSON:
    budget.take_bytes(len(value))
    return {"t": "bytes", "v": base64.b64encode(value).decode("ascii")}


def _items_writer(tag: str) -> Callable[[Any, int, Budget], JSON]:
    def write_items(value: Iterable[object], depth: int, budget: Budget) -> JSON:
        return {"t": tag, "v": [write(item, depth + 1, budget) for item in value]}

    return write_items


def _set_writer(tag: str) -> Callable[[Any, int, Budget], JSON]:
    def write_members(value: Iterable[object], depth: int, budget: Budget) -> JSON:
        members: list[JSON] = []
        for item in value:
            members.append(write(item, depth + 1, budget))
            budget.take_key(item)
        return {"t": tag, "v": members}

    return write_members


def _encode_dict(value: dict[Any, Any], depth: int, budget: Budget) -> JSON:
    # The methods of dict and OrderedDict themselves: a subclass may show something else.
    items: Iterable[tuple[Any, Any]] = (
        collections.OrderedDict.items(value)
        if isinstance(value, collections.OrderedDict)
        else dict.items(value)
    )
    pairs: list[JSON] = []
    for key, item in items:
        pairs.append([write(key, depth + 1, budget), write(item, depth + 1, budget)])
        budget.take_key(key)
    return {"t": "dict", "v": pairs}


def _encode_user_dict(value: collections.UserDict[Any, Any], depth: int, budget: Budget) -> JSON:
    return _encode_dict(value.data, depth, budget)


def _encode_numpy(value: Any, budget: Budget) -> JSON:
    numpy = sys.modules["numpy"]
    if isinstance(value, numpy.dtype):
        return budget.take_text(value.name)
    if type(value) is numpy.ndarray:
        tag = "array"
    elif is_numpy_scalar(value):
        tag = "scalar"
    else:
        raise _refusal(value)
    dtype = value.dtype.name
    if dtype not in ITEM_BYTES or dtype in TORCH_ONLY:
        raise CodecError(f"A numpy {tag} of dtype {dtype} cannot cross; use a number type.")
    budget.take_bytes(value.size * ITEM_BYTES[dtype])
    raw = value.astype(value.dtype.newbyteorder("<"), copy=False).tobytes()
    return _raw_data(tag, dtype, value.shape, raw)


def _encode_torch(value: Any, depth: int, budget: Budget) -> JSON:
    torch = sys.modules["torch"]
    kind = type(value)
    if kind is torch.Size:
        return _WRITERS[tuple](tuple(value), depth, budget)
    if kind is torch.dtype or kind is torch.device:
        return budget.take_text(str(value))
    if kind is not torch.Tensor and kind is not torch.nn.Parameter:
        raise _refusal(value)
    dtype = str(value.dtype).removeprefix("torch.")
    if value.layout is not torch.strided or dtype not in ITEM_BYTES:
        raise CodecError(
            f"A torch tensor of dtype {dtype} and layout {value.layout} cannot cross; "
            "make it dense and of a number type."
        )
    budget.take_bytes(value.numel() * ITEM_BYTES[dtype])
    plain = value.detach().cpu().resolve_conj().resolve_neg().contiguous().reshape(-1)
    raw = plain.view(torch.uint8).numpy().tobytes() if plain.numel() else b""
    return _raw_data("tensor", dtype, value.shape, raw)


def _raw_data(tag: str, dtype: str, shape: Iterable[int], raw: bytes) -> JSON:
    data = base64.b64encode(raw).decode("ascii")
    return {"t": tag, "dtype": dtype, "shape": [int(size) for size in shape], "v": data}


def _refusal(value: object) -> CodecError:
    return CodecError(
        f"A {type_name(value)} is no plain data: numbers, text, bytes, lists, tuples, dicts, "
        "sets, numpy arrays and torch tensors may cross."
    )


_WRITERS: dict[type, Callable[[Any, int, Budget], JSON]] = {
    bool: lambda value, _depth, _budget: bool(value),
    int: _encode_int,
    float: _encode_float,
    complex: _encode_complex,
    str: lambda value, _depth, budget: budget.take_text(value),
    bytes: _encode_bytes,
    bytearray: _encode_bytes,
    list: _items_writer("list"),
    tuple: _items_writer("tuple"),
    set: _set_writer("set"),
    frozenset: _set_writer("frozenset"),
    dict: _encode_dict,
    collections.OrderedDict: _encode_dict,
    collections.defaultdict: _encode_dict,
    collections.Counter: _encode_dict,
    collections.UserDict: _encode_user_dict,
}
