"""Kernels of another kernelspec: started inside the sandbox, and as confined as forked ones."""

from __future__ import annotations

import dataclasses
import json
import os
import socket
import sys
from collections.abc import Callable, Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any

import nbformat
import pytest

from autograder.execution.errors import KernelStartError
from autograder.execution.job import Limits, NotebookJob, Resources
from autograder.execution.sandbox import Level
from autograder.execution.warm.cold import Meeting, places
from autograder.execution.warm.flavor import PACKAGE
from autograder.execution.warm.kernels import CHANNELS
from autograder.log import Status

LAUNCH = [sys.executable, "-m", "ipykernel_launcher", "-f", "{connection_file}"]
ENVIRONMENT = {"COURSE": "of ${USER}", "PYTHONPATH": str(PACKAGE.parent)}
CHECK = """
from autograder.checks import question, values

@question
def double(run):
    '''Twice the number.'''
    yield values.close("doubles", run.call("double", 21), 42, rtol=0, atol=0)
"""

Install = Callable[..., str]


@pytest.fixture
def full(processes: Any) -> Any:
    return processes(Level.FULL)


@pytest.fixture
def install(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Install:
    """Install a kernelspec and return its name."""

    def install(argv: Sequence[str] = LAUNCH, env: Mapping[str, str] = ENVIRONMENT) -> str:
        folder = tmp_path / "kernels" / "other"
        folder.mkdir(parents=True)
        spec = {"argv": [*argv], "display_name": "other", "language": "python", "env": {**env}}
        (folder / "kernel.json").write_text(json.dumps(spec))
        return "other"

    monkeypatch.setenv("JUPYTER_PATH", str(tmp_path))
    return install


@pytest.fixture
def neighbor(tmp_path: Path) -> Iterator[socket.socket]:
    """A socket of the host at ``tmp_path / "neighbor"``."""
    with socket.socket(socket.AF_UNIX) as listener:
        listener.bind(str(tmp_path / "neighbor"))
        listener.listen()
        listener.setblocking(False)
        yield listener


def was_called(listener: socket.socket) -> bool:
    try:
        listener.accept()[0].close()
    except BlockingIOError:
        return False
    return True


def test_a_notebook_of_another_kernel_ends_as_it_does_without_isolation(
    room: Any, full: Any, install: Install
) -> None:
    kernel = install()
    cells = [
        room.code("import os; print(os.listdir('.')); open('new.txt', 'w').write('new')"),
        room.code("def double(x): return 2 * x\ndouble(4)"),
        room.test("double"),
        room.code("from IPython.display import HTML, display\ndisplay(HTML('<b>bold</b>'))"),
        room.code("import time\ntime.sleep(60)"),
        room.code("print(os.environ['COURSE'])"),
        room.code("1 / 0"),
    ]
    graded = {
        level: room.grade(
            cells, {"double": CHECK}, kernel=kernel, warm=warm, limits=Limits(cell=1.0)
        )
        for level, warm in {Level.NONE: None, Level.FULL: full.address}.items()
    }
    cold, other = graded[Level.FULL], graded[Level.NONE]
    assert (cold.run.status, cold.run.reason) == (other.run.status, other.run.reason)
    for index in (0, 1, 2, 3):
        assert cold.outputs(index) == other.outputs(index), f"cell {index + 1}"
    for index in (4, 6):
        assert [o.ename for o in cold.outputs(index)] == [o.ename for o in other.outputs(index)]
    assert cold.passed("double") == {"doubles": True}
    assert cold.printed(5) == "of student\n"
    assert cold.outcome.isolation == Level.FULL
    assert cold.outcome.cpu_seconds > 0
    files = cold.job.result / "files"
    assert [path.name for path in files.rglob("*")] == ["new.txt"]


def test_it_sees_neither_the_host_nor_its_network(
    room: Any, full: Any, install: Install, tmp_path: Path
) -> None:
    (tmp_path / "secret").write_text("secret")
    with socket.create_server(("127.0.0.1", 0)) as server:
        look = f"""
            import json, os, socket, sys
            def reached(action):
                try: action()
                except OSError as error: return type(error).__name__
                return "reached"
            links = []
            for number in range(256):
                try: links.append(os.readlink(f"/proc/self/fd/{{number}}"))
                except OSError: pass
            print(json.dumps([
                reached(lambda: open({str(tmp_path / "secret")!r})),
                reached(lambda: socket.create_connection({server.getsockname()!r}, 5)),
                os.getpid(), os.getcwd(), os.environ.get("JUPYTER_PATH"),
                reached(lambda: open(os.path.join(sys.prefix, "new"), "w")),
                [link for link in links if link.startswith("/")],
            ]))
        """
        graded = room.grade([room.code(look)], kernel=install(), warm=full.address)
    assert graded.outcome.status is Status.GRADED, graded.outcome
    *seen, library, opened = json.loads(graded.printed(0))
    assert seen == ["FileNotFoundError", "ConnectionRefusedError", 1, "/submission", None]
    assert library in ("OSError", "PermissionError")
    # Its log has no name in the work directory; its history is in its own /tmp.
    assert {path.split("/")[1] for path in opened} <= {"dev", "submission", "tmp", "#"}, opened


def test_each_notebook_of_a_submission_gets_a_kernel_of_its_own(
    room: Any, full: Any, install: Install
) -> None:
    source = "import os; print(os.listdir('.'), 'x' in dir()); x = 1; open('left', 'w').close()"
    job = room.job([room.code(source)], kernel=install(), warm=full.address)
    text = (job.bundle / "work.ipynb").read_text()
    (job.bundle / "second.ipynb").write_text(text)
    job = dataclasses.replace(job, notebooks=(*job.notebooks, NotebookJob("second")))
    graded = room.run(job)
    assert graded.outcome.status is Status.GRADED, graded.outcome
    assert graded.printed(0) == "[] False\n"
    second = nbformat.read(job.result / "second.ipynb", as_version=4)
    assert second.cells[0].outputs[0].text == "['left'] False\n"


def test_a_submission_that_puts_links_in_place_of_sockets_gains_nothing(
    room: Any, full: Any, install: Install, tmp_path: Path, neighbor: socket.socket
) -> None:
    forged = f"""
import os, sys, time
folder = os.path.dirname(sys.argv[sys.argv.index("-f") + 1])
for number in range(1, 6):
    os.symlink({str(tmp_path / "neighbor")!r}, f"{{folder}}/k-{{number}}")
time.sleep(60)
"""
    graded = room.grade(
        [room.code("1")],
        kernel=install(),
        files={"ipykernel_launcher.py": forged},
        warm=full.address,
    )
    assert (graded.outcome.status, graded.outcome.code) == (Status.UNGRADED, "kernel-start")
    assert "something else of a socket" in graded.outcome.reason
    assert not was_called(neighbor)


def test_a_notebook_that_makes_its_folder_anew_gains_nothing(
    room: Any, full: Any, install: Install, tmp_path: Path, neighbor: socket.socket
) -> None:
    again = f"""
        import os
        command = open("/proc/self/cmdline").read().split(chr(0))
        folder = os.path.dirname(command[command.index("-f") + 1])
        os.mkdir(folder)
        for number in range(1, 6):
            os.symlink({str(tmp_path / "neighbor")!r}, f"{{folder}}/k-{{number}}")
    """
    cells = [room.code(again), room.code("print('still here')")]
    graded = room.grade(cells, kernel=install(), warm=full.address)
    assert graded.outcome.status is Status.GRADED, graded.outcome
    assert graded.printed(1) == "still here\n"
    assert not was_called(neighbor)
    assert not list((graded.job.result / "files").iterdir())


def test_a_socket_that_was_found_stays_the_one_that_is_connected_to(
    tmp_path: Path, neighbor: socket.socket
) -> None:
    place = os.open("/dev/shm", os.O_RDONLY)
    meeting = Meeting(place)
    folder = Path(f"/proc/self/fd/{meeting._folder}")
    listeners = [socket.socket(socket.AF_UNIX) for _ in CHANNELS]
    try:
        for number, listener in enumerate(listeners, 1):
            assert not meeting.find()
            listener.bind(str(folder / f"k-{number}"))
        assert meeting.find()
        for number, listener in enumerate(listeners, 1):
            (folder / f"k-{number}").unlink()
            (folder / f"k-{number}").symlink_to(tmp_path / "neighbor")
            listener.listen()
            listener.settimeout(5)
        meeting.link(str(tmp_path / "c"))
        for number, listener in enumerate(listeners, 1):
            with socket.socket(socket.AF_UNIX) as client:
                client.connect(str(tmp_path / f"c-{number}"))
                listener.accept()[0].close()
        assert not was_called(neighbor)
    finally:
        for listener in listeners:
            listener.close()
        meeting.close()
        os.close(place)
    assert not [name for name in os.listdir("/dev/shm") if name == meeting._name]


@pytest.mark.parametrize(
    ("argv", "words", "retriable"),
    [
        (["/no/such/python", "-f", "{connection_file}"], "/no/such/python", False),
        (["/bin/sh", "-c", "echo last words; exit 3"], "before it listened. last words", True),
        ([sys.executable, "-c", "import no_such"], "No module named 'no_such'", True),
    ],
)
def test_a_kernel_that_does_not_start_is_our_fault_and_says_why(
    room: Any, full: Any, install: Install, argv: list[str], words: str, retriable: bool
) -> None:
    graded = room.grade([room.code("1")], kernel=install(argv), warm=full.address)
    assert (graded.outcome.status, graded.outcome.code) == (Status.UNGRADED, "kernel-start")
    assert words in graded.outcome.reason
    assert graded.outcome.retriable is retriable


def test_a_kernel_that_binds_but_does_not_answer_tells_its_last_words(
    room: Any, full: Any, install: Install
) -> None:
    source = """if True:
        import json, socket, sys
        with open(sys.argv[1]) as file: ip = json.load(file)["ip"]
        for number in range(1, 6): socket.socket(socket.AF_UNIX).bind(f"{ip}-{number}")
        import time; time.sleep(0.5)
        sys.exit("gave up")
    """
    kernel = install([sys.executable, "-c", source, "{connection_file}"])
    graded = room.grade([room.code("1")], kernel=kernel, warm=full.address)
    assert graded.outcome.code == "kernel-start"
    assert "gave up" in graded.outcome.reason


def test_a_kernel_that_no_check_can_reach_is_our_fault_and_no_score(
    room: Any, full: Any, install: Install
) -> None:
    launch = "import sys; sys.modules['autograder'] = None; import ipykernel.kernelapp as k; "
    argv = [sys.executable, "-c", launch + "k.launch_new_instance()", "-f", "{connection_file}"]
    cells = [room.code("1"), room.test("double")]
    graded = room.grade(cells, {"double": CHECK}, kernel=install(argv), warm=full.address)
    assert (graded.outcome.code, graded.outcome.retriable) == ("kernel-start", False)
    assert "install llm-classroom" in graded.outcome.reason


def test_its_memory_is_limited(room: Any, full: Any, install: Install) -> None:
    cells = [room.code("x = bytearray(1 << 30)\nx[::4096] = bytes(len(x[::4096]))\nlen(x)")]
    resources = Resources(memory=512 << 20)
    graded = room.grade(cells, kernel=install(), warm=full.address, resources=resources)
    # Killed by its control group, or refused the memory where there is none.
    assert graded.run.reason in (
        "The notebook used more memory than it may in cell 1.",
        "Cell 1 raised MemoryError.",
    )


def test_its_sandbox_shows_its_environment_and_where_its_library_is(tmp_path: Path) -> None:
    base, alias, venv = tmp_path / "base-3.11.5", tmp_path / "base-3.11", tmp_path / "venv"
    for folder in (base, venv):
        (folder / "bin").mkdir(parents=True)
    (base / "bin" / "python3").touch()
    alias.symlink_to(base)
    (venv / "bin" / "python").symlink_to(alias / "bin" / "python3")
    spec = tmp_path / "spec"
    spec.mkdir()
    found = places(str(venv / "bin" / "python"), str(spec), [])
    assert set(found) == {venv, alias, base, spec}
    assert places("/bin/sh", "/usr/share/jupyter/kernels/x", []) == ()
    assert places("/usr/bin/env", "", []) == ()


def test_no_sandbox_shows_the_home_directory_or_the_course(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    course = tmp_path / "course"
    for folder in (course / "bin", course / "grading", course / "venv" / "bin"):
        folder.mkdir(parents=True)
    grader = course / "grading" / "a"
    with pytest.raises(KernelStartError, match="environment of its own") as caught:
        places(str(course / "bin" / "python"), "", [grader])
    assert caught.value.known
    assert places(str(course / "venv" / "bin" / "python"), "", [grader]) == (course / "venv",)
    monkeypatch.setenv("HOME", str(course))
    for program, resources in (
        (course / "bin" / "python", ""),
        (Path("/opt/python"), ""),
        (Path("/usr/bin/env"), str(tmp_path)),
    ):
        with pytest.raises(KernelStartError):
            places(str(program), resources, [])
