"""One assignment, ready to be graded: its settings and nbgrader's parts for it."""

from __future__ import annotations

import dataclasses
import shutil
from collections.abc import Iterator, Mapping
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING

from nbformat import NotebookNode

from autograder.checks.files import tree_digest
from autograder.course.assignment import FILE_NAME, Trust, check_rules, settings_of
from autograder.course.assignment import Limits as ChosenLimits
from autograder.errors import UsageError
from autograder.execution.job import Job, Limits, NotebookJob, Resources, WarmAddress
from autograder.execution.preload import kernel_preload, preload_for
from autograder.execution.sandbox import Level
from autograder.execution.warm import Flavor
from autograder.grading.identity import digest, job_seed
from autograder.grading.settings import Settings
from autograder.log import UNGRADED, NotebookOutcome, Outcome, Status

if TYPE_CHECKING:
    from autograder.gradebook.course import Course
    from autograder.gradebook.sanitize import Prepared
    from autograder.gradebook.score import Score
    from autograder.gradebook.submissions import SubmittedFolder

__all__ = ["AssignmentGrader", "chosen_limits", "open_questions"]

BASE = 40


def _lay_over(written: Path, files: Path) -> None:
    """Copy what a run wrote over what was handed in, also where a file became a folder."""
    for path in sorted(written.rglob("*")):
        place = files / path.relative_to(written)
        if place.exists() and place.is_dir() != path.is_dir():
            shutil.rmtree(place) if place.is_dir() else place.unlink()
    shutil.copytree(written, files, dirs_exist_ok=True)


def chosen_limits(limits: Limits, chosen: ChosenLimits) -> Limits:
    """Return `limits` with what an assignment says instead.

    Parameters
    ----------
    limits : autograder.execution.job.Limits
    chosen : autograder.course.assignment.Limits
        Its ``disk`` is what is called ``files`` where a submission is executed.
    """
    said = {
        field.name: getattr(chosen, "disk" if field.name == "files" else field.name, None)
        for field in dataclasses.fields(limits)
    }
    return dataclasses.replace(limits, **{k: v for k, v in said.items() if v is not None})


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
        from autograder.gradebook.released import read_released
        from autograder.gradebook.rules import rules_of
        from autograder.gradebook.sanitize import Sanitizer
        from autograder.gradebook.steps import Workbench

        self.course = course
        self.name = name
        self.settings = settings
        self.coursedir = course.directory_for(name)
        with course.gradebook() as gradebook:
            bench = Workbench(read_released(gradebook, name))
        self.converter = GradeConverter(self.coursedir, course.parent, bench)
        self.grader = course.root / "grading" / name
        written = settings_of(course.root, name)
        self.sanitizer = Sanitizer(course, self.converter, rules_of(written))
        self.recorder = Recorder(course, self.converter)
        common = settings.limits
        limits = chosen_limits(Limits(), common)
        resources = Resources(common.cpus, common.gpus, memory=common.memory or 0)
        if written is not None:
            own = written.limits
            limits = chosen_limits(limits, own)
            memory = own.memory or common.memory or 0
            resources = Resources(cpus=own.cpus, gpus=own.gpus, memory=memory)
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
        authors = [c.source for known in self.sanitizer.known.values() for c in known.instructor]
        sources = [c.source for c in checks]
        if self.trust is Trust.OUTSIDE:
            sources += authors
        self.preload = preload_for(sources, self.grader if checks else None)
        self.flavor: Flavor | None = None  # of the kernels, unless each is started
        if settings.isolation is not Level.NONE and self.sanitizer.executes:
            self.flavor = Flavor(settings.isolation, kernel_preload(authors))
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
        """A digest of what was handed in; what the exchange added does not count.

        Its secret is another one each time, and would give the same answers other random inputs.
        """
        from autograder.gradebook.submissions import RECEIPT

        ignore = [*self.coursedir.ignore, *RECEIPT]
        return tree_digest(submitted.path, ignore=ignore)

    def key(self, submitted: SubmittedFolder, submission: str, timestamp: datetime | None) -> str:
        """The identity of the work; equal up to ``BASE`` characters for other notebooks of it."""
        names = [path.stem for path in submitted.notebooks]
        base = digest(self._version, submitted.student, submission, str(timestamp))
        return base[:BASE] + digest(names)[: 64 - BASE]

    def job(
        self,
        prepared: Prepared,
        key: str,
        submission: str,
        folder: Path,
        warm: WarmAddress | None,
    ) -> Job:
        """Make the job for a prepared submission whose bundle is in ``folder/bundle``."""
        student = prepared.submitted.student
        bundle, result = folder / "bundle", folder / "result"
        return self.job_for(student, prepared.notebooks, key, submission, bundle, result, warm)

    def job_for(
        self,
        student: str,
        notebooks: tuple[NotebookJob, ...],
        key: str,
        submission: str,
        bundle: Path,
        result: Path,
        warm: WarmAddress | None,
    ) -> Job:
        """Make a job of this assignment, whose kernels the process at `warm` forks."""
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
            warm=warm,
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

    def executed(self, job: Job, outcome: Outcome) -> dict[str, NotebookNode]:
        """The notebooks that a run left, by name; none if it got no score."""
        from autograder.gradebook.record import read_executed

        if outcome.status not in (Status.GRADED, Status.FAILED):
            return {}
        return {n.name: read_executed(job.result / f"{n.name}.ipynb") for n in job.notebooks}

    def judge_points(self, outcome: Outcome, executed: Mapping[str, NotebookNode]) -> Outcome:
        """`outcome`, or an ungraded one if a test cell gave points that cannot be.

        That is the instructor's mistake and must not become a score.
        """
        from autograder.gradebook.record import points_problem

        for name, nb in executed.items():
            problem = points_problem(nb)
            if problem is not None:
                text = f"{name}: {problem} Mend the test; no score was recorded."
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
        _lay_over(job.result / "files", target / FILES)
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
        """The marks that the gradebook has; ``None`` if it has no row of that student's."""
        return self.recorder.scores(student).get(student)

    def scores(self) -> dict[str, Score]:
        """The marks that the gradebook has, by student."""
        return self.recorder.scores()


def open_questions(outcome: Outcome) -> tuple[tuple[str, str], ...]:
    """Return notebook and grade id of the questions that got no verdict."""
    return tuple(
        (notebook.name, question.grade_id)
        for notebook in outcome.notebooks
        for question in notebook.questions
        if question.state == UNGRADED
    )
