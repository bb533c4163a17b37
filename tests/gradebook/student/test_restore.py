from __future__ import annotations

import os
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from autograder.errors import UnknownAssignmentError
from autograder.gradebook.errors import TransferError
from autograder.gradebook.student import (
    Desk,
    Restored,
    fetch_assignment,
    read_assignment,
    released_cells,
    restore_file,
)
from autograder.gradebook.student.errors import NotFetchedError, UnknownFileError


def quiet(word: str) -> None:
    """Nobody looks at the steps."""


def restore(desk: Desk, path: str) -> Restored:
    return restore_file(desk, "nlp", "toy", path)


@pytest.fixture
def folder(desk: Desk) -> Path:
    """The fetched assignment of a student."""
    fetch_assignment(desk, "nlp", "toy", quiet)
    return desk.folder / "toy"


def test_a_damaged_notebook_comes_back_and_the_students_is_kept_beside_it(
    desk: Desk, folder: Path, conforms: Callable[[Any, str], None]
) -> None:
    released = (folder / "toy.ipynb").read_bytes()
    (folder / "toy.ipynb").write_text("{broken")
    restored = restore(desk, "toy.ipynb")
    conforms(restored.to_json(), "Restored")
    assert restored == Restored("toy.ipynb", "toy.mine-1.ipynb")
    assert (folder / "toy.ipynb").read_bytes() == released
    assert (folder / "toy.mine-1.ipynb").read_text() == "{broken"
    states = {f.path: f.state for f in read_assignment(desk, "nlp", "toy").files}
    assert states["toy.ipynb"] == "unchanged"


def test_a_kept_copy_is_never_overwritten(desk: Desk, folder: Path) -> None:
    for number, text in enumerate(["first", "second", "third"], start=1):
        (folder / "data.csv").write_text(text)
        assert restore(desk, "data.csv").kept == f"data.mine-{number}.csv"
    kept = [(folder / f"data.mine-{n}.csv").read_text() for n in (1, 2, 3)]
    assert kept == ["first", "second", "third"]


def test_a_missing_file_comes_back_and_nothing_is_kept(desk: Desk, folder: Path) -> None:
    (folder / "data.csv").unlink()
    assert restore(desk, "data.csv") == Restored("data.csv", None)
    assert (folder / "data.csv").read_text() == "1\n"


def test_a_file_that_is_as_it_was_stays(desk: Desk, folder: Path) -> None:
    before = (folder / "data.csv").stat()
    assert restore(desk, "data.csv") == Restored("data.csv", None)
    assert (folder / "data.csv").stat() == before


def test_a_link_in_its_place_is_moved_aside_and_not_written_through(
    desk: Desk, folder: Path, tmp_path: Path
) -> None:
    precious = tmp_path / "precious.csv"
    precious.write_text("precious")
    (folder / "data.csv").unlink()
    (folder / "data.csv").symlink_to(precious)
    assert restore(desk, "data.csv").kept == "data.mine-1.csv"
    assert precious.read_text() == "precious"
    assert (folder / "data.mine-1.csv").is_symlink()
    assert not (folder / "data.csv").is_symlink()


def test_a_folder_in_its_place_is_moved_aside(desk: Desk, folder: Path) -> None:
    (folder / "data.csv").unlink()
    (folder / "data.csv").mkdir()
    (folder / "data.csv" / "x").write_text("x")
    assert restore(desk, "data.csv").kept == "data.mine-1.csv"
    assert (folder / "data.mine-1.csv" / "x").read_text() == "x"


def test_a_file_in_a_folder_is_restored_but_not_through_a_link(
    desk: Desk, exchange: Path, tmp_path: Path
) -> None:
    (exchange / "nlp" / "outbound" / "toy" / "more").mkdir()
    (exchange / "nlp" / "outbound" / "toy" / "more" / "x.csv").write_text("x")
    fetch_assignment(desk, "nlp", "toy", quiet)
    folder = desk.folder / "toy"
    (folder / "more" / "x.csv").write_text("mine")
    assert restore(desk, "more/x.csv") == Restored("more/x.csv", "more/x.mine-1.csv")
    (folder / "more").rename(folder / "aside")
    assert restore(desk, "more/x.csv") == Restored("more/x.csv", None)
    (folder / "more" / "x.csv").unlink()
    (folder / "more").rmdir()
    (folder / "more").symlink_to(tmp_path)
    with pytest.raises(TransferError, match="a folder on the way to it is a link"):
        restore(desk, "more/x.csv")
    assert not (tmp_path / "x.csv").exists()


@pytest.mark.parametrize(
    "path",
    [
        "../toy/data.csv",
        "./data.csv",
        "/etc/passwd",
        "more/../data.csv",
        "",
        ".",
        "notes.txt",
        "data.csv/",
        "data.csv\0",
        "\udcff",
        "a/" * 3000,
    ],
)
def test_only_files_of_the_release_can_be_asked_for(desk: Desk, folder: Path, path: str) -> None:
    (folder / "data.csv").write_text("mine")
    (folder / "notes.txt").write_text("mine")
    before = sorted(os.listdir(folder))
    with pytest.raises(UnknownFileError, match="has no file"):
        restore(desk, path)
    assert sorted(os.listdir(folder)) == before
    assert (folder / "data.csv").read_text() == "mine"


def test_restoring_needs_no_exchange_once_the_release_was_fetched(
    desk: Desk, folder: Path, exchange: Path
) -> None:
    exchange.rename(exchange.with_name("gone"))
    (folder / "data.csv").write_text("mine")
    assert restore(desk, "data.csv").kept == "data.mine-1.csv"
    assert released_cells(desk, "nlp", "toy", "toy")


def test_a_folder_that_nbgrader_fetched_is_restored_from_the_exchange(desk: Desk) -> None:
    desk.exchange.fetch("nlp", "toy", desk.folder)
    (desk.folder / "toy" / "data.csv").write_text("mine")
    assert restore(desk, "data.csv").kept == "data.mine-1.csv"
    assert (desk.folder / "toy" / "data.csv").read_text() == "1\n"


def test_a_folder_whose_release_nobody_has_cannot_be_restored(desk: Desk, exchange: Path) -> None:
    desk.exchange.fetch("nlp", "toy", desk.folder)
    (exchange / "nlp" / "outbound" / "toy").chmod(0o755)
    (exchange / "nlp" / "outbound" / "toy").rename(exchange / "taken-back")
    with pytest.raises(UnknownAssignmentError):
        restore(desk, "data.csv")


def test_what_was_not_fetched_cannot_be_restored(desk: Desk) -> None:
    with pytest.raises(NotFetchedError, match="Fetch toy first"):
        restore(desk, "data.csv")
    with pytest.raises(NotFetchedError, match="Fetch toy first"):
        released_cells(desk, "nlp", "toy", "toy")


def test_released_cells_are_those_that_were_fetched_whatever_the_student_did(
    desk: Desk, folder: Path, answer: Callable[..., None], conforms: Callable[[Any, str], None]
) -> None:
    answer(folder / "toy.ipynb", doubling=None, asserts="assert True")
    cells = released_cells(desk, "nlp", "toy", "toy")
    conforms({"cells": [cell.to_json() for cell in cells]}, "ReleasedCells")
    assert [(c.grade_id, c.graded, c.locked, c.solution, c.after) for c in cells] == [
        ("parameters", False, True, False, None),
        ("double", False, False, True, "parameters"),
        ("doubling", True, True, False, "double"),
        ("asserts", True, True, False, "doubling"),
        ("why", True, False, True, "asserts"),
    ]
    assert cells[3].source.strip() == "assert double(1) == 2"
    assert cells[2].metadata["llm_classroom"] == {"hidden_findings": 2}


@pytest.mark.parametrize("name", ["other", "..", "../toy", "x/toy", "", "a\0b", "\udcff"])
def test_only_notebooks_of_the_release_have_cells(desk: Desk, folder: Path, name: str) -> None:
    with pytest.raises(UnknownFileError, match="has no notebook"):
        released_cells(desk, "nlp", "toy", name)
