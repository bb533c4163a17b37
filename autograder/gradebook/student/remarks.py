"""What a student should know of what they hand in."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

from autograder.gradebook.description import LatePolicy
from autograder.gradebook.package import printable
from autograder.gradebook.reading import UnreadableNotebookError
from autograder.gradebook.student.restore import cells_of
from autograder.gradebook.student.results import GradedNotebook, ReleasedCell

__all__ = ["Handed", "about_notebooks", "about_time", "look_at"]

SUFFIX = ".ipynb"
MOST_NAMED = 10
UNITS = (("day", 86400), ("hour", 3600), ("minute", 60), ("second", 1))


@dataclass(frozen=True, slots=True)
class Handed:
    """The notebooks of a submission against those of the release.

    Parameters
    ----------
    graded : tuple of GradedNotebook
        What will be graded.
    missing : tuple of str
        Files of notebooks that are not there.
    not_graded : tuple of str
        Notebooks that are not part of the assignment.
    renamed : tuple of (str, str)
        A missing notebook, and the one that seems to be it.
    damaged : tuple of (str, str)
        A notebook that cannot be read, and why.
    deleted, edited : tuple of (str, str)
        A notebook and the grade id of a cell of it.
    """

    graded: tuple[GradedNotebook, ...]
    missing: tuple[str, ...]
    not_graded: tuple[str, ...]
    renamed: tuple[tuple[str, str], ...] = ()
    damaged: tuple[tuple[str, str], ...] = ()
    deleted: tuple[tuple[str, str], ...] = ()
    edited: tuple[tuple[str, str], ...] = ()


def look_at(folder: Path, notebooks: Sequence[GradedNotebook], kept: Path | None) -> Handed:
    """Compare what is handed in with what was released.

    Parameters
    ----------
    folder : Path
        What is handed in.
    notebooks : sequence of GradedNotebook
        Those of the assignment.
    kept : Path or None
        The pristine copy of the release.
    """
    present = {path.stem: path for path in sorted(folder.glob(f"*{SUFFIX}"))}
    wanted = {notebook.name: notebook for notebook in notebooks}
    missing = [name for name in wanted if name not in present]
    others = [name for name in present if name not in wanted]
    damaged: list[tuple[str, str]] = []
    deleted: list[tuple[str, str]] = []
    edited: list[tuple[str, str]] = []
    for name in wanted:
        if name not in present:
            continue
        try:
            mine = cells_of(present[name])
        except (UnreadableNotebookError, OSError) as error:
            damaged.append((name + SUFFIX, str(error)))
            continue
        for cell, what in _differences(_released(kept, name), mine):
            (deleted if what == "deleted" else edited).append((name + SUFFIX, cell))
    bad = {name for name, _ in damaged}
    return Handed(
        graded=tuple(n for n in notebooks if n.name in present and n.name + SUFFIX not in bad),
        missing=tuple(name + SUFFIX for name in missing),
        not_graded=tuple(printable(name) + SUFFIX for name in others),
        renamed=tuple(_renamed(kept, missing, {name: present[name] for name in others})),
        damaged=tuple(damaged),
        deleted=tuple(deleted),
        edited=tuple(edited),
    )


def _released(kept: Path | None, name: str) -> list[ReleasedCell]:
    if kept is None:
        return []
    try:
        return cells_of(kept / f"{name}{SUFFIX}")
    except (UnreadableNotebookError, OSError):
        return []


def _differences(
    released: list[ReleasedCell], mine: list[ReleasedCell]
) -> Iterator[tuple[str, str]]:
    found = {cell.grade_id: cell for cell in mine}
    for cell in released:
        if cell.grade_id not in found:
            if cell.graded or cell.solution:
                yield cell.grade_id, "deleted"
        elif cell.locked and found[cell.grade_id].source != cell.source:
            yield cell.grade_id, "edited"


def _renamed(
    kept: Path | None, missing: list[str], others: dict[str, Path]
) -> Iterator[tuple[str, str]]:
    """Find which notebook a missing one has become: the one with its cells."""
    for name in missing:
        cells = {cell.grade_id for cell in _released(kept, name)}
        for other, path in others.items():
            try:
                mine = {cell.grade_id for cell in cells_of(path)}
            except (UnreadableNotebookError, OSError):
                continue
            if cells and len(cells & mine) * 2 > len(cells):
                yield name + SUFFIX, printable(other) + SUFFIX
                break


def about_notebooks(handed: Handed) -> Iterator[str]:
    """Say what is wrong with the notebooks, and how to mend it."""
    renamed = dict(handed.renamed)
    for name in handed.missing:
        if name in renamed:
            yield (
                f"{name} is missing. {renamed[name]} seems to be it: rename it back and hand in "
                "again, since only a notebook of the released name is graded."
            )
        else:
            yield f"{name} is missing and gets no points. Restore it and hand in again."
    for name, why in handed.damaged:
        yield f"{name} cannot be graded: {why}"
    for name, cells in _by_notebook(handed.deleted):
        yield (
            f"{name}: graded cells or answers were deleted ({cells}) and get no points. Restore "
            "them and hand in again."
        )
    for name, cells in _by_notebook(handed.edited):
        yield (
            f"{name}: locked cells were edited ({cells}). They are graded as they were released, "
            "whatever stands there now."
        )


def _by_notebook(cells: Sequence[tuple[str, str]]) -> Iterator[tuple[str, str]]:
    for name in dict.fromkeys(name for name, _ in cells):
        ids = [printable(cell) for owner, cell in cells if owner == name]
        more = f" and {len(ids) - MOST_NAMED} more" if len(ids) > MOST_NAMED else ""
        yield name, ", ".join(ids[:MOST_NAMED]) + more


def about_time(late_seconds: float | None, late: LatePolicy | None) -> Iterator[str]:
    """Say by how much a submission is late, and what that costs."""
    if not late_seconds:
        return
    method = late.method if late is not None else None
    costs = {
        "none": "The course takes no points off for that.",
        "zero": "The course gives no points for late work.",
    }.get(method or "", "What that costs is a rule of the course: ask your instructor.")
    yield f"This is {_duration(late_seconds)} late. {costs}"


def _duration(seconds: float) -> str:
    """Two units at most, as in "1 day 2 hours"."""
    left = max(1, int(seconds))
    parts = []
    for unit, size in UNITS:
        count, left = divmod(left, size)
        if count:
            parts.append(f"{count} {unit}{'s' if count > 1 else ''}")
        elif parts:
            break
    return " ".join(parts[:2])
