"""The author's gate: an assignment's checks pass the right answer and fail each wrong one."""

from __future__ import annotations

import dataclasses
import json
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from autograder.course import AssignmentFolder, WrongSolution, load_wrong_solution
from autograder.errors import UsageError
from autograder.execution.job import Swap
from autograder.grading.judging import (
    Observed,
    VariantResult,
    judge_plain_cells,
    judge_reference,
    judge_released,
    judge_set,
    judge_trivial,
    judge_wrong,
    observe,
    unknown_questions,
)
from autograder.grading.margins import Margin, Measurement, margins
from autograder.grading.pipeline import Pipeline
from autograder.grading.settings import Settings
from autograder.grading.task import SubmissionTask
from autograder.grading.variants import REFERENCE, RELEASED, Templates, write_submission
from autograder.log import RunLog
from autograder.runners.local import LocalRunner

if TYPE_CHECKING:
    from autograder.gradebook.course import Course

__all__ = ["Verification", "verify_assignment"]


@dataclass(frozen=True, slots=True)
class Verification:
    """The gate's result for one assignment.

    Parameters
    ----------
    assignment : str
    seeds : int
    questions : mapping of str to float
        Points by grade id of the questions that checks decide.
    variants : tuple of VariantResult
    margins : tuple of Margin
    problems : tuple of str
        Of the assignment as a whole.
    """

    assignment: str
    seeds: int
    questions: Mapping[str, float]
    variants: tuple[VariantResult, ...]
    margins: tuple[Margin, ...]
    problems: tuple[str, ...] = ()

    @property
    def passed(self) -> bool:
        """Whether everything is as it must be."""
        return not self.problems and not any(variant.problems for variant in self.variants)

    def to_json(self) -> str:
        """Return all numbers as JSON."""
        data = dataclasses.asdict(self)
        for variant in data["variants"]:
            variant["failing"] = sorted(map(list, variant["failing"]))
        data["questions"] = dict(self.questions)
        return json.dumps({**data, "passed": self.passed}, indent=1)


def verify_assignment(
    course: Course,
    folder: AssignmentFolder,
    *,
    seeds: int = 3,
    only: Sequence[str] | None = None,
    jobs: int = 1,
    progress: Callable[[str], None] = lambda line: None,
) -> Verification:
    """Grade every variant of an assignment in a scratch course.

    Each wrong solution is executed once and checked under every seed on its live kernel. Trivial
    answers are swapped in on the reference's kernel, one question after the other.

    Parameters
    ----------
    course : Course
        Set up by ``init`` from the checkout, the assignment released.
    folder : AssignmentFolder
    seeds : int
        At least 1.
    only : sequence of str, optional
        Names of the wrong solutions to grade; all by default. With it, rules about the set of
        wrong solutions do not apply.
    jobs : int
    progress : callable
        Told in one line about each variant that was graded.

    Raises
    ------
    UsageError
        If a name in `only` is no wrong solution.
    CourseFileError
        If a wrong solution's file is malformed.
    """
    wrong = [load_wrong_solution(path) for path in folder.wrong_solutions()]
    chosen = _choose(wrong, only, folder.id)
    templates = Templates.load(folder.id, course.path("release", ".", folder.id), folder.notebook)
    problems = _write(course, templates, chosen)
    trivial = [w for w in chosen if w.trivial]
    swaps = {REFERENCE: tuple(Swap(w.name, w.cells) for w in trivial)}
    settings = Settings(jobs=jobs, replays=tuple(range(1, seeds)), swaps=swaps, force=True)
    with RunLog.open(course.root) as run_log:
        runner = LocalRunner(SubmissionTask(), jobs=jobs)
        pipeline = Pipeline(course, run_log, runner, settings)
        pipeline.observe = lambda graded: progress(f"{graded.student}: {graded.outcome.status}")
        found = pipeline.find([folder.id])
        runner.preload = pipeline.grader(folder.id).preload
        graded = {g.student: g for g in pipeline.run(found)}
        known = pipeline.grader(folder.id).sanitizer.known
        scores = {name: pipeline.grader(folder.id).score(name) for name in (REFERENCE, RELEASED)}
    questions = {c.grade_id: c.points for k in known.values() for c in k.checks}
    observed = observe(graded)
    variants = [
        judge_reference(graded[REFERENCE], observed[REFERENCE], questions),
        judge_released(graded[RELEASED], observed[RELEASED], questions),
    ]
    for solution in chosen:
        if solution.trivial:
            variants.append(judge_trivial(solution, observed.get(solution.name), questions))
        else:
            variants.append(
                judge_wrong(solution, graded[solution.name], observed[solution.name], questions)
            )
    problems += unknown_questions(chosen, questions)
    problems += judge_plain_cells(scores[REFERENCE], scores[RELEASED], questions)
    if only is None:
        problems += judge_set(variants[2:], chosen)
    return Verification(
        folder.id,
        seeds,
        questions,
        tuple(variants),
        tuple(margins(_measurements(observed, chosen, questions))),
        tuple(problems),
    )


def _choose(
    wrong: Sequence[WrongSolution], only: Sequence[str] | None, assignment: str
) -> list[WrongSolution]:
    if only is None:
        return list(wrong)
    names = {w.name for w in wrong}
    for name in only:
        if name not in names:
            raise UsageError(f"{assignment} has no wrong solution {name!r}; see its folder wrong/.")
    return [w for w in wrong if w.name in only]


def _write(course: Course, templates: Templates, chosen: Sequence[WrongSolution]) -> list[str]:
    """Submit the variants that are executed; return what is wrong with them."""
    answers = templates.answers()

    def submit(name: str, answers: Mapping[str, str]) -> None:
        nb = templates.answered(answers)
        write_submission(templates, nb, course.path("submitted", name, templates.name))

    submit(REFERENCE, answers)
    submit(RELEASED, {})
    problems = []
    for solution in chosen:
        missing = sorted(set(solution.cells) - set(answers))
        if missing:
            problems.append(f"{solution.name} replaces {missing[0]!r}, which is no answer cell.")
        elif not solution.trivial:
            submit(solution.name, {**answers, **solution.cells})
    return problems


def _measurements(
    observed: Mapping[str, Observed],
    chosen: Sequence[WrongSolution],
    questions: Mapping[str, float],
) -> list[Measurement]:
    loses: dict[str, Any] = {w.name: set(w.loses) for w in chosen}
    loses[REFERENCE] = set()
    return [
        Measurement(name, question.grade_id not in loses[name], seed, question.grade_id, finding)
        for name, mine in observed.items()
        if name in loses
        for seed, found in mine.by_seed.items()
        for question in found.values()
        for finding in question.findings
    ]
