from __future__ import annotations

import json
import os
from collections.abc import Callable
from pathlib import Path
from typing import Any

import nbformat
import pytest
from nbgrader.auth import BaseAuthPlugin
from nbgrader.exchange.default import ExchangeList
from traitlets import Unicode

from autograder.errors import UnknownAssignmentError
from autograder.gradebook.collect import collect_assignment
from autograder.gradebook.course import Course
from autograder.gradebook.errors import TransferError
from autograder.gradebook.feedback import give_feedback
from autograder.gradebook.student import (
    Desk,
    fetch_assignment,
    fetch_feedback,
    list_courses,
    read_assignment,
    submit_assignment,
)
from autograder.gradebook.student.errors import NotConnectedError

Conforms = Callable[[Any, str], None]


def quiet(word: str) -> None:
    """Nobody looks at the steps."""


def only(desk: Desk) -> Any:
    (course,) = list_courses(desk).courses
    (found,) = course.assignments
    return found


def states(desk: Desk) -> dict[str, str]:
    return {file.path: file.state for file in read_assignment(desk, "nlp", "toy").files}


def test_what_is_released_is_told_before_it_is_fetched(desk: Desk, conforms: Conforms) -> None:
    listed = list_courses(desk)
    conforms(listed.to_json(), "Courses")
    assert (listed.student, listed.problem) == ("ada", None)
    assert [course.id for course in listed.courses] == ["nlp"]
    toy = only(desk)
    assert (toy.title, toy.summary, toy.minutes) == ("Doubling", "A number, twice.", 5)
    assert (toy.topics, toy.seed_notebooks) == (("engineer-1",), ("introduction-to-quantization",))
    assert (toy.points, toy.due) == (10.0, None)
    assert toy.late is not None and toy.late.method == "none"
    assert [(q.grade_id, q.hidden_findings) for q in toy.notebooks[0].questions] == [
        ("doubling", 2),
        ("asserts", 0),
        ("why", 0),
    ]
    assert (toy.released, toy.folder, toy.release_changed) == (True, None, None)
    assert (toy.submissions, toy.submitted, toy.feedback, toy.score) == (0, None, "none", None)


def test_looking_writes_nothing_into_the_students_folder(desk: Desk) -> None:
    list_courses(desk)
    read_assignment(desk, "nlp", "toy")
    assert os.listdir(desk.folder) == []


def test_a_fetched_assignment_has_a_folder_and_files_with_a_state(
    desk: Desk, conforms: Conforms
) -> None:
    fetch_assignment(desk, "nlp", "toy", quiet)
    toy = only(desk)
    assert (toy.folder, toy.release_changed, toy.missing) == ("toy", False, ())
    folder = desk.folder / "toy"
    (folder / "notes.txt").write_text("mine")
    (folder / "data.csv").unlink()
    (folder / "toy.ipynb").write_text("{broken")
    (folder / ".ipynb_checkpoints").mkdir()
    (folder / ".ipynb_checkpoints" / "toy-checkpoint.ipynb").write_text("{}")
    conforms(read_assignment(desk, "nlp", "toy").to_json(), "AssignmentDetail")
    assert states(desk) == {
        "classroom.json": "unchanged",
        "data.csv": "missing",
        "notes.txt": "added",
        "toy.ipynb": "damaged",
    }
    assert only(desk).missing == ("data.csv",)


def test_an_answered_notebook_is_changed_and_not_damaged(
    desk: Desk, answer: Callable[..., None]
) -> None:
    fetch_assignment(desk, "nlp", "toy", quiet)
    answer(desk.folder / "toy" / "toy.ipynb", double="def double(x):\n    return 2 * x")
    assert states(desk)["toy.ipynb"] == "changed"


def test_a_changed_release_is_told_until_it_is_fetched(
    desk: Desk, release_again: Callable[..., None]
) -> None:
    fetch_assignment(desk, "nlp", "toy", quiet)
    assert only(desk).release_changed is False
    release_again(data_csv="2\n")
    assert only(desk).release_changed is True
    fetch_assignment(desk, "nlp", "toy", quiet)
    assert only(desk).release_changed is False


def test_a_file_that_is_new_in_the_release_is_a_change_too(
    desk: Desk, release_again: Callable[..., None]
) -> None:
    fetch_assignment(desk, "nlp", "toy", quiet)
    release_again(extra_csv="2\n")
    assert only(desk).release_changed is True


def test_the_due_date_that_holds_now_is_told_even_if_the_release_was_fetched_before(
    desk: Desk, released: Course, release_again: Callable[..., None]
) -> None:
    fetch_assignment(desk, "nlp", "toy", quiet)
    with released.gradebook() as gradebook:
        gradebook.update_or_create_assignment("toy", duedate="2026-10-02 12:00:00.0 UTC")
    release_again()
    assert only(desk).due == "2026-10-02T12:00:00Z"


def test_submissions_are_listed_the_newest_first_with_hash_and_lateness(
    desk: Desk, released: Course, release_again: Callable[..., None], conforms: Conforms
) -> None:
    with released.gradebook() as gradebook:
        gradebook.update_or_create_assignment("toy", duedate="2020-10-02 12:00:00.0 UTC")
    release_again()
    fetch_assignment(desk, "nlp", "toy", quiet)
    first = submit_assignment(desk, "nlp", "toy", quiet)
    (desk.folder / "toy" / "notes.txt").write_text("more")
    second = submit_assignment(desk, "nlp", "toy", quiet)
    detail = read_assignment(desk, "nlp", "toy")
    conforms(detail.to_json(), "AssignmentDetail")
    assert [s.id for s in detail.history] == [second.submission.id, first.submission.id]
    assert [s.hash for s in detail.history] == [second.submission.hash, first.submission.hash]
    assert first.submission.hash != second.submission.hash
    assert detail.history[0].files == second.submission.files
    for found in detail.history:
        assert found.late_seconds is not None and found.late_seconds > 0
    toy = detail.assignment
    assert (toy.submissions, toy.submitted) == (2, second.submission.submitted)


def test_without_a_due_date_nothing_is_said_of_lateness(desk: Desk) -> None:
    fetch_assignment(desk, "nlp", "toy", quiet)
    submit_assignment(desk, "nlp", "toy", quiet)
    (only_one,) = read_assignment(desk, "nlp", "toy").history
    assert only_one.late_seconds is None


def test_feedback_goes_from_none_to_ready_to_fetched_to_updated(
    desk: Desk, released: Course, mark: Callable[[], None], answer: Callable[..., None]
) -> None:
    fetch_assignment(desk, "nlp", "toy", quiet)
    answer(desk.folder / "toy" / "toy.ipynb", why="Because.")
    submit_assignment(desk, "nlp", "toy", quiet)
    assert only(desk).feedback == "none"
    collect_assignment(released, "toy")
    mark()
    assert (only(desk).feedback, only(desk).score) == ("ready", None)
    fetch_feedback(desk, "nlp", "toy", quiet)
    toy = only(desk)
    # Nothing was executed: the assert cell has no error, the check no points.
    assert (toy.feedback, toy.max_score) == ("fetched", 10.0)
    assert toy.score is not None
    (found,) = read_assignment(desk, "nlp", "toy").history
    assert (found.feedback, found.score, found.max_score) == ("fetched", toy.score, 10.0)
    assert (desk.feedback_folder("nlp", "toy", found.id) / "toy.html").is_file()
    with released.gradebook() as gradebook:
        grade = gradebook.find_grade("why", "toy", "toy", "ada")
        grade.manual_score = 4.5
        gradebook.db.commit()
    give_feedback(released, "toy")
    assert only(desk).feedback == "updated"
    fetch_feedback(desk, "nlp", "toy", quiet)
    assert only(desk).score == toy.score + 4.5


def test_a_notebook_of_ones_own_does_not_hide_that_feedback_is_ready(
    desk: Desk, released: Course, mark: Callable[[], None]
) -> None:
    fetch_assignment(desk, "nlp", "toy", quiet)
    nbformat.write(nbformat.v4.new_notebook(), desk.folder / "toy" / "toy.mine-1.ipynb")
    submit_assignment(desk, "nlp", "toy", quiet)
    collect_assignment(released, "toy")
    mark()
    assert only(desk).feedback == "ready"
    fetch_feedback(desk, "nlp", "toy", quiet)
    assert only(desk).feedback == "fetched"


def test_feedback_that_is_not_there_yet_is_told_in_words(desk: Desk) -> None:
    with pytest.raises(TransferError, match="you have not handed it in yet"):
        fetch_feedback(desk, "nlp", "toy", quiet)
    fetch_assignment(desk, "nlp", "toy", quiet)
    submit_assignment(desk, "nlp", "toy", quiet)
    with pytest.raises(TransferError, match="no feedback on toy yet"):
        fetch_feedback(desk, "nlp", "toy", quiet)
    assert not (desk.folder / "toy" / "feedback").exists()


def test_another_students_submissions_are_not_mine(
    desk: Desk, open_as: Callable[..., Desk]
) -> None:
    bob = open_as("bob")
    for student in (desk, bob):
        fetch_assignment(student, "nlp", "toy", quiet)
    submit_assignment(bob, "nlp", "toy", quiet)
    assert (only(desk).submissions, only(bob).submissions) == (0, 1)


@pytest.mark.parametrize("name", ["..", "a/b", "toys", "", "a+b", "\udcff", "x" * 300, "a\0b"])
def test_an_unknown_name_is_told_and_never_a_path(desk: Desk, name: str) -> None:
    for course, assignment in (("nlp", name), (name, "toy")):
        with pytest.raises(UnknownAssignmentError):
            read_assignment(desk, course, assignment)
        with pytest.raises(UnknownAssignmentError):
            fetch_assignment(desk, course, assignment, quiet)
    assert os.listdir(desk.folder) == []


def test_the_nearest_known_name_is_offered(desk: Desk) -> None:
    with pytest.raises(UnknownAssignmentError, match="Did you mean 'toy'"):
        read_assignment(desk, "nlp", "toys")
    with pytest.raises(UnknownAssignmentError, match="no course 'nlq' .* Did you mean 'nlp'"):
        read_assignment(desk, "nlq", "toy")


def test_an_exchange_that_is_missing_is_a_problem_and_what_was_fetched_stays_listed(
    desk: Desk, exchange: Path, conforms: Conforms
) -> None:
    fetch_assignment(desk, "nlp", "toy", quiet)
    exchange.rename(exchange.with_name("gone"))
    listed = list_courses(desk)
    conforms(listed.to_json(), "Courses")
    assert listed.problem is not None
    assert f"no exchange at {exchange}" in listed.problem.message
    assert "c.Exchange.root" in listed.problem.message
    assert listed.problem.code == "Transfer"
    (toy,) = listed.courses[0].assignments
    assert (toy.released, toy.folder, toy.title) == (False, "toy", "Doubling")
    detail = read_assignment(desk, "nlp", "toy")
    conforms(detail.to_json(), "AssignmentDetail")
    assert (detail.problem, detail.history) == (listed.problem, ())
    with pytest.raises(TransferError, match="no exchange at"):
        read_assignment(desk, "nlp", "toys")
    with pytest.raises(TransferError, match="no exchange at"):
        submit_assignment(desk, "nlp", "toy", quiet)


class ListByDefault(ExchangeList):
    """As nbgrader's own, but that its default folder is nowhere on any machine."""

    root = Unicode("/no/such/exchange").tag(config=True)


def test_where_nobody_has_configured_an_exchange_no_course_is_connected(
    open_as: Callable[..., Desk], exchange: Path
) -> None:
    desk = open_as(
        "ada",
        Exchange={"root": "/no/such/exchange"},
        ExchangeFactory={"list": ListByDefault},
    )
    problem = list_courses(desk).problem
    assert problem is not None and problem.code == "NotConnected"
    for part in ("ask your instructor", "c.Exchange.root in nbgrader_config.py", "/no/such"):
        assert part in problem.message
    with pytest.raises(NotConnectedError):
        submit_assignment(desk, "nlp", "toy", quiet)
    connected = open_as(
        "ada", ListByDefault={"root": str(exchange)}, ExchangeFactory={"list": ListByDefault}
    )
    assert list_courses(connected).problem is None


def test_what_was_handed_in_is_remembered_while_the_exchange_is_away(
    desk: Desk, exchange: Path, conforms: Conforms
) -> None:
    fetch_assignment(desk, "nlp", "toy", quiet)
    sent = [submit_assignment(desk, "nlp", "toy", quiet).submission for _ in range(2)]
    before = read_assignment(desk, "nlp", "toy")
    assert before.history == tuple(reversed(sent))
    exchange.rename(exchange.with_name("gone"))
    (toy,) = list_courses(desk).courses[0].assignments
    assert (toy.submissions, toy.submitted) == (2, sent[1].submitted)
    away = read_assignment(desk, "nlp", "toy")
    conforms(away.to_json(), "AssignmentDetail")
    assert (away.history, away.files) == (before.history, before.files)
    (desk.folder / "toy").rename(desk.folder / "elsewhere")
    (toy,) = list_courses(desk).courses[0].assignments
    assert (toy.folder, toy.submissions) == (None, 2)
    exchange.with_name("gone").rename(exchange)
    assert only(desk).submissions == 2


@pytest.mark.parametrize("text", ["[]", "{", '{"../x": {}, "": 1}', "[" * 100_000])
def test_a_memory_of_submissions_that_is_damaged_counts_for_none(
    desk: Desk, exchange: Path, text: str
) -> None:
    fetch_assignment(desk, "nlp", "toy", quiet)
    submit_assignment(desk, "nlp", "toy", quiet)
    (desk.data / "receipts" / "nlp" / "toy.json").write_text(text)
    exchange.rename(exchange.with_name("gone"))
    assert only(desk).submissions == 0


def test_a_plug_in_that_cannot_be_had_is_a_problem_and_no_exception(
    open_as: Callable[..., Desk],
) -> None:
    listed = list_courses(open_as("ada", ExchangeFactory={"list": "no_such_module.List"}))
    assert listed.courses == ()
    assert listed.problem is not None
    assert listed.problem.message.startswith("The exchange cannot be used: ")


def test_a_folder_outside_of_what_is_shown_is_a_problem(open_as: Callable[..., Desk]) -> None:
    listed = list_courses(open_as("ada", Exchange={"assignment_dir": "/somewhere/else"}))
    assert listed.problem is not None
    assert "c.Exchange.assignment_dir = '/somewhere/else'" in listed.problem.message


@pytest.mark.parametrize(
    "text",
    ["", "[]", "{", '{"schema": 1}', '{"schema": 2}', "[" * 100_000, "1" * 5000, '"\\ud800"'],
)
def test_a_description_that_is_malformed_counts_as_none(
    desk: Desk, exchange: Path, text: str
) -> None:
    (exchange / "nlp" / "outbound" / "toy" / "classroom.json").write_text(text)
    toy = only(desk)
    assert (toy.described, toy.title, toy.points, toy.due) == (False, "toy", None, None)
    assert [(n.name, n.points, n.questions) for n in toy.notebooks] == [("toy", None, ())]


def test_a_release_of_nbgraders_own_kind_is_listed_by_its_name(
    desk: Desk, exchange: Path, conforms: Conforms
) -> None:
    (exchange / "nlp" / "outbound" / "toy" / "classroom.json").unlink()
    fetch_assignment(desk, "nlp", "toy", quiet)
    receipt = submit_assignment(desk, "nlp", "toy", quiet)
    conforms(receipt.to_json(), "Receipt")
    conforms(list_courses(desk).to_json(), "Courses")
    assert [n.name for n in receipt.graded] == ["toy"]
    assert only(desk).described is False


def test_a_listing_never_removes_anything_whatever_is_configured(
    open_as: Callable[..., Desk], exchange: Path
) -> None:
    careless = open_as("ada", ExchangeList={"remove": True, "inbound": True})
    assert only(careless).released
    assert (exchange / "nlp" / "outbound" / "toy" / "toy.ipynb").is_file()


def test_the_working_directory_does_not_matter_and_is_left_alone(
    desk: Desk, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    aside = tmp_path / "aside"
    aside.mkdir()
    monkeypatch.chdir(aside)
    fetch_assignment(desk, "nlp", "toy", quiet)
    submit_assignment(desk, "nlp", "toy", quiet)
    list_courses(desk)
    assert os.getcwd() == str(aside)
    assert os.listdir(aside) == []


def test_what_the_classroom_remembers_is_the_students_alone(desk: Desk) -> None:
    fetch_assignment(desk, "nlp", "toy", quiet)
    submit_assignment(desk, "nlp", "toy", quiet)
    assert desk.data.stat().st_mode & 0o077 == 0
    assert [p for p in desk.data.iterdir() if p.name not in ("lock", "receipts", "released")] == []


def test_a_configured_course_is_the_only_one_listed(
    open_as: Callable[..., Desk], second_course: Course
) -> None:
    chosen = open_as("ada", CourseDirectory={"course_id": "vision"})
    assert [course.id for course in list_courses(chosen).courses] == ["vision"]


def test_the_answers_are_json(desk: Desk) -> None:
    fetch_assignment(desk, "nlp", "toy", quiet)
    json.dumps(list_courses(desk).to_json(), allow_nan=False)
    json.dumps(read_assignment(desk, "nlp", "toy").to_json(), allow_nan=False)


class OnlyVision(BaseAuthPlugin):
    """Enrols everybody in one course."""

    def get_student_courses(self, student_id: str) -> list[str]:
        assert student_id == "ada", "the student's own name, not a pattern"
        return ["vision"]


def test_a_course_that_a_student_is_not_enrolled_in_is_not_there(
    open_as: Callable[..., Desk], second_course: Course
) -> None:
    desk = open_as("ada", Authenticator={"plugin_class": OnlyVision})
    assert [course.id for course in list_courses(desk).courses] == ["vision"]
    with pytest.raises(UnknownAssignmentError, match="no course 'nlp' for you"):
        fetch_assignment(desk, "nlp", "toy", quiet)
