"""``llm-classroom init``: set up a course folder."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from traitlets import Bool, Unicode

from autograder.cli.app import ClassroomApp, classroom_aliases, classroom_flags
from autograder.errors import UsageError

__all__ = ["InitApp"]


class InitApp(ClassroomApp):
    """Sets up a course folder from a checkout, or an empty one."""

    name = "llm-classroom-init"
    description = """
        Set up a course in a folder: sources for nbgrader, what grading needs, and an
        nbgrader_config.py that plugs LLM Classroom in.
        """
    examples = """
llm-classroom init mycourse --from llm-classroom
llm-classroom init mycourse --empty --course=nlp-2026 --exchange=/srv/nbgrader/exchange
"""
    aliases: dict[str, Any] = {
        **classroom_aliases,
        "from": "InitApp.checkout",
        "course": "InitApp.course_id",
        "exchange": "InitApp.exchange",
    }
    flags: dict[str, Any] = {
        **classroom_flags,
        "empty": ({"InitApp": {"empty": True}}, "Take no assignments from anywhere."),
        "force": ({"InitApp": {"force": True}}, "Replace files that exist already."),
        "f": ({"InitApp": {"force": True}}, "Replace files that exist already."),
    }

    checkout = Unicode(
        "", help="Checkout of the course whose assignments are copied: the folder above them."
    ).tag(config=True)
    course_id = Unicode(
        "", help="Name of the course in gradebook and exchange; the folder's name by default."
    ).tag(config=True)
    exchange = Unicode(
        "",
        help="Folder where students fetch and hand in; DIR/exchange by default. "
        "It is made writable by everybody, as nbgrader demands.",
    ).tag(config=True)
    empty = Bool(False, help="Whether to set up a course without assignments.").tag(config=True)
    force = Bool(False, help="Whether to replace files that exist already.").tag(config=True)

    def start(self) -> None:
        """Set the course up and say what to do next."""
        super().start()
        from autograder.gradebook.init import init_course

        if len(self.extra_args) != 1:
            raise UsageError("Name one folder: llm-classroom init DIR --from CHECKOUT.")
        if bool(self.checkout) == self.empty:
            raise UsageError("Say where the course comes from, --from CHECKOUT, or --empty.")
        setup = init_course(
            Path(self.extra_args[0]),
            Path(self.checkout) if self.checkout else None,
            course_id=self.course_id,
            exchange=Path(self.exchange) if self.exchange else None,
            force=self.force,
        )
        self.say(f"Course {setup.course_id} is set up in {setup.root}.")
        for name in setup.assignments:
            self.say(f"  {name}")
        self.say(f"Students fetch from and submit to {setup.exchange}.")
        if setup.assignments:
            self.say(f"Next: cd {setup.root} && llm-classroom release {setup.assignments[0]}")
