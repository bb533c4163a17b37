"""A new assignment is the template under another name, and nothing is overwritten."""

from __future__ import annotations

import json
import shutil
from pathlib import Path

import pytest

from autograder.course import (
    NoCheckoutError,
    assignment_ids,
    load_assignment,
    new_assignment,
)
from autograder.errors import UsageError

COURSE = Path(__file__).resolve().parents[2] / "assignments"


@pytest.fixture
def checkout(tmp_path: Path) -> Path:
    (tmp_path / "assignments").mkdir()
    shutil.copy(COURSE / "roadmap.yaml", tmp_path / "assignments")
    shutil.copytree(COURSE / "template", tmp_path / "assignments" / "template")
    return tmp_path


def test_a_new_assignment_has_its_own_name_and_title(checkout: Path) -> None:
    folder = new_assignment(checkout / "assignments", "rank-fusion")
    assert folder.root == checkout / "assignments" / "rank-fusion"
    assert assignment_ids(checkout) == ("rank-fusion",)
    assert load_assignment(folder.root).title == "Rank fusion"
    first = json.loads(folder.notebook.read_text("utf-8"))["cells"][0]
    assert "".join(first["source"]).startswith("# Rank fusion\n")
    assert not (folder.root / "template.ipynb").exists()
    assert {path.name for path in folder.wrong_solutions()} == {
        path.name for path in (COURSE / "template" / "wrong").glob("*.py")
    }
    assert len(folder.right_solutions()) == 2


def test_a_title_may_be_given(checkout: Path) -> None:
    folder = new_assignment(checkout, "rrf", "Zwei Listen, größer als eine")
    assert load_assignment(folder.root).title == "Zwei Listen, größer als eine"


@pytest.mark.parametrize(
    ("name", "told"),
    [
        ("Rank Fusion", "as in 'rank-fusion'"),
        ("../models", "as in 'models'"),
        ("-", "hyphens between words."),
        ("", "hyphens between words."),
        ("models", "exists already"),
        ("template", "exists already"),
    ],
)
def test_a_name_that_cannot_be_one_is_refused(checkout: Path, name: str, told: str) -> None:
    with pytest.raises(UsageError, match=told):
        new_assignment(checkout, name)
    assert assignment_ids(checkout) == ()


@pytest.mark.parametrize("title", ['"; minutes = 1', "two\nlines", "back\\slash"])
def test_a_title_that_would_break_the_settings_is_refused(checkout: Path, title: str) -> None:
    with pytest.raises(UsageError, match="cannot be a title"):
        new_assignment(checkout, "rrf", title)


def test_an_assignment_is_never_overwritten(checkout: Path) -> None:
    folder = new_assignment(checkout, "rrf")
    folder.settings.write_text("mine")
    with pytest.raises(UsageError, match="exists already"):
        new_assignment(checkout, "rrf")
    assert folder.settings.read_text() == "mine"


def test_outside_a_checkout_the_error_says_so(tmp_path: Path) -> None:
    with pytest.raises(NoCheckoutError):
        new_assignment(tmp_path, "rrf")


def test_a_checkout_without_template_is_told(checkout: Path) -> None:
    shutil.rmtree(checkout / "assignments" / "template")
    with pytest.raises(UsageError, match="has no template.ipynb"):
        new_assignment(checkout, "rrf")
