"""Rights cannot be regained, nothing survives, and what is left cannot trap its collector."""

from __future__ import annotations

import os
import shutil
import tempfile
import threading
import time
from collections.abc import Callable
from pathlib import Path

import psutil
import pytest

from autograder.execution.sandbox.calls import REFUSED, SHARED
from autograder.execution.sandbox.work import remove_tree


@pytest.mark.parametrize(
    "flags", [0x10000000, 0x10020000, 0x20000, 0x40000000], ids=["user", "both", "mount", "net"]
)
def test_no_new_namespace_can_be_made(attack, flags):
    user = flags & 0x10000000
    attack(
        f"""
        import ctypes
        libc = ctypes.CDLL(None, use_errno=True)
        print("GOT" if libc.unshare({flags}) == 0 else ctypes.get_errno())
        """,
        shown=bool(user) or attack.house.kind.endswith("root"),
    )


def test_no_process_can_be_started_in_a_new_namespace(attack):
    attack("""
        import ctypes, os
        libc = ctypes.CDLL(None, use_errno=True)
        pid = libc.syscall(56, 0x10000000 | 17, 0, 0, 0, 0)  # clone, SIGCHLD
        if pid == 0:
            os._exit(0)
        print("GOT" if pid > 0 else ctypes.get_errno())
        if pid > 0:
            os.waitpid(pid, 0)
    """)


def test_clone3_is_absent_and_threads_work(house):
    ran = house.run("""
        import ctypes, threading
        libc = ctypes.CDLL(None, use_errno=True)
        print(libc.syscall(435, None, 0), ctypes.get_errno())
        done = []
        thread = threading.Thread(target=done.append, args=(1,))
        thread.start(); thread.join()
        print(done)
    """)
    assert ran.output.splitlines() == ["-1 38", "[1]"]


def test_nothing_can_be_mounted(attack):
    attack("""
        import ctypes, os
        libc = ctypes.CDLL(None, use_errno=True)
        uid = os.getuid()
        libc.unshare(0x10020000)  # in namespaces of its own, where nobody else sees it
        os.mkdir("place")
        print("GOT" if libc.mount(b"tmpfs", b"place", b"tmpfs", 0, None) == 0
              else ctypes.get_errno())
    """)


def test_nobody_becomes_root(attack):
    attack(
        """
        import os
        os.setuid(0)
        print("GOT")
        """,
        shown=attack.house.kind.endswith("root"),
    )


@pytest.mark.skipif(os.geteuid() != 0, reason="needs root to plant the program")
def test_a_set_user_id_program_gives_nothing(attack, outside):
    program = outside / "id"
    shutil.copy("/usr/bin/id", program)
    program.chmod(0o4755)
    attack(
        f"""
        import subprocess
        done = subprocess.run([{str(program)!r}], capture_output=True, text=True)
        print("GOT" if "uid=0" in done.stdout or "euid=0" in done.stdout else done.stdout)
        """,
        read_only=[program],
    )


def test_no_capability_is_left(house):
    ran = house.run("""
        for line in open("/proc/self/status"):
            if line.startswith(("Cap", "NoNewPrivs", "Seccomp:")):
                print(line.split()[0], int(line.split()[1], 16))
    """)
    found = dict(line.split(" ") for line in ran.output.splitlines())
    assert found.pop("NoNewPrivs:") == "1"
    assert found.pop("Seccomp:") == "2"
    bounding = found.pop("CapBnd:")
    if house.kind.endswith("root") or house.kind.startswith("full"):
        assert bounding == "0"
    assert set(found.values()) == {"0"}


def test_every_call_of_the_table_is_refused(house):
    groups = [*REFUSED, *(SHARED if house.level == "restricted" else ())]
    calls = {n: (nr, g.pretend) for g in groups for n, nr in g.calls.items()}
    ran = house.run(f"""
        import ctypes
        libc = ctypes.CDLL(None, use_errno=True)
        for name, (number, pretend) in {calls!r}.items():
            result = libc.syscall(number, -1, -1, -1, -1, -1, -1)
            if (result, ctypes.get_errno() if result else 0) != ((0, 0) if pretend else (-1, 1)):
                print(name, result, ctypes.get_errno())
        print(len({calls!r}))
    """)
    assert ran.output.strip() == str(len(calls))


def test_settings_of_the_kernel_cannot_be_changed(attack):
    attack(
        """
        import os
        for place in ("/proc/sys/kernel/core_pattern", "/proc/sysrq-trigger",
                      "/proc/sys/kernel/hostname"):
            try:
                os.open(place, os.O_WRONLY)
                print("GOT", place)
            except OSError:
                pass
        """,
        shown=attack.house.kind.endswith("root"),
    )


def test_control_groups_cannot_be_left(attack):
    attack(
        """
        import glob, os
        for place in ("/sys/fs/cgroup/cgroup.procs", "/sys/fs/cgroup/memory/cgroup.procs"):
            if os.path.exists(place):
                os.open(place, os.O_WRONLY)
                print("GOT")
        """,
        shown=attack.house.kind.endswith("root"),
    )


def test_no_device_can_be_made(attack):
    attack(
        """
        import os, stat
        os.mknod("null", stat.S_IFCHR | 0o666, os.makedev(1, 3))
        with open("null", "wb") as file:
            file.write(b"x")
        print("GOT")
        """,
        shown=attack.house.kind.endswith("root"),
    )


def test_a_terminal_takes_no_characters(house):
    ran = house.run("""
        import fcntl
        for request in (0x5412, 0x541C, 0x5423):
            try:
                fcntl.ioctl(0, request, b"x")
                print("GOT")
            except OSError as error:
                print(error.errno)
    """)
    assert ran.output.split() == ["1", "1", "1"]


def test_a_call_that_nobody_reviewed_is_absent(house):
    ran = house.run("""
        import ctypes
        libc = ctypes.CDLL(None, use_errno=True)
        for number in (470, 600, 0x40000000 + 39):  # of the x32 interface: getpid
            print(libc.syscall(number), ctypes.get_errno())
    """)
    assert ran.output.splitlines() == ["-1 38"] * 3


SURVIVOR = """
    import os, time
    def survive():
        os.setsid()
        if os.fork():
            os._exit(0)
        libc.prctl(15, {name!r}.encode(), 0, 0, 0)  # its name
        time.sleep(60)
    import ctypes
    libc = ctypes.CDLL(None)
    libc.prctl(36, 0, 0, 0, 0)  # orphans shall not come back to this process
    for _ in range(3):
        if os.fork() == 0:
            survive()
    time.sleep(0.5)
    print("left", flush=True)
    {end}
"""


@pytest.mark.parametrize("end", ["", "os._exit(0)", "import signal; os.kill(os.getpid(), 11)"])
def test_nothing_survives_its_run(house, end):
    name = f"lc-stray-{os.getpid() % 10_000}"
    ran = house.run(SURVIVOR.format(name=name, end=end))
    if house.kind.startswith("full"):
        assert "left" in ran.output
    assert not _named(name)


def test_a_survivor_survives_where_nothing_stops_it(free):
    name = f"lc-free-{os.getpid() % 10_000}"
    assert "left" in free.run(SURVIVOR.format(name=name, end="")).output
    found = _named(name)
    assert len(found) == 3
    for process in found:
        process.kill()
        process.wait(5)


@pytest.mark.parametrize("level", ["full", "restricted"])
def test_the_end_of_the_parent_ends_every_run(make_house, level):
    """At full all processes of a run, at restricted its first."""
    folder = Path(tempfile.mkdtemp(prefix="llm-classroom-test-"))
    folder.chmod(0o711)
    name = f"lc-{level[:4]}-{os.getpid() % 10_000}"  # fifteen characters at most
    house = make_house(level, None, "allowed" if level == "full" else "refused", folder)
    house.ask(
        [
            f"""
            import ctypes, os, time
            if {level == "full"} and os.fork() == 0:
                os.setsid()
            ctypes.CDLL(None).prctl(15, {name!r}.encode(), 0, 0, 0)
            time.sleep(60)
            """
        ]
    )
    _until(lambda: len(_named(name)) == (2 if level == "full" else 1))
    house.killed = True
    house.process.kill()
    house.process.wait()
    _until(lambda: not _named(name))
    remove_tree(folder)
    prepared = make_house(level, None, "allowed" if level == "full" else "refused")
    assert prepared.run("print(1)").output == "1\n"
    left = f"llm-classroom-{house.process.pid}-*"
    assert not [*Path("/sys/fs/cgroup").glob(left), *Path("/sys/fs/cgroup").glob(f"*/**/{left}")]


def _until(holds: Callable[[], bool]) -> None:
    end = time.monotonic() + 10
    while not holds():
        assert time.monotonic() < end
        time.sleep(0.05)


def _named(name: str) -> list[psutil.Process]:
    return [p for p in psutil.process_iter(["name"]) if p.info["name"] == name]


def test_what_is_left_is_collected_without_following_anything(house):
    ran = house.run("""
        import os, socket
        open("honest.txt", "w").write("x")
        os.symlink("/etc/passwd", "link")
        os.symlink("/", "root")
        os.mkfifo("fifo")
        s = socket.socket(socket.AF_UNIX)
        s.bind("socket")
        os.mkdir("folder")
        open("folder/inner.bin", "wb").write(b"xyz")
        os.mkdir("closed")
        open("closed/hidden.txt", "w").close()
        os.chmod("closed", 0)
        os.symlink("..", "folder/up")
    """)
    assert ran.status == 0, ran.output
    assert ran.files["honest.txt"] == 1
    assert ran.files["folder/inner.bin"] == 3
    assert set(ran.files) <= {"honest.txt", "folder/inner.bin", "closed/hidden.txt"}


def test_folders_that_nest_without_end_are_removed(house):
    ran = house.run("""
        import os
        for _ in range(200):
            os.mkdir("d")
            os.chdir("d")
        print("made")
    """)
    assert ran.output.strip() == "made"
    ((refusal, _),) = ran.files.items()
    assert "nests deeper" in refusal


def test_the_next_run_finds_what_the_last_one_left_in_the_same_work(house):
    first, second = house.runs(
        [
            "open('left.txt', 'w').write(open('given.txt').read())",
            "print(open('left.txt').read()); open('left.txt', 'a').write('!')",
        ],
        files={"given.txt": "of the grader"},
    )
    assert first.status == 0, first.output
    assert second.output.strip() == "of the grader"
    assert second.files["left.txt"] == len("of the grader!")


def test_a_kill_from_outside_is_not_the_students(strongest):
    house = strongest
    before = {p.pid for p in psutil.Process(house.process.pid).children(recursive=True)}

    def kill() -> None:
        end = time.monotonic() + 10
        while time.monotonic() < end:
            for process in psutil.Process(house.process.pid).children(recursive=True):
                if process.pid not in before:
                    time.sleep(0.3)
                    process.kill()
                    return
            time.sleep(0.02)

    thread = threading.Thread(target=kill)
    thread.start()
    ran = house.run("import time; time.sleep(8)")
    thread.join()
    assert (ran.status, ran.reason) == (-9, "outside")


def test_a_run_cannot_kill_itself_and_blame_the_machine(strongest):
    ran = strongest.run("""
        import os, signal
        os.kill(os.getpid(), signal.SIGKILL)
        os.kill(1, signal.SIGKILL)
        print("alive")
    """)
    assert ran.reason != "outside"
    assert ran.output.strip() == "alive" or ran.status == -9


def test_the_tree_is_read_only(house):
    if not house.kind.startswith("full"):
        pytest.skip("the tree is the host's there")
    ran = house.run("""
        import os
        for folder in ("/", "/usr", "/etc", "/dev", "/proc/sys", "/usr/lib", os.path.dirname(
                       os.__file__)):
            try:
                open(os.path.join(folder, "x"), "w")
                print("GOT", folder)
            except OSError:
                pass
        try:
            os.makedirs("/new/folder")
            print("GOT")
        except OSError:
            pass
        for folder in ("/", "/usr", "/etc", "/dev", "/proc/sys", "/sys/devices/system/cpu"):
            if not os.statvfs(folder).f_flag & os.ST_RDONLY:
                print("GOT", folder)
        print(sorted(os.listdir("/")))
    """)
    assert "GOT" not in ran.output
    assert Path("/usr").name in ran.output
