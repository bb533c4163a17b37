"""Test cells about pandas' frames: what is served, what is not, and cheats that earn nothing."""

from __future__ import annotations

import textwrap
from dataclasses import dataclass
from typing import Any

import pytest

GIVEN = """
import pandas as pd
ages = pd.DataFrame({"name": ["Ida", "Max"], "age": [34, 51]})
"""


@dataclass(frozen=True)
class Case:
    """An answer and a test cell, and what is to become of the cell; all are of one notebook."""

    name: str
    answer: str
    test: str
    state: str
    reason: str = ""


HONEST = "def older(frame, limit):\n    return frame[frame['age'] > limit]"
LIAR = """
class Liar(pd.DataFrame):
    __eq__ = __ne__ = lambda self, other: True
    equals = lambda self, other: True
    reindex_like = lambda self, other: other
    __finalize__ = lambda self, *args, **kwargs: self
    _ixs = lambda self, *args, **kwargs: stolen[0]
    @property
    def _constructor(self): return Liar
def older(frame, limit): return Liar(frame)
"""
PATCHED = """
pd.DataFrame.equals = lambda self, other: True
pd.testing.assert_frame_equal = lambda *args, **kwargs: None
pd.DataFrame.__eq__ = lambda self, other: pd.DataFrame([[True]])
pd.DataFrame.all = pd.Series.all = lambda *args, **kwargs: True
def older(frame, limit): return frame
"""
EXPECTED = "expected = pd.DataFrame({'name': ['Max'], 'age': [51]}, index=[1])\n"
COMPARISONS = {
    "assert_frame_equal": "pd.testing.assert_frame_equal(older(ages, 40), expected)",
    "check_like": "pd.testing.assert_frame_equal(older(ages, 40), expected, check_like=True)",
    "equals": "assert older(ages, 40).equals(expected)",
    "the other way round": "assert expected.equals(older(ages, 40))",
    "elements": "assert (older(ages, 40) == expected).all().all()",
    "elements the other way round": "assert (expected == older(ages, 40)).all().all()",
    "isinstance": "got = older(ages, 40)\nassert isinstance(got, pd.DataFrame) and len(got) == 1",
    "concat": "assert len(pd.concat([older(ages, 40), expected]).drop_duplicates()) == 1",
    "merge": "assert len(expected.merge(older(ages, 40))) == 1 == len(older(ages, 40))",
}
CASES = [
    Case(
        "objects in a column",
        "odd = pd.DataFrame({'x': [object()]})",
        "assert odd.shape == (1, 1)",
        "ungraded",
        "which is no plain data",
    ),
    Case(
        "a column of a type that stays",
        "odd = pd.Series([0, 1], dtype='Sparse[int]')",
        "assert len(odd) == 2",
        "ungraded",
        "Sparse",
    ),
    Case(
        "a column that becomes one of objects",
        "def spoil(frame): frame['x'] = [print] * len(frame)",
        "mine = ages.copy()\nspoil(mine)\nassert 'x' in mine",
        "ungraded",
        "no plain data",
    ),
    Case(
        "groups stay in the kernel and answer with data",
        "groups = ages.groupby('name')",
        "assert groups['age'].sum().tolist() == [34, 51]",
        "passed",
    ),
    Case(
        "a query of the author's, with a variable of the student's",
        "limit = 40",
        "assert ages.query('age > @limit')['name'].tolist() == ['Max']",
        "passed",
    ),
    Case(
        "a query with a variable that is missing",
        "pass",
        "assert ages.query('age > @bound')['name'].tolist() == ['Max']",
        "failed",
    ),
    Case(
        "a query of the student's",
        "text = 'age > 40'",
        "assert ages.query(text)['name'].tolist() == ['Max']",
        "ungraded",
        "runs text as code",
    ),
    Case(
        "an expression of the student's",
        "text = '@pd.io.common.os.getpid()'",
        "assert ages.eval(text) > 0",
        "ungraded",
        "runs text as code",
    ),
    Case(
        "an expression of the student's within one of the author's",
        "text = 'age > 40'",
        "def look(row):\n    return pd.eval(text)\nassert ages.apply(look, axis=1) is None",
        "ungraded",
        "runs text as code",
    ),
    Case(
        "the author's expression over lines",
        "pass",
        'got = ages.eval("""\n  twice = age * 2\n  half = age / 2\n""")\n'
        "assert got['twice'].tolist() == [68, 102]",
        "passed",
    ),
    Case(
        "a frame within an object",
        "class Store:\n    def __init__(self): self.frame = ages.copy()\nstore = Store()",
        "assert store.frame['age'].max() == 51",
        "passed",
    ),
    Case(
        "a part of an object that the test changes",
        "class Store:\n    def __init__(self): self.frame = ages.copy()\n"
        "    def size(self): return self.frame.size\nstore = Store()",
        "store.frame['x'] = 1\nassert store.size() == 4",
        "ungraded",
        "in place",
    ),
    Case(
        "a variable that the test changes",
        "seen = ages.copy()\ndef size(): return seen.size",
        "seen['x'] = 1\nassert size() == 6",
        "ungraded",
        "in place",
    ),
    Case(
        "a variable that the student's function changes",
        "grown = ages.copy()\ndef grow(): grown['x'] = 1",
        "before = grown\ngrow()\nassert grown.shape == (2, 3) and before is grown",
        "passed",
    ),
    Case(
        "the frame that was given comes back",
        "def same(frame):\n    frame['x'] = 1\n    return frame",
        "mine = ages.copy()\nassert same(mine) is mine and mine['x'].sum() == 2",
        "passed",
    ),
    Case(
        "a callback gets rows",
        "def choose(frame, wanted): return frame[frame.apply(wanted, axis=1)]",
        "assert len(choose(ages, lambda row: row['age'] > 40)) == 1",
        "passed",
    ),
    Case(
        "an exception of pandas'",
        "def column(frame, name): return frame[name]",
        "import pytest\nwith pytest.raises(KeyError):\n    column(ages, 'weight')",
        "passed",
    ),
    Case(
        "times",
        "first = pd.Timestamp('2024-05-01')\nlater = first + pd.Timedelta(days=2)",
        "assert later - first == pd.Timedelta('2D') and later.day_name() == 'Friday'",
        "passed",
    ),
    Case(
        "an array of text",
        "names = ages['name'].unique()",
        "assert list(names) == ['Ida', 'Max']",
        "passed",
    ),
    Case(
        "levels",
        "table = ages.groupby('name').agg({'age': ['min', 'max']})",
        "assert table.columns.tolist() == [('age', 'min'), ('age', 'max')]\n"
        "assert table.loc['Max', ('age', 'max')] == 51",
        "passed",
    ),
    Case(
        "more text than may cross",
        "def many(): return pd.DataFrame({'x': ['a'] * 250_000})",
        "assert len(many()) == 250_000",
        "ungraded",
        "values",
    ),
]


ANSWERS = {"passed": HONEST, "ungraded": LIAR, "failed": PATCHED}


@pytest.fixture(scope="module")
def marked(desk: Any) -> dict[str, list[Any]]:
    given = ("given", GIVEN)
    cells = [part for case in CASES for part in (("answer", case.answer), ("test", case.test))]
    sheets = [desk.sheet("cases", [given, *cells])]
    tests = [("test", EXPECTED + test) for test in COMPARISONS.values()]
    for state, answer in ANSWERS.items():
        sheets.append(desk.sheet(state, [given, ("answer", answer), *tests], {1: HONEST}))
    found: dict[str, list[Any]] = desk.mark(sheets)
    return found


@pytest.mark.parametrize("number", range(len(CASES)), ids=lambda number: CASES[number].name)
def test_a_cell_about_frames_gets_the_verdict_that_it_should(number, marked):
    case, found = CASES[number], marked["cases"][number]
    assert found.state == case.state, found
    assert case.reason in found.reason
    assert bool(found.points) == (case.state == "passed")


@pytest.mark.parametrize("state", ANSWERS)
@pytest.mark.parametrize("number", range(len(COMPARISONS)), ids=lambda n: [*COMPARISONS][n])
def test_a_subclass_or_a_patched_library_passes_no_comparison(state, number, marked):
    found = marked[state][number]
    assert found.state == state, found
    assert bool(found.points) == (state == "passed")


def test_a_frame_that_is_expected_never_reaches_the_kernel(desk):
    spy = """
    kept = []
    class Spy(pd.DataFrame):
        def __getattribute__(self, name):
            if name in ("reindex_like", "align", "compare", "merge", "drop", "sub", "eq", "_typ"):
                return lambda *args, **kwargs: kept.append((name, args)) or self
            return super().__getattribute__(name)
    def older(frame, limit): return Spy(frame)
    """
    tests = [EXPECTED.replace("\n", "; ", 1) + test for test in COMPARISONS.values()]
    parts = [("given", GIVEN), ("answer", textwrap.dedent(spy)), *(("test", t) for t in tests)]
    parts += [("other", "print(kept)"), ("test", "assert kept == []")]
    marks = desk.mark([desk.sheet("spy", parts, {1: HONEST})])["spy"]
    assert [mark.state for mark in marks] == ["ungraded"] * len(tests) + ["passed"], marks
