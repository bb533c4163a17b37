"""The report that a feedback page carries, typed: what ``page_report`` writes, read again."""

from __future__ import annotations

import dataclasses
from dataclasses import dataclass
from typing import Any

from autograder.gradebook.errors import DamagedPageError
from autograder.gradebook.page_report import SCHEMA
from autograder.gradebook.student.fields import Fields
from autograder.log import Status

__all__ = [
    "NewerSubmission",
    "PageComment",
    "PageFinding",
    "PageQuestion",
    "PageReport",
    "PageScores",
    "PageTimes",
]

KINDS = ("tests", "answer", "task")
STATES = ("passed", "partial", "failed", "not attempted", "not graded yet")
MOST_QUESTIONS = 500
MOST_FINDINGS = 500
MOST_COMMENTS = 1000
MOST_NOTES = 100
NAME = 255


@dataclass(frozen=True, slots=True)
class PageFinding:
    """One thing that a question measured, as its student may see it.

    Parameters
    ----------
    name : str
    passed : bool
    measured : float, str, bool or None
    wanted, unit : str
    weight : float
    gate : bool
    hint : str
    hidden, attempted : bool
        As in :class:`autograder.checks.Finding`.
    """

    name: str
    passed: bool
    measured: float | str | bool | None
    wanted: str
    unit: str
    weight: float
    gate: bool
    hint: str
    hidden: bool
    attempted: bool

    @classmethod
    def from_fields(cls, fields: Fields) -> PageFinding:
        """Read a finding; what a check left out is as in a finding without it."""
        return cls(
            name=fields.line("name"),
            passed=fields.flag("passed"),
            measured=fields.measured("measured"),
            wanted=fields.line("wanted", default=""),
            unit=fields.line("unit", default=""),
            weight=fields.number("weight", default=1.0),
            gate=fields.flag("gate", default=False),
            hint=fields.line("hint", default=""),
            hidden=fields.flag("hidden", default=False),
            attempted=fields.flag("attempted", default=True),
        )


@dataclass(frozen=True, slots=True)
class PageQuestion:
    """One graded cell.

    Parameters
    ----------
    grade_id : str
    kind : str
        ``tests``, ``answer`` or ``task``.
    title : str
    state : str
        ``passed``, ``partial``, ``failed``, ``not attempted`` or ``not graded yet``.
    score : float or None
        None if it is not graded yet.
    max_score : float
    automatic, manual, extra_credit : float or None
    needs_manual_grade : bool
    comment : str
        A person's; text, of several lines.
    findings : tuple of PageFinding
    """

    grade_id: str
    kind: str
    title: str
    state: str
    score: float | None
    max_score: float
    automatic: float | None
    manual: float | None
    extra_credit: float | None
    needs_manual_grade: bool
    comment: str
    findings: tuple[PageFinding, ...]

    @classmethod
    def from_fields(cls, fields: Fields) -> PageQuestion:
        """Read a question."""
        return cls(
            grade_id=fields.line("grade_id", NAME),
            kind=fields.word("kind", KINDS),
            title=fields.line("title"),
            state=fields.word("state", STATES),
            score=fields.number_or_none("score"),
            max_score=fields.number("max_score"),
            automatic=fields.number_or_none("automatic"),
            manual=fields.number_or_none("manual"),
            extra_credit=fields.number_or_none("extra_credit"),
            needs_manual_grade=fields.flag("needs_manual_grade"),
            comment=fields.paragraph("comment"),
            findings=tuple(
                PageFinding.from_fields(f) for f in fields.objects("findings", MOST_FINDINGS)
            ),
        )

    def to_json(self) -> dict[str, Any]:
        """Return JSON data."""
        findings = [dataclasses.asdict(finding) for finding in self.findings]
        return {**dataclasses.asdict(self), "findings": findings}


@dataclass(frozen=True, slots=True)
class PageScores:
    """Sums over a notebook, in points; `manual` is None if nobody graded by hand."""

    automatic: float | None
    manual: float | None
    extra_credit: float | None
    late_penalty: float | None
    final: float | None
    max: float | None

    @classmethod
    def from_fields(cls, fields: Fields) -> PageScores:
        """Read the sums."""
        names = [field.name for field in dataclasses.fields(cls)]
        return cls(**{name: fields.number_or_none(name) for name in names})


@dataclass(frozen=True, slots=True)
class PageTimes:
    """Times of a submission: ISO 8601 in UTC, or None."""

    submitted: str | None
    due: str | None
    graded: str | None

    @classmethod
    def from_fields(cls, fields: Fields) -> PageTimes:
        """Read the times."""
        return cls(fields.time("submitted"), fields.time("due"), fields.time("graded"))


@dataclass(frozen=True, slots=True)
class NewerSubmission:
    """A submission after this one, which got no score: its status, and why."""

    status: str
    reason: str
    submitted: str | None

    @classmethod
    def from_fields(cls, fields: Fields) -> NewerSubmission:
        """Read it."""
        status = fields.word("status", tuple(Status))
        return cls(status, fields.line("reason", 1000), fields.time("submitted"))


@dataclass(frozen=True, slots=True)
class PageComment:
    """A person's comment on a cell."""

    grade_id: str
    text: str

    @classmethod
    def from_fields(cls, fields: Fields) -> PageComment:
        """Read it."""
        return cls(fields.line("grade_id", NAME), fields.paragraph("text"))


@dataclass(frozen=True, slots=True)
class PageReport:
    """The report on one notebook, with the fields that ``docs/nbgrader.md`` lists."""

    course: str
    assignment: str
    title: str
    notebook: str
    student: str
    status: str
    code: str
    reason: str
    cell: int | None
    notes: tuple[str, ...]
    attempt: int | None
    newer: NewerSubmission | None
    times: PageTimes
    late_seconds: float
    scores: PageScores
    needs_manual_grade: bool
    questions: tuple[PageQuestion, ...]
    comments: tuple[PageComment, ...]
    schema: int = SCHEMA

    @classmethod
    def from_json(cls, data: Any) -> PageReport:
        """Read parsed JSON; fields that are not known are left out.

        Raises
        ------
        DamagedPageError
            If a field is missing, of another type or out of bounds; the text names it.
        """
        fields = Fields(data, "report")
        schema = fields.count("schema")
        if schema != SCHEMA:
            raise DamagedPageError(f"its schema is {schema}, and this version reads {SCHEMA}")
        newer = fields.object_or_none("newer")
        return cls(
            course=fields.line("course", NAME),
            assignment=fields.line("assignment", NAME),
            title=fields.line("title"),
            notebook=fields.line("notebook", NAME),
            student=fields.line("student", NAME),
            status=fields.word("status", tuple(Status)),
            code=fields.line("code"),
            reason=fields.line("reason", 1000),
            cell=fields.count("cell"),
            notes=fields.lines("notes", MOST_NOTES),
            attempt=fields.count("attempt"),
            newer=NewerSubmission.from_fields(newer) if newer else None,
            times=PageTimes.from_fields(fields.object("times")),
            late_seconds=fields.number("late_seconds"),
            scores=PageScores.from_fields(fields.object("scores")),
            needs_manual_grade=fields.flag("needs_manual_grade"),
            questions=tuple(
                PageQuestion.from_fields(q) for q in fields.objects("questions", MOST_QUESTIONS)
            ),
            comments=tuple(
                PageComment.from_fields(c) for c in fields.objects("comments", MOST_COMMENTS)
            ),
        )

    def to_json(self) -> dict[str, Any]:
        """Return JSON data, as ``IPageReport`` of the front end."""
        return {
            **dataclasses.asdict(self),
            "notes": list(self.notes),
            "questions": [question.to_json() for question in self.questions],
            "comments": [dataclasses.asdict(comment) for comment in self.comments],
        }
