"""A small process that forks runs for the tests, as the fork server does; see `conftest`.

Run as ``python warm.py LEVEL USER NAMESPACES FOLDER`` where USER is a uid or ``-`` for one's own
(``0``: root, on a machine where every user can reach the interpreter) and NAMESPACES
is ``allowed`` or ``refused``: by a filter, as the default profile of a container refuses them.
It reads requests from its standard input and answers on its standard output, a line each.
"""

from __future__ import annotations

import base64
import errno
import json
import os
import select
import stat
import sys
import time
from pathlib import Path
from typing import Any

from autograder.checks.files import FileRefused, scan
from autograder.execution.sandbox import (
    Base,
    Enter,
    IsolationError,
    Level,
    Policy,
    Watch,
    Work,
    fork_child,
    interpreter_paths,
    make_work,
    prepare,
    seccomp,
)
from autograder.execution.sandbox import syscalls as sys_
from autograder.execution.sandbox.calls import ARGUMENTS, number
from autograder.execution.sandbox.credentials import no_new_privileges
from autograder.execution.sandbox.mounts import make_private

CHECKOUT = Path(__file__).resolve().parents[3]
MOST_OUTPUT = 1 << 20
PATIENCE = 60.0


def reachable(paths: list[Path]) -> None:
    """Show `paths` where a folder above them admits root only: an ordinary user's machine."""
    sys_.unshare(sys_.CLONE_NEWNS)
    make_private()
    covered: set[Path] = set()
    for path in paths:
        place = os.open(path, os.O_PATH)
        closed = [p for p in path.parents if not p.stat().st_mode & stat.S_IXOTH]
        if closed:
            if closed[-1] not in covered:
                sys_.mount("tmpfs", str(closed[-1]), "tmpfs", 0, "mode=0755,size=1m")
                covered.add(closed[-1])
            path.mkdir(parents=True, exist_ok=True)
            sys_.mount(f"/proc/self/fd/{place}", str(path), None, 4096 | 16384)
        os.close(place)


def refuse_namespaces() -> None:
    """Do what the default profile of a container does."""
    load, jump, give = seccomp.Load, seccomp.Jump, seccomp.Return
    no_new_privileges()
    seccomp.install(
        seccomp.assemble(
            [
                load(0),
                jump("equal", number("unshare"), "no"),
                jump("equal", number("setns"), "no"),
                jump("equal", number("mount"), "no"),
                jump("equal", ARGUMENTS["clone3"], "absent"),
                jump("equal", ARGUMENTS["clone"], None, "yes"),
                load(16),
                jump("any bit", seccomp.NAMESPACES, "no", "yes"),
                seccomp.Label("no"),
                give(seccomp.ERRNO | errno.EPERM),
                seccomp.Label("absent"),
                give(seccomp.ERRNO | errno.ENOSYS),
                seccomp.Label("yes"),
                give(seccomp.ALLOW),
            ]
        )
    )


class Run:
    """One run with its output."""

    def __init__(self, base: Base, work: Work, policy: Policy, code: str) -> None:
        self.work = work
        self.reading, writing = os.pipe()
        started = time.perf_counter()

        def target(enter: Enter) -> None:
            before = time.perf_counter()
            entered = enter(keep={writing})
            took = time.perf_counter() - before
            os.dup2(writing, 1)
            os.dup2(writing, 2)
            os.close(writing)
            names = {"__name__": "__main__", "TOOK": took, "ENTERED": entered}
            exec(compile(code, "cell", "exec"), names)

        self.watch = Watch(base, work, policy, fork_child(base, work, policy, target))
        self.forked = time.perf_counter() - started
        os.close(writing)
        os.set_blocking(self.reading, False)
        self.output = b""

    def read(self) -> None:
        try:
            while chunk := os.read(self.reading, 1 << 16):
                self.output = (self.output + chunk)[:MOST_OUTPUT]
        except BlockingIOError:
            return

    def end(self) -> dict[str, Any]:
        ending = self.watch.finish()
        self.read()
        os.close(self.reading)
        try:
            files = [(e.path, e.size) for e in scan(self.work.descriptor)]
        except FileRefused as error:
            files = [(str(error), -1)]
        return {
            "output": base64.b64encode(self.output).decode(),
            "files": files,
            "status": ending.status,
            "reason": ending.reason,
            "seconds": ending.seconds,
            "cpu_seconds": ending.cpu_seconds,
            "memory_peak": ending.memory_peak,
            "memory_kills": ending.memory_kills,
            "refused_forks": ending.refused_forks,
            "pid": self.watch.child.pid,
            "forked": self.forked,
        }


def serve(base: Base, request: dict[str, Any]) -> list[dict[str, Any]]:
    """Run the codes side by side, or one after the other in one work directory."""
    paths = [CHECKOUT / "autograder", *interpreter_paths(), *map(Path, request["read_only"])]
    policy = Policy(
        base.level, read_only=tuple(paths), environment=request["environment"], **request["limits"]
    )
    codes = request["codes"]
    groups = [[code] for code in codes] if request["together"] else [codes]
    results = []
    works = [make_work(base, policy) for _ in groups]
    try:
        for work in works:
            for name, content in request["files"].items():
                target = os.open(name, os.O_WRONLY | os.O_CREAT, 0o600, dir_fd=work.descriptor)
                os.write(target, content.encode())
                os.close(target)
        while any(groups):
            runs = [
                Run(base, work, policy, group.pop(0))
                for work, group in zip(works, groups, strict=True)
            ]
            results += watch(runs)
    finally:
        for work in works:
            work.close()
    return results


def watch(runs: list[Run]) -> list[dict[str, Any]]:
    ended: dict[int, dict[str, Any]] = {}
    started = time.monotonic()
    while len(ended) < len(runs):
        going = [run for run in runs if id(run) not in ended]
        pidfds = {run.watch.child.pidfd: run for run in going}
        ready, _, _ = select.select([*pidfds, *(run.reading for run in going)], [], [], 0.05)
        for run in going:
            run.read()
            run.watch.look()
            if time.monotonic() - started > PATIENCE:
                run.watch.kill()
            if run.watch.child.pidfd in ready:
                ended[id(run)] = run.end()
        if not any(fd in pidfds for fd in ready):
            time.sleep(0.005)  # a pipe that was closed stays readable
    return [ended[id(run)] for run in runs]


def main() -> None:
    level, user, namespaces, folder = sys.argv[1:]
    if user != "-":
        reachable([CHECKOUT, *interpreter_paths()])
    if namespaces == "refused":
        refuse_namespaces()
    if user not in ("-", "0"):
        os.setgroups([])
        os.setresgid(int(user), int(user), int(user))
        os.setresuid(int(user), int(user), int(user))
        sys_.prctl(4, 1)  # as after an ordinary login
    try:
        base = prepare(Level(level), Path(folder))
    except IsolationError as error:
        print(json.dumps({"error": str(error)}), flush=True)
        return
    hello = {"means": base.means, "users": base.users, "no_cgroups": base.no_cgroups}
    print(json.dumps(hello), flush=True)
    for line in sys.stdin:
        try:
            answer: Any = serve(base, json.loads(line))
        except IsolationError as error:
            answer = {"error": str(error)}
        print(json.dumps(answer), flush=True)


if __name__ == "__main__":
    main()
