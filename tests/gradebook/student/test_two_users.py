"""Two students with system users of their own, and a course whose folder is its owner's."""

from __future__ import annotations

import json
import logging
import os
import pwd
import shutil
import subprocess
import tempfile
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest

from autograder.gradebook.collect import Collected, collect_assignment
from autograder.gradebook.init import init_course
from autograder.gradebook.release import release_assignment
from tests.gradebook.conftest import opened
from tests.gradebook.student.conftest import score_all
from tests.system_users import Interpreter, interpreter_for, spare_users

pytestmark = [
    pytest.mark.skipif(os.geteuid() != 0, reason="only root can act as two system users"),
    pytest.mark.skipif(len(spare_users()) < 2, reason="this system lists no two spare users"),
    pytest.mark.slow,
]

ROOT = Path(__file__).resolve().parents[3]
OF_THE_COURSE = "HIDDENMARKER|SOLUTIONMARKER|ORACLEMARKER|WRONGMARKER"
PROGRAM = """
import json, logging, sys
from pathlib import Path
from autograder.gradebook import student

folder, data = Path(sys.argv[1]), Path(sys.argv[2])
desk = student.open_desk(
    student.read_config(folder), logging.getLogger(), folder=folder, data=data
)
quiet = lambda word: None
for verb in sys.argv[3:]:
    if verb == "list":
        answer = student.list_courses(desk)
    elif verb == "fetch":
        answer = student.fetch_assignment(desk, "nlp", "toy", quiet)
    elif verb == "write":
        answer = None
        (folder / "toy" / "mine.txt").write_text(f"MARKEROF{desk.student}")
    elif verb == "submit":
        answer = student.submit_assignment(desk, "nlp", "toy", quiet)
    elif verb == "feedback":
        student.fetch_feedback(desk, "nlp", "toy", quiet)
        newest = student.read_assignment(desk, "nlp", "toy").history[0].id
        answer = student.read_feedback(desk, "nlp", "toy", newest)
    print(json.dumps(answer and answer.to_json()))
"""


class Student:
    """A system user with a home and a configuration."""

    def __init__(
        self, entry: pwd.struct_passwd, home: Path, exchange: Path, python: Interpreter
    ) -> None:
        self.name, self.home, self.entry, self.python = entry.pw_name, home, entry, python
        self.folder, self.data = home / "work", home / "share" / "llm-classroom"
        self.folder.mkdir(parents=True)
        (self.folder / "nbgrader_config.py").write_text(
            f"c = get_config()\nc.Exchange.root = {str(exchange)!r}\n"
        )
        for path in (home, *home.rglob("*")):
            os.chown(path, entry.pw_uid, entry.pw_gid)
        home.chmod(0o700)

    def run(self, *command: str) -> subprocess.CompletedProcess[str]:
        """Run a program as this user."""
        search = [str(ROOT), self.python.environment.get("PYTHONPATH", "")]
        return subprocess.run(
            command,
            user=self.entry.pw_uid,
            group=self.entry.pw_gid,
            extra_groups=[],
            cwd="/",
            env={
                "PATH": os.environ["PATH"],
                "HOME": str(self.home),
                "JUPYTER_DATA_DIR": str(self.home / "share"),
                "JUPYTER_CONFIG_DIR": str(self.home / "config"),
                **self.python.environment,
                "PYTHONPATH": os.pathsep.join(filter(None, search)),
                "PYTHONDONTWRITEBYTECODE": "1",
                "PYTHONWARNINGS": "ignore",
                "OMP_NUM_THREADS": "1",
            },
            capture_output=True,
            text=True,
            timeout=300,
            check=False,
        )

    def ask(self, *verbs: str) -> list[Any]:
        """Do things at this student's desk, in a process of theirs."""
        places = (str(self.folder), str(self.data))
        done = self.run(self.python.program, "-c", PROGRAM, *places, *verbs)
        assert done.returncode == 0, done.stderr
        return [json.loads(line) for line in done.stdout.splitlines()[-len(verbs) :]]

    def finds(self, pattern: str, *places: Path) -> list[str]:
        """Name the files in which a process of this user finds a text."""
        done = self.run("grep", "-rEIl", "--", pattern, *map(str, places))
        return done.stdout.splitlines()


@dataclass(frozen=True)
class Classroom:
    """What two students and their course have done together.

    Parameters
    ----------
    place : Path
        Holds everything; every user can reach it, unlike pytest's own folders.
    course : Path
    students : tuple of Student
    handed_in, got : list
        For each student what their desk answered, verb by verb.
    collected : list of Collected
    """

    place: Path
    course: Path
    students: tuple[Student, ...]
    handed_in: list[list[Any]]
    got: list[list[Any]]
    collected: list[Collected]


@pytest.fixture(scope="module")
def classroom(made: Path) -> Iterator[Classroom]:
    """Let two users fetch, write something of their own, submit, and read their feedback."""
    log = logging.getLogger("tests.two-users")
    log.propagate = False
    place = Path(tempfile.mkdtemp(prefix="llm-classroom-"))
    try:
        place.chmod(0o755)
        init_course(
            place / "course", made / "checkout", course_id="nlp", exchange=place / "exchange"
        )
        (place / "course").chmod(0o700)
        course = opened(place / "course", log)
        release_assignment(course, "toy")
        users = spare_users()[:2]
        python = interpreter_for(users[0].pw_uid, place)
        students = tuple(
            Student(user, place / "home" / user.pw_name, place / "exchange", python)
            for user in users
        )
        handed_in = [s.ask("list", "fetch", "write", "submit") for s in students]
        collected = collect_assignment(course, "toy")
        score_all(course, log)
        got = [s.ask("feedback", "list") for s in students]
        yield Classroom(place, course.root, students, handed_in, got, collected)
    finally:
        shutil.rmtree(place)


def test_two_users_fetch_submit_and_read_feedback_each_in_their_own_name(
    classroom: Classroom,
) -> None:
    for student, (listed, _, _, receipt) in zip(
        classroom.students, classroom.handed_in, strict=True
    ):
        assert (listed["student"], receipt["student"]) == (student.name, student.name)
        assert "mine.txt" in [f["path"] for f in receipt["submission"]["files"]]
    assert {c.student: c.state for c in classroom.collected} == {
        student.name: "new" for student in classroom.students
    }
    for student, (feedback, listed) in zip(classroom.students, classroom.got, strict=True):
        assert [r["student"] for r in feedback["reports"]] == [student.name]
        (toy,) = listed["courses"][0]["assignments"]
        assert (toy["submissions"], toy["feedback"], toy["max_score"]) == (1, "fetched", 10.0)


def test_neither_can_read_the_others_submission_or_what_the_course_hides(
    classroom: Classroom,
) -> None:
    place = classroom.place
    for student, other in (classroom.students, classroom.students[::-1]):
        hidden = f"MARKEROF{other.name}|{OF_THE_COURSE}"
        everything = ["grep", "-rEIl", hidden, str(place)]
        found = subprocess.run(everything, capture_output=True, text=True, check=False).stdout
        for part in (classroom.course / "source", other.home, place / "exchange" / "nlp"):
            assert f"{part}/" in found, "what is searched for is there"
        assert student.finds(f"MARKEROF{student.name}", student.home), "this user can search"
        assert student.finds(hidden, place) == []


def test_what_the_classroom_remembers_of_a_student_is_nobody_elses_where_homes_can_be_read(
    classroom: Classroom,
) -> None:
    first, second = classroom.students
    for folder in (first.home, first.data.parent):
        folder.chmod(0o755)
    try:
        assert first.run("ls", str(first.data / "released")).returncode == 0
        assert second.run("ls", str(first.data.parent)).returncode == 0
        assert second.run("ls", str(first.data)).returncode != 0
        assert second.finds("MARKEROF|assert", first.data) == []
    finally:
        first.home.chmod(0o700)


def test_without_the_right_to_hand_in_a_student_is_told_in_one_line(classroom: Classroom) -> None:
    (student, _), inbound = classroom.students, classroom.place / "exchange" / "nlp" / "inbound"
    mode = inbound.stat().st_mode & 0o7777
    inbound.chmod(0o700)
    try:
        with pytest.raises(AssertionError) as caught:
            student.ask("submit")
    finally:
        inbound.chmod(mode)
    told = f"toy was not handed in: You don't have write permissions to the directory: {inbound}"
    assert f"{told}. Ask your instructor to mend that." in str(caught.value)
