"""The executor's side of the checker: relays requests and hands out copies of artifacts."""

from __future__ import annotations

import asyncio
import json
import time
from collections.abc import Collection, Mapping
from multiprocessing.connection import Connection
from pathlib import Path
from typing import Any

from nbformat import NotebookNode, from_dict

from autograder.checks.files import FileRefused, copy_entry, scan
from autograder.checks.probe_protocol import PROBE_MIME
from autograder.checks.rules import LIMIT, Role, too_long
from autograder.execution.cells import code_cells, score_of
from autograder.execution.channel import MESSAGE, receive, send
from autograder.execution.errors import CheckerLost, CheckFailed
from autograder.execution.job import CheckCell, Limits, NotebookJob
from autograder.execution.session import Probe
from autograder.log import UNGRADED, QuestionOutcome

__all__ = ["ProcessChecker"]

MODULE_DEPTH = 4
TOO_LONG = " " * (LIMIT + 1)


class ProcessChecker:
    """Runs checks in the checker process at the other end of a pipe.

    Parameters
    ----------
    connection : Connection
    work : int
        Descriptor of the kernel's work directory, from which artifacts are copied.
    copies : Path
        A folder of ours for those copies.
    limits : Limits
    given : collection of str
        Files of the work directory that are the instructor's.
    """

    def __init__(
        self,
        connection: Connection,
        work: int,
        copies: Path,
        limits: Limits,
        given: Collection[str] = (),
    ) -> None:
        self.connection = connection
        self.work = work
        self.copies = copies
        self.limits = limits
        self.given = frozenset(given)
        self.cpu_seconds = 0.0
        self._count = 0

    async def run(
        self, check: CheckCell, probe: Probe, cells: list[Any], seed: int
    ) -> QuestionOutcome:
        """Have the checker run `check` and relay what it asks for.

        Raises
        ------
        CheckerLost
            If the checker died or took longer than ``limits.check``.
        CheckFailed
            If the check raised.
        """
        message = await self._converse(
            {
                "op": "check",
                "grade_id": check.grade_id,
                "source": check.source,
                "points": check.points,
                "seed": seed,
                "rules": [[rule.names, rule.keywords] for rule in check.rules],
                "written": self._written(check, cells) if check.rules else None,
            },
            probe,
            cells,
        )
        return QuestionOutcome(
            check.grade_id,
            float(message["points"]),
            check.points,
            str(message["state"]),
            str(message["title"]),
            tuple(message["findings"]),
        )

    def begin(self, notebook: NotebookJob) -> None:
        """Tell the checker of the author's notebook, whose assert cells it will run."""
        cells = [[str(cell.part), cell.source, cell.grade_id] for cell in notebook.instructor]
        send(self.connection, {"op": "notebook", "cells": cells})

    async def run_foreign(
        self, check: CheckCell, probe: Probe, cells: list[Any]
    ) -> tuple[QuestionOutcome, list[NotebookNode]]:
        """Have the checker run an assert cell and relay what it asks for.

        Raises
        ------
        CheckerLost
            If the checker died or took longer than ``limits.check``.
        CheckFailed
            If it failed over the cell through no fault of the student's.
        """
        found = code_cells(cells)
        written = None
        if not too_long((cell for _, cell in found), {}):
            written = [
                [grade_id, cell.source, cell.role in (Role.ANSWER, Role.OTHER)]
                for grade_id, cell in found
            ]
        message = await self._converse(
            {
                "op": "foreign",
                "grade_id": check.grade_id,
                "source": check.source,
                "written": written,
            },
            probe,
            cells,
            self.limits.cell,
        )
        outputs = [from_dict(output) for output in message["outputs"]]
        unserved = str(message["unserved"])
        if unserved:
            state, points = UNGRADED, 0.0
        else:
            points = score_of(outputs, check.points)
            if score_of(outputs, 1.0) == 0:
                state = "failed"
            else:
                state = "passed" if points >= check.points else "partial"
        return QuestionOutcome(check.grade_id, points, check.points, state, unserved), outputs

    async def _converse(
        self,
        request: dict[str, Any],
        probe: Probe,
        cells: list[Any],
        student_seconds: float | None = None,
    ) -> dict[str, Any]:
        """Send a request and answer what the checker asks until its verdict comes.

        Parameters
        ----------
        request : dict
        probe : Probe
        cells : list of NotebookNode
        student_seconds : float or None
            What student code may take in all; ``None`` is no limit beyond that of each call.
        """
        deadline = time.monotonic() + self.limits.check
        send(self.connection, request)
        while True:
            left = deadline - time.monotonic()
            if left <= 0:
                raise CheckerLost(
                    f"The check {request['grade_id']!r} took longer than {self.limits.check:g} s."
                )
            message = await asyncio.to_thread(receive, self.connection, left)
            if message.get("op") == "verdict":
                self.cpu_seconds += float(message["cpu_seconds"])
                return message
            if message.get("op") == "failed":
                raise CheckFailed(request["grade_id"], str(message["message"]))
            started = time.monotonic()
            answer = await self._answer(message, probe, cells, student_seconds)
            # Time that student code takes has its own limit and is not the checker's.
            taken = time.monotonic() - started
            deadline += taken
            if student_seconds is not None:
                student_seconds = max(0.0, student_seconds - taken)
            send(self.connection, answer)

    async def _answer(
        self, message: dict[str, Any], probe: Probe, cells: list[Any], left: float | None
    ) -> dict[str, Any]:
        match message.get("op"):
            case "ask":
                if left == 0:
                    return {"status": "timeout"}
                seconds = self.limits.probe if left is None else min(self.limits.probe, left)
                respond = self._respond if message.get("listens") else None
                request = message["expression"]
                return _claim(await probe.ask(request, timeout=seconds, respond=respond))
            case "artifact":
                return self._artifact(str(message["name"]))
            case "outputs":
                cell = _find(cells, message["grade_id"])
                return {"outputs": [dict(o) for o in cell.get("outputs", [])] if cell else []}
            case "source":
                cell = _find(cells, message["grade_id"])
                return {"source": cell.source if cell else ""}
        raise CheckerLost(f"The checker asked for {message.get('op')!r}.")

    async def _respond(self, prompt: str) -> str:
        """Have the checker answer what the student's code calls back."""
        if len(prompt) > MESSAGE // 4:
            return "{}"
        send(self.connection, {"status": "callback", "prompt": prompt})
        message = await asyncio.to_thread(receive, self.connection, self.limits.check)
        if message.get("op") != "respond":
            raise CheckerLost(f"The checker asked for {message.get('op')!r} in a callback.")
        return str(message["text"])

    def _written(self, check: CheckCell, cells: list[Any]) -> dict[str, Any] | None:
        """Return what the rules of `check` are judged on; ``None`` if that is too much."""
        grade_ids, found = zip(*code_cells(cells), strict=True)
        try:
            modules = self._modules()
        except (FileRefused, PermissionError):
            return None
        if too_long(found, modules):
            return None
        return {
            "cells": [[c.source, c.role, c.number] for c in found],
            "check": grade_ids.index(check.grade_id),
            "modules": modules,
        }

    def _modules(self) -> dict[str, str]:
        """Return the Python files beside the notebook that a student may have written."""
        found = {}
        for entry in scan(self.work):
            name = entry.path.removesuffix(".py")
            if name == entry.path or entry.path in self.given or name.count("/") > MODULE_DEPTH:
                continue
            text = TOO_LONG
            if entry.size < len(TOO_LONG):
                self._count += 1
                copy = self.copies / str(self._count)
                copy_entry(self.work, entry.path, copy, max_bytes=len(TOO_LONG))
                text = copy.read_text(encoding="utf-8", errors="replace")
            found[name.replace("/", ".")] = text
        return found

    def _artifact(self, name: str) -> dict[str, Any]:
        self._count += 1
        target = self.copies / str(self._count)
        try:
            copy_entry(self.work, name, target, max_bytes=self.limits.files)
        except FileRefused as error:
            return {"error": str(error), "missing": error.missing}
        return {"path": str(target)}


def _claim(answer: Mapping[str, Any]) -> dict[str, Any]:
    """Return what the kernel answered as a message for the checker, which it cannot break.

    The agent's reply is carried as text, so that however it is nested the message is not; one
    too large to be sent counts as none.
    """
    status, data = answer.get("status"), answer.get("data")
    if status in ("dead", "timeout"):
        return {"status": status}
    if status != "ok" or not isinstance(data, Mapping):
        return {"status": "error"}
    try:
        text = json.dumps(data.get(PROBE_MIME))
    except (ValueError, RecursionError):
        return {"status": "error"}
    quoted = len(text) + text.count('"') + text.count("\\")
    if quoted > MESSAGE - 1024:
        return {"status": "error"}
    return {"status": "ok", "reply": text}


def _find(cells: list[Any], grade_id: str) -> Any:
    for cell in cells:
        if cell.metadata.get("nbgrader", {}).get("grade_id") == grade_id:
            return cell
    return None
