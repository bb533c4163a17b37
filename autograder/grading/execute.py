"""Our execution as a step of nbgrader's own conversion.

``ClassroomExecute`` is what ``nbgrader_config.py`` names. It derives from a class of nbgrader's
and so is made when it is asked for: this package imports without nbgrader.
"""

from __future__ import annotations

import copy
import dataclasses
import logging
import tempfile
from pathlib import Path
from typing import TYPE_CHECKING, Any

import nbformat
from nbformat import NotebookNode

from autograder.checks.files import copy_regular_files, scan
from autograder.course.assignment import Trust, read_limits
from autograder.errors import ClassroomError
from autograder.grading.assignment import AssignmentGrader, open_questions
from autograder.grading.identity import environment
from autograder.grading.isolation import AUTO, choose_level, warm_kernels
from autograder.grading.settings import Settings
from autograder.grading.task import SubmissionTask
from autograder.log import RunLog, Status, Submission
from autograder.runners.local import LocalRunner

if TYPE_CHECKING:
    from traitlets.config import Config

__all__ = ["NotGradedError", "run_notebook"]


class NotGradedError(ClassroomError, RuntimeError):
    """A submission could not be graded through a fault that is not the student's."""


def __getattr__(name: str) -> Any:
    if name != "ClassroomExecute":
        raise AttributeError(name)
    from autograder.gradebook.execute import ExecuteStep

    members = {"run_notebook": staticmethod(run_notebook), "__module__": __name__}
    step = type(name, (ExecuteStep,), members)
    globals()[name] = step
    return step


def run_notebook(
    config: Config,
    log: logging.Logger,
    coursedir: Any,
    nb: NotebookNode,
    assignment: str,
    student: str,
    notebook: str,
    folder: Path,
) -> NotebookNode:
    """Execute one notebook and append what happened to the run log.

    Parameters
    ----------
    config, log, coursedir
        Of the conversion that is under way.
    nb : NotebookNode
        Sanitized.
    assignment, student, notebook : str
    folder : Path
        The submission in ``autograded/``: its files are read, new ones are written there.

    Returns
    -------
    NotebookNode
        The executed notebook.

    Raises
    ------
    NotGradedError
        If it could not be graded; nbgrader then records no score.
    """
    from autograder.gradebook.course import open_course
    from autograder.gradebook.shadows import move_shadows_aside
    from autograder.gradebook.submissions import SubmittedFolder

    course = open_course(_at(config, coursedir), log)
    grader = AssignmentGrader(course, assignment, _settings(config), environment())
    path = Path(coursedir.format_path(coursedir.submitted_directory, student, assignment))
    submitted = SubmittedFolder(assignment, student, path, (path / f"{notebook}.ipynb",))
    submission = grader.submission_hash(submitted)
    timestamp = grader.sanitizer.read_timestamp(path)
    key = grader.key(submitted, submission, timestamp)
    with tempfile.TemporaryDirectory(prefix="llm-classroom-") as scratch:
        bundle, result = Path(scratch, "bundle"), Path(scratch, "result")
        bundle.mkdir()
        copy_regular_files(folder, scan(folder), bundle, max_bytes=grader.limits.files)
        nbformat.write(nb, bundle / f"{notebook}.ipynb")
        for note in move_shadows_aside(bundle, grader.sanitizer.allowed_modules()):
            log.warning(note)
        work = grader.sanitizer.work(notebook, nb)
        with warm_kernels(grader.flavor) as warm:
            job = grader.job_for(student, (work,), key, submission, bundle, result, warm)
            (_, outcome), *_ = LocalRunner(SubmissionTask()).run([job])
        outcome = dataclasses.replace(outcome, seed=job.seed)
        notebooks = grader.executed(job, outcome)
        outcome = grader.judge_points(outcome, notebooks)
        stamp = timestamp.isoformat() if timestamp else None
        with RunLog.open(course.root) as run_log:
            attempt = run_log.record(
                Submission(key, assignment, student, submission, stamp), outcome
            )
            if outcome.status not in (Status.GRADED, Status.FAILED):
                raise NotGradedError(outcome.reason)
            if left_open := open_questions(outcome):
                # nbgrader's own conversion cannot leave the score of a test cell open.
                raise NotGradedError(
                    "These test cells could not be run outside the kernel: "
                    f"{', '.join(repr(name) for _, name in left_open)}. Grade with "
                    "llm-classroom grade, which leaves them to you, or with trust = kernel."
                )
            # nbgrader writes the gradebook from here on.
            run_log.mark_projected(attempt.id)
        executed = notebooks[notebook]
        written = result / "files"
        copy_regular_files(written, scan(written), folder, max_bytes=grader.limits.files)
    return executed


def _settings(config: Config) -> Settings:
    """What the course's configuration says to ``llm-classroom grade`` about one submission."""
    said = config.Grade
    return Settings(
        isolation=choose_level(str(said.get("isolation", AUTO))),
        trust=Trust(said["trust"]) if said.get("trust") else None,
        limits=read_limits(said.get("limits", {}), "Grade.limits"),
    )


def _at(config: Config, coursedir: Any) -> Config:
    """`config` with the course folder and gradebook that the conversion was given in code."""
    changed = copy.deepcopy(config)
    changed.CourseDirectory.root = coursedir.root
    changed.CourseDirectory.db_url = coursedir.db_url
    return changed
