"""Run a copy of a notebook in a fresh kernel, and tell what its checks say."""

from __future__ import annotations

from llm_classroom.check.limits import CheckLimits
from llm_classroom.check.result import CheckedQuestion, CheckResult
from llm_classroom.check.run import check_notebook

__all__ = ["CheckLimits", "CheckResult", "CheckedQuestion", "check_notebook"]
