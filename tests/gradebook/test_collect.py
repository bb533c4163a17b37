from __future__ import annotations

import os
from collections.abc import Callable
from pathlib import Path

import pytest

from autograder.gradebook.collect import ClassroomCollect, collect_assignment
from autograder.gradebook.course import Course
from autograder.gradebook.errors import TransferError
from autograder.log import RunLog, Status

EARLY, LATE = "2026-10-01 07:00:00.000000 UTC", "2026-10-03 07:00:00.000000 UTC"
HandIn = Callable[..., Path]


@pytest.fixture
def course(released: Course) -> Course:
    return released


@pytest.fixture
def hand_in(course: Course) -> HandIn:
    """Put a folder into the exchange as ``nbgrader submit`` does."""
    inbound = Path(course.config.Exchange.root) / "nlp" / "inbound"

    def submit(student: str, stamp: str = EARLY, text: str = "{}", name: str = "") -> Path:
        folder = inbound / (name or f"{student}+toy+{stamp}+c2VjcmV0")
        folder.mkdir()
        (folder / "toy.ipynb").write_text(text)
        (folder / "timestamp.txt").write_text(stamp)
        return folder

    return submit


def states(course: Course, **options: bool) -> dict[str, str]:
    return {found.student: found.state for found in collect_assignment(course, "toy", **options)}


def submitted(course: Course, student: str) -> Path:
    return course.root / "submitted" / student / "toy"


def test_the_newest_submission_of_each_student_is_collected(
    course: Course, hand_in: HandIn
) -> None:
    hand_in("ada", EARLY, "old")
    hand_in("ada", LATE, "new")
    hand_in("bob")
    assert states(course) == {"ada": "new", "bob": "new"}
    assert (submitted(course, "ada") / "toy.ipynb").read_text() == "new"


def test_a_newer_submission_replaces_the_earlier_only_with_update(
    course: Course, hand_in: HandIn
) -> None:
    hand_in("ada", EARLY, "old")
    states(course)
    hand_in("ada", LATE, "new")
    assert states(course) == {"ada": "kept"}
    assert states(course, update=True) == {"ada": "updated"}
    assert (submitted(course, "ada") / "toy.ipynb").read_text() == "new"
    assert states(course, update=True) == {"ada": "kept"}


def test_a_hostile_submission_is_refused_and_the_rest_goes_on(
    course: Course, hand_in: HandIn
) -> None:
    hand_in("ada", EARLY, "good")
    states(course)
    bad = hand_in("ada", LATE, "new")
    secret = course.root / "gradebook.db"
    (bad / "data.csv").symlink_to(secret)
    hand_in("bob")
    found = {item.student: item for item in collect_assignment(course, "toy", update=True)}
    assert found["bob"].state == "new"
    assert (found["ada"].state, found["ada"].code) == ("refused", "symbolic-link")
    assert "data.csv" in found["ada"].reason
    assert (submitted(course, "ada") / "toy.ipynb").read_text() == "good"
    assert not (submitted(course, "ada") / "data.csv").exists()


def test_a_refusal_is_logged_once_however_often_is_collected(
    course: Course, hand_in: HandIn
) -> None:
    os.mkfifo(hand_in("ada") / "pipe")
    for _ in range(2):
        assert states(course) == {"ada": "refused"}
    with RunLog.open(course.root) as log:
        (attempt,) = log.attempts("toy", "ada")
    assert attempt.status is Status.REFUSED
    assert attempt.outcome.code == "fifo"
    assert attempt.submission.timestamp == "2026-10-01T07:00:00+00:00"


@pytest.mark.parametrize(
    "name",
    [
        f"..+toy+{EARLY}",
        f"../../x+toy+{EARLY}".replace("/", "+"),
        "eve+toy+not a time",
        "eve+toy+",
        f"+toy+{EARLY}",
    ],
)
def test_a_folder_whose_name_is_no_submissions_is_left_alone(
    course: Course, hand_in: HandIn, name: str
) -> None:
    hand_in("eve", name=name)
    hand_in("ada")
    before = {p for p in course.root.iterdir()}
    assert states(course) == {"ada": "new"}
    assert {p.name for p in course.root.iterdir()} - {p.name for p in before} <= {"submitted"}
    assert [p.name for p in (course.root / "submitted").iterdir()] == ["ada"]


def test_a_students_timestamp_file_cannot_stop_the_next_collect(
    course: Course, hand_in: HandIn
) -> None:
    folder = hand_in("ada", EARLY)
    (folder / "timestamp.txt").write_text("never")
    states(course)
    hand_in("ada", LATE, "new")
    assert states(course, update=True) == {"ada": "updated"}


def test_the_last_submission_in_time_can_be_preferred(course: Course, hand_in: HandIn) -> None:
    with course.gradebook() as gradebook:
        gradebook.update_or_create_assignment("toy", duedate="2026-10-02 12:00:00.0 UTC")
    hand_in("ada", EARLY, "in time")
    hand_in("ada", LATE, "late")
    hand_in("bob", LATE, "late")
    assert states(course, before_duedate=True) == {"ada": "new", "bob": "new"}
    assert (submitted(course, "ada") / "toy.ipynb").read_text() == "in time"
    assert (submitted(course, "bob") / "toy.ipynb").read_text() == "late"


def test_what_the_course_ignores_is_not_collected(course: Course, hand_in: HandIn) -> None:
    folder = hand_in("ada")
    (folder / "x.pyc").write_bytes(b"")
    states(course)
    assert sorted(p.name for p in submitted(course, "ada").iterdir()) == [
        "timestamp.txt",
        "toy.ipynb",
    ]


def test_an_oversized_file_is_refused(course: Course, hand_in: HandIn, reopen) -> None:
    (hand_in("ada") / "big.bin").write_bytes(b"0" * 3000)
    small = reopen(course.root, CourseDirectory={"max_file_size": 2})
    (found,) = collect_assignment(small, "toy")
    assert (found.state, found.code) == ("refused", "oversized-file")


def test_nbgraders_own_collect_button_uses_our_class(course: Course) -> None:
    collect = course.exchange.Collect(
        coursedir=course.directory_for("toy"), authenticator=course.authenticator
    )
    assert type(collect) is ClassroomCollect


def test_an_exchange_that_is_not_there_is_told(course: Course) -> None:
    (Path(course.config.Exchange.root) / "nlp" / "inbound").rmdir()
    with pytest.raises(TransferError, match="toy was not collected: Course not found"):
        collect_assignment(course, "toy")
