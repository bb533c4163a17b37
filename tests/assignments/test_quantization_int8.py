"""What is particular to the assignment on quantization: its points, topics, texts and variety."""

from __future__ import annotations

from pathlib import Path

import nbformat

from autograder.course import load_assignment, load_wrong_solution

FOLDER = Path(__file__).resolve().parents[2] / "assignments" / "quantization-int8"


def test_the_points_are_twenty_by_checks_and_two_by_a_reader() -> None:
    notebook = nbformat.read(FOLDER / "quantization-int8.ipynb", as_version=4)
    graded = [
        cell.metadata.nbgrader
        for cell in notebook.cells
        if cell.metadata.get("nbgrader", {}).get("grade")
    ]
    assert sum(told.points for told in graded if not told.solution) == 20
    assert sum(told.points for told in graded if told.solution) == 2


def test_it_belongs_to_the_topic_and_the_notebook_on_quantization() -> None:
    assignment = load_assignment(FOLDER)
    assert assignment.topics == ("scientist-7",)
    assert assignment.notebooks == ("introduction-to-quantization",)


def test_students_and_grader_measure_on_different_texts() -> None:
    end = "<|endoftext|>"
    theirs, ours = (
        set((FOLDER / name).read_text(encoding="utf-8").split(end)) - {""}
        for name in ("files/text.txt", "grader/heldout.txt")
    )
    assert len(theirs) > 100
    assert len(ours) > 100
    assert not theirs & ours


def test_there_are_many_plausible_wrong_solutions() -> None:
    wrong = [load_wrong_solution(file) for file in sorted((FOLDER / "wrong").glob("*.py"))]
    assert sum(not solution.trivial for solution in wrong) >= 20
