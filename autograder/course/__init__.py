"""Read the course: the roadmap, an assignment's settings, the checkout they come from."""

from __future__ import annotations

from autograder.course.assignment import (
    Assignment,
    Grading,
    Limits,
    Rule,
    Trust,
    load_assignment,
)
from autograder.course.checkout import (
    AssignmentFolder,
    assignment_folder,
    assignment_ids,
    find_checkout,
)
from autograder.course.errors import (
    AssignmentFileError,
    CourseFileError,
    NoCheckoutError,
    RoadmapFileError,
    SolutionFileError,
)
from autograder.course.new import new_assignment
from autograder.course.roadmap import (
    Link,
    Part,
    Resource,
    Roadmap,
    SeedNotebook,
    Source,
    Subtopic,
    Topic,
    load_roadmap,
)
from autograder.course.solutions import (
    RightSolution,
    WrongSolution,
    load_right_solution,
    load_wrong_solution,
)

__all__ = [
    "Assignment",
    "AssignmentFileError",
    "AssignmentFolder",
    "CourseFileError",
    "Grading",
    "Limits",
    "Link",
    "NoCheckoutError",
    "Part",
    "Resource",
    "RightSolution",
    "Roadmap",
    "RoadmapFileError",
    "Rule",
    "SeedNotebook",
    "SolutionFileError",
    "Source",
    "Subtopic",
    "Topic",
    "Trust",
    "WrongSolution",
    "assignment_folder",
    "assignment_ids",
    "find_checkout",
    "load_assignment",
    "load_right_solution",
    "load_roadmap",
    "load_wrong_solution",
    "new_assignment",
]
