"""The report as JSON; its schema is ``docs/report.schema.json``."""

from __future__ import annotations

import dataclasses
import json
import math
from typing import Any

from autograder.reports.model import GradeReport

__all__ = ["SCHEMA", "to_json"]

SCHEMA = "llm-classroom/report/v1"


def to_json(report: GradeReport) -> str:
    """Return the report as JSON, with every field of the model under its own name."""
    tree = _plain(dataclasses.asdict(report))
    head = {"schema": SCHEMA, "assignments": list(report.assignments)}
    # ASCII only, so that whatever a student wrote is harmless in any encoding.
    return json.dumps({**head, **tree}, indent=1, allow_nan=False) + "\n"


def _plain(value: Any) -> Any:
    """Return `value` in types of JSON, which has no infinity and no NaN."""
    if isinstance(value, dict):
        return {key: _plain(entry) for key, entry in value.items()}
    if isinstance(value, (list, tuple)):
        return [_plain(entry) for entry in value]
    if isinstance(value, float) and not math.isfinite(value):
        return str(value)
    return value
