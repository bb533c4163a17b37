"""An exchange that is no folder: archives, and records that name no path of this machine."""

from __future__ import annotations

import os
import zipfile
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from nbgrader.exchange import abc
from traitlets import Unicode

from autograder.gradebook.course import Course
from autograder.gradebook.errors import TransferError
from autograder.gradebook.student import (
    Desk,
    fetch_assignment,
    fetch_feedback,
    list_courses,
    read_assignment,
    restore_file,
    submit_assignment,
)


def quiet(word: str) -> None:
    """Nobody looks at the steps."""


class Archives(abc.Exchange):
    """``<store>/released/<course>/<assignment>.zip`` and so on."""

    store = Unicode().tag(config=True)
    broken = Unicode().tag(config=True)

    def init_src(self) -> None:
        if self.broken:
            raise KeyError(self.broken)

    def init_dest(self) -> None:
        pass

    def place(self, kind: str, *names: str) -> Path:
        return Path(self.store, kind, *names)

    @property
    def local(self) -> Path:
        return Path(self.assignment_dir, self.coursedir.assignment_id)


class ListArchives(Archives, abc.ExchangeList):
    def copy_files(self) -> None:
        pass

    def list_files(self) -> list[dict[str, Any]]:
        if not self.cached:
            return [
                {
                    "course_id": path.parent.name,
                    "assignment_id": path.stem,
                    "student_id": self.coursedir.student_id,
                    "status": "released",
                    "path": "",
                    "notebooks": [{"notebook_id": path.stem, "path": ""}],
                }
                for path in self.place("released").glob("*/*.zip")
            ]
        return [
            {
                "course_id": folder.parent.name,
                "assignment_id": folder.name,
                "student_id": self.coursedir.student_id,
                "status": "submitted",
                "submissions": [
                    {
                        "timestamp": path.stem,
                        "path": "",
                        "status": "submitted",
                        "has_exchange_feedback": path.with_suffix(".html").is_file(),
                        "feedback_updated": False,
                        "notebooks": [],
                    }
                    for path in folder.glob("*.zip")
                ],
            }
            for folder in self.place("submitted", self.coursedir.student_id).glob("*/*")
        ]


class FetchArchive(Archives, abc.ExchangeFetchAssignment):
    def copy_files(self) -> None:
        name = f"{self.coursedir.assignment_id}.zip"
        with zipfile.ZipFile(self.place("released", self.coursedir.course_id, name)) as archive:
            archive.extractall(self.local)


class SubmitArchive(Archives, abc.ExchangeSubmit):
    def copy_files(self) -> None:
        folder = self.place(
            "submitted",
            self.coursedir.student_id,
            self.coursedir.course_id,
            self.coursedir.assignment_id,
        )
        folder.mkdir(parents=True, exist_ok=True)
        with zipfile.ZipFile(folder / f"{self.timestamp}.zip", "w") as archive:
            for path in sorted(self.local.rglob("*")):
                archive.write(path, path.relative_to(self.local))


class FetchPages(Archives, abc.ExchangeFetchFeedback):
    def copy_files(self) -> None:
        mine = self.place("submitted", self.coursedir.student_id, self.coursedir.course_id)
        for page in (mine / self.coursedir.assignment_id).glob("*.html"):
            target = self.local / "feedback" / page.stem / "toy.html"
            target.parent.mkdir(parents=True)
            target.write_bytes(page.read_bytes())


@pytest.fixture
def store(tmp_path: Path, released: Course) -> Path:
    """A store with the release of ``toy`` in it."""
    root = tmp_path / "store"
    (root / "released" / "nlp").mkdir(parents=True)
    with zipfile.ZipFile(root / "released" / "nlp" / "toy.zip", "w") as archive:
        for path in released.path("release", ".", "toy").iterdir():
            archive.write(path, path.name)
    return root


@pytest.fixture
def sections(store: Path) -> dict[str, dict[str, Any]]:
    return {
        "ExchangeFactory": {
            "exchange": Archives,
            "list": ListArchives,
            "fetch_assignment": FetchArchive,
            "submit": SubmitArchive,
            "fetch_feedback": FetchPages,
        },
        "Archives": {"store": str(store)},
    }


@pytest.fixture
def desk(open_as: Callable[..., Desk], sections: dict[str, dict[str, Any]]) -> Desk:
    return open_as("ada", **sections)


def test_an_exchange_without_paths_works_from_the_list_to_the_feedback(
    desk: Desk, store: Path, conforms: Callable[[Any, str], None]
) -> None:
    (toy,) = list_courses(desk).courses[0].assignments
    assert (toy.described, toy.title, toy.due, toy.released) == (False, "toy", None, True)
    fetch_assignment(desk, "nlp", "toy", quiet)
    (toy,) = list_courses(desk).courses[0].assignments
    assert (toy.title, toy.folder, toy.release_changed) == ("Doubling", "toy", None)

    receipt = submit_assignment(desk, "nlp", "toy", quiet)
    conforms(receipt.to_json(), "Receipt")
    (sent,) = (store / "submitted" / "ada" / "nlp" / "toy").glob("*.zip")
    with zipfile.ZipFile(sent) as archive:
        assert archive.namelist() == [f.path for f in receipt.submission.files]
    detail = read_assignment(desk, "nlp", "toy")
    conforms(detail.to_json(), "AssignmentDetail")
    assert detail.history == (receipt.submission,), "the hash is remembered, the exchange has none"
    again = submit_assignment(desk, "nlp", "toy", quiet)
    assert again.remarks[0].startswith("You have handed in the very same files before")

    sent.with_suffix(".html").write_text("<p>Well done.</p>")
    (toy,) = list_courses(desk).courses[0].assignments
    assert toy.feedback == "ready"
    fetch_feedback(desk, "nlp", "toy", quiet)
    (toy,) = list_courses(desk).courses[0].assignments
    assert (toy.feedback, toy.score) == ("fetched", None)

    (desk.folder / "toy" / "data.csv").write_text("mine")
    assert restore_file(desk, "nlp", "toy", "data.csv").kept == "data.mine-1.csv"


def test_what_was_handed_in_is_known_while_a_plug_in_does_not_answer(
    desk: Desk, open_as: Callable[..., Desk], sections: dict[str, dict[str, Any]]
) -> None:
    fetch_assignment(desk, "nlp", "toy", quiet)
    sent = submit_assignment(desk, "nlp", "toy", quiet).submission
    offline = open_as("ada", **sections, ListArchives={"broken": "no route to host"})
    (toy,) = list_courses(offline).courses[0].assignments
    assert (toy.submissions, toy.folder, toy.title) == (1, "toy", "Doubling")
    assert read_assignment(offline, "nlp", "toy").history == (sent,)
    with pytest.raises(TransferError, match="no route to host"):
        submit_assignment(offline, "nlp", "toy", quiet)


def test_a_submission_from_another_place_has_no_hash_and_is_listed(
    desk: Desk,
) -> None:
    fetch_assignment(desk, "nlp", "toy", quiet)
    submit_assignment(desk, "nlp", "toy", quiet)
    for path in (desk.data / "receipts").rglob("*.json"):
        path.write_text('{"x": [1]}')
    (found,) = read_assignment(desk, "nlp", "toy").history
    assert (found.hash, found.files) == ("", ())


def test_whatever_a_plug_in_raises_is_one_clear_message(
    open_as: Callable[..., Desk], sections: dict[str, dict[str, Any]]
) -> None:
    desk = open_as("ada", **sections)
    fetch_assignment(desk, "nlp", "toy", quiet)
    broken = open_as("ada", **sections, SubmitArchive={"broken": "token expired"})
    with pytest.raises(TransferError) as caught:
        submit_assignment(broken, "nlp", "toy", quiet)
    assert str(caught.value) == "toy was not handed in: KeyError: 'token expired'"
    assert [p.name for p in desk.data.iterdir() if p.is_dir()] == ["released"]
    broken = open_as("bob", **sections, FetchArchive={"broken": "token expired"})
    with pytest.raises(TransferError, match="toy was not fetched: KeyError: 'token expired'"):
        fetch_assignment(broken, "nlp", "toy", quiet)
    assert os.listdir(broken.folder) == []
    broken = open_as("eve", **sections, ListArchives={"broken": "token expired"})
    problem = list_courses(broken).problem
    assert problem is not None
    assert problem.message == "The exchange cannot be read: KeyError: 'token expired'"


class FetchLink(FetchArchive):
    def copy_files(self) -> None:
        super().copy_files()
        (self.local / "link").symlink_to("/etc")


def test_a_link_that_an_exchange_brings_is_refused(
    open_as: Callable[..., Desk], sections: dict[str, dict[str, Any]]
) -> None:
    sections["ExchangeFactory"]["fetch_assignment"] = FetchLink
    desk = open_as("ada", **sections)
    with pytest.raises(TransferError, match="toy was not fetched: .*link: it is a symbolic link"):
        fetch_assignment(desk, "nlp", "toy", quiet)
    assert os.listdir(desk.folder) == []
