"""A course under attack, the hosts that it is graded on, and what the attacks aim at."""

from __future__ import annotations

import contextlib
import ctypes
import json
import os
import runpy
import secrets
import shutil
import socket
import subprocess
import sys
import tempfile
import textwrap
import threading
import time
import tomllib
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import psutil
import pytest

HERE = Path(__file__).parent
USER = 23_457
ROOT = os.geteuid() == 0
ATTACKS = sorted(path.parent.name for path in HERE.glob("*/expect.toml"))
# The second works for a while, beside the attack that looks for it.
NEIGHBOURS = ("a-neighbour", "grep-neighbour", "s-neighbour", "z-neighbour")

# The course, as `runpy` gives it: its sources, configuration and settings.
COURSE: dict[str, Any] = runpy.run_path(str(HERE / "course.py"))
MAXIMUM: dict[str, float] = COURSE["MAXIMUM"]
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
class Target:
    """What attacks aim at: listeners of the host, secrets and processes outside."""

    folder: Path
    uid: int | None
    markers: dict[str, str]
    heard: list[bytes] = field(default_factory=list)
    victims: dict[str, subprocess.Popen[bytes]] = field(default_factory=dict)
    sockets: list[socket.socket] = field(default_factory=list)
    # Of this run: another may be going on beside it.
    token: str = field(default_factory=lambda: secrets.token_hex(4))
    base: int = field(default_factory=lambda: 10**8 + secrets.randbelow(10**5) * 1000)

    def __post_init__(self) -> None:
        self.outside = self.folder / "outside"
        self.outside.mkdir()
        self.outside.chmod(0o777)
        secret = self.outside / "secret.txt"
        secret.write_text(self.markers["OUTSIDE"])
        self.tcp, self.udp = self._listen(socket.AF_INET, 1), self._listen(socket.AF_INET, 2)
        self.abstract = f"llm-classroom-attack-{secrets.token_hex(4)}"
        self._listen(socket.AF_UNIX, 1, f"\0{self.abstract}")
        self.path = self._listen(socket.AF_UNIX, 1, str(self.outside / "socket"))
        (self.outside / "socket").chmod(0o777)

    def _listen(self, family: int, kind: int, address: Any = ("127.0.0.1", 0)) -> Any:
        listener = socket.socket(family, kind)
        listener.bind(address)
        self.sockets.append(listener)
        threading.Thread(target=self._hear, args=(listener, kind), daemon=True).start()
        name = listener.getsockname()
        return name[1] if family == socket.AF_INET else name

    def _hear(self, listener: socket.socket, kind: int) -> None:
        try:
            if kind == socket.SOCK_DGRAM:
                while True:
                    self.heard.append(listener.recv(1000))
            listener.listen()
            while True:
                connection, _ = listener.accept()
                with connection:
                    connection.settimeout(2)
                    self.heard.append(connection.recv(1000))
        except OSError:  # closed at the end
            return

    def victim(self, attack: str) -> int:
        """Start a process of the grader's user outside the sandbox."""
        more: dict[str, Any] = {} if self.uid is None else {"user": self.uid, "group": self.uid}
        secret = {"SECRET": self.markers["VICTIM"]}
        process = subprocess.Popen(["/bin/sleep", "600"], env=secret, **more)
        self.victims[attack] = process
        return process.pid

    def orphan(self, attack: str) -> str:
        """Return the seconds that a process of `attack` sleeps: its mark."""
        return str(self.number(attack))

    def mark(self, attack: str) -> str:
        """Return what is in the name of all that `attack` leaves outside."""
        return f"llm-classroom-{attack}-{self.token}"

    def number(self, attack: str) -> int:
        """Return a number of `attack`, the key of what it shares."""
        return self.base + (ATTACKS.index(attack) if attack in ATTACKS else 999)

    def close(self) -> None:
        for listener in self.sockets:
            with_shutdown(listener)
        for process in self.victims.values():
            process.kill()
            process.wait()


def with_shutdown(listener: socket.socket) -> None:
    """Close a socket that a thread waits at."""
    with contextlib.suppress(OSError):
        listener.shutdown(socket.SHUT_RDWR)
    listener.close()


@dataclass
class Package:
    """A submitted folder in the making; it starts with right answers to everything."""

    course: Path
    folder: Path
    attack: str
    target: Target
    notebooks: dict[str, dict[str, Any]] = field(default_factory=dict)

    @property
    def mark(self) -> str:
        """For the name of what the attack leaves outside."""
        return self.target.mark(self.attack)

    @property
    def orphan(self) -> str:
        """The seconds for which a process that shall survive sleeps."""
        return self.target.orphan(self.attack)

    def victim(self) -> int:
        return self.target.victim(self.attack)

    @property
    def shared_memory(self) -> int:
        """A key of System V IPC."""
        return self.target.number(self.attack)

    def text(self, name: str) -> str:
        return (self.folder / f"{name}.ipynb").read_text("utf-8")

    def write(self, path: str, content: str | bytes) -> None:
        data = content.encode("utf-8") if isinstance(content, str) else content
        (self.folder / path).write_bytes(data)

    def notebook(self, name: str) -> dict[str, Any]:
        if name not in self.notebooks:
            self.notebooks[name] = json.loads(self.text(name))
        return self.notebooks[name]

    def cell(self, name: str, grade_id: str) -> dict[str, Any]:
        cells = self.notebook(name)["cells"]
        found: dict[str, Any] = next(
            c for c in cells if c["metadata"].get("nbgrader", {}).get("grade_id") == grade_id
        )
        return found

    def answer(self, name: str, grade_id: str, source: str) -> None:
        self.cell(name, grade_id)["source"] = textwrap.dedent(source).strip()
        self.save(name)

    def tries(self, code: str, name: str = "p1", grade_id: str = "square") -> None:
        """Have the right answer's cell run `code` first; it prints GOT if it gets what it wants."""
        right = self.cell(name, grade_id)["source"]
        tried = textwrap.indent(textwrap.dedent(code).strip(), "    ")
        stopped = "except BaseException as error:\n    print('STOPPED', repr(error)[:300])"
        self.answer(name, grade_id, f"try:\n{tried}\n{stopped}\n{right}")

    def save(self, name: str, notebook: dict[str, Any] | None = None) -> None:
        self.write(f"{name}.ipynb", json.dumps(notebook or self.notebook(name)))


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
    neighbours: tuple[str, ...] = NEIGHBOURS


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
    markers = {name: f"MARKER_{name}_{secrets.token_hex(8)}" for name in COURSE["PLACES"]}
    (course / "markers.json").write_text(json.dumps(markers))
    COURSE["write_course"](course, markers)
    words = [sys.executable, "-m", "autograder", "release", *MAXIMUM]
    done = subprocess.run(words, cwd=course, capture_output=True, text=True, timeout=120)
    assert done.returncode == 0, done.stderr
    return course


@pytest.fixture(scope="session")
def grade(released: Path) -> Iterator[Callable[..., Graded]]:
    """Grade the attacks of a kind at a set-up."""
    folders: list[Path] = []

    def grade(name: str, chosen: list[str], assignments: list[str]) -> Graded:
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
    """Submit the attacks and their neighbours, grade them, and look at what is different."""
    setup = SETUPS[name]
    markers = json.loads((released / "markers.json").read_text())
    course, home = folder / "course", folder / "home"
    shutil.copytree(released, course, ignore=shutil.ignore_patterns("markers.json"))
    (home / "tmp").mkdir(parents=True)
    target = Target(folder, setup.uid, markers)
    for neighbour in NEIGHBOURS:
        for assignment in assignments:
            package = submit(course, neighbour, assignment, target)
            package.write("note.txt", markers["NEIGHBOUR"])
            if neighbour == NEIGHBOURS[1] and assignment == "ps1":
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
    before = {path: COURSE["snapshot"](course / path) for path in guarded(expected)}
    marker = markers["ENVIRONMENT"]
    report = course / "report.json"
    options = [f"--isolation={setup.level}", "--jobs=3", f"--report=json={report}"]
    options += [f"--report=csv={course / 'report.csv'}"]
    words = ["autograder", "grade", *assignments, *options]
    try:
        done, seen = run(*words, course=course, setup=setup, home=home, marker=marker)
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
            changed={p: COURSE["snapshot"](course / p) != before[p] for p in before},
            left=left,
            effects={},
        )
        if os.environ.get("ATTACK_TIMES"):
            for r in sorted(graded.report.values(), key=lambda r: -(r["seconds"] or 0))[:12]:
                print(name, r["student"], r["code"], r["seconds"], r["cpu_seconds"])
        graded.effects.update({attack: list(effects(graded, attack)) for attack in expected})
        return graded
    finally:
        target.close()
        clean_up(target)


def left_after(look: Callable[[], list[str]]) -> list[str]:
    """Return what is still left a few seconds later: the grader's own helpers end by then."""
    end = time.monotonic() + 10
    while (left := look()) and time.monotonic() < end:
        time.sleep(0.1)
    return left


def files_in(folder: Path) -> list[str]:
    """Return what is directly in a folder."""
    return [str(path) for path in folder.iterdir()]


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
        source = COURSE["SOURCES"][f"{assignment}/{path.stem}"]
        package.write(path.name, path.read_bytes())
        for cell in source.cells:
            mark = cell.metadata.get("nbgrader")
            if mark and mark["solution"]:
                package.answer(path.stem, mark["grade_id"], cell.source)
    return package


def effects(graded: Graded, attack: str) -> Iterator[str]:
    """What an attack did outside of its own notebook, or got hold of."""
    wanted, target = graded.expected[attack], graded.target
    student, assignment = wanted.get("student", attack), wanted.get("assignment", "ps1")
    outputs = COURSE["outputs"](graded.course / "autograded" / student / assignment)
    yield from (line for line in outputs.splitlines() if line.startswith("GOT"))
    yield from (f"heard {word!r}" for word in target.heard if attack.encode() in word)
    for place in (target.outside, graded.home, Path("/dev/shm"), Path("/tmp"), graded.course):
        deep = place in (target.outside, graded.home)
        for path in place.rglob("*") if deep else place.iterdir():
            if target.mark(attack) in path.name:
                yield f"wrote {path}"
    if attack in target.victims and target.victims[attack].poll() is not None:
        yield "killed a process outside"
    if segments(target.number(attack)):
        yield "left shared memory"
    yield from processes_with(target.orphan(attack).encode())
    made = runpy.run_path(str(HERE / attack / "make.py"))
    if "effect" in made:
        yield from made["effect"](graded)


def processes_with(mark: bytes) -> Iterator[str]:
    """Processes with `mark` in their environment or command line."""
    for process in Path("/proc").glob("[0-9]*"):
        try:
            traces = (process / "environ").read_bytes() + (process / "cmdline").read_bytes()
        except OSError:
            continue
        if mark in traces:
            yield f"process {process.name} {traces[-80:]!r}"


def segments(key: int) -> list[int]:
    """Ids of System V shared memory with `key`."""
    lines = Path("/proc/sysvipc/shm").read_text().splitlines()[1:]
    return [int(line.split()[1]) for line in lines if int(line.split()[0]) == key]


def left_behind(marker: str, target: Target, seen: set[int]) -> Iterator[str]:
    """What of the run is still there: processes, mounts, control groups, shared memory."""
    yield from processes_with(marker.encode())
    victims = {process.pid for process in target.victims.values()}
    yield from (f"process {p}" for p in seen - victims if psutil.pid_exists(p) and not gone(p))
    for attack in ATTACKS:
        yield from processes_with(target.orphan(attack).encode())
        if segments(target.number(attack)):
            yield f"shared memory of {attack}"
    mounts = Path("/proc/self/mounts").read_text().splitlines()
    yield from (line for line in mounts if str(target.folder) in line)
    for group in Path("/sys/fs/cgroup").glob("**/llm-classroom-*"):
        if int(group.name.split("-")[2]) in seen:
            yield f"control group {group}"


def gone(pid: int) -> bool:
    """Whether a process ended meanwhile, or is another's by now."""
    try:
        return psutil.Process(pid).status() == psutil.STATUS_ZOMBIE
    except psutil.NoSuchProcess:
        return True


def clean_up(target: Target) -> None:
    """Remove what attacks left where nothing stopped them."""
    libc = ctypes.CDLL(None)
    for attack in ATTACKS:
        for segment in segments(target.number(attack)):
            libc.shmctl(segment, 0, None)
        for found in processes_with(target.orphan(attack).encode()):
            psutil.Process(int(found.split()[1])).kill()
        for place in ("/dev/shm", "/tmp"):
            for path in Path(place).glob(f"*{target.mark(attack)}*"):
                shutil.rmtree(path) if path.is_dir() else path.unlink()
