"""What is known of every assignment: by the exchange, by what was fetched and handed in here."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace

from autograder.errors import ClassroomError, UnknownAssignmentError
from autograder.gradebook.student.desk import Desk
from autograder.gradebook.student.errors import UnknownCourseError
from autograder.gradebook.student.names import check_names
from autograder.gradebook.student.receipts import remembered_submissions
from autograder.gradebook.student.records import Offer, Sent
from autograder.gradebook.student.releases import fetched_folder, kept_releases

__all__ = ["Known", "Survey", "look_around"]


@dataclass(frozen=True, slots=True)
class Known:
    """What is known of one assignment.

    Parameters
    ----------
    course, assignment : str
    offer : Offer or None
        None if the exchange does not offer it now.
    sent : tuple of Sent
        The student's submissions, the newest first.
    rivals : tuple of str
        Other courses whose assignment of that name has the same place.
    """

    course: str
    assignment: str
    offer: Offer | None = None
    sent: tuple[Sent, ...] = ()
    rivals: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Survey:
    """Every assignment that is known.

    Parameters
    ----------
    assignments : mapping
        By course and name.
    error : ClassroomError or None
        Why the exchange could not be read.
    """

    assignments: Mapping[tuple[str, str], Known] = field(default_factory=dict)
    error: ClassroomError | None = None

    def find(self, course: str, assignment: str) -> Known:
        """Find an assignment, as it was known last where the exchange could not be read.

        Raises
        ------
        UnknownAssignmentError
            If there is none of that name, or no such course.
        TransferError
            If the exchange could not be read, and nothing is known of it without.
        """
        known = self.assignments.get((course, assignment))
        if known is not None:
            return known
        if self.error is not None:
            raise self.error
        names = [name for owner, name in self.assignments if owner == course]
        if not names:
            raise UnknownCourseError(course, sorted({owner for owner, _ in self.assignments}))
        raise UnknownAssignmentError(assignment, sorted(names))

    def find_now(self, course: str, assignment: str) -> Known:
        """Find an assignment for what needs the exchange.

        Raises
        ------
        UnknownAssignmentError
            If there is none of that name, or no such course.
        TransferError
            If the exchange could not be read.
        """
        if self.error is not None:
            raise self.error
        return self.find(course, assignment)


def look_around(desk: Desk) -> Survey:
    """Ask the exchange what it offers and what it took, and look at what was fetched.

    Where the exchange cannot be read, what was handed in here is remembered.
    """
    found: dict[tuple[str, str], Known] = {}
    error: ClassroomError | None = None
    try:
        place = desk.place
    except ClassroomError as broken:
        return Survey(error=broken)
    for course, name in kept_releases(desk):
        if fetched_folder(desk, course, name) is not None:
            found[course, name] = Known(course, name)
    try:
        for offer in desk.exchange.offers():
            key = offer.course, offer.assignment
            found[key] = replace(found.get(key, Known(*key)), offer=offer)
        submissions = desk.exchange.sent(place)
    except ClassroomError as broken:
        error, submissions = broken, remembered_submissions(desk)
    for sent in submissions:
        key = sent.course, sent.assignment
        known = found.get(key, Known(*key))
        found[key] = replace(known, sent=(*known.sent, sent))
    return Survey(
        {
            key: replace(known, rivals=_rivals(desk, known, found))
            for key, known in sorted(found.items())
            if _possible(known)
        },
        error,
    )


def _possible(known: Known) -> bool:
    try:
        check_names(known.course, known.assignment)
    except UnknownAssignmentError:
        return False
    return True


def _rivals(desk: Desk, known: Known, found: Mapping[tuple[str, str], Known]) -> tuple[str, ...]:
    return tuple(
        course
        for course, name in found
        if name == known.assignment
        and course != known.course
        and desk.exchange.below(course, name) == desk.exchange.below(known.course, name)
    )
