"""A course as nbgrader sees it: its folders, its gradebook and its exchange."""

from __future__ import annotations

import glob
import logging
import os
import re
import shutil
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from nbgrader.api import Base, Gradebook
from nbgrader.auth import Authenticator
from nbgrader.coursedir import CourseDirectory
from nbgrader.dbutil import ALEMBIC_DIR
from nbgrader.exchange import ExchangeFactory
from sqlalchemy import inspect, text
from traitlets import Unicode
from traitlets.config import Config, LoggingConfigurable

from autograder.gradebook.engine import OpenGradebook, engine_for

__all__ = ["Course", "CourseParent", "open_course", "schema_head"]


class CourseParent(LoggingConfigurable):
    """What nbgrader's parts take as their ``parent``: configuration, log and name of the log file.

    nbgrader hands its application on, a singleton that also parses ``sys.argv``; two courses in
    one process could not have one each.
    """

    logfile = Unicode("", help="Where the log is also written; named in nbgrader's messages.")


@dataclass(frozen=True, slots=True)
class Course:
    """An open course.

    Parameters
    ----------
    parent : CourseParent
        To hand to nbgrader's converters, exchanges and plug-ins as ``parent=``.
    coursedir : CourseDirectory
        Paths and patterns, as configured. Never modified here: see :meth:`directory_for`.
    authenticator : Authenticator
    exchange : ExchangeFactory
    """

    parent: CourseParent
    coursedir: CourseDirectory
    authenticator: Authenticator
    exchange: ExchangeFactory

    @property
    def config(self) -> Config:
        """The whole configuration, command line included."""
        config: Config = self.parent.config
        return config

    @property
    def log(self) -> logging.Logger:
        """Where nbgrader's parts write."""
        log: logging.Logger = self.parent.log
        return log

    @property
    def root(self) -> Path:
        """The course folder, absolute."""
        return Path(self.coursedir.root).absolute()

    @property
    def db_url(self) -> str:
        """URL of the gradebook."""
        return str(self.coursedir.db_url)

    @property
    def course_id(self) -> str:
        """Name of the course in gradebook and exchange; may be empty, as in nbgrader."""
        return str(self.coursedir.course_id)

    @contextmanager
    def gradebook(self) -> Iterator[Gradebook]:
        """Open the gradebook and close it at the end; it is created if there is none."""
        self.prepare_gradebook()
        with OpenGradebook(self.db_url, self.course_id) as gradebook:
            yield gradebook

    def prepare_gradebook(self) -> None:
        """Create the gradebook if there is none, as nbgrader does, without starting a process.

        nbgrader starts a Python process to learn its schema's version, which takes seconds.
        """
        with engine_for(self.db_url).begin() as connection:
            if inspect(connection).get_table_names():
                return
            Base.metadata.create_all(connection)
            connection.execute(
                text("CREATE TABLE alembic_version (version_num VARCHAR(32) NOT NULL)")
            )
            connection.execute(
                text("INSERT INTO alembic_version (version_num) VALUES (:head)"),
                {"head": schema_head()},
            )

    def has_gradebook(self) -> bool:
        """Whether the gradebook exists; opening one creates it."""
        if not self.db_url.startswith("sqlite:///"):
            return True
        return Path(self.db_url.removeprefix("sqlite:///")).is_file()

    def assignments(self) -> list[str]:
        """List the assignments in the gradebook by name; none if there is no gradebook."""
        if not self.has_gradebook():
            return []
        with self.gradebook() as gradebook:
            return sorted(str(a.name) for a in gradebook.assignments)

    def sources(self) -> list[str]:
        """List the assignments that have a folder in ``source/`` by name."""
        return self._names(self.coursedir.source_directory)

    def _names(self, step: str) -> list[str]:
        # The structure is configurable, so the pattern is asked for, never built by hand.
        pattern = Path(self.coursedir.format_path(step, ".", "*"))
        anchor = Path(pattern.anchor)
        return sorted(
            path.name for path in anchor.glob(str(pattern.relative_to(anchor))) if path.is_dir()
        )

    def path(self, step: str, student: str, assignment: str) -> Path:
        """Find the folder of one step, such as ``submitted``, as the configuration names it.

        Parameters
        ----------
        step : str
            ``source``, ``release``, ``submitted``, ``autograded``, ``feedback`` or ``solution``.
        student : str
            ``"."`` for the steps that have none.
        assignment : str
        """
        name = getattr(self.coursedir, f"{step}_directory")
        return Path(os.path.normpath(self.coursedir.format_path(name, student, assignment)))

    def folders(self, step: str, assignment: str) -> dict[str, Path]:
        """Map each student to their folder of one step of an assignment, for all that exist.

        Parameters
        ----------
        step : str
            ``submitted``, ``autograded`` or ``feedback``.
        assignment : str
        """
        name = getattr(self.coursedir, f"{step}_directory")
        pattern = self.coursedir.format_path(name, "(?P<student>[^/]+)", assignment, escape=True)
        found = {}
        for path in glob.glob(self.coursedir.format_path(name, "*", glob.escape(assignment))):
            match = re.fullmatch(pattern, path)
            if match is not None and os.path.isdir(path):
                found[match["student"]] = Path(path)
        return dict(sorted(found.items()))

    def directory_for(
        self, assignment: str, student: str | None = None, notebook: str | None = None
    ) -> CourseDirectory:
        """Make a course directory for one assignment, so that nothing shared is modified."""
        chosen: dict[str, Any] = {"assignment_id": assignment}
        if student is not None:
            chosen["student_id"] = student
        if notebook is not None:
            chosen["notebook_id"] = notebook
        return CourseDirectory(parent=self.parent, **chosen)


def open_course(
    config: Config, log: logging.Logger | logging.LoggerAdapter[Any], logfile: str = ""
) -> Course:
    """Open the course that a configuration describes.

    Neither changes the working directory nor touches an application singleton.

    Parameters
    ----------
    config : Config
        As the commands read it; ``CourseDirectory.root`` defaults to the working directory.
    log : Logger
    logfile : str
        File that `log` is also written to, if any.
    """
    _put_alembic_on_path()
    parent = CourseParent(config=config, log=log, logfile=logfile)
    return Course(
        parent=parent,
        coursedir=CourseDirectory(parent=parent),
        authenticator=Authenticator(parent=parent),
        exchange=ExchangeFactory(parent=parent),
    )


def schema_head() -> str:
    """Look up the version of the schema that this nbgrader's gradebook has."""
    from alembic.config import Config as AlembicConfig  # slow, and seldom needed
    from alembic.script import ScriptDirectory

    config = AlembicConfig()
    config.set_main_option("script_location", ALEMBIC_DIR.replace("%", "%%"))
    return str(ScriptDirectory.from_config(config).get_current_head())


def _put_alembic_on_path() -> None:
    # nbgrader starts `alembic` by name when it creates a gradebook, which fails in a virtual
    # environment that was not activated.
    if shutil.which("alembic") is None:
        scripts = os.path.dirname(sys.executable)
        os.environ["PATH"] = os.pathsep.join(filter(None, [os.environ.get("PATH"), scripts]))
