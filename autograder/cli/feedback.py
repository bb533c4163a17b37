"""``llm-classroom feedback``: give feedback to students."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from traitlets import Bool

from autograder.cli.app import CourseApp, course_flags
from autograder.errors import UsageError

if TYPE_CHECKING:
    from autograder.gradebook.feedback import Feedback

__all__ = ["FeedbackCommand"]


class FeedbackCommand(CourseApp):
    """Writes feedback pages and releases them through the exchange.

    Not called FeedbackApp: nbgrader has retired that name and would translate its options.
    """

    name = "llm-classroom-feedback"
    description = """
        Write a feedback page for each graded notebook and release it through the exchange. Hidden
        checks show their hints only, and nothing on a page runs.
        """
    examples = """
llm-classroom feedback quantization-int8
llm-classroom feedback quantization-int8 --student=ada --no-release
"""
    flags: dict[str, Any] = {
        **course_flags,
        "no-release": (
            {"FeedbackCommand": {"release": False}},
            "Write the pages and release none.",
        ),
        "show-hidden": (
            {"FeedbackPolicy": {"show_hidden": True}},
            "Show the source of hidden tests and checks, and tracebacks.",
        ),
        # nbgrader's option; pages are written anew in any case.
        "force": ({"BaseConverter": {"force": True}}, "Accepted as nbgrader's; it is the default."),
        "f": ({"BaseConverter": {"force": True}}, "Accepted as nbgrader's; it is the default."),
    }
    nbgrader_classes = ("BaseConverter", "GenerateFeedback", "ExchangeReleaseFeedback")

    release = Bool(True, help="Whether pages are handed to the exchange.").tag(config=True)

    def start(self) -> None:
        """Give feedback on each assignment named."""
        super().start()
        course = self.open_course()
        known = course.assignments()
        names = self.requested(course, known=known)
        if not names:
            raise UsageError("Name at least one assignment: llm-classroom feedback ASSIGNMENT.")
        from autograder.gradebook.feedback import give_feedback

        failed = False
        for name in names:
            feedback = give_feedback(course, name, release=self.release)
            self._report(name, feedback)
            failed = failed or bool(feedback.failures)
        if failed:
            self.exit(1)

    def _report(self, name: str, feedback: Feedback) -> None:
        released = sum(page.released for page in feedback.pages)
        self.say(f"{name}: {len(feedback.pages)} pages, {released} released")
        for page in feedback.pages:
            if not page.released and self.release:
                self.say(f"  {page.student}: not released: {page.reason}: {page.path}")
        for path, reason in feedback.failures:
            self.say(f"  no page for {path}: {reason}")
