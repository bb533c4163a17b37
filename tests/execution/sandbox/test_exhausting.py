"""Bombs, each small, with a limit that is smaller: they go off where nothing stops them."""

from __future__ import annotations

import pytest

MEBIBYTE = 1 << 20


def test_a_fork_bomb_stops_at_the_limit(attack):
    ran = attack(
        """
        import os, time
        made = []
        try:
            for _ in range(60):
                pid = os.fork()
                if pid == 0:
                    time.sleep(5)
                    os._exit(0)
                made.append(pid)
            print("GOT")
        except OSError as error:
            print(len(made), type(error).__name__)
        for pid in made:
            os.kill(pid, 9)
            os.waitpid(pid, 0)
        """,
        processes=20,
    )
    made, error = ran.output.split()
    assert int(made) < 60
    assert error == "BlockingIOError"
    if not attack.house.kind.startswith("restricted as a user"):
        assert int(made) == 19


def test_threads_count_as_processes(attack):
    attack(
        """
        import threading, time
        for _ in range(60):
            threading.Thread(target=time.sleep, args=(1,), daemon=True).start()
        print("GOT")
        """,
        processes=20,
    )


def test_a_fork_bomb_is_over_when_its_run_is(house):
    bomb = """
        import os, threading
        print("began", flush=True)
        while True:
            try:
                if os.fork() == 0:
                    os.setsid()
            except OSError:
                pass
    """
    ran = house.run(bomb, processes=15, wall_seconds=1.0)
    assert ran.output.startswith("began")
    assert ran.reason == "total-timeout"


def test_a_fork_bomb_does_not_keep_a_neighbor_from_forking(house):
    bomb = """
        import os, time
        made = []
        end = time.monotonic() + 2
        while time.monotonic() < end:
            try:
                pid = os.fork()
            except OSError:
                time.sleep(0.01)
                continue
            if pid == 0:
                time.sleep(3)
                os._exit(0)
            made.append(pid)
        for pid in made:
            os.kill(pid, 9)
    """
    honest = """
        import os, time
        time.sleep(0.8)
        for _ in range(5):
            pid = os.fork()
            if pid == 0:
                os._exit(0)
            os.waitpid(pid, 0)
        print("done")
    """
    if house.kind == "restricted as a user":
        pytest.skip("processes of one user are counted together there, as the document says")
    _, ran = house.runs([bomb, honest], together=True, processes=12)
    assert ran.output.strip() == "done"


def test_one_process_cannot_take_more_memory_than_the_limit(attack):
    ran = attack(
        f"""
        block = bytearray({300 * MEBIBYTE})
        print("GOT", len(block))
        """,
        memory=120 * MEBIBYTE,
    )
    assert "MemoryError" in ran.output or ran.reason == "out-of-memory"


def test_a_program_is_told_that_it_asks_for_too_much_and_goes_on(house):
    ran = house.run(
        f"""
        try:
            block = bytearray({300 * MEBIBYTE})
        except MemoryError:
            print("told")
        """,
        memory=120 * MEBIBYTE,
    )
    assert ran.output.strip() == "told"
    assert (ran.status, ran.reason) == (0, None)


def test_memory_taken_by_many_processes_is_summed_and_named(attack):
    ran = attack(
        f"""
        import os, time
        waiting, done = os.pipe()
        for _ in range(6):
            if os.fork() == 0:
                os.close(done)
                block = bytearray(os.urandom(1) * {50 * MEBIBYTE})
                os.read(waiting, 1)
                os._exit(0)
        block = bytearray(os.urandom(1) * {70 * MEBIBYTE})
        time.sleep(1.5)
        ended = [os.waitpid(-1, os.WNOHANG) for _ in range(6)]
        print("GOT" if not any(pid for pid, _ in ended) else "killed")
        """,
        memory=130 * MEBIBYTE,
    )
    assert ran.reason == "out-of-memory" or ran.more["memory_kills"] > 0


def test_memory_up_to_the_limit_is_given(house):
    ran = house.run(
        f"""
        block = bytearray(b"x" * {60 * MEBIBYTE})
        print(len(block))
        """,
        memory=200 * MEBIBYTE,
    )
    assert ran.output.strip() == str(60 * MEBIBYTE)
    assert (ran.status, ran.reason) == (0, None)


def test_files_in_memory_cannot_take_more_than_their_size(attack):
    attack(
        f"""
        import os
        places = ["/tmp", "/dev/shm"] if os.getcwd() == "/submission" else [os.environ["HOME"]]
        import time
        taken = 0
        for place in places:
            for n in range(10):
                with open(f"{{place}}/llm-classroom-bomb-{{n}}", "wb") as file:
                    taken += file.write(bytes({4 * MEBIBYTE}))
                    file.flush()
        time.sleep(1.0)
        print("GOT", taken)
        """,
        tmp_bytes=16 * MEBIBYTE,
        shm_bytes=16 * MEBIBYTE,
    )


def test_anonymous_files_count_as_memory(attack):
    """Without a control group they belong to no process, and are refused."""
    ran = attack(
        f"""
        import os
        file = os.memfd_create("bomb")
        for _ in range(75):
            os.write(file, bytes({4 * MEBIBYTE}))
        print("GOT")
        """,
        memory=120 * MEBIBYTE,
    )
    assert "PermissionError" in ran.output or ran.reason == "out-of-memory"


def test_the_work_directory_cannot_grow_beyond_its_size(attack):
    ran = attack(
        f"""
        import time
        for n in range(12):
            with open(f"block-{{n}}", "wb") as file:
                file.write(bytes({4 * MEBIBYTE}))
        time.sleep(1.0)
        print("GOT")
        """,
        work_bytes=16 * MEBIBYTE,
    )
    assert "No space left" in ran.output or ran.reason == "disk-limit"


def test_a_folder_that_cannot_be_listed_hides_nothing(attack):
    ran = attack(
        f"""
        import os, time
        os.umask(0o400)
        os.mkdir("hidden")
        for n in range(12):
            with open(f"hidden/block-{{n}}", "wb") as file:
                file.write(bytes({4 * MEBIBYTE}))
        time.sleep(1.0)
        print("GOT")
        """,
        work_bytes=16 * MEBIBYTE,
    )
    assert "No space left" in ran.output or ran.reason == "disk-limit"


def test_the_work_directory_cannot_hold_more_files_than_allowed(attack):
    ran = attack(
        """
        import time
        for n in range(1500):
            open(f"file-{n}", "w").close()
        time.sleep(1.0)
        print("GOT")
        """,
        work_inodes=500,
    )
    assert "No space left" in ran.output or ran.reason == "disk-limit"


@pytest.mark.parametrize(
    "write", ["file.write(bytes(20 << 20))", "file.truncate(1 << 40)"], ids=["dense", "sparse"]
)
def test_a_file_cannot_be_larger_than_allowed(attack, write):
    ran = attack(
        f"""
        with open("large", "wb") as file:
            {write}
        print("GOT")
        """,
        file_size=8 * MEBIBYTE,
    )
    assert "File too large" in ran.output


def test_no_more_files_can_be_open_than_allowed(attack):
    ran = attack(
        """
        import os
        held = [os.open("/dev/null", os.O_RDONLY) for _ in range(300)]
        print("GOT")
        """,
        open_files=128,
    )
    assert "Too many open files" in ran.output


def test_cpu_time_of_all_processes_is_bounded_and_named(attack):
    ran = attack(
        """
        import os, time
        for _ in range(2):
            if os.fork() == 0:
                end = time.monotonic() + 4
                while time.monotonic() < end: pass
                os._exit(0)
        os.wait(); os.wait()
        print("GOT")
        """,
        cpu_seconds=1.0,
        shown=False,
    )
    assert ran.reason == "cpu-limit"
    assert ran.more["cpu_seconds"] < 4


def test_a_process_that_the_system_ends_for_its_cpu_time_is_named_so(house):
    """The system and the watchdog look at the same second; either may be first."""
    ran = house.run("while True: pass", cpu_seconds=1.0)
    assert ran.reason == "cpu-limit"
    assert ran.status < 0


def test_a_process_that_ignores_signals_ends_at_the_wall_limit(house):
    ran = house.run(
        """
        import signal, time
        for number in range(1, 32):
            try:
                signal.signal(number, signal.SIG_IGN)
            except OSError:
                pass
        print("began", flush=True)
        time.sleep(30)
        """,
        wall_seconds=0.7,
    )
    assert ran.output.strip() == "began"
    assert (ran.status, ran.reason) == (-9, "total-timeout")


def test_limits_cannot_be_raised(house):
    ran = house.run("""
        import resource
        for name in ("NOFILE", "FSIZE", "NPROC", "CORE", "DATA"):
            which = getattr(resource, f"RLIMIT_{name}")
            soft, hard = resource.getrlimit(which)
            try:
                resource.setrlimit(which, (soft, hard + 1))
                print("GOT", name)
            except (ValueError, OSError):
                pass
    """)
    assert ran.output == ""


def test_a_run_that_ends_by_itself_has_no_reason(house):
    ran = house.run("raise SystemExit(3)")
    assert (ran.status, ran.reason) == (3, None)
    assert ran.more["cpu_seconds"] > 0
