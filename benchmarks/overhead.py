"""Overhead: the CPU time of everything over the CPU time that the cells need.

Each notebook's cells compute for one CPU second by their own clock. What a further submission
costs, as the difference of two sizes of class, over that second, is the overhead: of the whole
pipeline, and of execution alone, which is everything but the command's first process.

    python benchmarks/overhead.py --rounds 3
"""

from __future__ import annotations

import shutil
import tempfile
from pathlib import Path

import courses
import meter
import results
from results import Bar, median, spread

CELLS = 1.0
SMALL, LARGE = 4, 12
EXECUTION_GOAL, PIPELINE_GOAL = 1.15, 1.30


def main() -> None:
    """Measure, print and keep."""
    asked = results.arguments(__doc__, "overhead").parse_args()
    meter.check()
    sizes = (1, 3) if asked.quick else (SMALL, LARGE)
    pipeline: list[float] = []
    execution: list[float] = []
    with tempfile.TemporaryDirectory(prefix="benchmark-") as folder:
        template = Path(folder, "course")
        courses.make_course(template, courses.burning(), sizes[1])
        for number in range(1 if asked.quick else asked.rounds):
            small, large = (_grade(template, Path(folder, "run"), size) for size in sizes)
            more = (sizes[1] - sizes[0]) * CELLS
            pipeline.append((large.cpu_seconds - small.cpu_seconds) / more)
            execution.append((_others(large) - _others(small)) / more)
            print(f"round {number + 1}: {pipeline[-1]:.3f}, {execution[-1]:.3f}", flush=True)
    results.show(
        "CPU seconds of everything for one CPU second of cells",
        ("part", "CPU s"),
        [("execution", spread(execution, 3)), ("pipeline", spread(pipeline, 3))],
    )
    bars = [
        Bar("overhead of execution", median(execution), EXECUTION_GOAL),
        Bar("overhead of the pipeline", median(pipeline), PIPELINE_GOAL),
    ]
    results.show_bars(bars)
    numbers = {"cpu_method": meter.method(), "sizes": sizes}
    results.keep(asked.out, bars, {**numbers, "execution": execution, "pipeline": pipeline})


def _grade(template: Path, root: Path, submissions: int) -> meter.Usage:
    courses.copy_course(template, root, submissions)
    words = ["llm-classroom", "grade", courses.ASSIGNMENT, "--jobs=1", "--isolation=auto"]
    used = meter.measure(words, root)
    shutil.rmtree(root)
    return used


def _others(used: meter.Usage) -> float:
    """Return the CPU seconds of all processes but the first."""
    return used.cpu_seconds - (used.own_cpu_seconds or 0.0)


if __name__ == "__main__":
    main()
