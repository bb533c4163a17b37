"""nbgrader's configuration: which classes it has, and names that it used to have."""

from __future__ import annotations

import logging
from typing import Any

from jupyter_core.application import JupyterApp
from nbgrader import converters, exchange, plugins, preprocessors
from nbgrader.apps import (
    AutogradeApp,
    CollectApp,
    FetchAssignmentApp,
    GenerateAssignmentApp,
    GenerateFeedbackApp,
    ListApp,
    ReleaseAssignmentApp,
    ReleaseFeedbackApp,
    SubmitApp,
)
from nbgrader.auth import Authenticator
from nbgrader.coursedir import CourseDirectory
from nbgrader.exchange import ExchangeFactory
from traitlets.config import Config, Configurable

__all__ = ["all_classes", "base_classes", "classes_named", "modernize"]


def base_classes() -> list[type[Configurable]]:
    """List the classes that every command on a course is configured by."""
    return [ExchangeFactory, CourseDirectory]


def classes_named(*names: str) -> list[type[Configurable]]:
    """Find nbgrader's classes by name, such as ``Autograde`` or ``ExchangeCollect``."""
    known = {cls.__name__: cls for cls in all_classes()}
    return [known[name] for name in names]


def all_classes() -> list[type[Configurable]]:
    """Every class that can be configured in a course, for help and for a configuration file."""
    found: list[type[Configurable]] = [*base_classes(), Authenticator]
    for module in (plugins, preprocessors, exchange, exchange.default, converters):
        for name in module.__all__:
            item = getattr(module, name)
            if isinstance(item, type) and issubclass(item, Configurable) and item not in found:
                found.append(item)
    return found


class _Nothing(JupyterApp):
    """Ends the chain of ``_load_config`` calls: names are translated, no trait is set."""

    def _load_config(self, cfg: Config, *_args: Any, **_kwargs: Any) -> None:
        pass


_COMMANDS: tuple[type[JupyterApp], ...] = (
    AutogradeApp,
    CollectApp,
    FetchAssignmentApp,
    GenerateAssignmentApp,
    GenerateFeedbackApp,
    ListApp,
    ReleaseAssignmentApp,
    ReleaseFeedbackApp,
    SubmitApp,
)
# Every nbgrader command at once, each of which translates the names it used to have.
_Modernizer = type("_Modernizer", (*_COMMANDS, _Nothing), {})


def modernize(config: Config, log: logging.Logger | logging.LoggerAdapter[Any]) -> None:
    """Translate, in place, names that nbgrader has retired, with its own warnings.

    Parameters
    ----------
    config : Config
        May hold sections such as ``AutogradeApp`` or ``NbGrader.course_id``.
    log : Logger
        Gets a warning for each retired name.
    """
    _Modernizer(log=log)._load_config(config)
