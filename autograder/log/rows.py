"""Between the log's things and its rows."""

from __future__ import annotations

import datetime
import json
import os
import socket
from types import SimpleNamespace
from typing import Any

from sqlalchemy import Row

from autograder import __version__
from autograder.log.attempt import Attempt, Submission
from autograder.log.errors import LogError
from autograder.log.outcome import Outcome

__all__ = ["clean", "pack", "unpack"]


def clean(text: str) -> str:
    r"""Make `text` fit any database: NUL and lone surrogates become ``\x00`` and ``\udc80``.

    Student ids and reasons may come from the names of hostile files.
    """
    return text.encode("utf-8", "backslashreplace").decode().replace("\0", "\\x00")


def pack(
    submission: Submission,
    outcome: Outcome,
    started: datetime.datetime,
    finished: datetime.datetime,
    folder: str | None,
) -> dict[str, Any]:
    """Return the row of a new attempt, without its id."""
    return {
        "key": clean(submission.key),
        "assignment": clean(submission.assignment),
        "student": clean(submission.student),
        "submission_hash": clean(submission.submission_hash),
        "timestamp": submission.timestamp and clean(submission.timestamp),
        "started": started.astimezone(datetime.UTC).isoformat(),
        "finished": finished.astimezone(datetime.UTC).isoformat(),
        "status": outcome.status.value,
        "code": clean(outcome.code),
        "reason": clean(outcome.reason),
        "outcome": json.dumps(outcome.to_json()),
        "seed": str(outcome.seed),
        "isolation": clean(outcome.isolation),
        "version": __version__,
        "host": clean(socket.gethostname()),
        "pid": os.getpid(),
        "folder": folder,
    }


def unpack(row: Row[Any] | SimpleNamespace) -> Attempt:
    """Return the attempt of a row, or of what :func:`pack` made and its id.

    Raises
    ------
    LogError
        If the row's outcome is not what :func:`pack` wrote.
    """
    try:
        outcome = Outcome.from_json(json.loads(row.outcome))
    except (TypeError, KeyError, ValueError, AttributeError) as error:
        raise LogError(
            f"Attempt {row.id} in the run log is damaged ({error}). Restore the log from a "
            "backup, or move it away and grade again."
        ) from error
    return Attempt(
        id=row.id,
        submission=Submission(
            row.key, row.assignment, row.student, row.submission_hash, row.timestamp
        ),
        outcome=outcome,
        started=datetime.datetime.fromisoformat(row.started),
        finished=datetime.datetime.fromisoformat(row.finished),
        version=row.version,
        host=row.host,
        pid=row.pid,
        folder=row.folder,
    )
