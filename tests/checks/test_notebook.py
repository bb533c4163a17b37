"""A check in the student's own notebook: in a shell of this process, and in a real kernel."""

from __future__ import annotations

import os
import sys
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import numpy as np
import pytest
import torch
from IPython.core.interactiveshell import InteractiveShell
from IPython.utils.capture import capture_output
from jupyter_client import BlockingKernelClient, KernelManager

from autograder.checks.errors import (
    CheckError,
    GradingOnly,
    NotAttempted,
    QuestionFailed,
    StudentException,
    UnacceptableValue,
)
from autograder.checks.hidden import strip_hidden
from autograder.checks.notebook import NotebookRun
from autograder.checks.question import Question
from autograder.checks.report import REPORT_MIME
from autograder.checks.rules import Forbidden, rule_comments

ROOT = Path(__file__).resolve().parents[2]
Student = Callable[[str], None]

CHECK = '''\
from autograder.checks import Finding, question, values

@question
def doubled(run):
    """Doubling keeps the shape."""
    x = run.rng.normal(size=(2, 3))
    got = run.call("double", x)
    yield values.shape_is("shape", got, (2, 3))
    yield values.close("numbers", got, 2 * x, hint="What is twice x?")
    ### BEGIN HIDDEN TESTS
    yield values.attempt("MARKER", run, "double", 3, then=lambda y: values.equal("y", y, 6))
    ### END HIDDEN TESTS
'''
RELEASED = strip_hidden(CHECK)


def test_both_directions_pass_through_the_codec(run: Any, student: Student) -> None:
    student("seen = []\ndef f(x):\n    seen.append(x)\n    x[0] = 9\n    return seen[0]")
    tensor = torch.zeros(2, dtype=torch.bfloat16)
    returned = run.call("f", tensor)
    assert returned.tolist() == [9.0, 0.0] and returned.dtype == torch.bfloat16
    assert tensor.tolist() == [0.0, 0.0]
    student("class Pretty(list): pass\ndef g(): return Pretty([1])\nvalue = Pretty()")
    with pytest.raises(UnacceptableValue, match="Pretty is no plain data"):
        run.call("g")
    with pytest.raises(UnacceptableValue):
        run.value("value")
    with pytest.raises(StudentException, match="ZeroDivisionError"):
        student("def h(): 1 / 0") or run.call("h")


def test_the_stop_button_stops_the_check(run: Any, student: Student) -> None:
    student("def f(): raise KeyboardInterrupt")
    with pytest.raises(KeyboardInterrupt):
        run.call("f")


def test_a_question_draws_the_same_inputs_in_a_notebook_each_time(tmp_path: Path) -> None:
    first, again, other = (NotebookRun(name, tmp_path).rng.random(3) for name in ("a", "a", "b"))
    assert np.array_equal(first, again) and not np.array_equal(first, other)


def test_artifacts_are_copies_and_links_are_refused(run: Any, tmp_path: Path) -> None:
    (tmp_path / "adapter").mkdir()
    (tmp_path / "adapter" / "config.json").write_text("{}")
    copy = run.artifact("adapter")
    assert (copy / "config.json").read_text() == "{}" and copy != tmp_path / "adapter"
    (copy / "config.json").write_text("changed")
    assert (tmp_path / "adapter" / "config.json").read_text() == "{}"
    (tmp_path / "link").symlink_to("/etc/passwd")
    os.mkfifo(tmp_path / "pipe")
    for name in ("link", "pipe", "/etc/passwd", "adapter/../link"):
        with pytest.raises(UnacceptableValue):
            run.artifact(name)
    with pytest.raises(NotAttempted, match="was not saved"):
        run.artifact("model")
    run.close()
    assert not copy.exists()


def test_what_only_grading_knows_says_so(run: Any) -> None:
    with pytest.raises(GradingOnly, match="looked at when grading"):
        run.outputs("plot")
    with pytest.raises(GradingOnly):
        run.student_source("plot")


def check(shell: InteractiveShell, source: str) -> tuple[list[Any], BaseException | None]:
    """What running the cell displays, and what it raises."""
    with capture_output() as captured:
        result = shell.run_cell(source)
    error = result.error_before_exec or result.error_in_exec
    return [output.data for output in captured.outputs], error


def test_a_passed_check_shows_its_report_and_what_grading_adds(
    shell: InteractiveShell, student: Student
) -> None:
    student("def double(x): return 2 * x")
    (data,), error = check(shell, RELEASED)
    assert error is None
    report = data[REPORT_MIME]
    assert (report["state"], report["hidden_remaining"]) == ("passed", 1)
    assert [finding["name"] for finding in report["findings"]] == ["shape", "numbers"]
    assert data["text/plain"].endswith("+ 1 hidden finding at grading")
    assert isinstance(shell.user_ns["doubled"], Question)
    check(shell, RELEASED)
    assert isinstance(shell.user_ns["doubled"], Question)


def test_a_failed_check_raises_after_its_report(shell: InteractiveShell, student: Student) -> None:
    student("def double(x): return x + 2")
    (data,), error = check(shell, RELEASED)
    assert isinstance(error, QuestionFailed) and isinstance(error, AssertionError)
    assert str(error) == "doubled: 1 of 2 findings not as wanted; see the report above."
    assert data[REPORT_MIME]["state"] == "failed" and "What is twice x?" in data["text/plain"]


def test_an_unanswered_question_is_not_attempted(shell: InteractiveShell) -> None:
    (data,), error = check(shell, RELEASED)
    assert isinstance(error, QuestionFailed) and "not attempted yet" in str(error)
    assert data[REPORT_MIME]["state"] == "not attempted"


def test_the_authors_own_notebook_runs_the_hidden_region_too(
    shell: InteractiveShell, student: Student
) -> None:
    student("def double(x): return 2 * x")
    (data,), error = check(shell, CHECK)
    assert error is None and data[REPORT_MIME]["hidden_remaining"] == 0
    assert data[REPORT_MIME]["findings"][2]["hidden"] is True


ALL_HIDDEN = """\
from autograder.checks import Finding, question
@question
def secret(run):
    '''Title.'''
    ### BEGIN HIDDEN TESTS
    yield Finding('a', True)
    yield Finding('b', True)
    ### END HIDDEN TESTS
"""


@pytest.mark.parametrize("visible", ["", "    x = run.rng.normal()\n"])
def test_a_question_that_is_all_hidden_waits_for_grading(
    shell: InteractiveShell, visible: str
) -> None:
    source = ALL_HIDDEN.replace("    ### BEGIN", visible + "    ### BEGIN")
    (data,), error = check(shell, strip_hidden(source))
    assert error is None
    assert data[REPORT_MIME]["state"] == "at grading" and data[REPORT_MIME]["findings"] == []
    assert data["text/plain"] == "secret: Title.\n  + 2 hidden findings at grading"


def test_a_question_stripped_without_a_trace_is_still_valid(shell: InteractiveShell) -> None:
    bare = strip_hidden(ALL_HIDDEN).replace("    # hidden findings: 2\n", "")
    (data,), error = check(shell, bare)
    assert error is None and "Nothing is measured before grading." in data["text/plain"]


def test_a_question_that_needs_a_cells_outputs_is_left_for_grading_from_there(
    shell: InteractiveShell,
) -> None:
    (data,), error = check(
        shell,
        "from autograder.checks import Finding, question\n"
        "@question\n"
        "def q(run):\n"
        "    '''Title.'''\n"
        "    yield Finding('first', True)\n"
        "    yield Finding('second', bool(run.outputs('plot')))\n"
        "    yield Finding('third', True)\n"
        "    # hidden findings: 3\n",
    )
    assert error is None
    assert [finding["name"] for finding in data[REPORT_MIME]["findings"]] == ["first"]
    assert data[REPORT_MIME]["hidden_remaining"] == 2 + 3


def test_a_question_named_like_a_students_function_leaves_it_in_place(
    shell: InteractiveShell, student: Student
) -> None:
    student("def doubled(x): return 2 * x")
    _, error = check(shell, RELEASED.replace('"double"', '"doubled"'))
    assert error is None
    student("assert doubled(4) == 8")


def test_a_mistake_in_a_check_is_shown_as_the_checks(
    shell: InteractiveShell, student: Student
) -> None:
    student("def double(x): return 2 * x")
    _, error = check(shell, RELEASED.replace("2 * x,", "2 * y,"))
    assert isinstance(error, CheckError) and "raised NameError in line 9" in str(error)


def test_a_question_in_an_imported_module_only_gets_defined(
    shell: InteractiveShell, student: Student, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "imported_checks.py").write_text(RELEASED)
    monkeypatch.syspath_prepend(str(tmp_path))
    outputs, error = check(shell, "from imported_checks import doubled")
    assert error is None and outputs == []
    assert isinstance(shell.user_ns["doubled"], Question)


@pytest.fixture(scope="module")
def kernel(tmp_path_factory: pytest.TempPathFactory) -> Iterator[BlockingKernelClient]:
    folder = tmp_path_factory.mktemp("kernel")
    manager = KernelManager(kernel_name="python3")
    environment = {**os.environ, "PYTHONPATH": str(ROOT), "IPYTHONDIR": str(folder)}
    manager.start_kernel(cwd=str(folder), env=environment, stderr=sys.__stderr__)
    client = manager.client()
    client.start_channels()
    client.wait_for_ready(timeout=60)
    yield client
    client.stop_channels()
    manager.shutdown_kernel(now=True)


def execute(kernel: BlockingKernelClient, source: str) -> tuple[dict[str, Any], list[Any]]:
    """The content of the reply and the outputs of running a cell in the kernel."""
    outputs: list[Any] = []
    reply = kernel.execute_interactive(source, output_hook=outputs.append, timeout=60)
    return reply["content"], [
        m for m in outputs if m["msg_type"] not in ("status", "execute_input")
    ]


def test_a_real_kernel_sends_the_report_and_a_clean_error(kernel: BlockingKernelClient) -> None:
    execute(kernel, "def double(x):\n    print('MUTTERED')\n    return x + 2")
    content, outputs = execute(kernel, RELEASED)
    shown, error = outputs
    assert (content["status"], content["ename"]) == ("error", "QuestionFailed")
    assert shown["msg_type"] == "display_data"
    data = shown["content"]["data"]
    assert set(data) == {REPORT_MIME, "text/plain"} and data[REPORT_MIME]["hidden_remaining"] == 1
    assert error["content"]["traceback"] == [f"QuestionFailed: {error['content']['evalue']}"]
    execute(kernel, "def double(x): return 2 * x")
    content, (shown,) = execute(kernel, RELEASED)
    assert content["status"] == "ok" and shown["content"]["data"][REPORT_MIME]["state"] == "passed"


def test_a_real_kernel_answers_the_probe_silently(kernel: BlockingKernelClient) -> None:
    from autograder.checks import probe_protocol

    execute(kernel, "import numpy as np\ndef shout(x):\n    print('MUTTERED')\n    return x.sum()")
    request, nonce = probe_protocol.request_call("shout", [np.arange(2.0)])
    outputs: list[Any] = []
    reply = kernel.execute_interactive(
        "",
        silent=True,
        store_history=False,
        user_expressions={"r": probe_protocol.expression(request)},
        output_hook=outputs.append,
        timeout=60,
    )
    data = reply["content"]["user_expressions"]["r"]["data"]
    assert probe_protocol.read_reply(data[probe_protocol.PROBE_MIME], nonce) == np.float64(1.0)
    assert {message["msg_type"] for message in outputs} <= {"status"}


RULE = Forbidden(("sum",))


def ask(shell: InteractiveShell, source: str) -> tuple[dict[str, Any], BaseException | None]:
    """The report of a check that is run as JupyterLab runs a cell."""
    with capture_output() as captured:
        result = shell.run_cell(source, store_history=True)
    (output,) = captured.outputs
    return output.data[REPORT_MIME], result.error_before_exec or result.error_in_exec


@pytest.fixture
def answered(shell: InteractiveShell) -> Iterator[Student]:
    """Run a cell of the student's as JupyterLab does."""
    shell.history_manager.reset()

    def run(source: str) -> None:
        shell.run_cell(source, store_history=True).raise_error()

    yield run
    shell.history_manager.reset()


def test_a_broken_rule_is_told_in_the_notebook(shell: InteractiveShell, answered: Student) -> None:
    answered("def double(x):\n    add = sum\n    return add([x, x])")
    report, error = ask(shell, rule_comments(["double"], [RULE]) + RELEASED)
    assert isinstance(error, QuestionFailed)
    finding = report["findings"][-1]
    assert (finding["name"], finding["passed"]) == ("written by yourself", False)
    told = "sum in line 2 of the answer; add in line 3 of the answer"
    assert finding["measured"] == told and finding["wanted"] == "without sum"
    assert report["hidden_remaining"] == 1


def test_a_rule_that_seems_kept_is_decided_at_grading(
    shell: InteractiveShell, answered: Student
) -> None:
    answered("def double(x):\n    return sum([x, x])")
    answered("def double(x):\n    return 2 * x")
    answered("expected = sum([1, 1])")
    source = rule_comments(["double"], [RULE]) + RELEASED
    for _ in range(2):  # what ran before includes the check itself
        report, error = ask(shell, source)
        assert error is None and report["hidden_remaining"] == 2
        assert [finding["name"] for finding in report["findings"]] == ["shape", "numbers"]


@pytest.mark.parametrize("names", [[], ["triple"]])
def test_a_rule_on_an_answer_that_cannot_be_found_is_decided_at_grading(
    shell: InteractiveShell, answered: Student, names: list[str]
) -> None:
    answered("def double(x):\n    return sum([x, x])")
    report, error = ask(shell, rule_comments(names, [RULE]) + RELEASED)
    assert error is None and report["hidden_remaining"] == 2
