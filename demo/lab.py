"""``make lab``: JupyterLab as a student of the demo course sees it.

The course is the one of ``make demo``. Where there is none yet, it is set up and its assignments
are released, which takes seconds; after ``make demo`` the student also finds what they handed in,
and its feedback.
"""

from __future__ import annotations

import argparse
import os
import re
import shutil
import sys
from pathlib import Path

from place import CHECKOUT, Place
from run import DemoError, is_ready, is_released, publish

NOTICE = (
    "This Lab runs in the same system account as the course. Nothing is hidden from whoever uses "
    "it: solutions, hidden checks, everybody's work. In a class, students have accounts of their "
    "own."
)


def main() -> int:
    """Make ready what is not there, then become the Lab."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    parser.add_argument("--course", type=Path, default=CHECKOUT / "demo-course", metavar="DIR")
    # Has answered half of everything: some of each kind of feedback.
    parser.add_argument("--student", default="barbara", help="a name of your choice will do, too")
    parser.add_argument("--no-browser", action="store_true", help="only say where it is")
    options = parser.parse_args()
    course = options.course.absolute()
    try:
        # A line at a time, since what follows writes to the same terminal.
        sys.stdout.reconfigure(line_buffering=True)  # type: ignore[union-attr]
        place = make_place(course, options.student)
    except DemoError as error:
        print(f"lab: {error}", file=sys.stderr)
        return 1
    print(f"lab: {place.student}'s files are in {place.desk}")
    print("lab: the graduation cap at the left opens the classroom; Ctrl-C here ends the Lab")
    command = place.command("--log-level=WARN", *["--no-browser"] * options.no_browser)
    os.execve(command[0], command, place.environment())


def make_place(course: Path, student: str) -> Place:
    """Make the course if need be, and the student's place in it.

    Raises
    ------
    DemoError
        If that cannot be.
    """
    if not re.fullmatch(r"[A-Za-z0-9][\w.-]{0,63}", student):
        raise DemoError(f"{student!r} cannot be a student's name: use letters and digits.")
    if not (is_ready(course) or is_released(course)):
        publish(course)
    place = Place(
        desk=course / "lab" / student,
        own=course / "lab" / ".jupyter" / student,
        exchange=course / "exchange",
        student=student,
        cache=course / "students" / student / ".nbgrader",
        notice=NOTICE,
    )
    place.prepare()
    bring_work(course / "students" / student, place.desk)
    return place


def bring_work(earlier: Path, desk: Path) -> None:
    """Put on the desk what the student did in ``make demo``, but over nothing that is there."""
    for folder in sorted(earlier.glob("[!.]*/")):
        if not (desk / folder.name).exists():
            shutil.copytree(folder, desk / folder.name)


if __name__ == "__main__":
    sys.exit(main())
