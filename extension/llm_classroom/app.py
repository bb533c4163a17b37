"""The server extension: configuration, routes, events."""

from __future__ import annotations

import re
from copy import deepcopy
from pathlib import Path
from typing import TYPE_CHECKING, cast

from jupyter_core.paths import jupyter_data_dir
from jupyter_server.extension.application import ExtensionApp
from traitlets import Float, Unicode

from autograder.course import load_roadmap
from llm_classroom.check import CheckLimits
from llm_classroom.classroom import Classroom
from llm_classroom.errors import DeskError
from llm_classroom.handlers.routes import BASE, routes
from llm_classroom.jobs import Job

if TYPE_CHECKING:
    from autograder.gradebook.student import Desk

__all__ = ["ClassroomApp"]

EVENTS = Path(__file__).with_name("events")
LIMITS = CheckLimits()
JOB_EVENT = "https://schema.llm-classroom.org/events/job/v1"


class ClassroomApp(ExtensionApp):
    """LLM Classroom, for the student whose server this is.

    The exchange is configured as nbgrader's own commands are: by ``nbgrader_config.py`` in
    Jupyter's folders and in the server's root folder, and by the server's own configuration
    (``c.Exchange.root`` and the like), which wins.
    """

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
    check_cell_timeout = Float(
        LIMITS.cell, min=1, help="Seconds that one cell may run when a notebook is checked."
    ).tag(config=True)
    check_timeout = Float(
        LIMITS.total, min=1, help="Seconds that a notebook may run when it is checked."
    ).tag(config=True)
    check_startup_timeout = Float(
        LIMITS.startup, min=1, help="Seconds that the kernel of a check has to answer."
    ).tag(config=True)

    def initialize_settings(self) -> None:
        """Make the classroom, and register what it tells by events."""
        assert self.serverapp is not None and self.serverapp.event_logger is not None
        assert self.serverapp.kernel_spec_manager is not None
        for schema in sorted(EVENTS.glob("*.yaml")):
            self.serverapp.event_logger.register_event_schema(schema)
        self.settings["llm_classroom_classroom"] = Classroom(
            load_roadmap(),
            self._data(),
            open_desk=self._open_desk,
            specs=self.serverapp.kernel_spec_manager,
            tell=self._tell,
            log=self.log,
            limits=CheckLimits(
                cell=self.check_cell_timeout,
                total=self.check_timeout,
                startup=self.check_startup_timeout,
            ),
            notice=self.notice,
        )

    def initialize_handlers(self) -> None:
        """Put the handlers on their paths."""
        for path, handler in routes().items():
            pattern = re.sub(r"\\\{\w+\\\}", "([^/]+)", re.escape(path))
            self.handlers.append((BASE + pattern, handler))

    async def stop_extension(self) -> None:
        """End jobs and their kernels with the server."""
        classroom = self.settings.get("llm_classroom_classroom")
        if classroom is not None:
            await cast("Classroom", classroom).close()

    def _data(self) -> Path:
        return Path(self.data_dir or Path(jupyter_data_dir(), "llm-classroom"))

    def _open_desk(self) -> Desk:
        """Open the student's side of the exchange; runs in a thread, since nbgrader is slow."""
        from autograder.gradebook.student import open_desk, read_config

        assert self.serverapp is not None
        folder = Path(self.serverapp.root_dir)
        try:
            config = read_config(folder)
            config.merge(deepcopy(self.config))
            return open_desk(config, self.log, folder=folder, data=self._data())
        except Exception as error:
            self.log.warning("The exchange's configuration cannot be used.", exc_info=True)
            raise DeskError(
                f"The course's configuration cannot be used: {str(error).rstrip('.')}. Mend "
                "nbgrader_config.py or the server's configuration; the next request reads it again."
            ) from error

    def _tell(self, job: Job) -> None:
        """Tell every client that a job has moved; ids and counts only, since all of them read."""
        assert self.serverapp is not None and self.serverapp.event_logger is not None
        self.serverapp.event_logger.emit(
            schema_id=JOB_EVENT,
            data={"job": job.id, "state": job.state, "done": job.done, "total": job.total},
        )
