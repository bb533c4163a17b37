"""Grading a class: ``llm-classroom grade`` against ``nbgrader autograde``.

Three classes: light notebooks, notebooks that import torch and transformers, and an assignment of
this checkout. All commands grade copies of one course in turn, round after round. Each grades a
small and a larger class: the difference is what a further submission costs, without the start of
the command. Medians over the rounds; feedback is made on neither side.

    python benchmarks/class_vs_nbgrader.py --rounds 3
    python benchmarks/class_vs_nbgrader.py --kinds light --quick

Needs Linux, and a machine that does nothing else. nbgrader runs the assignment's checks in the
student's kernel, where what hidden checks import is not there: it gives other scores, and its
time is that of the same cells as far as they ran.
"""

from __future__ import annotations

import shutil
import subprocess
import tempfile
import time
import venv
from collections.abc import Callable, Iterator, Mapping
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

import courses
import meter
import results
from results import Bar, median, spread

REAL = "quantization-int8"
NBGRADER = "nbgrader"
# Times as many submissions a second, and times fewer CPU seconds.
GOALS = {"light": (8.0, 3.0), "torch": (30.0, 20.0)}
START_GOAL = 1 / 15


@dataclass(frozen=True, slots=True)
class Kind:
    """A class to grade.

    Parameters
    ----------
    make : callable
        Makes the course in a folder, with so many submissions.
    ours, theirs : (int, int)
        Sizes of the smaller and the larger class; equal where there is one size only.
    assignment : str
    comparable : bool
        Whether both sides must give the same scores.
    """

    make: Callable[[Path, int], None]
    ours: tuple[int, int]
    theirs: tuple[int, int]
    assignment: str = courses.ASSIGNMENT
    comparable: bool = True


@dataclass(frozen=True, slots=True)
class Run:
    """One command on one class; `large` says which of the two sizes."""

    kind: str
    name: str
    round: int
    large: bool
    submissions: int
    seconds: float
    cpu_seconds: float
    own_cpu_seconds: float | None


def kinds() -> dict[str, Kind]:
    """Return the classes by name."""
    return {
        "light": Kind(lambda r, n: courses.make_course(r, courses.light(), n), (10, 60), (5, 15)),
        "torch": Kind(lambda r, n: courses.make_course(r, courses.torch(), n), (10, 40), (3, 8)),
        "real": Kind(
            lambda r, n: courses.make_real_course(r, REAL, n), (2, 6), (2, 6), REAL, False
        ),
    }


def commands(assignment: str, jobs: list[int]) -> dict[str, list[str]]:
    """Return the contenders by name."""
    ours = {
        f"ours, {n} job{'s' * (n > 1)}": [
            "llm-classroom", "grade", assignment, f"--jobs={n}", "--isolation=auto",
        ]
        for n in jobs
    }  # fmt: skip
    return {NBGRADER: ["-m", "nbgrader", "autograde", assignment], **ours}


def sizes(kind: Kind, name: str, quick: bool) -> tuple[int, int]:
    """Return the two sizes of class for a command."""
    if quick:
        return (1, 2) if name == NBGRADER else (2, 6)
    return kind.theirs if name == NBGRADER else kind.ours


def compare(
    label: str, kind: Kind, scratch: Path, rounds: int, jobs: list[int], quick: bool
) -> tuple[list[Run], dict[str, int]]:
    """Measure all commands on a class; return runs, and the memory at its peak by command."""
    contenders = commands(kind.assignment, jobs)
    template = scratch / label
    kind.make(template, max(sizes(kind, name, quick)[1] for name in contenders))
    expected = _expected(label, kind, template, scratch)
    runs: list[Run] = []
    for number, large, name in _turns(list(contenders), rounds):
        count = sizes(kind, name, quick)[large]
        root = courses.copy_course(template, scratch / "run", count)
        used = meter.measure(contenders[name], root)
        if kind.comparable or name != NBGRADER:
            _demand(courses.scores(root, kind.assignment), expected, count, name)
        shutil.rmtree(root)
        runs.append(
            Run(label, name, number, large, count, used.seconds, used.cpu_seconds,
                used.own_cpu_seconds)
        )  # fmt: skip
        print(
            f"round {number + 1}: {label}: {name}: {count} in {used.seconds:.1f} s, "
            f"{used.cpu_seconds:.1f} CPU s",
            flush=True,
        )
    memory = {}
    for name, words in contenders.items():
        root = courses.copy_course(template, scratch / "run", sizes(kind, name, quick)[0])
        memory[name] = meter.peak_memory(words, root)
        shutil.rmtree(root)
    return runs, memory


def _turns(names: list[str], rounds: int) -> Iterator[tuple[int, bool, str]]:
    """Give round, size and command in an order that turns from round to round."""
    for number in range(rounds):
        for step in range(len(names)):
            for large in (False, True):
                yield number, large, names[(number + step) % len(names)]


def _expected(label: str, kind: Kind, template: Path, scratch: Path) -> Mapping[str, float]:
    """Return the right score of each student: three points, a point to the third ones."""
    count = len(list((template / "submitted").iterdir()))
    if not kind.comparable:
        root = courses.copy_course(template, scratch / "run", 1)
        words = ["llm-classroom", "grade", kind.assignment, "--isolation=auto"]
        meter.measure(words, root)
        (score,) = courses.scores(root, kind.assignment).values()
        shutil.rmtree(root)
        return {f"student-{n:04}": score for n in range(count)}
    return {f"student-{n:04}": 0.0 if n % 3 == 2 else 3.0 for n in range(count)}


def _demand(
    found: Mapping[str, float], expected: Mapping[str, float], count: int, name: str
) -> None:
    wanted = {student: expected[student] for student in sorted(expected)[:count]}
    if found != wanted:
        raise SystemExit(f"{name} gave other scores: {found}, not {wanted}.")


def marginal(runs: list[Run], name: str, what: str) -> list[float]:
    """Return what a further submission costs, by round."""
    chosen = {(run.round, run.large): run for run in runs if run.name == name}
    found = []
    for number in sorted({run.round for run in runs}):
        small, large = chosen[number, False], chosen[number, True]
        more = large.submissions - small.submissions
        found.append((getattr(large, what) - getattr(small, what)) / more)
    return found


def whole(runs: list[Run], name: str, what: str) -> list[float]:
    """Return what the larger class cost a submission, by round, with the start."""
    return [getattr(r, what) / r.submissions for r in runs if r.name == name and r.large]


def report(label: str, runs: list[Run], memory: Mapping[str, int]) -> tuple[list[Bar], Any]:
    """Print the table of a class and return goals and numbers."""
    names = list(dict.fromkeys(run.name for run in runs))
    numbers: dict[str, Any] = {}
    for name in names:
        numbers[name] = {
            f"{scope}_{what}": function(runs, name, what)
            for scope, function in (("marginal", marginal), ("whole", whole))
            for what in ("seconds", "cpu_seconds")
        }
        numbers[name]["peak_bytes"] = memory[name]
    theirs = numbers[NBGRADER]

    def ratio(name: str, what: str) -> float:
        return median(theirs[what]) / median(numbers[name][what])

    rows = []
    for name in names:
        mine = numbers[name]
        rows.append([
            name,
            spread(mine["marginal_seconds"], 3),
            f"{ratio(name, 'marginal_seconds'):.1f}",
            spread(mine["marginal_cpu_seconds"], 3),
            f"{ratio(name, 'marginal_cpu_seconds'):.1f}",
            f"{median(mine['whole_seconds']):.2f}",
            f"{median(mine['whole_cpu_seconds']):.2f}",
            f"{memory[name] / 2**20:.0f}",
        ])  # fmt: skip
    headings = ("command", "s, marginal", "times", "CPU s, marginal", "times",
                "s with start", "CPU s", "peak MiB")  # fmt: skip
    results.show(f"{label}: a submission", headings, rows)
    ours = [name for name in names if name != NBGRADER]
    bars: list[Bar] = []
    if label in GOALS and ours:
        fast, thrifty = GOALS[label]
        best = max(ratio(name, "marginal_seconds") for name in ours)
        least = max(ratio(name, "marginal_cpu_seconds") for name in ours)
        bars.append(Bar(f"{label}: submissions a second, times nbgrader's", best, fast, least=True))
        bars.append(Bar(f"{label}: times fewer CPU seconds", least, thrifty, least=True))
    if label == "torch" and ours:
        share = min(median(numbers[name]["whole_seconds"]) for name in ours)
        share /= median(theirs["marginal_seconds"])
        text = "torch: with the start, as a share of nbgrader's without"
        bars.append(Bar(text, share, START_GOAL))
    return bars, numbers


def otter(scratch: Path) -> dict[str, Any]:
    """Time one ``otter run`` of a light notebook, in an environment of its own."""
    place = scratch / "otter"
    venv.create(place, with_pip=True)
    python = place / "bin" / "python"
    quiet = {"stdout": subprocess.PIPE, "stderr": subprocess.STDOUT, "text": True}
    install = [python, "-m", "pip", "install", "-q", "otter-grader", "ipykernel", "setuptools<81"]
    done = subprocess.run(install, **quiet)  # type: ignore[call-overload]
    if done.returncode:
        return {"skipped": f"otter-grader could not be installed: {done.stdout[-300:]}"}
    root = scratch / "otter-course"
    (root / "tests").mkdir(parents=True)
    test = 'test = {"name": "q1", "points": 3, "suites": [{"type": "doctest", "cases": ['
    test += '{"code": ">>> assert double(1) == 2"}]}]}\n'
    (root / "tests" / "q1.py").write_text(test)
    notebook = courses.light()
    import nbformat

    notebook.cells = [c for c in notebook.cells if "assert" not in c.source]
    nbformat.write(notebook, root / "p1.ipynb")
    steps = [["generate", "-t", "tests", "-o", "autograder.zip", "--no-environment"],
             ["run", "-a", "autograder.zip", "p1.ipynb"]]  # fmt: skip
    for words in steps:
        started = time.monotonic()
        done = subprocess.run([python, "-m", "otter", *words], cwd=root, **quiet)  # type: ignore[call-overload]
        if done.returncode:
            return {"skipped": f"otter {words[0]} failed: {done.stdout[-300:]}"}
    return {"seconds": time.monotonic() - started}


def main() -> None:
    """Measure, print and keep."""
    parser = results.arguments(__doc__, "class_vs_nbgrader")
    parser.add_argument("--kinds", nargs="+", choices=list(kinds()), default=list(kinds()))
    parser.add_argument("--jobs", type=int, nargs="+", default=[1, 2, 3])
    parser.add_argument("--otter", action="store_true", help="install otter-grader and time it")
    asked = parser.parse_args()
    meter.check()
    rounds = 1 if asked.quick else asked.rounds
    bars: list[Bar] = []
    numbers: dict[str, Any] = {}
    runs: list[Run] = []
    with tempfile.TemporaryDirectory(prefix="benchmark-") as folder:
        scratch = Path(folder)
        for label in asked.kinds:
            found, memory = compare(label, kinds()[label], scratch, rounds, asked.jobs, asked.quick)
            goals, numbers[label] = report(label, found, memory)
            bars += goals
            runs += found
        if asked.otter:
            numbers["otter"] = otter(scratch)
            print(f"otter run, one light submission: {numbers['otter']}")
    results.show_bars(bars)
    results.keep(
        asked.out,
        bars,
        {"cpu_method": meter.method(), "rounds": rounds, "classes": numbers,
         "runs": [asdict(run) for run in runs]},
    )  # fmt: skip


if __name__ == "__main__":
    main()
