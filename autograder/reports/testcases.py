"""The report as JUnit XML: a suite an assignment, a case a question of a student.

==========================  =====================================================
what happened               case
==========================  =====================================================
question passed             passes
question wrong              ``failure``, its findings in the text
question without a verdict  ``skipped``: a person grades it
submission failed           its case ``submission`` has a ``failure``; questions count as above
submission refused          its only case ``submission`` has a ``failure``: the student mends it
ungraded, a retry may help  its only case ``submission`` is ``skipped``: no verdict
ungraded, ours to mend      its only case ``submission`` has an ``error``
==========================  =====================================================
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from xml.etree import ElementTree

from autograder.log import UNGRADED, Status
from autograder.reports.model import (
    GradeReport,
    ReportFinding,
    ReportNotebook,
    ReportQuestion,
    ReportRow,
)

__all__ = ["OURS", "to_junit"]

OURS = frozenset({"check-raised", "worker-error", "sandbox-error", "canary-failed"})
"""Codes of ungraded submissions that somebody must mend before another try can help."""

LONGEST = 4000  # characters of a text: some readers refuse files of more than 30 MB
ILLEGAL = re.compile("[^\t\n\r\x20-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")


def to_junit(report: GradeReport) -> str:
    """Return the report as JUnit XML."""
    root = ElementTree.Element("testsuites", name=_legal(report.course or "course"))
    for assignment in report.assignments:
        rows = [row for row in report.rows if row.assignment == assignment]
        root.append(_suite(report, assignment, rows))
    for name in ("tests", "failures", "errors", "skipped"):
        root.set(name, str(sum(int(suite.get(name, "0")) for suite in root)))
    ElementTree.indent(root)
    text = ElementTree.tostring(root, encoding="unicode")
    return f'<?xml version="1.0" encoding="UTF-8"?>\n{text}\n'


def _suite(report: GradeReport, assignment: str, rows: Iterable[ReportRow]) -> ElementTree.Element:
    suite = ElementTree.Element("testsuite", name=_legal(assignment))
    suite.set("timestamp", _legal(report.started))
    facts = {"isolation": report.isolation, "grader": report.version, "finished": report.finished}
    _properties(suite, facts)
    seconds = 0.0
    for row in rows:
        seconds += row.seconds
        suite.append(_submission(row))
        if row.status in (Status.GRADED, Status.FAILED):
            for notebook in row.notebooks:
                prefix = f"{notebook.name}/" if len(row.notebooks) > 1 else ""
                suite.extend(_question(row, notebook, q, prefix) for q in notebook.questions)
    suite.set("time", f"{seconds:.3f}")
    suite.set("tests", str(len(suite.findall("testcase"))))
    for name, kind in (("failures", "failure"), ("errors", "error"), ("skipped", "skipped")):
        suite.set(name, str(len(suite.findall(f"testcase/{kind}"))))
    return suite


def _case(row: ReportRow, name: str, seconds: float = 0.0) -> ElementTree.Element:
    return ElementTree.Element(
        "testcase",
        classname=_legal(f"{row.assignment}.{row.student}"),
        name=_legal(name),
        time=f"{seconds:.3f}",
    )


def _submission(row: ReportRow) -> ElementTree.Element:
    """Return the case of the submission as a whole, with its scores as properties."""
    case = _case(row, "submission", row.seconds)
    facts: dict[str, object] = {
        "status": row.status.value,
        "score": row.score,
        "max_score": row.max_score,
        "late_penalty": row.late_penalty or None,
        "needs_manual_grade": row.needs_manual_grade or None,
        "stale": row.stale or None,
        "unchanged": row.skipped or None,
    }
    _properties(case, facts)
    if row.status is Status.GRADED:
        return case
    kind = "failure"
    if row.status is Status.UNGRADED:
        kind = "error" if row.code in OURS else "skipped"
    text = "\n".join([row.reason, *row.notes])
    _verdict(case, kind, row.code or row.status.value, row.reason, text)
    return case


def _question(
    row: ReportRow, notebook: ReportNotebook, question: ReportQuestion, prefix: str
) -> ElementTree.Element:
    case = _case(row, f"{prefix}{question.grade_id}")
    case.set("file", _legal(f"{row.assignment}/{notebook.name}.ipynb"))
    _properties(case, {"points": question.points, "max_points": question.max_points})
    if question.state == UNGRADED:
        _verdict(case, "skipped", UNGRADED, question.title, question.title)
    elif question.state != "passed":
        lines = [_describe(finding) for finding in question.findings if not finding.passed]
        head = f"{question.points:g} of {question.max_points:g} points: {question.state}"
        _verdict(case, "failure", question.state, head, "\n".join([head, *lines]))
    return case


def _describe(finding: ReportFinding) -> str:
    """Say what is wrong in one line; of a hidden finding only name, points and hint."""
    parts = [finding.name]
    if finding.hidden:
        parts.append("(hidden test)")
    if finding.measured is not None:
        number = finding.measured
        shown = number if isinstance(number, str) else f"{number:g}"
        parts.append(f"measured {shown} {finding.unit}".rstrip())
    if finding.wanted:
        parts.append(f"wanted {finding.wanted} {finding.unit}".rstrip())
    if finding.max_points:
        parts.append(f"{finding.points:g} of {finding.max_points:g} points")
    if finding.hint:
        parts.append(f"hint: {finding.hint}")
    return " · ".join(" ".join(part.split()) for part in parts)


def _verdict(case: ElementTree.Element, kind: str, what: str, message: str, text: str) -> None:
    verdict = ElementTree.SubElement(case, kind, type=_legal(what), message=_legal(message))
    verdict.text = _legal(text)  # some readers ignore the attributes


def _properties(parent: ElementTree.Element, facts: Mapping[str, object]) -> None:
    properties = ElementTree.SubElement(parent, "properties")
    for name, value in facts.items():
        if value is not None:
            shown = str(value).lower() if isinstance(value, bool) else _legal(str(value))
            ElementTree.SubElement(properties, "property", name=name, value=shown)


def _legal(text: str) -> str:
    """Return `text` without what XML cannot hold, and not too long; escaping comes later."""
    if len(text) > LONGEST:
        text = f"{text[:LONGEST]} …"
    return ILLEGAL.sub("\ufffd", text)
