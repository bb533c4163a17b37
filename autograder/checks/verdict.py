"""The verdict on one question: its findings and the share of the points they earn."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Literal

from autograder.checks.finding import Finding

__all__ = ["Verdict", "VerdictState"]

VerdictState = Literal["passed", "partial", "failed", "not attempted"]


@dataclass(frozen=True, slots=True)
class Verdict:
    """What a question found.

    Parameters
    ----------
    question : str
        The name of the function that `question` decorated.
    title : str
        The first line of its docstring.
    findings : tuple of Finding
        In the order they were measured.
    hidden_remaining : int
        Findings that only grading measures; 0 at grading.
    """

    question: str
    title: str
    findings: tuple[Finding, ...]
    hidden_remaining: int = 0

    @property
    def fraction(self) -> float:
        """Share of the points earned, 0 to 1: passed weight over all weight, 0 if a gate failed."""
        if any(f.gate and not f.passed for f in self.findings):
            return 0.0
        weighted = [f for f in self.findings if not f.gate]
        total = sum(f.weight for f in weighted)
        if total <= 0:
            return 1.0 if self.findings else 0.0
        return sum(f.weight for f in weighted if f.passed) / total

    @property
    def state(self) -> VerdictState:
        """Whether the question was passed, passed in part, failed or not attempted."""
        if self.findings and all(f.passed for f in self.findings):
            return "passed"
        if self.fraction > 0:
            return "partial"
        return "not attempted" if any(not f.attempted for f in self.findings) else "failed"

    def with_gate(self, finding: Finding) -> Verdict:
        """The verdict with one more finding, under a name of its own."""
        while any(found.name == finding.name for found in self.findings):
            finding = replace(finding, name=f"{finding.name} (rule)")
        return replace(self, findings=(*self.findings, finding))

    def points(self, maximum: float) -> float:
        """Points earned of `maximum`, rounded to six decimals so that reports agree."""
        return min(maximum, round(self.fraction * maximum, 6))
