"""Release an assignment: generate what students get, then hand it to the exchange."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import Any

from nbconvert.exporters.exporter import ResourcesDict
from nbformat import NotebookNode
from nbgrader.converters import GenerateAssignment
from nbgrader.exchange import ExchangeError
from nbgrader.preprocessors import ClearHiddenTests, NbGraderPreprocessor, SaveCells

from autograder.checks.errors import CheckError
from autograder.checks.hidden import count_hidden_findings, strip_hidden
from autograder.errors import OverwriteError, UnknownAssignmentError, UsageError
from autograder.gradebook.conversion import RemembersFailures, convert
from autograder.gradebook.course import Course
from autograder.gradebook.describe import describe
from autograder.gradebook.description import FILE_NAME, Description
from autograder.gradebook.errors import TransferError
from autograder.gradebook.rules import TellRules, refuse_unknown_questions

__all__ = ["HideFindings", "KeepParameters", "Release", "release_assignment"]

NAMESPACE = "llm_classroom"
"""Key of what we keep in a cell's metadata."""


class HideFindings(ClearHiddenTests):
    """Takes hidden regions away; a check then says how many findings grading adds.

    Runs where ``ClearHiddenTests`` does: after ``SaveCells``, so that the gradebook keeps the
    whole check.
    """

    def preprocess_cell(
        self, cell: NotebookNode, resources: ResourcesDict, cell_index: int
    ) -> tuple[NotebookNode, ResourcesDict]:
        """Replace the hidden regions of a check by a comment, and count what was in them."""
        count = _findings(cell) if self.begin_test_delimeter in cell.source else 0
        if count:
            cell.source = strip_hidden(cell.source)
            cell.metadata[NAMESPACE] = {"hidden_findings": count}
        cell, resources = super().preprocess_cell(cell, resources, cell_index)
        return cell, resources


def _findings(cell: NotebookNode) -> int:
    try:
        return count_hidden_findings(cell.source)
    except CheckError:
        # Not Python, or no proper region, which nbgrader will say.
        return 0


class KeepParameters(NbGraderPreprocessor):
    """Drops every cell tag but ``parameters``, by which papermill finds what it may set."""

    def preprocess_cell(
        self, cell: NotebookNode, resources: ResourcesDict, cell_index: int
    ) -> tuple[NotebookNode, ResourcesDict]:
        """Drop tags; others, such as ``skip-execution``, could change how the cell is graded."""
        if "tags" in cell.metadata:
            kept = [tag for tag in cell.metadata.tags if tag == "parameters"]
            if kept:
                cell.metadata.tags = kept
            else:
                del cell.metadata["tags"]
        return cell, resources


class _Generate(RemembersFailures, GenerateAssignment):
    """``GenerateAssignment`` with our preprocessors, whether or not the course is set up so."""

    def start(self) -> None:
        self.preprocessors: Any = _with_ours(list(self.preprocessors))
        super().start()


def _with_ours(preprocessors: list[Any]) -> list[Any]:
    ours = [HideFindings if _is(p, ClearHiddenTests) else p for p in preprocessors]
    if not any(_is(p, TellRules) for p in ours):
        last = [i for i, p in enumerate(ours) if _is(p, HideFindings) or _is(p, SaveCells)]
        ours.insert(last[-1] + 1 if last else len(ours), TellRules)
    if not any(_is(p, KeepParameters) for p in ours):
        ours.append(KeepParameters)
    return ours


def _is(preprocessor: Any, cls: type) -> bool:
    """Whether an entry of a list of preprocessors, a class or its dotted name, is `cls`."""
    if isinstance(preprocessor, str):
        return preprocessor.rpartition(".")[2] == cls.__name__
    return preprocessor is cls


@dataclass(frozen=True, slots=True)
class Release:
    """A released assignment.

    Parameters
    ----------
    folder : Path
        What students get.
    description : Description
        What ``classroom.json`` says.
    """

    folder: Path
    description: Description


def release_assignment(course: Course, name: str, *, force: bool = False) -> Release:
    """Generate an assignment and release it through the course's exchange.

    Parameters
    ----------
    course : Course
    name : str
    force : bool
        Whether an earlier release is replaced.

    Raises
    ------
    UnknownAssignmentError
        If ``source/`` has no such assignment.
    OverwriteError
        If it has been released before and `force` is false.
    UsageError
        If the course has no id, which the exchange needs.
    AssignmentFileError
        If ``assignment.toml`` is malformed or has a rule for a question that is not there.
    ConversionError
        If a notebook cannot be converted.
    TransferError
        If the exchange refuses.
    """
    if name not in course.sources():
        raise UnknownAssignmentError(name, course.sources())
    if not course.course_id:
        raise UsageError(
            "The course has no id, so it has no exchange. Set c.CourseDirectory.course_id in "
            "nbgrader_config.py or give --course."
        )
    folder = course.path("release", ".", name)
    if folder.exists() and not force:
        raise OverwriteError(f"{folder} exists already. Use --force to release {name} again.")
    refuse_unknown_questions(course, name)
    course.prepare_gradebook()
    converter = _Generate(coursedir=course.directory_for(name), parent=course.parent)
    converter.force = force
    convert(converter)
    description = describe(course, name)
    (folder / FILE_NAME).write_text(description.to_json(), encoding="utf-8")
    _transfer(course, name, force)
    return Release(folder, description)


def _transfer(course: Course, name: str, force: bool) -> None:
    exchange = course.exchange.ReleaseAssignment(
        coursedir=course.directory_for(name),
        authenticator=course.authenticator,
        parent=course.parent,
    )
    exchange.force = force
    try:
        exchange.start()
    except (ExchangeError, OSError) as error:
        raise TransferError(f"{name} was generated but not released: {error}") from error
