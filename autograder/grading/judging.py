"""What an author's gate demands of each variant, and of all of them together."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from autograder.course import WrongSolution
from autograder.grading.margins import Margin
from autograder.grading.pipeline import Graded
from autograder.grading.variants import RELEASED
from autograder.log import QuestionOutcome, Status

if TYPE_CHECKING:
    from autograder.gradebook.score import Score

__all__ = [
    "LEAST_INVISIBLE",
    "LEAST_MARGIN",
    "LEAST_WRONG",
    "Observed",
    "VariantResult",
    "judge_margins",
    "judge_plain_cells",
    "judge_released",
    "judge_right",
    "judge_set",
    "judge_trivial",
    "judge_wrong",
    "observe",
    "unknown_questions",
]

LEAST_WRONG = 8
LEAST_INVISIBLE = 2
LEAST_MARGIN = 0.2


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


@dataclass
class Observed:
    """Questions of one variant by seed."""

    by_seed: dict[int, dict[str, QuestionOutcome]] = field(default_factory=dict)

    def add(self, seed: int, question: QuestionOutcome) -> None:
        """Keep what a question came to under a seed."""
        self.by_seed.setdefault(seed, {})[question.grade_id] = question

    def failing(self) -> frozenset[tuple[str, str]]:
        """Return the questions and findings that failed under some seed."""
        return frozenset(
            (q.grade_id, f["name"])
            for questions in self.by_seed.values()
            for q in questions.values()
            for f in q.findings
            if not f["passed"]
        )


def observe(graded: Mapping[str, Graded], questions: Collection[str]) -> dict[str, Observed]:
    """Collect what every variant's `questions` came to, swapped-in variants included.

    Assert cells that ran outside the kernel are not among them: their scores are looked at.
    """
    observed: dict[str, Observed] = {}
    for name, result in graded.items():
        mine = observed.setdefault(name, Observed())
        for notebook in result.outcome.notebooks:
            for question in notebook.questions:
                if question.grade_id in questions:
                    mine.add(result.outcome.seed, question)
            for replay in notebook.replays:
                variant = replay.variant or name
                observed.setdefault(variant, Observed()).add(replay.seed, replay.question)
    return observed


def _lost(observed: Observed) -> tuple[set[str], set[str]]:
    """Questions without full points under every seed, and under some seed."""
    per_seed = [
        {q.grade_id for q in questions.values() if q.points < q.max_points}
        for questions in observed.by_seed.values()
    ]
    if not per_seed:
        return set(), set()
    return set.intersection(*per_seed), set.union(*per_seed)


def _under(observed: Observed, question: str, lost: bool) -> str:
    """Say under how many of the seeds a question was lost, or was not, and what failed then."""
    found = [
        questions[question] for questions in observed.by_seed.values() if question in questions
    ]
    chosen = [q for q in found if (q.points < q.max_points) is lost]
    failed = dict.fromkeys(f["name"] for q in chosen for f in q.findings if not f["passed"])
    what = f": {', '.join(failed)}" if failed else ""
    return f"under {len(chosen)} of {len(found)} seeds{what}"


def _hidden_only(observed: Observed) -> bool:
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


def judge_right(
    name: str, graded: Graded, observed: Observed, questions: Mapping[str, float], why: str = ""
) -> VariantResult:
    """Demand full points everywhere, under every seed."""
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
        name, (), lost, tuple(dict.fromkeys(problems)), seconds=graded.outcome.seconds, why=why
    )


def judge_plain_cells(
    reference: Score | None, released: Score | None, questions: Mapping[str, float]
) -> list[str]:
    """Demand of test cells that are no checks what is demanded of checks."""
    problems = []
    for cell in reference.cells if reference else ():
        if cell.grade_id not in questions and cell.auto is not None and cell.auto < cell.max_score:
            problems.append(f"The reference earns {cell.auto:g} in the test cell {cell.grade_id}.")
    for cell in released.cells if released else ():
        if cell.grade_id not in questions and cell.auto:
            problems.append(
                f"The released version earns {cell.auto:g} in the test cell {cell.grade_id}."
            )
    return problems


def judge_released(
    graded: Graded, observed: Observed, questions: Mapping[str, float]
) -> VariantResult:
    """Demand nothing from the version that students get."""
    problems = _run_problems(graded)
    for found in observed.by_seed.values():
        problems += [f"{q.grade_id} earns {q.points:g}" for q in found.values() if q.points > 0]
        problems += [f"{q} is missing" for q in questions if q not in found]
    lost = tuple(sorted(_lost(observed)[0]))
    return VariantResult(
        RELEASED,
        tuple(sorted(questions)),
        lost,
        tuple(dict.fromkeys(problems)),
        seconds=graded.outcome.seconds,
    )


def judge_wrong(
    solution: WrongSolution,
    graded: Graded,
    observed: Observed,
    questions: Mapping[str, float],
) -> VariantResult:
    """Demand that exactly the named questions are lost."""
    always, sometimes = _lost(observed)
    expected = set(solution.loses)
    problems = _run_problems(graded)
    problems += [
        f"does not lose {q} {_under(observed, q, lost=False)}" for q in sorted(expected - always)
    ]
    problems += [
        f"loses {q} too, {_under(observed, q, lost=True)}" for q in sorted(sometimes - expected)
    ]
    problems += [f"{q} is missing" for q in questions if not _has(observed, q)]
    return VariantResult(
        solution.name,
        solution.loses,
        tuple(sorted(always)),
        tuple(problems),
        observed.failing(),
        _hidden_only(observed),
        graded.outcome.seconds,
        solution.why,
    )


def _has(observed: Observed, question: str) -> bool:
    return all(question in found for found in observed.by_seed.values())


def judge_trivial(
    solution: WrongSolution,
    observed: Observed | None,
    questions: Mapping[str, float],
    *,
    ran: bool = True,
) -> VariantResult:
    """Demand that a do-nothing answer earns nothing where it is named."""
    if observed is None:
        problem = "was not judged: see the reference, on whose kernel it would have been"
        if ran:
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
        observed.failing(),
        why=solution.why,
    )


def unknown_questions(chosen: Sequence[WrongSolution], questions: Mapping[str, float]) -> list[str]:
    """Name questions in wrong solutions that no check decides."""
    return [
        f"{w.name} names the question {q!r}, which no check decides"
        for w in chosen
        for q in w.loses
        if q not in questions
    ]


def judge_set(variants: Sequence[VariantResult], chosen: Sequence[WrongSolution]) -> list[str]:
    """Demand enough wrong solutions, no twins, and some that pass everything visible."""
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
        # One that fails nothing has been told already.
        if twin != variant.name and variant.failing:
            shared = ", ".join(sorted(finding for _, finding in variant.failing))
            problems.append(f"{twin} and {variant.name} fail the same findings: {shared}.")
    invisible = sum(variant.hidden_only for variant in plausible)
    if invisible < LEAST_INVISIBLE:
        problems.append(
            f"{invisible} wrong solutions pass everything visible; {LEAST_INVISIBLE} must, "
            "or hidden findings add nothing."
        )
    return problems


def judge_margins(found: Sequence[Margin]) -> list[str]:
    """Demand that no threshold is close to the right answer or to the nearest wrong one."""
    return [
        f"{m.question}, {m.finding}: the threshold {m.threshold:g} is "
        f"{100 * min(m.share, 1 - m.share):.0f} % of the gap away from the "
        f"{'right value' if m.share < LEAST_MARGIN else 'nearest wrong value'} "
        f"({m.right:.4g} right, {m.wrong:.4g} in {m.variant}); "
        f"{100 * LEAST_MARGIN:.0f} % are wanted, on the {m.scale} scale."
        for m in found
        if m.share is not None and not LEAST_MARGIN <= m.share <= 1 - LEAST_MARGIN
    ]
