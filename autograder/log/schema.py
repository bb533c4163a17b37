"""The tables of the run log."""

from __future__ import annotations

from sqlalchemy import Column, Index, Integer, MetaData, String, Table, Text

__all__ = ["VERSION", "attempts", "meta", "metadata", "results"]

VERSION = 1
"""Version of the tables below; a log of a newer version is not opened."""

metadata = MetaData()

meta = Table(
    "meta",
    metadata,
    Column("name", String(32), primary_key=True),
    Column("value", Text, nullable=False),
)

attempts = Table(
    "attempts",
    metadata,
    Column("id", Integer, primary_key=True, autoincrement=True),
    Column("key", Text, nullable=False, index=True),
    Column("assignment", Text, nullable=False),
    Column("student", Text, nullable=False),
    Column("submission_hash", Text, nullable=False),
    Column("timestamp", Text),
    Column("started", Text, nullable=False),
    Column("finished", Text, nullable=False),
    Column("status", String(16), nullable=False),
    Column("code", Text, nullable=False),
    Column("reason", Text, nullable=False),
    Column("outcome", Text, nullable=False),
    Column("seed", Text, nullable=False),  # may exceed 64 bits
    Column("isolation", Text, nullable=False),
    Column("version", Text, nullable=False),
    Column("host", Text, nullable=False),
    Column("pid", Integer, nullable=False),
    Column("folder", Text),
    Index("attempts_of", "assignment", "student"),
    sqlite_autoincrement=True,  # an id is never given twice
)
"""Append-only: a row is inserted once and never changed."""

results = Table(
    "results",
    metadata,
    Column("assignment", Text, primary_key=True),
    Column("student", Text, primary_key=True),
    Column("newest", Integer, nullable=False),
    Column("scored", Integer),
    Column("shown", Integer),
)
"""One row a submission: its newest attempt of any kind, its newest graded or failed one, and the
one that the gradebook has taken over."""
