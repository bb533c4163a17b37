"""Real runs in real sandboxes: each kind of host is a process that forks runs."""

from __future__ import annotations

import base64
import json
import os
import shutil
import subprocess
import sys
import tempfile
import textwrap
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import psutil
import pytest

from autograder.execution.sandbox.credentials import FIRST_UID

HERE = Path(__file__).parent
CHECKOUT = HERE.parents[2]
USER = 23_456
SECRET = "MARKER_ENVIRONMENT_4716"
ROOT = os.geteuid() == 0

# Level, user (None: as the tests run) and whether the host allows namespaces.
KINDS = {
    "full as root": ("full", None, "allowed"),
    "full as a user": ("full", USER, "allowed"),
    "restricted as root": ("restricted", 0, "refused"),
    "restricted as a user": ("restricted", USER, "refused"),
    "none as root": ("none", None, "allowed"),
    "none as a user": ("none", USER, "allowed"),
}
ISOLATED = [name for name in KINDS if not name.startswith("none")]


@dataclass(frozen=True)
class Ran:
    """What became of a run."""

    output: str
    status: int
    reason: str | None
    files: Mapping[str, int]
    more: Mapping[str, Any]


class House:
    """A process that forks runs of one kind."""

    def __init__(
        self, level: str, user: int | None, namespaces: str, folder: Path, kind: str
    ) -> None:
        if not ROOT:
            user = None
        self.kind, self.level, self.folder = kind, level, folder
        self.killed = False
        if user is not None:
            os.chown(folder, user, user)
        warm = str(HERE / "warm.py")
        user_text = "-" if user is None else str(user)
        self.process = subprocess.Popen(
            [sys.executable, warm, level, user_text, namespaces, str(folder)],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            text=True,
            cwd="/",
            env={"PYTHONPATH": str(CHECKOUT), "SECRET": SECRET, "PATH": os.environ["PATH"]},
        )
        self.hello = self._answer()

    def _answer(self) -> Any:
        line = self.process.stdout.readline()
        assert line, f"the process of {self.kind!r} ended with {self.process.wait()}"
        return json.loads(line)

    def run(self, code: str, **request: Any) -> Ran:
        (ran,) = self.runs([code], **request)
        return ran

    def runs(
        self,
        codes: Sequence[str],
        *,
        together: bool = False,
        files: Mapping[str, str] | None = None,
        read_only: Sequence[Path] = (),
        environment: Mapping[str, str] | None = None,
        **limits: Any,
    ) -> list[Ran]:
        self.ask(codes, together, files, read_only, environment, limits)
        answer = self._answer()
        assert isinstance(answer, list), answer
        return [
            Ran(
                base64.b64decode(one.pop("output")).decode(errors="replace"),
                one.pop("status"),
                one.pop("reason"),
                dict(one.pop("files")),
                one,
            )
            for one in answer
        ]

    def ask(
        self,
        codes: Sequence[str],
        together: bool = False,
        files: Mapping[str, str] | None = None,
        read_only: Sequence[Path] = (),
        environment: Mapping[str, str] | None = None,
        limits: Mapping[str, Any] | None = None,
    ) -> None:
        """Start runs without waiting for them."""
        request = {
            "codes": [textwrap.dedent(code) for code in codes],
            "together": together,
            "files": dict(files or {}),
            "read_only": [str(path) for path in read_only],
            "environment": dict(environment or {}),
            "limits": dict(limits or {}),
        }
        self.process.stdin.write(json.dumps(request) + "\n")
        self.process.stdin.flush()

    def close(self) -> None:
        self.process.stdin.close()
        assert self.process.wait(20) == 0 or self.killed
        self.process.stdout.close()


class Houses:
    """The processes started so far, by kind."""

    def __init__(self) -> None:
        self.found: dict[str, House] = {}

    def __call__(self, kind: str) -> House:
        if kind.endswith("as root") and not ROOT:
            pytest.skip("needs root")
        if kind not in self.found:
            # Not below pytest's own folder, which admits one user only.
            folder = Path(tempfile.mkdtemp(prefix="llm-classroom-test-"))
            self.found[kind] = House(*KINDS[kind], folder, kind)
        return self.found[kind]


@pytest.fixture(scope="module")
def houses() -> Iterator[Houses]:
    houses = Houses()
    yield houses
    for house in houses.found.values():
        house.close()
        assert list(house.folder.iterdir()) == []
        house.folder.rmdir()


@pytest.fixture
def make_house(tmp_path: Path) -> Iterator[Callable[..., House]]:
    """Start a process of a kind of its own."""
    made: list[House] = []

    def make(level: str, user: int | None, namespaces: str, folder: Path = tmp_path) -> House:
        made.append(House(level, user, namespaces, folder, f"{level} apart"))
        return made[-1]

    yield make
    for house in made:
        house.close()


@pytest.fixture(params=ISOLATED)
def house(request: pytest.FixtureRequest, houses: Houses) -> House:
    """A process of each kind that isolates, one after the other."""
    return houses(request.param)


@pytest.fixture
def open_house(house: House, houses: Houses) -> House:
    """One of the same user that does not isolate: there an attack succeeds."""
    return houses(f"none {house.kind.split(' ', 1)[1]}")


@pytest.fixture
def strongest(houses: Houses) -> House:
    """A process that isolates as well as this user can."""
    return houses("full as root" if ROOT else "full as a user")


@pytest.fixture
def weakest(houses: Houses) -> House:
    """A process that isolates as well as a container lets an ordinary user."""
    return houses("restricted as a user")


@pytest.fixture
def free(houses: Houses) -> House:
    """A process that does not isolate."""
    return houses("none as a user")


@dataclass(frozen=True)
class Attack:
    """Tries an attack where nothing stops it, then in the sandbox."""

    house: House
    open_house: House

    def __call__(self, code: str, *, shown: bool = True, **request: Any) -> Ran:
        """Run `code`, which prints GOT when it got what it wanted.

        Parameters
        ----------
        code : str
        shown : bool
            Whether it must succeed without isolation; else it is tried in the sandbox only.
        """
        if shown:
            free = self.open_house.run(code, **request)
            assert "GOT" in free.output, f"this attack is none:\n{free.output}"
        ran = self.house.run(code, **request)
        assert "GOT" not in ran.output, ran.output
        return ran


@pytest.fixture
def attack(house: House, open_house: House) -> Attack:
    return Attack(house, open_house)


@pytest.fixture
def outside(house: House) -> Iterator[Path]:
    """A folder of the host that everybody may write, with a secret of the run's own user."""
    folder = Path(tempfile.mkdtemp(prefix="llm-classroom-outside-"))
    folder.chmod(0o777)
    secret = folder / "secret.txt"
    secret.write_text("MARKER_OUTSIDE_4717")
    secret.chmod(0o644)
    if ROOT and house.kind.endswith("user"):
        os.chown(secret, USER, USER)
    yield folder
    shutil.rmtree(folder)


@pytest.fixture
def victim(house: House) -> Iterator[int]:
    """A process of the same user outside the sandbox; tests send it signals."""
    user = USER if ROOT and house.kind.endswith("user") else None
    more: dict[str, Any] = {} if user is None else {"user": user, "group": user}
    process = subprocess.Popen(["/bin/sleep", "600"], env={"SECRET": SECRET}, **more)
    yield process.pid
    process.kill()
    process.wait()


@pytest.fixture(autouse=True)
def _no_process_is_left(request: pytest.FixtureRequest) -> Iterator[None]:
    """No process, mount, group or file of a run outlives it; the houses themselves stay."""
    if "house" not in request.fixturenames:
        yield
        return
    house: House = request.getfixturevalue("house")
    before = _state(house)
    yield
    end = time.monotonic() + 5
    while _state(house) != before and time.monotonic() < end:
        time.sleep(0.05)
    assert _state(house) == before


def _state(house: House) -> tuple[object, ...]:
    process = psutil.Process(house.process.pid)
    groups = [
        str(group)
        for place in Path("/sys/fs/cgroup").glob("*")
        for pattern in ("", "*/*/")
        for group in place.glob(f"{pattern}llm-classroom-{house.process.pid}-*")
    ]
    mounts = [line for line in Path("/proc/self/mounts").read_text().splitlines() if "llm-" in line]
    made_by = [line.split()[9] for line in Path("/proc/sysvipc/shm").read_text().splitlines()[1:]]
    segments = [uid for uid in made_by if int(uid) >= FIRST_UID or int(uid) == USER]
    tree = {p.pid for p in process.children(recursive=True)}
    return tree, groups, mounts, segments, sorted(house.folder.iterdir())
