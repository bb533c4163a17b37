"""The report on a question, as JSON for programs and as text for people."""

from __future__ import annotations

import dataclasses
import math
from collections.abc import Iterable, Mapping
from typing import Any

from autograder.checks.finding import Finding
from autograder.checks.text import clean
from autograder.checks.verdict import Verdict

__all__ = ["REPORT_MIME", "TEXT_MIME", "mime_bundle", "public_finding", "report", "report_text"]

REPORT_MIME = "application/vnd.llm-classroom.report+json"
TEXT_MIME = "text/plain"
SCHEMA = 1
AT_GRADING = "at grading"

_FIELDS = (
    "name",
    "passed",
    "measured",
    "wanted",
    "unit",
    "weight",
    "gate",
    "hint",
    "hidden",
    "attempted",
)
_MARKS = {True: "✓", False: "✗", None: "–"}


def report(
    verdict: Verdict, points: float | None = None, max_points: float | None = None
) -> dict[str, Any]:
    """Return the report on `verdict` as JSON data that may be shown to its student.

    Parameters
    ----------
    verdict : Verdict
    points : float or None
        Points earned; what the verdict earns of `max_points` if None.
    max_points : float or None
        None where points are not known, as in a student's notebook.

    Returns
    -------
    dict
        ``schema`` (1), ``question``, ``title``, ``state``, ``points``, ``max_points``,
        ``findings`` (see :func:`public_finding`) and ``hidden_remaining``. The state is that of
        the verdict, or ``"at grading"`` where nothing was measured and grading will.
    """
    if points is None and max_points is not None:
        points = verdict.points(max_points)
    nothing_yet = not verdict.findings and verdict.hidden_remaining > 0
    return {
        "schema": SCHEMA,
        "question": clean(verdict.question),
        "title": clean(verdict.title),
        "state": AT_GRADING if nothing_yet else verdict.state,
        "points": points,
        "max_points": max_points,
        "findings": [public_finding(finding) for finding in verdict.findings],
        "hidden_remaining": verdict.hidden_remaining,
    }


def public_finding(finding: Finding | Mapping[str, Any]) -> dict[str, Any]:
    """Return what a student may read of `finding`, as JSON data.

    Bounds are left out, and so is what a hidden finding wanted: both could tell an expected value.
    Texts are cleaned, and a number that JSON does not know becomes its name, such as ``"nan"``.

    Parameters
    ----------
    finding : Finding or mapping
        A mapping has the fields of a finding; others are ignored.
    """
    fields = dataclasses.asdict(finding) if isinstance(finding, Finding) else finding
    public = {field: _json(fields.get(field)) for field in _FIELDS}
    if public["hidden"]:
        public["wanted"] = ""
    return public


def _json(value: Any) -> Any:
    if isinstance(value, str):
        return clean(value)
    if isinstance(value, float) and not math.isfinite(value):
        return str(value)
    return value


def report_text(report: Mapping[str, Any]) -> str:
    """Return `report` as plain text: a line a finding, aligned, and hints for what failed."""
    findings = [public_finding(finding) for finding in report["findings"]]
    title = clean(str(report["title"]))
    lines = [f"{clean(str(report['question']))}: {title}"]
    if report.get("max_points") is not None:
        lines[0] += f"  [{report['points']:g} of {report['max_points']:g} points]"
    rows = [_row(finding) for finding in findings]
    widths = [max((len(row[column]) for row in rows), default=0) for column in (1, 2)]
    for finding, (mark, name, measured, wanted) in zip(findings, rows, strict=True):
        row = f"  {mark} {name:<{widths[0]}}  {measured:<{widths[1]}}  {wanted}"
        lines.append(row.rstrip())
        if finding["hint"] and not finding["passed"]:
            lines.append(f"      hint: {finding['hint']}")
    remaining = report.get("hidden_remaining") or 0
    if remaining:
        lines.append(f"  + {remaining} hidden finding{'s' * (remaining > 1)} at grading")
    elif not findings:
        lines.append("  Nothing is measured before grading.")
    return "\n".join(lines)


def _row(finding: Mapping[str, Any]) -> tuple[str, str, str, str]:
    """Return mark, name, what was measured and what was wanted."""
    name = str(finding["name"]) + (" (hidden)" if finding["hidden"] else "")
    if not finding["attempted"]:
        return _MARKS[None], name, "not attempted", ""
    measured = finding["measured"]
    if isinstance(measured, int | float) and not isinstance(measured, bool):
        measured = f"{measured:.4g}"
    shown = "" if measured is None else str(measured)
    if shown and finding["unit"]:
        shown = f"{shown} {finding['unit']}"
    wanted = f"wanted: {finding['wanted']}" if finding["wanted"] else ""
    if finding["gate"] and not finding["passed"]:
        wanted = _joined((wanted, "the question earns nothing without it"))
    return _MARKS[bool(finding["passed"])], name, shown, wanted


def _joined(parts: Iterable[str]) -> str:
    return "; ".join(part for part in parts if part)


def mime_bundle(report: Mapping[str, Any]) -> dict[str, Any]:
    """Return `report` as display data: its JSON, and its text for whoever cannot draw it.

    Findings pass through :func:`public_finding`, so `report` may hold whole findings.
    """
    findings = [public_finding(finding) for finding in report["findings"]]
    public = {**report, "findings": findings, "title": clean(str(report["title"]))}
    return {REPORT_MIME: public, TEXT_MIME: report_text(public)}
