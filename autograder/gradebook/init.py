"""Set up a course folder: sources for nbgrader, the rest out of its sight, a configuration."""

from __future__ import annotations

import os
import re
import shutil
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from autograder.course import (
    AssignmentFolder,
    assignment_folder,
    assignment_ids,
    load_assignment,
)
from autograder.errors import OverwriteError, UsageError

__all__ = ["Setup", "course_name", "init_course"]

WORLD_WRITABLE = 0o777
JUNK = frozenset({"__pycache__", ".ipynb_checkpoints", ".DS_Store"})

CONFIGURATION = '''"""Configuration of this course; nbgrader's own commands read it too."""

from pathlib import Path

c = get_config()  # noqa: F821

here = Path(__file__).absolute().parent

c.CourseDirectory.root = str(here)
c.CourseDirectory.course_id = {course!r}

# Where students fetch assignments and hand them in. For a class on a shared machine this is a
# folder that every student can reach.
c.Exchange.root = {exchange}

# ---------------------------------------------------------------------------------------------
# What LLM Classroom adds to nbgrader. Formgrader's buttons use it as well.

# A released notebook says how many hidden findings a check has, and never what they are, and
# tells what an answer may not use.
c.GenerateAssignment.preprocessors = [
    "nbgrader.preprocessors.IncludeHeaderFooter",
    "nbgrader.preprocessors.InstantiateTests",
    "nbgrader.preprocessors.LockCells",
    "nbgrader.preprocessors.ClearSolutions",
    "nbgrader.preprocessors.ClearOutput",
    "nbgrader.preprocessors.CheckCellMetadata",
    "nbgrader.preprocessors.ComputeChecksums",
    "nbgrader.preprocessors.SaveCells",
    "autograder.gradebook.release.HideFindings",
    "autograder.gradebook.rules.TellRules",
    "nbgrader.preprocessors.ClearMarkScheme",
    "autograder.gradebook.release.KeepParameters",
    "nbgrader.preprocessors.ComputeChecksums",
    "nbgrader.preprocessors.CheckCellMetadata",
]

# A submission is looked at before it replaces an earlier one.
c.ExchangeFactory.collect = "autograder.gradebook.collect.ClassroomCollect"

# A student's own marks on cells act on nothing.
c.Autograde.sanitize_preprocessors = [
    "autograder.gradebook.preprocessors.PutMarksRight",
    "nbgrader.preprocessors.ClearOutput",
    "nbgrader.preprocessors.DeduplicateIds",
    "nbgrader.preprocessors.OverwriteKernelspec",
    "nbgrader.preprocessors.OverwriteCells",
    "nbgrader.preprocessors.CheckCellMetadata",
    "autograder.gradebook.preprocessors.KeepKnownMetadata",
]

# Checks run outside the student's kernel.
c.Autograde.autograde_preprocessors = [
    "autograder.grading.execute.ClassroomExecute",
    "nbgrader.preprocessors.IgnorePattern",
    "nbconvert.preprocessors.ClearMetadataPreprocessor",
    "nbgrader.preprocessors.LimitOutput",
    "nbgrader.preprocessors.SaveAutoGrades",
    "nbgrader.preprocessors.AssignLatePenalties",
    "nbgrader.preprocessors.CheckCellMetadata",
]

# A feedback page shows what was measured, and neither hidden checks nor anything that runs.
c.GenerateFeedback.exporter_class = "autograder.gradebook.feedback.FeedbackExporter"
c.GenerateFeedback.preprocessors = [
    "autograder.gradebook.feedback.FeedbackPolicy",
    "autograder.gradebook.feedback.AttachReport",
    "autograder.gradebook.feedback.SanitizeOutputs",
]

# Exported grades are quoted, and what has no grade is empty, not zero.
c.ExportApp.plugin_class = "autograder.gradebook.export.ClassroomExportPlugin"
'''


@dataclass(frozen=True, slots=True)
class Setup:
    """What was set up.

    Parameters
    ----------
    root : Path
    course_id : str
    exchange : Path
    assignments : tuple of str
        Those copied from a checkout.
    written : int
        Files written.
    """

    root: Path
    course_id: str
    exchange: Path
    assignments: tuple[str, ...]
    written: int


def course_name(text: str) -> str:
    """Make a course id of a folder's name: what a file name and a URL can carry unquoted."""
    return re.sub(r"[^\w.-]+", "-", text).strip("-.") or "course"


def init_course(
    root: Path,
    checkout: Path | None = None,
    *,
    course_id: str = "",
    exchange: Path | None = None,
    force: bool = False,
) -> Setup:
    """Set up a course in `root`.

    Parameters
    ----------
    root : Path
        Made if need be.
    checkout : Path or None
        Where the course's ``assignments/`` is; without one the course is empty.
    course_id : str
        Made of the folder's name by default.
    exchange : Path or None
        ``<root>/exchange`` by default; every user of the machine may write there.
    force : bool
        Whether to replace files that exist. Nothing is ever removed.

    Raises
    ------
    UsageError
        If the checkout has no assignments or the course id cannot be one.
    OverwriteError
        If a file exists; then nothing has been written.
    """
    root = root.absolute()
    course_id = course_id or course_name(root.name)
    if course_id != course_name(course_id):
        raise UsageError(
            f"{course_id!r} cannot be a course id: use letters, digits, '.', '_' and '-', "
            f"as in {course_name(course_id)!r}."
        )
    copies = dict(_course_files(checkout.absolute())) if checkout is not None else {}
    texts = {Path("nbgrader_config.py"): _configuration(course_id, exchange)}
    targets = [root / path for path in (*texts, *copies)]
    if not force:
        _refuse_to_overwrite(targets)
    for target in targets:
        target.parent.mkdir(parents=True, exist_ok=True)
    for path, text in texts.items():
        (root / path).write_text(text, encoding="utf-8")
    for path, source in copies.items():
        shutil.copyfile(source, root / path)
    (root / "source").mkdir(exist_ok=True)
    folder = exchange.absolute() if exchange is not None else root / "exchange"
    _make_exchange(folder)
    names = sorted({path.parts[1] for path in copies if path.parts[0] == "source"})
    return Setup(root, course_id, folder, tuple(names), len(targets))


def _configuration(course_id: str, exchange: Path | None) -> str:
    where = 'str(here / "exchange")' if exchange is None else repr(str(exchange.absolute()))
    return CONFIGURATION.format(course=course_id, exchange=where)


def _refuse_to_overwrite(targets: list[Path]) -> None:
    existing = [path for path in targets if os.path.lexists(path)]
    if existing:
        more = f" and {len(existing) - 1} more files exist" if len(existing) > 1 else " exists"
        raise OverwriteError(
            f"{existing[0]}{more} already; nothing was written. Use --force to replace them."
        )


def _course_files(checkout: Path) -> Iterator[tuple[Path, Path]]:
    """Yield each file that a course takes from a checkout: where it goes, where it is."""
    names = assignment_ids(checkout)
    if not names:
        raise UsageError(
            f"There are no assignments in {checkout / 'assignments'}. "
            "Name a checkout with --from, or make a course without any with --empty."
        )
    for name in names:
        yield from _assignment_files(assignment_folder(checkout, name))
    roadmap = checkout / "assignments" / "roadmap.yaml"
    if roadmap.is_file():
        yield Path("roadmap.yaml"), roadmap


def _assignment_files(folder: AssignmentFolder) -> Iterator[tuple[Path, Path]]:
    load_assignment(folder.root)  # so that a mistake in it is told now, not while grading
    if not folder.notebook.is_file():
        raise UsageError(f"{folder.root} has no notebook {folder.notebook.name}.")
    source, grading = Path("source", folder.id), Path("grading", folder.id)
    yield source / folder.notebook.name, folder.notebook
    for path in _files(folder.files):
        target = source / path.relative_to(folder.files)
        if target == source / folder.notebook.name:
            raise UsageError(f"{path} would replace the assignment's notebook; rename it.")
        yield target, path
    yield grading / folder.settings.name, folder.settings
    for part in (folder.grader, folder.right, folder.wrong):
        for path in _files(part):
            yield grading / path.relative_to(folder.root), path


def _files(folder: Path) -> Iterator[Path]:
    for path in sorted(folder.rglob("*")):
        if JUNK.intersection(path.relative_to(folder).parts) or path.suffix == ".pyc":
            continue
        if path.is_symlink():
            raise UsageError(f"{path} is a symbolic link; put a copy of the file in its place.")
        if path.is_file():
            yield path


def _make_exchange(folder: Path) -> None:
    # nbgrader refuses an exchange that not everybody can write to, and `mkdir` obeys the umask.
    folder.mkdir(parents=True, exist_ok=True)
    if folder.stat().st_mode & 0o777 == WORLD_WRITABLE:
        return
    try:
        folder.chmod(WORLD_WRITABLE)
    except PermissionError as error:
        raise UsageError(
            f"The exchange {folder} must be writable by everybody and belongs to somebody else. "
            f"Ask its owner to run: chmod 777 {folder}"
        ) from error
