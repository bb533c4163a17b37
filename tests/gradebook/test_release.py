from __future__ import annotations

import json
from pathlib import Path

import nbformat
import pytest

from autograder.errors import OverwriteError, UnknownAssignmentError, UsageError
from autograder.gradebook.course import Course
from autograder.gradebook.errors import ConversionError
from autograder.gradebook.release import release_assignment

MARKERS = ("HIDDENMARKER", "SOLUTIONMARKER", "ORACLEMARKER", "WRONGMARKER")


def cells(folder: Path) -> dict[str, nbformat.NotebookNode]:
    notebook = nbformat.read(folder / "toy.ipynb", as_version=4)
    return {c.metadata.nbgrader.grade_id: c for c in notebook.cells if "nbgrader" in c.metadata}


def test_a_check_says_how_many_findings_are_hidden_and_the_gradebook_keeps_them(
    course: Course,
) -> None:
    release = release_assignment(course, "toy")
    check = cells(release.folder)["doubling"]
    assert check.source.splitlines()[-1].strip() == "# hidden findings: 2"
    assert check.metadata.llm_classroom == {"hidden_findings": 2}
    with course.gradebook() as gradebook:
        stored = gradebook.find_source_cell("doubling", "toy", "toy").source
    assert "twice HIDDENMARKER" in stored


def test_an_ordinary_test_cell_loses_its_hidden_region_as_in_nbgrader(course: Course) -> None:
    release = release_assignment(course, "toy")
    asserts = cells(release.folder)["asserts"]
    assert asserts.source.strip() == "assert double(1) == 2"
    assert "llm_classroom" not in asserts.metadata


def test_parameters_is_the_only_tag_that_is_released(course: Course) -> None:
    released = cells(release_assignment(course, "toy").folder)
    assert released["parameters"].metadata.tags == ["parameters"]
    assert "tags" not in released["asserts"].metadata


def test_nothing_that_is_hidden_reaches_a_student(course: Course, tmp_path: Path) -> None:
    release_assignment(course, "toy")
    exchange = Path(course.config.Exchange.root)
    outbound = exchange / "nlp" / "outbound" / "toy"
    assert sorted(p.name for p in outbound.iterdir()) == ["classroom.json", "data.csv", "toy.ipynb"]
    for folder in (course.root / "release", exchange):
        for path in folder.rglob("*"):
            if path.is_file():
                assert not [m for m in MARKERS if m in path.read_text()], path


def test_classroom_json_tells_what_a_student_has_no_gradebook_for(course: Course) -> None:
    with course.gradebook() as gradebook:
        gradebook.add_assignment("toy", duedate="2026-10-02 12:00:00.0 UTC")
    course.config.LateSubmissionPlugin.penalty_method = "zero"
    release = release_assignment(course, "toy")
    told = json.loads((release.folder / "classroom.json").read_text())
    questions = told["notebooks"][0].pop("questions")
    assert told == {
        "schema": 1,
        "course": "nlp",
        "assignment": "toy",
        "title": "Doubling",
        "summary": "A number, twice.",
        "minutes": 5,
        "topics": ["engineer-1"],
        "seed_notebooks": ["introduction-to-quantization"],
        "prerequisites": [],
        "rules": [],
        "points": 10.0,
        "due": "2026-10-02T12:00:00Z",
        "late": {
            "plugin": "nbgrader.plugins.latesubmission.LateSubmissionPlugin",
            "method": "zero",
        },
        "notebooks": [
            {"name": "toy", "points": 10.0, "parameters": {"SEED": "0", "MODEL": "'tiny'"}}
        ],
    }
    assert [(q["grade_id"], q["kind"], q["points"], q["hidden_findings"]) for q in questions] == [
        ("doubling", "tests", 3.0, 2),
        ("asserts", "tests", 2.0, 0),
        ("why", "answer", 5.0, 0),
    ]
    assert questions[0]["title"] == "Twice the number comes back."


def test_a_release_is_replaced_only_by_force(course: Course) -> None:
    release_assignment(course, "toy")
    (course.root / "source" / "toy" / "data.csv").write_text("2\n")
    with pytest.raises(OverwriteError, match="--force"):
        release_assignment(course, "toy")
    release = release_assignment(course, "toy", force=True)
    outbound = Path(course.config.Exchange.root) / "nlp" / "outbound" / "toy"
    assert (release.folder / "data.csv").read_text() == "2\n"
    assert (outbound / "data.csv").read_text() == "2\n"


def test_an_unknown_assignment_is_named_with_the_nearest_known(course: Course) -> None:
    with pytest.raises(UnknownAssignmentError, match="Did you mean 'toy'"):
        release_assignment(course, "toys")


def test_a_course_without_an_id_cannot_release(course: Course, reopen) -> None:
    nameless = reopen(course.root, CourseDirectory={"course_id": ""})
    with pytest.raises(UsageError, match="course has no id"):
        release_assignment(nameless, "toy")
    assert not (course.root / "release").exists()


def test_a_mistake_in_a_notebook_is_told_with_its_name(course: Course) -> None:
    path = course.root / "source" / "toy" / "toy.ipynb"
    notebook = nbformat.read(path, as_version=4)
    notebook.cells[3].source = notebook.cells[3].source.replace("### END HIDDEN TESTS", "")
    nbformat.write(notebook, path)
    with pytest.raises(ConversionError, match=r"toy\.ipynb: .*[Nn]o end hidden tests"):
        release_assignment(course, "toy")
    assert not (course.root / "release" / "toy").exists()


def test_a_course_that_init_did_not_set_up_hides_findings_as_well(course: Course, reopen) -> None:
    (course.root / "nbgrader_config.py").write_text(
        "c = get_config()\n"
        f"c.CourseDirectory.root = {str(course.root)!r}\n"
        "c.CourseDirectory.course_id = 'plain'\n"
        f"c.Exchange.root = {str(course.root / 'exchange')!r}\n"
    )
    released = cells(release_assignment(reopen(course.root), "toy").folder)
    assert released["doubling"].metadata.llm_classroom == {"hidden_findings": 2}
    assert released["parameters"].metadata.tags == ["parameters"]
