"""A question in the student's own notebook: the visible part, at once, on the live namespace.

Arguments and results pass through the codec both ways and through the agent that grading uses, so
that a check cannot pass here and fail at grading for a type's sake.
"""

from __future__ import annotations

import contextlib
import dataclasses
import hashlib
import tempfile
from pathlib import Path
from typing import TYPE_CHECKING, Any, NoReturn

from autograder.checks import agent, probe_protocol
from autograder.checks.errors import (
    GradingOnly,
    NotAttempted,
    QuestionFailed,
    StudentTimeout,
    UnacceptableValue,
)
from autograder.checks.evaluate import evaluate, is_check
from autograder.checks.files import FileRefused, copy_entry
from autograder.checks.hidden import hidden_remaining
from autograder.checks.question import Question, source_of
from autograder.checks.report import mime_bundle, report
from autograder.checks.rules import TOTAL, Cell, Role, bound_names, judge, read_rules
from autograder.checks.verdict import Verdict

if TYPE_CHECKING:
    import numpy as np

__all__ = ["NotebookRun", "run_in_notebook"]

MAX_ARTIFACT = 512 << 20
MAX_CELLS = 500


class NotebookRun:
    """The notebook that the check runs in, as a :class:`~autograder.checks.run.Run`.

    ``outputs`` and ``student_source`` raise :class:`~autograder.checks.errors.GradingOnly`: a
    kernel knows neither the cells of its notebook nor their grade ids. The question then ends
    with what it found so far, and the rest counts as measured at grading.

    Parameters
    ----------
    name : str
        Of the question; seeds :attr:`rng`, so that the same question draws the same inputs here
        each time. At grading they are others.
    folder : Path
        Of the notebook: where artifacts are looked for.
    """

    def __init__(self, name: str, folder: Path) -> None:
        self.folder = folder
        self._seed = int.from_bytes(hashlib.sha256(name.encode()).digest()[:8], "big")
        self._rng: np.random.Generator | None = None
        self._copies: tempfile.TemporaryDirectory[str] | None = None
        self._count = 0

    @property
    def rng(self) -> np.random.Generator:
        """A generator that belongs to this question."""
        if self._rng is None:
            import numpy as np

            self._rng = np.random.default_rng(self._seed)
        return self._rng

    def call(self, function: str, /, *args: Any, **kwargs: Any) -> Any:
        """Call a function of the notebook with plain data."""
        return self._ask(*probe_protocol.request_call(function, args, kwargs))

    def value(self, name: str, /) -> Any:
        """Return a variable of the notebook as plain data."""
        return self._ask(*probe_protocol.request_value(name))

    def _ask(self, request: str, nonce: str) -> Any:
        try:
            return probe_protocol.read_reply(agent.serve(request).content, nonce)
        except StudentTimeout:
            # Nothing here sets a time limit: the student pressed the stop button.
            raise KeyboardInterrupt from None

    def artifact(self, name: str, /) -> Path:
        """Return a private copy of a file or folder beside the notebook; links are refused."""
        if not (self.folder / name).exists():
            raise NotAttempted(f"{name!r} was not saved beside the notebook")
        if self._copies is None:
            self._copies = tempfile.TemporaryDirectory(prefix="llm-classroom-")
        self._count += 1
        target = Path(self._copies.name) / str(self._count)
        try:
            copy_entry(self.folder, name, target, max_bytes=MAX_ARTIFACT)
        except FileRefused as error:
            raise UnacceptableValue(str(error)) from error
        return target

    def outputs(self, grade_id: str, /) -> NoReturn:
        """Refuse: a kernel does not have its notebook's outputs."""
        raise GradingOnly(f"The outputs of {grade_id!r} are looked at when grading.")

    def student_source(self, grade_id: str, /) -> NoReturn:
        """Refuse: a kernel does not know its cells' grade ids."""
        raise GradingOnly(f"The source of {grade_id!r} is looked at when grading.")

    def close(self) -> None:
        """Remove the copies of artifacts."""
        if self._copies is not None:
            self._copies.cleanup()


def run_in_notebook(question: Question, shell: Any) -> Verdict:
    """Run `question` on the notebook of `shell`, show its report and return its verdict.

    Raises
    ------
    QuestionFailed
        A finding failed.
    CheckError
        The check is wrong, which is not the student's fault.
    """
    source = source_of(question.function)
    verdict = _with_rules(_verdict(question, source), source, shell)
    from IPython.display import display

    display(mime_bundle(report(verdict)), raw=True)  # type: ignore[no-untyped-call]
    failed = [finding for finding in verdict.findings if not finding.passed]
    if failed:
        count = f"{len(failed)} of {len(verdict.findings)} findings"
        if all(not finding.attempted for finding in failed):
            raise QuestionFailed(f"{question.name} is not attempted yet.")
        raise QuestionFailed(f"{question.name}: {count} not as wanted; see the report above.")
    return verdict


def _with_rules(verdict: Verdict, source: str, shell: Any) -> Verdict:
    """`verdict` with what the rules that a released check carries say here.

    Looked at are the cells, as they were run last, that define what the answer's cells define. A
    kernel does not know which other cells are the student's, nor what will be handed in. So a use
    is told at once, and finding none is no verdict yet: it counts as measured at grading.
    """
    names, rules = read_rules(source)
    if not rules:
        return verdict
    history = _history(shell)
    answer = _definitions(history, set(names))
    cells = [
        Cell(text, Role.ANSWER if index in answer else Role.GIVEN, index)
        for index, text in enumerate(history)
    ]
    finding = judge([*cells, Cell("", Role.CHECK, len(cells))], len(cells), rules, answer=answer)
    if answer and not finding.passed:
        return verdict.with_gate(finding)
    return dataclasses.replace(verdict, hidden_remaining=verdict.hidden_remaining + 1)


def _history(shell: Any) -> list[str]:
    """Return the cells that were run last; none where they are more than can be read."""
    inputs = [str(text) for text in shell.history_manager.input_hist_raw[-MAX_CELLS:]]
    return inputs if sum(map(len, inputs)) <= TOTAL else []


def _definitions(history: list[str], names: set[str]) -> list[int]:
    """Return the indices of the cells that defined `names` last; a check is none of them."""
    found = []
    for index in reversed(range(len(history))):
        defined = names & set(bound_names(history[index]))
        if defined and not is_check(history[index]):
            names = names - defined
            found.append(index)
    return sorted(found)


def _verdict(question: Question, source: str) -> Verdict:
    hidden = hidden_remaining(source)
    if not question.measures:
        return Verdict(question.name, question.title, (), hidden)
    with contextlib.closing(NotebookRun(question.name, Path.cwd())) as run:
        verdict = evaluate(question, run, source)
    return Verdict(
        verdict.question, verdict.title, verdict.findings, verdict.hidden_remaining + hidden
    )
