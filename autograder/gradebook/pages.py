"""Feedback pages: what is hidden, what is sanitized, how a graded notebook becomes HTML."""

from __future__ import annotations

import base64
import binascii
from pathlib import Path
from typing import Any

from nbconvert.exporters import HTMLExporter
from nbconvert.exporters.exporter import ResourcesDict
from nbconvert.preprocessors import Preprocessor
from nbformat import NotebookNode
from nbformat.v4 import new_output
from nbgrader.api import Gradebook
from nbgrader.coursedir import CourseDirectory
from nbgrader.preprocessors import ClearHiddenTests
from nbgrader.utils import is_grade, is_solution
from pygments.formatters import HtmlFormatter
from traitlets import Bool
from traitlets.config import Config

from autograder.checks.cell import is_check
from autograder.checks.hidden import strip_hidden
from autograder.checks.report import REPORT_MIME, public_finding
from autograder.gradebook.markup import render_markdown, render_math, sanitize_html
from autograder.gradebook.page_report import notebook_report, script

__all__ = ["AttachReport", "FeedbackExporter", "FeedbackPolicy", "SanitizeOutputs"]

NAMESPACE = "llm_classroom"
TEMPLATES = Path(__file__).parent / "templates"
HIDDEN_ERROR = "This cell failed. Some of its tests are hidden, so what it printed is not shown."
NOT_SERVED = "This test got no verdict here. It will be graded by hand."
HIDDEN_TESTS = "# hidden tests: not shown"


class _Step(Preprocessor):
    enabled = Bool(True, help="Whether this step is taken.").tag(config=True)


class FeedbackPolicy(_Step):
    """Decides what of a check a student may read."""

    show_hidden = Bool(
        False,
        help="Whether feedback shows the source of hidden tests and checks, what their cells "
        "printed, and tracebacks.",
    ).tag(config=True)

    def preprocess(
        self, nb: NotebookNode, resources: ResourcesDict
    ) -> tuple[NotebookNode, ResourcesDict]:
        """Apply the policy to every cell."""
        # Its own section only: the exporter's defaults name options that nbgrader does not know.
        options = Config({"ClearHiddenTests": self.config.ClearHiddenTests})
        hidden = ClearHiddenTests(config=options, log=self.log)
        for cell in nb.cells:
            # Whatever a submission carries under our name is not ours.
            cell.metadata.pop(NAMESPACE, None)
            if is_grade(cell) and not is_solution(cell) and cell.cell_type == "code":
                self._apply(cell, hidden)
        return nb, resources

    def _apply(self, cell: NotebookNode, hidden: ClearHiddenTests) -> None:
        check = is_check(cell.source)
        report = _report(cell) if check else None
        if report is not None:
            cell.metadata[NAMESPACE] = {"report": report}
        if self.show_hidden:
            return
        if report is not None:
            cell.outputs = []
        elif hidden.begin_test_delimeter in cell.source:
            cell.outputs = _without_text(cell.outputs)
        if hidden.begin_test_delimeter in cell.source:
            cell.source = strip_hidden(cell.source) if check else _strip(cell.source, hidden)


def _report(cell: NotebookNode) -> dict[str, Any] | None:
    for output in cell.outputs:
        found = output.get("data", {}).get(REPORT_MIME)
        if isinstance(found, dict) and isinstance(found.get("findings"), list):
            return {**found, "findings": [public_finding(f) for f in found["findings"]]}
    return None


def _without_text(outputs: list[NotebookNode]) -> list[NotebookNode]:
    """Keep the points that a cell of hidden tests gave; say that it failed if it did."""
    kept = [output for output in outputs if _is_points(output)]
    if any(output.get("ename") == "NotServed" for output in outputs):
        kept.append(
            new_output("error", ename="NotServed", evalue=NOT_SERVED, traceback=[NOT_SERVED])
        )
    elif any(output.output_type == "error" for output in outputs):
        kept.append(
            new_output("error", ename="Failed", evalue=HIDDEN_ERROR, traceback=[HIDDEN_ERROR])
        )
    return kept


def _is_points(output: NotebookNode) -> bool:
    if output.output_type != "execute_result":
        return False
    try:
        float(output.data.get("text/plain", ""))
    except (TypeError, ValueError):
        return False
    output.data = {"text/plain": output.data["text/plain"]}
    return True


def _strip(source: str, hidden: ClearHiddenTests) -> str:
    kept: list[str] = []
    inside = False
    for line in source.split("\n"):
        if hidden.begin_test_delimeter in line:
            inside = True
            kept.append(HIDDEN_TESTS)
        elif hidden.end_test_delimeter in line:
            inside = False
        elif not inside:
            kept.append(line)
    return "\n".join(kept)


class AttachReport(_Step):
    """Puts scores and comments of the gradebook, and what the run log knows, on the page."""

    def preprocess(
        self, nb: NotebookNode, resources: ResourcesDict
    ) -> tuple[NotebookNode, ResourcesDict]:
        """Add ``resources["classroom"]``, and each graded cell's part of it to its metadata."""
        about = resources["nbgrader"]
        course = CourseDirectory(parent=self)
        with Gradebook(about["db_url"], course.course_id) as gradebook:
            report = notebook_report(
                nb,
                gradebook,
                Path(course.root),
                assignment=about["assignment"],
                student=about["student"],
                name=about["notebook"],
            )
        resources["classroom"] = report
        questions = {question["grade_id"]: question for question in report["questions"]}
        comments = {comment["grade_id"]: comment["text"] for comment in report["comments"]}
        for cell in nb.cells:
            grade_id = cell.metadata.get("nbgrader", {}).get("grade_id", "")
            ours = cell.metadata.setdefault(NAMESPACE, NotebookNode())
            ours["question"] = questions.get(grade_id)
            ours["comment"] = comments.get(grade_id, "")
            ours["answer"] = bool(is_solution(cell))
        return nb, resources


class SanitizeOutputs(_Step):
    """Keeps of each output what can be shown and cannot run."""

    def preprocess_cell(
        self, cell: NotebookNode, resources: ResourcesDict, cell_index: int
    ) -> tuple[NotebookNode, ResourcesDict]:
        """Sanitize the outputs of a code cell; Markdown is sanitized when it is rendered."""
        for output in cell.get("outputs", ()):
            if "data" in output:
                output.data = NotebookNode(_showable(output.data))
        return cell, resources


def _showable(data: NotebookNode) -> dict[str, str]:
    kept = {
        kind: data[kind]
        for kind in ("text/plain", "text/markdown", "text/latex")
        if isinstance(data.get(kind), str)
    }
    for kind in ("image/png", "image/jpeg"):
        picture = _base64(data.get(kind))
        if picture:
            kept[kind] = picture
    if isinstance(data.get("text/html"), str):
        cleaned = sanitize_html(data["text/html"])
        if cleaned.strip():
            kept["text/html"] = cleaned
    return kept


def _base64(text: Any) -> str:
    if not isinstance(text, str):
        return ""
    try:
        return base64.b64encode(base64.b64decode("".join(text.split()), validate=True)).decode()
    except (binascii.Error, ValueError):
        return ""


class FeedbackExporter(HTMLExporter):
    """Writes a page without scripts and without anything from another server."""

    @property
    def default_config(self) -> Config:
        """Our template; a course may name another as ``FeedbackExporter.template_name``."""
        config: Config = super().default_config
        # nbgrader's converter names its own template for every HTMLExporter; this wins over it.
        config.FeedbackExporter.template_name = "classroom_feedback"
        config.FeedbackExporter.extra_template_basedirs = [str(TEMPLATES)]
        return config

    def default_filters(self) -> Any:
        """Every filter that lets HTML through sanitizes it."""
        yield from super().default_filters()  # type: ignore[no-untyped-call]
        yield ("markdown", render_markdown)
        yield ("math", render_math)
        yield ("code_style", lambda _: HtmlFormatter(style="xcode").get_style_defs(".highlight"))

    def from_notebook_node(  # type: ignore[override]  # as in HTMLExporter
        self, nb: NotebookNode, resources: dict[str, Any] | None = None, **kwargs: Any
    ) -> tuple[str, dict[str, Any]]:
        """Render a notebook; its report is added last, so that no sanitizing can touch it."""
        page, used = super().from_notebook_node(nb, resources, **kwargs)
        report = used.get("classroom")
        if report is not None:
            head, body, tail = page.rpartition("</body>")
            page = f"{head}{script(report)}\n{body}{tail}"
        return page, used
