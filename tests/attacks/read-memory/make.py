"""The memory of the grader's process, through /proc."""

from __future__ import annotations

from typing import Any


def make(package: Any) -> None:
    victim = package.victim()
    package.tries(
        f"""
        import re
        memory = open("/proc/{victim}/mem", "rb", 0)
        for line in open("/proc/{victim}/maps"):
            start, end = (int(n, 16) for n in line.split()[0].split("-"))
            if "r" in line.split()[1] and "[v" not in line:
                memory.seek(start)
                if (b"MARK" + b"ER_VICTIM") in memory.read(min(end - start, 1 << 24)):
                    print("GOT", line)
        """,
    )
