"""From a question and a student's work to a verdict."""

from __future__ import annotations

import dataclasses
import json
from collections.abc import Callable
from typing import Any

import numpy as np
import pytest

from autograder.checks.errors import CheckError
from autograder.checks.evaluate import evaluate, load_question
from autograder.checks.report import mime_bundle, report
from autograder.checks.verdict import Verdict

Student = Callable[[str], None]
HEAD = "from autograder.checks import Bounds, Finding, question, values\n"


def judge(body: str, run: Any, title: str = "Title.") -> Verdict:
    """The verdict of a question whose function has `body`."""
    indented = "".join(f"    {line}\n" for line in body.splitlines())
    source = f'{HEAD}@question\ndef asked(run):\n    """{title}"""\n{indented}'
    return evaluate(load_question(source, "<check asked>"), run, source)


def test_points_are_shared_by_weight(run: Any) -> None:
    verdict = judge(
        "yield Finding('a', True, weight=3)\n"
        "yield Finding('b', False)\n"
        "yield Finding('gate', True, gate=True, weight=100)",
        run,
    )
    assert verdict.points(2) == 1.5 and verdict.state == "partial"


def test_a_failed_gate_leaves_nothing(run: Any) -> None:
    verdict = judge("yield Finding('a', True)\nyield Finding('gate', False, gate=True)", run)
    assert verdict.points(2) == 0 and verdict.state == "failed"


def test_what_a_check_raises_after_a_failed_gate_is_the_students(run: Any) -> None:
    body = "got = [1]\nyield values.shape_is('shape', got, (3,))\n"
    verdict = judge(body + "yield values.equal('third', got[2], 0)", run)
    assert verdict.points(2) == 0
    assert [f.name for f in verdict.findings] == ["shape", "the student's code"]
    assert verdict.findings[1].measured == "not measured, since 'shape' is not as wanted"
    with pytest.raises(CheckError, match="IndexError"):
        judge("got = [1]\nyield Finding('a', False)\nyield values.equal('b', got[2], 0)", run)


def test_several_findings_may_be_yielded_at_once(run: Any) -> None:
    verdict = judge(
        "yield [Finding('a', True), Finding('a', True)]\n"
        "yield (Finding('a', i > 0) for i in range(2))",
        run,
    )
    assert [finding.name for finding in verdict.findings] == ["a", "a (2)", "a (3)", "a (4)"]
    assert [finding.passed for finding in verdict.findings] == [True, True, False, True]


def test_numpy_types_become_plain_ones(run: Any) -> None:
    verdict = judge(
        "import numpy as np\n"
        "yield Finding('a', np.bool_(True), np.float32(0.5))\n"
        "yield Finding('b', True, np.int8(3))\n"
        "yield Finding('c', True, np.bool_(False))\n"
        "yield Finding('d', True, -10**400)",
        run,
    )
    assert [type(finding.passed) for finding in verdict.findings] == [bool] * 4
    assert [finding.measured for finding in verdict.findings] == [0.5, 3.0, "no", -np.inf]
    json.dumps([dataclasses.asdict(finding) for finding in verdict.findings])


def test_an_error_of_the_students_costs_what_was_still_to_be_measured(
    run: Any, student: Student
) -> None:
    student("def f(x): raise ValueError('bad shape')")
    verdict = judge("yield Finding('first', True)\nrun.call('f', 1)\nyield 1 / 0\nyield 2", run)
    first, failed = verdict.findings
    assert first.passed and (failed.name, failed.passed, failed.weight) == ("f()", False, 2)
    assert failed.measured == "raised ValueError: bad shape" and failed.attempted
    assert verdict.fraction == pytest.approx(1 / 3) and verdict.state == "partial"


def test_an_error_before_anything_was_measured_leaves_nothing(run: Any, student: Student) -> None:
    student("def f(x): raise ValueError('bad shape')")
    verdict = judge("yield Finding('first', run.call('f', 1) == 1)", run)
    assert verdict.fraction == 0 and verdict.state == "failed"


def test_what_is_not_defined_is_not_attempted(run: Any, student: Student) -> None:
    verdict = judge("yield Finding('x', run.value('losses') == 1)", run)
    assert verdict.state == "not attempted" and not verdict.findings[0].attempted
    assert verdict.findings[0].name == "losses"
    student("def f(): raise NotImplementedError")
    assert judge("run.call('f')\nyield", run).state == "not attempted"


def test_a_missing_file_is_not_attempted(run: Any) -> None:
    verdict = judge("run.artifact('adapter')\nyield", run)
    assert verdict.state == "not attempted" and verdict.findings[0].name == "adapter"


@pytest.mark.parametrize(
    ("returned", "text"), [("x", "too many"), ("None", "non-iterable"), ("(x,)", "not enough")]
)
def test_a_result_that_cannot_be_unpacked_is_the_students_fault(
    run: Any, student: Student, returned: str, text: str
) -> None:
    student(f"def f(x): return {returned}")
    verdict = judge(
        "import numpy as np\ncodes, scale = run.call(\n    'f', np.ones(3),\n)\nyield", run
    )
    assert verdict.state == "failed" and text in str(verdict.findings[0].measured)


@pytest.mark.parametrize(
    ("body", "text"),
    [
        ("yield 1", "yields a int, which is no Finding"),
        ("yield 'text'", "yields a str"),
        ("yield [3]", "yields a int"),
        ("yield {'a': 1}", "yields a dict"),
        ("yield", "yields a NoneType"),
        ("yield 1 / 0", r"raised ZeroDivisionError in line 5"),
        ("a, b = 1\nyield", "raised TypeError"),
        ("a, b = run.call('f', 1 + 'x')\nyield", "raised TypeError"),
        ("a, b = run.rng\nyield", "raised TypeError"),
        ("raise SystemExit\nyield", "raised SystemExit"),
        ("return\nyield", "yields nothing"),
        ("yield []", "yields nothing"),
        ("run.call('f', object())\nyield", "argument for 'f' cannot be sent"),
        ("yield Finding('', True)", "has no name"),
        ("yield Finding('a', True, weight=-1)", "has the weight -1"),
        ("yield Finding('a', True, weight=float('nan'))", "has the weight nan"),
        ("yield Finding('a', True, [1])", "measured a list"),
        ("while True: yield Finding('a', True)", "more than 1000"),
        ("yield run.outputs('cell-1')", "looked at when grading"),
    ],
)
def test_a_mistake_in_the_check_is_never_a_score(
    run: Any, student: Student, body: str, text: str
) -> None:
    student("def f(*args): return 1, 2")
    if "outputs" in body:
        assert judge(body, run).hidden_remaining == 1
        return
    with pytest.raises(CheckError, match=text):
        judge(body, run)


HIDDEN = """\
yield Finding('visible', True, 'shown', 'wanted')
### BEGIN HIDDEN TESTS
yield Finding('number', False, 0.5, 'MARKER', bounds=Bounds(low=1), hint='Think.')
yield Finding('numeral', False, '0.5', 'MARKER')
yield Finding('text', False, run.value('leak'), 'MARKER')
yield values.equal('equal', run.value('leak'), 'MARKER')
yield values.attempt('attempt', run, 'f', then=lambda got: Finding('x', True))
yield [Finding('many', False, run.value('leak'))]
yield from (Finding('from', False, run.value('leak')) for _ in range(1))
run.call('f')
### END HIDDEN TESTS
yield Finding('never', True)
"""


def test_hidden_findings_are_marked_and_carry_no_text_of_the_students(
    run: Any, student: Student
) -> None:
    student("leak = 'LEAK'\ndef f(): raise ValueError('LEAK')")
    verdict = judge(HIDDEN, run)
    shown, *hidden = verdict.findings
    assert (shown.hidden, shown.measured, shown.wanted) == (False, "shown", "wanted")
    assert [f.name for f in hidden] == [
        "number", "numeral", "text", "equal", "attempt", "many", "from", "f()",
    ]  # fmt: skip
    assert all(finding.hidden for finding in hidden)
    raised = "the code raised an exception"
    assert [f.measured for f in hidden] == [0.5, 0.5, None, None, raised, None, None, raised]
    whole = json.dumps([dataclasses.asdict(finding) for finding in verdict.findings])
    assert "LEAK" not in whole and "MARKER" not in whole
    bundle = json.dumps(mime_bundle(report(verdict, max_points=3)))
    assert "LEAK" not in bundle and "MARKER" not in bundle and "bounds" not in bundle
    assert "Think." in bundle and hidden[0].bounds is not None


def test_a_region_hides_every_line_of_it_and_none_beside_it(run: Any) -> None:
    verdict = judge(
        "yield Finding('before', True)\n"
        "for i in range(2):\n"
        "    ### BEGIN HIDDEN TESTS\n"
        "    yield Finding(\n"
        "        'inside',\n"
        "        True,\n"
        "    )\n"
        "    ### END HIDDEN TESTS\n"
        "    yield Finding('after', True)",
        run,
    )
    assert [finding.hidden for finding in verdict.findings] == [False, True, False, True, False]


def test_a_check_draws_the_same_inputs_for_the_same_seed(run: Any, student: Student) -> None:
    student("def identity(x): return x")
    body = "x = run.rng.normal(size=3)\nyield values.equal('x', run.call('identity', x), x)"
    assert judge(body, run).state == "passed"


def test_a_lying_object_gains_nothing(run: Any, student: Student) -> None:
    student(
        "class Liar(float):\n"
        "    def __eq__(self, other): return True\n"
        "    def __le__(self, other): return True\n"
        "    __ge__ = __lt__ = __gt__ = __le__\n"
        "def f(): return Liar(3)"
    )
    verdict = judge("yield values.between('f', run.call('f'), 0, 1)", run)
    assert verdict.fraction == 0 and "no plain data" in str(verdict.findings[0].measured)
