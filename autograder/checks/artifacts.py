"""Files that a run wrote, read without trust: safetensors and JSON.

Everything that a file says of itself is checked before anything of its size is allocated. A file
that does not hold together is the student's, and costs them the finding.
"""

from __future__ import annotations

import contextlib
import json
import math
import os
import stat
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Literal

from autograder.checks.errors import NotAttempted, UnacceptableValue
from autograder.checks.text import clean

__all__ = ["TensorInfo", "read_json", "read_safetensors", "safetensors_header"]

MAX_BYTES = 512 << 20
MAX_HEADER = 4 << 20
MAX_TENSORS = 10_000
MAX_JSON = 4 << 20
MAX_NAME = 512
DIMENSIONS = 32
ELEMENTS = 2**48

# safetensors' names of types: bytes an element, numpy's name (None: numpy has none), torch's name
DTYPES: dict[str, tuple[int, str | None, str]] = {
    "BOOL": (1, "bool", "bool"),
    "U8": (1, "uint8", "uint8"),
    "I8": (1, "int8", "int8"),
    "F8_E5M2": (1, None, "float8_e5m2"),
    "F8_E4M3": (1, None, "float8_e4m3fn"),
    "U16": (2, "uint16", "uint16"),
    "I16": (2, "int16", "int16"),
    "F16": (2, "float16", "float16"),
    "BF16": (2, None, "bfloat16"),
    "U32": (4, "uint32", "uint32"),
    "I32": (4, "int32", "int32"),
    "F32": (4, "float32", "float32"),
    "U64": (8, "uint64", "uint64"),
    "I64": (8, "int64", "int64"),
    "F64": (8, "float64", "float64"),
    "C64": (8, "complex64", "complex64"),
}


@dataclass(frozen=True, slots=True)
class TensorInfo:
    """What the header of a safetensors file says of one tensor.

    Parameters
    ----------
    dtype : str
        As torch names it, such as ``"bfloat16"``.
    shape : tuple of int
    nbytes : int
    code : str
        The type as safetensors names it, such as ``"BF16"``.
    start : int
        Where its bytes begin in the file.
    """

    dtype: str
    shape: tuple[int, ...]
    nbytes: int
    code: str
    start: int


def safetensors_header(
    path: Path, *, max_bytes: int = MAX_BYTES, max_tensors: int = MAX_TENSORS
) -> dict[str, TensorInfo]:
    """Return what the safetensors file `path` says of each tensor, checked against the file.

    The tensors fill what follows the header without gap or overlap, in range, each with the bytes
    that its type and shape need.

    Raises
    ------
    NotAttempted
        There is no such file.
    UnacceptableValue
        It is no regular file, is too large, or does not hold together.
    """
    with _opened(path, max_bytes) as (descriptor, size):
        return _header(descriptor, size, path.name, max_tensors)


def read_safetensors(
    path: Path,
    *,
    framework: Literal["numpy", "torch"] = "numpy",
    max_bytes: int = MAX_BYTES,
    max_tensors: int = MAX_TENSORS,
) -> dict[str, Any]:
    """Return the tensors of a safetensors file by name.

    Parameters
    ----------
    path : Path
        Such as ``run.artifact("adapter") / "adapter_model.safetensors"``.
    framework : {"numpy", "torch"}
        What to return. numpy has no bfloat16 and no float8: the first is widened to float32,
        which changes no number, the second is refused.
    max_bytes, max_tensors : int
        Limits on the file.

    Raises
    ------
    NotAttempted
        There is no such file.
    UnacceptableValue
        It is no regular file, is too large, or does not hold together.
    """
    with _opened(path, max_bytes) as (descriptor, size):
        header = _header(descriptor, size, path.name, max_tensors)
        return {
            name: _tensor(descriptor, name, info, path.name, framework)
            for name, info in header.items()
        }


def read_json(path: Path, *, max_bytes: int = MAX_JSON) -> Any:
    """Return what the JSON file `path` holds, such as an adapter's configuration.

    Raises
    ------
    NotAttempted
        There is no such file.
    UnacceptableValue
        It is no regular file, is too large, or is no JSON.
    """
    with _opened(path, max_bytes) as (descriptor, size):
        raw = bytes(_read(descriptor, 0, size, path.name))
    try:
        return json.loads(raw)
    except (ValueError, RecursionError) as error:
        raise _refused(path.name, "is not valid JSON") from error


@contextlib.contextmanager
def _opened(path: Path, max_bytes: int) -> Iterator[tuple[int, int]]:
    """Yield the descriptor and the size of a regular file, never of what a link points to."""
    flags = os.O_RDONLY | os.O_NOFOLLOW | os.O_NONBLOCK | os.O_CLOEXEC
    try:
        descriptor = os.open(path, flags)
    except FileNotFoundError as error:
        raise NotAttempted(f"{path.name!r} was not saved") from error
    except (OSError, ValueError) as error:
        raise _refused(path.name, "is a link or cannot be read") from error
    try:
        info = os.fstat(descriptor)
        if not stat.S_ISREG(info.st_mode):
            raise _refused(path.name, "is no regular file")
        if info.st_size > max_bytes:
            raise _refused(path.name, f"has {info.st_size:,} bytes; {max_bytes:,} are allowed")
        yield descriptor, info.st_size
    finally:
        os.close(descriptor)


def _header(descriptor: int, size: int, file: str, max_tensors: int) -> dict[str, TensorInfo]:
    if size < 8:
        raise _refused(file, "is too short for a safetensors file")
    length = int.from_bytes(_read(descriptor, 0, 8, file), "little")
    if length > min(MAX_HEADER, size - 8):
        raise _refused(file, f"announces a header of {length:,} bytes")
    try:
        entries = json.loads(
            bytes(_read(descriptor, 8, length, file)), object_pairs_hook=_without_repetition
        )
    except (ValueError, RecursionError) as error:
        raise _refused(file, "has a header that is not valid JSON") from error
    if not isinstance(entries, dict):
        raise _refused(file, "has a header that is no table")
    entries.pop("__metadata__", None)
    if len(entries) > max_tensors:
        raise _refused(file, f"holds {len(entries):,} tensors; {max_tensors:,} are allowed")
    header = {name: _info(name, entry, 8 + length, file) for name, entry in entries.items()}
    _require_dense(header, 8 + length, size, file)
    return header


def _without_repetition(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    table = dict(pairs)
    if len(table) != len(pairs):
        raise ValueError("a name is repeated")
    return table


def _info(name: str, entry: object, data: int, file: str) -> TensorInfo:
    shown = clean(name, 80)
    if len(name) > MAX_NAME:
        raise _refused(file, f"has a tensor with a name of {len(name):,} characters")
    if not isinstance(entry, dict) or set(entry) != {"dtype", "shape", "data_offsets"}:
        raise _refused(file, f"does not describe its tensor {shown!r}")
    code, shape, offsets = entry["dtype"], entry["shape"], entry["data_offsets"]
    if not isinstance(code, str) or code not in DTYPES:
        raise _refused(file, f"has a tensor {shown!r} of an unknown type")
    if not _sizes(shape) or len(shape) > DIMENSIONS:
        raise _refused(file, f"has a tensor {shown!r} of an impossible shape")
    if not _sizes(offsets) or len(offsets) != 2:
        raise _refused(file, f"does not say where its tensor {shown!r} lies")
    item, _, dtype = DTYPES[code]
    nbytes = math.prod(shape) * item
    if offsets[1] - offsets[0] != nbytes:
        raise _refused(file, f"gives its tensor {shown!r} other bytes than its shape needs")
    return TensorInfo(dtype, tuple(shape), nbytes, code, data + offsets[0])


def _sizes(value: object) -> bool:
    """Whether `value` is a list of lengths whose product, zeros aside, is within reason."""
    return (
        isinstance(value, list)
        and all(type(size) is int and 0 <= size <= ELEMENTS for size in value)
        and (len(value) <= 2 or math.prod(max(size, 1) for size in value[:DIMENSIONS]) <= ELEMENTS)
    )


def _require_dense(header: dict[str, TensorInfo], data: int, size: int, file: str) -> None:
    end = data
    for info in sorted(header.values(), key=lambda info: (info.start, info.nbytes)):
        if info.start != end:
            word = "overlap" if info.start < end else "leave a gap"
            raise _refused(file, f"has tensors that {word} in its data")
        end += info.nbytes
    if end != size:
        word = "cut short" if end > size else "longer than its tensors"
        raise _refused(file, f"is {word}")


def _tensor(descriptor: int, name: str, info: TensorInfo, file: str, framework: str) -> Any:
    import numpy as np

    numpy_name = DTYPES[info.code][1]
    if framework == "numpy" and numpy_name is None and info.code != "BF16":
        raise _refused(file, f"has a tensor {clean(name, 80)!r} of type {info.dtype}")
    raw = np.frombuffer(_read(descriptor, info.start, info.nbytes, file), dtype=np.uint8)
    if info.code == "BOOL" and raw.size and raw.max() > 1:
        raise _refused(file, f"has a tensor {clean(name, 80)!r} of booleans that are none")
    if framework == "torch":
        import torch

        dtype = getattr(torch, info.dtype)
        if not raw.size:
            return torch.empty(info.shape, dtype=dtype)
        return torch.from_numpy(raw).view(dtype).reshape(info.shape)
    if numpy_name is None:
        wide = raw.view("<u2").astype(np.uint32) << np.uint32(16)
        return wide.view(np.float32).reshape(info.shape)
    return raw.view(np.dtype(numpy_name).newbyteorder("<")).astype(numpy_name).reshape(info.shape)


def _read(descriptor: int, start: int, count: int, file: str) -> bytearray:
    raw = bytearray(count)
    view = memoryview(raw)
    done = 0
    while done < count:
        got = os.preadv(descriptor, [view[done:]], start + done)
        if not got:
            raise _refused(file, "shrank while it was read")
        done += got
    return raw


def _refused(file: str, what: str) -> UnacceptableValue:
    return UnacceptableValue(f"{clean(file, 80)!r} {what}")
