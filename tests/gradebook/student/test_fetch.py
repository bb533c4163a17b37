from __future__ import annotations

import os
import threading
from collections.abc import Callable
from pathlib import Path

import pytest

from autograder.gradebook.course import Course
from autograder.gradebook.errors import TransferError
from autograder.gradebook.student import Desk, fetch_assignment, list_courses, submit_assignment
from autograder.gradebook.student.errors import InTheWayError
from autograder.gradebook.student.memory import Memory
from autograder.gradebook.student.placing import merge_release


class Cancelled(Exception):
    """What a job's step raises when the student has thought better of it."""


def quiet(word: str) -> None:
    """Nobody looks at the steps."""


def cancel_at(wanted: str) -> Callable[[str], None]:
    def step(word: str) -> None:
        if word == wanted:
            raise Cancelled

    return step


def tree(folder: Path) -> dict[str, bytes]:
    return {str(p.relative_to(folder)): p.read_bytes() for p in folder.rglob("*") if p.is_file()}


def fetch(desk: Desk) -> list[str]:
    steps: list[str] = []
    fetch_assignment(desk, "nlp", "toy", steps.append)
    return steps


def test_an_assignment_is_fetched_whole_with_a_pristine_copy(desk: Desk, exchange: Path) -> None:
    assert fetch(desk) == ["asking", "copying", "writing"]
    outbound = tree(exchange / "nlp" / "outbound" / "toy")
    assert tree(desk.assignment_folder("nlp", "toy")) == outbound
    assert tree(desk.released_folder("nlp", "toy")) == outbound
    assert os.listdir(desk.folder) == ["toy"]


@pytest.mark.parametrize("word", ["asking", "copying", "writing"])
def test_a_cancelled_fetch_leaves_nothing_and_can_be_repeated(desk: Desk, word: str) -> None:
    with pytest.raises(Cancelled):
        fetch_assignment(desk, "nlp", "toy", cancel_at(word))
    assert os.listdir(desk.folder) == []
    assert not desk.released_folder("nlp", "toy").exists()
    fetch(desk)
    assert (desk.folder / "toy" / "toy.ipynb").is_file()


@pytest.mark.parametrize("word", ["asking", "copying", "writing"])
def test_a_cancelled_second_fetch_changes_nothing(
    desk: Desk, release_again: Callable[..., None], word: str
) -> None:
    fetch(desk)
    before = tree(desk.folder), tree(desk.data / "released")
    release_again(data_csv="2\n")
    with pytest.raises(Cancelled):
        fetch_assignment(desk, "nlp", "toy", cancel_at(word))
    assert (tree(desk.folder), tree(desk.data / "released")) == before
    assert os.listdir(desk.folder) == ["toy"]


def test_a_new_release_adds_and_replaces_what_the_student_has_not_changed(
    desk: Desk, release_again: Callable[..., None], answer: Callable[..., None]
) -> None:
    fetch(desk)
    folder = desk.folder / "toy"
    answer(folder / "toy.ipynb", double="def double(x):\n    return x + x")
    (folder / "notes.txt").write_text("mine")
    mine = (folder / "toy.ipynb").read_bytes()
    release_again(data_csv="2\n", extra_csv="3\n")
    assert fetch_assignment(desk, "nlp", "toy", quiet).kept == ("toy.ipynb",)
    assert (folder / "data.csv").read_text() == "2\n"
    assert (folder / "extra.csv").read_text() == "3\n"
    assert (folder / "toy.ipynb").read_bytes() == mine
    assert (folder / "notes.txt").read_text() == "mine"


def test_what_both_have_changed_is_kept_and_named(
    desk: Desk, release_again: Callable[..., None]
) -> None:
    fetch(desk)
    data = desk.folder / "toy" / "data.csv"
    data.write_text("mine\n")
    release_again(data_csv="theirs\n")
    assert fetch_assignment(desk, "nlp", "toy", quiet).kept == ("data.csv",)
    assert data.read_text() == "mine\n"
    assert (desk.released_folder("nlp", "toy") / "data.csv").read_text() == "theirs\n"
    data.write_text("theirs\n")
    assert fetch(desk)[-1] == "writing", "nothing is kept any more"


def test_a_merge_that_was_cut_short_is_finished_by_the_next_fetch(
    desk: Desk, release_again: Callable[..., None]
) -> None:
    fetch(desk)
    release_again(data_csv="2\n", extra_csv="3\n")
    # Killed after the first file, before the pristine copy is replaced.
    (desk.folder / "toy" / "data.csv").write_text("2\n")
    assert fetch(desk)[-1] == "writing"
    assert (desk.folder / "toy" / "extra.csv").read_text() == "3\n"


def test_a_deleted_file_comes_back_with_the_next_fetch(desk: Desk) -> None:
    fetch(desk)
    (desk.folder / "toy" / "data.csv").unlink()
    fetch(desk)
    assert (desk.folder / "toy" / "data.csv").read_text() == "1\n"


def test_a_deleted_folder_is_fetched_anew(desk: Desk) -> None:
    fetch(desk)
    (desk.folder / "toy").rename(desk.folder / "old")
    fetch(desk)
    assert tree(desk.folder / "toy") == tree(desk.folder / "old")


def test_a_file_that_the_release_dropped_stays(
    desk: Desk, released: Course, release_again: Callable[..., None]
) -> None:
    fetch(desk)
    (released.root / "source" / "toy" / "data.csv").unlink()
    release_again()
    fetch(desk)
    assert (desk.folder / "toy" / "data.csv").read_text() == "1\n"


@pytest.mark.parametrize("place", ["toy/notes.txt", "toy/more", "toy"])
def test_a_link_in_the_exchange_brings_nothing_of_the_students_own(
    desk: Desk, exchange: Path, tmp_path: Path, place: str
) -> None:
    """Whoever may begin a course there could have students hand in what only they can read."""
    own = tmp_path / "own"
    own.mkdir()
    (own / "key.txt").write_text("PRIVATE")
    link = exchange / "nlp" / "outbound" / place
    if link.exists():
        link.rename(own / "toy")
    link.symlink_to(own if link.suffix == "" else own / "key.txt")
    with pytest.raises(TransferError, match=r"what the exchange offers is no release\. .*link"):
        fetch(desk)
    assert [path.name for path in desk.folder.rglob("*")] == []
    assert not (desk.data / "released").exists()


def test_nothing_is_written_through_a_link(
    desk: Desk, tmp_path: Path, released: Course, release_again: Callable[..., None]
) -> None:
    fetch(desk)
    elsewhere = tmp_path / "elsewhere"
    elsewhere.mkdir()
    (desk.folder / "toy" / "more").symlink_to(elsewhere)
    (desk.folder / "toy" / "data.csv").unlink()
    (desk.folder / "toy" / "data.csv").symlink_to(elsewhere / "data.csv")
    (released.root / "source" / "toy" / "more").mkdir()
    (released.root / "source" / "toy" / "more" / "x.csv").write_text("x")
    release_again(data_csv="2\n")
    assert fetch_assignment(desk, "nlp", "toy", quiet).kept == ("data.csv", "more/x.csv")
    assert os.listdir(elsewhere) == []


def test_a_file_or_a_link_in_the_assignments_place_is_left_alone(
    desk: Desk, tmp_path: Path
) -> None:
    (desk.folder / "toy").write_text("my toy")
    with pytest.raises(InTheWayError, match="toy is in the way: it is a link or a file"):
        fetch(desk)
    assert (desk.folder / "toy").read_text() == "my toy"
    (desk.folder / "toy").unlink()
    (desk.folder / "toy").symlink_to(tmp_path)
    with pytest.raises(InTheWayError):
        fetch(desk)


def test_a_folder_that_nbgrader_fetched_is_taken_over(
    desk: Desk, exchange: Path, release_again: Callable[..., None]
) -> None:
    desk.exchange.fetch("nlp", "toy", desk.folder)
    (desk.folder / "toy" / "toy.ipynb").write_text("mine")
    (toy,) = list_courses(desk).courses[0].assignments
    assert (toy.folder, toy.title, toy.release_changed) == ("toy", "Doubling", None)
    release_again(extra_csv="3\n")
    fetch(desk)
    assert (desk.folder / "toy" / "toy.ipynb").read_text() == "mine"
    assert (desk.folder / "toy" / "extra.csv").read_text() == "3\n"
    (toy,) = list_courses(desk).courses[0].assignments
    assert toy.release_changed is False


def test_what_is_not_offered_any_more_cannot_be_fetched(desk: Desk, exchange: Path) -> None:
    fetch(desk)
    (exchange / "nlp" / "outbound" / "toy").rename(exchange / "taken-back")
    with pytest.raises(TransferError, match="does not offer it any more. What you have"):
        fetch(desk)
    (toy,) = list_courses(desk).courses[0].assignments
    assert (toy.released, toy.folder) == (False, "toy")


def test_a_place_that_cannot_be_written_is_told(desk: Desk) -> None:
    desk.folder.rmdir()
    desk.folder.write_text("a file where the folder was")
    with pytest.raises(TransferError, match=r"work cannot be written \(File exists\). Make room"):
        fetch(desk)


def test_two_at_once_do_no_harm(desk: Desk, open_as: Callable[..., Desk]) -> None:
    other_tab = open_as("ada")  # another process of the same student has its own desk
    errors: list[BaseException] = []

    def work(mine: Desk) -> None:
        try:
            for _ in range(3):
                fetch(mine)
        except BaseException as error:
            errors.append(error)

    threads = [threading.Thread(target=work, args=(d,)) for d in (desk, desk, other_tab)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert errors == []
    assert os.listdir(desk.folder) == ["toy"]


def test_with_the_course_in_the_path_each_course_has_its_own_folder(
    open_as: Callable[..., Desk], second_course: Course
) -> None:
    desk = open_as("ada", Exchange={"path_includes_course": True})
    for course in ("nlp", "vision"):
        fetch_assignment(desk, course, "toy", quiet)
        submit_assignment(desk, course, "toy", quiet)
    listed = list_courses(desk).courses
    assert [a.folder for c in listed for a in c.assignments] == ["nlp/toy", "vision/toy"]
    assert [a.submissions for c in listed for a in c.assignments] == [1, 1]
    assert (desk.folder / "vision" / "toy" / "data.csv").read_text() == "vision\n"


def test_a_folder_for_all_assignments_can_be_configured(open_as: Callable[..., Desk]) -> None:
    desk = open_as("ada", Exchange={"assignment_dir": "work/here"})
    fetch(desk)
    (toy,) = list_courses(desk).courses[0].assignments
    assert toy.folder == "work/here/toy"
    assert submit_assignment(desk, "nlp", "toy", quiet).submission.files


def test_two_courses_with_one_name_are_not_confused(desk: Desk, second_course: Course) -> None:
    fetch(desk)
    listed = {c.id: c.assignments[0] for c in list_courses(desk).courses}
    assert (listed["nlp"].folder, listed["vision"].folder) == ("toy", None)
    for act in (fetch_assignment, submit_assignment):
        with pytest.raises(InTheWayError) as caught:
            act(desk, "vision", "toy", quiet)
        assert "toy is in the way: it is of the course 'nlp'" in str(caught.value)
        assert "Rename it, for instance to toy-nlp" in str(caught.value)
        assert "c.Exchange.path_includes_course = True" in str(caught.value)
    (desk.folder / "toy").rename(desk.folder / "toy-nlp")
    fetch_assignment(desk, "vision", "toy", quiet)
    assert (desk.folder / "toy" / "data.csv").read_text() == "vision\n"
    submit_assignment(desk, "vision", "toy", quiet)
    listed = {c.id: c.assignments[0] for c in list_courses(desk).courses}
    assert (listed["nlp"].folder, listed["vision"].folder) == (None, "toy")
    assert (listed["nlp"].submissions, listed["vision"].submissions) == (0, 1)
    with pytest.raises(InTheWayError, match="of the course 'vision'"):
        submit_assignment(desk, "nlp", "toy", quiet)


def test_folders_that_were_swapped_by_hand_are_known_by_what_they_say(
    desk: Desk, second_course: Course
) -> None:
    fetch(desk)
    (desk.folder / "toy").rename(desk.folder / "toy-nlp")
    fetch_assignment(desk, "vision", "toy", quiet)
    (desk.folder / "toy").rename(desk.folder / "toy-vision")
    (desk.folder / "toy-nlp").rename(desk.folder / "toy")
    listed = {c.id: c.assignments[0] for c in list_courses(desk).courses}
    assert (listed["nlp"].folder, listed["vision"].folder) == ("toy", None)


def test_a_folder_that_does_not_tell_its_course_is_nobodys_where_two_could_have_it(
    desk: Desk, second_course: Course
) -> None:
    desk.exchange.fetch("nlp", "toy", desk.folder)
    (desk.folder / "toy" / "classroom.json").unlink()
    listed = {c.id: c.assignments[0] for c in list_courses(desk).courses}
    assert (listed["nlp"].folder, listed["vision"].folder) == (None, None)
    with pytest.raises(InTheWayError, match="of a course that cannot be told"):
        fetch(desk)


def test_a_file_that_is_saved_while_it_is_replaced_is_kept(tmp_path: Path) -> None:
    before, fresh, folder = tmp_path / "before", tmp_path / "fresh", tmp_path / "folder"
    for place, text in ((before, "old"), (fresh, "new"), (folder, "old")):
        place.mkdir()
        (place / "data.csv").write_text(text)

    class SavedMeanwhile(Memory):
        """The student saves just after the file was found to be as it was released."""

        def same(self, one: Path, other: Path) -> bool:
            found = super().same(one, other)
            if found and one.parent == before and other == folder / "data.csv":
                other.write_text("saved")
            return found

    merged = merge_release(folder, before, fresh, ["data.csv"], SavedMeanwhile())
    assert merged.kept == ("data.csv",)
    assert (folder / "data.csv").read_text() == "saved"
    assert os.listdir(folder) == ["data.csv"]
