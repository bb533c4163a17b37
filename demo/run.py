"""``make demo``: a class hands in its assignments, and is graded.

Sets up a course in a scratch folder, releases the assignments, lets simulated students submit
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
from collections import Counter
from collections.abc import Iterable, Sequence
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

from rich.box import SIMPLE_HEAD
from rich.console import Console
from rich.table import Table
from rich.text import Text
from students import SUBMISSIONS, Submission, read_answers

from autograder.execution.sandbox import Level, host

CHECKOUT = Path(__file__).resolve().parent.parent
ASSIGNMENTS = tuple(dict.fromkeys(submission.assignment for submission in SUBMISSIONS))
EXPECTED = Path(__file__).with_name("expected.csv")
COLUMNS = ("assignment", "student", "outcome", "code", "score", "max_score", "late")
DUE = datetime(2026, 10, 1, 12, 0)
"""When the first assignment is due; each further one a week later."""
MARK = ".demo"
"""File in a demo course: what the class is made of, or how far its making has come."""
RELEASED = "released "
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
    others = from_the_lab(options.course.absolute())
    for assignment, student in sorted(others):
        print(f"demo: {student} handed in {assignment} in the Lab, which is not compared")
    outcomes = [row for row in outcomes if (row["assignment"], row["student"]) not in others]
    if options.accept:
        write(outcomes)
        print(f"demo: wrote {EXPECTED}")
        return 0
    wanted = [row for row in expected() if (row["assignment"], row["student"]) not in others]
    differences = list(compare(outcomes, wanted))
    for line in differences:
        print(f"demo: {line}")
    seconds = time.monotonic() - started
    verdict = f"FAILED: {len(differences)} differ" if differences else "all as expected"
    students = len({row["student"] for row in outcomes})
    print(f"demo: {len(outcomes)} submissions of {students} students in {seconds:.0f} s, {verdict}")
    print("demo: open JupyterLab as one of them: make lab (or another: make lab STUDENT=ada)")
    return 1 if differences else 0


def hold_class(course: Path, jobs: int, console: Console) -> list[dict[str, str]]:
    """Go through the assignments from release to feedback; return a row for each submission."""
    students = len({submission.student for submission in SUBMISSIONS})
    console.rule(f"A class of {students} on {', '.join(ASSIGNMENTS)}", style="dim")
    if is_ready(course):
        console.print(f"Reusing {course}", highlight=False)
    else:
        if not is_released(course):
            publish(course)
        (course / MARK).write_text("unfinished", "utf-8")
        hand_in(course)
        (course / MARK).write_text(stamp(), "utf-8")
    # The folders of all students belong to whoever runs the demo.
    command(course, "collect", *ASSIGNMENTS, "--ExchangeCollect.check_owner=False")
    reports = course / "reports"
    reports.mkdir(exist_ok=True)
    suffixes = {"json": "json", "junit": "xml", "csv": "csv"}
    wanted = [f"--report={kind}={reports / f'grades.{end}'}" for kind, end in suffixes.items()]
    if host().level is Level.NONE:
        print("demo: this host isolates nothing (llm-classroom doctor says why); these students")
        print("demo: are ours, so the demo goes on without.")
        wanted.append("--isolation=none")
    command(course, "grade", f"--jobs={jobs}", *wanted, ok=(0, SOME_REFUSED))
    command(course, "feedback", *ASSIGNMENTS)
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
    """Compute a digest of what the class is made of: the assignments and the students."""
    digest = hashlib.sha256()
    folders = [CHECKOUT / "assignments" / name for name in ASSIGNMENTS]
    paths = [path for folder in folders for path in folder.rglob("*")]
    for path in sorted([*paths, Path(__file__).with_name("students.py")]):
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
    mark = course / MARK
    if mark.is_file():
        text = mark.read_text("utf-8")
        if text == stamp():
            return True
        if text != RELEASED + stamp():
            print(f"{course} is unfinished or of an earlier version; it is made anew.")
            clear(course)
    elif course.exists() and any(course.iterdir()):
        raise DemoError(f"{course} exists and is no demo course; name another with --course.")
    return False


def is_released(course: Path) -> bool:
    """Whether the assignments are released there, and nobody has handed in yet."""
    mark = course / MARK
    return mark.is_file() and mark.read_text("utf-8") == RELEASED + stamp()


def clear(course: Path) -> None:
    """Take an outdated course away, and leave what somebody did in its Lab."""
    for path in course.iterdir():
        if path.name in ("lab", MARK):
            continue
        if path.is_dir() and not path.is_symlink():
            shutil.rmtree(path)
        else:
            path.unlink()


def from_the_lab(course: Path) -> set[tuple[str, str]]:
    """Tell which assignments somebody handed in beside the class: in the Lab of the course."""
    of_class = Counter((work.assignment, work.student) for work in SUBMISSIONS)
    found: Counter[tuple[str, str]] = Counter()
    for folder in (course / "exchange").glob("*/inbound/*+*+*"):
        student, assignment, _ = folder.name.split("+", 2)
        found[assignment, student] += 1
    return set(found - of_class)


def publish(course: Path) -> None:
    """Set the course up and release the assignments."""
    course.mkdir(parents=True, exist_ok=True)
    mark = course / MARK
    mark.write_text("unfinished", "utf-8")
    (course / ".gitignore").write_text("*\n", "utf-8")
    # Random inputs depend on the course's name: the same scores wherever the folder lies.
    command(course, "init", str(course), f"--from={CHECKOUT}", "--course=demo-course")
    for name in ASSIGNMENTS:
        set_due_date(course, name)
    command(course, "release", *ASSIGNMENTS)
    mark.write_text(RELEASED + stamp(), "utf-8")


def due(assignment: str) -> datetime:
    """Return when an assignment is due."""
    return DUE + timedelta(weeks=ASSIGNMENTS.index(assignment))


def set_due_date(course: Path, assignment: str) -> None:
    """Give an assignment its due date, as nbgrader keeps it."""
    subprocess.run(
        [
            *(sys.executable, "-m", "nbgrader", "db", "assignment", "add", assignment),
            f"--duedate={due(assignment):%Y-%m-%d %H:%M:%S} UTC",
        ],
        cwd=course,
        env=environment(),
        check=True,
        capture_output=True,
    )


def hand_in(course: Path) -> None:
    """Let every student fetch the assignments and submit them, through nbgrader's exchange."""
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
    answers = {name: read_answers(CHECKOUT / "assignments" / name) for name in ASSIGNMENTS}
    print(f"Students fetch, work and submit: {len(SUBMISSIONS)} submissions")
    for submission in SUBMISSIONS:
        name = submission.assignment
        desk = course / "students" / submission.student
        desk.mkdir(parents=True, exist_ok=True)
        # nbgrader keeps a copy of each submission for the student, by default in the home folder.
        parts = {
            "coursedir": CourseDirectory(
                config=config, student_id=submission.student, assignment_id=name
            ),
            "authenticator": Authenticator(config=config),
            "assignment_dir": str(desk),
            "cache": str(desk / ".nbgrader"),
            "config": config,
        }
        ExchangeFetchAssignment(**parts).start()
        do_the_work(submission, desk / name / f"{name}.ipynb", answers[name])
        submit = SubmitAt(**parts)
        submit.when = due(name) - submission.before_due
        submit.start()


def do_the_work(submission: Submission, path: Path, answers: Any) -> None:
    """Write what the student hands in over the notebook that they fetched."""
    released = json.loads(path.read_text("utf-8"))
    path.write_text(submission.work(released, answers), "utf-8")
    if submission.notebook:
        path.rename(path.with_stem(submission.notebook))


# ------------------------------------------------------------------------------ the table


def rows(report: Any) -> list[dict[str, str]]:
    """Make a row for each submission of a JSON report: what ``expected.csv`` has."""
    found = []
    for item in report["rows"]:
        found.append(
            {
                "assignment": item["assignment"],
                "student": item["student"],
                "outcome": item["status"],
                "code": item["code"],
                "score": number(item["score"]),
                "max_score": number(item["max_score"]),
                "late": lateness(item["timestamp"], item["duedate"]),
            }
        )
    return sorted(found, key=lambda row: (ASSIGNMENTS.index(row["assignment"]), row["student"]))


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
    """Print a table of scores and outcomes for each assignment."""
    stories = {(work.assignment, work.student): work.story for work in SUBMISSIONS}
    colors = {"graded": "green", "failed": "yellow", "refused": "red"}
    for name in ASSIGNMENTS:
        table = Table(title=f"Scores of {name}", box=SIMPLE_HEAD)
        for heading in ("student", "who", "outcome"):
            table.add_column(heading)
        table.add_column("score", justify="right")
        for row in outcomes:
            if row["assignment"] != name:
                continue
            late = f"{row['late']} late" if row["late"] else ""
            outcome = ", ".join(filter(None, [row["outcome"], row["code"], late]))
            score = f"{row['score']} of {row['max_score']}" if row["score"] else "none"
            color = colors.get(row["outcome"], "bold red")
            story = stories.get((name, row["student"]), "")
            table.add_row(row["student"], story, Text(outcome, color), score)
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
    found = {(row["assignment"], row["student"]): row for row in outcomes}
    for row in wanted:
        who = f"{row['assignment']}, {row['student']}"
        actual = found.pop((row["assignment"], row["student"]), None)
        if actual is None:
            yield f"{who}: is missing"
            continue
        for column in COLUMNS[2:]:
            if actual[column] != row[column]:
                yield (
                    f"{who}: {column} is {actual[column] or 'none'}, "
                    f"expected {row[column] or 'none'}"
                )
    for assignment, student in found:
        yield f"{assignment}, {student}: was not expected"


if __name__ == "__main__":
    sys.exit(main())
