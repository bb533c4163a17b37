"""The author's gate: an assignment's checks pass the right answer and fail each wrong one."""

from __future__ import annotations

import dataclasses
import json
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from autograder.course import AssignmentFolder, WrongSolution, load_wrong_solution
from autograder.errors import UsageError
from autograder.execution.job import Swap
from autograder.grading.margins import Margin, Measurement, margins
from autograder.grading.pipeline import Graded, Pipeline
from autograder.grading.settings import Settings
from autograder.grading.task import SubmissionTask
from autograder.grading.variants import REFERENCE, RELEASED, Templates, write_submission
from autograder.log import QuestionOutcome, RunLog, Status
from autograder.runners.local import LocalRunner

if TYPE_CHECKING:
    from autograder.gradebook.course import Course

__all__ = ["LEAST_WRONG", "VariantResult", "Verification", "verify_assignment"]

LEAST_WRONG = 8
LEAST_INVISIBLE = 2


@dataclass(frozen=True, slots=True)
class VariantResult:
    """How the checks judged one variant.

    Parameters
    ----------
    name : str
    expected : tuple of str
        Questions that it must lose.
    lost : tuple of str
        Questions that it lost under every seed.
    problems : tuple of str
        What is not as it must be.
    failing : frozenset of (question, finding)
        Findings that failed under some seed.
    seconds : float
        Of grading it, the replays included.
    """

    name: str
    expected: tuple[str, ...]
    lost: tuple[str, ...]
    problems: tuple[str, ...]
    failing: frozenset[tuple[str, str]] = frozenset()
    hidden_only: bool = False
    seconds: float = 0.0
    why: str = ""


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


@dataclass
class _Observed:
    """Questions of one variant by seed."""

    by_seed: dict[int, dict[str, QuestionOutcome]] = field(default_factory=dict)

    def add(self, seed: int, question: QuestionOutcome) -> None:
        """Keep what a question came to under a seed."""
        self.by_seed.setdefault(seed, {})[question.grade_id] = question


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
    questions = {c.grade_id: c.points for k in known.values() for c in k.checks}
    observed = _observe(graded)
    variants = [
        _judge_reference(graded[REFERENCE], observed[REFERENCE], questions),
        _judge_released(graded[RELEASED], observed[RELEASED], questions),
    ]
    for solution in chosen:
        if solution.trivial:
            variants.append(_judge_trivial(solution, observed.get(solution.name), questions))
        else:
            variants.append(
                _judge_wrong(solution, graded[solution.name], observed[solution.name], questions)
            )
    problems += _unknown_questions(chosen, questions)
    if only is None:
        problems += _judge_set(variants[2:], chosen)
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


def _observe(graded: Mapping[str, Graded]) -> dict[str, _Observed]:
    observed: dict[str, _Observed] = {}
    for name, result in graded.items():
        mine = observed.setdefault(name, _Observed())
        for notebook in result.outcome.notebooks:
            for question in notebook.questions:
                mine.add(result.outcome.seed, question)
            for replay in notebook.replays:
                variant = replay.variant or name
                observed.setdefault(variant, _Observed()).add(replay.seed, replay.question)
    return observed


def _lost(observed: _Observed) -> tuple[set[str], set[str]]:
    """Questions without full points under every seed, and under some seed."""
    per_seed = [
        {q.grade_id for q in questions.values() if q.points < q.max_points}
        for questions in observed.by_seed.values()
    ]
    if not per_seed:
        return set(), set()
    return set.intersection(*per_seed), set.union(*per_seed)


def _failing(observed: _Observed) -> frozenset[tuple[str, str]]:
    return frozenset(
        (q.grade_id, f["name"])
        for questions in observed.by_seed.values()
        for q in questions.values()
        for f in q.findings
        if not f["passed"]
    )


def _hidden_only(observed: _Observed) -> bool:
    failing = [
        f
        for questions in observed.by_seed.values()
        for q in questions.values()
        for f in q.findings
        if not f["passed"]
    ]
    return bool(failing) and all(f["hidden"] for f in failing)


def _run_problems(graded: Graded) -> list[str]:
    outcome = graded.outcome
    if outcome.status is Status.GRADED or (
        outcome.status is Status.FAILED and outcome.code == "exception"
    ):
        return []
    return [f"ended as {outcome.status} ({outcome.reason})"]


def _judge_reference(
    graded: Graded, observed: _Observed, questions: Mapping[str, float]
) -> VariantResult:
    problems = _run_problems(graded)
    if graded.outcome.code == "exception":
        problems.append(graded.outcome.reason)
    for seed, found in observed.by_seed.items():
        problems += [f"{q} is missing (seed {seed})" for q in questions if q not in found]
        for q in found.values():
            if q.points < q.max_points:
                failed = [f["name"] for f in q.findings if not f["passed"]]
                problems.append(f"{q.grade_id} earns {q.points:g}: {', '.join(failed)}")
    lost = tuple(sorted(_lost(observed)[1]))
    return VariantResult(
        REFERENCE, (), lost, tuple(dict.fromkeys(problems)), seconds=graded.outcome.seconds
    )


def _judge_released(
    graded: Graded, observed: _Observed, questions: Mapping[str, float]
) -> VariantResult:
    problems = _run_problems(graded)
    for found in observed.by_seed.values():
        problems += [f"{q.grade_id} earns {q.points:g}" for q in found.values() if q.points > 0]
    lost = tuple(sorted(_lost(observed)[0]))
    return VariantResult(
        RELEASED,
        tuple(sorted(questions)),
        lost,
        tuple(dict.fromkeys(problems)),
        seconds=graded.outcome.seconds,
    )


def _judge_wrong(
    solution: WrongSolution,
    graded: Graded,
    observed: _Observed,
    questions: Mapping[str, float],
) -> VariantResult:
    always, sometimes = _lost(observed)
    expected = set(solution.loses)
    problems = _run_problems(graded)
    problems += [f"does not lose {q}" for q in sorted(expected - always)]
    problems += [f"loses {q} too" for q in sorted(sometimes - expected)]
    problems += [f"{q} is missing" for q in questions if not _has(observed, q)]
    return VariantResult(
        solution.name,
        solution.loses,
        tuple(sorted(always)),
        tuple(problems),
        _failing(observed),
        _hidden_only(observed),
        graded.outcome.seconds,
        solution.why,
    )


def _has(observed: _Observed, question: str) -> bool:
    return all(question in found for found in observed.by_seed.values())


def _judge_trivial(
    solution: WrongSolution, observed: _Observed | None, questions: Mapping[str, float]
) -> VariantResult:
    if observed is None:
        problem = "no check came after the cells that it replaces"
        return VariantResult(solution.name, solution.loses, (), (problem,), why=solution.why)
    problems = []
    for found in observed.by_seed.values():
        for q in found.values():
            if q.points > 0 and q.grade_id in solution.loses:
                problems.append(f"earns {q.points:g} of {q.max_points:g} in {q.grade_id}")
            if q.points < q.max_points and q.grade_id not in solution.loses:
                problems.append(f"loses {q.grade_id} too")
    problems += [f"{q} was not tried" for q in solution.loses if not _has(observed, q)]
    return VariantResult(
        solution.name,
        solution.loses,
        tuple(sorted(_lost(observed)[0])),
        tuple(dict.fromkeys(problems)),
        _failing(observed),
        why=solution.why,
    )


def _unknown_questions(
    chosen: Sequence[WrongSolution], questions: Mapping[str, float]
) -> list[str]:
    return [
        f"{w.name} names the question {q!r}, which no check decides"
        for w in chosen
        for q in w.loses
        if q not in questions
    ]


def _judge_set(variants: Sequence[VariantResult], chosen: Sequence[WrongSolution]) -> list[str]:
    trivial = {w.name for w in chosen if w.trivial}
    plausible = [v for v in variants if v.name not in trivial]
    problems = []
    if len(plausible) < LEAST_WRONG:
        problems.append(
            f"{len(plausible)} plausible wrong solutions are too few; write {LEAST_WRONG} or more."
        )
    first: dict[frozenset[tuple[str, str]], str] = {}
    for variant in plausible:
        twin = first.setdefault(variant.failing, variant.name)
        if twin != variant.name:
            problems.append(f"{twin} and {variant.name} fail the same findings.")
    invisible = sum(variant.hidden_only for variant in plausible)
    if invisible < LEAST_INVISIBLE:
        problems.append(
            f"{invisible} wrong solutions pass everything visible; {LEAST_INVISIBLE} must, "
            "or hidden findings add nothing."
        )
    return problems


def _measurements(
    observed: Mapping[str, _Observed],
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
