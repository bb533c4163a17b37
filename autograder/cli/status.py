"""``llm-classroom status``: the course at a glance."""

from __future__ import annotations

from typing import TYPE_CHECKING

from rich.console import Console
from rich.table import Table

from autograder.cli.app import CourseApp

if TYPE_CHECKING:
    from autograder.gradebook.status import AssignmentStatus

__all__ = ["StatusApp"]

WIDTH = 140
"""Columns of the table where there is no terminal to ask."""


class StatusApp(CourseApp):
    """Shows how far each assignment is."""

    name = "llm-classroom-status"
    description = """
        Show how far each assignment is: submissions by outcome, grades that are of an earlier
        submission than the newest, and work that a person must still read.
        """
    examples = """
llm-classroom status
llm-classroom status --course-dir=/srv/courses/nlp
"""

    def start(self) -> None:
        """Print a table with a row for each assignment."""
        super().start()
        course = self.open_course()
        from autograder.gradebook.status import course_status

        found = course_status(course)
        names = self.requested(course, known=[status.name for status in found])
        if names:
            found = [status for status in found if status.name in names]
        if not found:
            self.say(f"The course in {course.root} has no assignments yet.")
            return
        console = Console()
        if not console.is_terminal:
            console = Console(width=WIDTH)
        console.print(_table(course.course_id or course.root.name, found))
        stale = sum(status.stale for status in found)
        if stale:
            self.say(
                f"{stale} grade{'s are' if stale > 1 else ' is'} stale: "
                "of an earlier submission, since the newest got none."
            )


def _table(title: str, found: list[AssignmentStatus]) -> Table:
    table = Table(title=f"Course {title}", title_justify="left")
    table.add_column("Assignment", no_wrap=True)
    table.add_column("Released")
    table.add_column("Due (UTC)")
    headers = ("Submitted", "Graded", "Failed", "Refused", "Ungraded", "Waiting", "Stale")
    for header in (*headers, "To read", "Mean"):
        table.add_column(header, justify="right")
    for status in found:
        counts = (
            (status.submitted, ""),
            (status.graded, "green"),
            (status.failed, "yellow"),
            (status.refused, "yellow"),
            (status.ungraded, "red"),
            (status.waiting, "cyan"),
            (status.stale, "yellow"),
            (status.to_read, "cyan"),
        )
        table.add_row(
            status.name,
            "yes" if status.released else "no",
            status.due or "–",
            *(f"[{style}]{n}[/]" if n and style else str(n) for n, style in counts),
            "–" if status.mean is None else f"{status.mean:.1f} %",
        )
    return table
