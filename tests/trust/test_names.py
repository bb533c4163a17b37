"""Whose a name is in a test cell outside the kernel, and what crosses beside plain values."""

from __future__ import annotations

import textwrap
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import pytest


@dataclass(frozen=True)
class Story:
    """A notebook, and the state of each of its test cells.

    Parameters
    ----------
    name : str
    parts : sequence of (part, source)
    states : str
        Of each test cell: ``passed``, ``failed``, or what the reason for ``ungraded`` says.
    stub : str
        What the author's answer cells say.
    """

    name: str
    parts: Sequence[tuple[str, str]]
    states: Sequence[str]
    stub: str = "def f(x): ..."


def answer(source: str) -> tuple[str, str]:
    return "answer", textwrap.dedent(source)


def check(source: str) -> tuple[str, str]:
    return "test", textwrap.dedent(source).strip()


def given(source: str) -> tuple[str, str]:
    return "given", textwrap.dedent(source)


HELPER = given("LIMIT = 0.1\ndef check(a, b):\n    assert abs(a - b) < LIMIT")
STORIES = [
    Story(
        "a helper of a locked cell cannot be replaced",
        [HELPER, answer("f = lambda x: 0\ndef check(a, b): pass"), check("check(f(2), 4)")],
        ["failed"],
    ),
    Story(
        "a constant of a locked cell that was changed is not believed",
        [HELPER, answer("f = lambda x: 0\nLIMIT = 1e9"), check("check(f(2), 4)")],
        ["changed 'LIMIT'"],
    ),
    Story(
        "a helper of an earlier test cell cannot be replaced",
        [
            check("def check(a, b):\n    assert a == b"),
            answer("def check(a, b): pass\ndef f(x): return 0"),
            check("check(f(2), 4)"),
        ],
        ["passed", "failed"],
    ),
    Story(
        "a value of an earlier test cell gives way to the student's",
        [
            check("result = 1"),
            answer("result = 2"),
            check("assert result == 2"),
            check("assert result == 1"),
        ],
        ["passed", "passed", "failed"],
        stub="result = ...",
    ),
    Story(
        "a student's import counts for nothing",
        [
            answer("class np:\n    allclose = staticmethod(lambda *a: True)\ndef f(x): return 0"),
            check("assert np.allclose(f(2), 4)"),
            check("import statistics as st\nassert st.mean([1, f(2)]) == 2"),
            answer("import statistics as stats"),
            check("assert stats.mean([1, 3]) == 2"),
        ],
        ["asks for .allclose", "failed", "only the student imports"],
    ),
    Story(
        "an answer may have the name of a builtin where the author says so",
        [
            answer("def sum(x): return 'mine'\ndef len(x): return 0"),
            check("assert sum([1]) == 'mine'\nassert len([1]) == 1"),
        ],
        ["passed"],
        stub="def sum(x): ...",
    ),
    Story(
        "what is not defined fails",
        [answer("g = 1"), check("assert f(2) == 4"), check("assert 'f' in globals()")],
        ["failed", "failed"],
    ),
    Story(
        "a name that student functions read cannot be set",
        [
            answer("rate = 2\ndef f(x): return rate * x"),
            check("rate = 3\nassert f(1) == 3"),
            check("other = 3\nassert f(1) == 2"),
        ],
        ["sets 'rate'", "passed"],
    ),
    Story(
        "a variable that the test changes in place is not served",
        [
            answer("basket = []\ndef f(x): return len(basket)"),
            check("basket.append('egg')\nassert f(0) == 1"),
        ],
        ["changes the student's 'basket' in place"],
    ),
    Story(
        "a variable that is passed and changed is the student's own",
        [
            answer("basket = [3, 1]\ndef f(x):\n    x.sort()"),
            check("same = basket\nf(basket)\nassert basket == [1, 3] and same is basket"),
            check("assert basket == [1, 3]"),
        ],
        ["passed", "passed"],
    ),
    Story(
        "the error stream costs all, as nbgrader has it",
        [
            answer("import sys\ndef f(x):\n    print('oh', file=sys.stderr)\n    return x"),
            check("assert f(1) == 1"),
            check(
                """
                import contextlib, io
                with contextlib.redirect_stderr(io.StringIO()):
                    assert f(1) == 1
                """
            ),
        ],
        ["failed", "passed"],
    ),
    Story(
        "magics that only concern looks or output are known",
        [
            answer("def f(x): print(x)"),
            check("%%capture seen\nf(3)"),
            check("%matplotlib inline\nassert str(seen) == '3\\n'"),
            check("!ls"),
        ],
        ["passed", "passed", "get_ipython()"],
    ),
    Story(
        "a callback may raise, be returned, and not use student code",
        [
            answer(
                """
                def f(g, x):
                    try:
                        return g(x)
                    except ZeroDivisionError:
                        return "zero"
                def same(g):
                    return g
                def one(x):
                    return 1
                """
            ),
            check(
                "h = lambda x: 1 / x\nassert f(h, 0) == 'zero' and f(h, 2) == 0.5 and same(h) is h"
            ),
            check("seen = []\nassert f(seen.append, 3) is None\nassert seen == [3]"),
            check("assert f(lambda x: one(x), 1) == 1"),
        ],
        ["passed", "passes 'append'", "uses the student's code"],
        stub="def f(g, x): ...\ndef same(g): ...\ndef one(x): ...",
    ),
    Story(
        "input is not answered",
        [
            answer("def f(x): return input('? ')"),
            check("assert f(1) == ''"),
            check("assert f(lambda: 1) == ''"),
        ],
        ["asks for input", "asks for input"],
    ),
    Story(
        "a swallowed refusal is still none",
        [
            answer("class A:\n    __eq__ = lambda self, other: True\ndef f(x): return A()"),
            check("try:\n    assert f(1) == 1\nexcept BaseException:\n    pass"),
        ],
        ["compares"],
    ),
    Story(
        "code of the test that fails is told from a library that cannot take a proxy",
        [
            answer("def f(x): return None\nclass A: pass\ndef g(): return A()"),
            check("assert f(1)[0] == 1"),
            check("import json\njson.dumps(g())"),
            check("import no_such_library"),
            check("assert (f(1) ==="),
        ],
        ["failed", "cannot be done here", "does not have", "no Python"],
        stub="def f(x): ...\ndef g(): ...",
    ),
    Story(
        "a dead kernel is a failed cell",
        [
            answer("import os\ndef f(x): os._exit(1)"),
            check("assert f(1) == 1"),
            check("assert True"),
        ],
        ["failed", "failed"],
    ),
    Story(
        "random generators go on where the other side left off",
        [
            answer("import random\ndef f(n): return [random.random() for _ in range(n)]"),
            check(
                """
                import random
                random.seed(5)
                mixed = [*f(2), random.random(), *f(1)]
                random.seed(5)
                assert mixed == [random.random() for _ in range(4)]
                """
            ),
        ],
        ["passed"],
    ),
    Story(
        "tensors keep their kind",
        [
            given("import torch\nfrom torch import nn"),
            answer(
                """
                layer = nn.Linear(2, 1)
                def f(x): return layer(x)
                def step(w):
                    (w ** 2).sum().backward()
                """
            ),
            check("assert isinstance(layer.weight, nn.Parameter) and layer.weight.requires_grad"),
            check(
                """
                w = torch.ones(3, requires_grad=True)
                step(w)
                assert w.grad.tolist() == [2, 2, 2]
                """
            ),
            check(
                "assert f(torch.ones(4, 2)).shape == (4, 1) and f(torch.ones(1, 2)).requires_grad"
            ),
            check("f(torch.ones(4, 2)).sum().backward()\nassert layer.weight.grad is not None"),
            check("with torch.no_grad():\n    assert not f(torch.ones(1, 2)).requires_grad"),
            check("assert next(layer.parameters()).dtype is torch.float32"),
        ],
        ["passed", "passed", "passed", "follows gradients", "passed", "passed"],
        stub="layer = ...\ndef f(x): ...\ndef step(w): ...",
    ),
    Story(
        "a function that is bound anew is called anew",
        [
            answer("def f(x):\n    global f\n    f = g\n    return 1\ndef g(x): return 2"),
            check("assert [f(0), f(0), f(0)] == [1, 2, 2]"),
        ],
        ["passed"],
        stub="def f(x): ...\ndef g(x): ...",
    ),
    Story(
        "what the student wrote is never run in the checker",
        [
            answer(
                """
                import pickle
                text = "__import__('os').getpid()"
                class Bad:
                    def __reduce__(self):
                        return print, ("run",)
                with open("state.bin", "wb") as file:
                    pickle.dump(Bad(), file)
                with open("helper.py", "w") as file:
                    file.write("x = 1")
                def f(x): return x
                """
            ),
            check("assert eval(text) > 0"),
            check("exec(text)"),
            check("import pickle\nwith open('state.bin', 'rb') as file:\n    pickle.load(file)"),
            check("import subprocess\nassert subprocess.run(['true']).returncode == 0"),
            check("import os\nassert os.system('true') == 0"),
            check("import helper\nassert open('helper.py') and helper.x == 1"),
            check("assert open('helper.py').read()"),
            check("import ast\nassert ast.literal_eval('[1]') == [f(1)]"),
        ],
        [
            "runs text as code",
            "runs text as code",
            "unpickles",
            "starts a program",
            "starts a program",
            "does not have",
            "did not come along",
            "passed",
        ],
    ),
    Story(
        "special attributes are asked of the kernel",
        [
            answer("class Dog:\n    def __len__(self): return 4\nclass Cat: pass\ndog = Dog()"),
            check("assert hasattr(Dog, '__len__') and not hasattr(Cat(), '__len__')"),
            check("assert dog.__class__ is Dog and dog.__class__.__name__ == 'Dog'"),
            check("assert hasattr(Cat(), '__call__') or hasattr(Cat(), 'speak')"),
            check("class Puppy(Dog): pass\nassert len(Puppy()) == 4"),
            check("assert hash(dog) == hash(dog)"),
            check("import copy\nassert copy.copy(dog) is not dog"),
            check("assert dog.__eq__(dog)"),
        ],
        ["passed", "passed", "failed", "derives", "asks for the hash", "copies", ".__eq__"],
        stub="class Dog: ...\nclass Cat: ...\ndog = ...",
    ),
    Story(
        "what looks at the process, or changes it, is not served",
        [
            answer(
                "def f(x): print(x)\nclass Box:\n    def __init__(self): self.items = []\nb = Box()"
            ),
            check("import doctest\nassert doctest.testmod().failed == 0"),
            check("from unittest import mock\nwith mock.patch('builtins.print') as p:\n    f(1)"),
            check(
                """
                import io
                from unittest.mock import patch
                with patch("sys.stdout", new_callable=io.StringIO) as out:
                    f(1)
                assert out.getvalue() == "1\\n"
                """
            ),
            check("import os\nassert os.listdir('.') == []"),
            check("b.items.append(1)\nassert f(b) is None"),
            check("import asyncio\nawait asyncio.sleep(0)"),
        ],
        [
            "imports doctest",
            "patches a name",
            "passed",
            "lists a folder",
            "part of the student's object",
            "no Python that runs here",
        ],
        stub="def f(x): ...\nclass Box: ...\nb = ...",
    ),
]


@pytest.fixture(scope="module")
def marked(desk: Any) -> dict[str, list[Any]]:
    sheets = []
    for number, story in enumerate(STORIES):
        released = {i: story.stub for i, (part, _) in enumerate(story.parts) if part == "answer"}
        sheets.append(desk.sheet(f"n{number}", story.parts, released))
    marks = desk.mark(sheets)
    return {story.name: marks[f"n{number}"] for number, story in enumerate(STORIES)}


@pytest.mark.parametrize("story", STORIES, ids=lambda story: story.name)
def test_names(story, marked):
    told = [(mark.state, mark.reason or mark.error) for mark in marked[story.name]]
    assert len(told) == len(story.states)
    for (state, reason), wanted in zip(told, story.states, strict=True):
        if wanted in ("passed", "failed"):
            assert state == wanted, told
        else:
            assert state == "ungraded", told
            assert wanted in reason, told
