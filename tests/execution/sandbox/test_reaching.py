"""What a run can reach: no network, no socket, process, memory or queue of the host."""

from __future__ import annotations

import ctypes
import os
import socket
import tempfile
from pathlib import Path

import pytest


@pytest.fixture
def listener():
    """A server of the host on its loopback."""
    with socket.create_server(("127.0.0.1", 0)) as server:
        yield server.getsockname()[1]


def test_the_network_of_the_host_is_not_there(attack, listener):
    attack(f"""
        import socket
        socket.create_connection(("127.0.0.1", {listener}), timeout=2)
        print("GOT")
    """)


def test_a_datagram_does_not_leave(attack):
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as server:
        server.bind(("127.0.0.1", 0))
        server.settimeout(0.2)
        attack(
            f"""
            import socket
            s = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
            s.sendto(b"x", ("127.0.0.1", {server.getsockname()[1]}))
            print("GOT" if {attack.house.level != "full"} or len(socket.if_nameindex()) > 1
                  or not open("/proc/self/net/route").read() else "only its own loopback")
        """,
            shown=False,
        )
        with pytest.raises(TimeoutError):
            server.recv(10)
        attack.open_house.run(f"""
            import socket
            s = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
            s.sendto(b"x", ("127.0.0.1", {server.getsockname()[1]}))
        """)
        assert server.recv(10) == b"x"


def test_no_address_outside_has_a_route(house):
    ran = house.run("""
        import socket
        try:
            s = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
            s.connect(("169.254.169.254", 80))
            print("GOT")
        except OSError as error:
            print(type(error).__name__, error.errno)
    """)
    assert "GOT" not in ran.output


def test_an_abstract_socket_of_the_host_is_not_there(attack):
    name = f"\0llm-classroom-test-{os.getpid()}"
    with socket.socket(socket.AF_UNIX) as server:
        server.bind(name)
        server.listen()
        attack(f"""
            import socket
            s = socket.socket(socket.AF_UNIX)
            s.connect({name!r})
            print("GOT")
        """)


@pytest.mark.parametrize("kind", ["SOCK_STREAM", "SOCK_DGRAM"])
def test_a_socket_file_of_the_host_is_not_reached(attack, kind, outside):
    place = str(outside / "socket")
    with socket.socket(socket.AF_UNIX, getattr(socket, kind)) as server:
        server.bind(place)
        os.chmod(place, 0o777)
        if kind == "SOCK_STREAM":
            server.listen()
        attack(f"""
            import socket
            a, b = socket.socketpair(socket.AF_UNIX, socket.{kind})
            if socket.{kind} == socket.SOCK_DGRAM:
                a.sendto(b"x", {place!r})
            else:
                s = socket.socket(socket.AF_UNIX, socket.{kind})
                s.connect({place!r})
            print("GOT")
        """)


@pytest.mark.parametrize("family", ["AF_PACKET", "AF_VSOCK", "AF_ALG", "AF_NETLINK", "AF_CAN"])
def test_other_families_of_sockets_are_refused(house, family):
    if not hasattr(socket, family):
        pytest.skip("unknown to this Python")
    protocol = 16 if family == "AF_NETLINK" else 0  # of netlink, not the route queries
    ran = house.run(f"""
        import socket
        try:
            socket.socket(socket.{family}, socket.SOCK_RAW, {protocol})
            print("GOT")
        except OSError as error:
            print(error.errno in (1, 97))
    """)
    assert ran.output.strip() == "True"


def test_a_process_outside_gets_no_signal(attack, victim):
    attack(f"""
        import os
        os.kill({victim}, 0)
        print("GOT")
    """)


@pytest.mark.parametrize(
    "act",
    [
        "resource.prlimit(VICTIM, resource.RLIMIT_FSIZE, (0, 0))",
        "os.setpriority(os.PRIO_PROCESS, VICTIM, 19)",
        "os.sched_setaffinity(VICTIM, [min(os.sched_getaffinity(0))])",
        "os.sched_setscheduler(VICTIM, os.SCHED_BATCH, os.sched_param(0))",
    ],
    ids=["limit", "priority", "processors", "scheduling"],
)
def test_a_process_outside_cannot_be_limited_or_slowed(house, open_house, victim, act):
    def state() -> tuple[object, ...]:
        return (
            Path(f"/proc/{victim}/limits").read_text(),
            os.getpriority(os.PRIO_PROCESS, victim),
            os.sched_getaffinity(victim),
            os.sched_getscheduler(victim),
        )

    before = state()
    code = f"import os, resource\nVICTIM = {victim}\n{act}"
    house.run(code)
    assert state() == before
    if len(os.sched_getaffinity(0)) > 1 or "affinity" not in act:
        open_house.run(code)
        assert state() != before


def test_ones_own_limits_and_priority_can_be_lowered(house):
    ran = house.run("""
        import os, resource
        resource.setrlimit(resource.RLIMIT_NOFILE, (64, 64))
        print(resource.prlimit(0, resource.RLIMIT_NOFILE), os.nice(1))
        os.sched_setaffinity(0, os.sched_getaffinity(0))
    """)
    assert ran.output.strip() == "(64, 64) 1", ran.output
    assert ran.status == 0


def test_a_file_outside_cannot_be_watched(attack, outside):
    attack(f"""
        import ctypes
        libc = ctypes.CDLL(None, use_errno=True)
        watch = libc.inotify_add_watch(libc.inotify_init(), {str(outside)!r}.encode(), 0x100)
        print("GOT" if watch >= 0 else ctypes.get_errno())
    """)


def test_a_file_cannot_be_leased(attack):
    """Whoever opens a leased file waits: interpreter and models may be the user's own."""
    attack("""
        import fcntl, os
        open("mine", "w").close()
        fcntl.fcntl(os.open("mine", os.O_RDONLY), fcntl.F_SETLEASE, fcntl.F_WRLCK)
        print("GOT")
    """)


def test_a_process_outside_cannot_be_traced(attack, victim):
    attack(f"""
        import ctypes, os
        libc = ctypes.CDLL(None, use_errno=True)
        if libc.ptrace(16, {victim}, 0, 0) == 0:  # attach
            os.waitpid({victim}, 0)
            libc.ptrace(17, {victim}, 0, 0)  # detach
            print("GOT")
    """)


def test_a_process_outside_cannot_be_read_or_opened(attack, victim):
    attack(f"""
        import os
        descriptor = os.pidfd_open({victim})
        print("GOT")
    """) if attack.house.level == "full" else attack(f"""
        import ctypes, os
        pidfd = os.pidfd_open({victim})
        got = ctypes.CDLL(None, use_errno=True).syscall(438, pidfd, 0, 0)  # pidfd_getfd
        print("GOT" if got >= 0 else "refused")
    """)


def test_shared_memory_of_the_host_cannot_be_attached(attack):
    libc = ctypes.CDLL(None, use_errno=True)
    libc.shmat.restype = ctypes.c_void_p
    segment = libc.shmget(0x4C4C4D00 + os.getpid() % 256, 4096, 0o1666)
    assert segment >= 0
    try:
        attack(f"""
            import ctypes
            libc = ctypes.CDLL(None, use_errno=True)
            libc.shmat.restype = ctypes.c_void_p
            place = libc.shmat({segment}, None, 0)
            print("GOT" if place != ctypes.c_void_p(-1).value else ctypes.get_errno())
        """)
    finally:
        libc.shmctl(segment, 0, None)


def test_a_file_in_shared_memory_of_the_host_is_not_there(attack):
    with tempfile.NamedTemporaryFile(dir="/dev/shm", prefix="llm-classroom-test-") as file:
        file.write(b"x")
        file.flush()
        os.chmod(file.name, 0o666)
        attack(f"print('GOT', open({file.name!r}).read())")


def test_a_key_of_the_user_cannot_be_added(attack):
    attack("""
        import ctypes
        libc = ctypes.CDLL(None, use_errno=True)
        key = libc.syscall(248, b"user", b"llm-classroom-test", b"x", 1, -1)  # to the thread's
        print("GOT" if key > 0 else ctypes.get_errno())
    """)


def test_a_neighbor_gets_neither_signal_nor_message(house):
    waits = """
        import socket, time
        s = socket.socket(socket.AF_UNIX)
        s.bind("\\0llm-classroom-neighbor")
        s.listen()
        s.settimeout(1.5)
        try:
            s.accept()
            print("GOT")
        except TimeoutError:
            print("alone")
    """
    calls = """
        import os, socket, time
        time.sleep(0.5)
        for pid in range(2, 1 << 16 if os.getpid() != 1 else 64):
            if pid != os.getpid() and abs(pid - os.getpid()) < 64:
                try:
                    os.kill(pid, 9)
                    print("GOT", pid)
                except OSError:
                    pass
        try:
            socket.socket(socket.AF_UNIX).connect("\\0llm-classroom-neighbor")
            print("GOT")
        except OSError:
            pass
    """
    waited, called = house.runs([waits, calls], together=True)
    assert waited.output.strip() == "alone"
    assert called.output == ""
    assert (waited.status, called.status) == (0, 0)


def test_files_of_the_host_cannot_be_made_changed_or_removed(attack, outside):
    secret = outside / "secret.txt"
    before = secret.stat()
    for line in (
        f"open({str(outside / 'new')!r}, 'w')",
        f"open({str(secret)!r}, 'a')",
        f"os.truncate({str(secret)!r}, 19)",
        f"os.unlink({str(outside / 'old')!r})",
        f"os.rename({str(outside / 'old')!r}, {str(outside / 'older')!r})",
        f"os.link({str(secret)!r}, 'secret')",
        f"os.mkdir({str(outside / 'folder')!r})",
        f"os.symlink('x', {str(outside / 'link')!r})",
    ):
        old = outside / "old"
        old.write_text("x")
        old.chmod(0o666)
        code = f"import os\n{line}\nprint('GOT')"
        assert "GOT" not in attack.house.run(code).output, line
        assert old.exists() and secret.read_text() == "MARKER_OUTSIDE_4717"
        assert {p.name for p in outside.iterdir()} == {"old", "secret.txt"}, line
        if "link(" not in line:  # a link to another file system cannot be shown
            assert "GOT" in attack.open_house.run(code).output, line
        for made in outside.iterdir():
            if made != secret:
                made.rmdir() if made.is_dir() and not made.is_symlink() else made.unlink()
    assert secret.stat().st_mode == before.st_mode


def test_mode_owner_times_and_attributes_of_a_file_outside_stay(attack, outside):
    secret = outside / "secret.txt"
    before = secret.stat()
    code = f"""
        import os
        place = {str(secret)!r}
        for change in (lambda: os.chmod(place, 0o600), lambda: os.utime(place, (1, 1)),
                       lambda: os.setxattr(place, "user.x", b"x"),
                       lambda: os.fchmod(os.open(place, os.O_RDONLY), 0o600)):
            try:
                change()
            except OSError as error:
                print(error.errno)
    """
    attack.house.run(code, read_only=[Path(secret)])
    after = secret.stat()
    assert (after.st_mode, after.st_mtime_ns) == (before.st_mode, before.st_mtime_ns)
    assert os.listxattr(secret) == []
    attack.open_house.run(code)
    assert secret.stat().st_mode != before.st_mode
