"""The base of every command: options, configuration files, errors and exit statuses."""

from __future__ import annotations

import logging
import os
import sys
from collections.abc import Sequence
from copy import deepcopy
from pathlib import Path
from typing import TYPE_CHECKING, Any

from jupyter_core.application import JupyterApp
from traitlets import List, Unicode, default
from traitlets.config import Config, Configurable
from traitlets.config.application import catch_config_error
from traitlets.config.loader import KVArgParseConfigLoader

from autograder.cli.options import (
    StrictLoader,
    config_exists,
    refuse_unknown_traits,
)
from autograder.cli.run import verbosity
from autograder.errors import UnknownAssignmentError, UsageError

if TYPE_CHECKING:
    from autograder.gradebook.course import Course

__all__ = [
    "ClassroomApp",
    "CourseApp",
    "classroom_aliases",
    "classroom_flags",
    "course_aliases",
    "course_flags",
]

classroom_flags: dict[str, Any] = {
    "debug": (
        {"Application": {"log_level": "DEBUG"}},
        "Log everything, and show the traceback of an unforeseen error.",
    ),
    "quiet": ({"Application": {"log_level": "CRITICAL"}}, "Print errors and nothing else."),
    "generate-config": (
        {"JupyterApp": {"generate_config": True}},
        "Write a configuration file with every option and its default.",
    ),
    "y": ({"JupyterApp": {"answer_yes": True}}, "Answer yes to any question."),
}

classroom_aliases: dict[str, Any] = {
    "log-level": "Application.log_level",
    "config": "JupyterApp.config_file",
}

course_flags: dict[str, Any] = dict(classroom_flags)

course_aliases: dict[str, Any] = {
    **classroom_aliases,
    "course": "CourseDirectory.course_id",
    "course-dir": "CourseDirectory.root",
    "db": "CourseDirectory.db_url",
    "assignment": "CourseDirectory.assignment_id",
    "student": "CourseDirectory.student_id",
    "notebook": "CourseDirectory.notebook_id",
}


class ClassroomApp(JupyterApp):
    """A command; what a user can get wrong ends it with one line and exit status 2."""

    flags = classroom_flags
    aliases = classroom_aliases
    raise_config_file_errors = True

    logfile = Unicode("", help="Name of a file that the log is also written to.").tag(config=True)

    @default("log_level")
    def _log_level_default(self) -> int:
        return logging.WARNING

    @default("log_format")
    def _log_format_default(self) -> str:
        return "[%(name)s | %(levelname)s] %(message)s"

    @classmethod
    def _find_subcommand(cls, name: str) -> str:
        # Jupyter would start any `<command>-<word>` on the path when the first argument is a
        # word; here the first argument is the name of an assignment or a folder.
        return ""

    def _create_loader(
        self, argv: list[str] | None, aliases: Any, flags: Any, classes: Any
    ) -> KVArgParseConfigLoader:
        return StrictLoader(argv, aliases, flags, classes=classes, log=self.log)

    @catch_config_error
    def parse_command_line(self, argv: Any = None) -> None:
        """Parse the command line.

        Raises
        ------
        UsageError
            If an option does not exist.
        """
        super().parse_command_line(argv)
        refuse_unknown_traits(self.cli_config, self.every_class())

    def load_config_file(  # type: ignore[override]  # as in JupyterApp
        self, suppress_errors: bool = True
    ) -> None:
        """Load the configuration files in Jupyter's folders.

        Raises
        ------
        UsageError
            If ``--config`` names no file, or a file cannot be read.
        """
        if self.config_file and not config_exists(self.config_file):
            raise UsageError(f"There is no configuration file {self.config_file}.")
        try:
            super().load_config_file(suppress_errors)
        except Exception as error:
            from autograder.gradebook.config_files import config_error

            raise config_error(self.config_file or f"{self.config_file_name}.py", error) from error

    def initialize(self, argv: Any = None) -> None:
        """Read the command line, then the configuration files."""
        super().initialize(argv)
        if self.logfile:
            handler = logging.FileHandler(self.logfile)
            handler.setLevel(verbosity(self))
            handler.setFormatter(logging.Formatter(self.log_format, self.log_datefmt))
            self.log.addHandler(handler)

    def every_class(self) -> list[type[Configurable]]:
        """Every class whose options this command takes, for ``--help-all``."""
        return list(self.classes)

    def print_help(self, classes: bool = False) -> None:
        """Print the options; with `classes` those of every class."""
        if classes:
            self.classes = self.every_class()
        super().print_help(classes)

    def generate_config_file(self, classes: Any = None) -> str:
        """Write a configuration file with every option and its default, as text."""
        text = super().generate_config_file(classes or self.every_class())
        return str(text)

    def say(self, text: str) -> None:
        """Print a line of the command's result; ``--quiet`` prints none."""
        if verbosity(self) < logging.CRITICAL:
            print(text, flush=True)

    def crash_folder(self) -> Path | None:
        """Where the traceback of an unforeseen error is kept; None is the temporary folder."""
        return None


class CourseApp(ClassroomApp):
    """A command on a course, configured as nbgrader's own commands are.

    ``nbgrader_config.py`` is read from Jupyter's folders, from the working directory and from the
    course folder, each over the one before; the command line wins over them all. The working
    directory is importable, so that plug-ins may stand there.
    """

    flags = course_flags
    aliases = course_aliases

    classes: Any = List()

    nbgrader_classes: tuple[str, ...] = ()
    """Names of nbgrader's classes that this command's flags set."""

    @classmethod
    def section_names(cls) -> list[str]:
        """Name the sections of a configuration that this command reads, ``NbGrader`` among them."""
        names = list(super().section_names())
        names.insert(names.index("JupyterApp") + 1, "NbGrader")
        return names

    @default("config_file_name")
    def _config_file_name_default(self) -> str:
        return "nbgrader_config"

    @default("classes")
    def _classes_default(self) -> list[type[Configurable]]:
        from autograder.gradebook.config import base_classes, classes_named

        return [*base_classes(), *classes_named(*self.nbgrader_classes)]

    def every_class(self) -> list[type[Configurable]]:
        """Every class whose options this command takes, for ``--help-all``."""
        from autograder.gradebook.config import all_classes

        return [*self.classes, *(c for c in all_classes() if c not in self.classes)]

    def _load_config(self, cfg: Config, *args: Any, **kwargs: Any) -> None:
        if cfg:
            from autograder.gradebook.config import modernize

            modernize(cfg, self.log)
        super()._load_config(cfg, *args, **kwargs)

    def initialize(self, argv: Any = None) -> None:
        """Read the command line and the configuration files, the course folder's last."""
        if os.getcwd() not in sys.path:
            sys.path.insert(0, os.getcwd())
        super().initialize(argv)
        if self._dispatching:
            return
        root = self.course_root()
        if root != Path.cwd():
            self._load_from(root)
            self.update_config(deepcopy(self._command_line))

    def load_config_file(  # type: ignore[override]  # as in JupyterApp
        self, suppress_errors: bool = True
    ) -> None:
        """Load the configuration files in Jupyter's folders and in the working directory."""
        self._command_line = deepcopy(self.cli_config)
        super().load_config_file(suppress_errors)
        self._load_from(Path.cwd())

    def _load_from(self, folder: Path) -> None:
        # traitlets merges the command line into each file's configuration without a copy, so that
        # translating a retired name there would change the command line.
        self.cli_config = deepcopy(self._command_line)
        try:
            # JupyterApp's own method takes no folder.
            super(JupyterApp, self).load_config_file(self.config_file_name, str(folder))
        except Exception as error:
            from autograder.gradebook.config_files import config_error

            raise config_error(str(folder / f"{self.config_file_name}.py"), error) from error

    def course_root(self) -> Path:
        """Find the course folder: ``CourseDirectory.root``, else the working directory."""
        # An option of the command line is a str whose conversion is deferred.
        root = str(self.config.CourseDirectory.get("root", ""))
        return Path(root or os.getcwd()).absolute()

    def open_course(self) -> Course:
        """Open the course.

        Raises
        ------
        UsageError
            If the course folder does not exist.
        """
        from autograder.gradebook.course import open_course

        if not self.course_root().is_dir():
            raise UsageError(
                f"There is no course folder {self.course_root()}. "
                "Name one with --course-dir or make one with: llm-classroom init DIR"
            )
        return open_course(self.config, self.log, self.logfile)

    def requested(self, course: Course, known: Sequence[str] | None = None) -> list[str]:
        """List the assignments named on the command line or in the configuration.

        Parameters
        ----------
        course : Course
        known : sequence of str, optional
            If given, what a name must be one of.

        Returns
        -------
        list of str
            In the order given, each once; empty if none is named.

        Raises
        ------
        UsageError
            If assignments are named both as arguments and by ``--assignment``.
        UnknownAssignmentError
            If a name is not in `known`.
        """
        configured = str(course.coursedir.assignment_id)
        if self.extra_args and configured:
            raise UsageError(
                "Name assignments either as arguments or with --assignment "
                f"(which is set to {configured!r}), not both."
            )
        names = list(dict.fromkeys(self.extra_args or ([configured] if configured else [])))
        for name in names:
            if known is not None and name not in known:
                raise UnknownAssignmentError(name, known)
        return names

    def crash_folder(self) -> Path | None:
        """Where the traceback of an unforeseen error is kept."""
        folder = self.course_root() / ".llm-classroom"
        return folder if folder.is_dir() else None
