"""What a run can read: its work directory, the interpreter, and nothing of the grader's."""

from __future__ import annotations

import os
import textwrap

import pytest


def test_a_file_outside_cannot_be_read(attack, outside):
    attack(f"""
        text = open({str(outside / "secret.txt")!r}).read()
        print("GOT", text)
    """)


def test_a_folder_outside_cannot_be_listed(attack, outside):
    attack(f"""
        import os
        print("GOT", os.listdir({str(outside)!r}))
    """)


def test_a_descriptor_of_the_root_leads_nowhere_outside(attack, outside):
    attack(f"""
        import os
        root = os.open("/", os.O_RDONLY)
        place = os.open({str(outside)!r}[1:], os.O_RDONLY, dir_fd=root)
        os.fchdir(place)
        print("GOT", os.listdir("."), open("secret.txt").read())
    """)


def test_what_is_hidden_stays_out_of_sight_in_what_is_shown(house, outside):
    """As nbgrader's exchange does, which is below /usr by default."""
    shown = outside / "shown"
    exchange = shown / "share" / "exchange"
    exchange.mkdir(parents=True)
    (shown / "loop").symlink_to(shown)
    (shown / "share" / "beside.txt").write_text("x")
    (exchange / "handed-in.txt").write_text("x")
    code = f"""
        import os
        print(open({str(shown / "share" / "beside.txt")!r}).read())
        try:
            print("GOT", os.listdir({str(exchange)!r}))
        except OSError as error:
            print(type(error).__name__)
        try:
            print("GOT", open({str(exchange / "handed-in.txt")!r}).read())
        except OSError as error:
            print(type(error).__name__)
    """
    free = house.run(code, read_only=[shown], hidden=[])
    assert free.output.count("GOT") == 2
    ran = house.run(code, read_only=[shown], hidden=[str(exchange)])
    assert ran.output.startswith("x\n")
    assert "GOT" not in ran.output


def test_the_work_of_a_neighbor_cannot_be_read(house):
    writes = """
        import os, time
        from pathlib import Path
        for place in (".", "/tmp", "/dev/shm", os.environ["HOME"]):
            try:
                Path(place, "neighbor.txt").write_text("MARKER_NEIGHBOR_4718")
            except OSError:
                pass
        print("written", flush=True)
        time.sleep(1.5)
    """
    reads = """
        import os, time
        time.sleep(0.7)
        seen = []
        for top in ("/tmp", "/dev/shm", "/submission", os.path.dirname(os.getcwd()), os.getcwd(),
                    "/proc"):
            for folder, folders, names in os.walk(top):
                if top == "/proc" and folder.count("/") > 3:
                    folders.clear()
                seen += [os.path.join(folder, name) for name in names if name == "neighbor.txt"]
        print(seen)
    """
    wrote, read = house.runs([writes, reads], together=True)
    assert "written" in wrote.output
    assert read.output.strip() == "[]"
    assert (wrote.status, read.status) == (0, 0)


def test_nothing_that_can_be_read_holds_a_marker(house, outside):
    """The whole tree, as `grep -r` would, and everything of /proc that has text."""
    ran = house.run("""
        import os
        found, read = [], 0
        words = (b"OUTSIDE", b"ENVIRONMENT", b"NEIGHBOR")
        skip = ("/sys", "/usr/share", "/usr/lib", "/usr/include", "/usr/src")
        for folder, folders, names in os.walk("/"):
            folders[:] = [d for d in folders if not os.path.join(folder, d).startswith(skip)
                          and d not in ("site-packages", "lib", "task", "map_files")]
            for name in names:
                path = os.path.join(folder, name)
                if os.path.islink(path) or path.endswith(("/kmsg", "/trace_pipe", "/mem")):
                    continue
                try:
                    if path.startswith("/proc") or os.path.isfile(path):
                        with open(path, "rb") as file:
                            text = file.read(100_000)
                except OSError:
                    continue
                read += 1
                if any(b"MARK" + b"ER_" + word in text for word in words):
                    found.append(path)
        print(read, found)
    """)
    read, found = ran.output.split(" ", 1)
    assert found.strip() == "[]"
    assert house.kind.startswith("restricted") or int(read) > 100


def test_the_environment_of_another_process_cannot_be_read(attack, victim):
    attack(f"""
        text = open("/proc/{victim}/environ").read()
        print("GOT" if "MARKER" in text else text)
    """)


def test_the_memory_of_another_process_cannot_be_read(attack, victim):
    attack(f"""
        line = open("/proc/{victim}/maps").readline()
        memory = open("/proc/{victim}/mem", "rb", 0)
        memory.seek(int(line.split("-")[0], 16))
        print("GOT" if memory.read(4) == b"\\x7fELF" else "")
    """)


def test_the_environment_is_empty_but_for_what_a_kernel_needs(house):
    ran = house.run(
        """
        import ctypes, os
        print(sorted(os.environ))
        libc = ctypes.CDLL(None)
        libc.getenv.restype = ctypes.c_char_p
        print(libc.getenv(b"SECRET"), open("/proc/self/environ").read().strip("\\0"))
        """,
        environment={"OMP_NUM_THREADS": "1"},
    )
    names, rest = ran.output.splitlines()
    assert names == str(
        ["HOME", "LANG", "LC_ALL", "LOGNAME", "OMP_NUM_THREADS", "PATH", "TMPDIR", "USER"]
    )
    assert rest.strip() == "None"


def test_no_descriptor_of_the_parent_is_open(house):
    ran = house.run("""
        import os
        print([fd for fd in range(3, 4096) if os.path.exists(f"/proc/self/fd/{fd}")])
        print(os.readlink("/proc/self/fd/0"))
    """)
    assert ran.output.splitlines() == ["[]", "/dev/null"]


def test_processes_outside_are_not_seen(house, victim):
    ran = house.run(f"""
        import os
        try:
            seen = [name for name in os.listdir("/proc") if name.isdigit()]
        except PermissionError:
            seen = [name for name in (str({victim}), "1") if name != str(os.getpid())
                    and os.access(f"/proc/{{name}}/status", os.R_OK)
                    and open(f"/proc/{{name}}/status").read()]
        print(seen)
    """)
    if house.kind.startswith("full"):
        assert ran.output.strip() == "['1']"
    else:
        assert ran.output.strip() == "[]" or "PermissionError" in ran.output


@pytest.mark.parametrize("path", ["/dev/mem", "/dev/kmsg", "/proc/kcore", "/dev/vda", "/dev/sda"])
def test_a_device_of_the_host_cannot_be_read(house, open_house, path):
    code = textwrap.dedent(f"""
        import os
        os.open({path!r}, os.O_RDONLY)
        print("GOT")
    """)
    if path == "/proc/kcore" and house.kind.startswith("full"):
        code = f'print("GOT" if open({path!r}, "rb").read(10) else "")'  # reads as empty
    assert "GOT" not in house.run(code).output
    if house.kind == "full as root" and os.access(path, os.R_OK) and _opens(path):
        assert "GOT" in open_house.run(code).output


def _opens(path: str) -> bool:
    """Whether this host lets root open it."""
    try:
        os.close(os.open(path, os.O_RDONLY))
    except OSError:
        return False
    return True


def test_what_the_policy_shows_can_be_read_and_not_written(attack, outside):
    secret = outside / "secret.txt"
    ran = attack(
        f"""
        print(open({str(secret)!r}).read())
        open({str(secret)!r}, "a").write("x")
        print("GOT")
        """,
        shown=False,
        read_only=[secret],
    )
    assert "MARKER_OUTSIDE_4717" in ran.output
    assert secret.read_text() == "MARKER_OUTSIDE_4717"


def test_a_link_in_the_policy_shows_what_it_leads_to(house, outside):
    link = outside / "link"
    link.symlink_to(outside / "secret.txt")
    ran = house.run(f"print(open({str(link)!r}).read())", read_only=[link])
    assert ran.output.strip() == "MARKER_OUTSIDE_4717"
