"""Foreign test cells against a kernel that says anything, and the values that cross for them."""

from __future__ import annotations

import ast
import collections
import contextlib
import datetime
import decimal
import fractions
import json
import pathlib
from typing import Any

import numpy as np
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from autograder.checks.codec import decode, encode
from autograder.checks.errors import CodecError
from autograder.checks.foreign import Cells, Instructor, InstructorCell, Link, Part, Written
from autograder.checks.foreign.merge import merge
from autograder.checks.foreign.names import bound_in, read_by_functions
from autograder.checks.foreign.signatures import signature
from autograder.checks.object_agent import _Table

Point = collections.namedtuple("Point", "x y")  # noqa: PYI024  # such as students make


class Liar:
    """A kernel that answers with whatever it was given, to the right request."""

    def __init__(self, replies: list[Any]) -> None:
        self.replies = list(replies)

    def ask(self, expression: str, *, listens: bool = False) -> dict[str, Any]:
        if not self.replies:
            return {"status": "dead"}
        request = json.loads(ast.literal_eval(expression.split(".serve(", 1)[1][:-1]))
        reply = self.replies.pop(0)
        if isinstance(reply, dict):
            reply = {**reply, "nonce": request["nonce"]}
        status = "callback" if listens and len(self.replies) % 2 else "ok"
        return {"status": status, "reply": json.dumps(reply), "prompt": json.dumps(reply)}

    def respond(self, text: str) -> dict[str, Any]:
        json.loads(text)
        return self.ask(".serve('{\"nonce\": 0}')")

    def artifact(self, name: str, /) -> pathlib.Path:
        raise AssertionError("no cell here names a file")


KEYS = ["t", "v", "type", "name", "of", "bases", "value", "ok", "kind", "class", "args", "state"]
KEYS += ["changed", "same", "states", "out", "err", "missing", "message", "callback", "kwargs"]
WORDS = ["object", "named", "exact", "mapping", "record", "elements", "dtype", "torch", "callback"]
WORDS += ["function", "class", "exception", "stream", "module", "raised", "Fraction", "Counter"]
WORDS += ["builtins", "ValueError", "numpy", "ndarray", "Decimal", "x", "", "U", "1e999999"]
leaves = st.none() | st.booleans() | st.integers(-2, 5) | st.floats() | st.sampled_from(WORDS)
claims = st.recursive(
    leaves,
    lambda inner: (
        st.lists(inner, max_size=4) | st.dictionaries(st.sampled_from(KEYS), inner, max_size=4)
    ),
    max_leaves=12,
)
tagged = st.builds(lambda tag, value: {"t": tag, "v": value}, st.sampled_from(WORDS), claims)
objects = st.builds(
    lambda number, form, about: {"t": "object", "v": [number, form, about]},
    st.integers(-1, 3),
    st.sampled_from(WORDS),
    st.dictionaries(st.sampled_from(KEYS), claims, max_size=4),
)
replies = st.lists(
    claims
    | st.fixed_dictionaries({"ok": st.just(True), "value": objects | tagged | claims})
    | st.fixed_dictionaries(
        {"kind": st.just("raised")},
        optional={"class": objects | tagged, "args": claims, "state": claims, "type": claims},
    ),
    min_size=1,
    max_size=6,
)
SOURCE = """
import numpy as np
x = f([3, 1], g, lambda n: n)
assert np.allclose(x, 2) or isinstance(x, g) or type(x) is g
with thing as t:
    assert [*t][0].y.z(1) == 2 and str(t) < 'a' and x[0] == x
"""


@settings(max_examples=100, deadline=None, suppress_health_check=list(HealthCheck))
@given(replies=replies)
def test_whatever_a_kernel_says_a_cell_ends_with_a_verdict(replies, tmp_path):
    instructor = Instructor.of([InstructorCell(Part.ANSWER, "def f(): ...")])
    cells = Cells(Liar(replies), instructor, tmp_path)
    verdict = cells.run("test", SOURCE, [Written("test", SOURCE, False)])
    assert verdict.unserved or verdict.outputs  # nobody passes this test
    json.dumps(verdict.outputs)


@settings(max_examples=300, deadline=None)
@given(data=tagged | objects | claims)
def test_values_that_nobody_vouches_for_are_refused_or_read(data):
    link = Link(Liar([]))
    with contextlib.suppress(CodecError):
        decode(data, extension=link)


@pytest.mark.parametrize(
    "value",
    [
        fractions.Fraction(1, 3),
        decimal.Decimal("0.10"),
        datetime.date(2024, 2, 29),
        datetime.datetime(2024, 2, 29, 12, 30, tzinfo=datetime.UTC),
        datetime.timedelta(hours=3),
        range(1, 9, 2),
        slice(None, 3),
        pathlib.Path("a/b"),
        bytearray(b"ab"),
        collections.Counter("abba"),
        collections.OrderedDict(b=1, a=2),
        collections.defaultdict(list, {"a": [1]}),
        Point(1, [2]),
        int,
        ValueError,
        type(None),
        np.float32,
        np.dtype("int8"),
        np.array(["a", "long"]),
        np.array([1, "a", None], dtype=object),
        [{"a": (1, fractions.Fraction(2))}],
    ],
    ids=lambda value: type(value).__name__,
)
def test_values_arrive_as_they_are(value):
    table, link = _Table(), Link(Liar([]))
    sent = json.loads(json.dumps(encode(value, extension=table)))
    found = decode(sent, extension=link)
    assert repr(found) == repr(value)
    assert (
        decode(json.loads(json.dumps(encode(found, extension=link))), extension=table) is not None
    )
    if not isinstance(value, Point):
        assert type(found) is type(value)


def test_an_object_keeps_its_identity():
    class Dog:
        pass

    dog = Dog()
    table, link = _Table(), Link(Liar([]))
    one, two = decode(encode([dog, dog], extension=table), extension=link)
    assert one is two
    assert decode(encode(one, extension=link), extension=table) is dog


def test_a_change_is_made_where_the_test_can_see_it():
    row, mine = [1, 2], {"a": [[1, 2]]}
    mine["a"][0] = row
    assert merge(mine, {"a": [[2, 1]], "b": 3}) is mine
    assert mine == {"a": [[2, 1]], "b": 3}
    assert row == [2, 1]
    array = np.zeros(2)
    view = array[:1]
    assert merge(array, np.ones(2)) is array
    assert view[0] == 1
    assert merge(array, np.ones(3)) is not array


def test_a_signature_is_read_and_not_run():
    found = signature("(a, /, b=[1, 2], *rest, c=print('x'), **more)")
    assert str(found) == "(a, /, b=[1, 2], *rest, c=\"print('x')\", **more)"


def test_names_are_found_without_running_anything():
    source = (
        "import os\nx = 1\nfor i in range(3): y = i\ndef f():\n    global z\n    z = w\n%time a = 2"
    )
    assert bound_in(source) == {"os", "x", "i", "y", "f", "z", "a"}
    assert read_by_functions([source]) == {"w"}
    at_once = (
        "m = [k * n for k in range(3)]\nclass A:\n    b = [c for _ in d]\n    def e(self): return g"
    )
    assert read_by_functions([at_once, "h = lambda: i"]) == {"g", "i"}
