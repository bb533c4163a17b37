"""A job: everything a worker needs to grade one submission, as data."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from autograder.checks.foreign import InstructorCell
from autograder.checks.rules import Forbidden
from autograder.execution.sandbox.policy import Level

__all__ = ["CheckCell", "Job", "Limits", "NotebookJob", "Resources", "Swap", "WarmAddress"]

MEBIBYTE = 1 << 20


@dataclass(frozen=True, slots=True)
class Limits:
    """Bounds on one submission.

    Parameters
    ----------
    cell : float or None
        Seconds a cell may run; ``None`` is no limit.
    total : float or None
        Seconds all notebooks of the submission may run together.
    output_cell, output_total : int
        Bytes of output kept per cell and in all; the tail and a marker stay.
    probe : float
        Seconds the student's function may take for one call of a check.
    check : float
        Seconds the checker may take for one question, its calls included.
    check_memory : int
        Bytes of address space that the checker may add to what it starts with.
    files : int
        Bytes of files that a run may leave behind.
    file_size : int
        Bytes of one of them.
    inodes : int
        How many files and folders.
    cpu_time : float or None
        Seconds of processor time for all processes of a notebook; ``None`` is no limit.
    processes : int
        Processes and threads of a notebook.
    open_files : int
        Descriptors of one process.

    Notes
    -----
    Where a kernel is not isolated, only times, outputs and `files` are looked after.
    """

    cell: float | None = 30.0
    total: float | None = None
    output_cell: int = 1 * MEBIBYTE
    output_total: int = 8 * MEBIBYTE
    probe: float = 30.0
    check: float = 120.0
    check_memory: int = 4096 * MEBIBYTE
    files: int = 512 * MEBIBYTE
    file_size: int = 512 * MEBIBYTE
    inodes: int = 20_000
    cpu_time: float | None = None
    processes: int = 256
    open_files: int = 512


@dataclass(frozen=True, slots=True)
class Resources:
    """What a job asks of the machine.

    Parameters
    ----------
    cpus : int
        Threads for a kernel and for a checker.
    gpus : float
    gpu_memory, memory : int
        Bytes; 0 is no demand.
    timeout : float or None
        Seconds after which the runner gives the job up as lost.
    """

    cpus: int = 1
    gpus: float = 0.0
    gpu_memory: int = 0
    memory: int = 0
    timeout: float | None = None


@dataclass(frozen=True, slots=True)
class CheckCell:
    """A test cell that the checker runs.

    Parameters
    ----------
    grade_id : str
    source : str
        The instructor's, in full.
    points : float
    rules : tuple of Forbidden
        What the source of the answer must not use.
    foreign : bool
        Whether it is no question of ours but an assert cell, whose outputs nbgrader scores.
    """

    grade_id: str
    source: str
    points: float
    rules: tuple[Forbidden, ...] = ()
    foreign: bool = False


@dataclass(frozen=True, slots=True)
class Swap:
    """Other answers to try on the live kernel of a run, before each check cell.

    Parameters
    ----------
    name : str
        Of the variant.
    cells : mapping of str to str
        Sources by grade id, run in place of those cells.
    """

    name: str
    cells: Mapping[str, str]


@dataclass(frozen=True, slots=True)
class NotebookJob:
    """One notebook of a submission.

    Parameters
    ----------
    name : str
        Without ``.ipynb``; the sanitized notebook is ``<bundle>/<name>.ipynb``.
    checks : tuple of CheckCell
        By grade id; taken from the gradebook, never from the submission.
    timeouts : mapping of int to float or None
        Seconds per cell index where they differ from ``limits.cell``.
    instructor : tuple of InstructorCell
        The author's code cells, where foreign ones are among `checks`.
    """

    name: str
    checks: tuple[CheckCell, ...] = ()
    timeouts: Mapping[int, float | None] = field(default_factory=dict)
    instructor: tuple[InstructorCell, ...] = ()


@dataclass(frozen=True, slots=True)
class WarmAddress:
    """Where a process is reached that forks kernels; see :mod:`autograder.execution.warm`.

    Parameters
    ----------
    socket : Path
    level : Level
    interpreter : str
    """

    socket: Path
    level: Level
    interpreter: str


@dataclass(frozen=True, slots=True)
class Job:
    """One submission to grade.

    Parameters
    ----------
    key : str
        Identity of the work: a hash of submission, assignment, grader, environment and seed.
    course, assignment, student : str
    bundle : Path
        Folder with sanitized notebooks and the files that the kernel shall see.
    result : Path
        Folder that the worker creates: executed notebooks and files that the run wrote.
    notebooks : tuple of NotebookJob
        Executed in this order in one shared work directory, a fresh kernel each.
    grader : Path or None
        ``grading/<id>``: what ``import grader`` finds, in the checker only.
    given : tuple of str
        Files of the bundle, by relative path, that are the instructor's: no rule is for them.
    parameters : mapping
        Papermill parameters, for notebooks that have a cell tagged ``parameters``.
    seed : int
        Base of every random input.
    limits : Limits
    resources : Resources
    options : mapping
        nbgrader's ``Execute`` traits that bear on execution, as JSON values.
    preload : tuple of str
        Modules worth importing before a worker is forked.
    replays : tuple of int
        Further seeds under which each check is run on the live kernel; for ``verify``.
    swaps : tuple of Swap
        Other answers that each check must judge too; for ``verify``.
    warm : WarmAddress or None
        The process that forks this job's kernels; ``None`` starts each kernel without isolation.
    """

    key: str
    course: str
    assignment: str
    student: str
    bundle: Path
    result: Path
    notebooks: tuple[NotebookJob, ...]
    grader: Path | None = None
    given: tuple[str, ...] = ()
    parameters: Mapping[str, Any] = field(default_factory=dict)
    seed: int = 0
    limits: Limits = field(default_factory=Limits)
    resources: Resources = field(default_factory=Resources)
    options: Mapping[str, Any] = field(default_factory=dict)
    preload: tuple[str, ...] = ()
    replays: tuple[int, ...] = ()
    swaps: tuple[Swap, ...] = ()
    warm: WarmAddress | None = None
