"""Every assignment as its author wrote it: notebook, settings, files and solutions fit together."""

from __future__ import annotations

import ast
import re
import shutil
import tomllib
from pathlib import Path
from typing import Any

import nbformat
import pytest
from jupyter_client.asynchronous.client import AsyncKernelClient
from jupyter_client.manager import AsyncKernelManager
from traitlets import Type

from autograder.checks.cell import is_check, load_question
from autograder.checks.hidden import count_hidden_findings, strip_hidden
from autograder.course import (
    AssignmentFolder,
    assignment_ids,
    load_assignment,
    load_right_solution,
    load_roadmap,
    load_wrong_solution,
)
from autograder.execution.lenient import LenientChannel

ROOT = Path(__file__).resolve().parents[2]
IDS = assignment_ids(ROOT)
FOLDERS = {name: AssignmentFolder(ROOT / "assignments" / name) for name in (*IDS, "template")}
SOLUTION = re.compile(r"^( *)### BEGIN SOLUTION$.*?^ *### END SOLUTION$", re.MULTILINE | re.DOTALL)


@pytest.fixture(params=FOLDERS)
def folder(request: pytest.FixtureRequest) -> AssignmentFolder:
    return FOLDERS[request.param]


@pytest.fixture
def notebook(folder: AssignmentFolder) -> Any:
    return nbformat.read(folder.notebook, as_version=4)


def cells(notebook: Any, **wanted: bool) -> dict[str, Any]:
    """Return the cells whose nbgrader metadata says all of `wanted`, by grade id."""
    found = {}
    for cell in notebook.cells:
        told = cell.metadata.get("nbgrader")
        if told is not None and all(told.get(key) == value for key, value in wanted.items()):
            found[told["grade_id"]] = cell
    return found


def test_nbgrader_accepts_the_notebook(notebook: Any) -> None:
    from nbgrader.nbgraderformat import MetadataValidator

    nbformat.validate(notebook)
    for cell in notebook.cells:
        if "nbgrader" in cell.metadata:
            MetadataValidator().validate_cell(cell)
    assert notebook.metadata.kernelspec.name == "python3"
    assert all(not cell.get("outputs") for cell in notebook.cells)


def test_checks_and_a_reader_give_points(notebook: Any) -> None:
    checks = cells(notebook, grade=True, solution=False)
    written = cells(notebook, grade=True, solution=True)
    assert checks and written
    assert all(cell.metadata.nbgrader.points > 0 for cell in (*checks.values(), *written.values()))
    assert all(cell.cell_type == "markdown" for cell in written.values())


def test_the_parameters_stand_in_one_locked_cell(notebook: Any) -> None:
    tagged = [c for c in notebook.cells if "parameters" in c.metadata.get("tags", [])]
    assert len(tagged) == 1
    assert tagged[0].metadata.nbgrader.locked
    assert tagged[0].source.startswith("SEED = 0")
    if "MODEL" in tagged[0].source:
        assert tagged[0].source == 'SEED = 0\nMODEL = "tiny-base"\nDEVICE = "cpu"'


def test_each_check_measures_in_the_open_and_out_of_sight(notebook: Any) -> None:
    for name, cell in cells(notebook, grade=True, solution=False).items():
        assert cell.metadata.nbgrader.locked
        assert is_check(cell.source)
        assert load_question(cell.source, f"<check {name}>").title
        released = strip_hidden(cell.source)
        assert count_hidden_findings(cell.source) > 0
        assert "yield" in released
        assert "grader" not in re.findall(r"\w+", released.replace("autograder", ""))
        ast.parse(released)


def test_no_task_gives_its_answer_away(notebook: Any) -> None:
    answers = cells(notebook, grade=False, solution=True)
    assert answers
    for cell in answers.values():
        assert SOLUTION.search(cell.source)
        ast.parse(SOLUTION.sub(r"\1raise NotImplementedError()", cell.source))


def test_nbgrader_clears_every_solution(notebook: Any) -> None:
    from nbgrader.preprocessors import ClearSolutions

    answers = cells(notebook, grade=False, solution=True).values()
    count = sum(len(SOLUTION.findall(cell.source)) for cell in answers)
    written = [cell.source for cell in cells(notebook, grade=True, solution=True).values()]
    cleared, _ = ClearSolutions().preprocess(notebook, {})
    source = "\n".join(cell.source for cell in cleared.cells)
    assert "SOLUTION" not in source
    assert source.count("raise NotImplementedError()") == count
    assert not any(text in source for text in written)


def test_a_notebook_tells_what_a_student_wants_to_know(notebook: Any) -> None:
    text = "\n".join(cell.source for cell in notebook.cells if cell.cell_type == "markdown")
    for wanted in ("**Afterwards you can**", "**Time**", "**You need**", "## Going further"):
        assert wanted in text, wanted
    code = "\n".join(cell.source for cell in notebook.cells if cell.cell_type == "code")
    assert "interact(" in code
    assert "plt." in code


@pytest.mark.parametrize("name", IDS)
def test_the_settings_name_what_the_roadmap_has(name: str) -> None:
    folder, roadmap = FOLDERS[name], load_roadmap()
    assignment = load_assignment(folder.root, roadmap=roadmap)
    assert assignment.topics and assignment.summary
    assert set(assignment.prerequisites) <= set(IDS)
    notebook = nbformat.read(folder.notebook, as_version=4)
    minutes = re.search(r"\*\*Time\*\* about (\d+) minutes", notebook.cells[0].source)
    assert minutes is not None and int(minutes[1]) == assignment.minutes
    assert notebook.cells[0].source.startswith("# ")
    links = "\n".join(cell.source for cell in notebook.cells if cell.cell_type == "markdown")
    assert all(address in links for address in assignment.links.values())


@pytest.mark.parametrize("name", IDS)
def test_the_list_of_assignments_is_true(name: str) -> None:
    listed = (ROOT / "docs" / "assignments.md").read_text("utf-8")
    notebook = nbformat.read(FOLDERS[name].notebook, as_version=4)
    points = [
        sum(c.metadata.nbgrader.points for c in cells(notebook, grade=True, solution=read).values())
        for read in (False, True)
    ]
    assignment = load_assignment(FOLDERS[name].root)
    topics = {t.id: t.title for part in load_roadmap().parts for t in part.topics}
    row = next(line for line in listed.splitlines() if line.startswith(f"| [`{name}`]"))
    assert topics[assignment.topics[0]] in row
    assert f"| {points[0]:g} + {points[1]:g} | {assignment.minutes} minutes |" in row
    assert (ROOT / "docs" / "images" / f"{name}.png").is_file()
    assert f"(images/{name}.png)" in listed


def test_a_solution_replaces_answers_and_names_questions(
    folder: AssignmentFolder, notebook: Any
) -> None:
    answers = set(cells(notebook, grade=False, solution=True))
    questions = set(cells(notebook, grade=True, solution=False))
    wrong = [load_wrong_solution(file) for file in folder.wrong_solutions()]
    right = [load_right_solution(file) for file in folder.right_solutions()]
    for solution in (*wrong, *right):
        assert solution.why, solution.name
        assert set(solution.cells) <= answers, solution.name
        for source in solution.cells.values():
            ast.parse(source)
    for solution in wrong:
        assert set(solution.loses) <= questions, solution.name
    plausible = [solution for solution in wrong if not solution.trivial]
    assert {question for solution in plausible for question in solution.loses} == questions
    trivial = [solution for solution in wrong if solution.trivial]
    assert {question for solution in trivial for question in solution.loses} == questions


class Client(AsyncKernelClient):
    """A client that is sure to be woken: with nbclient's, a widget may cost the whole time."""

    shell_channel_class = Type(LenientChannel)


class Manager(AsyncKernelManager):
    client_factory = Type(Client)


@pytest.mark.slow
@pytest.mark.parametrize("name", FOLDERS)
def test_a_right_answer_runs_from_top_to_bottom_at_home(
    name: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    from nbclient import NotebookClient

    folder = FOLDERS[name]
    monkeypatch.setenv("OMP_NUM_THREADS", "1")
    if folder.files.is_dir():
        shutil.copytree(folder.files, tmp_path, dirs_exist_ok=True)
    notebook = nbformat.read(folder.notebook, as_version=4)
    for cell in notebook.cells:
        if cell.cell_type == "code":
            cell.source = strip_hidden(cell.source)
    limits = tomllib.loads(folder.settings.read_text("utf-8"))["limits"]
    client = NotebookClient(
        notebook,
        timeout=2 * limits["total"],
        kernel_name="python3",
        kernel_manager_class=Manager,
        resources={"metadata": {"path": str(tmp_path)}},
    )
    client.execute()
    for grade_id, cell in cells(notebook, grade=True, solution=False).items():
        text = "".join(o.get("data", {}).get("text/plain", "") for o in cell.outputs)
        assert "✓" in text, grade_id
        assert "✗" not in text, grade_id
    outputs = [output for cell in notebook.cells for output in cell.get("outputs", [])]
    assert not any(output.get("name") == "stderr" for output in outputs)
    assert any("image/png" in output.get("data", {}) for output in outputs)
