"""From pandas' frames, series and indexes to JSON data, for foreign test cells.

The content of the tag ``pandas`` is a list that begins with a form::

    frame      index, columns, [array, …]        NA NaT      nothing
    series     index, name, array                timestamp   count since 1970, unit, zone or None
    index      array, name, frequency or None    timedelta   count, unit
    range      start, stop, step, name           multiindex  [index, …], [codes, …], [name, …]
    array      array

An *array* is such a list too, or the codec's own array of numbers::

    objects    [value, …]                        category    codes, index of categories, ordered
    text       storage, missing, [text, …]       masked      numbers, booleans
    zoned      zone, times                       times       M or m, unit, shape, integers
    period     frequency, integers               interval    closed, array, array

``times`` serves numpy's arrays of dates and durations as well.
"""

from __future__ import annotations

import sys
from typing import Any

from autograder.checks.budget import JSON, Budget, type_name
from autograder.checks.encoding import write
from autograder.checks.errors import CodecError
from autograder.checks.frame_parts import (
    COLUMNS,
    FREQUENCY,
    TIME_UNITS,
    ZONE,
    is_label,
    is_plain,
    numpy_holds,
    pay_for_hashes,
)

__all__ = ["write_frame", "write_times"]


def write_frame(value: Any, depth: int, budget: Budget) -> Any:
    """Return `value`, an object of pandas, as JSON data; ``NotImplemented`` if it stays.

    Raises
    ------
    CodecError
        It holds what is no plain data, or is too large.
    """
    pandas = sys.modules["pandas"]
    kind = type(value)
    if kind is pandas.DataFrame:
        return _tagged("frame", *_frame(value, depth, budget))
    if kind is pandas.Series:
        _refuse_extras(value)
        index, name = _index(value.index, depth, budget), _label(value.name, depth, budget)
        return _tagged("series", index, name, _array(value.array, depth, budget))
    if isinstance(value, pandas.Index):
        data = _index(value, depth, budget, known=False)
        return data if data is NotImplemented else _tagged(*data)
    if value is pandas.NaT or value is pandas.NA:
        return _tagged("NaT" if value is pandas.NaT else "NA")
    if kind is pandas.Timestamp:
        zone = None if value.tz is None else _zone(value.tz)
        count = value.asm8.astype("int64").item()
        return _tagged("timestamp", write(count, depth + 1, budget), value.unit, zone)
    if kind is pandas.Timedelta:
        count = value.asm8.astype("int64").item()
        return _tagged("timedelta", write(count, depth + 1, budget), value.unit)
    if isinstance(value, pandas.api.extensions.ExtensionArray):
        if _form(value) is None:
            return NotImplemented
        return _tagged("array", _array(value, depth, budget))
    return NotImplemented


def write_times(value: Any, depth: int, budget: Budget) -> Any:
    """Return numpy's array or scalar of dates or durations; ``NotImplemented`` if it stays."""
    numpy = sys.modules["numpy"]
    unit, step = numpy.datetime_data(value.dtype)
    if unit not in TIME_UNITS or step != 1:
        return NotImplemented
    shape = list(value.shape) if type(value) is numpy.ndarray else None
    counts = numpy.asarray(value).astype("int64").reshape(-1)
    return _tagged("times", value.dtype.kind, unit, shape, write(counts, depth + 1, budget))


def _tagged(*parts: Any) -> Any:
    return {"t": "pandas", "v": list(parts)}


def _frame(frame: Any, depth: int, budget: Budget) -> list[Any]:
    _refuse_extras(frame)
    index, columns = _index(frame.index, depth, budget), _index(frame.columns, depth, budget)
    if frame.shape[1] > COLUMNS:
        raise CodecError(f"A frame of {frame.shape[1]} columns; at most {COLUMNS} may cross.")
    # By position: several columns may have the same name.
    arrays = [frame.iloc[:, i].array for i in range(frame.shape[1])]
    return [index, columns, [_array(array, depth + 1, budget) for array in arrays]]


def _refuse_extras(value: Any) -> None:
    if value.attrs or not value.flags.allows_duplicate_labels:
        raise CodecError(f"A {type_name(value)} with attributes or flags of its own cannot cross.")


def _index(index: Any, depth: int, budget: Budget, *, known: bool = True) -> Any:
    """Return an index as a list; where that cannot be, refuse it, or leave it if not `known`."""
    pandas = sys.modules["pandas"]
    budget.take_item(depth + 1)
    kind = type(index)
    if kind is pandas.RangeIndex:
        budget.take_bytes(len(index))
        ends = [write(end, depth + 1, budget) for end in (index.start, index.stop, index.step)]
        return ["range", *ends, _label(index.name, depth, budget)]
    if kind is pandas.MultiIndex:
        levels = [_index(level, depth + 1, budget) for level in index.levels]
        codes = [_numbers(code, depth, budget) for code in index.codes]
        names = [_label(name, depth, budget) for name in index.names]
        return ["multiindex", levels, codes, names]
    times = kind is pandas.DatetimeIndex or kind is pandas.TimedeltaIndex
    others = (pandas.Index, pandas.CategoricalIndex, pandas.IntervalIndex, pandas.PeriodIndex)
    if times or kind in others:
        frequency = _frequency(index.freqstr) if times and index.freq is not None else None
        array = _array(index.array, depth, budget)
        return ["index", array, _label(index.name, depth, budget), frequency]
    if not known:
        return NotImplemented
    raise CodecError(f"A {type_name(index)} cannot cross.")


def _form(array: Any) -> str | None:
    """Return as what an array of pandas crosses; ``None`` if it does not."""
    pandas, arrays = sys.modules["pandas"], sys.modules["pandas"].arrays
    kind, dtype = type(array), array.dtype
    if kind is arrays.NumpyExtensionArray:
        if dtype.kind == "O":
            return "objects"
        return "numbers" if numpy_holds(dtype.numpy_dtype) else None
    if kind is arrays.DatetimeArray or kind is arrays.TimedeltaArray:
        return "zoned" if type(dtype) is pandas.DatetimeTZDtype else "times"
    for name, own in (
        ("category", pandas.Categorical),
        ("interval", arrays.IntervalArray),
        ("period", arrays.PeriodArray),
    ):
        if kind is own:
            return name
    if type(dtype) is pandas.StringDtype and kind is dtype.construct_array_type():
        return "text" if dtype.storage in ("python", "pyarrow") else None
    if kind in (arrays.BooleanArray, arrays.IntegerArray, arrays.FloatingArray):
        return "masked"
    return None


def _array(array: Any, depth: int, budget: Budget) -> JSON:
    """Return what a column or an index holds, an array of pandas, as JSON data."""
    numpy = sys.modules["numpy"]
    budget.take_item(depth + 1)
    match _form(array):
        case "numbers":
            return _numbers(array.to_numpy(), depth, budget)
        case "objects":
            return _objects(array.to_numpy(), depth, budget)
        case "times":
            return list(write_times(numpy.asarray(array), depth, budget)["v"])
        case "zoned":
            times = numpy.asarray(array, dtype=f"M8[{array.unit}]")
            return ["zoned", _zone(array.tz), list(write_times(times, depth, budget)["v"])]
        case "category":
            codes = _numbers(array.codes, depth, budget)
            categories = _index(array.categories, depth + 1, budget)
            return ["category", codes, categories, bool(array.ordered)]
        case "interval":
            ends = [_array(end.array, depth, budget) for end in (array.left, array.right)]
            return ["interval", array.closed, *ends]
        case "period":
            return ["period", _frequency(array.freqstr), _numbers(array.asi8, depth, budget)]
        case "text":
            return _text(array, budget)
        case "masked":
            mask = numpy.asarray(array.isna())
            dtype = array.dtype.numpy_dtype
            values = array.to_numpy(dtype=dtype, na_value=dtype.type(0))
            parts = [_numbers(part, depth, budget) for part in (values, mask)]
            return ["masked", *parts]
    raise CodecError(f"A column of type {str(array.dtype)[:80]} cannot cross.")


def _numbers(values: Any, depth: int, budget: Budget) -> JSON:
    return write(sys.modules["numpy"].asarray(values), depth + 1, budget)


def _objects(values: Any, depth: int, budget: Budget) -> JSON:
    items = values.tolist()
    for item in items:
        if not is_plain(item):
            raise CodecError(f"A column that holds a {type_name(item)}, which is no plain data.")
    pay_for_hashes(items, budget)
    return ["objects", [write(item, depth + 1, budget) for item in items]]


def _text(array: Any, budget: Budget) -> JSON:
    pandas, numpy = sys.modules["pandas"], sys.modules["numpy"]
    missing = "NA" if array.dtype.na_value is pandas.NA else "NaN"
    items: list[JSON] = []
    for text, absent in zip(array.to_numpy(dtype=object), numpy.asarray(array.isna()), strict=True):
        budget.take_item(0)
        items.append(None if absent else budget.take_text(str(text)))
    return ["text", array.dtype.storage, missing, items]


def _label(label: Any, depth: int, budget: Budget) -> JSON:
    if not is_label(label):
        raise CodecError(f"A name of type {type_name(label)} cannot cross.")
    return write(label, depth + 1, budget)


def _frequency(text: str) -> str:
    if not FREQUENCY.fullmatch(text):
        raise CodecError(f"Times of the frequency {text[:40]!r} cannot cross.")
    return text


def _zone(zone: Any) -> str:
    name = str(zone)
    if not ZONE.fullmatch(name):
        raise CodecError(f"Times in the zone {name[:40]!r} cannot cross.")
    return name
