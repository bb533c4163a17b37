"""Every file, every process and its own memory is searched for a secret."""

from __future__ import annotations

from typing import Any


def make(package: Any) -> None:
    found = CODE.replace("{{FOLDER}}", str(package.target.folder))
    package.tries(found, "r1", "save")


CODE = r"""
import mmap, os, re, time
mark = re.compile(b"MARK" + b"ER_[A-Z]+_[0-9a-f]{16}")
end, found, read = time.monotonic() + 4, set(), 0
large = ("site-packages", "lib", "task", "map_files")
skip = ("/sys", "/usr", "/opt", "/lib", "/dev", "/boot", "/proc/sys")

def look(name, text):
    for word in mark.findall(text):
        print("GOT", name, word.decode())

def files():
    places = ["{{FOLDER}}", "/proc", "/tmp", "/etc", "/home", "/root", "/var", "/"]
    for place in places:
        for folder, folders, names in os.walk(place):
            folders[:] = [d for d in folders if d not in large
                          and not os.path.join(folder, d).startswith(skip)]
            if time.monotonic() > end:
                return
            for name in names:
                yield os.path.join(folder, name)

for path in files():
    if path.endswith(("/kmsg", "/trace_pipe", "/mem", "/pagemap", "/kpagecount", "/clear_refs")):
        continue
    try:
        if not os.path.islink(path) and (path.startswith("/proc") or os.path.isfile(path)):
            with open(path, "rb") as file:
                look(path, file.read(1 << 20))
                read += 1
    except (OSError, ValueError):
        continue
print("read", read, "files")
memory = open("/proc/self/mem", "rb", 0)
for line in open("/proc/self/maps"):
    start, stop = (int(n, 16) for n in line.split()[0].split("-"))
    if line.split()[1].startswith("r") and stop - start < 1 << 28 and "[v" not in line:
        try:
            memory.seek(start)
            look(line.split()[-1], memory.read(stop - start))
        except (OSError, ValueError, OverflowError):
            continue
"""
