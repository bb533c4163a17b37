"""The checker process: runs check cells, far from student code.

It holds the instructor's sources, the oracles and the expected values. It reaches the student's
kernel only by asking the executor to relay a request of the probe protocol, and reads the answer
with a codec that knows plain data only.
"""

from __future__ import annotations

import dataclasses
import hashlib
import math
import os
import resource
import sys
import tempfile
import time
import traceback
from multiprocessing.connection import Connection
from pathlib import Path
from typing import TYPE_CHECKING, Any

from autograder.checks import probe_protocol
from autograder.checks.errors import NotAttempted, UnacceptableValue
from autograder.checks.evaluate import evaluate, load_question
from autograder.checks.finding import Finding
from autograder.checks.foreign import Cells, Instructor, InstructorCell, Part, Written
from autograder.checks.rules import Cell, Forbidden, Role, judge, unread
from autograder.execution.channel import receive, send
from autograder.execution.errors import CheckerLost

if TYPE_CHECKING:
    import numpy as np

__all__ = ["ChannelRun", "question_seed", "serve"]


def question_seed(seed: int, question: str) -> int:
    """The seed of one question: 64 bits that depend on the job's seed and the question's id."""
    digest = hashlib.sha256(f"{seed}:{question}".encode()).digest()
    return int.from_bytes(digest[:8], "big")


class ChannelRun:
    """A :class:`~autograder.checks.run.Run` whose kernel is on the other side of a pipe.

    Parameters
    ----------
    connection : Connection
        To the executor.
    seed : int
        Of the question.
    """

    def __init__(self, connection: Connection, seed: int) -> None:
        self._connection = connection
        self._seed = seed
        self._rng: np.random.Generator | None = None

    @property
    def rng(self) -> np.random.Generator:
        """A generator that belongs to this question."""
        if self._rng is None:
            import numpy as np

            self._rng = np.random.default_rng(self._seed)
        return self._rng

    def call(self, function: str, /, *args: Any, **kwargs: Any) -> Any:
        """Call the student's function with plain data."""
        request, nonce = probe_protocol.request_call(function, args, kwargs)
        return self._ask(request, nonce)

    def value(self, name: str, /) -> Any:
        """Fetch the student's variable as plain data."""
        request, nonce = probe_protocol.request_value(name)
        return self._ask(request, nonce)

    def ask(self, expression: str, *, listens: bool = False) -> dict[str, Any]:
        """Have the kernel evaluate an expression, whose code may call back who listens."""
        return self._demand(op="ask", expression=expression, listens=listens)

    def respond(self, text: str) -> dict[str, Any]:
        """Answer a callback."""
        return self._demand(op="respond", text=text)

    def _ask(self, request: str, nonce: str) -> Any:
        answer = self.ask(probe_protocol.expression(request))
        return probe_protocol.read_reply(probe_protocol.reply_in(answer), nonce)

    def artifact(self, name: str, /) -> Path:
        """A private copy of what the run wrote."""
        answer = self._demand(op="artifact", name=name)
        if answer.get("missing"):
            raise NotAttempted(str(answer["error"]))
        if "error" in answer:
            raise UnacceptableValue(str(answer["error"]))
        return Path(answer["path"])

    def outputs(self, grade_id: str, /) -> list[dict[str, Any]]:
        """The outputs of an earlier cell."""
        outputs = self._demand(op="outputs", grade_id=grade_id)["outputs"]
        return list(outputs)

    def student_source(self, grade_id: str, /) -> str:
        """The submitted source of a cell."""
        return str(self._demand(op="source", grade_id=grade_id)["source"])

    def _demand(self, **message: Any) -> dict[str, Any]:
        send(self._connection, message)
        return receive(self._connection)


def _check(connection: Connection, message: dict[str, Any]) -> dict[str, Any]:
    grade_id, source = message["grade_id"], message["source"]
    before = time.process_time()
    question = load_question(source, f"<check {grade_id}>")
    run = ChannelRun(connection, question_seed(message["seed"], grade_id))
    verdict = evaluate(question, run, source)
    if message["rules"]:
        verdict = verdict.with_gate(_written_by_hand(message))
    return {
        "op": "verdict",
        "fraction": verdict.fraction,
        "points": verdict.points(message["points"]),
        "state": verdict.state,
        "title": verdict.title,
        "findings": [_plain(finding) for finding in verdict.findings],
        "cpu_seconds": time.process_time() - before,
    }


def _cells(connection: Connection, message: dict[str, Any], folder: Path) -> Cells:
    """Make ready for the foreign cells of a notebook, whose files go below `folder`."""
    cells = [InstructorCell(Part(part), source, key) for part, source, key in message["cells"]]
    run = ChannelRun(connection, 0)
    return Cells(run, Instructor.of(cells), Path(tempfile.mkdtemp(dir=folder)))


def _foreign(cells: Cells | None, message: dict[str, Any]) -> dict[str, Any]:
    if cells is None:
        raise CheckerLost("The executor named no notebook.")
    before = time.process_time()
    given = message["written"]
    written = None if given is None else [Written(*cell) for cell in given]
    verdict = cells.run(message["grade_id"], message["source"], written)
    return {
        "op": "verdict",
        "outputs": list(verdict.outputs),
        "unserved": verdict.unserved,
        "cpu_seconds": time.process_time() - before,
    }


def _written_by_hand(message: dict[str, Any]) -> Finding:
    rules = [Forbidden(tuple(names), tuple(keywords)) for names, keywords in message["rules"]]
    written = message["written"]
    if written is None:
        return unread(rules)
    cells = [Cell(source, Role(role), number) for source, role, number in written["cells"]]
    return judge(cells, written["check"], rules, modules=written["modules"])


def _plain(finding: Finding) -> dict[str, Any]:
    """Turn a finding into JSON data; a number that JSON does not know becomes its name."""
    data = dataclasses.asdict(finding)
    measured = data["measured"]
    if isinstance(measured, float) and not math.isfinite(measured):
        data["measured"] = repr(measured)
    return data


def _limit_memory(extra: int) -> None:
    """Allow `extra` bytes of address space beyond what a warm process starts with."""
    pages = int(Path("/proc/self/statm").read_text(encoding="ascii").split()[0])
    limit = pages * os.sysconf("SC_PAGE_SIZE") + extra
    resource.setrlimit(resource.RLIMIT_AS, (limit, limit))


def serve(grader: Path | None, memory: int, connection: Connection) -> None:
    """Answer check requests until the executor closes the pipe.

    Parameters
    ----------
    grader : Path or None
        Folder whose package ``grader`` the checks may import.
    memory : int
        Bytes of address space to allow beyond what the process starts with.
    connection : Connection
        To the executor.
    """
    _limit_memory(memory)
    if grader is not None:
        sys.path.insert(0, str(grader))
    with tempfile.TemporaryDirectory(prefix="lc-", ignore_cleanup_errors=True) as folder:
        _serve(connection, Path(folder))


def _serve(connection: Connection, folder: Path) -> None:
    cells: Cells | None = None
    while True:
        try:
            message = receive(connection)
        except CheckerLost:
            return
        try:
            if message["op"] == "notebook":
                cells = _cells(connection, message, folder)
                continue
            if message["op"] == "foreign":
                answer = _foreign(cells, message)
            else:
                answer = _check(connection, message)
        except CheckerLost:
            return
        except (
            BaseException
        ) as error:  # a check is an instructor's code: whatever it raises is ours
            last = traceback.extract_tb(error.__traceback__)[-1:]
            where = f" at line {last[0].lineno} of {last[0].filename}" if last else ""
            text = f"{type(error).__name__}: {error}{where}"
            answer = {"op": "failed", "message": text}
        try:
            send(connection, answer)
        except CheckerLost:  # nobody waits for it any more
            return
