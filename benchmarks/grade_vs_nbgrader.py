"""Seconds and CPU seconds a submission: ``llm-classroom grade`` against ``nbgrader autograde``.

Both grade copies of one course, in turn, round after round; what is compared is the median over
the rounds. CPU time is that of every process that the command started, however deep.

    python benchmarks/grade_vs_nbgrader.py --submissions 6 --rounds 3

Needs Linux, and a machine that does nothing else.
"""

from __future__ import annotations

import argparse
import ctypes
import json
import logging
import os
import platform
import shutil
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from dataclasses import asdict, dataclass
from importlib.metadata import version
from pathlib import Path
from typing import Any

import nbformat
from nbformat.v4 import new_code_cell, new_notebook
from rich.console import Console
from rich.table import Table
from traitlets.config import Config

from autograder.gradebook.build import build_gradebook
from autograder.gradebook.course import Course, open_course

PR_SET_CHILD_SUBREAPER = 36
THREADS = ("OMP_NUM_THREADS", "OPENBLAS_NUM_THREADS", "MKL_NUM_THREADS")
KERNEL = {"name": "python3", "display_name": "Python 3", "language": "python"}
CONFIGURATION = 'c = get_config()\nc.CourseDirectory.course_id = "benchmark"\n'


@dataclass(frozen=True, slots=True)
class Run:
    """One command on one copy of the course.

    Parameters
    ----------
    name : str
        Of the command.
    round : int
    seconds, cpu_seconds : float
        A submission.
    load : float
        Load average of the machine when it began.
    """

    name: str
    round: int
    seconds: float
    cpu_seconds: float
    load: float


def commands(jobs: list[int]) -> dict[str, list[str]]:
    """Return the contenders by name."""
    ours = {
        f"llm-classroom grade --jobs={n}": ["-m", "autograder", "grade", "ps1", f"--jobs={n}"]
        for n in jobs
    }
    return {"nbgrader autograde": ["-m", "nbgrader", "autograde", "ps1"], **ours}


def marked(source: str, grade_id: str, **traits: Any) -> nbformat.NotebookNode:
    """Return a code cell with nbgrader's metadata."""
    flags = {"grade": False, "solution": False, "locked": False, "task": False, **traits}
    mark = {"schema_version": 3, "grade_id": grade_id, **flags}
    return new_code_cell(source, metadata={"nbgrader": mark})


def make_course(root: Path, submissions: int, cells: int) -> None:
    """Make a released assignment whose notebook has `cells` cells, and submissions to it."""
    source = root / "source" / "ps1" / "p1.ipynb"
    source.parent.mkdir(parents=True)
    answer = "def double(x):\n    ### BEGIN SOLUTION\n    return 2 * x\n    ### END SOLUTION"
    tests = [
        marked(f"assert double({n}) == {2 * n}", f"test-{n}", grade=True, locked=True, points=1)
        for n in range(1, cells)
    ]
    nb = new_notebook(
        cells=[marked(answer, "double", solution=True), *tests], metadata={"kernelspec": KERNEL}
    )
    nbformat.write(nb, source)
    (root / "nbgrader_config.py").write_text(CONFIGURATION)
    build_gradebook(open_at(root))
    submitted = nbformat.read(root / "release" / "ps1" / "p1.ipynb", as_version=4)
    for number in range(submissions):
        wrong = number % 3 == 2
        submitted.cells[0].source = f"def double(x):\n    return {'x' if wrong else '2 * x'}"
        folder = root / "submitted" / f"student-{number:03}" / "ps1"
        folder.mkdir(parents=True)
        nbformat.write(submitted, folder / "p1.ipynb")


def open_at(root: Path) -> Course:
    """Open the course in `root`."""
    config = Config()
    config.CourseDirectory.root = str(root)
    config.CourseDirectory.course_id = "benchmark"
    log = logging.getLogger("benchmark")
    log.setLevel(logging.ERROR)
    return open_course(config, log)


def scores(root: Path) -> dict[str, float]:
    """Return the scores in the gradebook by student."""
    with open_at(root).gradebook() as gradebook:
        return {s.student.id: float(s.score) for s in gradebook.assignment_submissions("ps1")}


def measure(arguments: list[str], root: Path) -> tuple[float, float]:
    """Run a command in `root` to its end and return its seconds and CPU seconds.

    Descendants that outlive their parents come to this process and are counted too.

    Raises
    ------
    SystemExit
        If the command fails.
    """
    scripts = os.path.dirname(sys.executable)  # nbgrader starts alembic by name
    path = os.pathsep.join([scripts, os.environ.get("PATH", "")])
    started = time.monotonic()
    with (root / "log.txt").open("w") as log:
        process = subprocess.Popen(
            [sys.executable, *arguments],
            cwd=root,
            env={**os.environ, **dict.fromkeys(THREADS, "1"), "PATH": path},
            stdout=log,
            stderr=subprocess.STDOUT,
        )
    ended, cpu = started, 0.0
    for pid, status, usage in reaped():
        cpu += usage.ru_utime + usage.ru_stime
        if pid == process.pid:
            ended = time.monotonic()
            process.returncode = os.waitstatus_to_exitcode(status)
    if process.returncode != 0:
        raise SystemExit(f"{arguments} failed:\n{(root / 'log.txt').read_text()}")
    return ended - started, cpu


def reaped() -> Iterator[tuple[int, int, Any]]:
    """Wait for every child, adopted ones too, and yield each with its status and usage."""
    while True:
        try:
            yield os.wait4(-1, 0)
        except ChildProcessError:
            return


def compare(template: Path, scratch: Path, rounds: int, jobs: list[int]) -> list[Run]:
    """Run each command once a round, in an order that turns from round to round."""
    contenders = list(commands(jobs).items())
    submissions = len(list((template / "submitted").iterdir()))
    runs: list[Run] = []
    wanted: dict[str, float] = {}
    for number in range(rounds):
        for step in range(len(contenders)):
            name, arguments = contenders[(number + step) % len(contenders)]
            root = Path(shutil.copytree(template, scratch / f"{number}-{step}"))
            load = os.getloadavg()[0]
            seconds, cpu = measure(arguments, root)
            found = scores(root)
            wanted = wanted or found
            if found != wanted or len(found) != submissions:
                raise SystemExit(f"{name} gave other scores: {found}, not {wanted}.")
            shutil.rmtree(root)
            runs.append(Run(name, number, seconds / submissions, cpu / submissions, load))
            print(f"round {number + 1}: {name}: {seconds:.1f} s, {cpu:.1f} CPU s", flush=True)
    return runs


def summarize(runs: list[Run], names: list[str]) -> list[dict[str, Any]]:
    """Return medians and ranges, and each median as a multiple of the first command's."""
    rows: list[dict[str, Any]] = []
    for name in names:
        row: dict[str, Any] = {"name": name}
        for what in ("seconds", "cpu_seconds"):
            values = [getattr(run, what) for run in runs if run.name == name]
            row[what] = statistics.median(values)
            row[f"{what}_range"] = [min(values), max(values)]
        rows.append(row)
    for row in rows:
        for what in ("seconds", "cpu_seconds"):
            row[f"{what}_ratio"] = row[what] / rows[0][what]
    return rows


def show(rows: list[dict[str, Any]], title: str) -> None:
    """Print the table."""
    table = Table(title=title)
    table.add_column("command")
    for heading in ("s a submission", "of nbgrader", "CPU s a submission", "of nbgrader"):
        table.add_column(heading, justify="right")
    for row in rows:
        cells = [row["name"]]
        for what in ("seconds", "cpu_seconds"):
            low, high = row[f"{what}_range"]
            cells += [f"{row[what]:.2f} ({low:.2f}-{high:.2f})", f"{row[f'{what}_ratio']:.2f}"]
        table.add_row(*cells)
    console = Console(highlight=False)
    if not console.is_terminal:
        console = Console(highlight=False, width=100)
    console.print(table)


def main() -> None:
    """Measure, print and keep."""
    parser = argparse.ArgumentParser(description=__doc__.split("\n", 1)[0])
    parser.add_argument("--submissions", type=int, default=6)
    parser.add_argument("--cells", type=int, default=2, help="code cells of the notebook")
    parser.add_argument("--rounds", type=int, default=3)
    parser.add_argument("--jobs", type=int, nargs="+", default=[1, 2])
    parser.add_argument("--out", type=Path, default=Path("build/benchmarks/grade_vs_nbgrader.json"))
    asked = parser.parse_args()
    if asked.submissions < 1 or asked.cells < 2 or asked.rounds < 1 or min(asked.jobs) < 1:
        parser.error("at least 1 submission, 2 cells, 1 round and 1 job are needed")
    if ctypes.CDLL(None, use_errno=True).prctl(PR_SET_CHILD_SUBREAPER, 1, 0, 0, 0) != 0:
        raise SystemExit("This kernel cannot hand orphans to us, so CPU time cannot be counted.")
    with tempfile.TemporaryDirectory(prefix="benchmark-") as folder:
        template = Path(folder, "course")
        make_course(template, asked.submissions, asked.cells)
        runs = compare(template, Path(folder), asked.rounds, asked.jobs)
    rows = summarize(runs, list(commands(asked.jobs)))
    show(rows, f"{asked.submissions} submissions x {asked.cells} cells, {asked.rounds} rounds")
    packages = ("llm-classroom", "nbgrader", "nbclient", "papermill", "ipykernel")
    result = {
        "submissions": asked.submissions,
        "cells": asked.cells,
        "rounds": asked.rounds,
        "cpus": len(os.sched_getaffinity(0)),
        "python": platform.python_version(),
        "versions": {name: version(name) for name in packages},
        "results": rows,
        "runs": [asdict(run) for run in runs],
    }
    asked.out.parent.mkdir(parents=True, exist_ok=True)
    asked.out.write_text(json.dumps(result, indent=1) + "\n", encoding="utf-8")
    print(f"The numbers are in {asked.out}.")


if __name__ == "__main__":
    main()
