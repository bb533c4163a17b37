"""The assignment as its author wrote it: notebook, files and wrong solutions fit together."""

from __future__ import annotations

import ast
import re
from pathlib import Path

import nbformat
import pytest

from autograder.checks.cell import is_check, load_question
from autograder.checks.hidden import count_hidden_findings, strip_hidden
from autograder.course import load_assignment, load_roadmap, load_wrong_solution

FOLDER = Path(__file__).resolve().parents[2] / "assignments" / "quantization-int8"
SOLUTION = re.compile(r"^( *)### BEGIN SOLUTION$.*?^ *### END SOLUTION$", re.MULTILINE | re.DOTALL)
WRONG = [load_wrong_solution(file) for file in sorted((FOLDER / "wrong").glob("*.py"))]


@pytest.fixture
def notebook():
    return nbformat.read(FOLDER / "quantization-int8.ipynb", as_version=4)


def cells(notebook, **wanted):
    """Return the cells whose nbgrader metadata says all of `wanted`, by grade id."""
    found = {}
    for cell in notebook.cells:
        told = cell.metadata.get("nbgrader")
        if told is not None and all(told.get(key) == value for key, value in wanted.items()):
            found[told["grade_id"]] = cell
    return found


def test_nbgrader_accepts_the_notebook(notebook):
    from nbgrader.nbgraderformat import MetadataValidator

    nbformat.validate(notebook)
    for cell in notebook.cells:
        if "nbgrader" in cell.metadata:
            MetadataValidator().validate_cell(cell)
    assert notebook.metadata.kernelspec.name == "python3"
    assert all(not cell.get("outputs") for cell in notebook.cells)


def test_the_points_are_twenty_by_checks_and_two_by_a_reader(notebook):
    checks = cells(notebook, grade=True, solution=False)
    written = cells(notebook, grade=True, solution=True)
    assert sum(cell.metadata.nbgrader.points for cell in checks.values()) == 20
    assert [cell.metadata.nbgrader.points for cell in written.values()] == [2]


def test_the_parameters_stand_in_one_locked_cell(notebook):
    tagged = [c for c in notebook.cells if "parameters" in c.metadata.get("tags", [])]
    assert len(tagged) == 1
    assert tagged[0].metadata.nbgrader.locked
    assert tagged[0].source == 'SEED = 0\nMODEL = "tiny-base"\nDEVICE = "cpu"'


def test_each_check_measures_in_the_open_and_out_of_sight(notebook):
    for name, cell in cells(notebook, grade=True, solution=False).items():
        assert cell.metadata.nbgrader.locked
        assert is_check(cell.source)
        assert load_question(cell.source, f"<check {name}>").title
        released = strip_hidden(cell.source)
        assert count_hidden_findings(cell.source) > 0
        assert "yield" in released
        assert "grader" not in re.findall(r"\w+", released.replace("autograder", ""))
        ast.parse(released)


def test_no_task_gives_its_answer_away(notebook):
    answers = cells(notebook, grade=False, solution=True)
    assert len(answers) == 8
    for cell in answers.values():
        assert len(SOLUTION.findall(cell.source)) == 1
        ast.parse(SOLUTION.sub(r"\1raise NotImplementedError()", cell.source))


def test_nbgrader_clears_every_solution(notebook):
    from nbgrader.preprocessors import ClearSolutions

    cleared, _ = ClearSolutions().preprocess(notebook, {})
    source = "\n".join(cell.source for cell in cleared.cells)
    assert "SOLUTION" not in source
    assert source.count("raise NotImplementedError()") == 8
    assert "tokens that became more likely" not in source


def test_the_settings_name_what_the_roadmap_has():
    assignment = load_assignment(FOLDER, roadmap=load_roadmap())
    assert assignment.topics == ("scientist-7",)
    assert assignment.notebooks == ("introduction-to-quantization",)


def test_students_and_grader_measure_on_different_texts():
    end = "<|endoftext|>"
    theirs, ours = (
        set((FOLDER / name).read_text(encoding="utf-8").split(end)) - {""}
        for name in ("files/text.txt", "grader/heldout.txt")
    )
    assert len(theirs) > 100
    assert len(ours) > 100
    assert not theirs & ours


@pytest.mark.parametrize("solution", WRONG, ids=lambda solution: solution.name)
def test_a_wrong_solution_replaces_answers_and_names_questions(solution, notebook):
    answers = set(cells(notebook, grade=False, solution=True))
    questions = set(cells(notebook, grade=True, solution=False))
    assert solution.why
    assert set(solution.loses) <= questions
    assert set(solution.cells) <= answers
    for source in solution.cells.values():
        ast.parse(source)
    if solution.trivial:
        assert (set(solution.loses), set(solution.cells)) == (questions, answers)


def test_there_are_many_plausible_wrong_solutions():
    assert sum(not solution.trivial for solution in WRONG) >= 20
    lost = {question for solution in WRONG if not solution.trivial for question in solution.loses}
    assert len(lost) == 8


@pytest.mark.slow
def test_a_right_answer_runs_from_top_to_bottom(notebook, tmp_path, monkeypatch):
    from nbclient import NotebookClient

    monkeypatch.setenv("OMP_NUM_THREADS", "1")
    (tmp_path / "text.txt").write_bytes((FOLDER / "files" / "text.txt").read_bytes())
    for cell in notebook.cells:
        if cell.cell_type == "code":
            cell.source = strip_hidden(cell.source)
    client = NotebookClient(
        notebook,
        timeout=300,
        kernel_name="python3",
        resources={"metadata": {"path": str(tmp_path)}},
    )
    client.execute()
    for name, cell in cells(notebook, grade=True, solution=False).items():
        text = "".join(o.get("data", {}).get("text/plain", "") for o in cell.outputs)
        assert "✓" in text, name
        assert "✗" not in text, name
    images = [
        output
        for cell in notebook.cells
        for output in cell.get("outputs", [])
        if "image/png" in output.get("data", {})
    ]
    assert len(images) == 2
    assert (tmp_path / "model-int8.safetensors").stat().st_size < 2.5e6
