"""The agent and the probe protocol, through a real IPython shell."""

from __future__ import annotations

import json
import subprocess
import sys
from collections.abc import Callable
from typing import Any

import numpy as np
import pytest
import torch
from hypothesis import given, settings
from hypothesis import strategies as st
from IPython.core.interactiveshell import InteractiveShell

from autograder.checks import agent, probe_protocol
from autograder.checks.errors import (
    CheckError,
    NotAttempted,
    StudentError,
    StudentException,
    StudentTimeout,
    UnacceptableValue,
)

Student = Callable[[str], None]


def ask(shell: InteractiveShell, request: str, nonce: str) -> Any:
    """Evaluate the request in the shell as a kernel does, and read what it would send."""
    answer = shell.user_expressions({"r": probe_protocol.expression(request)})["r"]
    assert answer["status"] == "ok"
    sent = json.loads(json.dumps(answer["data"], allow_nan=False))
    assert sent["text/plain"] == ""
    return probe_protocol.read_reply(sent[probe_protocol.PROBE_MIME], nonce)


def call(shell: InteractiveShell, name: str, *args: Any, seed: int | None = None) -> Any:
    return ask(shell, *probe_protocol.request_call(name, args, {}, seed=seed))


def value(shell: InteractiveShell, name: str) -> Any:
    return ask(shell, *probe_protocol.request_value(name))


def test_a_function_is_called_with_arrays_and_returns_arrays(
    shell: InteractiveShell, student: Student
) -> None:
    student("def double(x, *, plus=0):\n    return x * 2 + plus, x.dtype.name")
    doubled, dtype = call(shell, "double", np.arange(3, dtype="int8"))
    assert doubled.tolist() == [0, 2, 4] and doubled.dtype == np.int8 and dtype == "int8"
    student("def kind(x):\n    return x * 2, type(x).__name__")
    tensor, kind = call(shell, "kind", torch.ones(2, dtype=torch.bfloat16))
    assert kind == "Tensor"
    assert tensor.dtype == torch.bfloat16 and tensor.tolist() == [2.0, 2.0]


def test_a_variable_is_fetched_as_it_is_now(shell: InteractiveShell, student: Student) -> None:
    student("losses = [2.5, float('nan')]")
    fetched = value(shell, "losses")
    assert fetched[0] == 2.5 and fetched[1] != fetched[1]
    student("losses = 'changed'")
    assert value(shell, "losses") == "changed"


@pytest.mark.parametrize(
    ("cell", "expected", "text"),
    [
        ("", NotAttempted, "'f' is not defined"),
        ("def f(): raise NotImplementedError", NotAttempted, "not implemented yet"),
        ("def f(): raise NotImplementedError('YOUR CODE HERE')", NotAttempted, "YOUR CODE HERE"),
        ("def f(): return ...", NotAttempted, "still"),
        ("def f(): raise ValueError('no\\x1b[31m good')", StudentException, "ValueError: no good"),
        ("def f(): return 1 / 0", StudentException, "ZeroDivisionError: division by zero"),
        ("def f(): raise SystemExit(3)", StudentException, "SystemExit: 3"),
        ("def f(): raise ValueError('\\ud800')", StudentException, r"ValueError: \?"),
        ("def f(): raise KeyboardInterrupt", StudentTimeout, "in time"),
        ("def f(): return f()", StudentException, "RecursionError"),
        ("f = 3", StudentException, "TypeError"),
        ("def f(x): return x", StudentException, "TypeError"),
        ("def f(): return object()", UnacceptableValue, "object is no plain data"),
        ("def f(): return list(range(300_000))", UnacceptableValue, "200000 values"),
        (
            "class E(Exception):\n  def __str__(self): raise SystemExit\ndef f(): raise E",
            StudentException,
            "its text raised SystemExit",
        ),
        ("def f(): raise ValueError('x' * 10**6)", StudentException, "^.{1,400}$"),
    ],
    ids=lambda value: value[:40] if isinstance(value, str) else value.__name__,
)
def test_whatever_a_function_does_becomes_an_error_of_the_students(
    shell: InteractiveShell, student: Student, cell: str, expected: type[StudentError], text: str
) -> None:
    student(cell)
    with pytest.raises(expected, match=text):
        call(shell, "f")


def test_a_placeholder_variable_is_not_attempted(shell: InteractiveShell, student: Student) -> None:
    student("scale = ...")
    with pytest.raises(NotAttempted, match="'scale' is still"):
        value(shell, "scale")


@pytest.mark.filterwarnings("ignore:secret")
def test_what_a_probed_function_prints_or_displays_is_swallowed(
    shell: InteractiveShell, student: Student, capfd: pytest.CaptureFixture[str]
) -> None:
    student(
        "import sys, warnings\n"
        "def f(x):\n"
        "    print('secret', x); print('secret', file=sys.stderr)\n"
        "    display({'text/plain': 'secret'}, raw=True); warnings.warn('secret')\n"
        "    return x"
    )
    assert call(shell, "f", 1) == 1
    assert capfd.readouterr() == ("", "")
    student("display({'text/plain': 'shown'}, raw=True)\nprint('printed')")
    assert capfd.readouterr().out == "shown\nprinted\n"


def test_a_seed_makes_a_call_repeatable_and_leaves_the_students_generators_alone(
    shell: InteractiveShell, student: Student
) -> None:
    student(
        "import random, numpy as np, torch\n"
        "def draw(): return random.random(), np.random.rand(), torch.rand(()).item()\n"
        "def seed(): random.seed(0); np.random.seed(0); torch.manual_seed(0)\n"
        "seed(); undisturbed = [draw(), draw()]"
    )
    undisturbed = value(shell, "undisturbed")
    student("seed(); first = draw()")
    assert call(shell, "draw", seed=7) == call(shell, "draw", seed=7)
    assert call(shell, "draw", seed=7) != call(shell, "draw", seed=8)
    student("second = draw()")
    assert [value(shell, "first"), value(shell, "second")] == undisturbed


def test_an_argument_that_is_no_plain_data_is_the_checks_fault() -> None:
    with pytest.raises(CheckError, match="argument for 'f'"):
        probe_protocol.request_call("f", [object()], {})
    with pytest.raises(CheckError, match="not a name"):
        probe_protocol.request_value("os.environ")


REPLIES: list[Any] = [
    None, 3, "", "not json", [], {}, {"nonce": "other", "ok": True, "value": 1},
    {"nonce": "n", "ok": True, "value": {"t": "eval"}},
    {"nonce": "n", "ok": 1, "value": 1}, {"nonce": "n", "ok": False},
    {"nonce": "n", "ok": False, "kind": ["missing"]}, {"nonce": "n", "ok": True},
    {"nonce": "n", "ok": "true", "value": 1},
    {"nonce": "n", "ok": True, "value": [1]}, '{"nonce": "n"}', "[" * 10**5, " " * 10**8,
]  # fmt: skip


@pytest.mark.parametrize("reply", REPLIES, ids=lambda reply: str(reply)[:40])
def test_a_reply_that_is_no_answer_is_unacceptable(reply: Any) -> None:
    with pytest.raises(UnacceptableValue):
        probe_protocol.read_reply(reply, "n")


@settings(deadline=None, max_examples=200, database=None)
@given(
    st.dictionaries(
        st.sampled_from(["nonce", "ok", "value", "kind", "type", "message"]),
        st.none() | st.booleans() | st.integers() | st.just("n") | st.text() | st.lists(st.none())
        | st.sampled_from(["missing", "stub", "raised", "timeout", "unacceptable"]),
    )
)  # fmt: skip
def test_any_reply_is_a_value_or_an_error_of_the_students(reply: dict[str, Any]) -> None:
    try:
        probe_protocol.read_reply({**reply, "nonce": "n"}, "n")
    except StudentError as error:
        assert "\x1b" not in str(error) and len(str(error)) < 700


def test_a_request_holds_nothing_but_name_arguments_and_nonce() -> None:
    request, nonce = probe_protocol.request_call("f", [1], {"k": "v"})
    expected = {"op": "call", "name": "f", "args": [1], "kwargs": {"k": "v"}, "nonce": nonce}
    assert json.loads(request) == expected
    assert probe_protocol.request_value("f")[1] != nonce


def test_the_agent_answers_nonsense_without_raising(shell: InteractiveShell) -> None:
    for request in ("", "[]", "{}", '{"nonce": 1}', '{"nonce": 1, "name": "f", "op": "call"}'):
        assert agent.serve(request).content["ok"] is False


def test_importing_the_agent_and_the_checks_loads_no_heavy_library() -> None:
    code = (
        "import sys, autograder.checks.agent, autograder.checks.evaluate, "
        "autograder.checks.values, autograder.checks.artifacts, autograder.checks.notebook\n"
        "heavy = {'numpy', 'torch', 'transformers', 'IPython', 'nbgrader', 'jupyter_server'}\n"
        "assert not heavy & set(sys.modules), heavy & set(sys.modules)"
    )
    subprocess.run([sys.executable, "-c", code], check=True)
