from __future__ import annotations

from pathlib import Path

import pytest

from autograder.gradebook.course import Course
from autograder.gradebook.status import course_problems, course_status
from autograder.log import Outcome, RunLog, Status, Submission

pytestmark = pytest.mark.filterwarnings("ignore:Object of type:sqlalchemy.exc.SAWarning")
EARLY, LATE = "2026-10-01 07:00:00.000000 UTC", "2026-10-03 07:00:00.000000 UTC"


def hand_in(course: Course, student: str, stamp: str = EARLY) -> None:
    folder = course.path("submitted", student, "toy")
    folder.mkdir(parents=True, exist_ok=True)
    (folder / "timestamp.txt").write_text(stamp)


def attempt(course: Course, student: str, status: Status, stamp: str = EARLY) -> None:
    with course.gradebook() as gradebook, RunLog.open(course.root) as log:
        number = len(log.attempts())
        submission = Submission(f"k{number}", "toy", student, "h", stamp)
        made = log.record(submission, Outcome(status))
        if status in (Status.GRADED, Status.FAILED):
            gradebook.update_or_create_student(student)
            gradebook.update_or_create_submission("toy", student, timestamp=stamp)
            for grade_id in ("doubling", "asserts", "why"):
                grade = gradebook.find_grade(grade_id, "toy", "toy", student)
                grade.auto_score = 2 if status is Status.GRADED else 0
                grade.needs_manual_grade = grade_id == "why" and status is Status.GRADED
            gradebook.db.commit()
            log.mark_projected(made.id)


def test_a_course_is_shown_before_anything_has_happened(course: Course) -> None:
    (toy,) = course_status(course)
    assert (toy.name, toy.released, toy.submitted, toy.mean) == ("toy", False, 0, None)
    assert not (course.root / "gradebook.db").exists()


def test_each_student_is_counted_by_the_newest_attempt(released: Course) -> None:
    for student in ("good", "failed", "refused", "ours", "waiting", "again", "stale"):
        hand_in(released, student)
    attempt(released, "good", Status.GRADED)
    attempt(released, "failed", Status.FAILED)
    attempt(released, "refused", Status.REFUSED)
    attempt(released, "ours", Status.UNGRADED)
    attempt(released, "again", Status.GRADED)
    hand_in(released, "again", LATE)
    attempt(released, "stale", Status.GRADED)
    attempt(released, "stale", Status.REFUSED, LATE)
    (toy,) = course_status(released)
    assert toy.released
    assert (toy.submitted, toy.graded, toy.failed, toy.refused) == (7, 1, 1, 2)
    assert (toy.ungraded, toy.waiting, toy.stale, toy.to_read) == (1, 2, 1, 3)
    assert toy.mean == pytest.approx(100 * (6 + 0 + 6 + 6) / (4 * 10))


def test_what_nbgrader_graded_counts_without_a_run_log(released: Course) -> None:
    hand_in(released, "ada")
    with released.gradebook() as gradebook:
        gradebook.add_student("ada")
        gradebook.add_submission("toy", "ada")
        for grade_id in ("doubling", "asserts", "why"):
            grade = gradebook.find_grade(grade_id, "toy", "toy", "ada")
            grade.auto_score, grade.needs_manual_grade = 1, False
        gradebook.db.commit()
    (toy,) = course_status(released)
    assert (toy.submitted, toy.graded, toy.waiting, toy.to_read) == (1, 1, 0, 0)
    assert not (released.root / ".llm-classroom").exists()


def test_a_sound_course_has_no_problems(released: Course) -> None:
    assert list(course_problems(released)) == []


def test_problems_come_with_what_mends_them(released: Course, tmp_path: Path, reopen) -> None:
    broken = reopen(
        released.root,
        CourseDirectory={"course_id": ""},
        Exchange={"root": str(tmp_path / "nowhere")},
    )
    with broken.gradebook() as gradebook:
        gradebook.db.connection().exec_driver_sql("UPDATE alembic_version SET version_num = 'x'")
        gradebook.db.commit()
    mends = [mend for _, mend in course_problems(broken)]
    assert "nbgrader db upgrade" in mends[0]
    assert "course_id" in mends[1]
    assert f"chmod 777 {tmp_path / 'nowhere'}" in mends[2]
