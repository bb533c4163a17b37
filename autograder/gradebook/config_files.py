"""Read ``nbgrader_config.py`` where nobody has parsed a command line, as the commands read it."""

from __future__ import annotations

import logging
from copy import deepcopy
from pathlib import Path
from typing import Any

from jupyter_core.application import JupyterApp
from traitlets import default
from traitlets.config import Application, Config

from autograder.errors import UsageError

__all__ = ["config_error", "read_config"]

NAME = "nbgrader_config"


def config_error(name: str, error: BaseException) -> UsageError:
    """Say in which line of which configuration file `error` was raised."""
    where = name
    trace = error.__traceback__
    while trace is not None:
        filename = trace.tb_frame.f_code.co_filename
        if Path(filename).stem in ("nbgrader_config", Path(name).stem):
            where = f"{filename}, line {trace.tb_lineno}"
        trace = trace.tb_next
    if isinstance(error, SyntaxError) and error.filename:
        where = f"{error.filename}, line {error.lineno}"
        return UsageError(f"{where}: {error.msg}")
    return UsageError(f"{where}: {type(error).__name__}: {error}")


class _Reader(JupyterApp):
    """Has Jupyter's folders, and no command line."""

    raise_config_file_errors = True

    @default("config_file_name")
    def _config_file_name_default(self) -> str:
        return NAME


def read_config(
    folder: Path, log: logging.Logger | logging.LoggerAdapter[Any] | None = None
) -> Config:
    """Read the configuration files in Jupyter's folders and in `folder`, the last over the others.

    Parameters
    ----------
    folder : Path
        Where a student's server shows files, or a course.
    log : Logger, optional
        Gets a warning for each retired name.

    Raises
    ------
    UsageError
        If a file cannot be read; the text names it, with the line.
    """
    # Not at the top: a command without a course tells a broken file where nbgrader is missing.
    from autograder.gradebook.config import modernize

    log = log or logging.getLogger(__name__)
    reader = _Reader(log=log)
    try:
        reader.load_config_file()
        Application.load_config_file(reader, NAME, str(folder))
    except SystemExit as error:
        # What traitlets does when a value does not fit the reader itself; its log has more.
        raise UsageError(
            f"A value in {NAME}.py does not fit its option; the log says which. Mend it there."
        ) from error
    except Exception as error:
        raise config_error(str(folder / f"{NAME}.py"), error) from error
    config: Config = deepcopy(reader.config)
    modernize(config, log)
    return config
