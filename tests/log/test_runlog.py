from __future__ import annotations

import datetime
import os
import sqlite3
from collections.abc import Callable
from pathlib import Path

import pytest

from autograder.errors import UsageError
from autograder.log import LogError, LogVersionError, RunLog, Status
from tests.log.conftest import outcome, submission

Make = Callable[..., Path]


def test_an_attempt_comes_back_as_it_was_recorded(log: RunLog) -> None:
    given = submission(timestamp="2026-03-01T10:00:00+00:00")
    made = log.record(given, outcome())
    assert log.latest("int8", "ada") == made
    assert made.submission == given
    assert made.outcome == outcome()
    assert made.finished - made.started == datetime.timedelta(seconds=2.5)
    assert made.pid == os.getpid()


def test_the_log_outlives_its_process(tmp_path: Path) -> None:
    with RunLog.open(tmp_path) as log:
        made = log.record(submission(), outcome())
    with RunLog.open(tmp_path) as log:
        assert log.attempts() == [made]
    assert (tmp_path / ".llm-classroom" / "log.db").is_file()


def test_attempts_are_listed_oldest_first_and_by_whom(log: RunLog) -> None:
    first = log.record(submission("ada"), outcome())
    second = log.record(submission("bob", "k2"), outcome())
    third = log.record(submission("ada", "k3", "lora"), outcome())
    assert log.attempts() == [first, second, third]
    assert log.attempts(student="ada") == [first, third]
    assert log.attempts("int8") == [first, second]
    assert log.attempts("int8", "bob") == [second]
    assert log.latest("lora", "bob") is None


@pytest.mark.parametrize("status", [Status.REFUSED, Status.UNGRADED])
def test_what_has_no_score_waits_for_no_gradebook(log: RunLog, status: Status) -> None:
    made = log.record(submission(), outcome(status, code="lost", reason="lost"))
    assert log.unprojected() == []
    with pytest.raises(ValueError, match="no score"):
        log.mark_projected(made.id)


def test_only_the_newest_result_of_a_submission_waits_for_the_gradebook(log: RunLog) -> None:
    log.record(submission(key="k1"), outcome())
    other = log.record(submission("bob", "kb"), outcome())
    newer = log.record(submission(key="k2"), outcome(Status.FAILED))
    assert log.unprojected() == [other, newer]
    log.mark_projected(newer.id)
    assert log.unprojected() == [other]
    assert log.projected("int8", "bob") is None
    log.mark_projected(other.id)
    assert log.unprojected() == []
    assert log.projected("int8", "ada") == newer
    assert log.projected("int8", "bob") == other


def test_a_refused_resubmission_leaves_the_earlier_grade_shown_and_stale(log: RunLog) -> None:
    graded = log.record(submission(key="k1"), outcome())
    log.mark_projected(graded.id)
    assert log.stale() == []
    refused = log.record(submission(key="k2"), outcome(Status.REFUSED))
    assert log.projected("int8", "ada") == graded
    (stale,) = log.stale()
    assert (stale.newest, stale.shown) == (refused, graded)
    log.mark_projected(log.record(submission(key="k3"), outcome()).id)
    assert log.stale() == []


def test_an_ungraded_resubmission_makes_the_grade_stale_too(log: RunLog) -> None:
    graded = log.record(submission(key="k1"), outcome())
    log.mark_projected(graded.id)
    ungraded = log.record(submission(key="k2"), outcome(Status.UNGRADED))
    assert [stale.newest for stale in log.stale()] == [ungraded]
    assert log.unprojected() == []


def test_a_refusal_does_not_hide_a_score_that_was_never_projected(log: RunLog) -> None:
    graded = log.record(submission(key="k1"), outcome())
    log.record(submission(key="k2"), outcome(Status.REFUSED))
    assert log.unprojected() == [graded]
    assert log.stale() == []
    log.mark_projected(graded.id)
    assert [stale.shown for stale in log.stale()] == [graded]


def test_a_score_after_a_refusal_supersedes_it(log: RunLog) -> None:
    log.record(submission(key="k1"), outcome(Status.REFUSED))
    graded = log.record(submission(key="k2"), outcome())
    assert log.unprojected() == [graded]


def test_artefacts_move_into_the_logs_keeping(log: RunLog, artefacts: Make) -> None:
    source = artefacts("hello")
    made = log.record(submission(), outcome(), source)
    kept = log.artefacts(made)
    assert not source.exists()
    assert kept is not None
    assert (kept / "one.ipynb").read_text() == "hello"
    assert (kept / "files" / "deep" / "adapter.bin").read_bytes() == b"\0" * 10
    assert kept.parent.name == "k1"
    assert log.artefacts(log.record(submission(), outcome())) is None


def test_links_and_pipes_among_artefacts_are_dropped(log: RunLog, artefacts: Make) -> None:
    source = artefacts()
    (source / "link").symlink_to("/etc/passwd")
    (source / "folder").symlink_to("/etc")
    os.mkfifo(source / "files" / "pipe")
    (source / "files" / "deep").chmod(0o500)
    kept = log.artefacts(log.record(submission(), outcome(), source))
    assert kept is not None
    names = {path.relative_to(kept).as_posix() for path in kept.rglob("*")}
    assert names == {"one.ipynb", "files", "files/deep", "files/deep/adapter.bin"}


def test_artefacts_on_another_file_system_are_copied(log: RunLog) -> None:
    if not os.access("/dev/shm", os.W_OK):
        pytest.skip("needs a second file system")
    source = Path(f"/dev/shm/llm-classroom-test-{os.getpid()}")
    source.mkdir()
    (source / "one.ipynb").write_text("far")
    kept = log.artefacts(log.record(submission(), outcome(), source))
    assert kept is not None
    assert (kept / "one.ipynb").read_text() == "far"
    assert not source.exists()


def test_the_same_work_done_again_keeps_both_attempts_artefacts_apart(
    log: RunLog, artefacts: Make
) -> None:
    first = log.record(submission(), outcome(), artefacts("first"))
    second = log.record(submission(), outcome(), artefacts("second"))
    folders = log.artefacts(first), log.artefacts(second)
    assert [folder and (folder / "one.ipynb").read_text() for folder in folders] == [
        "first",
        "second",
    ]


def test_superseded_artefacts_go_once_their_successor_is_projected(
    log: RunLog, artefacts: Make
) -> None:
    first = log.record(submission(key="k1"), outcome(), artefacts())
    log.mark_projected(first.id)
    log.record(submission(key="k2"), outcome(Status.REFUSED))
    assert log.artefacts(first) is not None  # still what the gradebook shows
    third = log.record(submission(key="k3"), outcome(), artefacts())
    assert log.artefacts(first) is not None
    log.mark_projected(third.id)
    assert log.artefacts(first) is None
    assert log.artefacts(third) is not None


def test_nothing_is_recorded_when_the_artefacts_cannot_be_kept(
    log: RunLog, artefacts: Make, tmp_path: Path
) -> None:
    source = artefacts()
    outcomes = tmp_path / "course" / ".llm-classroom" / "outcomes"
    (outcomes / "k1").write_text("in the way")
    with pytest.raises(LogError, match="Nothing was recorded"):
        log.record(submission(), outcome(), source)
    assert log.attempts() == []
    assert (source / "one.ipynb").is_file()
    (outcomes / "k1").unlink()
    assert log.artefacts(log.record(submission(), outcome(), source)) is not None


@pytest.mark.parametrize("key", ["", "..", "a/b", "../../etc", ".hidden"])
def test_a_key_that_is_no_plain_name_is_refused(log: RunLog, artefacts: Make, key: str) -> None:
    with pytest.raises(ValueError, match="plain name"):
        log.record(submission(key=key), outcome(), artefacts())


def test_absurd_names_and_reasons_are_kept_readable(log: RunLog) -> None:
    student = "ev\0il\udc80; DROP TABLE attempts"
    made = log.record(submission(student), outcome(Status.REFUSED, reason="bad \udcff name"))
    assert log.latest("int8", student) == made
    assert made.student == "ev\\x00il\\udc80; DROP TABLE attempts"


def test_a_log_of_a_newer_version_is_refused_with_the_remedy(tmp_path: Path) -> None:
    RunLog.open(tmp_path).close()
    with sqlite3.connect(tmp_path / ".llm-classroom" / "log.db") as database:
        database.execute("UPDATE meta SET value = '2' WHERE name = 'version'")
    database.close()
    with pytest.raises(LogVersionError, match=r"version 2.*pip install --upgrade"):
        RunLog.open(tmp_path)


def test_a_file_that_is_no_database_is_named(tmp_path: Path) -> None:
    (tmp_path / ".llm-classroom").mkdir()
    (tmp_path / ".llm-classroom" / "log.db").write_text("not a database, " * 100)
    with pytest.raises(LogError, match=r"log\.db cannot be used"):
        RunLog.open(tmp_path)


def test_a_course_that_cannot_be_written_is_named(tmp_path: Path) -> None:
    (tmp_path / ".llm-classroom").write_text("a file")
    with pytest.raises(LogError, match="cannot be kept"):
        RunLog.open(tmp_path)


@pytest.mark.parametrize("url", ["nonsense", "oracle9://host/log", "mysql+mysqldb://h/log"])
def test_a_wrong_address_says_how_to_write_one(tmp_path: Path, url: str) -> None:
    with pytest.raises(UsageError, match=r"run log's address"):
        RunLog.open(tmp_path, url)


def test_another_database_can_hold_the_log(tmp_path: Path) -> None:
    url = f"sqlite:///{tmp_path / 'elsewhere.db'}"
    with RunLog.open(tmp_path / "course", url) as log:
        made = log.record(submission(), outcome())
        assert log.attempts() == [made]
    assert (tmp_path / "elsewhere.db").is_file()
    assert not (tmp_path / "course" / ".llm-classroom" / "log.db").exists()
