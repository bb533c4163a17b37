"""From JSON data that nobody vouches for to frames of pandas; see :mod:`.frame_encoding`.

What a message says of lengths, codes, dtypes and names is checked before pandas is given arrays;
nothing that the sender named is called.
"""

from __future__ import annotations

import math
import re
from collections.abc import Callable
from typing import Any

from autograder.checks.budget import DIMENSIONS, ELEMENTS, Budget
from autograder.checks.decoding import read
from autograder.checks.errors import CodecError
from autograder.checks.frame_parts import (
    COLUMNS,
    FREQUENCY,
    MASKED,
    TIME_UNITS,
    ZONE,
    is_label,
    is_plain,
    pay_for_hashes,
)

__all__ = ["read_frame"]

PANDAS_UNITS = TIME_UNITS[-4:]


def read_frame(pandas: Any, data: Any, depth: int, budget: Budget) -> Any:
    """Return what the content of a ``pandas`` tag stands for.

    Parameters
    ----------
    pandas : module or None
        Only numpy's times are read without it.

    Raises
    ------
    CodecError
        `data` is malformed or exceeds the limits.
    ImportError
        It needs a library that is not here, such as pyarrow for text.
    """
    form, *parts = _list(data) or [None]
    if form == "times":
        return _times(parts, depth, budget)
    reader = _Reader(pandas, depth, budget)
    make = _FORMS.get(form) if type(form) is str else None
    _require(make is not None, "an unknown form of a frame")
    assert make is not None
    try:
        return make(reader, parts)
    except (CodecError, ImportError):
        raise
    except Exception as error:  # what pandas makes of parts that do not fit
        raise CodecError(f"A malformed message: a frame ({type(error).__name__}).") from error


class _Reader:
    """Reads one message's frames with the receiver's own pandas."""

    def __init__(self, pandas: Any, depth: int, budget: Budget) -> None:
        self.pandas = pandas
        self.depth = depth
        self.budget = budget

    def frame(self, parts: list[Any]) -> Any:
        index_data, columns_data, arrays_data = _list(parts, 3)
        index, columns = self.index(index_data), self.index(columns_data)
        _require(len(_list(arrays_data)) == len(columns) <= COLUMNS, "a frame of other columns")
        series = {}
        for position, data in enumerate(arrays_data):
            array = self.array(data)
            _require(len(array) == len(index), "a column of another length")
            series[position] = self.pandas.Series(array, index=index, dtype=array.dtype)
        frame = self.pandas.DataFrame(series, index=index)
        frame.columns = columns
        return frame

    def series(self, parts: list[Any]) -> Any:
        index_data, name_data, array_data = _list(parts, 3)
        index, name, array = self.index(index_data), self.label(name_data), self.array(array_data)
        _require(len(array) == len(index), "a series of another length")
        return self.pandas.Series(array, index=index, dtype=array.dtype, name=name)

    def index(self, data: Any) -> Any:
        form, *parts = _list(data) or [None]
        self.budget.take_item(self.depth)
        make = {"range": self.range, "index": self.plain_index, "multiindex": self.multiindex}
        _require(type(form) is str and form in make, "an index of an unknown form")
        self.depth += 1
        index = make[form](parts)
        self.depth -= 1
        return index

    def range(self, parts: list[Any]) -> Any:
        start, stop, step, name = _list(parts, 4)
        ends = (start, stop, step)
        _require(all(type(end) is int and abs(end) <= ELEMENTS for end in ends), "a range")
        _require(step != 0, "a range")
        self.budget.take_bytes(len(range(start, stop, step)))
        return self.pandas.RangeIndex(start, stop, step, name=self.label(name))

    def plain_index(self, parts: list[Any]) -> Any:
        array_data, name_data, frequency = _list(parts, 3)
        array, name = self.array(array_data), self.label(name_data)
        index = self.pandas.Index(array, dtype=array.dtype, name=name)
        if frequency is not None:
            times = type(index) in (self.pandas.DatetimeIndex, self.pandas.TimedeltaIndex)
            _require(times, "a frequency")
            index.freq = _name(frequency, FREQUENCY)
        return index

    def multiindex(self, parts: list[Any]) -> Any:
        levels_data, codes_data, names_data = _list(parts, 3)
        levels = [self.index(level) for level in _list(levels_data)]
        codes = [self.numbers(code, "i") for code in _list(codes_data, len(levels))]
        names = [self.label(name) for name in _list(names_data, len(levels))]
        _require(bool(levels), "an index of no levels")
        for level, code in zip(levels, codes, strict=True):
            _require(type(level) is not self.pandas.MultiIndex, "an index within an index")
            _require(len(code) == len(codes[0]), "an index of unequal levels")
            _require(_within(code, len(level)), "a code of no category")
        return self.pandas.MultiIndex(levels=levels, codes=codes, names=names)

    def array(self, data: Any) -> Any:
        """Return one column's array, of numpy or pandas and of one dimension."""
        self.budget.take_item(self.depth)
        if type(data) is dict:
            return self.numbers(data)
        form, *parts = _list(data) or [None]
        make = _ARRAYS.get(form) if type(form) is str else None
        _require(make is not None, "a column of an unknown form")
        assert make is not None
        return make(self, parts)

    def numbers(self, data: Any, kinds: str = "biufc") -> Any:
        import numpy as np

        array = read(data, self.depth + 1, self.budget)
        _require(type(array) is np.ndarray and array.ndim == 1, "a column of no numbers")
        _require(array.dtype.kind in kinds, "numbers of another kind")
        return array

    def objects(self, parts: list[Any]) -> Any:
        import numpy as np

        (items,) = _list(parts, 1)
        array = np.empty(len(_list(items)), dtype=object)
        for position, item in enumerate(items):
            value = read(item, self.depth + 1, self.budget)
            _require(is_plain(value), "a column of what is no plain data")
            array[position] = value
        pay_for_hashes(array, self.budget)
        return array

    def times(self, parts: list[Any]) -> Any:
        times = _times(parts, self.depth, self.budget)
        _require(getattr(times, "ndim", 0) == 1, "a column of no times")
        _require(parts[1] in PANDAS_UNITS, "times of another unit")
        return times

    def zoned(self, parts: list[Any]) -> Any:
        zone, data = _list(parts, 2)
        _require(_list(data)[:2] == ["times", "M"], "times of no dates")
        index = self.pandas.DatetimeIndex(self.times(data[1:])).tz_localize("UTC")
        return index.tz_convert(_name(zone, ZONE)).array

    def interval(self, parts: list[Any]) -> Any:
        closed, *ends = _list(parts, 3)
        _require(closed in ("left", "right", "both", "neither"), "an interval")
        # Of numbers or times alone, so that intervals do not lie within intervals.
        _require(all(type(end) is dict or _list(end)[:1] == ["times"] for end in ends), "ends")
        left, right = (self.array(end) for end in ends)
        return self.pandas.arrays.IntervalArray.from_arrays(left, right, closed=closed)

    def period(self, parts: list[Any]) -> Any:
        frequency, data = _list(parts, 2)
        numbers = self.numbers(data, "i")
        _require(numbers.dtype == "int64", "periods of no integers")
        dtype = self.pandas.PeriodDtype(_name(frequency, FREQUENCY))
        return self.pandas.arrays.PeriodArray(numbers, dtype=dtype)

    def category(self, parts: list[Any]) -> Any:
        codes_data, categories_data, ordered = _list(parts, 3)
        codes, categories = self.numbers(codes_data, "i"), self.index(categories_data)
        _require(_within(codes, len(categories)), "a code of no category")
        _require(type(ordered) is bool, "categories")
        return self.pandas.Categorical.from_codes(codes, categories, ordered=ordered)

    def text(self, parts: list[Any]) -> Any:
        import numpy as np

        storage, missing, items = _list(parts, 3)
        _require(storage in ("python", "pyarrow") and missing in ("NA", "NaN"), "text")
        for item in _list(items):
            self.budget.take_item(self.depth)
            _require(item is None or type(item) is str, "text that is none")
            self.budget.take_text(item or "")
        dtype = (
            self.pandas.StringDtype(storage)
            if missing == "NA"
            else self.pandas.StringDtype(storage, na_value=np.nan)
        )
        return self.pandas.array(items, dtype=dtype)

    def masked(self, parts: list[Any]) -> Any:
        values_data, mask_data = _list(parts, 2)
        values, mask = self.numbers(values_data, "biuf"), self.numbers(mask_data, "b")
        _require(len(values) == len(mask), "a mask of another length")
        return getattr(self.pandas.arrays, MASKED[values.dtype.kind])(values, mask)

    def whole_array(self, parts: list[Any]) -> Any:
        (data,) = _list(parts, 1)
        array = self.array(data)
        if isinstance(array, self.pandas.api.extensions.ExtensionArray):
            return array
        # Of pandas' own kind here: numpy's arrays cross by themselves.
        return self.pandas.Series(array, dtype=array.dtype).array

    def missing(self, parts: list[Any]) -> Any:
        _list(parts, 0)
        return self.pandas.NA

    def no_time(self, parts: list[Any]) -> Any:
        _list(parts, 0)
        return self.pandas.NaT

    def timestamp(self, parts: list[Any]) -> Any:
        count, unit, zone = _list(parts, 3)
        found = self.pandas.Timestamp(self._moment("M8", count, unit))
        return found if zone is None else found.tz_localize("UTC").tz_convert(_name(zone, ZONE))

    def timedelta(self, parts: list[Any]) -> Any:
        count, unit = _list(parts, 2)
        return self.pandas.Timedelta(self._moment("m8", count, unit))

    def _moment(self, kind: str, data: Any, unit: Any) -> Any:
        import numpy as np

        count = read(data, self.depth + 1, self.budget)
        _require(unit in PANDAS_UNITS and type(count) is int, "a time")
        _require(-(2**63) < count < 2**63, "a time out of bounds")
        return np.array(count, dtype="int64").view(f"{kind}[{unit}]")[()]

    def label(self, data: Any) -> Any:
        label = read(data, self.depth + 1, self.budget)
        _require(is_label(label), "a name that is none")
        hash(label)
        return label


def _times(parts: list[Any], depth: int, budget: Budget) -> Any:
    import numpy as np

    kind, unit, shape, data = _list(parts, 4)
    _require(type(kind) is str and kind in ("M", "m"), "times of an unknown kind")
    _require(type(unit) is str and unit in TIME_UNITS, "times of an unknown unit")
    counts = read(data, depth + 1, budget)
    _require(type(counts) is np.ndarray and counts.dtype == "int64", "times of no integers")
    _require(counts.ndim == 1, "times of no integers")
    sizes = [] if shape is None else _list(shape)
    _require(len(sizes) <= DIMENSIONS, "too many dimensions")
    _require(all(type(size) is int and 0 <= size <= ELEMENTS for size in sizes), "a shape")
    _require(math.prod(sizes) == len(counts), "times cut short")
    times = counts.view(f"{kind}8[{unit}]").reshape(sizes)
    return times[()] if shape is None else times


def _within(codes: Any, count: int) -> bool:
    """Whether each code is -1, for a missing value, or counts one of `count`."""
    return not len(codes) or bool(codes.min() >= -1 and codes.max() < count)


def _name(text: Any, pattern: re.Pattern[str]) -> str:
    _require(type(text) is str and pattern.fullmatch(text), "a zone or a frequency")
    return str(text)


def _list(data: Any, length: int | None = None) -> list[Any]:
    if type(data) is not list or (length is not None and len(data) != length):
        raise CodecError("A malformed message: a list was expected.")
    return data


def _require(condition: object, what: str) -> None:
    if not condition:
        raise CodecError(f"A malformed message: {what}.")


_FORMS: dict[str, Callable[[_Reader, list[Any]], Any]] = {
    "frame": _Reader.frame,
    "series": _Reader.series,
    "index": _Reader.plain_index,
    "range": _Reader.range,
    "multiindex": _Reader.multiindex,
    "array": _Reader.whole_array,
    "NA": _Reader.missing,
    "NaT": _Reader.no_time,
    "timestamp": _Reader.timestamp,
    "timedelta": _Reader.timedelta,
}
_ARRAYS: dict[str, Callable[[_Reader, list[Any]], Any]] = {
    "objects": _Reader.objects,
    "times": _Reader.times,
    "zoned": _Reader.zoned,
    "category": _Reader.category,
    "text": _Reader.text,
    "masked": _Reader.masked,
    "interval": _Reader.interval,
    "period": _Reader.period,
}
