"""Frames of pandas as data: both ways, and whatever a hostile kernel says of them."""

from __future__ import annotations

import base64
import datetime
import decimal
import importlib.util
import json
import struct
from typing import Any

import numpy as np
import pandas as pd
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from autograder.checks.codec import Limits, decode, encode
from autograder.checks.errors import CodecError
from autograder.checks.foreign import Link
from autograder.checks.foreign.merge import merge
from autograder.checks.object_agent import _Table

FULL = pd.DataFrame(
    {
        "integers": [1, 2, 3],
        "small": np.array([1, 2, 3], dtype="int8"),
        "floats": [1.5, np.nan, -np.inf],
        "complex": [1j, 2, 3],
        "booleans": [True, False, True],
        "text": ["x", None, "é"],
        "string": pd.array(["a", None, "b"], dtype="string"),
        "dates": pd.to_datetime(["2024-01-31", None, "1969-12-31"]),
        "seconds": pd.to_datetime(["2024", "2025", "2026"]).as_unit("s"),
        "zoned": pd.date_range("2024-03-30 12:00", periods=3, tz="Europe/Berlin"),
        "durations": pd.to_timedelta([1, 2, None], unit="D"),
        "category": pd.Categorical(["u", None, "v"], categories=["v", "u", "w"], ordered=True),
        "nullable": pd.array([1, None, 3], dtype="Int16"),
        "maybe": pd.array([True, None, False], dtype="boolean"),
        "decimals": pd.array([1.5, None, 2.5], dtype="Float32"),
        "objects": pd.Series([1, "a", None], dtype=object),
        "missing": pd.Series([pd.NA, pd.NaT, np.nan], dtype=object),
        "lists": pd.Series([[1, [2]], {"k": (1,)}, {3}], dtype=object),
        "exact": [decimal.Decimal("1.50"), datetime.date(2024, 1, 2), pd.Timestamp("2024")],
        "bins": pd.cut([1, 5, 9], bins=[0, 4, 8]),
        "spans": pd.arrays.IntervalArray.from_breaks([0, 1, 2, 3], closed="left"),
        "months": pd.PeriodIndex(["2024-01", None, "1969-12"], freq="M"),
        ("a", 1): [0, 0, 0],
        7: [1, 1, 1],
    }
)
FULL.index = pd.Index(["p", "q", "q"], name="key")
INDEXES = [
    pd.RangeIndex(4, 10, 2, name="n"),
    pd.Index([3, 1, 2]),
    pd.Index([0.5, np.nan]),
    pd.Index([True, False]),
    pd.Index(["a", "b", "b"], name="letter"),
    pd.Index([1, "a", None, (1, 2)], dtype=object),
    pd.Index([], dtype=object),
    pd.Index(pd.array([1, None])),
    pd.CategoricalIndex(["a", "b", "a"]),
    pd.DatetimeIndex(["2024-01-01", None]),
    pd.date_range("2024", periods=3, freq="MS"),
    pd.date_range("2024", periods=3, tz="UTC", freq="B"),
    pd.timedelta_range("1D", periods=4),
    pd.IntervalIndex.from_breaks(pd.to_datetime(["2024", "2025", "2026"])),
    pd.period_range("2024", periods=3, freq="Q"),
    pd.MultiIndex.from_product([["a", "b"], [1, 2]], names=["x", None]),
]
VALUES = [
    pd.NaT,
    pd.NA,
    pd.Timestamp("2024-03-04 05:06"),
    pd.Timestamp("2024-03-04", tz="Asia/Tokyo"),
    pd.Timedelta("3h"),
    np.datetime64("2024-01"),
    np.datetime64("NaT"),
    np.timedelta64(3, "D"),
    pd.Categorical(["a", "b", None]),
    pd.array([1, None]),
    pd.Series(["a", "b", "a"]).unique(),
    FULL["zoned"].array,
    FULL["integers"].array,
]


class Kernel:
    """Never asked."""

    def ask(self, expression: str, *, listens: bool = False) -> dict[str, Any]:
        raise AssertionError(expression)

    respond = ask


def sent(value: Any, extension: Any = None) -> Any:
    return json.loads(json.dumps(encode(value, extension=extension or _Table()), allow_nan=False))


def crossed(value: Any, *, to_kernel: bool = False) -> Any:
    """Return what arrives at the other end, and check that it would be sent the same again."""
    ends: list[Any] = [_Table(), Link(Kernel())]
    if to_kernel:
        ends.reverse()
    data = sent(value, ends[0])
    found = decode(data, extension=ends[1])
    assert sent(found, ends[1]) == data
    return found


@pytest.mark.parametrize("to_kernel", [False, True])
def test_a_frame_arrives_as_it_was(to_kernel):
    found = crossed(FULL, to_kernel=to_kernel)
    assert type(found) is pd.DataFrame
    pd.testing.assert_frame_equal(found, FULL)
    assert [type(v) for v in found["exact"]] == [type(v) for v in FULL["exact"]]
    assert [v is w for v, w in zip(found["missing"], [pd.NA, pd.NaT], strict=False)] == [True] * 2
    found.loc["p", "integers"] = 5
    assert FULL["integers"].tolist() == [1, 2, 3]


@pytest.mark.parametrize("index", INDEXES, ids=lambda index: type(index).__name__)
def test_an_index_arrives_as_it_was_alone_and_in_a_frame(index):
    found = crossed(index)
    pd.testing.assert_index_equal(found, index, exact=True)
    assert getattr(found, "freq", None) == getattr(index, "freq", None)
    series = pd.Series(np.arange(len(index)), index=index, name=("a", 1))
    pd.testing.assert_series_equal(crossed(series), series)
    for frame in (pd.DataFrame(index=index), pd.DataFrame([range(len(index))], columns=index)):
        pd.testing.assert_frame_equal(crossed(frame), frame)


@pytest.mark.parametrize("value", VALUES, ids=repr)
def test_values_beside_frames_arrive_with_their_type(value):
    found = crossed([value])[0]
    assert type(found) is type(value)
    assert repr(found) == repr(value)


def test_columns_of_the_same_name_stay_apart():
    frame = pd.DataFrame([[1, "a"], [2, "b"]], columns=["x", "x"], index=["r", "r"])
    pd.testing.assert_frame_equal(crossed(frame), frame)


class Derived(pd.DataFrame):
    """Such as a student makes."""


@pytest.mark.parametrize(
    "value", [Derived({"a": [1]}), FULL.groupby("key")], ids=["frame", "groups"]
)
def test_other_classes_stay_where_they_are(value):
    assert sent(value)["t"] == "object"


@pytest.mark.parametrize(
    "value",
    [
        pd.Series([object()]),
        pd.Series([print, 1]),
        pd.Series([pd.Series([1]), 1]),
        pd.Series([0, 1], dtype="Sparse[int]"),
        pd.Series([pd.Period("2024"), 1]),
        pd.Series([1], index=pd.Index(pd.arrays.SparseArray([1]))),
        pd.Series([1], name=print),
        pd.DataFrame(np.zeros((1, 5000))),
        pd.DataFrame({"x": ["a"] * 200_001}),
        pd.Series([[[[[[[[1]]]]]]]]),
    ],
    ids=lambda value: str(value.dtypes)[:20] + type(value).__name__,
)
def test_what_is_no_plain_data_or_too_much_is_refused(value):
    with pytest.raises(CodecError):
        sent(value)


def test_attributes_of_a_frame_are_not_lost_silently():
    frame = pd.DataFrame({"a": [1]})
    frame.attrs["unit"] = "m"
    with pytest.raises(CodecError, match="attributes"):
        sent(frame)


def test_reducing_is_never_asked_for(monkeypatch):
    def fail(*_: object) -> Any:
        raise AssertionError("pickled")

    for kind in (pd.DataFrame, pd.Series, pd.Index):
        for name in ("__reduce__", "__reduce_ex__", "__getstate__", "__setstate__"):
            monkeypatch.setattr(kind, name, fail, raising=False)
    crossed(FULL)


def numbers(*values: int, dtype: str = "int64") -> dict[str, Any]:
    raw = b"".join(
        struct.pack({"int64": "<q", "int8": "<b", "bool": "<b"}[dtype], v) for v in values
    )
    return {
        "t": "array",
        "dtype": dtype,
        "shape": [len(values)],
        "v": base64.b64encode(raw).decode(),
    }


RANGE = ["range", 0, 2, 1, None]
AB = ["index", ["text", "python", "NA", ["a", "b"]], None, None]
TWO = numbers(1, 2)
MALFORMED = {
    "no form": [],
    "a form that is none": [["frame"]],
    "an unknown form": ["pickle", "gASV"],
    "a name of pandas": ["read_pickle", "x"],
    "parts missing": ["frame", RANGE],
    "more columns than arrays": ["frame", RANGE, AB, [TWO]],
    "more arrays than columns": ["frame", RANGE, AB, [TWO, TWO, TWO]],
    "a column cut short": ["frame", RANGE, AB, [TWO, numbers(1)]],
    "an index of another length": ["series", ["range", 0, 3, 1, None], None, TWO],
    "a huge index": ["frame", ["range", 0, 2**47, 1, None], ["range", 0, 0, 1, None], []],
    "a huge range": ["range", 0, 2**60, 1, None],
    "a range of no step": ["range", 0, 2, 0, None],
    "a range of floats": ["range", 0.0, 2, 1, None],
    "a column of two dimensions": ["series", RANGE, None, {**TWO, "shape": [2, 1]}],
    "a column of one number": ["series", RANGE, None, {**numbers(1), "t": "scalar", "shape": []}],
    "a huge claimed array": ["series", RANGE, None, {**TWO, "shape": [2**40]}],
    "a dtype of objects": ["series", RANGE, None, {**TWO, "dtype": "object"}],
    "a column of a list": ["series", RANGE, None, {"t": "list", "v": [1, 2]}],
    "an object": ["series", RANGE, None, ["objects", [1, {"t": "object", "v": [1, "object", {}]}]]],
    "a class": ["series", RANGE, None, ["objects", [1, {"t": "named", "v": ["builtins", "int"]}]]],
    "a frame in a cell": [
        "series",
        RANGE,
        None,
        ["objects", [1, {"t": "pandas", "v": ["series", RANGE, None, TWO]}]],
    ],
    "text that is none": ["series", RANGE, None, ["text", "python", "NaN", ["a", 1]]],
    "text that is elsewhere": ["series", RANGE, None, ["text", "disk", "NaN", ["a", "b"]]],
    "text of another missing": ["series", RANGE, None, ["text", "python", "None", ["a", "b"]]],
    "a code of no category": ["array", ["category", numbers(0, 2), AB, False]],
    "a negative code": ["array", ["category", numbers(0, -2), AB, False]],
    "codes of booleans": ["array", ["category", numbers(0, 1, dtype="bool"), AB, False]],
    "categories twice": [
        "array",
        ["category", numbers(0, 1), ["index", numbers(1, 1), None, None], False],
    ],
    "a mask of another length": ["array", ["masked", TWO, numbers(1, dtype="bool")]],
    "a mask of integers": ["array", ["masked", TWO, numbers(1, 0, dtype="int8")]],
    "times of bytes": [
        "series",
        RANGE,
        None,
        ["times", "M", "ns", [2], numbers(1, 2, dtype="int8")],
    ],
    "times of a day": ["series", RANGE, None, ["times", "M", "D", [2], TWO]],
    "times of another kind": ["times", "O", "ns", [2], TWO],
    "times of no unit": ["times", "M", "ns]|O[", [2], TWO],
    "times of a huge shape": ["times", "M", "ns", [2**40], TWO],
    "times of no size": ["times", "M", "ns", [-1, -2], TWO],
    "a zone of a path": ["timestamp", 0, "ns", "../../etc/passwd"],
    "a zone that is none": ["timestamp", 0, "ns", "Mars/Base"],
    "a zone in a zone": [
        "array",
        ["zoned", "UTC", ["zoned", "UTC", ["times", "M", "ns", [2], TWO]]],
    ],
    "a time out of bounds": ["timestamp", {"t": "int", "v": "0x" + "f" * 20}, "ns", None],
    "a time of text": ["timestamp", "2024", "ns", None],
    "a frequency that does not fit": [
        "index",
        ["times", "M", "ns", [2], TWO],
        None,
        "MS",
    ],
    "a frequency of numbers": ["index", TWO, None, "D"],
    "a frequency that is code": ["index", ["times", "M", "ns", [2], TWO], None, "__import__('os')"],
    "an interval that ends before it starts": ["array", ["interval", "left", TWO, numbers(0, 0)]],
    "an interval of unequal ends": ["array", ["interval", "left", TWO, numbers(3)]],
    "an interval of intervals": ["array", ["interval", "left", ["interval"], ["interval"]]],
    "an interval of text": ["array", ["interval", "left", AB[1], AB[1]]],
    "an interval that is ajar": ["array", ["interval", "ajar", TWO, TWO]],
    "a period that is none": ["array", ["period", "XYZ", TWO]],
    "a period of bytes": ["array", ["period", "M", numbers(1, dtype="int8")]],
    "levels without codes": ["multiindex", [AB, AB], [numbers(0, 1)], [None, None]],
    "no levels": ["multiindex", [], [], []],
    "levels of unequal length": ["multiindex", [AB, AB], [numbers(0), TWO], [None, None]],
    "a level's code of nothing": ["multiindex", [AB], [numbers(0, 5)], [None]],
    "levels in levels": [
        "multiindex",
        [["multiindex", [AB], [numbers(0, 1)], [None]]],
        [numbers(0, 1)],
        [None],
    ],
    "a name that is a list": ["series", RANGE, {"t": "list", "v": []}, TWO],
    "a name that is an object": ["series", RANGE, {"t": "object", "v": [1, "object", {}]}, TWO],
    "more of nothing": ["NA", 1],
}


@pytest.mark.parametrize("name", MALFORMED)
def test_a_malformed_message_is_refused(name):
    with pytest.raises(CodecError):
        decode({"t": "pandas", "v": MALFORMED[name]}, extension=Link(Kernel()))


def test_what_the_malformed_messages_are_made_of_is_well_formed():
    good = ["frame", RANGE, AB, [TWO, ["category", numbers(0, -1), AB, True]]]
    found = decode({"t": "pandas", "v": good}, extension=Link(Kernel()))
    assert found["a"].tolist() == [1, 2] and found["b"].isna().tolist() == [False, True]


def test_hashes_that_may_collide_are_paid_for():
    series = pd.Series([2**61 * n for n in range(3, 40)], dtype=object)
    crossed(series)
    limits = Limits(keys=10)
    with pytest.raises(CodecError, match="object column"):
        encode(series, limits, _Table())
    with pytest.raises(CodecError, match="object column"):
        decode(sent(series), limits, Link(Kernel()))


def test_a_library_that_the_grader_lacks_is_no_fault_of_the_students():
    link = Link(Kernel())
    if importlib.util.find_spec("pyarrow"):
        pytest.skip("pyarrow is installed")
    data = ["array", ["text", "pyarrow", "NA", ["a"]]]
    with pytest.raises(CodecError):
        decode({"t": "pandas", "v": data}, extension=link)
    assert "grader does not have" in (link.unserved or "")


leaves = (
    st.none()
    | st.booleans()
    | st.integers(-3, 2**50)
    | st.floats()
    | st.sampled_from(["a", "M", "ns", "python", "NaN", "UTC", "D", ""])
    | st.builds(lambda v: numbers(*v), st.lists(st.integers(-3, 5), max_size=4))
)
FORMS = ["frame", "series", "index", "range", "multiindex", "array", "timestamp", "timedelta"]
FORMS += [
    "objects",
    "times",
    "zoned",
    "category",
    "interval",
    "period",
    "text",
    "masked",
    "NA",
    "NaT",
]
claims = st.recursive(
    leaves,
    lambda inner: (
        st.lists(inner, max_size=4)
        | st.builds(lambda form, v: [form, *v], st.sampled_from(FORMS), st.lists(inner, max_size=4))
        | st.builds(lambda v: {"t": "pandas", "v": v}, inner)
    ),
    max_leaves=16,
)


@settings(max_examples=300, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(claims)
def test_whatever_is_said_is_a_value_or_refused(claim):
    link = Link(Kernel())
    try:
        found = decode({"t": "pandas", "v": claim}, extension=link)
    except CodecError:
        return
    module = type(found).__module__
    assert module.partition(".")[0] in ("pandas", "numpy")


def test_a_frame_becomes_what_the_copy_became_in_place():
    for mine, after in ((FULL[["integers"]].copy(), FULL), (FULL["text"].copy(), FULL["zoned"])):
        known = [mine, {"k": mine}]
        assert merge(known, [after, {"k": after}]) is known and known[0] is mine
        assert mine.equals(after) and type(mine) is type(after)
        mine.iloc[0] = mine.iloc[1]
        assert not mine.equals(after)


def test_an_array_of_categories_that_changed_is_not_kept():
    mine = pd.Categorical(["a", "b"])
    assert merge(mine, pd.Categorical(["a", "b"])) is mine
    assert merge(mine, pd.Categorical(["b", "b"], categories=["a", "b"])) is not mine
