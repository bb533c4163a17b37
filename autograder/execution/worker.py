"""Runs one submission: kernel, check cells, the files it leaves; returns an outcome as data."""

from __future__ import annotations

import dataclasses
import errno
import os
import resource
import shutil
import tempfile
import time
from collections.abc import Callable, Iterable, Iterator, Mapping
from multiprocessing.connection import Connection
from pathlib import Path
from typing import Any

import nbformat
from jupyter_client.kernelspec import NoSuchKernel
from nbclient.exceptions import DeadKernelError

from autograder.checks.files import FileRefused, copy_regular_files, scan
from autograder.execution.cells import INJECTED
from autograder.execution.errors import (
    CheckerLost,
    CheckFailed,
    KernelStartError,
    OutputLost,
    RunStopped,
    WarmProcessLost,
)
from autograder.execution.job import Job, NotebookJob
from autograder.execution.probe import ProcessChecker
from autograder.execution.record import judge, restore
from autograder.execution.sandbox import Level
from autograder.execution.session import Session
from autograder.execution.threads import thread_variables
from autograder.execution.warm.flavor import kernel_policy
from autograder.execution.warm.work import WarmWork, open_work
from autograder.log import UNGRADED, NotebookOutcome, Outcome, Status

__all__ = ["execute"]

Observer = Callable[[Mapping[str, Any]], None]
FILES = "files"
KILLED = "kernel-killed"
EXHAUSTED = {
    errno.ENOSPC: "disk-full",
    errno.EDQUOT: "disk-full",
    errno.EFBIG: "disk-full",
    errno.EMFILE: "no-files",
    errno.ENFILE: "no-files",
    errno.ENOMEM: "grader-memory",
}
# With the folders of a course before it, a path must stay one that the system takes.
LONGEST_PATH = 1024
SKIPPED_FOLDERS = frozenset({".ipynb_checkpoints", "__pycache__"})


def execute(
    job: Job, checker: Connection | None = None, *, on_message: Observer | None = None
) -> Outcome:
    """Execute all notebooks of `job` and write what they made to ``job.result``.

    Parameters
    ----------
    job : Job
    checker : Connection or None
        To a process that runs :func:`autograder.execution.checker.serve`; needed for checks.
    on_message : callable or None
        Sees every message that is sent to a kernel.

    Returns
    -------
    Outcome
        *graded*, *failed* or *ungraded*. ``job.result`` then holds ``<name>.ipynb`` for each
        executed notebook and ``files/`` with what the run wrote or changed.
    """
    started, cpu_before = time.monotonic(), _cpu_seconds()
    # A short path: a socket's may have 107 bytes.
    with tempfile.TemporaryDirectory(prefix="lc-", ignore_cleanup_errors=True) as private:
        try:
            outcome = _execute_twice(job, checker, Path(private), on_message)
        except CheckFailed as error:
            outcome = _ours("check-raised", f"{error}. Mend the check; no score was recorded.")
        except CheckerLost as error:
            outcome = _ours("checker-lost", str(error), retriable=True)
        except OutputLost as error:
            outcome = _ours("output-lost", str(error), retriable=True)
        except NoSuchKernel as error:
            text = f"No kernel {error.name!r} is installed here: python -m ipykernel install …"
            outcome = _ours("no-such-kernel", text)
        except KernelStartError as error:
            outcome = _ours("kernel-start", str(error), retriable=not error.known)
        except WarmProcessLost as error:
            outcome = _ours("kernel-lost", str(error), retriable=True)
        except OSError as error:
            if error.errno not in EXHAUSTED:
                raise
            text = f"{os.strerror(error.errno)} while {job.student} was graded."
            outcome = _ours(EXHAUSTED[error.errno], text, retriable=True)
    cpu = _cpu_seconds() - cpu_before
    return dataclasses.replace(
        outcome,
        seed=job.seed,
        isolation=str(job.warm.level if job.warm else Level.NONE),
        seconds=round(time.monotonic() - started, 3),
        cpu_seconds=round(outcome.cpu_seconds + cpu, 3),
    )


def _cpu_seconds() -> float:
    """Processor time of this process and of those that it started and outlived."""
    used = resource.getrusage(resource.RUSAGE_SELF), resource.getrusage(resource.RUSAGE_CHILDREN)
    return sum(u.ru_utime + u.ru_stime for u in used)


def _ours(code: str, reason: str, *, retriable: bool = False) -> Outcome:
    return Outcome(Status.UNGRADED, code=code, reason=reason, retriable=retriable)


def _execute_twice(
    job: Job, connection: Connection | None, private: Path, on_message: Observer | None
) -> Outcome:
    """Execute `job`, and again if something killed its kernel that need not kill the next."""
    try:
        outcome = _execute(job, connection, private / "1", on_message)
        if outcome.code != KILLED:
            return outcome
        # By the student, or by a machine that ran out of memory for another's sake.
    except WarmProcessLost:
        pass  # another is started, and who connects meanwhile waits for it
    shutil.rmtree(job.result)
    return _execute(job, connection, private / "2", on_message)


def _execute(
    job: Job, connection: Connection | None, private: Path, on_message: Observer | None
) -> Outcome:
    for folder in (private / "copies", private / "s", job.result):
        folder.mkdir(parents=True)
    if job.warm is not None:
        environment = _forked_environment(job)
        policy = kernel_policy(
            job.warm.level,
            job.limits,
            memory=job.resources.memory,
            gpus=job.resources.gpus,
            environment=environment,
        )
        with open_work(job.warm, policy) as warm:
            return _execute_in(
                warm.descriptor, warm.path, job, connection, private, on_message, warm
            )
    work = private / "work"
    work.mkdir()
    # The run may move or remove the folder, or put a link in its place; this stays the folder.
    place = os.open(work, os.O_RDONLY | os.O_DIRECTORY | os.O_CLOEXEC)
    try:
        return _execute_in(place, work, job, connection, private, on_message)
    finally:
        os.close(place)


def _execute_in(
    place: int,
    work: Path,
    job: Job,
    connection: Connection | None,
    private: Path,
    on_message: Observer | None,
    warm: WarmWork | None = None,
) -> Outcome:
    entries = [e for e in scan(job.bundle) if not _is_notebook(job, e.path)]
    copy_regular_files(job.bundle, entries, work, max_bytes=job.limits.files)
    before = {e.path: (e.size, e.modified) for e in scan(place)}
    checker = None
    if connection is not None:
        copies = private / "copies"
        checker = ProcessChecker(connection, place, copies, job.limits, given=job.given)
    deadline = None if job.limits.total is None else time.monotonic() + job.limits.total
    notebooks = []
    cpu_seconds = 0.0
    for number, notebook in enumerate(job.notebooks):
        if checker is not None and notebook.instructor:
            checker.begin(notebook)
        folder = private / "s" / str(number)
        folder.mkdir()
        session = Session(
            checks={check.grade_id: check for check in notebook.checks},
            checker=checker,
            limits=job.limits,
            deadline=deadline,
            timeouts=notebook.timeouts,
            folder=folder,
            start_arguments={"cwd": str(work), "env": _environment(job)},
            seed=job.seed,
            on_message=on_message,
            replays=job.replays,
            swaps=job.swaps,
            warm=warm,
            threads=job.resources.cpus,
            private=(job.bundle, job.result, private, *([job.grader] if job.grader else [])),
        )
        notebooks.append(_run_notebook(job, notebook, session))
        cpu_seconds += session.kernel_cpu
    notes = (*_keep_files(job, place, before), *_unserved(notebooks))
    worst = next((n for n in notebooks if n.status is not Status.GRADED), None)
    return Outcome(
        worst.status if worst else Status.GRADED,
        code=worst.code if worst else "",
        reason=f"{worst.name}: {worst.reason}" if worst else "",
        notebooks=tuple(notebooks),
        notes=notes,
        cpu_seconds=cpu_seconds + (checker.cpu_seconds if checker else 0.0),
    )


def _unserved(notebooks: Iterable[NotebookOutcome]) -> Iterator[str]:
    """Say which test cells got no verdict, and why."""
    for notebook in notebooks:
        for question in notebook.questions:
            if question.state == UNGRADED:
                # Why stands in the report: it can tell of a hidden test, and students read notes.
                yield (
                    f"{notebook.name}: the test cell {question.grade_id!r} could not be run "
                    "outside the kernel; it is to be graded by hand."
                )


def _is_notebook(job: Job, path: str) -> bool:
    return any(path == f"{notebook.name}.ipynb" for notebook in job.notebooks)


def _environment(job: Job) -> dict[str, str]:
    """What a kernel gets that is started; one may be asked to look at the hub."""
    offline = os.environ.get("HF_HUB_OFFLINE", "1")
    return {**os.environ, **_forked_environment(job), "HF_HUB_OFFLINE": offline}


def _forked_environment(job: Job) -> dict[str, str]:
    """What a forked kernel gets beside the sandbox's own; nothing of this process's."""
    return {
        **thread_variables(job.resources.cpus),
        "HF_HUB_OFFLINE": "1",
        "NBGRADER_EXECUTION": "autograde",
    }


def _run_notebook(job: Job, notebook: NotebookJob, session: Session) -> NotebookOutcome:
    from papermill.engines import papermill_engines
    from papermill.iorw import load_notebook_node
    from papermill.parameterize import parameterize_notebook

    path = job.bundle / f"{notebook.name}.ipynb"
    with path.open(encoding="utf-8") as file:
        minor = nbformat.read(file, as_version=4).nbformat_minor
    nb = load_notebook_node(str(path))
    name = job.options.get("kernel_name") or nb.metadata.get("kernelspec", {}).get("name")
    options = {key: value for key, value in job.options.items() if key != "kernel_name"}
    for cell in nb.cells:  # papermill replaces, and we remove, what bears its mark
        cell.metadata["tags"] = [t for t in cell.metadata.get("tags", []) if t != INJECTED]
    if job.parameters and any("parameters" in c.metadata.get("tags", []) for c in nb.cells):
        nb = parameterize_notebook(nb, dict(job.parameters), kernel_name=name or "python3")
        session.injected = next(
            i for i, c in enumerate(nb.cells) if INJECTED in c.metadata.get("tags", [])
        )
    stopped: RunStopped | None = None
    try:
        papermill_engines.execute_notebook_with_engine(
            "classroom",
            nb,
            name or "python3",
            progress_bar=False,
            autosave_cell_every=0,
            session=session,
            **options,
        )
    except RunStopped as error:
        stopped = error
    except DeadKernelError:
        index = len(nb.cells) - 1
        stopped = RunStopped("kernel-died", "The kernel ended after the last cell.", index)
    restore(nb, minor)
    text = nbformat.writes(nb)
    # A kernel can send half a surrogate pair, which is no text that a file can hold.
    (job.result / f"{notebook.name}.ipynb").write_bytes(text.encode("utf-8", "replace"))
    status, code, reason, cell = judge(session, stopped)
    return NotebookOutcome(
        notebook.name,
        status,
        code,
        reason,
        cell,
        questions=tuple(session.outcomes),
        replays=tuple(session.replayed),
    )


def _misleads(path: str) -> bool:
    """Whether a file would pass for a submitted notebook, or for the time of submission.

    So would a folder of such a name, in whose place nothing else can then be written.
    """
    top = path.split("/")[0]
    return top.endswith(".ipynb") or top == "timestamp.txt"


def _keep_files(job: Job, place: int, before: Mapping[str, tuple[int, int]]) -> tuple[str, ...]:
    """Copy what the run wrote or changed to ``job.result/files``, within the limits."""
    target = job.result / FILES
    target.mkdir()
    try:
        written = [
            entry
            for entry in scan(place)
            if before.get(entry.path) != (entry.size, entry.modified)
            and not _misleads(entry.path)
            and not SKIPPED_FOLDERS.intersection(entry.path.split("/"))
        ]
        for entry in written:
            if len(os.fsencode(entry.path)) > LONGEST_PATH:
                raise FileRefused(f"{entry.path[:40]!r}… is a path of over {LONGEST_PATH} bytes.")
        copy_regular_files(place, written, target, max_bytes=job.limits.files)
    except OSError as error:  # a refused file, or one that the run has put out of reach
        if error.errno in EXHAUSTED:
            raise
        shutil.rmtree(target)
        target.mkdir()
        return (f"Files that the run wrote were not kept: {error}",)
    return ()
