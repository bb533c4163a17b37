"""What is wrong with an option or a configuration file, in one line."""

from __future__ import annotations

import difflib
from collections.abc import Sequence
from pathlib import Path
from typing import NoReturn

from traitlets.config import Config, Configurable
from traitlets.config.loader import KVArgParseConfigLoader

from autograder.errors import UsageError

__all__ = ["StrictLoader", "config_exists", "refuse_unknown_traits"]


class StrictLoader(KVArgParseConfigLoader):
    """A command line on which a mistyped option is an error, not a line in the log."""

    def _create_parser(self) -> None:
        super()._create_parser()
        self.parser.error = _refuse  # type: ignore[method-assign]

    def _handle_unrecognized_alias(self, arg: str) -> NoReturn:
        name = arg.lstrip("-")
        known = [*self.aliases, *self.flags]
        near = difflib.get_close_matches(name, known, n=1)
        hint = f" Did you mean --{near[0]}?" if near else " See --help."
        raise UsageError(f"There is no option --{name}.{hint}")


def _refuse(message: str) -> NoReturn:
    raise UsageError(f"{message[:1].upper()}{message[1:]}.")


def config_exists(name: str) -> bool:
    """Whether a configuration file of this name, or with one of the usual endings, exists."""
    return any(Path(name + ending).is_file() for ending in ("", ".py", ".json"))


def refuse_unknown_traits(config: Config, classes: Sequence[type[Configurable]]) -> None:
    """Refuse options of the command line that a known class does not have.

    Raises
    ------
    UsageError
        For the first of them.
    """
    # A class that is not known here may be a plug-in's, which is imported only later.
    known: dict[str, type[Configurable]] = {
        base.__name__: base
        for cls in classes
        for base in cls.mro()
        if issubclass(base, Configurable) and base is not Configurable
    }
    for section, options in config.items():
        cls = known.get(section)
        if cls is None or not isinstance(options, Config):
            continue
        # An option of a subclass may be set through its base, as in BaseConverter.force.
        names = {
            name
            for other in known.values()
            if issubclass(other, cls)
            for name in other.class_trait_names(config=True)
        }
        for name in options:
            if name not in names and not isinstance(options[name], Config):
                near = difflib.get_close_matches(name, sorted(names), n=1)
                hint = f" Did you mean --{section}.{near[0]}?" if near else ""
                raise UsageError(f"There is no option --{section}.{name}.{hint}")
