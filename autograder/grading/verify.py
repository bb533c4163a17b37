"""The author's gate: an assignment's checks pass the right answer and fail each wrong one."""

from __future__ import annotations

import dataclasses
import json
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from autograder.course import (
    AssignmentFolder,
    RightSolution,
    SolutionFileError,
    WrongSolution,
    load_right_solution,
    load_wrong_solution,
)
from autograder.errors import UsageError
from autograder.execution.job import Swap
from autograder.execution.sandbox import host
from autograder.grading.judging import (
    Observed,
    VariantResult,
    judge_margins,
    judge_plain_cells,
    judge_released,
    judge_right,
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
from autograder.log import RunLog, Status
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
    unproved : tuple of str
        Findings that no wrong solution fails, so that nothing shows that they can fail.
    """

    assignment: str
    seeds: int
    questions: Mapping[str, float]
    variants: tuple[VariantResult, ...]
    margins: tuple[Margin, ...]
    problems: tuple[str, ...] = ()
    unproved: tuple[str, ...] = ()

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

    Each other right and each wrong solution is executed once and checked under every seed on its
    live kernel. Trivial answers are swapped in on the reference's kernel, one question after the
    other.

    Parameters
    ----------
    course : Course
        Set up by ``init`` from the checkout, the assignment released.
    folder : AssignmentFolder
    seeds : int
        At least 1.
    only : sequence of str, optional
        Names of the solutions to grade beside the reference; all by default. With it, what is
        demanded of all of them together (their number, the margins) is not.
    jobs : int
    progress : callable
        Told in one line about each variant that was graded.

    Raises
    ------
    UsageError
        If a name in `only` is no solution, or two solutions have one name.
    CourseFileError
        If a solution's file is malformed, or replaces a cell that is no answer cell.
    """
    right = [load_right_solution(path) for path in folder.right_solutions()]
    wrong = [load_wrong_solution(path) for path in folder.wrong_solutions()]
    names = [*(solution.name for solution in right), *(solution.name for solution in wrong)]
    wanted = _wanted(names, only, folder.id)
    others = [solution for solution in right if solution.name in wanted]
    chosen = [solution for solution in wrong if solution.name in wanted]
    templates = Templates.load(folder.id, course.path("release", ".", folder.id), folder.notebook)
    _refuse_unknown_cells(templates, folder, others, chosen)
    _write(course, templates, others, chosen)
    swaps = {REFERENCE: tuple(Swap(w.name, w.cells) for w in chosen if w.trivial)}
    settings = Settings(
        jobs=jobs,
        replays=tuple(range(1, seeds)),
        swaps=swaps,
        force=True,
        isolation=host().level,  # where a host isolates nothing: what is graded is the author's own
    )
    with RunLog.open(course.root) as run_log:
        runner = LocalRunner(SubmissionTask(), jobs=jobs)
        pipeline = Pipeline(course, run_log, runner, settings)
        pipeline.observe = lambda graded: progress(f"{graded.student}: {graded.outcome.status}")
        found = pipeline.find([folder.id])
        graded = {g.student: g for g in pipeline.run(found)}
        known = pipeline.grader(folder.id).sanitizer.known
        scores = {name: pipeline.grader(folder.id).score(name) for name in (REFERENCE, RELEASED)}
    questions = {c.grade_id: c.points for k in known.values() for c in k.checks}
    observed = observe(graded, questions)
    variants = [
        judge_right(REFERENCE, graded[REFERENCE], observed[REFERENCE], questions),
        judge_released(graded[RELEASED], observed[RELEASED], questions),
    ]
    for other in others:
        mine = graded[other.name], observed[other.name]
        variants.append(judge_right(other.name, *mine, questions, why=other.why))
    judged = len(variants)
    for solution in chosen:
        if solution.trivial:
            seen = observed.get(solution.name)
            ran = graded[REFERENCE].outcome.status is not Status.UNGRADED
            variants.append(judge_trivial(solution, seen, questions, ran=ran))
        else:
            variants.append(
                judge_wrong(solution, graded[solution.name], observed[solution.name], questions)
            )
    problems = unknown_questions(chosen, questions)
    problems += judge_plain_cells(scores[REFERENCE], scores[RELEASED], questions)
    found_margins = margins(_measurements(observed, others, chosen, questions))
    if only is None:
        problems += judge_set(variants[judged:], chosen)
        problems += judge_margins(found_margins)
    return Verification(
        folder.id,
        seeds,
        questions,
        tuple(variants),
        tuple(found_margins),
        tuple(problems),
        _unproved(observed, chosen) if only is None else (),
    )


def _wanted(names: Sequence[str], only: Sequence[str] | None, assignment: str) -> set[str]:
    """Return the names of the solutions to grade."""
    known = {REFERENCE, RELEASED}
    for name in names:
        if name in known:
            raise UsageError(f"{assignment} has two solutions named {name!r}; rename one of them.")
        known.add(name)
    for name in only or ():
        if name not in names:
            raise UsageError(
                f"{assignment} has no solution {name!r}; see its folders right/ and wrong/."
            )
    return set(names if only is None else only)


def _refuse_unknown_cells(
    templates: Templates,
    folder: AssignmentFolder,
    others: Sequence[RightSolution],
    chosen: Sequence[WrongSolution],
) -> None:
    """Refuse a solution of other cells than the notebook's, as a renamed cell leaves behind."""
    answers = templates.answers()
    files = [(folder.right / f"{other.name}.py", other.cells) for other in others]
    files += [(folder.wrong / f"{wrong.name}.py", wrong.cells) for wrong in chosen]
    for file, cells in files:
        for name in cells:
            if name not in answers:
                raise SolutionFileError(
                    file,
                    f"replaces {name!r}, which is no answer cell of {folder.notebook.name} "
                    f"(those are {', '.join(answers) or 'none'}). Rename the section, or delete "
                    "the file.",
                )


def _write(
    course: Course,
    templates: Templates,
    others: Sequence[RightSolution],
    chosen: Sequence[WrongSolution],
) -> None:
    """Submit the variants that are executed."""
    answers = templates.answers()

    def submit(name: str, answers: Mapping[str, str]) -> None:
        nb = templates.answered(answers)
        write_submission(templates, nb, course.path("submitted", name, templates.name))

    submit(REFERENCE, answers)
    submit(RELEASED, {})
    for other in others:
        submit(other.name, {**answers, **other.cells})
    for wrong in chosen:
        if not wrong.trivial:
            submit(wrong.name, {**answers, **wrong.cells})


def _unproved(observed: Mapping[str, Observed], chosen: Sequence[WrongSolution]) -> tuple[str, ...]:
    failed = {pair for wrong in chosen if (o := observed.get(wrong.name)) for pair in o.failing()}
    return tuple(
        f"{question.grade_id}, {finding['name']}"
        for question in next(iter(observed[REFERENCE].by_seed.values()), {}).values()
        for finding in question.findings
        if (question.grade_id, finding["name"]) not in failed
    )


def _measurements(
    observed: Mapping[str, Observed],
    others: Sequence[RightSolution],
    chosen: Sequence[WrongSolution],
    questions: Mapping[str, float],
) -> list[Measurement]:
    loses: dict[str, Any] = {w.name: set(w.loses) for w in chosen}
    loses |= {name: set() for name in (REFERENCE, *(other.name for other in others))}
    return [
        Measurement(name, question.grade_id not in loses[name], seed, question.grade_id, finding)
        for name, mine in observed.items()
        if name in loses
        for seed, found in mine.by_seed.items()
        for question in found.values()
        for finding in question.findings
    ]
