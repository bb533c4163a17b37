from __future__ import annotations

import threading
from pathlib import Path

import pytest
import sqlalchemy
from sqlalchemy.dialects import postgresql
from sqlalchemy.schema import CreateTable

from autograder.log import RunLog, database
from autograder.log.filesystem import filesystem_type, is_network
from autograder.log.schema import metadata
from tests.log.conftest import outcome, submission


def pragma(engine: sqlalchemy.Engine, name: str) -> object:
    with database.reading(engine) as connection:
        return connection.exec_driver_sql(f"PRAGMA {name}").scalar()


def test_sqlite_writes_ahead_and_each_commit_is_durable(tmp_path: Path) -> None:
    engine = database.connect(tmp_path / "log.db", None)
    assert pragma(engine, "journal_mode") == "wal"
    assert pragma(engine, "synchronous") == 2  # FULL
    assert pragma(engine, "busy_timeout") == 30_000
    engine.dispose()


def test_a_shared_file_system_gets_a_rollback_journal(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    with RunLog.open(tmp_path) as log:  # written ahead before the folder moved to the network
        log.record(submission(), outcome())
    monkeypatch.setattr(database, "is_network", lambda path: True)
    engine = database.connect(tmp_path / ".llm-classroom" / "log.db", None)
    assert pragma(engine, "journal_mode") == "delete"
    engine.dispose()
    with RunLog.open(tmp_path) as log:
        assert len(log.attempts()) == 1


MOUNTS = """\
/dev/vda / ext4 rw 0 0
proc /proc proc rw 0 0
server:/home /home nfs4 rw 0 0
/dev/vdb /home/local xfs rw 0 0
host /mnt/my\\040course fuse.sshfs rw 0 0
tmpfs /over tmpfs rw 0 0
server:/over /over nfs rw 0 0
damaged
"""


@pytest.mark.parametrize(
    ("path", "kind"),
    [
        ("/srv/course", "ext4"),
        ("/home/ada/course", "nfs4"),
        ("/home/local/course", "xfs"),
        ("/homework", "ext4"),
        ("/mnt/my course/log", "fuse.sshfs"),
        ("/over/course", "nfs"),
    ],
)
def test_the_file_system_is_that_of_the_deepest_mount(path: str, kind: str) -> None:
    assert filesystem_type(Path(path), MOUNTS) == kind


def test_memory_is_no_network() -> None:
    assert not is_network(Path("/proc/self"))


@pytest.mark.parametrize("network", [False, True])
def test_readers_go_on_while_a_writer_writes(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, network: bool
) -> None:
    monkeypatch.setattr(database, "is_network", lambda path: network)
    seen: list[int] = []
    done = threading.Event()
    with RunLog.open(tmp_path) as log, RunLog.open(tmp_path) as other:

        def read() -> None:
            while not done.is_set():
                seen.append(len(other.attempts()))

        reader = threading.Thread(target=read)
        reader.start()
        for number in range(20):
            log.record(submission(f"s{number}", f"k{number}"), outcome())
        done.set()
        reader.join()
    assert seen == sorted(seen)
    assert seen


def test_writers_take_turns_and_lose_nothing(tmp_path: Path) -> None:
    def write(name: str) -> None:
        with RunLog.open(tmp_path) as log:
            for number in range(10):
                log.record(submission("ada", f"{name}{number}"), outcome())

    writers = [threading.Thread(target=write, args=(name,)) for name in "abc"]
    for writer in writers:
        writer.start()
    for writer in writers:
        writer.join()
    with RunLog.open(tmp_path) as log:
        attempts = log.attempts()
        assert len({attempt.key for attempt in attempts}) == 30
        assert log.latest("int8", "ada") == attempts[-1]


def test_the_tables_are_valid_for_postgresql() -> None:
    written = [
        str(CreateTable(t).compile(dialect=postgresql.dialect())) for t in metadata.tables.values()
    ]
    assert any("id SERIAL" in text for text in written)
