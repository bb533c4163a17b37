"""Kill a grading run at any write, grade again, and compare with a run that was left alone.

Run as a script, it does so for many points and prints what each came to, as lines of JSON. Every
run is a fork of one process that has imported everything.
"""

from __future__ import annotations

import json
import os
import re
import shutil
import signal
import sqlite3
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

WRITING = os.O_WRONLY | os.O_RDWR
CHANGES = {"os.rename", "os.remove", "os.rmdir", "os.mkdir", "os.chmod", "shutil.rmtree"}
COMMAND = ["grade", "ps1", "--no-execute", "--quiet"]


def die() -> None:
    os.kill(os.getpid(), signal.SIGKILL)


def kill_at_statement(pattern: str, count: int = 1) -> None:
    """Kill this process just before the `count`-th SQL statement that `pattern` is found in."""
    from sqlalchemy import event
    from sqlalchemy.engine import Engine

    left = [count]

    @event.listens_for(Engine, "before_cursor_execute")
    def look(connection: Any, cursor: Any, statement: str, *rest: Any) -> None:
        left[0] -= bool(re.search(pattern, statement))
        if left[0] == 0:
            die()


def count_writes(act: Callable[[int], object]) -> None:
    """Call `act` with a running number before each SQL statement and each change of a file."""
    from sqlalchemy import event
    from sqlalchemy.engine import Engine

    number = 0

    def step() -> None:
        nonlocal number
        number += 1
        act(number)

    def audit(name: str, arguments: tuple[Any, ...]) -> None:
        if name in CHANGES or (name == "open" and (arguments[2] or 0) & WRITING):
            step()

    @event.listens_for(Engine, "before_cursor_execute")
    def look(*arguments: Any) -> None:
        step()

    sys.addaudithook(audit)


def rows(database: Path) -> dict[str, list[str]]:
    """Every row of every table; a generated id gives way to the row that it stands for."""
    connection = sqlite3.connect(f"file:{database}?mode=ro", uri=True)
    connection.row_factory = sqlite3.Row
    names = [
        name
        for (name,) in connection.execute("SELECT name FROM sqlite_master WHERE type = 'table'")
    ]
    keys = {
        name: {
            r["from"]: r["table"] for r in connection.execute(f"PRAGMA foreign_key_list({name})")
        }
        for name in names
    }

    def describe(table: str, row: sqlite3.Row) -> str:
        parts = {}
        for column in row.keys():  # noqa: SIM118  # a Row iterates over its values
            value = row[column]
            if column in keys[table] and value is not None:
                other = keys[table][column]
                found = connection.execute(f"SELECT * FROM {other} WHERE id = ?", (value,))
                parts[column] = describe(other, found.fetchone())
            elif not (column == "id" and re.fullmatch("[0-9a-f]{32}", str(value))):
                parts[column] = str(value)
        return json.dumps(parts, sort_keys=True)

    try:
        return {
            name: sorted(describe(name, r) for r in connection.execute(f"SELECT * FROM {name}"))
            for name in names
        }
    finally:
        connection.close()


def attempts(root: Path) -> list[list[str]]:
    """Student and status of each attempt in the run log, oldest first."""
    connection = sqlite3.connect(root / ".llm-classroom" / "log.db")
    try:
        query = "SELECT student, status FROM attempts ORDER BY id"
        return [list(row) for row in connection.execute(query)]
    finally:
        connection.close()


def tree(folder: Path) -> dict[str, list[Any]]:
    """Names, permissions and contents of all files below `folder`."""
    return {
        str(path.relative_to(folder)): [path.stat().st_mode, path.read_text()]
        for path in sorted(folder.rglob("*"))
        if path.is_file()
    }


def state(root: Path) -> dict[str, Any]:
    """All that a grading run leaves in a course."""
    graded = root / "autograded"
    return {
        "rows": rows(root / "gradebook.db"),
        "files": tree(graded),
        "folders": sorted(str(p.relative_to(graded)) for p in graded.rglob("*") if p.is_dir()),
        "attempts": attempts(root),
    }


def forked(work: Callable[[], object]) -> int:
    """Do `work` in a fork and return its exit status, negative for a signal."""
    pid = os.fork()
    if pid == 0:
        status = 1
        try:
            work()
            status = 0
        finally:
            sys.stderr.flush()
            os._exit(status)
    return os.waitstatus_to_exitcode(os.waitpid(pid, 0)[1])


def grade(root: Path) -> None:
    from autograder.cli import main

    os.chdir(root)
    assert main(COMMAND) == 0


def sweep(template: Path, scratch: Path, points: int) -> None:
    """Kill at `points` writes, evenly spread over the run, and print what the next run makes."""
    # So that no fork need import anything or compile a query.
    grade(shutil.copytree(template, scratch / "warm"))
    # A number in an open file: opening one would count itself.
    counter = os.open(scratch / "count", os.O_CREAT | os.O_WRONLY)
    left_alone = shutil.copytree(template, scratch / "undisturbed")

    def undisturbed() -> None:
        count_writes(lambda number: os.pwrite(counter, str(number).encode(), 0))
        grade(left_alone)

    assert forked(undisturbed) == 0
    total = int((scratch / "count").read_text())
    print(json.dumps({"total": total, "state": state(left_alone)}), flush=True)
    for point in sorted({1 + round(i * (total - 1) / (points - 1)) for i in range(points)}):
        root = shutil.copytree(template, scratch / str(point))

        def disturbed(root: Path = root, point: int = point) -> None:
            count_writes(lambda number: die() if number == point else None)
            grade(root)

        killed = forked(disturbed)
        again = forked(lambda root=root: grade(root))
        line = {"point": point, "killed": killed, "again": again, "state": state(root)}
        print(json.dumps(line), flush=True)


if __name__ == "__main__":
    sweep(Path(sys.argv[1]), Path(sys.argv[2]), int(sys.argv[3]))
