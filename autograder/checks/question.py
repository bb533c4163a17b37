"""The decorator that makes a check of a generator of findings."""

from __future__ import annotations

import contextlib
import inspect
import linecache
import sys
from collections.abc import Callable, Iterable, Iterator
from contextvars import ContextVar
from dataclasses import dataclass
from typing import Any, TypeAlias

from autograder.checks.finding import Finding
from autograder.checks.hidden import hidden_remaining
from autograder.checks.run import Run

__all__ = ["CheckFunction", "Question", "collecting", "question", "source_of"]

CheckFunction: TypeAlias = Callable[[Run], Iterator[Finding | Iterable[Finding]]]

_collected: ContextVar[list[Question] | None] = ContextVar("collected", default=None)


@dataclass(frozen=True, slots=True)
class Question:
    """What an instructor asks of a student's work.

    Parameters
    ----------
    name : str
        Of the decorated function.
    title : str
        The first line of its docstring.
    function : callable
        Takes a :class:`~autograder.checks.run.Run` and yields findings.
    """

    name: str
    title: str
    function: CheckFunction

    @property
    def measures(self) -> bool:
        """Whether anything is left to measure: a release may have taken every finding out."""
        return inspect.isgeneratorfunction(self.function)


@contextlib.contextmanager
def collecting() -> Iterator[list[Question]]:
    """Collect the questions that are defined within, instead of running them."""
    questions: list[Question] = []
    token = _collected.set(questions)
    try:
        yield questions
    finally:
        _collected.reset(token)


def question(function: CheckFunction) -> Question:
    """Make a question of a generator function with a docstring.

    At grading the question is collected and runs in the checker. In a notebook it runs at once,
    shows its report, and raises when a finding failed. Elsewhere it is only defined.

    Parameters
    ----------
    function : generator function
        Takes the run and yields each :class:`~autograder.checks.finding.Finding`; the first line
        of its docstring is the title.

    Returns
    -------
    Question
        In a notebook where the student already defined something of the same name, that is
        returned instead, so that running a check never takes a student's function away.

    Raises
    ------
    TypeError
        `function` is no generator function of one argument, or has no docstring.
    QuestionFailed
        In a notebook, when a finding failed.
    """
    collected = _collected.get()
    shell = None if collected is not None else _shell_that_runs(function)
    made = _question_of(function, released=shell is not None)
    if collected is not None:
        collected.append(made)
    if shell is None:
        return made
    from autograder.checks.notebook import run_in_notebook

    run_in_notebook(made, shell)
    kept: Question = shell.user_ns.get(made.name, made)
    return made if isinstance(kept, Question) else kept


def source_of(function: CheckFunction) -> str:
    """Return the source of the cell that defined `function`, or "" where nobody kept it."""
    code = getattr(function, "__code__", None)
    return "".join(linecache.getlines(code.co_filename)) if code is not None else ""


def _question_of(function: CheckFunction, *, released: bool) -> Question:
    name = getattr(function, "__name__", "")
    if not inspect.isfunction(function):
        raise TypeError("@question decorates a function; put it directly above a def.")
    title = (inspect.getdoc(function) or "").strip().split("\n")[0]
    if not title:
        raise TypeError(
            f"The question {name!r} needs a docstring: its first line is the title that students "
            "read, and it keeps the cell valid when its hidden findings are taken out."
        )
    if len(inspect.signature(function).parameters) != 1:
        raise TypeError(f"The question {name!r} takes one argument: def {name}(run).")
    if not inspect.isgeneratorfunction(function) and not (released and _stripped(function)):
        raise TypeError(
            f"The question {name!r} yields nothing: every finding is given by a yield, "
            "and nothing by return."
        )
    return Question(name, title, function)


def _stripped(function: CheckFunction) -> bool:
    """Whether a release may have taken every ``yield`` out of `function`."""
    body_is_empty = not function.__code__.co_names and len(function.__code__.co_consts) <= 2
    return body_is_empty or hidden_remaining(source_of(function)) > 0


def _shell_that_runs(function: CheckFunction) -> Any:
    """Return the IPython shell in one of whose cells `function` was defined, or None."""
    ipython = sys.modules.get("IPython")
    shell = ipython.get_ipython() if ipython is not None else None
    in_cell = shell is not None and getattr(function, "__globals__", None) is shell.user_ns
    return shell if in_cell else None
