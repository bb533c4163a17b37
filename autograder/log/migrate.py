"""Bring the log's database to the version that this grader knows."""

from __future__ import annotations

import secrets

from sqlalchemy import Connection, insert, inspect, select

from autograder.log.errors import LogVersionError
from autograder.log.schema import VERSION, meta, metadata

__all__ = ["prepare"]


def prepare(connection: Connection) -> str:
    """Make what tables are missing, within the caller's write transaction.

    Returns
    -------
    str
        The log's own name, which marks its folders.

    Raises
    ------
    LogVersionError
        If a newer version of the grader wrote the log.
    """
    if not inspect(connection).has_table(meta.name):
        metadata.create_all(connection)
        name = secrets.token_hex(4)
        connection.execute(
            insert(meta),
            [{"name": "version", "value": str(VERSION)}, {"name": "log", "value": name}],
        )
        return name
    facts = {row.name: row.value for row in connection.execute(select(meta))}
    if facts["version"] != str(VERSION):
        raise LogVersionError(
            connection.engine.url.render_as_string(hide_password=True), facts["version"], VERSION
        )
    return str(facts["log"])
