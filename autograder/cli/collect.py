"""``llm-classroom collect``: take in what students submitted."""

from __future__ import annotations

from collections import Counter
from typing import TYPE_CHECKING, Any

from autograder.cli.app import CourseApp, course_aliases, course_flags
from autograder.errors import UsageError

if TYPE_CHECKING:
    from autograder.gradebook.collect import Collected

__all__ = ["CollectCommand"]


class CollectCommand(CourseApp):
    """Collects submissions from the exchange.

    Not called CollectApp: nbgrader has retired that name and would translate its options.
    """

    name = "llm-classroom-collect"
    description = """
        Collect submissions from the exchange into submitted/. Each is looked at before it
        replaces an earlier one; what is refused is told, and the rest goes on.
        """
    examples = """
llm-classroom collect quantization-int8
llm-classroom collect quantization-int8 --update
llm-classroom collect quantization-int8 --student=ada
"""
    aliases: dict[str, Any] = {**course_aliases, "timezone": "Exchange.timezone"}
    flags: dict[str, Any] = {
        **course_flags,
        "update": (
            {"ExchangeCollect": {"update": True}},
            "Replace submissions by newer ones.",
        ),
        "before-duedate": (
            {"ExchangeCollect": {"before_duedate": True}},
            "Prefer the last submission before the due date to a later one.",
        ),
    }
    nbgrader_classes = ("Exchange", "ExchangeCollect")

    def start(self) -> None:
        """Collect each assignment named."""
        super().start()
        course = self.open_course()
        names = self.requested(course)
        if not names:
            raise UsageError("Name at least one assignment: llm-classroom collect ASSIGNMENT.")
        from autograder.gradebook.collect import collect_assignment

        for name in names:
            found = collect_assignment(course, name)
            self.say(f"{name}: {_summary(found)}")
            for item in found:
                if item.state in ("refused", "error"):
                    self.say(f"  {item.student}: {item.state}: {item.reason}")


def _summary(found: list[Collected]) -> str:
    counts = Counter(item.state for item in found)
    order = ("new", "updated", "kept", "refused", "error")
    parts = [f"{counts[state]} {state}" for state in order if counts[state]]
    return ", ".join(parts) or "no submissions"
