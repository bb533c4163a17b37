from __future__ import annotations

import os
from collections.abc import Callable
from pathlib import Path
from typing import Any

import nbformat
import pytest

from autograder.checks.files import tree_digest
from autograder.gradebook.collect import collect_assignment
from autograder.gradebook.course import Course
from autograder.gradebook.errors import TransferError
from autograder.gradebook.package import RefusedPackageError
from autograder.gradebook.student import (
    Desk,
    Receipt,
    fetch_assignment,
    list_courses,
    read_assignment,
    submit_assignment,
)
from autograder.gradebook.student.errors import MissingNotebookError, NotFetchedError
from autograder.gradebook.submissions import RECEIPT

Answer = Callable[..., None]


class Cancelled(Exception):
    """What a job's step raises when the student has thought better of it."""


def quiet(word: str) -> None:
    """Nobody looks at the steps."""


def submit(desk: Desk) -> Receipt:
    return submit_assignment(desk, "nlp", "toy", quiet)


@pytest.fixture
def folder(desk: Desk) -> Path:
    """The fetched assignment of a student."""
    fetch_assignment(desk, "nlp", "toy", quiet)
    return desk.folder / "toy"


def test_a_receipt_says_what_was_handed_in_when_and_what_will_be_graded(
    desk: Desk, folder: Path, conforms: Callable[[Any, str], None]
) -> None:
    steps: list[str] = []
    receipt = submit_assignment(desk, "nlp", "toy", steps.append)
    conforms(receipt.to_json(), "Receipt")
    assert steps == ["asking", "copying", "checking", "writing"]
    assert (receipt.course, receipt.assignment, receipt.student) == ("nlp", "toy", "ada")
    assert [f.path for f in receipt.submission.files] == ["classroom.json", "data.csv", "toy.ipynb"]
    assert [q.grade_id for n in receipt.graded for q in n.questions] == [
        "doubling",
        "asserts",
        "why",
    ]
    assert (receipt.not_graded, receipt.remarks) == ((), ())
    (found,) = read_assignment(desk, "nlp", "toy").history
    assert found == receipt.submission


def test_the_hash_is_of_what_arrived_and_is_the_one_in_the_run_log(
    desk: Desk, folder: Path, released: Course
) -> None:
    receipt = submit(desk)
    collect_assignment(released, "toy")
    arrived = released.root / "submitted" / "ada" / "toy"
    assert tree_digest(arrived, ignore=RECEIPT) == receipt.submission.hash
    assert (arrived / "toy.ipynb").read_bytes() == (folder / "toy.ipynb").read_bytes()


def test_what_is_handed_in_was_copied_before_the_exchange_sees_it(
    desk: Desk, folder: Path, released: Course
) -> None:
    def step(word: str) -> None:
        if word == "checking":
            (folder / "data.csv").write_text("too late")

    receipt = submit_assignment(desk, "nlp", "toy", step)
    collect_assignment(released, "toy")
    arrived = released.root / "submitted" / "ada" / "toy"
    assert (arrived / "data.csv").read_text() == "1\n"
    assert tree_digest(arrived, ignore=RECEIPT) == receipt.submission.hash


@pytest.mark.parametrize("word", ["asking", "copying", "checking", "writing"])
def test_a_cancelled_submission_sends_nothing_and_leaves_nothing(
    desk: Desk, folder: Path, exchange: Path, word: str
) -> None:
    def step(said: str) -> None:
        if said == word:
            raise Cancelled

    with pytest.raises(Cancelled):
        submit_assignment(desk, "nlp", "toy", step)
    assert os.listdir(exchange / "nlp" / "inbound") == []
    assert [p.name for p in desk.data.iterdir() if p.is_dir()] == ["released"]


def test_checkpoints_and_fetched_feedback_are_not_handed_in_nor_judged(
    desk: Desk, folder: Path
) -> None:
    for name in ("feedback", ".ipynb_checkpoints"):
        (folder / name).mkdir()
        (folder / name / "link").symlink_to("/etc/passwd")
    (folder / "timestamp.txt").write_text("never")
    receipt = submit(desk)
    assert [f.path for f in receipt.submission.files] == ["classroom.json", "data.csv", "toy.ipynb"]
    assert receipt.submission.submitted is not None


def test_what_collecting_would_refuse_is_refused_in_the_same_words(
    desk: Desk, folder: Path, released: Course, exchange: Path
) -> None:
    (folder / "more").symlink_to("/etc/passwd")
    with pytest.raises(RefusedPackageError) as caught:
        submit(desk)
    assert os.listdir(exchange / "nlp" / "inbound") == []
    past_us = exchange / "nlp" / "inbound" / "ada+toy+2026-10-01 07:00:00.000000 UTC+c2VjcmV0"
    past_us.mkdir()
    (past_us / "toy.ipynb").write_text("{}")
    (past_us / "more").symlink_to("/etc/passwd")
    (refused,) = collect_assignment(released, "toy")
    assert (refused.code, refused.reason) == (caught.value.code, str(caught.value))


def test_limits_are_those_of_the_configuration(open_as: Callable[..., Desk]) -> None:
    desk = open_as("ada", CourseDirectory={"max_file_size": 20})
    fetch_assignment(desk, "nlp", "toy", quiet)
    (desk.folder / "toy" / "big.bin").write_bytes(b"0" * 20_001)
    with pytest.raises(RefusedPackageError, match="big.bin: it has 20,001 bytes and 20,000 are"):
        submit(desk)


def test_an_assignment_must_be_fetched_first(desk: Desk) -> None:
    with pytest.raises(NotFetchedError, match="no folder toy. Fetch toy first"):
        submit(desk)


def test_the_same_files_may_be_handed_in_twice_and_that_is_said(desk: Desk, folder: Path) -> None:
    first = submit(desk)
    second = submit(desk)
    assert second.submission.hash == first.submission.hash
    assert second.submission.id != first.submission.id
    (remark,) = second.remarks
    assert remark.startswith(
        f"You have handed in the very same files before, on {first.submission.submitted}."
    )


def test_a_missing_notebook_is_a_remark(desk: Desk, folder: Path) -> None:
    (folder / "toy.ipynb").unlink()
    receipt = submit(desk)
    assert receipt.graded == ()
    assert receipt.remarks == (
        "toy.ipynb is missing and gets no points. Restore it and hand in again.",
    )


def test_a_missing_notebook_is_an_error_where_the_course_is_strict(
    open_as: Callable[..., Desk], exchange: Path
) -> None:
    desk = open_as("ada", ExchangeSubmit={"strict": True})
    fetch_assignment(desk, "nlp", "toy", quiet)
    (desk.folder / "toy" / "toy.ipynb").unlink()
    with pytest.raises(MissingNotebookError, match="not handed in: toy.ipynb is missing"):
        submit(desk)
    assert os.listdir(exchange / "nlp" / "inbound") == []


def test_a_renamed_notebook_is_recognized(desk: Desk, folder: Path) -> None:
    (folder / "toy.ipynb").rename(folder / "mine.ipynb")
    receipt = submit(desk)
    assert receipt.not_graded == ("mine.ipynb",)
    (remark,) = receipt.remarks
    assert remark.startswith("toy.ipynb is missing. mine.ipynb seems to be it: rename it back")


def test_another_notebook_is_told_as_not_graded(desk: Desk, folder: Path) -> None:
    nbformat.write(nbformat.v4.new_notebook(), folder / "scratch.ipynb")
    receipt = submit(desk)
    assert receipt.not_graded == ("scratch.ipynb",)
    assert [n.name for n in receipt.graded] == ["toy"]


def test_a_notebook_that_cannot_be_read_is_told_with_the_reason(desk: Desk, folder: Path) -> None:
    (folder / "toy.ipynb").write_text('{"cells": [')
    receipt = submit(desk)
    assert receipt.graded == ()
    (remark,) = receipt.remarks
    assert remark.startswith("toy.ipynb cannot be graded: toy.ipynb: ")


def test_deleted_and_edited_graded_cells_are_told_and_answers_may_be_edited(
    desk: Desk, folder: Path, answer: Answer
) -> None:
    answer(
        folder / "toy.ipynb",
        doubling=None,
        asserts="assert True",
        double="def double(x):\n    return 2 * x",
        why="Because.",
    )
    receipt = submit(desk)
    deleted, edited = receipt.remarks
    assert deleted.startswith("toy.ipynb: graded cells or answers were deleted (doubling)")
    assert edited.startswith("toy.ipynb: locked cells were edited (asserts)")


@pytest.mark.parametrize(
    ("method", "cost"),
    [("none", "takes no points off for that."), ("zero", "gives no points for late work.")],
)
def test_lateness_is_told_with_what_it_costs(
    desk: Desk, released: Course, release_again: Callable[..., None], method: str, cost: str
) -> None:
    released.config.LateSubmissionPlugin.penalty_method = method
    with released.gradebook() as gradebook:
        gradebook.update_or_create_assignment("toy", duedate="2020-10-02 12:00:00.0 UTC")
    release_again()
    fetch_assignment(desk, "nlp", "toy", quiet)
    receipt = submit(desk)
    late = receipt.submission.late_seconds
    assert late is not None and late > 86400
    assert receipt.remarks[0].startswith(f"This is {int(late // 86400)} days")
    assert receipt.remarks[0].endswith(cost)


def test_a_newer_release_is_told(
    desk: Desk, folder: Path, release_again: Callable[..., None]
) -> None:
    release_again(data_csv="2\n")
    (remark,) = submit(desk).remarks
    assert remark.startswith("A newer release is out than the one you fetched")


def test_without_the_right_to_hand_in_one_clear_message_is_told(
    desk: Desk, folder: Path, exchange: Path
) -> None:
    (exchange / "nlp" / "inbound").rename(exchange / "nlp" / "closed")
    with pytest.raises(TransferError) as caught:
        submit(desk)
    assert str(caught.value) == (
        f"toy was not handed in: Inbound directory doesn't exist: {exchange}/nlp/inbound. "
        "Ask your instructor to mend that."
    )
    (toy,) = list_courses(desk).courses[0].assignments
    assert toy.submissions == 0
