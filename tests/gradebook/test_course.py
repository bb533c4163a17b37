from __future__ import annotations

import os
import sqlite3
from contextlib import closing
from pathlib import Path

from nbgrader.api import Gradebook
from nbgrader.apps import NbGraderApp

from autograder.gradebook.course import Course
from autograder.gradebook.init import init_course


def schema(path: Path) -> list[tuple[object, ...]]:
    with closing(sqlite3.connect(path)) as database:
        tables = database.execute("SELECT name, sql FROM sqlite_master ORDER BY name").fetchall()
        tables = [(name, (sql or "").rstrip(";")) for name, sql in tables]
        return tables + database.execute("SELECT * FROM alembic_version").fetchall()


def test_a_gradebook_is_created_exactly_as_nbgrader_creates_one(
    course: Course, tmp_path: Path
) -> None:
    Gradebook(f"sqlite:///{tmp_path / 'theirs.db'}", "nlp").close()
    with course.gradebook():
        pass
    assert schema(course.root / "gradebook.db") == schema(tmp_path / "theirs.db")


def test_looking_at_a_course_neither_creates_a_gradebook_nor_moves_the_process(
    course: Course,
) -> None:
    before = os.getcwd()
    assert course.assignments() == []
    assert course.sources() == ["toy"]
    assert not course.has_gradebook()
    assert not (course.root / "gradebook.db").exists()
    assert os.getcwd() == before
    assert not NbGraderApp.initialized()


def test_two_courses_can_be_open_at_once(course: Course, tmp_path: Path, reopen) -> None:
    other = reopen(init_course(tmp_path / "other").root)
    with course.gradebook() as gradebook:
        gradebook.add_assignment("first")
    with other.gradebook() as gradebook:
        gradebook.add_assignment("second")
    assert (course.assignments(), other.assignments()) == (["first"], ["second"])
    assert (course.course_id, other.course_id) == ("nlp", "other")


def test_choosing_an_assignment_leaves_the_course_as_it_was(course: Course) -> None:
    chosen = course.directory_for("toy", student="ada", notebook="n")
    assert (chosen.assignment_id, chosen.student_id, chosen.notebook_id) == ("toy", "ada", "n")
    assert (course.coursedir.assignment_id, course.coursedir.student_id) == ("", "*")


def test_a_configured_directory_structure_is_followed(course: Course, reopen) -> None:
    structured = reopen(
        course.root,
        CourseDirectory={
            "directory_structure": "all/{nbgrader_step}/{assignment_id}/{student_id}",
            "submitted_directory": "in",
        },
    )
    assert structured.path("submitted", "ada", "toy") == course.root / "all" / "in" / "toy" / "ada"
    (course.root / "all" / "source" / "one").mkdir(parents=True)
    assert structured.sources() == ["one"]
