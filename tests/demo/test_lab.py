"""``make lab`` prepares a student's place in the demo course, and ``make demo`` leaves it alone."""

from __future__ import annotations

import importlib
import json
import sys
from collections.abc import Iterator
from pathlib import Path
from types import ModuleType

import pytest
from traitlets.config import PyFileConfigLoader

CHECKOUT = Path(__file__).parents[2]
MODULES = ("lab", "place", "run", "students")


@pytest.fixture
def demo(monkeypatch: pytest.MonkeyPatch) -> Iterator[ModuleType]:
    """The module behind ``make demo``, which is a script and no package."""
    monkeypatch.syspath_prepend(str(CHECKOUT / "demo"))
    yield importlib.import_module("run")
    for name in MODULES:
        sys.modules.pop(name, None)


@pytest.fixture
def lab(demo: ModuleType) -> ModuleType:
    """The module behind ``make lab``."""
    return importlib.import_module("lab")


@pytest.fixture
def course(demo: ModuleType, tmp_path: Path) -> Path:
    """A demo course whose assignments are said to be released."""
    course = tmp_path / "demo-course"
    course.mkdir()
    (course / demo.MARK).write_text(demo.RELEASED + demo.stamp())
    return course


def test_a_place_lies_below_the_course_and_says_that_nothing_is_hidden(
    lab: ModuleType, course: Path
) -> None:
    place = lab.make_place(course, "barbara")
    assert place.desk == course / "lab" / "barbara"
    assert place.desk.is_dir()
    for folder in ("JUPYTER_CONFIG_DIR", "JUPYTER_DATA_DIR", "JUPYTER_RUNTIME_DIR"):
        assert Path(place.environment()[folder]).is_relative_to(course / "lab")
    nbgrader = PyFileConfigLoader("nbgrader_config.py", str(place.config)).load_config()
    assert nbgrader.Exchange.root == str(course / "exchange")
    assert nbgrader.CourseDirectory.student_id == "barbara"
    server = json.loads((place.config / "jupyter_server_config.json").read_text())
    assert "Nothing is hidden" in server["ClassroomApp"]["notice"]


def test_what_the_student_did_in_the_demo_is_there_and_replaces_nothing(
    lab: ModuleType, course: Path
) -> None:
    for name in ("fetched", "changed"):
        folder = course / "students" / "ada" / name
        folder.mkdir(parents=True)
        (folder / "work.ipynb").write_text("of the demo")
    (course / "students" / "ada" / ".nbgrader").mkdir()
    mine = course / "lab" / "ada" / "changed" / "work.ipynb"
    mine.parent.mkdir(parents=True)
    mine.write_text("of the Lab")
    desk = lab.make_place(course, "ada").desk
    assert (desk / "fetched" / "work.ipynb").read_text() == "of the demo"
    assert mine.read_text() == "of the Lab"
    assert not (desk / ".nbgrader").exists()


@pytest.mark.parametrize("name", ["", "../ada", ".hidden", "a/b", "x" * 65])
def test_a_name_that_is_no_students_is_refused(lab: ModuleType, course: Path, name: str) -> None:
    with pytest.raises(lab.DemoError, match="student's name"):
        lab.make_place(course, name)
    assert not (course / "lab").exists()


def test_a_folder_that_is_no_demo_course_gets_no_lab(lab: ModuleType, tmp_path: Path) -> None:
    (tmp_path / "thesis.tex").touch()
    with pytest.raises(lab.DemoError, match="no demo course"):
        lab.make_place(tmp_path, "ada")
    assert [path.name for path in tmp_path.iterdir()] == ["thesis.tex"]


def test_a_course_of_an_earlier_version_goes_and_the_work_of_its_lab_stays(
    demo: ModuleType, course: Path
) -> None:
    (course / demo.MARK).write_text("of an earlier version")
    (course / "source" / "toy").mkdir(parents=True)
    work = course / "lab" / "ada" / "work.ipynb"
    work.parent.mkdir(parents=True)
    work.touch()
    assert not demo.is_ready(course)
    assert work.exists()
    assert {path.name for path in course.iterdir()} == {"lab", demo.MARK}


def test_what_was_handed_in_beside_the_class_is_told_from_what_the_class_did(
    demo: ModuleType, course: Path
) -> None:
    inbound = course / "exchange" / "demo-course" / "inbound"
    for work in demo.SUBMISSIONS:
        (inbound / f"{work.student}+{work.assignment}+2026-10-01 07:00:00.000000 UTC+x").mkdir(
            parents=True
        )
    assert demo.from_the_lab(course) == set()
    for student in ("ada", "zoe"):
        (inbound / f"{student}+quantization-int8+2026-12-01 07:00:00.000000 UTC+y").mkdir()
    assert demo.from_the_lab(course) == {
        ("quantization-int8", "ada"),
        ("quantization-int8", "zoe"),
    }
