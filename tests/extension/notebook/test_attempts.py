"""What the Lab writes into a cell must not look like a change to nbgrader."""

from __future__ import annotations

from nbformat.v4 import new_code_cell
from nbgrader.utils import compute_checksum


def test_counting_attempts_in_a_check_leaves_its_checksum_alone() -> None:
    cell = new_code_cell("assert True")
    cell.metadata.nbgrader = {
        "grade": True,
        "grade_id": "absmax",
        "locked": True,
        "points": 3,
        "schema_version": 3,
        "solution": False,
        "task": False,
    }
    before = compute_checksum(cell)
    cell.metadata["llm_classroom"] = {"attempts": 7, "hidden_findings": 2}
    assert compute_checksum(cell) == before
    cell.source += "\n"
    assert compute_checksum(cell) != before
