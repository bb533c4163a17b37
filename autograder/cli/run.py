"""Start a command and turn what goes wrong into one line and an exit status."""

from __future__ import annotations

import logging
import sys
import tempfile
import traceback
from collections.abc import Sequence
from pathlib import Path

from jupyter_core.application import NoStart
from traitlets import TraitError
from traitlets.config import Application
from traitlets.config.loader import ArgumentError

from autograder.errors import ClassroomError

__all__ = ["run", "verbosity"]

INTERNAL = 1
USAGE = 2
INTERRUPTED = 130


def run(app: Application, argv: Sequence[str] | None = None) -> int:
    """Run a command to its end.

    Parameters
    ----------
    app : Application
        May hand over to a subcommand.
    argv : sequence of str, optional
        Arguments without the program's name; ``sys.argv[1:]`` by default.

    Returns
    -------
    int
        0, or what the command exits with; 1 is our mistake, 2 the user's, 130 an interruption.
    """
    try:
        status = _initialize(app, argv)
        return _start(app) if status is None else status
    except NoStart:
        return 0
    except KeyboardInterrupt:
        print("Interrupted.", file=sys.stderr)
        return INTERRUPTED
    except ClassroomError as error:
        return _complain(app, error, error.exit_code)
    except (TraitError, ArgumentError) as error:
        return _complain(app, error, USAGE)
    except BrokenPipeError:
        # Whoever read our output has gone, as in `llm-classroom status | head`.
        sys.stderr.close()
        return INTERNAL
    except Exception as error:
        return _admit(app, error)
    finally:
        _forget(app)


def verbosity(app: Application) -> int:
    """Tell the level from which `app` logs; traitlets types it loosely."""
    return int(str(app.log_level))


def _initialize(app: Application, argv: Sequence[str] | None) -> int | None:
    try:
        app.initialize(list(argv) if argv is not None else None)
    except SystemExit as end:
        # traitlets exits with 1 when an option has a bad value; that is a mistake in usage.
        return USAGE if end.code == INTERNAL else _code(end)
    return None


def _start(app: Application) -> int:
    try:
        app.start()
    except SystemExit as end:
        return _code(end)
    return 0


def _code(end: SystemExit) -> int:
    if end.code is None:
        return 0
    if isinstance(end.code, int):
        return end.code
    print(end.code, file=sys.stderr)
    return INTERNAL


def _running(app: Application) -> Application:
    return app.subapp or app


def _complain(app: Application, error: Exception, status: int) -> int:
    print(f"{app.name}: {_one_line(str(error))}", file=sys.stderr)
    if verbosity(_running(app)) <= logging.DEBUG:
        traceback.print_exception(error)
    return status


def _admit(app: Application, error: Exception) -> int:
    what = f"{type(error).__name__}: {_one_line(str(error))}"
    print(f"{app.name}: unforeseen error: {what}", file=sys.stderr)
    if verbosity(_running(app)) <= logging.DEBUG:
        traceback.print_exception(error)
    else:
        log = _keep(app, error)
        print(f"The traceback is in {log}; --debug shows it here.", file=sys.stderr)
    return INTERNAL


def _keep(app: Application, error: Exception) -> Path:
    text = "".join(traceback.format_exception(error))
    folder = getattr(_running(app), "crash_folder", lambda: None)()
    if folder is not None:
        try:
            folder.mkdir(mode=0o700, exist_ok=True)
            path = Path(folder, "crash.log")
            with path.open("a", encoding="utf-8") as log:
                log.write(f"{' '.join(sys.argv)}\n{text}\n")
            return path
        except OSError:
            print(f"{folder} cannot be written to.", file=sys.stderr)
    with tempfile.NamedTemporaryFile(
        "w", prefix="llm-classroom-", suffix=".log", delete=False, encoding="utf-8"
    ) as kept:
        kept.write(text)
    return Path(kept.name)


def _one_line(text: str) -> str:
    return " ".join(text.split())


def _forget(app: Application) -> None:
    # A subcommand is a singleton of its class; forgotten, so that a process can run several.
    if app.subapp is not None:
        app.subapp.close_handlers()
        type(app.subapp).clear_instance()
