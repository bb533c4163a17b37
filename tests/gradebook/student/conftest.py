"""Students of the course of ``tests/gradebook``, each with a folder and a memory of their own."""

from __future__ import annotations

import logging
import warnings
from collections.abc import Callable
from pathlib import Path
from typing import Any

import nbformat
import pytest
import yaml
from jsonschema import Draft202012Validator
from nbgrader.converters import Autograde
from sqlalchemy.exc import SAWarning
from traitlets.config import Config

from autograder.gradebook.course import Course
from autograder.gradebook.feedback import give_feedback
from autograder.gradebook.init import init_course
from autograder.gradebook.release import release_assignment
from autograder.gradebook.student import Desk, open_desk
from tests.gradebook.conftest import opened

ROOT = Path(__file__).resolve().parents[3]

OpenAs = Callable[..., Desk]


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    # nbgrader leaves files open when it lists feedback and when it releases it.
    for item in items:
        if Path(__file__).parent in item.path.parents:
            item.add_marker(pytest.mark.filterwarnings("ignore:unclosed file:ResourceWarning"))


@pytest.fixture
def exchange(released: Course) -> Path:
    return Path(released.config.Exchange.root)


@pytest.fixture
def open_as(tmp_path: Path, exchange: Path, quiet_log: logging.Logger) -> OpenAs:
    """Open a student's desk; sections of the configuration can be given."""

    def open_one(student: str, **sections: dict[str, Any]) -> Desk:
        home = tmp_path / "students" / student
        config = Config()
        config.Exchange.root = str(exchange)
        config.Exchange.cache = str(home / "cache")
        for section, traits in sections.items():
            config[section].update(traits)
        (home / "work").mkdir(parents=True, exist_ok=True)
        return open_desk(
            config, quiet_log, folder=home / "work", data=home / "data", student=student
        )

    return open_one


@pytest.fixture
def desk(open_as: OpenAs) -> Desk:
    return open_as("ada")


@pytest.fixture
def second_course(tmp_path: Path, exchange: Path, made: Path, reopen: Callable[..., Course]):
    """Another course in the same exchange, whose ``toy`` is released too."""
    root = tmp_path / "vision"
    init_course(root, made / "checkout", course_id="vision", exchange=exchange)
    (root / "source" / "toy" / "data.csv").write_text("vision\n")
    course = reopen(root)
    release_assignment(course, "toy")
    return course


@pytest.fixture
def release_again(released: Course) -> Callable[..., None]:
    """Release ``toy`` anew, with files of the source changed or added."""

    def release(**files: str) -> None:
        for name, text in files.items():
            (released.root / "source" / "toy" / name.replace("_", ".")).write_text(text)
        release_assignment(released, "toy", force=True)

    return release


def score_all(course: Course, log: logging.Logger) -> None:
    """Let nbgrader score everything that a course has collected, then give feedback."""
    off = {"enabled": False}
    unexecuted = opened(course.root, log, Execute=off, ClearOutput=off)
    converter = Autograde(coursedir=unexecuted.directory_for("toy"), parent=unexecuted.parent)
    converter.force = True
    with warnings.catch_warnings():
        # nbgrader adds a submission before its session knows it.
        warnings.simplefilter("ignore", SAWarning)
        converter.start()
    give_feedback(course, "toy")


@pytest.fixture
def mark(released: Course, quiet_log: logging.Logger) -> Callable[[], None]:
    """Score what the course of the exchange has collected, and give feedback."""
    return lambda: score_all(released, quiet_log)


@pytest.fixture
def answer() -> Callable[..., None]:
    """Change cells of a notebook as a student would: sources by grade id, None deletes."""

    def change(path: Path, **sources: str | None) -> None:
        notebook = nbformat.read(path, as_version=4)
        for cell in list(notebook.cells):
            grade_id = cell.metadata.get("nbgrader", {}).get("grade_id", "")
            if grade_id in sources:
                source = sources[grade_id]
                if source is None:
                    notebook.cells.remove(cell)
                else:
                    cell.source = source
        nbformat.write(notebook, path)

    return change


@pytest.fixture(scope="session")
def conforms() -> Callable[[Any, str], None]:
    """Hold JSON data against a schema of the API's description."""
    document = yaml.safe_load((ROOT / "extension/llm_classroom/openapi.yaml").read_text())

    def check(data: Any, schema: str) -> None:
        Draft202012Validator({**document, "$ref": f"#/components/schemas/{schema}"}).validate(data)

    return check
