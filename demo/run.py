"""``make demo``: a class hands in an assignment, and is graded.

Sets up a course in a scratch folder, releases an assignment, lets simulated students submit it
through the exchange, collects, grades, and gives feedback, with the commands that an instructor
uses. What comes of it is compared with ``expected.csv``. Run again, it reuses the course, and
nothing that is unchanged is graded.
"""

from __future__ import annotations

import argparse
import csv
import hashlib
import json
import os
import shutil
import subprocess
import sys
import time
from collections.abc import Iterable, Sequence
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

from rich.box import SIMPLE_HEAD
from rich.console import Console
from rich.table import Table
from rich.text import Text
from students import CLASS, Student, read_answers

CHECKOUT = Path(__file__).resolve().parent.parent
ASSIGNMENT = "quantization-int8"
EXPECTED = Path(__file__).with_name("expected.csv")
COLUMNS = ("student", "outcome", "code", "score", "max_score", "late")
DUE = datetime(2026, 10, 1, 12, 0)
SOME_REFUSED = 3
"""Exit status of ``grade`` for a class in which some submissions are refused."""


class DemoError(Exception):
    """The demo cannot go on; the text says why."""


def main() -> int:
    """Run the demo; the exit status is 0 if everything came out as expected."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--course", type=Path, default=CHECKOUT / "demo-course", metavar="DIR")
    parser.add_argument("--jobs", type=int, default=os.cpu_count() or 1, metavar="N")
    parser.add_argument("--accept", action="store_true", help="write what came out to expected.csv")
    options = parser.parse_args()
    console = Console()
    started = time.monotonic()
    try:
        outcomes = hold_class(options.course.absolute(), options.jobs, console)
    except DemoError as error:
        console.print(f"demo: {error}", style="bold red", markup=False, highlight=False)
        return 1
    show(outcomes, console)
    say_where(options.course.absolute(), console)
    if options.accept:
        write(outcomes)
        print(f"demo: wrote {EXPECTED}")
        return 0
    differences = list(compare(outcomes, expected()))
    for line in differences:
        print(f"demo: {line}")
    seconds = time.monotonic() - started
    verdict = f"FAILED: {len(differences)} differ" if differences else "all as expected"
    print(f"demo: {len(outcomes)} students in {seconds:.0f} s, {verdict}")
    return 1 if differences else 0


def hold_class(course: Path, jobs: int, console: Console) -> list[dict[str, str]]:
    """Go through an assignment from release to feedback; return a row for each student."""
    console.rule(f"A class of {len(CLASS)} on {ASSIGNMENT}", style="dim")
    if is_ready(course):
        console.print(f"Reusing {course}", highlight=False)
    else:
        set_up(course)
    # The folders of all students belong to whoever runs the demo.
    command(course, "collect", ASSIGNMENT, "--ExchangeCollect.check_owner=False")
    reports = course / "reports"
    reports.mkdir(exist_ok=True)
    suffixes = {"json": "json", "junit": "xml", "csv": "csv"}
    wanted = [f"--report={kind}={reports / f'grades.{end}'}" for kind, end in suffixes.items()]
    # One of them never comes to an end; a minute a cell is enough to see it.
    limits = [f"--jobs={jobs}", "--Execute.timeout=60"]
    command(course, "grade", ASSIGNMENT, *limits, *wanted, ok=(0, SOME_REFUSED))
    command(course, "feedback", ASSIGNMENT)
    return rows(json.loads((reports / "grades.json").read_text("utf-8")))


def command(course: Path, *words: str, ok: Sequence[int] = (0,)) -> None:
    """Run ``llm-classroom`` in the course, on this terminal."""
    print(f"$ llm-classroom {' '.join(words)}", flush=True)
    done = subprocess.run(
        [sys.executable, "-m", "autograder", *words], cwd=course, env=environment()
    )
    if done.returncode not in ok:
        raise DemoError(f"llm-classroom {words[0]} ended with exit status {done.returncode}.")


def environment() -> dict[str, str]:
    """Put the scripts of this Python on the path: nbgrader starts some by name."""
    scripts = os.path.dirname(sys.executable)
    return {
        **os.environ,
        "PATH": os.pathsep.join([scripts, os.environ.get("PATH", os.defpath)]),
    }


# ------------------------------------------------------------------------------ the course


def stamp() -> str:
    """Compute a digest of what the class is made of: the assignment and the students."""
    digest = hashlib.sha256()
    folder = CHECKOUT / "assignments" / ASSIGNMENT
    for path in sorted([*folder.rglob("*"), Path(__file__).with_name("students.py")]):
        if path.is_file() and "__pycache__" not in path.parts:
            digest.update(f"{path.relative_to(CHECKOUT)}\0".encode() + path.read_bytes())
    return digest.hexdigest()


def is_ready(course: Path) -> bool:
    """Whether the demo's class has handed in there; makes room if it is out of date.

    Raises
    ------
    DemoError
        If something else is there.
    """
    mark = course / ".demo"
    if mark.is_file():
        if mark.read_text("utf-8") == stamp():
            return True
        print(f"{course} is unfinished or of an earlier version; it is made anew.")
        shutil.rmtree(course)
    elif course.exists() and any(course.iterdir()):
        raise DemoError(f"{course} exists and is no demo course; name another with --course.")
    return False


def set_up(course: Path) -> None:
    """Set the course up, release the assignment, and let every student hand in."""
    course.mkdir(parents=True, exist_ok=True)
    mark = course / ".demo"
    mark.write_text("unfinished", "utf-8")
    (course / ".gitignore").write_text("*\n", "utf-8")
    command(course, "init", str(course), f"--from={CHECKOUT}")
    set_due_date(course)
    command(course, "release", ASSIGNMENT)
    hand_in(course)
    mark.write_text(stamp(), "utf-8")


def set_due_date(course: Path) -> None:
    """Give the assignment its due date, as nbgrader keeps it."""
    subprocess.run(
        [
            *(sys.executable, "-m", "nbgrader", "db", "assignment", "add", ASSIGNMENT),
            f"--duedate={DUE:%Y-%m-%d %H:%M:%S} UTC",
        ],
        cwd=course,
        env=environment(),
        check=True,
        capture_output=True,
    )


def hand_in(course: Path) -> None:
    """Let every student fetch the assignment and submit it, through nbgrader's exchange."""
    from nbgrader.auth import Authenticator
    from nbgrader.coursedir import CourseDirectory
    from nbgrader.exchange.default import ExchangeFetchAssignment, ExchangeSubmit
    from traitlets.config import PyFileConfigLoader

    class SubmitAt(ExchangeSubmit):  # type: ignore[misc]
        """Submits at a time of ours, so that some are late whenever the demo runs."""

        when = DUE

        def set_timestamp(self) -> None:
            self.timestamp = f"{self.when:%Y-%m-%d %H:%M:%S.%f} UTC"

    config = PyFileConfigLoader("nbgrader_config.py", str(course)).load_config()
    answers = read_answers(CHECKOUT / "assignments" / ASSIGNMENT)
    print(f"{len(CLASS)} students fetch, work and submit")
    for student in CLASS:
        desk = course / "students" / student.id
        desk.mkdir(parents=True)
        # nbgrader keeps a copy of each submission for the student, by default in the home folder.
        parts = {
            "coursedir": CourseDirectory(
                config=config, student_id=student.id, assignment_id=ASSIGNMENT
            ),
            "authenticator": Authenticator(config=config),
            "assignment_dir": str(desk),
            "cache": str(desk / ".nbgrader"),
            "config": config,
        }
        ExchangeFetchAssignment(**parts).start()
        do_the_work(student, desk / ASSIGNMENT / f"{ASSIGNMENT}.ipynb", answers)
        submit = SubmitAt(**parts)
        submit.when = DUE - student.before_due
        submit.start()


def do_the_work(student: Student, path: Path, answers: Any) -> None:
    """Write what the student hands in over the notebook that they fetched."""
    released = json.loads(path.read_text("utf-8"))
    path.write_text(student.work(released, answers), "utf-8")
    if student.notebook:
        path.rename(path.with_stem(student.notebook))


# ------------------------------------------------------------------------------ the table


def rows(report: Any) -> list[dict[str, str]]:
    """Make a row for each student of a JSON report: what ``expected.csv`` has."""
    found = []
    for item in report["rows"]:
        found.append(
            {
                "student": item["student"],
                "outcome": item["status"],
                "code": item["code"],
                "score": number(item["score"]),
                "max_score": number(item["max_score"]),
                "late": lateness(item["timestamp"], item["duedate"]),
            }
        )
    return sorted(found, key=lambda row: row["student"])


def lateness(timestamp: str | None, duedate: str | None) -> str:
    """Say how late a submission is; empty if it is not, or if it has no score."""
    if timestamp is None or duedate is None:
        return ""
    late = datetime.fromisoformat(timestamp) - datetime.fromisoformat(duedate)
    return str(late).removesuffix(", 0:00:00") if late > timedelta() else ""


def number(value: float | None) -> str:
    """Two decimals at most; empty for what has no score."""
    return "" if value is None else f"{value:.2f}".rstrip("0").rstrip(".")


def show(outcomes: Sequence[dict[str, str]], console: Console) -> None:
    """Print the table of scores and outcomes."""
    stories = {student.id: student.story for student in CLASS}
    colours = {"graded": "green", "failed": "yellow", "refused": "red"}
    table = Table(title=f"Scores of {ASSIGNMENT}", box=SIMPLE_HEAD)
    for name in ("student", "who", "outcome"):
        table.add_column(name)
    table.add_column("score", justify="right")
    for row in outcomes:
        late = f"{row['late']} late" if row["late"] else ""
        outcome = ", ".join(filter(None, [row["outcome"], row["code"], late]))
        score = f"{row['score']} of {row['max_score']}" if row["score"] else "none"
        colour = colours.get(row["outcome"], "bold red")
        table.add_row(row["student"], stories.get(row["student"], ""), Text(outcome, colour), score)
    console.print(table)


def say_where(course: Path, console: Console) -> None:
    """Say where the results are."""
    for what, where in [
        ("Feedback pages", course / "feedback"),
        ("Reports", course / "reports"),
        ("Gradebook", course / "gradebook.db"),
    ]:
        console.print(f"{what}: {where}", highlight=False, soft_wrap=True)


def expected() -> list[dict[str, str]]:
    """Read the committed table."""
    with EXPECTED.open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


def write(outcomes: Sequence[dict[str, str]]) -> None:
    """Replace the committed table."""
    with EXPECTED.open("w", encoding="utf-8", newline="") as file:
        writer = csv.DictWriter(file, COLUMNS, lineterminator="\n")
        writer.writeheader()
        writer.writerows(outcomes)


def compare(outcomes: Sequence[dict[str, str]], wanted: Sequence[dict[str, str]]) -> Iterable[str]:
    """Yield a line for each difference between what came out and what should."""
    found = {row["student"]: row for row in outcomes}
    for row in wanted:
        actual = found.pop(row["student"], None)
        if actual is None:
            yield f"{row['student']}: is missing"
            continue
        for column in COLUMNS[1:]:
            if actual[column] != row[column]:
                yield (
                    f"{row['student']}: {column} is {actual[column] or 'none'}, "
                    f"expected {row[column] or 'none'}"
                )
    for student in found:
        yield f"{student}: was not expected"


if __name__ == "__main__":
    sys.exit(main())
