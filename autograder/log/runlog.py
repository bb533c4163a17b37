"""The run log: append-only attempts, and what became of each submission."""

from __future__ import annotations

import datetime
from collections.abc import Callable
from pathlib import Path
from types import SimpleNamespace, TracebackType
from typing import Any, Self

from sqlalchemy import Engine, insert, select, update

from autograder.log import artefacts as files
from autograder.log import database, rows, standing
from autograder.log.attempt import Attempt, StaleGrade, Submission
from autograder.log.errors import LogError, UnknownAttemptError
from autograder.log.migrate import prepare
from autograder.log.outcome import Outcome
from autograder.log.rows import clean
from autograder.log.schema import attempts as attempts_table
from autograder.log.schema import results

__all__ = ["RunLog"]


def _now() -> datetime.datetime:
    return datetime.datetime.now(datetime.UTC)


class RunLog:
    """What happened to each submission of a course; the truth behind its gradebook.

    Made by :meth:`open`. One process may write while others read; writers take turns. Killed at
    any instant, the log holds each attempt whole or not at all, and its artefacts with it.
    """

    def __init__(
        self, engine: Engine, outcomes: Path, name: str, clock: Callable[[], datetime.datetime]
    ) -> None:
        self._engine = engine
        self._outcomes = outcomes
        self._name = name
        self._clock = clock

    @classmethod
    def open(
        cls,
        course_root: Path,
        url: str | None = None,
        *,
        clock: Callable[[], datetime.datetime] = _now,
    ) -> RunLog:
        """Open the log of a course, made if need be, and tidy up after a killed process.

        Parameters
        ----------
        course_root : Path
            The log is ``.llm-classroom/log.db`` below it, artefacts ``.llm-classroom/outcomes``.
        url : str or None
            Another database, of this course alone, as an SQLAlchemy URL.
        clock : callable
            Returns the time, with its zone.

        Raises
        ------
        LogError
            If it cannot be opened.
        LogVersionError
            If a newer version of the grader wrote it.
        UsageError
            If `url` is no database URL or its driver is not installed.
        """
        folder = course_root / ".llm-classroom"
        outcomes = folder / "outcomes"
        try:
            outcomes.mkdir(parents=True, exist_ok=True)
        except OSError as error:
            raise LogError(
                f"The run log cannot be kept in {folder}: {error.strerror}. "
                "Check the folder's owner and permissions."
            ) from error
        engine = database.connect(folder / "log.db", url)
        try:
            with database.writing(engine) as connection:
                name = prepare(connection)
                committed = connection.scalars(
                    select(attempts_table.c.folder).where(attempts_table.c.folder.is_not(None))
                )
                orphans = set(files.folders_of(outcomes, name)) - set(committed)
                files.empty_trash(outcomes)
                files.discard(outcomes, sorted(orphans))
        except BaseException:
            engine.dispose()
            raise
        return cls(engine, outcomes, name, clock)

    def close(self) -> None:
        """Close the log's connections."""
        self._engine.dispose()

    def __enter__(self) -> Self:
        """Return the log itself."""
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        """Close the log."""
        self.close()

    def record(
        self,
        submission: Submission,
        outcome: Outcome,
        artefacts: Path | None = None,
        *,
        started: datetime.datetime | None = None,
    ) -> Attempt:
        """Append an attempt, in one transaction with its artefacts.

        Parameters
        ----------
        submission : Submission
        outcome : Outcome
        artefacts : Path or None
            Folder with executed notebooks and written files. It is moved into the log's keeping;
            what is neither file nor folder in it is dropped.
        started : datetime or None
            Before now by the outcome's seconds if ``None``.

        Returns
        -------
        Attempt
            Durable, with its artefacts, when this returns.

        Raises
        ------
        LogError
            If it cannot be recorded; then nothing was, and `artefacts` is where it was.
        ValueError
            If the submission's key is no plain name.
        """
        finished = self._clock()
        if started is None:
            started = finished - datetime.timedelta(seconds=max(0.0, outcome.seconds))
        folder = files.new_folder(submission.key, self._name) if artefacts else None
        values = rows.pack(submission, outcome, started, finished, folder)
        settled = False
        try:
            if artefacts:
                files.flush(artefacts)
            with database.writing(self._engine) as connection:
                done = connection.execute(insert(attempts_table).values(values))
                number = int(done.inserted_primary_key[0]) if done.inserted_primary_key else 0
                standing.advance(connection, values, number)
                if artefacts and folder:
                    files.settle(artefacts, self._outcomes, folder)
                    settled = True
        except BaseException as error:
            if settled and artefacts and folder and not self._may_have_committed(folder):
                files.put_back(self._outcomes, folder, artefacts)
            if isinstance(error, OSError) and not isinstance(error, LogError):
                raise LogError(
                    f"The outcome of {submission.student} in {submission.assignment} cannot be "
                    f"kept in {self._outcomes}: {error.strerror or error}. Nothing was recorded; "
                    "make room on the disk or mend its permissions and run the command again."
                ) from error
            raise
        return rows.unpack(SimpleNamespace(id=number, **values))

    def latest(self, assignment: str, student: str) -> Attempt | None:
        """Return the newest attempt at a student's submission, whatever became of it."""
        found = self._select(
            attempts_table.c.id.in_(
                select(results.c.newest).where(standing.of(assignment, student))
            )
        )
        return found[0] if found else None

    def attempts(self, assignment: str | None = None, student: str | None = None) -> list[Attempt]:
        """Return all attempts, oldest first, of one assignment or student if named."""
        conditions = []
        if assignment is not None:
            conditions.append(attempts_table.c.assignment == clean(assignment))
        if student is not None:
            conditions.append(attempts_table.c.student == clean(student))
        return self._select(*conditions)

    def unprojected(self) -> list[Attempt]:
        """Return what the gradebook has yet to take over, oldest first.

        Of each submission, the newest graded or failed attempt, whatever came after it: a refusal
        must not hide an earlier score that was never written.
        """
        return self._select(standing.pending())

    def mark_projected(self, attempt_id: int) -> None:
        """Note that the gradebook has taken over an attempt; drop artefacts it supersedes.

        Raises
        ------
        UnknownAttemptError
            If there is no such attempt.
        ValueError
            If the attempt is refused or ungraded: it has nothing that a gradebook could show.
        """
        # If the power fails before this is on the disk, the gradebook is written once more.
        with database.writing(self._engine, durable=False) as connection:
            found = connection.execute(
                select(attempts_table).where(attempts_table.c.id == attempt_id)
            ).one_or_none()
            if found is None:
                raise UnknownAttemptError(attempt_id)
            attempt = rows.unpack(found)
            if attempt.status not in standing.SCORED:
                raise ValueError(f"Attempt {attempt_id} has no score that a gradebook could show.")
            connection.execute(
                update(results)
                .where(standing.of(attempt.assignment, attempt.student))
                .values(shown=attempt_id)
            )
            superseded = standing.superseded(connection, attempt.assignment, attempt.student)
        files.discard(self._outcomes, superseded)

    def projected(self, assignment: str, student: str) -> Attempt | None:
        """Return the graded or failed attempt whose score the gradebook currently shows."""
        found = self._select(
            attempts_table.c.id.in_(select(results.c.shown).where(standing.of(assignment, student)))
        )
        return found[0] if found else None

    def stale(self) -> list[StaleGrade]:
        """Submissions whose newest attempt got no score while an earlier score is still shown."""
        with database.reading(self._engine) as connection:
            pairs = standing.stale(connection)
            numbers = {number for pair in pairs for number in pair}
            found = {
                row.id: rows.unpack(row)
                for row in connection.execute(
                    select(attempts_table).where(attempts_table.c.id.in_(numbers))
                )
            }
        return [StaleGrade(found[newest], found[shown]) for newest, shown in pairs]

    def artefacts(self, attempt: Attempt) -> Path | None:
        """Return the folder of an attempt's artefacts; ``None`` if it had none or they are gone."""
        if attempt.folder is None:
            return None
        folder = self._outcomes / attempt.folder
        return folder if folder.is_dir() else None

    def _may_have_committed(self, folder: str) -> bool:
        """Tell after an error, which may have come later than the commit; unknown counts as yes."""
        try:
            return bool(self._select(attempts_table.c.folder == folder))
        except LogError:
            return True

    def _select(self, *conditions: Any) -> list[Attempt]:
        query = select(attempts_table).where(*conditions).order_by(attempts_table.c.id)
        with database.reading(self._engine) as connection:
            return [rows.unpack(row) for row in connection.execute(query)]
