"""What a question can measure: ``question``, the ``Run`` protocol, findings and verdicts.

Themes of findings are submodules: ``from autograder.checks import quantization, values``.
"""

from __future__ import annotations

from autograder.checks.finding import Bounds, Finding
from autograder.checks.question import Question, question
from autograder.checks.run import Run
from autograder.checks.verdict import Verdict

__all__ = ["Bounds", "Finding", "Question", "Run", "Verdict", "question"]
