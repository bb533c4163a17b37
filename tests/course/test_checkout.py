from __future__ import annotations

from pathlib import Path

import pytest

from autograder.course import NoCheckoutError, assignment_folder, assignment_ids, find_checkout
from autograder.errors import UnknownAssignmentError


@pytest.fixture
def checkout(tmp_path: Path) -> Path:
    course = tmp_path / "assignments"
    for name in ("b", "a", "models", "template"):
        (course / name).mkdir(parents=True)
    (course / "roadmap.yaml").touch()
    for name in ("a", "b", "template"):
        (course / name / "assignment.toml").touch()
    return tmp_path


def test_a_checkout_is_found_from_any_folder_inside(checkout: Path):
    assert find_checkout(checkout) == checkout.resolve()
    assert find_checkout(checkout / "assignments" / "a") == checkout.resolve()


def test_outside_a_checkout_the_error_says_how_to_name_one(tmp_path: Path):
    with pytest.raises(NoCheckoutError, match="name it with --from"):
        find_checkout(tmp_path)


def test_assignments_are_the_folders_with_settings_in_order_the_template_apart(checkout: Path):
    assert assignment_ids(checkout) == ("a", "b")


def test_an_assignment_knows_its_places(checkout: Path):
    folder = assignment_folder(checkout, "a")
    assert folder.notebook == checkout / "assignments" / "a" / "a.ipynb"
    assert folder.wrong_solutions() == ()
    folder.wrong.mkdir()
    for name in ("z.py", "c.py", "notes.txt"):
        (folder.wrong / name).touch()
    assert [path.name for path in folder.wrong_solutions()] == ["c.py", "z.py"]


def test_an_unknown_assignment_is_named_with_its_nearest(checkout: Path):
    with pytest.raises(UnknownAssignmentError, match="named 'c'"):
        assignment_folder(checkout, "c")
