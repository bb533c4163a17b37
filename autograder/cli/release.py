"""``llm-classroom release``: give assignments to students."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from traitlets import Bool

from autograder.cli.app import CourseApp, course_flags
from autograder.errors import UsageError

if TYPE_CHECKING:
    from autograder.gradebook.description import Description

__all__ = ["ReleaseCommand"]


class ReleaseCommand(CourseApp):
    """Generates assignments and releases them through the exchange.

    Not called ReleaseApp: nbgrader has retired that name and would translate its options.
    """

    name = "llm-classroom-release"
    description = """
        Generate the students' version of assignments, without solutions and hidden checks, and
        release it through the exchange.
        """
    examples = """
llm-classroom release quantization-int8
llm-classroom release quantization-int8 --force
"""
    flags: dict[str, Any] = {
        **course_flags,
        "force": ({"ReleaseCommand": {"force": True}}, "Replace an earlier release."),
        "f": ({"ReleaseCommand": {"force": True}}, "Replace an earlier release."),
    }
    force = Bool(False, help="Whether an earlier release is replaced.").tag(config=True)

    nbgrader_classes = ("GenerateAssignment", "ExchangeReleaseAssignment")

    def start(self) -> None:
        """Release each assignment named."""
        super().start()
        course = self.open_course()
        names = self.requested(course, known=course.sources())
        if not names:
            raise UsageError("Name at least one assignment: llm-classroom release ASSIGNMENT.")
        from autograder.gradebook.release import release_assignment

        for name in names:
            release = release_assignment(course, name, force=self.force)
            self.say(f"{name}: released {_summary(release.description)}")


def _summary(description: Description) -> str:
    questions = [q for notebook in description.notebooks for q in notebook.questions]
    hidden = sum(q.hidden_findings for q in questions)
    due = f", due {description.due}" if description.due else ""
    return (
        f"{len(questions)} questions, {description.points:g} points, {hidden} hidden findings{due}"
    )
