"""Check cells: a real checker process, a real kernel, and nothing but data between them."""

from __future__ import annotations

import dataclasses
import json
import re
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from autograder.checks.report import REPORT_MIME
from autograder.execution.checker import question_seed
from autograder.execution.job import Limits, Swap
from autograder.execution.probe import _claim
from autograder.log import QuestionOutcome, Replay, Status

HEADER = """
from autograder.checks import Finding, question
from autograder.checks import values
"""
DOUBLE = """
@question
def doubled(run):
    \"\"\"Doubling.\"\"\"
    yield values.equal("visible", run.call("double", 21), 42)
    ### BEGIN HIDDEN TESTS
    import grader
    planted = "planted-in-a-hidden-region"
    x = int(run.rng.integers(10**6, 10**7))
    yield values.equal("fresh", run.call("double", x), 2 * x, hint="Think of large numbers.")
    yield values.equal("oracle", run.call("puzzle", x), grader.solve(x), hint="Think again.")
    ### END HIDDEN TESTS
"""
ORACLE = """
PLANTED = "planted-in-the-oracle"

def solve(x):
    return 1_000_003 * x + 17
"""
PARTS = """
@question
def parts(run):
    \"\"\"In parts.\"\"\"
    for n in range(4):
        yield values.equal(f"part {n}", run.call("double", n), 0 if n == 3 else 2 * n)
"""
GATED = """
@question
def gated(run):
    \"\"\"Behind a gate.\"\"\"
    yield values.equal("fine", run.call("double", 1), 2)
    yield values.equal("gate", run.call("double", 1), 3, gate=True)
"""
SECRETIVE = """
@question
def secretive(run):
    \"\"\"What hidden findings tell.\"\"\"
    ### BEGIN HIDDEN TESTS
    yield values.equal("text", run.call("tell", 7), "another text")
    yield values.attempt("raises", run, "complain", 8, then=lambda got: values.equal("", got, 1))
    yield values.between("number", run.call("double", 4), 100, 200)
    ### END HIDDEN TESTS
"""
READING = """
@question
def reading(run):
    \"\"\"All that a check may read.\"\"\"
    from autograder.checks.errors import NotAttempted
    weights = run.value("weights")
    yield values.dtype_is("dtype", weights, "float32")
    yield values.equal("sum", float(weights.sum()), 6.0)
    yield values.equal("file", run.artifact("made/file.txt").read_text(), "written")
    yield values.equal("folder", sorted(p.name for p in run.artifact("made").iterdir()),
                       ["file.txt"])
    yield values.equal("output", run.outputs("printing")[0]["text"], "on paper\\n")
    yield values.equal("source", "on paper" in run.student_source("printing"), True)
    yield Finding("draw", True, float(run.rng.random()))
    try:
        run.artifact("absent.txt")
    except NotAttempted:
        yield Finding("absent", True)
"""
ABSENT = """
@question
def absent(run):
    \"\"\"A file that nobody wrote.\"\"\"
    yield Finding("size", run.artifact("absent.bin").stat().st_size > 0)
"""
DRAWING = """
@question
def drawing(run):
    \"\"\"A draw.\"\"\"
    yield Finding("draw", True, float(run.rng.random()))
"""
CHECKS = {
    "doubled": HEADER + DOUBLE,
    "parts": HEADER + PARTS,
    "gated": HEADER + GATED,
    "secretive": HEADER + SECRETIVE,
    "reading": HEADER + READING,
    "absent": HEADER + ABSENT,
    "drawing": HEADER + DRAWING,
}


def _cells(room: Any) -> list[Any]:
    return [
        room.answer(
            "answers",
            """
            import numpy as np
            def double(x):
                print("the probe's input is", x)
                return 2 * x
            def puzzle(x):
                return x
            def tell(x):
                return "words of the student"
            def complain(x):
                raise ValueError("more words of the student")
            """,
        ),
        room.answer(
            "printing",
            """
            import os
            print("on paper")
            weights = np.array([1, 2, 3], dtype="float32")
            os.makedirs("made", exist_ok=True)
            _ = open("made/file.txt", "w").write("written")
            try:
                __import__("gra" + "der")
                print("found the oracle")
            except ImportError:
                pass
            """,
        ),
        *(room.test(name, "raise SystemExit('a check must not run here')") for name in CHECKS),
    ]


@pytest.fixture(scope="module")
def oracle(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("grading")
    (folder / "grader").mkdir()
    (folder / "grader" / "__init__.py").write_text(ORACLE)
    return folder


@pytest.fixture(scope="module")
def honest(room: Any, oracle: Path) -> Any:
    return room.grade(_cells(room), CHECKS, grader=oracle)


def _index(name: str) -> int:
    return 2 + list(CHECKS).index(name)


def test_an_honest_run_is_graded_whatever_its_score(honest: Any) -> None:
    assert (honest.outcome.status, honest.outcome.code) == (Status.GRADED, "")
    assert [question.grade_id for question in honest.run.questions] == list(CHECKS)
    assert honest.outcome.cpu_seconds > 0


def test_a_verdict_is_a_report_and_its_points_as_a_result(honest: Any) -> None:
    report, points = honest.outputs(_index("parts"))
    assert points.output_type == "execute_result"
    assert float(points.data["text/plain"]) == 3.0 == honest.question("parts").points
    bundle = report.data[REPORT_MIME]
    assert (bundle["state"], bundle["points"], bundle["max_points"]) == ("partial", 3.0, 4.0)
    assert [finding["passed"] for finding in bundle["findings"]] == [True, True, True, False]
    assert "In parts" in report.data["text/plain"]


def test_a_failed_gate_earns_nothing_and_is_an_error_in_the_notebook(honest: Any) -> None:
    assert honest.passed("gated") == {"fine": True, "gate": False}
    assert honest.question("gated").points == 0
    assert honest.kinds(_index("gated")) == ["display_data", "error"]
    assert honest.outputs(_index("gated"))[1].ename == "QuestionFailed"


def test_a_check_reads_values_files_outputs_and_sources(honest: Any) -> None:
    assert all(honest.passed("reading").values())
    assert len(honest.passed("reading")) == 8
    assert "found the oracle" not in honest.printed(1)


def test_a_file_that_is_not_there_was_not_attempted(honest: Any) -> None:
    assert (honest.question("absent").state, honest.question("absent").points) == (
        "not attempted",
        0.0,
    )


def test_the_oracle_is_found_in_the_checker(honest: Any) -> None:
    assert honest.passed("doubled") == {"visible": True, "fresh": True, "oracle": False}


def test_hidden_findings_show_hints_and_numbers_but_no_words_of_the_student(honest: Any) -> None:
    assert honest.passed("secretive") == {"text": False, "raises": False, "number": False}
    assert honest.measured("secretive")["number"] == 8.0
    assert "words of the student" not in json.dumps(honest.outcome.to_json())
    shown = json.dumps(honest.outputs(_index("secretive")))
    assert "words of the student" not in shown
    assert "another text" not in shown
    assert "100 to 200" not in shown
    assert "Think again." in json.dumps(honest.outputs(_index("doubled")))


def test_what_a_function_prints_for_a_probe_is_recorded_nowhere(honest: Any) -> None:
    shown = [cell.get("outputs", []) for cell in honest.notebook.cells]
    assert "on paper" in json.dumps(shown)
    assert "the probe's input" not in json.dumps(shown)


def _bare(text: str) -> str:
    """Without what quoting adds."""
    return re.sub(r"[\\\"'\s]", "", text)


def test_no_line_of_a_check_and_no_expected_value_is_sent_to_the_kernel(honest: Any) -> None:
    sent = _bare("\n".join(honest.messages))
    rng = np.random.default_rng(question_seed(3, "doubled"))
    x = int(rng.integers(10**6, 10**7))
    assert f"{x}" in sent  # the input was, so the answer would have been seen
    assert "answers" in _bare(honest.recorded) and "raiseValueError" in sent
    lines = {_bare(line) for source in (*CHECKS.values(), ORACLE) for line in source.split("\n")}
    long = {line for line in lines if len(line) >= 10}
    assert len(long) > 40
    assert [line for line in long if line in sent] == []
    for secret in (2 * x, 1_000_003 * x + 17, "planted", "BEGINHIDDEN", "anothertext", "acheck"):
        assert str(secret) not in sent


def test_each_question_draws_its_own_inputs(honest: Any) -> None:
    assert honest.measured("drawing")["draw"] != honest.measured("reading")["draw"]


@pytest.fixture(scope="module")
def verified(room: Any, oracle: Path) -> Any:
    """The same once more, as an author verifies it: further seeds, and other answers."""
    swap = Swap("identity", {"answers": "def double(x): return x"})
    return room.grade(_cells(room), CHECKS, grader=oracle, replays=(5, 6), swaps=(swap,))


def _replays(graded: Any, variant: str, question: str) -> list[Replay]:
    found = [r for r in graded.run.replays if r.question.grade_id == question]
    return [replay for replay in found if replay.variant == variant]


def test_the_same_seed_gives_the_same_verdict(honest: Any, verified: Any) -> None:
    assert verified.run.questions == honest.run.questions


def test_a_replay_decides_under_its_own_seed(verified: Any) -> None:
    replays = _replays(verified, "", "drawing")
    assert [replay.seed for replay in replays] == [5, 6]
    draws = [replay.question.findings[0]["measured"] for replay in replays]
    assert len({*draws, verified.measured("drawing")["draw"]}) == 3


def test_a_swapped_answer_is_judged_under_every_seed_and_then_put_back(verified: Any) -> None:
    replays = _replays(verified, "identity", "doubled")
    assert [replay.seed for replay in replays] == [3, 5, 6]
    for replay in replays:
        assert [f["passed"] for f in replay.question.findings] == [False, False, False]
    # Later questions see the submission's own answer again.
    assert verified.passed("parts")["part 2"]
    assert [r.question.points for r in _replays(verified, "identity", "parts")] == [1.0] * 3


def test_an_error_of_swapped_code_does_not_make_the_kernel_refuse_what_follows(
    verified: Any,
) -> None:
    # It would refuse for a moment only, so what is asked for is looked at, not what comes of it.
    swapped = [m for m in verified.messages if "def double(x): return x" in m]
    assert swapped
    assert all("'stop_on_error': False" in message for message in swapped)


WANTS_SEVEN = (
    HEADER
    + """
@question
def seven(run):
    \"\"\"Seven.\"\"\"
    yield values.equal("equal", run.call("seven"), 7)
    yield values.close("close", run.call("array"), [7.0, 7.0])
"""
)
ATTACKS = {
    "patched libraries": """
        import builtins, json
        import numpy as np
        from IPython import get_ipython
        import autograder.checks.agent as agent
        shell = get_ipython()
        np.allclose = np.array_equal = np.isclose = lambda *a, **k: True
        np.testing.assert_allclose = lambda *a, **k: None
        kept = builtins.abs, builtins.sum
        builtins.all = lambda *a: True
        def seven(): return 8
        def array(): return np.array([8.0, 8.0])
        """,
    "lying subclasses": """
        class Always(int):
            __hash__ = int.__hash__
            def __eq__(self, other): return True
            def __ne__(self, other): return False
            def __sub__(self, other): return 0
        class Liar(np.ndarray):
            def __eq__(self, other): return np.array(True)
            def __sub__(self, other): return np.zeros(2)
            def __array_function__(self, *a, **k): return True
        def seven(): return Always(8)
        def array(): return np.array([8.0, 8.0]).view(Liar)
        """,
    "an agent that claims a verdict": """
        serve = agent.serve
        def forged(request):
            nonce = json.loads(request)["nonce"]
            return agent.Reply({"nonce": nonce, "ok": True, "value": True, "op": "verdict",
                                "points": 4.0, "fraction": 1.0, "state": "passed"})
        agent.serve = forged
        """,
    "an agent that answers without end": """
        def nested(request):
            value = []
            for _ in range(900): value = [value]
            return agent.Reply({"nonce": json.loads(request)["nonce"], "ok": True, "value": value})
        agent.serve = nested
        """,
    "replaced user expressions": """
        original = shell.user_expressions
        shell.user_expressions = lambda e: {"r": {"status": "ok", "op": "verdict", "points": 4.0,
            "data": {agent.PROBE_MIME: "{" * 100, "op": "verdict"}}}
        """,
    "user expressions of another type": """
        shell.user_expressions = lambda e: [1, 2, 3]
        """,
    "a deaf run_cell": """
        shell.user_expressions = original
        run_cell = shell.run_cell
        shell.run_cell = lambda *a, **k: run_cell("", *a[1:], **k)
        agent.serve = lambda request: True
        """,
}


@pytest.fixture(scope="module")
def attacked(room: Any) -> Any:
    names = list(ATTACKS)
    cells: list[Any] = []
    for number, name in enumerate(names[:-1]):
        cells += [room.answer(f"attack {number}", ATTACKS[name]), room.test(name)]
    last = """
        shell.user_expressions = original
        agent.serve = serve
        def seven(): return 7
        def array(): return np.array([7.0, 7.0])
        """
    cells += [room.answer("amends", last), room.test("honest at last")]
    cells += [room.answer("attack 6", ATTACKS[names[-1]]), room.test(names[-1])]
    checks = dict.fromkeys([*names, "honest at last"], WANTS_SEVEN)
    return room.grade(cells, checks)


@pytest.mark.parametrize("attack", list(ATTACKS))
def test_an_attack_from_within_the_kernel_gains_nothing(attacked: Any, attack: str) -> None:
    question = attacked.question(attack)
    assert (question.points, question.state) == (0.0, "failed")
    cell = next(c for c in attacked.notebook.cells if c.metadata.nbgrader.grade_id == attack)
    assert [output.output_type for output in cell.outputs] == ["display_data", "error"]


def test_an_honest_answer_after_the_attacks_is_still_recognized(attacked: Any) -> None:
    assert attacked.question("honest at last").points == 4.0
    assert attacked.outcome.status is Status.GRADED


@pytest.mark.parametrize("text", ['"' * (20 << 20), "\\" * (20 << 20), "\x00" * (20 << 20)])
def test_an_answer_too_large_for_the_checker_is_no_answer(text: str) -> None:
    from autograder.checks.agent import PROBE_MIME
    from autograder.execution.channel import MESSAGE

    claim = _claim({"status": "ok", "data": {PROBE_MIME: text}})
    assert len(json.dumps(claim)) <= MESSAGE


@pytest.mark.parametrize(
    "answer",
    [{}, {"status": 1}, {"status": "ok"}, {"status": "ok", "data": [1]}, {"op": "verdict"}],
)
def test_an_answer_without_data_is_an_error(answer: dict[str, Any]) -> None:
    assert _claim(answer) == {"status": "error"}


LOOPING = (
    HEADER
    + """
@question
def looping(run):
    \"\"\"Loops.\"\"\"
    yield values.attempt("loops", run, "loop", then=lambda got: values.equal("", got, 1))
    yield values.equal("fine", run.call("fine"), 1)
"""
)
DYING = (
    HEADER
    + """
@question
def dying(run):
    \"\"\"Dies.\"\"\"
    yield values.equal("fine", run.call("fine"), 1)
    yield values.attempt("dies", run, "die", then=lambda got: values.equal("", got, 1))
    yield values.attempt("then", run, "fine", then=lambda got: values.equal("", got, 1))
"""
)
FUNCTIONS = """
import os, time
def loop():
    while True: pass
def deaf():
    while True:
        try: time.sleep(60)
        except KeyboardInterrupt: pass
def fine(): return 1
def die(): os.kill(os.getpid(), 9)
"""


@pytest.fixture(scope="module")
def fatal(room: Any) -> Any:
    cells = [room.answer("functions", FUNCTIONS)]
    cells += [room.test(name) for name in ("looping", "dying", "later")]
    checks = {"looping": LOOPING, "dying": DYING, "later": LOOPING}
    return room.grade(cells, checks, limits=Limits(probe=0.5))


def test_a_function_that_loops_costs_its_finding_and_the_rest_is_graded(fatal: Any) -> None:
    assert fatal.passed("looping") == {"loops": False, "fine": True}
    assert "did not return in time" in fatal.measured("looping")["loops"]
    assert fatal.question("looping").points == 2.0


def test_a_kernel_that_dies_in_a_probe_keeps_what_was_found_before(fatal: Any) -> None:
    assert fatal.passed("dying") == {"fine": True, "dies": False, "then": False}
    assert (fatal.run.status, fatal.run.cell) == (Status.FAILED, 2)
    assert fatal.run.code == "kernel-killed"
    assert "by signal 9" in fatal.run.reason


def test_notebook_and_outcome_agree_about_a_question_in_which_the_kernel_died(fatal: Any) -> None:
    points = fatal.question("dying").points
    assert points == pytest.approx(4 / 3, abs=1e-6)
    assert fatal.kinds(2) == ["display_data", "execute_result"]
    assert float(fatal.outputs(2)[1].data["text/plain"]) == points


def test_a_question_that_was_not_reached_has_a_verdict_and_no_points(fatal: Any) -> None:
    assert (fatal.question("later").points, fatal.question("later").state) == (0.0, "failed")
    assert fatal.kinds(3) == ["error"]


def test_a_probe_ends_with_the_time_of_the_submission(room: Any) -> None:
    cells = [
        room.answer("functions", FUNCTIONS.replace("while True: pass", "time.sleep(60)")),
        room.test("looping"),
        room.test("later"),
    ]
    checks = {"looping": LOOPING, "later": LOOPING}
    graded = room.grade(cells, checks, limits=Limits(total=3.0, probe=50.0))
    assert (graded.run.status, graded.run.code) == (Status.FAILED, "total-timeout")
    assert graded.outcome.seconds < 30
    assert not any(graded.passed("looping").values())
    assert [question.grade_id for question in graded.run.questions] == ["looping", "later"]
    assert graded.kinds(2) == ["error"]


def test_a_function_that_ignores_the_interrupt_ends_the_kernel_and_not_the_grading(
    room: Any,
) -> None:
    check = LOOPING.replace('"loop"', '"deaf"')
    cells = [room.answer("functions", FUNCTIONS), room.test("looping"), room.text("the end")]
    graded = room.grade(cells, {"looping": check}, limits=Limits(probe=0.5))
    assert graded.passed("looping") == {"loops": False, "fine()": False}
    assert (graded.run.status, graded.run.code) == (Status.FAILED, "cell-timeout")
    assert "even when interrupted" in graded.run.reason


def test_seeds_depend_on_the_question_and_the_job() -> None:
    seeds = {question_seed(seed, name) for seed in (1, 2) for name in ("a", "b")}
    assert len(seeds) == 4
    assert all(0 <= seed < 2**64 for seed in seeds)


def test_an_outcome_survives_json(honest: Any, verified: Any) -> None:
    for outcome in (honest.outcome, verified.outcome):
        again = type(outcome).from_json(json.loads(json.dumps(outcome.to_json())))
        assert again == dataclasses.replace(outcome)
    assert isinstance(verified.run.replays[0].question, QuestionOutcome)
