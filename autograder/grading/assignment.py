"""One assignment, ready to be graded: its settings and nbgrader's parts for it."""

from __future__ import annotations

import dataclasses
import shutil
from collections.abc import Iterator
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING

import nbformat

from autograder.course.assignment import FILE_NAME, Trust, check_rules, settings_of
from autograder.errors import UsageError
from autograder.execution.job import Job, Limits, NotebookJob, Resources
from autograder.execution.preload import preload_for
from autograder.grading.identity import digest, job_seed, tree_digest
from autograder.grading.settings import Settings
from autograder.log import UNGRADED, NotebookOutcome, Outcome, Status

if TYPE_CHECKING:
    from autograder.gradebook.course import Course
    from autograder.gradebook.sanitize import Prepared
    from autograder.gradebook.score import Score
    from autograder.gradebook.submissions import SubmittedFolder

__all__ = ["AssignmentGrader", "open_questions"]

BASE = 40


class AssignmentGrader:
    """Prepares, judges and records the submissions of one assignment.

    Parameters
    ----------
    course : Course
    name : str
    settings : Settings
    environment : str
        Digest of the grader's environment.
    """

    def __init__(self, course: Course, name: str, settings: Settings, environment: str) -> None:
        from autograder.gradebook.converter import GradeConverter
        from autograder.gradebook.record import Recorder
        from autograder.gradebook.rules import rules_of
        from autograder.gradebook.sanitize import Sanitizer

        self.course = course
        self.name = name
        self.settings = settings
        self.coursedir = course.directory_for(name)
        self.converter = GradeConverter(self.coursedir, course.parent)
        self.grader = course.root / "grading" / name
        written = settings_of(course.root, name)
        self.sanitizer = Sanitizer(course, self.converter, rules_of(written))
        self.recorder = Recorder(course, self.converter)
        limits, resources = Limits(), Resources()
        if written is not None:
            chosen = written.limits
            limits = dataclasses.replace(
                limits,
                cell=limits.cell if chosen.cell is None else chosen.cell,
                total=limits.total if chosen.total is None else chosen.total,
            )
            resources = Resources(cpus=chosen.cpus, gpus=chosen.gpus, memory=chosen.memory or 0)
        if settings.replays or settings.swaps:
            # The author's gate runs each check many times over; the total is for a student's run.
            limits = dataclasses.replace(limits, total=None)
        self.limits = self.sanitizer.limits(limits)
        self.resources = resources
        self.trust = settings.trust or (written.grading.trust if written else Trust.KERNEL)
        self.sanitizer.outside = self.trust is Trust.OUTSIDE
        checks = [c for known in self.sanitizer.known.values() for c in known.checks]
        if written is not None:
            check_rules(self.grader / FILE_NAME, written.rules, [c.grade_id for c in checks])
        if checks and not self.sanitizer.executes:
            raise UsageError(
                f"{name} has checks, which only a run can decide. Grade it without --no-execute."
            )
        sources = [c.source for c in checks]
        if self.trust is Trust.OUTSIDE:
            sources += [c.source for k in self.sanitizer.known.values() for c in k.instructor]
        self.preload = preload_for(sources, self.grader if checks else None)
        self._options = self.sanitizer.options()
        self._version = digest(
            name,
            [known.fingerprint for _, known in sorted(self.sanitizer.known.items())],
            self._sources(),
            tree_digest(self.grader),
            dataclasses.asdict(self.limits),
            self._options,
            self.sanitizer.executes,
            str(self.trust),
            settings.parameters,
            settings.seed,
            environment,
        )

    def _sources(self) -> str:
        folder = self.coursedir.format_path(self.coursedir.source_directory, ".", self.name)
        return tree_digest(Path(folder), ignore=self.coursedir.ignore)

    def submissions(self) -> Iterator[SubmittedFolder]:
        """The submitted folders that the student and notebook patterns choose."""
        from autograder.gradebook.submissions import find_submissions

        return find_submissions(self.course.directory_for(self.name))

    @property
    def filtered(self) -> bool:
        """Whether only some notebooks are to be graded."""
        return str(self.coursedir.notebook_id) != "*"

    def submission_hash(self, submitted: SubmittedFolder) -> str:
        """A digest of what was handed in; when it was does not count."""
        ignore = [*self.coursedir.ignore, "timestamp.txt"]
        return tree_digest(submitted.path, ignore=ignore)

    def key(self, submitted: SubmittedFolder, submission: str, timestamp: datetime | None) -> str:
        """The identity of the work; equal up to ``BASE`` characters for other notebooks of it."""
        names = [path.stem for path in submitted.notebooks]
        base = digest(self._version, submitted.student, submission, str(timestamp))
        return base[:BASE] + digest(names)[: 64 - BASE]

    def job(self, prepared: Prepared, key: str, submission: str, folder: Path) -> Job:
        """Make the job for a prepared submission whose bundle is in ``folder/bundle``."""
        student = prepared.submitted.student
        bundle, result = folder / "bundle", folder / "result"
        return self.job_for(student, prepared.notebooks, key, submission, bundle, result)

    def job_for(
        self,
        student: str,
        notebooks: tuple[NotebookJob, ...],
        key: str,
        submission: str,
        bundle: Path,
        result: Path,
    ) -> Job:
        """Make a job of this assignment."""
        settings = self.settings
        course = self.course.course_id

        def seeded(seed: int) -> int:
            return job_seed(course, self.name, student, submission, seed)

        return Job(
            key=key,
            course=course,
            assignment=self.name,
            student=student,
            bundle=bundle,
            result=result,
            notebooks=notebooks,
            grader=self.grader if self.grader.is_dir() else None,
            given=self.sanitizer.given_files(),
            parameters=settings.parameters,
            seed=seeded(settings.seed),
            limits=self.limits,
            resources=self.resources,
            options=self._options,
            preload=self.preload,
            replays=tuple(seeded(seed) for seed in settings.replays),
            swaps=settings.swaps.get(student, ()),
            warm=settings.warm,
        )

    def unexecuted(self, job: Job) -> Outcome:
        """Return the outcome of ``--no-execute``: the submitted outputs stand."""
        job.result.mkdir()
        (job.result / "files").mkdir()
        for notebook in job.notebooks:
            name = f"{notebook.name}.ipynb"
            shutil.copy(job.bundle / name, job.result / name)
        note = "Not executed: scored from the outputs that were submitted."
        notebooks = tuple(NotebookOutcome(notebook.name) for notebook in job.notebooks)
        return Outcome(Status.GRADED, notebooks=notebooks, notes=(note,), seed=job.seed)

    def judge_points(self, job: Job, outcome: Outcome) -> Outcome:
        """`outcome`, or an ungraded one if a test cell gave points that cannot be.

        That is the instructor's mistake and must not become a score.
        """
        from autograder.gradebook.record import points_problem

        if outcome.status not in (Status.GRADED, Status.FAILED):
            return outcome
        for notebook in job.notebooks:
            nb = nbformat.read(job.result / f"{notebook.name}.ipynb", as_version=4)
            problem = points_problem(nb)
            if problem is not None:
                text = f"{notebook.name}: {problem} Mend the test; no score was recorded."
                return dataclasses.replace(
                    outcome, status=Status.UNGRADED, code="bad-points", reason=text
                )
        return outcome

    def artefacts(self, prepared: Prepared, job: Job, outcome: Outcome, folder: Path) -> Path:
        """Gather what is to be recorded: executed notebooks, files, and what they are of."""
        from autograder.gradebook.record import FILES, NOTEBOOKS, Manifest

        target = folder / "artefacts"
        (target / NOTEBOOKS).mkdir(parents=True)
        names = tuple(notebook.name for notebook in job.notebooks)
        for name in names:
            (job.bundle / f"{name}.ipynb").unlink()
            (job.result / f"{name}.ipynb").rename(target / NOTEBOOKS / f"{name}.ipynb")
        job.bundle.rename(target / FILES)
        shutil.copytree(job.result / "files", target / FILES, dirs_exist_ok=True)
        Manifest(
            self.name,
            prepared.submitted.student,
            names,
            prepared.missing,
            prepared.timestamp,
            not self.filtered,
            open_questions(outcome),
        ).write(target)
        return target

    def score(self, student: str) -> Score | None:
        """The marks that the gradebook has."""
        return self.recorder.score(student)


def open_questions(outcome: Outcome) -> tuple[tuple[str, str], ...]:
    """Return notebook and grade id of the questions that got no verdict."""
    return tuple(
        (notebook.name, question.grade_id)
        for notebook in outcome.notebooks
        for question in notebook.questions
        if question.state == UNGRADED
    )
