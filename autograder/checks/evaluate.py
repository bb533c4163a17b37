"""Run a question on a student's work and come to a verdict.

A student's failure costs points, and a mistake in the check never does: the first becomes a
finding, the second a :class:`~autograder.checks.errors.CheckError`.
"""

from __future__ import annotations

import ast
import dataclasses
import math
import numbers
import re
from collections.abc import Iterable, Iterator
from pathlib import Path
from types import CodeType, TracebackType
from typing import TYPE_CHECKING, Any

from autograder.checks.cell import is_check, load_question
from autograder.checks.errors import (
    CheckError,
    GradingOnly,
    KernelGone,
    NotAttempted,
    StudentError,
    StudentException,
    StudentTimeout,
    UnacceptableValue,
)
from autograder.checks.finding import Finding
from autograder.checks.hidden import count_yields, hidden_lines
from autograder.checks.question import Question
from autograder.checks.run import Run
from autograder.checks.text import StudentText, clean, student_text
from autograder.checks.verdict import Verdict

if TYPE_CHECKING:
    import numpy as np

__all__ = ["evaluate", "is_check", "load_question"]

MAX_FINDINGS = 1000
PUBLIC_TEXTS = frozenset(
    error.public
    for error in (
        StudentError(),
        NotAttempted(),
        StudentException("", ""),
        StudentTimeout(),
        UnacceptableValue(),
        KernelGone(),
    )
)
_UNPACKING = re.compile(r"cannot unpack non-iterable|not enough values to|too many values to")


def evaluate(question: Question, run: Run, source: str = "") -> Verdict:
    """Return the verdict of `question` on `run`.

    A :class:`~autograder.checks.errors.StudentError` that the question lets through ends it with a
    failed finding that names the call and weighs as much as all that was still to be measured. So
    does a result of ``run.call`` that cannot be unpacked into the names on the left of the ``=``:
    the student returned too much or too little. And so does whatever is raised after a gate has
    failed: the question has earned nothing, and the check may rely on what its gate makes sure of.

    Parameters
    ----------
    question : Question
    run : Run
    source : str
        The cell that defined the question. A finding whose ``yield`` stands in one of its hidden
        regions is hidden: it keeps its name, numbers and hint, and loses `wanted` and any text
        that student code may have chosen.

    Raises
    ------
    CheckError
        The check raised something of its own while no gate had failed, yielded what is no finding,
        or yielded nothing.
    """
    watched = _WatchedRun(run)
    regions = hidden_lines(source)
    findings: list[Finding] = []
    remaining = 0
    generator: Any = question.function(watched)
    line = 0
    try:
        for yielded in generator:
            line = generator.gi_frame.f_lineno
            for finding in _findings(yielded, question):
                findings.append(_placed(finding, line, regions))
                if len(findings) > MAX_FINDINGS:
                    raise CheckError(f"{question.name!r} yields more than {MAX_FINDINGS} findings.")
    except GradingOnly as error:
        remaining = _yields_from(_line_of(error.__traceback__, question), source)
    except StudentError as error:
        line = _line_of(error.__traceback__, question) or line
        failed = _unanswered(error, watched.asked, _yields_from(line, source))
        findings.append(_placed(failed, line, regions))
    except CheckError:
        raise
    except (Exception, SystemExit) as error:
        line = _line_of(error.__traceback__, question) or line
        if (gate := _failed_gate(findings)) is not None:
            misfit = UnacceptableValue(f"not measured, since {gate.name!r} is not as wanted")
        elif _unpacks_result(error, question, source, line):
            misfit = UnacceptableValue(f"the result does not fit: {error}")
        else:
            raise CheckError(
                f"The check {question.name!r} raised {type(error).__name__} in line {line}: {error}"
            ) from error
        failed = _unanswered(misfit, watched.asked, _yields_from(line, source))
        findings.append(_placed(failed, line, regions))
    finally:
        generator.close()
    if not findings and not remaining:
        raise CheckError(f"The check {question.name!r} yields nothing.")
    return Verdict(question.name, question.title, tuple(_unique(findings)), remaining)


def _findings(yielded: object, question: Question) -> Iterator[Finding]:
    items: Iterable[object]
    if isinstance(yielded, Finding):
        items = (yielded,)
    elif isinstance(yielded, Iterable) and not isinstance(yielded, str | bytes | dict):
        items = yielded
    else:
        items = (yielded,)
    for item in items:
        if not isinstance(item, Finding):
            raise CheckError(
                f"The check {question.name!r} yields a {type(item).__name__}, which is no Finding."
            )
        yield _plain(item, question)


def _plain(finding: Finding, question: Question) -> Finding:
    """Return `finding` with exact types, so that numpy's numbers reach no report."""
    measured = finding.measured
    if isinstance(measured, bool) or type(measured).__name__ in ("bool", "bool_"):
        measured = "yes" if measured else "no"
    elif isinstance(measured, numbers.Real):
        measured = _float(measured)
    elif measured is not None and not isinstance(measured, str):
        raise CheckError(
            f"{finding.name!r} of {question.name!r} measured a {type(measured).__name__}: "
            "a number or a text is wanted."
        )
    if not isinstance(finding.name, str) or not finding.name:
        raise CheckError(f"A finding of {question.name!r} has no name.")
    weight = float(finding.weight)
    if not math.isfinite(weight) or weight < 0:
        raise CheckError(f"{finding.name!r} of {question.name!r} has the weight {weight}.")
    return dataclasses.replace(
        finding,
        passed=bool(finding.passed),
        measured=measured,
        weight=weight,
        gate=bool(finding.gate),
        attempted=bool(finding.attempted),
        hidden=False,
    )


def _float(number: Any) -> float:
    try:
        return float(number)
    except OverflowError:  # a student's integer may have thousands of digits
        return math.inf if number > 0 else -math.inf


def _placed(finding: Finding, line: int, regions: list[range]) -> Finding:
    """Return `finding`, hidden and without a student's text if `line` is in a hidden region."""
    hidden = any(line in region for region in regions)
    measured = finding.measured
    if isinstance(measured, str):
        measured = _public(measured) if hidden else clean(measured)
    wanted = "" if hidden else finding.wanted
    return dataclasses.replace(finding, measured=measured, wanted=wanted, hidden=hidden)


def _public(measured: str) -> float | str | None:
    if isinstance(measured, StudentText) and measured.public:
        return measured.public
    if measured in PUBLIC_TEXTS:
        return measured
    try:
        return float(measured)
    except ValueError:
        return None


def _unanswered(error: StudentError, asked: str, weight: int) -> Finding:
    return Finding(
        name=asked or "the student's code",
        passed=False,
        measured=student_text(error),
        wanted="an answer",
        weight=float(weight),
        attempted=not isinstance(error, NotAttempted),
    )


def _failed_gate(findings: Iterable[Finding]) -> Finding | None:
    return next((f for f in findings if f.gate and not f.passed), None)


def _unique(findings: Iterable[Finding]) -> Iterator[Finding]:
    """Yield `findings`, those that share a name numbered so that each can be told apart."""
    taken: set[str] = set()
    for finding in findings:
        name, count = finding.name, 1
        while name in taken:
            count += 1
            name = f"{finding.name} ({count})"
        taken.add(name)
        yield finding if name == finding.name else dataclasses.replace(finding, name=name)


def _line_of(traceback: TracebackType | None, question: Question) -> int:
    """Return the line of the question in which `traceback` passes through it, or 0."""
    code: CodeType = question.function.__code__
    while traceback is not None:
        if traceback.tb_frame.f_code is code:
            return traceback.tb_lineno
        traceback = traceback.tb_next
    return 0


def _unpacks_result(error: BaseException, question: Question, source: str, line: int) -> bool:
    """Whether `error` comes from unpacking what the student returned, as in ``a, b = run.call()``.

    Such an error is the student's, though Python raises it in the check.
    """
    if not isinstance(error, TypeError | ValueError) or not _UNPACKING.search(str(error)):
        return False
    traceback = error.__traceback__
    while traceback is not None and traceback.tb_next is not None:
        traceback = traceback.tb_next
    if traceback is None or traceback.tb_frame.f_code is not question.function.__code__:
        return False
    run = question.function.__code__.co_varnames[0]
    return any(
        isinstance(node, ast.Assign)
        and node.lineno <= line <= (node.end_lineno or node.lineno)
        and any(isinstance(target, ast.Tuple | ast.List) for target in node.targets)
        and isinstance(node.value, ast.Call)
        and isinstance(node.value.func, ast.Attribute)
        and node.value.func.attr in ("call", "value")
        and isinstance(node.value.func.value, ast.Name)
        and node.value.func.value.id == run
        for node in ast.walk(ast.parse(source))
    )


def _yields_from(line: int, source: str) -> int:
    """Return how many findings a question that stopped in `line` still had to yield."""
    lines = range(line, source.count("\n") + 2)
    return max(1, count_yields(source, lines))


class _WatchedRun:
    """A run that remembers what was asked of it last, to name it when it fails."""

    def __init__(self, run: Run) -> None:
        self._run = run
        self.asked = ""

    @property
    def rng(self) -> np.random.Generator:
        return self._run.rng

    def call(self, function: str, /, *args: Any, **kwargs: Any) -> Any:
        self.asked = f"{function}()"
        return self._run.call(function, *args, **kwargs)

    def value(self, name: str, /) -> Any:
        self.asked = name
        return self._run.value(name)

    def artifact(self, name: str, /) -> Path:
        self.asked = name
        return self._run.artifact(name)

    def outputs(self, grade_id: str, /) -> list[dict[str, Any]]:
        self.asked = f"the output of {grade_id!r}"
        return self._run.outputs(grade_id)

    def student_source(self, grade_id: str, /) -> str:
        self.asked = f"the source of {grade_id!r}"
        return self._run.student_source(grade_id)
