"""Plain data as JSON: the only thing that crosses between the student's kernel and a check.

Encoding goes by *exact* type, so an object that merely looks like a number stays outside.
Decoding trusts nothing: every tag, shape, dtype and length is checked, and paid for from a
budget, before anything is allocated; it never calls anything that the sender named.

``None``, ``bool``, ``str``, ordinary ``int`` and finite ``float`` are themselves in JSON. All else
is an object with a tag ``t``::

    int       hexadecimal text (beyond 53 bits)     list tuple set frozenset   items
    float     "nan", "inf" or "-inf"                dict                       [key, value] pairs
    complex   [real, imaginary]                     bytes                      base64
    array     numpy array   )
    scalar    numpy scalar  )  dtype, shape and little-endian raw bytes in base64
    tensor    torch tensor  )

Taken as something plainer: ``bytearray`` as bytes; ``torch.Size`` as tuple; dtypes and devices as
their names; ``torch.nn.Parameter`` as tensor (on the CPU, detached); ``OrderedDict``,
``defaultdict``, ``Counter``, ``UserDict`` and transformers' outputs and encodings as dict.
"""

from __future__ import annotations

import json
from typing import Any

from autograder.checks.budget import JSON, Budget, Extension, Limits, type_name
from autograder.checks.decoding import read
from autograder.checks.encoding import write
from autograder.checks.errors import CodecError

__all__ = ["JSON", "Limits", "decode", "dumps", "encode", "loads", "parse"]

DEFAULT = Limits()


def encode(value: object, limits: Limits = DEFAULT, extension: Extension | None = None) -> JSON:
    """Return `value` as JSON data; an extension may know further types.

    Raises
    ------
    CodecError
        `value` holds something that is no plain data, which is named, or is too large.
    """
    try:
        return write(value, 0, Budget(limits, extension))
    except CodecError:
        raise
    except Exception as error:  # such as a container that changes while it is read
        raise CodecError(
            f"A {type_name(value)} could not be read: {type(error).__name__}."
        ) from error


def decode(data: object, limits: Limits = DEFAULT, extension: Extension | None = None) -> Any:
    """Return the value that `data`, which may be any JSON, stands for.

    An `extension` reads the tags that are its own.

    Raises
    ------
    CodecError
        `data` is malformed or exceeds `limits`.
    """
    try:
        return read(data, 0, Budget(limits, extension))
    except CodecError:
        raise
    except Exception as error:  # the last line of defense: what follows sees CodecError only
        raise CodecError(f"A malformed message: {type(error).__name__}.") from error


def dumps(value: object, limits: Limits = DEFAULT) -> str:
    """Return `value` as JSON text of at most ``limits.text`` characters."""
    text = json.dumps(encode(value, limits), allow_nan=False, separators=(",", ":"))
    if len(text) > limits.text:
        raise CodecError(f"A message of {len(text)} characters; at most {limits.text} may cross.")
    return text


def loads(text: str, limits: Limits = DEFAULT) -> Any:
    """Return the value that JSON `text` stands for; raises :class:`CodecError` only."""
    return decode(parse(text, limits), limits)


def parse(text: str, limits: Limits = DEFAULT) -> Any:
    """Return JSON `text` as JSON data, bounded but not yet decoded."""
    if not isinstance(text, str):
        raise CodecError(f"A message must be text, not {type_name(text)}.")
    if len(text) > limits.text:
        raise CodecError(f"A message of {len(text)} characters; at most {limits.text} may cross.")
    try:
        return json.loads(text)
    except (ValueError, RecursionError) as error:
        raise CodecError(f"A message that is no JSON: {type(error).__name__}.") from error
