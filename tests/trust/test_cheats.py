"""Ways to pass assert cells without an answer: each works in the kernel, none outside it."""

from __future__ import annotations

import textwrap
from dataclasses import dataclass
from typing import Any

import pytest

from autograder.execution.job import Limits

ANSWERS = """
def square(x):
    return x * x

def scale(values, factor):
    return [factor * value for value in values]

def mean(values):
    return sum(values) / len(values)

def unit(vector):
    return vector / np.linalg.norm(vector)
"""
STUBS = """
def square(x): return None
def scale(values, factor): return None
def mean(values): return None
def unit(vector): return None
"""
TESTS = [
    "assert square(7) == 49",
    "got = scale([1, 2], 3)\nexpected = [3, 6]\nassert got == expected",
    "expected = 2.5\nassert abs(mean([1, 2, 3, 4]) - expected) < 1e-9",
    "import numpy as np\nexpected = np.array([0.6, 0.8])\n"
    "assert np.allclose(unit(np.array([3.0, 4.0])), expected)",
]


@dataclass(frozen=True)
class Cheat:
    """A submission, and how many of the four tests it passes in the kernel and outside."""

    name: str
    answer: str
    kernel: int
    outside: int


CHEATS = [
    Cheat("honest", ANSWERS, 4, 4),
    Cheat("nothing", STUBS, 0, 0),
    Cheat(
        "builtins overwritten, honest",
        ANSWERS + "\nabs = list = print = None\nlen_of, sum_of = len, sum\n"
        "def mean(values): return sum_of(values) / len_of(values)\nsum = [1, 2]",
        3,
        4,
    ),
    Cheat(
        "equal to anything, allclose patched",
        """
class Any:
    __eq__ = lambda self, other: True
    __sub__ = __rsub__ = __abs__ = lambda self, *other: self
    __lt__ = __gt__ = __le__ = __ge__ = lambda self, other: True
    __bool__ = lambda self: True
    __hash__ = None
def square(x): return Any()
def scale(values, factor): return Any()
def mean(values): return Any()
def unit(vector): return Any()
np.allclose = lambda *args, **kwargs: True
""",
        4,
        0,
    ),
    Cheat(
        "asserts stripped by a transformer",
        STUBS
        + """
import ast
class Strip(ast.NodeTransformer):
    def visit_Assert(self, node):
        return ast.Pass()
    def visit_BinOp(self, node):
        return node
get_ipython().ast_transformers.append(Strip())
np.allclose = lambda *args, **kwargs: True
""",
        4,
        0,
    ),
    Cheat(
        "run_cell replaced",
        STUBS
        + """
shell = type(get_ipython())
original = shell.run_cell_async
async def quiet(self, raw_cell, *args, **kwargs):
    kwargs["transformed_cell"] = "pass"
    return await original(self, "pass", *args, **kwargs)
shell.run_cell_async = quiet
""",
        4,
        0,
    ),
    Cheat(
        "reads expected from the caller, allclose patched",
        """
import sys
def peek():
    frame = sys._getframe()
    while frame:
        if "expected" in frame.f_globals:
            return frame.f_globals["expected"]
        frame = frame.f_back
def square(x): return peek()
def scale(values, factor): return get_ipython().user_ns.get("expected", [3, 6][:0])
def mean(values): return peek()
def unit(vector): return peek()
np.allclose = lambda *args, **kwargs: True
""",
        2,
        0,
    ),
    Cheat(
        "a float that lies, three honest",
        ANSWERS
        + """
class Near(float):
    def __sub__(self, other): return 0.0
    def __abs__(self): return 0.0
def mean(values): return Near(0)
""",
        4,
        3,
    ),
    Cheat(
        "a class that computes its own distance, three honest",
        ANSWERS
        + """
class mean:
    def __init__(self, values): pass
    def __sub__(self, other): return 0.0
    __rsub__ = __sub__
""",
        4,
        3,
    ),
    Cheat(
        "an endless loop in one function, three honest",
        ANSWERS + "\ndef square(x):\n    while True: pass",
        3,
        3,
    ),
    Cheat(
        "the agent replaced",
        STUBS
        + """
import autograder.checks.object_agent as agent
agent.VERBS["call"] = lambda *args, **kwargs: True
agent.encode = lambda *args, **kwargs: True
agent.VERBS.clear()
np.allclose = lambda *args, **kwargs: True
""",
        1,
        0,
    ),
    Cheat(
        "builtins patched",
        STUBS + "\ndef mean(values): return 0\nimport builtins\nbuiltins.abs = lambda x: 0",
        1,
        0,
    ),
]


@pytest.fixture(scope="module")
def marked(desk: Any) -> dict[str, dict[str, list[Any]]]:
    found = {}
    for where in ("kernel", "outside"):
        sheets = []
        for number, cheat in enumerate(CHEATS):
            parts = [("given", "import numpy as np"), ("answer", cheat.answer)]
            parts += [("test", test) for test in TESTS]
            sheets.append(desk.sheet(f"n{number}", parts, {1: ANSWERS}))
        limits = Limits(cell=3.0, probe=2.0)
        marks = desk.mark(sheets, outside=where == "outside", limits=limits)
        found[where] = {cheat.name: marks[f"n{i}"] for i, cheat in enumerate(CHEATS)}
    return found


def earned(marks: list[Any]) -> int:
    return sum(1 for mark in marks if mark.state == "passed")


@pytest.mark.parametrize("cheat", CHEATS, ids=lambda cheat: cheat.name)
def test_a_cheat_that_works_in_the_kernel_earns_nothing_outside_it(cheat, marked):
    inside, outside = marked["kernel"][cheat.name], marked["outside"][cheat.name]
    assert earned(inside) == cheat.kernel, [mark.error for mark in inside]
    assert earned(outside) == cheat.outside, [mark.reason or mark.error for mark in outside]
    assert not any(mark.points for mark in outside if mark.state != "passed")


def test_what_a_test_expects_never_reaches_the_kernel(desk):
    spy = """
    kept = []
    class Spy:
        def __getattr__(self, name):
            return lambda *args, **kwargs: kept.append((name, args)) or self
        def __sub__(self, other): kept.append(other); return 0
        __rsub__ = __add__ = __radd__ = __mul__ = __truediv__ = __rtruediv__ = __sub__
        def __eq__(self, other): kept.append(other); return True
        def __array__(self, *args, **kwargs): kept.append(args); return None
    def answer(): return Spy()
    """
    tests = [
        "assert answer() == 'secret'",
        "assert abs(answer() - 0.7071) < 1e-3",
        "assert 1 / 0.7071 * answer() > 1",
        "assert answer().equals('secret')",
        "assert {'secret'}.issuperset(answer())",
        "import numpy as np\nnp.testing.assert_allclose(answer(), 0.7071)",
        "hidden = 'secret'\nassert hidden in answer()",
    ]
    parts = [("answer", textwrap.dedent(spy)), *(("test", test) for test in tests)]
    parts += [("other", "print(kept)"), ("test", "assert kept == []")]
    marks = desk.mark([desk.sheet("spy", parts, {0: "def answer(): ..."})])["spy"]
    assert [mark.state for mark in marks] == ["ungraded"] * len(tests) + ["passed"]
