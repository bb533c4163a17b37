"""Hand in an assignment: what is judged, sent and told is one and the same copy."""

from __future__ import annotations

import tempfile
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path

from autograder.gradebook.copying import copy_package
from autograder.gradebook.errors import TransferError
from autograder.gradebook.package import PackageLimits
from autograder.gradebook.student.courses import late_by
from autograder.gradebook.student.desk import Desk
from autograder.gradebook.student.errors import MissingNotebookError
from autograder.gradebook.student.receipts import Contents, contents, contents_of, remember
from autograder.gradebook.student.records import Sent, utc
from autograder.gradebook.student.releases import adopt_release, refuse_in_the_way
from autograder.gradebook.student.remarks import about_notebooks, about_time, look_at
from autograder.gradebook.student.results import Receipt, Submission
from autograder.gradebook.student.standing import (
    described_notebooks,
    description_of,
    iso,
    release_changed,
)
from autograder.gradebook.student.survey import Known, look_around
from autograder.gradebook.submissions import RECEIPT

__all__ = ["submit_assignment"]

KILOBYTE = 1000
"""Unit of nbgrader's limits."""


def submit_assignment(
    desk: Desk, course: str, assignment: str, step: Callable[[str], None]
) -> Receipt:
    """Hand in what lies in the assignment's folder now.

    Parameters
    ----------
    desk : Desk
    course, assignment : str
    step : callable
        Gets a word as the work goes on: ``asking``, ``copying``, ``checking``, ``writing``. What
        it raises ends the work, and nothing was sent then. After ``writing`` it is not called.

    Raises
    ------
    UnknownAssignmentError
        If there is none of that name, or no such course.
    NotFetchedError, InTheWayError
        If its folder is not there, or another course's is.
    RefusedPackageError
        If it holds what collecting would refuse.
    MissingNotebookError
        If the course wants every notebook and one is missing.
    TransferError
        If the exchange does not take it.
    """
    with desk.changing():
        step("asking")
        known = look_around(desk).find_now(course, assignment)
        folder = refuse_in_the_way(desk, course, assignment, known.rivals, needed=True)
        kept = adopt_release(desk, course, assignment)
        step("copying")
        with _snapshot(desk, course, assignment, folder) as (root, copy):
            step("checking")
            sent = contents(desk, copy)
            told = description_of(desk, known, folder, kept)
            handed = look_at(copy, described_notebooks(known, told, folder, kept), kept)
            if handed.missing and desk.exchange.strict():
                raise MissingNotebookError(
                    f"{assignment} was not handed in: {', '.join(handed.missing)} is missing, and "
                    "the course takes no submission without it. Put it back into the folder, "
                    "under its name."
                )
            remarks = [*about_notebooks(handed), *_about_earlier(desk, known, sent)]
            if release_changed(desk, known, kept):
                remarks.append(
                    "A newer release is out than the one you fetched: fetch it to see whether "
                    "your answers are still what is asked for."
                )
            step("writing")
            stamp = desk.exchange.submit(course, assignment, root)
        submission = _submission(desk, known, stamp, sent, told.due if told else None)
        desk.log.info("Handed in %s/%s as %s", course, assignment, submission.id)
        late = about_time(submission.late_seconds, told.late if told else None)
        return Receipt(
            course=course,
            assignment=assignment,
            student=desk.student,
            submission=submission,
            graded=handed.graded,
            not_graded=handed.not_graded,
            remarks=(*late, *remarks),
        )


@contextmanager
def _snapshot(
    desk: Desk, course: str, assignment: str, folder: Path
) -> Iterator[tuple[Path, Path]]:
    """Copy what is handed in, as collecting copies it, to a private place that looks like ours."""
    coursedir = desk.exchange.coursedir
    limits = PackageLimits(
        file=KILOBYTE * coursedir.max_file_size, package=KILOBYTE * coursedir.max_dir_size
    )
    with tempfile.TemporaryDirectory(prefix="handing-in-", dir=desk.data) as scratch:
        root = Path(scratch)
        copy = root / desk.exchange.below(course, assignment)
        try:
            copy_package(
                folder,
                copy,
                limits,
                ignore=coursedir.ignore,
                include=coursedir.include,
                judge_ignored=False,
            )
            for name in RECEIPT:
                # The exchange writes its own.
                (copy / name).unlink(missing_ok=True)
        except OSError as error:
            raise TransferError(
                f"{assignment} was not handed in: it could not be copied ({error})."
            ) from error
        yield root, copy


def _submission(
    desk: Desk, before: Known, stamp: str, sent: Contents, due: str | None
) -> Submission:
    """Find in the exchange what was just sent: the newest that was not there before."""
    earlier = {known.id for known in before.sent}
    found: Sent | None = None
    for entry in desk.exchange.sent(desk.place):
        mine = (entry.course, entry.assignment) == (before.course, before.assignment)
        if mine and entry.id not in earlier:
            found = entry
            break
    name = found.id if found is not None else stamp or datetime.now(UTC).isoformat()
    time = found.time if found is not None else utc(name)
    remember(desk, before.course, before.assignment, name, sent)
    return Submission(name, iso(time), late_by(time, due), sent.hash, sent.files)


def _about_earlier(desk: Desk, known: Known, sent: Contents) -> list[str]:
    if not known.sent or not sent.hash:
        return []
    last = known.sent[0]
    if contents_of(desk, last).hash != sent.hash:
        return []
    return [
        f"You have handed in the very same files before, on {iso(last.time) or last.id}. That does "
        "no harm: the newest submission counts."
    ]
