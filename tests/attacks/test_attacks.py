"""Bad submissions, each in a folder with the verdict it must get.

``<id>/make.py`` spoils a package that would earn full marks, ``<id>/expect.toml`` says what must
come of it. All are graded in one run, between two honest neighbours.
"""

from __future__ import annotations

import hashlib
import json
import os
import runpy
import secrets
import subprocess
import sys
import textwrap
import tomllib
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import nbformat
import pytest
from nbformat.v4 import new_code_cell, new_markdown_cell, new_notebook

HERE = Path(__file__).parent
ATTACKS = sorted(path.parent.name for path in HERE.glob("*/expect.toml"))
NEIGHBOURS = ("a-neighbour", "z-neighbour")
MAXIMUM = {"ps1": 3.0, "ps2": 6.0}


@dataclass
class Package:
    """A submitted folder in the making; it starts with right answers to everything."""

    course: Path
    folder: Path
    orphan: str
    notebooks: dict[str, dict[str, Any]] = field(default_factory=dict)

    def text(self, name: str) -> str:
        return (self.folder / f"{name}.ipynb").read_text("utf-8")

    def write(self, path: str, content: str | bytes) -> None:
        data = content.encode("utf-8") if isinstance(content, str) else content
        (self.folder / path).write_bytes(data)

    def notebook(self, name: str) -> dict[str, Any]:
        if name not in self.notebooks:
            self.notebooks[name] = json.loads(self.text(name))
        return self.notebooks[name]

    def cell(self, name: str, grade_id: str) -> dict[str, Any]:
        cells = self.notebook(name)["cells"]
        found: dict[str, Any] = next(
            c for c in cells if c["metadata"].get("nbgrader", {}).get("grade_id") == grade_id
        )
        return found

    def answer(self, name: str, grade_id: str, source: str) -> None:
        self.cell(name, grade_id)["source"] = textwrap.dedent(source).strip()
        self.save(name)

    def save(self, name: str, notebook: dict[str, Any] | None = None) -> None:
        self.write(f"{name}.ipynb", json.dumps(notebook or self.notebook(name)))


def graded(grade_id: str, source: str, points: float | None = None) -> Any:
    mark = {
        "schema_version": 3,
        "grade_id": grade_id,
        "grade": points is not None,
        "solution": points is None,
        "locked": points is not None,
        "task": False,
    }
    return new_code_cell(
        source, metadata={"nbgrader": mark if points is None else {**mark, "points": points}}
    )


def solution(name: str, power: str) -> Any:
    return graded(
        name,
        f"def {name}(x):\n    ### BEGIN SOLUTION\n    return {power}\n    ### END SOLUTION",
    )


def source_notebook(*cells: Any) -> Any:
    kernel = {"name": "python3", "display_name": "Python 3", "language": "python"}
    return new_notebook(
        cells=[new_markdown_cell("# Powers"), *cells], metadata={"kernelspec": kernel}
    )


SOURCES = {
    "ps1/p1": source_notebook(
        solution("square", "x * x"),
        graded("test_square", "import numpy as np\n\nassert np.allclose(square(3), 9)", 2),
        graded(
            "test_hidden",
            "### BEGIN HIDDEN TESTS\nassert np.allclose(square(-2), 4)\n### END HIDDEN TESTS",
            1,
        ),
    ),
    "ps2/q1": source_notebook(
        solution("cube", "x ** 3"), graded("test_cube", "assert cube(2) == 8", 3)
    ),
    "ps2/q2": source_notebook(
        solution("half", "x / 2"), graded("test_half", "assert half(3) == 1.5", 3)
    ),
}

CONFIGURATION = """\
c = get_config()
c.CourseDirectory.course_id = "attacked"
c.Execute.timeout = 6
"""


def run(*command: str, course: Path, marker: str = "") -> subprocess.CompletedProcess[str]:
    # nbgrader starts alembic by name when it makes a gradebook
    path = os.pathsep.join([os.path.dirname(sys.executable), os.environ.get("PATH", "")])
    environment = {**os.environ, "PATH": path, "OMP_NUM_THREADS": "1", "UNDER_ATTACK": marker}
    return subprocess.run(
        [sys.executable, "-m", *command],
        cwd=course,
        env=environment,
        capture_output=True,
        text=True,
        timeout=500,
    )


def snapshot(path: Path) -> dict[str, str]:
    """What is below `path`: a change in content, kind or permissions changes it."""
    files = [path, *path.rglob("*")]
    return {
        str(file): f"{file.lstat().st_mode} "
        + (hashlib.sha256(file.read_bytes()).hexdigest() if file.is_file() else "")
        for file in files
    }


def left_behind(marker: str) -> Iterator[str]:
    """Processes that were started by the run and are still there."""
    for process in Path("/proc").glob("[0-9]*"):
        try:
            traces = (process / "environ").read_bytes() + (process / "cmdline").read_bytes()
        except OSError:
            continue
        if marker.encode() in traces:
            yield f"{process.name} {traces[-80:]!r}"


@dataclass
class Graded:
    """The one run: what each attack expects, and what came of it."""

    course: Path
    status: int
    output: str
    expected: dict[str, dict[str, Any]]
    skipped: dict[str, str]
    report: dict[tuple[str, str], dict[str, Any]]
    changed: dict[str, bool]
    left: list[str]


@pytest.fixture(scope="module")
def graded_class(tmp_path_factory: pytest.TempPathFactory) -> Graded:
    course = tmp_path_factory.mktemp("attacked")
    (course / "nbgrader_config.py").write_text(CONFIGURATION)
    for name, source in SOURCES.items():
        path = course / "source" / f"{name}.ipynb"
        path.parent.mkdir(parents=True, exist_ok=True)
        nbformat.write(source, path)
    for assignment in MAXIMUM:
        run("nbgrader", "generate_assignment", assignment, course=course).check_returncode()
    orphan = str(10**8 + secrets.randbelow(10**8))
    for neighbour in NEIGHBOURS:
        for assignment in MAXIMUM:
            submit(course, neighbour, assignment, orphan)
    expected, skipped = {}, {}
    for attack in ATTACKS:
        wanted = tomllib.loads((HERE / attack / "expect.toml").read_text("utf-8"))
        package = submit(course, attack, wanted.get("assignment", "ps1"), orphan)
        try:
            runpy.run_path(str(HERE / attack / "make.py"))["make"](package)
        except PermissionError as error:
            skipped[attack] = f"this user may not make it: {error}"
        expected[attack] = wanted
    before = {path: snapshot(course / path) for path in guarded(expected)}
    marker = f"attack-{secrets.token_hex(8)}"
    report = course / "report.json"
    done = run(
        *("autograder", "grade", *MAXIMUM, "--jobs=2", f"--report=json={report}"),
        course=course,
        marker=marker,
    )
    assert report.exists(), done.stderr
    return Graded(
        course=course,
        status=done.returncode,
        output=done.stdout + done.stderr,
        expected=expected,
        skipped=skipped,
        report={
            (item["assignment"], item["student"]): item
            for item in json.loads(report.read_text("utf-8"))["rows"]
        },
        changed={path: snapshot(course / path) != before[path] for path in before},
        left=[*left_behind(marker), *left_behind(orphan)],
    )


def guarded(expected: dict[str, dict[str, Any]]) -> set[str]:
    """What no submission may change: what the attacks name, and what nobody may touch."""
    named = {path for wanted in expected.values() for path in wanted["unharmed"]}
    return {"source", "nbgrader_config.py", *named}


def submit(course: Path, student: str, assignment: str, orphan: str) -> Package:
    """Hand in right answers to everything, as released otherwise."""
    folder = course / "submitted" / student / assignment
    folder.mkdir(parents=True)
    package = Package(course, folder, orphan)
    for path in sorted((course / "release" / assignment).glob("*.ipynb")):
        source = SOURCES[f"{assignment}/{path.stem}"]
        package.write(path.name, path.read_bytes())
        for cell in source.cells:
            mark = cell.metadata.get("nbgrader")
            if mark and mark["solution"]:
                package.answer(path.stem, mark["grade_id"], cell.source)
    return package


def test_every_bad_submission_gets_the_verdict_it_must_get(
    graded_class: Graded, subtests: pytest.Subtests
) -> None:
    for attack, wanted in graded_class.expected.items():
        with subtests.test(attack=attack):
            if attack in graded_class.skipped:
                pytest.skip(graded_class.skipped[attack])
            check(graded_class, attack, wanted)


def check(graded_class: Graded, attack: str, wanted: dict[str, Any]) -> None:
    assignment = wanted.get("assignment", "ps1")
    item = graded_class.report.get((assignment, attack))
    if wanted["outcome"] == "none":
        assert item is None
        return
    assert item is not None, "it is in the report"
    lines = [item["reason"], *item["notes"]]
    assert (item["status"], item["code"]) == (wanted["outcome"], wanted["code"]), lines
    if wanted["points"] == "none":
        assert item["score"] is None
    else:
        assert item["score"] == wanted["points"]
        assert item["max_score"] == MAXIMUM[assignment]
    for line in lines:
        assert "\n" not in line and line.isprintable()
    for text in wanted["message_contains"]:
        assert any(text in line for line in lines), (text, lines)
    for path in wanted["unharmed"]:
        assert not graded_class.changed[path], f"{path} was changed"


def test_the_neighbours_get_full_marks(graded_class: Graded) -> None:
    for neighbour in NEIGHBOURS:
        for assignment, maximum in MAXIMUM.items():
            item = graded_class.report[assignment, neighbour]
            assert (item["status"], item["score"]) == ("graded", maximum), item["reason"]


def test_the_run_says_that_some_were_refused_and_dies_of_none(graded_class: Graded) -> None:
    assert graded_class.status == 3, graded_class.output[-2000:]
    assert "Traceback" not in graded_class.output
    assert "\x1b[2J" not in graded_class.output


def test_what_nobody_may_touch_is_as_it_was(graded_class: Graded) -> None:
    assert graded_class.changed and not any(graded_class.changed.values()), graded_class.changed


def test_no_process_is_left_behind(graded_class: Graded) -> None:
    assert graded_class.left == []


def test_a_refused_submission_has_no_row_in_the_gradebook(graded_class: Graded) -> None:
    from nbgrader.api import Gradebook

    with Gradebook(f"sqlite:///{graded_class.course / 'gradebook.db'}", "attacked") as gradebook:
        recorded = {s.student.id for s in gradebook.assignment_submissions("ps1")}
    refused = {a for a, w in graded_class.expected.items() if w["outcome"] == "refused"}
    assert len(refused) > 15
    assert not recorded & refused
