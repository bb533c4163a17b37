"""The server extension: configuration, routes, events."""

from __future__ import annotations

import re
from pathlib import Path

from jupyter_core.paths import jupyter_data_dir
from jupyter_server.extension.application import ExtensionApp
from traitlets import Unicode

from autograder.course import load_roadmap
from llm_classroom.classroom import Classroom
from llm_classroom.handlers.routes import BASE, routes

__all__ = ["ClassroomApp"]

EVENTS = Path(__file__).with_name("events")


class ClassroomApp(ExtensionApp):
    """LLM Classroom, for the student whose server this is."""

    name = "llm_classroom"
    description = "A course on large language models as an autograded classroom."
    load_other_extensions = True

    data_dir = Unicode(
        help="Folder for what the classroom remembers of the student, such as progress.json. "
        "Default: llm-classroom in Jupyter's data folder."
    ).tag(config=True)
    notice = Unicode(
        help="What a student should know of a server whose system account they share with the "
        "course: shown in the side panel."
    ).tag(config=True)

    def initialize_settings(self) -> None:
        """Make the classroom, and register what it tells by events."""
        import getpass

        self.settings["llm_classroom_classroom"] = Classroom(
            load_roadmap(),
            Path(self.data_dir or Path(jupyter_data_dir(), "llm-classroom")),
            student=getpass.getuser(),
            notice=self.notice,
        )
        assert self.serverapp is not None and self.serverapp.event_logger is not None
        for schema in sorted(EVENTS.glob("*.yaml")):
            self.serverapp.event_logger.register_event_schema(schema)

    def initialize_handlers(self) -> None:
        """Put the handlers on their paths."""
        for path, handler in routes().items():
            pattern = re.sub(r"\\\{\w+\\\}", "([^/]+)", re.escape(path))
            self.handlers.append((BASE + pattern, handler))
