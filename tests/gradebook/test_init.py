from __future__ import annotations

import os
from pathlib import Path

import pytest
from nbgrader.converters import Autograde, GenerateAssignment
from nbgrader.preprocessors import ClearHiddenTests, Execute

from autograder.errors import OverwriteError, UsageError
from autograder.gradebook.course import Course
from autograder.gradebook.init import course_name, init_course


def files(root: Path) -> set[str]:
    return {str(p.relative_to(root)) for p in root.rglob("*") if p.is_file()}


def test_an_assignment_is_split_into_what_nbgrader_copies_and_what_it_must_not_know(
    tmp_path: Path, checkout: Path
) -> None:
    (checkout / "assignments" / "roadmap.yaml").write_text("parts: []\n")
    (checkout / "assignments" / "toy" / "notes.md").write_text("not on the list")
    cache = checkout / "assignments" / "toy" / "grader" / "__pycache__"
    cache.mkdir()
    (cache / "x.pyc").write_bytes(b"")
    setup = init_course(tmp_path / "nlp", checkout)
    assert setup.assignments == ("toy",)
    assert files(tmp_path / "nlp") == {
        "nbgrader_config.py",
        "roadmap.yaml",
        "source/toy/toy.ipynb",
        "source/toy/data.csv",
        "grading/toy/assignment.toml",
        "grading/toy/grader/__init__.py",
        "grading/toy/wrong/zeros.py",
    }


def test_nothing_is_written_when_a_file_exists_and_the_error_names_it(
    tmp_path: Path, checkout: Path
) -> None:
    mine = tmp_path / "nlp" / "source" / "toy" / "data.csv"
    mine.parent.mkdir(parents=True)
    mine.write_text("mine")
    with pytest.raises(OverwriteError, match=r"source/toy/data\.csv exists already"):
        init_course(tmp_path / "nlp", checkout)
    assert files(tmp_path / "nlp") == {"source/toy/data.csv"}
    assert mine.read_text() == "mine"


def test_force_replaces_files_and_removes_none(tmp_path: Path, checkout: Path) -> None:
    root = tmp_path / "nlp"
    init_course(root, checkout)
    (root / "source" / "toy" / "data.csv").write_text("old")
    (root / "source" / "toy" / "extra.txt").write_text("kept")
    init_course(root, checkout, force=True)
    assert (root / "source" / "toy" / "data.csv").read_text() == "1\n"
    assert (root / "source" / "toy" / "extra.txt").read_text() == "kept"


def test_an_empty_course_can_be_opened_and_has_no_assignments(tmp_path: Path, reopen) -> None:
    setup = init_course(tmp_path / "my course!", course_id="nlp-2026")
    course = reopen(setup.root)
    assert (course.course_id, course.root, course.sources(), course.assignments()) == (
        "nlp-2026",
        tmp_path / "my course!",
        [],
        [],
    )
    assert not (setup.root / "gradebook.db").exists()


@pytest.mark.parametrize(
    ("folder", "name"), [("nlp", "nlp"), ("my course!", "my-course"), ("...", "course")]
)
def test_a_course_id_is_made_of_the_folders_name(folder: str, name: str) -> None:
    assert course_name(folder) == name


@pytest.mark.parametrize("bad", ["a b", "a/b", "../x", "a+b", "*"])
def test_a_course_id_that_the_exchange_cannot_carry_is_refused(tmp_path: Path, bad: str) -> None:
    with pytest.raises(UsageError, match="cannot be a course id"):
        init_course(tmp_path / "nlp", course_id=bad)


def test_everybody_may_write_to_the_exchange_whatever_the_umask(tmp_path: Path) -> None:
    old = os.umask(0o077)
    try:
        setup = init_course(tmp_path / "nlp", exchange=tmp_path / "shared" / "exchange")
    finally:
        os.umask(old)
    assert setup.exchange.stat().st_mode & 0o777 == 0o777


def test_a_course_can_be_moved(tmp_path: Path, checkout: Path, reopen) -> None:
    init_course(tmp_path / "nlp", checkout, course_id="nlp")
    (tmp_path / "nlp").rename(tmp_path / "moved")
    course = reopen(tmp_path / "moved")
    assert course.sources() == ["toy"]
    exchange = course.exchange.ReleaseAssignment(coursedir=course.coursedir)
    assert Path(exchange.root) == tmp_path / "moved" / "exchange"


def test_a_link_in_an_assignment_is_refused(tmp_path: Path, checkout: Path) -> None:
    (checkout / "assignments" / "toy" / "files" / "link").symlink_to("/etc/passwd")
    with pytest.raises(UsageError, match="symbolic link"):
        init_course(tmp_path / "nlp", checkout)


def test_a_checkout_without_assignments_is_an_error(tmp_path: Path) -> None:
    with pytest.raises(UsageError, match="no assignments"):
        init_course(tmp_path / "nlp", tmp_path)


def test_the_configuration_differs_from_nbgraders_defaults_only_by_our_steps(
    course: Course,
) -> None:
    configured = course.config.GenerateAssignment.preprocessors
    names = [name.rpartition(".")[2] for name in configured]
    for step in ("KeepParameters", "TellRules"):
        assert names.count(step) == 1
        names.remove(step)
    stock = [cls.__name__ for cls in GenerateAssignment.preprocessors.default()]
    ours = [ClearHiddenTests.__name__ if name == "HideFindings" else name for name in names]
    assert ours == stock
    grading = [n.rpartition(".")[2] for n in course.config.Autograde.autograde_preprocessors]
    stock = [cls.__name__ for cls in Autograde.autograde_preprocessors.default()]
    assert [Execute.__name__ if n == "ClassroomExecute" else n for n in grading] == stock
