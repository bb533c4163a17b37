"""What a student must never read is found nowhere a student can read."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
from pathlib import Path

import nbformat
import pytest
from nbformat.v4 import new_code_cell, new_notebook

CHECKOUT = Path(__file__).resolve().parents[1]
NAME = "doubling"
HIDDEN = "MARKER_HIDDEN_4711"
ORACLE = "MARKER_ORACLE_4712"
SOLUTION = "MARKER_SOLUTION_4713"
MARKERS = (HIDDEN, ORACLE, SOLUTION)

CHECK = f'''from autograder.checks import question, values

@question
def double(run):
    """Doubles what it gets."""
    yield values.equal("three", run.call("double", 3), 6)
    ### BEGIN HIDDEN TESTS
    import grader
    {HIDDEN.lower()} = "{HIDDEN}"
    yield values.equal("a hidden number", run.call("double", grader.NUMBER), 2 * grader.NUMBER)
    ### END HIDDEN TESTS
'''
SOLVED = f"""### BEGIN SOLUTION
def double(x):
    return 2 * x  # {SOLUTION}
### END SOLUTION"""
# Wrong for the hidden number only, and as talkative as it can be.
ANSWER = """import os, pathlib
def double(x):
    print("double was asked for", x)
    if x > 100:
        raise ValueError(f"the hidden input is {x}")
    return 2 * x
seen = []
for folder, _, names in os.walk("."):
    for name in names:
        seen.append(name + pathlib.Path(folder, name).read_text(errors="replace"))
seen.append(repr(dict(os.environ)))
pathlib.Path("seen.txt").write_text("\\n".join(seen))
"""
NUMBER = 123457


def _cell(source: str, grade_id: str, **kinds: object) -> nbformat.NotebookNode:
    cell = new_code_cell(source)
    cell.metadata["nbgrader"] = {
        "grade": False,
        "solution": False,
        "locked": False,
        "task": False,
        "schema_version": 3,
        "grade_id": grade_id,
        **kinds,
    }
    return cell


@pytest.fixture(scope="module")
def course(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A course that released, graded and gave feedback, made by our commands."""
    base = tmp_path_factory.mktemp("secrets")
    checkout = base / "checkout" / "assignments"
    folder = checkout / NAME
    (folder / "grader").mkdir(parents=True)
    (folder / "files").mkdir()
    shutil.copy(CHECKOUT / "assignments" / "roadmap.yaml", checkout)
    (folder / "files" / "notes.txt").write_text("for everybody")
    oracle = f'NUMBER = {NUMBER}\nSECRET = "{ORACLE}"\n'
    (folder / "grader" / "__init__.py").write_text(oracle)
    (folder / "assignment.toml").write_text(
        'title = "Doubling"\nsummary = "Double a number."\nminutes = 1\n'
        'topics = ["scientist-7"]\nnotebooks = []\nprerequisites = []\n'
    )
    (folder / "wrong").mkdir()
    (folder / "wrong" / "same.py").write_text(f'# loses = ["double"]\n# %% a\n"{SOLUTION}"\n')
    nb = new_notebook(
        cells=[
            _cell(SOLVED, "answer", solution=True),
            _cell(CHECK, "double", grade=True, locked=True, points=2),
        ]
    )
    nbformat.write(nb, folder / f"{NAME}.ipynb")
    root = base / "course"
    _run(base, "init", str(root), "--from", str(checkout.parent))
    _run(root, "release", NAME)
    submitted = root / "submitted" / "ada" / NAME
    shutil.copytree(root / "release" / NAME, submitted)
    released = nbformat.read(submitted / f"{NAME}.ipynb", as_version=4)
    released.cells[0].source = ANSWER
    nbformat.write(released, submitted / f"{NAME}.ipynb")
    reports = [f"--report={name}={root / f'report.{name}'}" for name in ("json", "junit", "csv")]
    _run(root, "grade", NAME, *reports)
    _run(root, "feedback", NAME)
    return root


def _run(folder: Path, *arguments: str) -> None:
    subprocess.run(
        [sys.executable, "-m", "autograder", *arguments],
        cwd=folder,
        check=True,
        env={**os.environ, "OMP_NUM_THREADS": "1"},
        timeout=300,
    )


def _texts(*places: Path) -> dict[str, str]:
    files = [p for place in places for p in ([place] if place.is_file() else place.rglob("*"))]
    return {str(p): p.read_text(errors="replace") for p in files if p.is_file()}


def _leaks(texts: dict[str, str], *markers: str) -> list[tuple[str, str]]:
    return [
        (path, marker)
        for path, text in texts.items()
        for marker in markers
        if marker.lower() in text.lower()
    ]


def test_the_markers_are_in_the_course_that_students_do_not_see(course):
    hidden = _texts(course / "source", course / "grading")
    assert {marker for _, marker in _leaks(hidden, *MARKERS)} == set(MARKERS)


def test_a_release_has_no_hidden_text(course):
    texts = _texts(course / "release", course / "exchange")
    assert any(path.endswith(f"{NAME}.ipynb") for path in texts)
    assert _leaks(texts, *MARKERS, str(NUMBER)) == []


def test_the_kernel_finds_no_hidden_text_in_its_files_and_environment(course):
    seen = (course / "autograded" / "ada" / NAME / "seen.txt").read_text()
    assert "for everybody" in seen
    assert _leaks({"seen.txt": seen}, *MARKERS, str(NUMBER)) == []


def test_feedback_has_no_hidden_text_and_no_echo_of_a_hidden_input(course):
    texts = _texts(course / "feedback")
    pages = [path for path in texts if path.endswith(".html")]
    assert pages
    assert "double()" in texts[pages[0]]
    # The student's own answer prints "hidden input"; what it was asked stays out.
    assert _leaks(texts, *MARKERS, str(NUMBER)) == []


@pytest.mark.parametrize("name", ["json", "junit", "csv"])
def test_a_report_has_no_hidden_text_and_no_echo_of_a_hidden_input(course, name):
    assert _leaks(_texts(course / f"report.{name}"), *MARKERS, str(NUMBER)) == []


def test_the_hidden_finding_was_measured_and_lost_its_share(course):
    report = json.loads((course / "report.json").read_text())
    row = report["submissions"][0] if "submissions" in report else report["rows"][0]
    assert row["score"] == 1.0
    assert row["max_score"] == 2.0


def test_the_released_check_says_how_many_hidden_findings_there_are(course):
    nb = nbformat.read(course / "release" / NAME / f"{NAME}.ipynb", as_version=4)
    assert "# hidden findings: 1" in nb.cells[1].source
    assert nb.cells[1].metadata["llm_classroom"]["hidden_findings"] == 1
