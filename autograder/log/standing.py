"""Where each submission stands: its row of ``results``, kept in step with its attempts."""

from __future__ import annotations

from typing import Any

from sqlalchemy import ColumnElement, Connection, and_, func, insert, select, update

from autograder.log.outcome import Status
from autograder.log.rows import clean
from autograder.log.schema import attempts, results

__all__ = ["SCORED", "advance", "of", "pending", "stale", "superseded"]

SCORED = (Status.GRADED, Status.FAILED)


def of(assignment: str, student: str) -> ColumnElement[bool]:
    """Select the row of a student's submission."""
    return and_(results.c.assignment == clean(assignment), results.c.student == clean(student))


def advance(connection: Connection, attempt: dict[str, Any], number: int) -> None:
    """Note a new attempt, given as its row and its id."""
    change: dict[str, int] = {"newest": number}
    if attempt["status"] in SCORED:
        change["scored"] = number
    owner = {name: attempt[name] for name in ("assignment", "student")}
    done = connection.execute(update(results).filter_by(**owner).values(change))
    if done.rowcount == 0:
        connection.execute(insert(results).values({**owner, **change}))


def pending() -> ColumnElement[bool]:
    """Select the attempts that the gradebook has yet to take over: newest scored ones."""
    scored = select(results.c.scored).where(
        results.c.scored != func.coalesce(results.c.shown, 0),
    )
    return attempts.c.id.in_(scored)


def stale(connection: Connection) -> list[tuple[int, int]]:
    """Return newest and shown attempt of submissions whose newest one got no score."""
    found = connection.execute(
        select(results.c.newest, results.c.shown)
        .join(attempts, attempts.c.id == results.c.newest)
        .where(
            results.c.shown < results.c.newest,
            attempts.c.status.not_in([status.value for status in SCORED]),
        )
        .order_by(results.c.assignment, results.c.student)
    )
    return [(newest, shown) for newest, shown in found]


def superseded(connection: Connection, assignment: str, student: str) -> list[str]:
    """Return the folders of a submission's attempts that nothing will look at again."""
    kept = connection.execute(
        select(results.c.newest, results.c.scored, results.c.shown).where(of(assignment, student))
    ).one()
    return list(
        connection.scalars(
            select(attempts.c.folder).where(
                attempts.c.assignment == clean(assignment),
                attempts.c.student == clean(student),
                attempts.c.folder.is_not(None),
                attempts.c.id.not_in([number for number in kept if number is not None]),
            )
        )
    )
