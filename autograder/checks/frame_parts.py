"""What of pandas may cross in a foreign test cell, and as what; see :mod:`.frame_encoding`.

Both ends of the same tags. Exact types of pandas only: what a student derives from them stays in
the kernel. ``DataFrame.__reduce__`` and pickle are never used.
"""

from __future__ import annotations

import re
import sys
from typing import Any

from autograder.checks.budget import EXACT_INTEGER, ITEM_BYTES, TORCH_ONLY, Budget, is_numpy_scalar
from autograder.checks.errors import CodecError

__all__ = [
    "COLUMNS",
    "FREQUENCY",
    "MASKED",
    "TIME_UNITS",
    "ZONE",
    "is_label",
    "is_plain",
    "numpy_holds",
    "pay_for_hashes",
]

# Units of numpy's dates; pandas knows the last four.
TIME_UNITS = ("generic", "Y", "M", "W", "D", "h", "m", "s", "ms", "us", "ns")
FREQUENCY = re.compile(r"-?[0-9]{0,6}[A-Za-z]{1,5}(-[A-Z]{3})?", re.ASCII)
ZONE = re.compile(r"[A-Za-z_]{1,32}(/[A-Za-z0-9_+-]{1,32}){0,2}", re.ASCII)
# Arrays of numbers with a mask, by the kind of their dtype.
MASKED = {"b": "BooleanArray", "i": "IntegerArray", "u": "IntegerArray", "f": "FloatingArray"}
COLUMNS = 4096
DEPTH = 6
ATOMS = frozenset({type(None), bool, int, float, complex, str, bytes})
EXACT = frozenset(
    {
        ("fractions", "Fraction"),
        ("decimal", "Decimal"),
        ("datetime", "date"),
        ("datetime", "datetime"),
        ("datetime", "time"),
        ("datetime", "timedelta"),
    }
)
CHEAP = frozenset({type(None), bool, float, str})


def numpy_holds(dtype: Any) -> bool:
    """Whether numpy's `dtype` is one of numbers that the codec carries."""
    return dtype.name in ITEM_BYTES and dtype.name not in TORCH_ONLY


def is_plain(value: Any, depth: int = 0) -> bool:
    """Whether `value` may be an element of an object column: numbers, text, dates, containers."""
    kind = type(value)
    if kind in ATOMS or is_numpy_scalar(value):
        return True
    if depth >= DEPTH:
        return False
    if kind in (list, tuple, set, frozenset):
        return all(is_plain(item, depth + 1) for item in value)
    if kind is dict:
        return all(is_plain(k, depth + 1) and is_plain(v, depth + 1) for k, v in value.items())
    library = sys.modules.get(kind.__module__) if type(kind.__module__) is str else None
    if (kind.__module__, kind.__qualname__) in EXACT:
        return getattr(library, kind.__name__, None) is kind
    pandas, numpy = sys.modules.get("pandas"), sys.modules.get("numpy")
    if pandas is not None and (
        value is pandas.NaT
        or value is pandas.NA
        or kind is pandas.Timestamp
        or kind is pandas.Timedelta
    ):
        return True
    return numpy is not None and kind in (numpy.str_, numpy.datetime64, numpy.timedelta64)


def is_label(value: Any) -> bool:
    """Whether `value` may be a column's, a series' or an index's name."""
    if type(value) is tuple:
        return all(is_label(item) for item in value)
    return is_plain(value) and type(value) not in (list, set, dict)


def pay_for_hashes(items: Any, budget: Budget) -> None:
    """Pay for elements whose hashes can be made to collide, as for keys of a dictionary."""
    for item in items:
        kind = type(item)
        if kind in CHEAP or (kind is int and abs(item) <= EXACT_INTEGER):
            continue
        budget.keys -= 1
        if budget.keys < 0:
            raise CodecError(
                f"More than {budget.limits.keys} elements of an object column that are no text "
                "or ordinary number."
            )
