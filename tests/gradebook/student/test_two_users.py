"""Two students with system users of their own, and a course whose folder is its owner's."""

from __future__ import annotations

import json
import os
import pwd
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

from autograder.gradebook.collect import collect_assignment
from autograder.gradebook.course import Course
from autograder.gradebook.init import init_course
from autograder.gradebook.release import release_assignment

ROOT = Path(__file__).resolve().parents[3]
MARKERS = "HIDDENMARKER|SOLUTIONMARKER|ORACLEMARKER|WRONGMARKER"
PROGRAM = """
import json, logging, sys
from pathlib import Path
from autograder.gradebook import student

folder, data, verb = Path(sys.argv[1]), Path(sys.argv[2]), sys.argv[3]
desk = student.open_desk(
    student.read_config(folder), logging.getLogger(), folder=folder, data=data
)
quiet = lambda word: None
if verb == "list":
    answer = student.list_courses(desk)
elif verb == "read":
    answer = student.read_assignment(desk, "nlp", "toy")
elif verb == "submit":
    answer = student.submit_assignment(desk, "nlp", "toy", quiet)
elif verb == "fetch":
    answer = student.fetch_assignment(desk, "nlp", "toy", quiet)
elif verb == "feedback":
    student.fetch_feedback(desk, "nlp", "toy", quiet)
    newest = student.read_assignment(desk, "nlp", "toy").history[0].id
    answer = student.read_feedback(desk, "nlp", "toy", newest)
print(json.dumps(answer and answer.to_json()))
"""


def _users() -> list[pwd.struct_passwd]:
    """Two ordinary entries of the system's list that are nobody's and may do nothing."""
    names = ("games", "news", "irc", "backup", "lp")
    known = {entry.pw_name: entry for entry in pwd.getpwall()}
    return [known[name] for name in names if name in known][:2]


pytestmark = [
    pytest.mark.skipif(os.geteuid() != 0, reason="only root can act as two system users"),
    pytest.mark.skipif(len(_users()) < 2, reason="this system lists no two spare users"),
]


class Student:
    """A system user with a home and a configuration."""

    def __init__(self, entry: pwd.struct_passwd, home: Path, exchange: Path) -> None:
        self.name, self.home, self.entry = entry.pw_name, home, entry
        self.folder = home / "work"
        self.folder.mkdir(parents=True)
        (self.folder / "nbgrader_config.py").write_text(
            f"c = get_config()\nc.Exchange.root = {str(exchange)!r}\n"
        )
        for path in (home, self.folder, self.folder / "nbgrader_config.py"):
            os.chown(path, entry.pw_uid, entry.pw_gid)
        home.chmod(0o700)

    def run(self, *command: str) -> subprocess.CompletedProcess[str]:
        """Run a program as this user."""
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
                "PYTHONPATH": str(ROOT),
                "PYTHONDONTWRITEBYTECODE": "1",
                "PYTHONWARNINGS": "ignore",
                "OMP_NUM_THREADS": "1",
            },
            capture_output=True,
            text=True,
            timeout=120,
            check=False,
        )

    def ask(self, verb: str) -> Any:
        """Do something at this student's desk, in a process of theirs."""
        data = self.home / "share" / "llm-classroom"
        done = self.run(sys.executable, "-c", PROGRAM, str(self.folder), str(data), verb)
        assert done.returncode == 0, done.stderr
        return json.loads(done.stdout.splitlines()[-1])

    def finds(self, pattern: str, *places: Path) -> list[str]:
        """Name the files in which a process of this user finds a text."""
        done = self.run("grep", "-rEIl", "--", pattern, *map(str, places))
        return done.stdout.splitlines()


@pytest.fixture
def place() -> Iterator[Path]:
    """A folder that every user can reach, unlike pytest's own."""
    root = Path(tempfile.mkdtemp(prefix="llm-classroom-"))
    root.chmod(0o755)
    yield root
    shutil.rmtree(root)


@pytest.fixture
def course(place: Path, made: Path, reopen: Callable[..., Course]) -> Course:
    """A released course in a folder that is its owner's only, with an exchange for all."""
    root = place / "course"
    init_course(root, made / "checkout", course_id="nlp", exchange=place / "exchange")
    root.chmod(0o700)
    found = reopen(root)
    release_assignment(found, "toy")
    return found


@pytest.fixture
def students(place: Path, course: Course) -> tuple[Student, Student]:
    exchange = place / "exchange"
    (place / "home").mkdir()
    first, second = (Student(u, place / "home" / u.pw_name, exchange) for u in _users())
    return first, second


def test_two_users_fetch_submit_and_read_feedback_and_neither_sees_the_others_nor_the_course(
    place: Path,
    course: Course,
    students: tuple[Student, Student],
    mark_all: Callable[[Course], None],
) -> None:
    for student in students:
        assert student.ask("list")["student"] == student.name
        student.ask("fetch")
        own = student.folder / "toy" / "mine.txt"
        own.write_text(f"MARKEROF{student.name}")
        os.chown(own, student.entry.pw_uid, student.entry.pw_gid)
        receipt = student.ask("submit")
        assert receipt["student"] == student.name
        assert "mine.txt" in [f["path"] for f in receipt["submission"]["files"]]
    collected = collect_assignment(course, "toy")
    assert sorted((c.student, c.state) for c in collected) == sorted(
        (s.name, "new") for s in students
    )
    mark_all(course)
    for student in students:
        feedback = student.ask("feedback")
        assert [r["student"] for r in feedback["reports"]] == [student.name]
        (toy,) = student.ask("list")["courses"][0]["assignments"]
        assert (toy["submissions"], toy["feedback"], toy["max_score"]) == (1, "fetched", 10.0)

    for student, other in (students, students[::-1]):
        # What is searched for is there: whoever owns everything finds it.
        everything = ["grep", "-rEIl", f"MARKEROF{other.name}|{MARKERS}", str(place)]
        found = subprocess.run(everything, capture_output=True, text=True, check=False).stdout
        assert str(course.root) in found and str(other.home) in found
        assert str(place / "exchange" / "nlp" / "inbound") in found

        assert student.finds(f"MARKEROF{student.name}", student.home), "grep works for this user"
        assert student.finds(f"MARKEROF{other.name}|{MARKERS}", place) == []
        assert student.finds(f"MARKEROF{other.name}", Path("/proc"), Path("/dev/shm")) == []


def test_files_in_a_students_data_are_nobody_elses(students: tuple[Student, Student]) -> None:
    first, second = students
    first.ask("fetch")
    first.ask("submit")
    first.home.chmod(0o755)  # as on machines where homes can be read
    (first.home / "share").chmod(0o755)
    data = first.home / "share" / "llm-classroom"
    assert first.run("ls", str(data / "released")).returncode == 0
    assert second.run("ls", str(data)).returncode != 0
    assert second.run("ls", str(data / "released")).returncode != 0
