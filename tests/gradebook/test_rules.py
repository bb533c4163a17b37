"""Rules in a released notebook: the sentence, the comments, and nothing where there is no rule."""

from __future__ import annotations

import copy
import json
from collections.abc import Callable
from pathlib import Path

import nbformat
import pytest
from nbformat.v4 import new_code_cell, new_markdown_cell
from nbgrader.validator import Validator

from autograder.checks.rules import Forbidden, read_rules, sentence
from autograder.course.errors import AssignmentFileError
from autograder.gradebook.course import Course
from autograder.gradebook.release import release_assignment

RULES = """
[[rules]]
question = "doubling"
names = ["numpy.add"]

[[rules]]
question = "doubling"
names = ["generate"]
keywords = ["num_beams", "do_sample"]
"""
FORBIDDEN = (Forbidden(("numpy.add",)), Forbidden(("generate",), ("num_beams", "do_sample")))
SENTENCE = sentence(FORBIDDEN)


def add_rules(course: Course, text: str = RULES) -> None:
    path = course.root / "grading" / "toy" / "assignment.toml"
    path.write_text(path.read_text() + text)


def edit(course: Course, change: Callable[[nbformat.NotebookNode], object]) -> None:
    path = course.root / "source" / "toy" / "toy.ipynb"
    notebook = nbformat.read(path, as_version=4)
    change(notebook)
    nbformat.write(notebook, path)


def released(course: Course, *, force: bool = False) -> nbformat.NotebookNode:
    folder = release_assignment(course, "toy", force=force).folder
    nbformat.validate(notebook := nbformat.read(folder / "toy.ipynb", as_version=4))
    return notebook


def put_text_above(notebook: nbformat.NotebookNode) -> None:
    notebook.cells.insert(2, new_markdown_cell("## Twice\n\nWrite it.\n"))


def test_the_sentence_ends_the_text_above_the_answer(course: Course) -> None:
    add_rules(course)
    edit(course, put_text_above)
    notebook = released(course)
    assert notebook.cells[2].source == f"## Twice\n\nWrite it.\n\n{SENTENCE}"
    assert sum(SENTENCE in cell.source for cell in notebook.cells) == 1
    again = released(course, force=True)
    assert again == notebook
    assert notebook.cells[4].source.startswith("# rule for double: not numpy.add\n")
    assert read_rules(notebook.cells[4].source) == (("double",), FORBIDDEN)


def test_how_grading_looks_is_said_once_in_a_notebook(course: Course) -> None:
    def add_question(notebook: nbformat.NotebookNode) -> None:
        for cell in [copy.deepcopy(cell) for cell in notebook.cells[2:4]]:
            cell.metadata.nbgrader.grade_id += "-again"
            cell.source = cell.source.replace("double", "redouble")
            cell.id += "-again"
            notebook.cells.append(cell)

    again = '\n[[rules]]\nquestion = "doubling-again"\nnames = ["numpy.add"]\n'
    add_rules(course, again + RULES)
    edit(course, add_question)
    told = [c.source for c in released(course).cells if "**Write it yourself.**" in c.source]
    assert told[0] == SENTENCE
    assert told[1] == sentence(FORBIDDEN[:1], explained=False)
    assert "Grading looks" in told[0] and "Grading looks" not in told[1]


def test_without_a_text_above_the_sentence_has_a_locked_cell_of_its_own(course: Course) -> None:
    add_rules(course)
    notebook = released(course)
    cell = notebook.cells[2]
    assert (cell.cell_type, cell.source) == ("markdown", SENTENCE)
    assert cell.metadata == {"deletable": False, "editable": False}
    assert notebook.cells[3].metadata.nbgrader.grade_id == "double"
    assert released(course, force=True) == notebook


def test_a_text_that_a_student_answers_is_left_alone(course: Course) -> None:
    def move_question_above(notebook: nbformat.NotebookNode) -> None:
        notebook.cells.insert(2, notebook.cells.pop())

    add_rules(course)
    edit(course, move_question_above)
    notebook = released(course)
    assert notebook.cells[2].source == "YOUR ANSWER HERE" and notebook.cells[3].source == SENTENCE


def test_the_gradebook_keeps_what_the_author_wrote(course: Course) -> None:
    add_rules(course)
    released(course)
    with course.gradebook() as gradebook:
        source = gradebook.find_source_cell("doubling", "toy", "toy").source
        names = {cell.name for cell in gradebook.find_notebook("toy", "toy").source_cells}
    assert "# rule" not in source
    assert names == {"parameters", "double", "doubling", "asserts", "why"}


def test_nbgraders_validation_finds_no_changed_cell(course: Course) -> None:
    add_rules(course)
    edit(course, put_text_above)
    folder = release_assignment(course, "toy").folder
    checked = Validator().validate(str(folder / "toy.ipynb"))
    assert "changed" not in checked


def test_a_course_that_init_did_not_set_up_tells_rules_as_well(
    course: Course, reopen: Callable[..., Course]
) -> None:
    add_rules(course)
    (course.root / "nbgrader_config.py").write_text(
        "c = get_config()\n"
        f"c.CourseDirectory.root = {str(course.root)!r}\n"
        "c.CourseDirectory.course_id = 'plain'\n"
        f"c.Exchange.root = {str(course.root / 'exchange')!r}\n"
    )
    notebook = released(reopen(course.root))
    assert notebook.cells[2].source == SENTENCE
    assert read_rules(notebook.cells[4].source)[1] == FORBIDDEN


def test_without_rules_a_release_is_as_it_was(course: Course, tmp_path: Path) -> None:
    with_step = release_assignment(course, "toy").folder / "toy.ipynb"
    before = with_step.read_bytes()
    config = course.config.GenerateAssignment
    config.preprocessors = [p for p in config.preprocessors if not p.endswith("TellRules")]
    release_assignment(course, "toy", force=True)
    assert with_step.read_bytes() == before
    assert b"# rule" not in before and b"Write it yourself" not in before


def test_a_rule_for_no_question_stops_the_release(course: Course) -> None:
    add_rules(course, RULES.replace('question = "doubling"', 'question = "doublin"', 1))
    with pytest.raises(AssignmentFileError) as caught:
        release_assignment(course, "toy")
    assert str(caught.value).endswith(
        "assignment.toml: rules[0].question names 'doublin', which is no cell with a check. "
        "Did you mean 'doubling'? The questions are: doubling."
    )
    assert not (course.root / "release").exists()


def test_a_test_cell_without_a_check_has_no_rules(course: Course) -> None:
    add_rules(course, RULES.replace("doubling", "asserts"))
    with pytest.raises(AssignmentFileError, match="'asserts', which is no cell with a check"):
        release_assignment(course, "toy")


def test_of_several_answers_the_sentence_is_above_the_one_that_the_check_asks_for(
    course: Course,
) -> None:
    def add_answer(notebook: nbformat.NotebookNode) -> None:
        cell = new_code_cell(
            "def helper(x):\n    ### BEGIN SOLUTION\n    pass\n    ### END SOLUTION"
        )
        meta = {"grade": False, "solution": True, "task": False, "locked": False}
        cell.metadata["nbgrader"] = {"schema_version": 3, "grade_id": "helper", **meta}
        notebook.cells.insert(2, cell)

    add_rules(course)
    edit(course, add_answer)
    notebook = released(course)
    assert [i for i, c in enumerate(notebook.cells) if SENTENCE in c.source] == [3]
    assert notebook.cells[4].metadata.nbgrader.grade_id == "double"
    assert read_rules(notebook.cells[5].source)[0] == ("double",)


def test_classroom_json_tells_the_rules(course: Course) -> None:
    add_rules(course)
    folder = release_assignment(course, "toy").folder
    told = json.loads((folder / "classroom.json").read_text())["rules"]
    assert told == [
        {"question": "doubling", "names": ["numpy.add"], "keywords": []},
        {"question": "doubling", "names": ["generate"], "keywords": ["num_beams", "do_sample"]},
    ]
