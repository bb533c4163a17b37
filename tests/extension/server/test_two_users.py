"""Students with system users of their own: nothing hidden can be reached from their servers."""

from __future__ import annotations

import logging
import os
import shutil
import tempfile
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import nbformat
import pytest

from autograder.gradebook.init import init_course
from autograder.gradebook.release import release_assignment
from tests.extension.server.contract import operations
from tests.extension.server.serving import Served, serving
from tests.gradebook.conftest import cell, opened, write_checkout
from tests.system_users import interpreter_for, spare_users

pytestmark = [
    pytest.mark.slow,
    pytest.mark.skipif(os.geteuid() != 0, reason="only root can act as two system users"),
    pytest.mark.skipif(len(spare_users()) < 2, reason="this system lists no two spare users"),
]

TOY = "/courses/nlp/assignments/toy"
HIDDEN = ("HIDDENMARKER", "SOLUTIONMARKER", "ORACLEMARKER", "WRONGMARKER")
OWN = "BOBMARKER"


@dataclass(frozen=True)
class Place:
    course: Path
    exchange: Path
    ada: Served
    bob: Served
    submission: Path


@pytest.fixture(scope="module")
def place() -> Iterator[Place]:
    # Pytest's own temporary folders can be entered by their user only.
    top = Path(tempfile.mkdtemp(prefix="llm-classroom-users-"))
    try:
        top.chmod(0o755)
        course, exchange = top / "nlp", top / "exchange"
        init_course(course, write_checkout(top / "checkout"), course_id="nlp", exchange=exchange)
        release_assignment(opened(course, logging.getLogger("tests.users")), "toy")
        for private in (course, top / "checkout"):
            private.chmod(0o700)
        users = [entry.pw_uid for entry in spare_users()]
        python = interpreter_for(users[0], top)
        config = {"Exchange": {"root": str(exchange)}}
        ada_config = {**config, "CourseDirectory": {"student_id": "ada"}}
        bob_config = {**config, "CourseDirectory": {"student_id": "bob"}}
        with (
            serving(top / "ada", ada_config, user=users[0], python=python) as ada,
            serving(top / "bob", bob_config, user=users[1], python=python) as bob,
        ):
            yield Place(course, exchange, ada, bob, _hand_in(bob, exchange))
    finally:
        shutil.rmtree(top, ignore_errors=True)


def _hand_in(bob: Served, exchange: Path) -> Path:
    """Bob writes something of his own, hands it in, and keeps a file beside it."""
    assert bob.finish(f"{TOY}/fetch")["state"] == "done"
    path = bob.folder / "toy" / "toy.ipynb"
    path.write_text(path.read_text().replace("# Doubling", f"# {OWN}"))
    (bob.folder / "diary.txt").write_text(OWN)
    job = bob.finish(f"{TOY}/submit")
    assert job["state"] == "done", job
    (submission,) = (exchange / "nlp" / "inbound").glob("bob+toy+*")
    return submission


def _uid(served: Served) -> int:
    return served.folder.stat().st_uid


def _guessed(submission: Path) -> Path:
    """Where a submission would lie for somebody who knows whose it is, and when it came.

    nbgrader's exchange lets nobody list what was handed in, and adds a random part to each name.
    """
    return submission.with_name(submission.name.rpartition("+")[0])


def holds(folder: Path, marker: str) -> bool:
    files = (path for path in folder.rglob("*") if path.is_file())
    return any(marker.encode() in path.read_bytes() for path in files)


def test_there_is_something_to_hide(place):
    assert [marker for marker in HIDDEN if not holds(place.course, marker)] == []
    assert holds(place.submission, OWN)
    assert holds(place.bob.folder, OWN)


def test_each_is_served_in_their_own_name(place):
    assert place.ada.classroom("GET", "/about")["student"] == "ada"
    assert place.bob.classroom("GET", "/about")["student"] == "bob"
    assert place.ada.finish(f"{TOY}/fetch")["state"] == "done"
    assert place.ada.classroom("GET", TOY)["history"] == []
    assert len(place.bob.classroom("GET", TOY)["history"]) == 1
    assert (place.ada.folder / "toy" / "toy.ipynb").stat().st_uid == _uid(place.ada)
    assert _uid(place.ada) != _uid(place.bob) != 0


def test_no_route_and_no_file_of_one_server_tells_of_the_other_or_of_the_course(place):
    place.ada.finish(f"{TOY}/fetch")
    # Links that a student may plant in their own folder lead where their user may go, no further.
    for name, target in (
        ("course", place.course),
        ("bob", place.bob.folder),
        ("sent", _guessed(place.submission)),
        ("inbound", place.exchange / "nlp" / "inbound"),
    ):
        (place.ada.folder / name).symlink_to(target)
    timestamp = place.submission.name.split("+")[2]
    names = {
        "course": ["nlp", "..", "%2e%2e", place.course.name],
        "assignment": ["toy", "..%2fsource%2ftoy", "bob+toy"],
        "submission": [timestamp, _guessed(place.submission).name, ".."],
        "notebook": ["toy", "..%2f..%2ftoy"],
        "job": ["0" * 32],
        "resource": ["scientist-1.nanogpt"],
    }
    answers = []
    for verb, template in operations():
        for position in range(4):
            filled = {name: known[position % len(known)] for name, known in names.items()}
            bodies = (
                [{"notebook": "toy", "path": "toy.ipynb"}] if verb in ("post", "put") else [None]
            )
            if template.endswith("/check"):
                bodies = [{"notebook": name} for name in ("toy", "../../bob/work/toy/toy")]
            if template.endswith("/restore"):
                bodies = [{"path": p} for p in ("toy.ipynb", "../bob/toy/toy.ipynb", "/etc/passwd")]
            for body in bodies:
                path = f"llm-classroom/api{template.format(**filled)}"
                answers.append(place.ada.ask(verb.upper(), path, body))
    wanted = [
        *("", "toy", "course", "bob", "sent", "inbound", "course/source/toy/toy.ipynb"),
        *("course/gradebook.db", "course/grading/toy/grader/__init__.py", "bob/diary.txt"),
        *("sent/toy.ipynb", "../bob/work/diary.txt", "%2e%2e/%2e%2e/bob/work/diary.txt"),
        str(place.bob.folder / "diary.txt"),
    ]
    for path in wanted:
        answers.append(place.ada.ask("GET", f"api/contents/{path}?content=1"))
        answers.append(place.ada.ask("GET", f"files/{path}"))
        answers.append(place.ada.ask("GET", f"api/contents/{path}/checkpoints"))
    assert len(answers) > 100
    assert 200 in {status for status, _ in answers}
    found = [
        marker for marker in (*HIDDEN, OWN) if any(marker.encode() in text for _, text in answers)
    ]
    assert found == []
    status, text = place.bob.ask("GET", "api/contents/diary.txt?content=1")
    assert status == 200 and OWN.encode() in text  # the owner does read it


LOOK = """\
import os, pathlib
read = []
for top in {places!r}:
    for folder, _, files in os.walk(top):
        for name in files:
            try:
                read.append(pathlib.Path(folder, name).read_bytes())
            except OSError:
                pass
    try:
        read.append(pathlib.Path(top).read_bytes())
    except OSError:
        pass
found = [marker for marker in {markers!r} if any(marker.encode() in data for data in read)]
assert False, f"uid {{os.getuid()}} found {{found}}"
"""


def _look(place: Place, served: Served) -> str:
    """Have a kernel of a student's server look for the markers; return what it says."""
    places = [place.course, place.bob.home, _guessed(place.submission), place.exchange]
    markers = [marker[:3] + "~" + marker[3:] for marker in (*HIDDEN, OWN)]
    source = LOOK.format(places=[str(path) for path in places], markers=markers)
    source = source.replace("marker.encode()", "marker.replace('~', '').encode()")
    served.settle()
    toy = served.folder / "toy" / "toy.ipynb"
    notebook = nbformat.read(toy, 4)
    notebook.cells[:] = [
        cell("code", source, "doubling", grade=True, locked=True, points=3),
    ]
    before = toy.read_text()
    nbformat.write(notebook, toy)
    job = served.finish(f"{TOY}/check", {"notebook": "toy"})
    toy.write_text(before)
    assert job["state"] == "done", job
    (question,) = (q for q in job["result"]["questions"] if q["grade_id"] == "doubling")
    assert question["state"] == "failed", job
    return str(question["message"])


def test_a_kernel_of_one_server_reads_nothing_of_the_other_or_of_the_course(place):
    place.ada.finish(f"{TOY}/fetch")
    assert _look(place, place.ada) == f"AssertionError: uid {_uid(place.ada)} found []"
    # The same look by Bob finds what is Bob's, and nothing of the course.
    found = _look(place, place.bob)
    assert found == f"AssertionError: uid {_uid(place.bob)} found ['BOB~MARKER']"
