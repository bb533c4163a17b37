"""What a grading run found, as data that every format is written from."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from autograder.log import QuestionOutcome, Status

__all__ = [
    "GradeReport",
    "ReportFinding",
    "ReportNotebook",
    "ReportQuestion",
    "ReportRow",
    "questions_of",
]


@dataclass(frozen=True, slots=True)
class ReportFinding:
    """One thing that a question measured.

    Parameters
    ----------
    name : str
    passed : bool
    points, max_points : float
        Its share of the question's; a gate has none.
    hint : str
    hidden : bool
        Whether a hidden test found it. Then nothing else may be said of it.
    gate, attempted : bool
    measured : float, str or None
    wanted, unit : str
        Of visible findings only.

    Raises
    ------
    ValueError
        If a hidden finding says what it measured or wanted.
    """

    name: str
    passed: bool
    points: float = 0.0
    max_points: float = 0.0
    hint: str = ""
    hidden: bool = False
    gate: bool = False
    attempted: bool = True
    measured: float | str | None = None
    wanted: str = ""
    unit: str = ""

    def __post_init__(self) -> None:
        if self.hidden and (self.measured is not None or self.wanted or self.unit):
            raise ValueError(f"The hidden finding {self.name!r} tells more than name and hint.")


@dataclass(frozen=True, slots=True)
class ReportQuestion:
    """A graded test cell; `state` as in :class:`autograder.log.QuestionOutcome`."""

    grade_id: str
    points: float
    max_points: float
    state: str
    title: str = ""
    findings: tuple[ReportFinding, ...] = ()


@dataclass(frozen=True, slots=True)
class ReportNotebook:
    """A notebook of a submission; `cell` is the index of the one where its run failed."""

    name: str
    status: Status = Status.GRADED
    code: str = ""
    reason: str = ""
    cell: int | None = None
    questions: tuple[ReportQuestion, ...] = ()


@dataclass(frozen=True, slots=True)
class ReportRow:
    """What became of one student's submission to one assignment.

    Parameters
    ----------
    student, assignment : str
    status : Status
    code, reason : str
        As in :class:`autograder.log.Outcome`.
    score : float or None
        What counts, late penalty taken off. ``None`` is no score, which is not 0. Of a stale row
        it is the earlier score, which still stands in the gradebook.
    max_score : float or None
    raw_score : float or None
        Before the late penalty.
    auto_score, manual_score : float or None
        The parts of the raw score that were computed and that a person gave.
    late_penalty : float
    needs_manual_grade : bool
    stale : bool
        Whether the score is of an earlier submission than the newest.
    skipped : bool
        Whether nothing had changed since an earlier run, so that it was not graded again.
    timestamp, duedate : str or None
        When it was submitted and due, in ISO 8601.
    seconds, cpu_seconds : float
        That grading took.
    isolation : str
        Under which this submission ran.
    notes : tuple of str
    notebooks : tuple of ReportNotebook
    first_name, last_name, email : str

    Raises
    ------
    ValueError
        If a refused or ungraded row has a score that is not an earlier submission's.
    """

    student: str
    assignment: str
    status: Status
    code: str = ""
    reason: str = ""
    score: float | None = None
    max_score: float | None = None
    raw_score: float | None = None
    auto_score: float | None = None
    manual_score: float | None = None
    late_penalty: float = 0.0
    needs_manual_grade: bool = False
    stale: bool = False
    skipped: bool = False
    timestamp: str | None = None
    duedate: str | None = None
    seconds: float = 0.0
    cpu_seconds: float = 0.0
    isolation: str = "none"
    notes: tuple[str, ...] = ()
    notebooks: tuple[ReportNotebook, ...] = ()
    first_name: str = ""
    last_name: str = ""
    email: str = ""

    def __post_init__(self) -> None:
        scored = self.status in (Status.GRADED, Status.FAILED) or self.stale
        if not scored and (self.score, self.raw_score) != (None, None):
            raise ValueError(f"{self.student} was {self.status} in {self.assignment}: no score.")


@dataclass(frozen=True, slots=True)
class GradeReport:
    """What a grading run found.

    Parameters
    ----------
    course : str
        Its id; may be empty.
    isolation : str
        ``none``, ``restricted`` or ``full``.
    started, finished : str
        In ISO 8601.
    version : str
        The grader's.
    rows : tuple of ReportRow
    """

    course: str
    isolation: str
    started: str
    finished: str
    version: str
    rows: tuple[ReportRow, ...] = ()

    @property
    def assignments(self) -> tuple[str, ...]:
        """The assignments that have rows, each once, in the order of their first row."""
        return tuple(dict.fromkeys(row.assignment for row in self.rows))


def questions_of(questions: Iterable[QuestionOutcome]) -> tuple[ReportQuestion, ...]:
    """Turn outcomes into what may be reported: of a hidden finding name, points and hint only."""
    return tuple(
        ReportQuestion(q.grade_id, q.points, q.max_points, q.state, q.title, tuple(_findings_of(q)))
        for q in questions
    )


def _findings_of(question: QuestionOutcome) -> Iterable[ReportFinding]:
    total = sum(float(f.get("weight", 1.0)) for f in question.findings if not f.get("gate"))
    shut = any(f.get("gate") and not f["passed"] for f in question.findings)
    for finding in question.findings:
        share = 0.0
        if total > 0 and not finding.get("gate"):
            share = question.max_points * float(finding.get("weight", 1.0)) / total
        earned = share if finding["passed"] and not shut else 0.0
        yield ReportFinding(
            name=str(finding["name"]),
            passed=bool(finding["passed"]),
            points=round(earned, 6),
            max_points=round(share, 6),
            hint=str(finding.get("hint", "")),
            gate=bool(finding.get("gate")),
            attempted=bool(finding.get("attempted", True)),
            **_told(finding),
        )


def _told(finding: Mapping[str, Any]) -> dict[str, Any]:
    if finding.get("hidden"):
        return {"hidden": True}
    measured = finding.get("measured")
    if measured is not None and not isinstance(measured, (int, float)):
        measured = str(measured)
    return {
        "measured": measured,
        "wanted": str(finding.get("wanted", "")),
        "unit": str(finding.get("unit", "")),
    }
