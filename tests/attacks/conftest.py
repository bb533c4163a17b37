"""A course under attack, the hosts that it is graded on, and what the attacks aim at."""

from __future__ import annotations

import json
import os
import runpy
import secrets
import shutil
import subprocess
import sys
import tempfile
import time
import tomllib
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import psutil
import pytest

HERE = Path(__file__).parent
sys.path.insert(0, str(HERE))  # conftest is imported by path, its helpers by name

from attack_course import MAXIMUM, PLACES, SOURCES, snapshot, write_course  # noqa: E402
from attack_target import ATTACKS, Package, Target  # noqa: E402
from attack_traces import clean_up, effects, files_in, left_after, left_behind  # noqa: E402

USER = 23_457
ROOT = os.geteuid() == 0
# The second works for a while, beside the attack that looks for it.
NEIGHBORS = ("a-neighbor", "grep-neighbor", "s-neighbor", "z-neighbor")
TWIN = {"ps3": "ps4"}


@dataclass(frozen=True)
class Setup:
    """A level of isolation, a user (None: who runs the tests) and a host."""

    level: str
    user: int | None = None
    namespaces: str = "allowed"

    @property
    def uid(self) -> int | None:
        """Of the grader, if it is not who runs the tests."""
        return self.user if ROOT else None


SETUPS = {
    "full": Setup("full"),
    "full as a user": Setup("full", USER),
    "restricted as a user": Setup("restricted", USER, "refused"),
    "none as a user": Setup("none", USER),
}


@dataclass
class Graded:
    """One run over a course: what each attack expects, and what came of it."""

    setup: str
    course: Path
    home: Path
    target: Target
    status: int
    output: str
    expected: dict[str, dict[str, Any]]
    skipped: dict[str, str]
    report: dict[tuple[str, str], dict[str, Any]]
    changed: dict[str, bool]
    left: list[str]
    effects: dict[str, list[str]]
    neighbors: tuple[str, ...] = NEIGHBORS


@pytest.fixture(scope="session")
def all_expectations() -> dict[str, dict[str, Any]]:
    """What is said of each attack, wherever it is tried."""
    return {attack: expectations(attack, "") for attack in ATTACKS}


def expectations(attack: str, setup: str) -> dict[str, Any]:
    """Return what ``expect.toml`` says of an attack, at this set-up."""
    wanted = tomllib.loads((HERE / attack / "expect.toml").read_text("utf-8"))
    for name in (setup.split(" ")[0], setup):
        wanted.update(wanted.get("at", {}).get(name, {}))
    return wanted


def run(
    *command: str, course: Path, setup: Setup, home: Path, marker: str
) -> tuple[subprocess.CompletedProcess[str], set[int]]:
    """Run a module of Python; return how it went and the processes below it that were seen."""
    # nbgrader starts alembic by name when it makes a gradebook
    path = os.pathsep.join([os.path.dirname(sys.executable), os.environ.get("PATH", "")])
    environment = {
        **os.environ,
        **{"PATH": path, "OMP_NUM_THREADS": "1", "UNDER_ATTACK": marker},
        **{"HOME": str(home), "TMPDIR": str(home / "tmp"), "HF_HOME": str(home / "hf")},
    }
    environment.pop("PYTEST_CURRENT_TEST", None)  # kernels treat their streams otherwise by it
    words = [sys.executable, "-m", *command]
    if setup.uid is not None or setup.namespaces == "refused":
        user = "-" if setup.uid is None else str(setup.uid)
        words = [sys.executable, str(HERE / "launch.py"), user, setup.namespaces, *words]
    seen: set[int] = set()
    with tempfile.TemporaryFile("w+") as output:
        process = subprocess.Popen(words, cwd=course, env=environment, stdout=output, stderr=output)
        end = time.monotonic() + 400
        while True:
            try:
                process.wait(1.0)
                break
            except subprocess.TimeoutExpired:
                seen |= {p.pid for p in psutil.Process(process.pid).children(recursive=True)}
                if time.monotonic() > end:
                    process.kill()
        output.seek(0)
        text = output.read()
    return subprocess.CompletedProcess(words, process.returncode, text), seen


def give(folder: Path, uid: int | None) -> None:
    """Give a folder with all in it to the grader's user."""
    if uid is not None:
        for path in (folder, *folder.rglob("*")):
            os.chown(path, uid, uid, follow_symlinks=False)


@pytest.fixture(scope="session")
def released(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The course with sources, release and gradebook, before anything is submitted."""
    course = tmp_path_factory.mktemp("attacked")
    markers = {name: f"MARKER_{name}_{secrets.token_hex(8)}" for name in PLACES}
    (course / "markers.json").write_text(json.dumps(markers))
    write_course(course, markers)
    words = [sys.executable, "-m", "autograder", "release", *MAXIMUM]
    done = subprocess.run(words, cwd=course, capture_output=True, text=True, timeout=120)
    assert done.returncode == 0, done.stderr
    return course


@pytest.fixture(scope="session")
def grade(released: Path) -> Iterator[Callable[..., Graded]]:
    """Grade the attacks of a kind at a set-up."""
    folders: list[Path] = []

    def grade(name: str, chosen: list[str], assignments: list[str]) -> Graded:
        if name == "full as a user" and not ROOT:
            pytest.skip("whoever runs the tests is a user already")
        # Not below pytest's own folder, which admits one user only; a short path for sockets.
        folders.append(Path(tempfile.mkdtemp(prefix="lca-")))
        folders[-1].chmod(0o755)
        return grade_at(name, chosen, assignments, released, folders[-1])

    yield grade
    for folder in folders:
        shutil.rmtree(folder)


def grade_at(
    name: str, chosen: list[str], assignments: list[str], released: Path, folder: Path
) -> Graded:
    """Submit the attacks and their neighbors, grade them, and look at what is different."""
    setup = SETUPS[name]
    markers = json.loads((released / "markers.json").read_text())
    course, home = folder / "course", folder / "home"
    shutil.copytree(released, course, ignore=shutil.ignore_patterns("markers.json"))
    (home / "tmp").mkdir(parents=True)
    target = Target(folder, setup.uid, markers)
    for neighbor in NEIGHBORS:
        for assignment in assignments:
            package = submit(course, neighbor, assignment, target)
            package.write("note.txt", markers["NEIGHBOR"])
            if neighbor == NEIGHBORS[1] and assignment == "ps1":
                package.tries("import time\ntime.sleep(1.5)")
    expected, skipped = {}, {}
    for attack in chosen:
        wanted = expectations(attack, name)
        assignment = wanted.get("assignment", "ps1")
        student = wanted.get("student", attack)
        make = runpy.run_path(str(HERE / attack / "make.py"))["make"]
        try:
            make(submit(course, student, assignment, target, attack))
            if wanted["shown"] == "asserts":
                make(submit(course, student, TWIN[assignment], target, attack))
        except PermissionError as error:
            skipped[attack] = f"this user may not make it: {error}"
        expected[attack] = wanted
    give(course, setup.uid)
    give(home, setup.uid)
    before = {path: snapshot(course / path) for path in guarded(expected)}
    marker = markers["ENVIRONMENT"]
    report = course / "report.json"
    options = [f"--isolation={setup.level}", "--jobs=3", f"--report=json={report}"]
    options += [f"--report=csv={course / 'report.csv'}"]
    words = ["autograder", "grade", *assignments, *options]
    try:
        done, seen = run(*words, course=course, setup=setup, home=home, marker=marker)
        if done.returncode == 2 and "could not be built: isolation" in done.stdout:
            pytest.skip(done.stdout[-500:])
        assert report.exists(), done.stdout[-3000:]
        left = left_after(lambda: [*left_behind(marker, target, seen), *files_in(home / "tmp")])
        graded = Graded(
            setup=name,
            course=course,
            home=home,
            target=target,
            status=done.returncode,
            output=done.stdout,
            expected=expected,
            skipped=skipped,
            report={
                (item["assignment"], item["student"]): item
                for item in json.loads(report.read_text("utf-8"))["rows"]
            },
            changed={p: snapshot(course / p) != before[p] for p in before},
            left=left,
            effects={},
        )
        graded.effects.update({attack: list(effects(graded, attack)) for attack in expected})
        return graded
    finally:
        target.close()
        clean_up(target)


def guarded(expected: dict[str, dict[str, Any]]) -> set[str]:
    """What no submission may change: what the attacks name, and what nobody may touch."""
    named = {path for wanted in expected.values() for path in wanted["unharmed"]}
    return {"source", "grading", "nbgrader_config.py", *named}


def submit(
    course: Path, student: str, assignment: str, target: Target, attack: str = ""
) -> Package:
    """Hand in right answers to everything, as released otherwise."""
    folder = course / "submitted" / student / assignment
    folder.mkdir(parents=True)
    package = Package(course, folder, attack or student, target)
    for path in sorted((course / "release" / assignment).glob("*.ipynb")):
        source = SOURCES[f"{assignment}/{path.stem}"]
        package.write(path.name, path.read_bytes())
        for cell in source.cells:
            mark = cell.metadata.get("nbgrader")
            if mark and mark["solution"]:
                package.answer(path.stem, mark["grade_id"], cell.source)
    return package
