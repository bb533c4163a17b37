"""The pipeline: find, sanitize, run, judge, log, record - one submission never stops another."""

from __future__ import annotations

import contextlib
import dataclasses
import logging
import shutil
import tempfile
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING

from nbformat import NotebookNode

from autograder.errors import ClassroomError
from autograder.execution.errors import WarmProcessLost
from autograder.execution.job import Job
from autograder.grading.assignment import BASE, AssignmentGrader
from autograder.grading.identity import digest, environment
from autograder.grading.isolation import warm_kernels
from autograder.grading.settings import Settings
from autograder.log import Attempt, Outcome, RunLog, Status, Submission
from autograder.runners.protocol import Runner

if TYPE_CHECKING:
    from autograder.gradebook.course import Course
    from autograder.gradebook.sanitize import Prepared
    from autograder.gradebook.submissions import SubmittedFolder

__all__ = ["Graded", "Pipeline"]

log = logging.getLogger(__name__)

NOT_RECORDED = "not-recorded"


@dataclass(frozen=True, slots=True)
class Graded:
    """What became of one submission in this run.

    Parameters
    ----------
    assignment, student : str
    outcome : Outcome
    timestamp : datetime or None
    unchanged : bool
        Nothing was done, since an earlier run had done it.
    """

    assignment: str
    student: str
    outcome: Outcome
    timestamp: datetime | None = None
    unchanged: bool = False


@dataclass(frozen=True, slots=True)
class _Pending:
    """A job on its way, and what is needed when it comes back."""

    grader: AssignmentGrader
    prepared: Prepared
    submission: Submission
    folder: Path
    lease: contextlib.ExitStack


class Pipeline:
    """Grades a course.

    Parameters
    ----------
    course : Course
    run_log : RunLog
    runner : Runner
    settings : Settings
    observe : callable
        Called with each :class:`Graded` as it is known.
    """

    def __init__(
        self,
        course: Course,
        run_log: RunLog,
        runner: Runner,
        settings: Settings,
        observe: Callable[[Graded], None] = lambda graded: None,
    ) -> None:
        self.course = course
        self.run_log = run_log
        self.runner = runner
        self.settings = settings
        self.observe = observe
        self._environment = environment()
        self._graders: dict[str, AssignmentGrader] = {}
        self._pending: dict[str, _Pending] = {}
        self._results: list[Graded] = []
        # Runs that are logged and that the gradebook would not take over just now.
        self._unrecorded: dict[tuple[str, str], Outcome] = {}

    def grader(self, assignment: str) -> AssignmentGrader:
        """Return the grader of one assignment, made once."""
        if assignment not in self._graders:
            self._graders[assignment] = AssignmentGrader(
                self.course, assignment, self.settings, self._environment
            )
        return self._graders[assignment]

    def finish_earlier_runs(self) -> int:
        """Project what earlier runs logged and could not project; return how many."""
        waiting = self.run_log.unprojected()
        known = set(self.course.assignments())
        recorded = 0
        for attempt in waiting:
            if attempt.assignment not in known or self.run_log.artefacts(attempt) is None:
                continue
            outcome = self._project(self.grader(attempt.assignment), attempt)
            if outcome.code == NOT_RECORDED:
                self._unrecorded[attempt.assignment, attempt.student] = outcome
            else:
                recorded += 1
        return recorded

    def find(self, assignments: Sequence[str]) -> list[SubmittedFolder]:
        """Find the submissions of `assignments` that the patterns choose."""
        return [found for name in assignments for found in self.grader(name).submissions()]

    def run(self, submissions: Sequence[SubmittedFolder]) -> list[Graded]:
        """Grade `submissions`; every one of them ends with a :class:`Graded`."""
        root = self.course.root / ".llm-classroom" / "work"
        root.mkdir(parents=True, exist_ok=True)
        _sweep(root)
        with tempfile.TemporaryDirectory(prefix=f"{time.time_ns():x}-", dir=root) as scratch:
            try:
                for job, outcome in self.runner.run(self._jobs(submissions, Path(scratch))):
                    self._finish(job, outcome)
            finally:
                for pending in self._pending.values():
                    pending.lease.close()
        return self._results

    def _jobs(self, submissions: Sequence[SubmittedFolder], scratch: Path) -> Iterator[Job]:
        for number, submitted in enumerate(submissions):
            grader = self.grader(submitted.assignment)
            folder = scratch / str(number)
            try:
                job = self._prepare(grader, submitted, folder)
            except WarmProcessLost as error:
                text = f"{error} This is no fault of the submission: grade again."
                self._set_aside(submitted, Outcome(Status.UNGRADED, "kernel-lost", text))
                continue
            except ClassroomError:
                raise
            except Exception as error:  # a plug-in of the course may raise anything
                log.debug("preparation failed", exc_info=True)
                text = f"{submitted.path} could not be prepared: {_describe(error)}."
                self._set_aside(submitted, Outcome(Status.UNGRADED, _code(error), text))
                continue
            if job is None:
                continue
            if grader.sanitizer.executes:
                yield job
            else:
                self._finish(job, grader.unexecuted(job))

    def _prepare(
        self, grader: AssignmentGrader, submitted: SubmittedFolder, folder: Path
    ) -> Job | None:
        """Make the job for a submission; ``None`` if there is nothing to run."""
        from autograder.gradebook.errors import SubmissionRefused
        from autograder.gradebook.package import inspect_package

        if problems := inspect_package(submitted.path):
            key = digest("package", submitted.student, [p.message for p in problems])
            self._refuse(submitted, key, "", problems[0].code, problems[0].message)
            return None
        submission = grader.submission_hash(submitted)
        try:
            timestamp = grader.sanitizer.read_timestamp(submitted.path)
        except SubmissionRefused as error:
            key = digest("timestamp", submitted.student, submission, str(error))
            self._refuse(submitted, key, submission, error.code, str(error))
            return None
        key = grader.key(submitted, submission, timestamp)
        if not self.settings.force and self._is_done(grader, submitted, key, timestamp):
            return None
        try:
            prepared = grader.sanitizer.prepare(submitted, folder / "bundle")
        except SubmissionRefused as error:
            self._refuse(submitted, key, submission, error.code, str(error))
            return None
        stamp = timestamp.isoformat() if timestamp else None
        work = Submission(key, submitted.assignment, submitted.student, submission, stamp)
        with contextlib.ExitStack() as stack:
            warm = stack.enter_context(warm_kernels(grader.flavor))
            job = grader.job(prepared, key, submission, folder, warm)
            self._pending[key] = _Pending(grader, prepared, work, folder, stack.pop_all())
        return job

    def _is_done(
        self,
        grader: AssignmentGrader,
        submitted: SubmittedFolder,
        key: str,
        timestamp: datetime | None,
    ) -> bool:
        """Whether this very work was done before and stands in the gradebook."""
        student = submitted.student
        known = grader.sanitizer.known
        names = tuple(path.stem for path in submitted.notebooks if path.stem in known)
        recorded = grader.recorder.is_recorded(student, names if grader.filtered else ())
        shown = self.run_log.projected(submitted.assignment, student) if recorded else None
        if recorded and shown is None:
            # nbgrader graded it: its rule is to look at the time alone.
            before = grader.recorder.recorded_timestamp(student)
            if timestamp is not None and before is not None and timestamp > before:
                return False
            outcome = Outcome(Status.GRADED, notes=("Graded by nbgrader before.",))
            self._add(submitted, outcome, timestamp, unchanged=True)
            return True
        latest = self.run_log.latest(submitted.assignment, student)
        if latest is None or latest.key[:BASE] != key[:BASE]:
            return False
        if latest.status not in (Status.GRADED, Status.FAILED):
            return False
        unrecorded = self._unrecorded.get((submitted.assignment, student))
        if unrecorded is not None:
            self._add(submitted, unrecorded, timestamp)
            return True
        if not recorded or shown is None or shown.id != latest.id:
            return False
        if not self._covers(latest, set(names), submitted):
            return False
        self._add(submitted, latest.outcome, timestamp, unchanged=True)
        return True

    def _covers(self, latest: Attempt, names: set[str], submitted: SubmittedFolder) -> bool:
        """Whether all notebooks were graded by attempts at this very work, one or several."""
        graded = {
            notebook.name
            for attempt in self.run_log.attempts(submitted.assignment, submitted.student)
            if attempt.key[:BASE] == latest.key[:BASE]
            for notebook in attempt.outcome.notebooks
        }
        return names <= graded

    def _set_aside(self, submitted: SubmittedFolder, outcome: Outcome) -> None:
        """Log and report a submission that could not even be prepared, through no fault of it."""
        key = digest("set aside", submitted.assignment, submitted.student, outcome.reason)
        latest = self.run_log.latest(submitted.assignment, submitted.student)
        if latest is None or latest.key != key:
            work = Submission(key, submitted.assignment, submitted.student, "")
            self.run_log.record(work, outcome)
        self._add(submitted, outcome)

    def _refuse(
        self, submitted: SubmittedFolder, key: str, submission: str, code: str, reason: str
    ) -> None:
        outcome = Outcome(Status.REFUSED, code=code, reason=reason)
        latest = self.run_log.latest(submitted.assignment, submitted.student)
        unchanged = latest is not None and latest.key == key and latest.outcome == outcome
        if not unchanged:
            work = Submission(key, submitted.assignment, submitted.student, submission)
            self.run_log.record(work, outcome)
        self._add(submitted, outcome, unchanged=unchanged)

    def _finish(self, job: Job, outcome: Outcome) -> None:
        pending = self._pending.pop(job.key)
        pending.lease.close()
        grader = pending.grader
        artefacts = None
        executed: dict[str, NotebookNode] = {}
        try:
            executed = grader.executed(job, outcome)
            outcome = grader.judge_points(outcome, executed)
            if outcome.status in (Status.GRADED, Status.FAILED):
                artefacts = grader.artefacts(pending.prepared, job, outcome, pending.folder)
        except OSError as error:
            text = f"The result of {job.student} could not be kept: {_describe(error)}."
            outcome = Outcome(Status.UNGRADED, _code(error), text)
        outcome = dataclasses.replace(
            outcome, seed=job.seed, notes=(*pending.prepared.notes, *outcome.notes)
        )
        attempt = self.run_log.record(pending.submission, outcome, artefacts)
        if artefacts is not None:
            outcome = self._project(grader, attempt, executed)
        shutil.rmtree(pending.folder, ignore_errors=True)
        self._add(pending.prepared.submitted, outcome, pending.prepared.timestamp)

    def _project(
        self,
        grader: AssignmentGrader,
        attempt: Attempt,
        executed: Mapping[str, NotebookNode] | None = None,
    ) -> Outcome:
        """Write an attempt into the gradebook; a failure to is ours and is tried again."""
        artefacts = self.run_log.artefacts(attempt)
        if artefacts is None:
            return attempt.outcome
        try:
            grader.recorder.project(artefacts, executed)
        except Exception as error:  # a plug-in of the course may raise anything
            log.debug("projection failed", exc_info=True)
            text = (
                f"The gradebook could not be written: {_describe(error)}. "
                "The run is kept; mend this and grade again to record it."
            )
            return Outcome(Status.UNGRADED, code=NOT_RECORDED, reason=text)
        self.run_log.mark_projected(attempt.id)
        return attempt.outcome

    def _add(
        self,
        submitted: SubmittedFolder,
        outcome: Outcome,
        timestamp: datetime | None = None,
        *,
        unchanged: bool = False,
    ) -> None:
        graded = Graded(submitted.assignment, submitted.student, outcome, timestamp, unchanged)
        self._results.append(graded)
        self.observe(graded)


def _describe(error: Exception) -> str:
    if isinstance(error, OSError) and error.strerror:
        return error.strerror
    return " ".join(f"{type(error).__name__}: {error}".split())[:300]


def _code(error: Exception) -> str:
    return "disk" if isinstance(error, OSError) else "not-prepared"


def _sweep(root: Path) -> None:
    """Remove what killed runs left behind, a day after they cannot be running any more."""
    for folder in root.iterdir():
        if time.time() - folder.stat().st_mtime > 24 * 3600:
            shutil.rmtree(folder, ignore_errors=True)
