"""What happened to a submission: data only, so that a worker can send it and a log can keep it."""

from __future__ import annotations

import dataclasses
import enum
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

__all__ = ["NotebookOutcome", "Outcome", "QuestionOutcome", "Replay", "Status", "UNGRADED"]

UNGRADED = "ungraded"
"""State of a question that no verdict could be found on: a person has to grade it."""


class Status(enum.StrEnum):
    """How grading a submission ended."""

    GRADED = "graded"
    """Everything ran."""
    FAILED = "failed"
    """The student's: exception, timeout, out of memory, output cap; scored from what ran."""
    REFUSED = "refused"
    """No readable notebook of the assignment or a hostile package: no score."""
    UNGRADED = "ungraded"
    """Ours: worker lost, disk full, a check that raises; never a score."""


@dataclass(frozen=True, slots=True)
class QuestionOutcome:
    """One graded test cell that a check decided.

    Parameters
    ----------
    grade_id : str
    points, max_points : float
    state : str
        ``passed``, ``partial``, ``failed``, ``not attempted`` or ``ungraded``.
    title : str
        First line of the question's docstring; of one that is ungraded, why.
    findings : tuple of dict
        :class:`autograder.checks.Finding` as dictionaries; hidden ones carry no student text.
    """

    grade_id: str
    points: float
    max_points: float
    state: str
    title: str = ""
    findings: tuple[dict[str, Any], ...] = ()


@dataclass(frozen=True, slots=True)
class Replay:
    """A question decided once more on the same kernel: under another seed, or for another answer.

    Parameters
    ----------
    variant : str
        Name of the answer that was swapped in; empty for the submission itself.
    seed : int
    question : QuestionOutcome
    """

    variant: str
    seed: int
    question: QuestionOutcome


@dataclass(frozen=True, slots=True)
class NotebookOutcome:
    """One executed notebook of a submission.

    Parameters
    ----------
    name : str
        Without ``.ipynb``.
    status : Status
    reason : str
        One line for people; empty when graded.
    cell : int or None
        Index of the cell where the run failed.
    questions : tuple of QuestionOutcome
    replays : tuple of Replay
        Empty but for ``verify``.
    """

    name: str
    status: Status = Status.GRADED
    code: str = ""
    reason: str = ""
    cell: int | None = None
    questions: tuple[QuestionOutcome, ...] = ()
    replays: tuple[Replay, ...] = ()


@dataclass(frozen=True, slots=True)
class Outcome:
    """What happened to one submission.

    Parameters
    ----------
    status : Status
    code : str
        A short fixed word for the cause, such as ``cell-timeout``, ``kernel-died``,
        ``out-of-memory``, ``output-cap``, ``total-timeout``, ``truncated-json``, ``link``,
        ``check-raised``, ``worker-lost``; empty when graded.
    reason : str
        One line that says what, where and how to mend it; empty when graded.
    notebooks : tuple of NotebookOutcome
        The notebooks that were executed.
    notes : tuple of str
        Remarks for the report: a missing notebook, a duplicated cell, a module moved aside.
    seed : int
        What the fresh inputs were drawn with, so that a dispute can be replayed.
    isolation : str
        ``none``, ``restricted`` or ``full``.
    seconds, cpu_seconds : float
        Wall and CPU time of kernel and checker.
    """

    status: Status
    code: str = ""
    reason: str = ""
    notebooks: tuple[NotebookOutcome, ...] = ()
    notes: tuple[str, ...] = ()
    seed: int = 0
    isolation: str = "none"
    seconds: float = 0.0
    cpu_seconds: float = 0.0
    retriable: bool = field(default=False)

    def to_json(self) -> dict[str, Any]:
        """Return a dictionary of JSON types."""
        return dataclasses.asdict(self)

    @classmethod
    def from_json(cls, data: Mapping[str, Any]) -> Outcome:
        """Invert :meth:`to_json`.

        Raises
        ------
        TypeError, KeyError, ValueError
            If `data` is not what :meth:`to_json` writes.
        """
        notebooks = tuple(
            NotebookOutcome(
                **{
                    **n,
                    "status": Status(n["status"]),
                    "questions": tuple(_question(q) for q in n["questions"]),
                    "replays": tuple(
                        Replay(r["variant"], r["seed"], _question(r["question"]))
                        for r in n.get("replays", ())
                    ),
                }
            )
            for n in data["notebooks"]
        )
        return cls(
            **{
                **data,
                "status": Status(data["status"]),
                "notebooks": notebooks,
                "notes": tuple(data["notes"]),
            }
        )


def _question(data: Mapping[str, Any]) -> QuestionOutcome:
    return QuestionOutcome(**{**data, "findings": tuple(data["findings"])})
