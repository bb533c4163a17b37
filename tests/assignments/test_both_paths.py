"""Every assignment's reference solution, in a kernel that was started and in a forked one."""

from __future__ import annotations

import logging
from pathlib import Path
from typing import Any

import nbformat
import pytest
from traitlets.config import Config

from autograder.course import assignment_ids
from autograder.execution.sandbox import Level, host
from autograder.gradebook.course import Course, open_course
from autograder.gradebook.init import init_course
from autograder.gradebook.release import release_assignment
from autograder.grading.pipeline import Pipeline
from autograder.grading.settings import Settings
from autograder.grading.task import SubmissionTask
from autograder.log import Outcome, RunLog
from autograder.runners.local import LocalRunner

ROOT = Path(__file__).resolve().parents[2]
IDS = assignment_ids(ROOT)


@pytest.fixture(scope="module")
def course(tmp_path_factory: pytest.TempPathFactory) -> Course:
    """The course, in which a student hands in each reference solution."""
    root = tmp_path_factory.mktemp("both") / "course"
    init_course(root, ROOT, course_id="both")
    config = Config()
    config.CourseDirectory.root = str(root)
    config.CourseDirectory.course_id = "both"
    config.Exchange.root = str(root.parent / "exchange")
    return open_course(config, logging.getLogger("tests.both"))


def grade(course: Course, name: str, level: Level) -> Outcome:
    with RunLog.open(course.root) as log:
        settings = Settings(isolation=level, force=True)
        pipeline = Pipeline(course, log, LocalRunner(SubmissionTask()), settings)
        (graded,) = pipeline.run(pipeline.find([name]))
    return graded.outcome


def told(outcome: Outcome) -> dict[str, Any]:
    """What does not depend on how long anything took."""
    (notebook,) = outcome.notebooks
    return {
        question.grade_id: (question.points, question.state, question.findings)
        for question in notebook.questions
    }


@pytest.mark.skipif(host().level is Level.NONE, reason="this host isolates nothing")
@pytest.mark.parametrize("name", IDS)
def test_a_forked_kernel_gives_the_same_findings_as_one_that_was_started(
    course: Course, name: str
) -> None:
    release_assignment(course, name)
    submitted = course.root / "submitted" / "ada" / name
    submitted.mkdir(parents=True)
    source = course.root / "source" / name / f"{name}.ipynb"
    nbformat.write(nbformat.read(source, as_version=4), submitted / f"{name}.ipynb")
    forked = grade(course, name, host().level)
    started = grade(course, name, Level.NONE)
    assert forked.status == started.status == "graded", (forked, started)
    assert told(forked) == told(started)
    assert all(points > 0 for points, *_ in told(forked).values())
