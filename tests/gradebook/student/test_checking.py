from __future__ import annotations

import shutil
from collections.abc import Callable
from pathlib import Path

import pytest

from autograder.errors import UnknownAssignmentError
from autograder.gradebook.course import Course
from autograder.gradebook.student import (
    Desk,
    fetch_assignment,
    fetch_feedback,
    prepare_check,
    released_cells,
    restore_file,
)
from autograder.gradebook.student.errors import InTheWayError, NotFetchedError


def quiet(word: str) -> None:
    """Nobody looks at the steps."""


def test_the_folder_and_the_released_cells_are_found(desk: Desk) -> None:
    with pytest.raises(NotFetchedError, match=r"no folder toy\. Fetch toy first"):
        prepare_check(desk, "nlp", "toy", "toy")
    fetch_assignment(desk, "nlp", "toy", quiet)
    folder, cells = prepare_check(desk, "nlp", "toy", "toy")
    assert folder == desk.folder / "toy"
    assert cells == released_cells(desk, "nlp", "toy", "toy") != []
    assert prepare_check(desk, "nlp", "toy", "my-own") == (folder, [])
    for course, assignment in (("nlp", "toys"), ("nlq", "toy")):
        with pytest.raises(UnknownAssignmentError):
            prepare_check(desk, course, assignment, "toy")


def test_a_check_needs_no_exchange(desk: Desk, exchange: Path) -> None:
    fetch_assignment(desk, "nlp", "toy", quiet)
    exchange.rename(exchange.with_name("gone"))
    assert prepare_check(desk, "nlp", "toy", "toy")[1] != []
    # As where nbgrader itself has fetched it.
    shutil.rmtree(desk.data / "released")
    assert prepare_check(desk, "nlp", "toy", "toy") == (desk.folder / "toy", [])


@pytest.mark.parametrize("away", [False, True])
def test_another_courses_folder_is_refused_for_whatever_is_done_in_it(
    desk: Desk, second_course: Course, exchange: Path, away: bool
) -> None:
    fetch_assignment(desk, "nlp", "toy", quiet)
    if away:
        exchange.rename(exchange.with_name("gone"))
    before = {path: path.read_bytes() for path in desk.folder.rglob("*") if path.is_file()}
    acts: list[Callable[[], object]] = [
        lambda: prepare_check(desk, "vision", "toy", "toy"),
        lambda: released_cells(desk, "vision", "toy", "toy"),
        lambda: restore_file(desk, "vision", "toy", "data.csv"),
        lambda: fetch_feedback(desk, "vision", "toy", quiet),
    ]
    for act in acts[:1] if away else acts:
        with pytest.raises(InTheWayError, match="toy is in the way: it is of the course 'nlp'"):
            act()
    assert before == {p: p.read_bytes() for p in desk.folder.rglob("*") if p.is_file()}


def test_where_courses_have_folders_of_their_own_each_is_checked_in_its_own(
    open_as: Callable[..., Desk], second_course: Course
) -> None:
    desk = open_as("ada", Exchange={"path_includes_course": True})
    for course in ("nlp", "vision"):
        fetch_assignment(desk, course, "toy", quiet)
        folder, cells = prepare_check(desk, course, "toy", "toy")
        assert (folder, cells != []) == (desk.folder / course / "toy", True)
        (folder / "data.csv").write_text("mine\n")
        assert restore_file(desk, course, "toy", "data.csv").kept == "data.mine-1.csv"
    assert (desk.folder / "vision" / "toy" / "data.csv").read_text() == "vision\n"


def test_a_link_in_the_place_of_the_folder_is_not_followed(desk: Desk, tmp_path: Path) -> None:
    elsewhere = tmp_path / "elsewhere"
    elsewhere.mkdir()
    (desk.folder / "toy").symlink_to(elsewhere)
    with pytest.raises(InTheWayError, match="it is a link or a file"):
        prepare_check(desk, "nlp", "toy", "toy")
