"""Growth: seconds a submission in classes of 10, 100 and 1,000 trivial submissions.

The command's start is shared by fewer in a small class, so what a further submission takes is
given too, as the difference of two sizes.

    python benchmarks/growth.py --rounds 3 --jobs 2
"""

from __future__ import annotations

import shutil
import tempfile
from pathlib import Path

import courses
import meter
import results
from results import Bar, median, spread

SIZES = (10, 100, 1000)
GOAL = 1.2


def main() -> None:
    """Measure, print and keep."""
    parser = results.arguments(__doc__, "growth")
    parser.add_argument("--jobs", type=int, default=2)
    asked = parser.parse_args()
    meter.check()
    sizes = (5, 20, 60) if asked.quick else SIZES
    found: dict[int, list[meter.Usage]] = {size: [] for size in sizes}
    with tempfile.TemporaryDirectory(prefix="benchmark-") as folder:
        template = Path(folder, "course")
        courses.make_course(template, courses.trivial(), sizes[-1])
        words = ["llm-classroom", "grade", courses.ASSIGNMENT, f"--jobs={asked.jobs}"]
        for number in range(1 if asked.quick else asked.rounds):
            for size in sizes:
                root = courses.copy_course(template, Path(folder, "run"), size)
                used = meter.measure([*words, "--isolation=auto"], root)
                shutil.rmtree(root)
                found[size].append(used)
                print(f"round {number + 1}: {size}: {used.seconds:.1f} s", flush=True)
    rows = []
    for size in sizes:
        seconds = [used.seconds / size for used in found[size]]
        cpu = [used.cpu_seconds / size for used in found[size]]
        own = [(used.own_cpu_seconds or 0.0) / size for used in found[size]]
        rows.append((f"{size:,}", spread(seconds, 3), spread(cpu, 3), spread(own, 3)))
    headings = ("submissions", "s each", "CPU s each", "CPU s each, first process")
    results.show("Growth, with the start", headings, rows)
    small, middle, large = (found[size] for size in sizes)
    early = _between(small, middle, sizes[0], sizes[1])
    late = _between(middle, large, sizes[1], sizes[2])
    whole = (
        median(u.seconds for u in large) / sizes[2] / (median(u.seconds for u in middle) / sizes[1])
    )
    print(f"A further submission: {early:.4f} s at first, {late:.4f} s later.")
    bars = [
        Bar("seconds a submission, largest over middle class", whole, GOAL),
        Bar("seconds a further submission, later over earlier", late / early, GOAL),
    ]
    results.show_bars(bars)
    runs = {
        str(size): [[u.seconds, u.cpu_seconds, u.own_cpu_seconds] for u in found[size]]
        for size in sizes
    }
    results.keep(asked.out, bars, {"jobs": asked.jobs, "runs": runs})


def _between(small: list[meter.Usage], large: list[meter.Usage], few: int, many: int) -> float:
    """Return the seconds that a further submission took between two sizes of class."""
    pairs = zip(small, large, strict=True)
    return median((b.seconds - a.seconds) / (many - few) for a, b in pairs)


if __name__ == "__main__":
    main()
