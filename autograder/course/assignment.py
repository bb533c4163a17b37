"""An assignment's settings: what its ``assignment.toml`` says."""

from __future__ import annotations

import difflib
import enum
import keyword
import re
import tomllib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from autograder.course.errors import AssignmentFileError
from autograder.course.roadmap import Roadmap
from autograder.course.table import Table

__all__ = [
    "Assignment",
    "FILE_NAME",
    "Grading",
    "Limits",
    "Rule",
    "Trust",
    "check_rules",
    "load_assignment",
    "read_limits",
    "settings_of",
]

FILE_NAME = "assignment.toml"

# What a kernel itself needs, and how many files are looked through after a run.
FEWEST_PROCESSES, FEWEST_OPEN_FILES, MOST_INODES = 16, 64, 20_000
UNITS = {"KiB": 1 << 10, "MiB": 1 << 20, "GiB": 1 << 30}


class Trust(enum.StrEnum):
    """Where test cells run that are no checks of ours."""

    KERNEL = "kernel"
    """In the student's kernel, as nbgrader runs them."""
    OUTSIDE = "outside"
    """In the checker; only data crosses."""


@dataclass(frozen=True, slots=True)
class Limits:
    """What the assignment allows a submission, where it differs from the grader's own limits.

    Parameters
    ----------
    cell, total : float or None
        Seconds for one cell and for all notebooks together; ``None`` leaves the default, here
        and below.
    memory : int or None
        Bytes.
    cpus, gpus : int
        Threads for the kernel and for the checker; whole devices.
    cpu_time : float or None
        Seconds of processor time for a notebook, all its processes together.
    processes, open_files : int or None
        Processes and threads together; descriptors of one process.
    file_size, disk : int or None
        Bytes of one file, and of all that a submission writes.
    inodes : int or None
        Files and folders in its work directory.
    output_cell, output_total : int or None
        Bytes of output that are kept of a cell and of a notebook.
    """

    cell: float | None = None
    total: float | None = None
    memory: int | None = None
    cpus: int = 1
    gpus: int = 0
    cpu_time: float | None = None
    processes: int | None = None
    open_files: int | None = None
    file_size: int | None = None
    disk: int | None = None
    inodes: int | None = None
    output_cell: int | None = None
    output_total: int | None = None


@dataclass(frozen=True, slots=True)
class Grading:
    """How the assignment is graded."""

    trust: Trust = Trust.KERNEL


@dataclass(frozen=True, slots=True)
class Rule:
    """What the answer to a question must not use: "write it yourself". Students are told.

    Parameters
    ----------
    question : str
        Grade id of the cell with the question's check.
    names : tuple of str
        Dotted names. ``torch.topk`` is what that import path gives under any alias, and what is
        beneath it, as ``peft.tuners`` is beneath ``peft``. A name without dots is the module or
        the builtin of that name and also any attribute or method of that name on any object:
        ``generate`` forbids ``model.generate``. The student's own functions, variables and
        methods of that name are free.
    keywords : tuple of str
        Names of arguments, such as ``num_beams``. With them, `names` are forbidden only in a call
        that passes one of them; without `names`, any call that does is forbidden.
    """

    question: str
    names: tuple[str, ...] = ()
    keywords: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Assignment:
    """An assignment as its author describes it.

    Parameters
    ----------
    id : str
        The name of its folder.
    title, summary : str
    minutes : int
        What a student may expect to need.
    topics, notebooks : tuple of str
        Ids of the roadmap's topics and seed notebooks that it covers.
    prerequisites : tuple of str
        Ids of assignments that come before it.
    links : mapping of str to str
        Addresses by name.
    """

    id: str
    title: str
    summary: str
    minutes: int
    topics: tuple[str, ...] = ()
    notebooks: tuple[str, ...] = ()
    prerequisites: tuple[str, ...] = ()
    links: Mapping[str, str] = field(default_factory=dict)
    limits: Limits = field(default_factory=Limits)
    grading: Grading = field(default_factory=Grading)
    rules: tuple[Rule, ...] = ()


def load_assignment(folder: Path, *, roadmap: Roadmap | None = None) -> Assignment:
    """Read the ``assignment.toml`` of an assignment's folder.

    Parameters
    ----------
    folder : Path
        Its name is the assignment's id.
    roadmap : Roadmap, optional
        Where given, the topics and notebooks must be in it.

    Raises
    ------
    AssignmentFileError
        The file is missing, no TOML, lacks something, or has a key that nobody reads.
    """
    file = folder / FILE_NAME
    root = Table(_parse(file), file, AssignmentFileError)
    links = root.table("links")
    assignment = Assignment(
        id=folder.resolve().name,
        title=root.text("title"),
        summary=root.text("summary"),
        minutes=root.integer("minutes", at_least=1),
        topics=root.texts("topics"),
        notebooks=root.texts("notebooks"),
        prerequisites=root.texts("prerequisites"),
        links={key: links.text(key) for key in links.values},
        limits=_limits(root.table("limits")),
        grading=_grading(root.table("grading")),
        rules=tuple(_rule(table) for table in root.tables("rules")),
    )
    root.finish()
    if roadmap is not None:
        root.check_known("topics", assignment.topics, roadmap.topic_ids, "topic of the roadmap")
        root.check_known(
            "notebooks", assignment.notebooks, roadmap.notebook_ids, "notebook of the roadmap"
        )
    return assignment


def settings_of(root: Path, name: str) -> Assignment | None:
    """Read the settings of an assignment in a course folder; None if it has none.

    Parameters
    ----------
    root : Path
        Of the course; the settings are in ``grading/<name>/``.
    name : str

    Raises
    ------
    AssignmentFileError
        As of :func:`load_assignment`.
    """
    folder = root / "grading" / name
    return load_assignment(folder) if (folder / FILE_NAME).is_file() else None


def check_rules(file: Path, rules: Sequence[Rule], questions: Sequence[str]) -> None:
    """Refuse a rule for a question that no check decides: nobody would enforce it.

    Parameters
    ----------
    file : Path
        The ``assignment.toml``.
    rules : sequence of Rule
    questions : sequence of str
        Grade ids of the assignment's checks.

    Raises
    ------
    AssignmentFileError
        It says which questions there are.
    """
    for number, rule in enumerate(rules):
        if rule.question not in questions:
            near = difflib.get_close_matches(rule.question, questions, n=1)
            hint = f" Did you mean {near[0]!r}?" if near else ""
            known = ", ".join(questions) or "none"
            raise AssignmentFileError(
                file,
                f"rules[{number}].question names {rule.question!r}, which is no cell with a "
                f"check.{hint} The questions are: {known}.",
            )


def _parse(file: Path) -> dict[str, Any]:
    try:
        return tomllib.loads(file.read_text(encoding="utf-8"))
    except OSError as error:
        raise AssignmentFileError(file, f"cannot be read ({error.strerror}).") from error
    except UnicodeDecodeError as error:
        raise AssignmentFileError(file, "is not UTF-8.") from error
    except tomllib.TOMLDecodeError as error:
        raise AssignmentFileError(file, f"is no TOML: {error}.") from error


def read_limits(values: object, place: str) -> Limits:
    """Read limits in the words of ``[limits]`` from somewhere else.

    Parameters
    ----------
    values : mapping
        What :class:`Table` takes.
    place : str
        Where they stand, for errors.

    Raises
    ------
    AssignmentFileError
        If one is not known or cannot be.
    """
    return _limits(Table(values, Path(place), AssignmentFileError))


def _limits(table: Table) -> Limits:
    limits = Limits(
        cell=table.number_or_none("cell"),
        total=table.number_or_none("total"),
        memory=_bytes(table, "memory"),
        cpus=table.integer("cpus", 1, at_least=1),
        gpus=table.integer("gpus", 0),
        cpu_time=table.number_or_none("cpu_time"),
        processes=table.integer_or_none("processes", at_least=FEWEST_PROCESSES),
        open_files=table.integer_or_none("open_files", at_least=FEWEST_OPEN_FILES),
        file_size=_bytes(table, "file_size"),
        disk=_bytes(table, "disk"),
        inodes=table.integer_or_none("inodes", at_least=1),
        output_cell=_bytes(table, "output_cell"),
        output_total=_bytes(table, "output_total"),
    )
    if limits.inodes is not None and limits.inodes > MOST_INODES:
        table.fail(f"{table.key('inodes')} is {limits.inodes}; at most {MOST_INODES} is wanted.")
    table.finish()
    return limits


def _bytes(table: Table, key: str) -> int | None:
    text = table.text_or_none(key)
    if text is None:
        return None
    match = re.fullmatch(r"(\d{1,9}) ?([KMG]iB)", text)
    if match is None or int(match[1]) == 0:
        table.fail(f'{table.key(key)} is {text!r}; a size such as "2 GiB" or "512 MiB" is wanted.')
    return int(match[1]) * UNITS[match[2]]


def _grading(table: Table) -> Grading:
    trust = table.text("trust", Trust.KERNEL)
    table.check_known("trust", [trust], [*Trust], 'place to run tests: "kernel" or "outside"')
    table.finish()
    return Grading(Trust(trust))


def _rule(table: Table) -> Rule:
    rule = Rule(table.text("question"), table.texts("names"), table.texts("keywords"))
    if not rule.names and not rule.keywords:
        table.fail(f"{table.name} forbids nothing; it needs names or keywords.")
    for key, values, dots in (("names", rule.names, True), ("keywords", rule.keywords, False)):
        for value in values:
            parts = value.split(".") if dots else [value]
            if not all(part.isidentifier() and not keyword.iskeyword(part) for part in parts):
                wanted = (
                    "a name such as 'torch.topk'" if dots else "an argument such as 'num_beams'"
                )
                table.fail(f"{table.key(key)} has {value!r}; {wanted} is wanted.")
    table.finish()
    return rule
