"""``llm-classroom grade``: grade submissions."""

from __future__ import annotations

import logging
import sys
from typing import Any

from rich.console import Console
from traitlets import Dict, Enum, Float, Integer, List, Unicode, default

from autograder.cli.app import CourseApp, course_aliases, course_flags
from autograder.cli.progress import GradeProgress
from autograder.cli.run import verbosity
from autograder.errors import UsageError
from autograder.reports import parse_report_option

__all__ = ["Grade", "GradeApp"]

REFUSED = 3
UNGRADED = 4
BELOW = 5


class Grade(CourseApp):
    """Options of grading."""

    jobs = Integer(
        1, min=1, help="Submissions to grade at the same time; a processor each is a good choice."
    ).tag(config=True)
    seed = Integer(
        0, help="Mixed into the seed of every random input of a check, together with the work."
    ).tag(config=True)
    report = List(
        Unicode(),
        help="Reports to write, as FORMAT=PATH; the formats are json, junit and csv.",
    ).tag(config=True)
    fail_under = Float(
        None,
        allow_none=True,
        help="Exit with status 5 if graded and failed submissions reach less than this percentage "
        "of their points on average.",
    ).tag(config=True)
    parameters = Dict(
        help="Papermill parameters for notebooks with a cell tagged 'parameters', "
        "such as DEVICE=cuda."
    ).tag(config=True)
    trust = Enum(
        ["kernel", "outside"],
        None,
        allow_none=True,
        help="Where assert cells run that are no checks of ours: in the student's kernel, as "
        "nbgrader runs them, or outside it, where a student cannot touch them. Without it the "
        "assignment.toml decides ([grading] trust), else kernel.",
    ).tag(config=True)
    limits = Dict(
        help="Limits for the submissions of all assignments, in the words of [limits] in an "
        "assignment.toml, such as {'memory': '1 GiB', 'cpu_time': 60}; what an assignment's own "
        "says counts more."
    ).tag(config=True)
    isolation = Enum(
        ["auto", "full", "restricted", "none"],
        "auto",
        help="How far a notebook is kept from the grader and from other submissions; auto is as "
        "far as this host allows. With none, grade only submissions that you trust.",
    ).tag(config=True)


class GradeApp(Grade):
    """Grades submissions: any nbgrader course, one submission never stopping another."""

    name = "llm-classroom-grade"
    description = """
        Grade submitted assignments.

        Without a name every assignment in the gradebook is graded. Unchanged submissions are
        skipped. Exit status: 0, or the first that holds of 4 some submission could not be graded
        (ours), 3 some were refused (the student's), 5 the mean is below --fail-under; 1 a mistake
        of ours, 2 wrong usage or configuration, 130 interrupted.
        """
    examples = """
llm-classroom grade quantization-int8
llm-classroom grade quantization-int8 --student=ada --force
llm-classroom grade --jobs=2 --report=junit=report.xml --report=csv=scores.csv
"""
    aliases: dict[str, Any] = {
        **course_aliases,
        "jobs": "Grade.jobs",
        "seed": "Grade.seed",
        "report": "Grade.report",
        "fail-under": "Grade.fail_under",
        "isolation": "Grade.isolation",
        "trust": "Grade.trust",
    }
    flags: dict[str, Any] = {
        **course_flags,
        "force": ({"BaseConverter": {"force": True}}, "Grade unchanged submissions too."),
        "f": ({"BaseConverter": {"force": True}}, "Grade unchanged submissions too."),
        "create": (
            {"Autograde": {"create_student": True}},
            "Add students to the gradebook who are not in it (the default).",
        ),
        "no-execute": (
            {"Execute": {"enabled": False}, "ClearOutput": {"enabled": False}},
            "Score the outputs that were submitted instead of running the notebooks.",
        ),
    }
    nbgrader_classes = ("Autograde", "BaseConverter", "Execute", "ClearOutput")

    @default("log_level")
    def _log_level_default(self) -> int:
        # nbgrader warns of every cell that it restores; what matters is in the outcome's notes.
        return logging.ERROR

    def start(self) -> None:
        """Grade, report, and exit with the status that says how it went."""
        super().start()
        from autograder.course import Trust
        from autograder.course.assignment import read_limits
        from autograder.grading.session import grade_course
        from autograder.grading.settings import Settings

        wanted = [parse_report_option(text) for text in self.report]
        course = self.open_course()
        if not course.assignments():
            self._build(course)
        known = course.assignments()
        names = self.requested(course, known) or known
        if not names:
            raise UsageError(
                f"There is no assignment in the gradebook of {course.root}. "
                "Release one first: llm-classroom release NAME"
            )
        settings = Settings(
            jobs=self.jobs,
            seed=self.seed,
            force=self._forced(),
            parameters=dict(self.parameters),
            trust=None if self.trust is None else Trust(self.trust),
            limits=read_limits(self.limits, "Grade.limits"),
        )
        quiet = verbosity(self) >= logging.CRITICAL
        console = Console(stderr=False, highlight=False)
        named = bool(self.extra_args or course.coursedir.assignment_id)
        summary = grade_course(
            course,
            names,
            settings,
            reports=wanted,
            isolation=self.isolation,
            must_find=named,
            display=lambda total: GradeProgress(console, total, quiet=quiet),
            say=self.say,
        )
        sys.stdout.flush()
        status = self._status(summary)
        if status:
            self.exit(status)

    def _forced(self) -> bool:
        for section in ("Autograde", "BaseConverter"):
            if "force" in self.config.get(section, {}):
                value = self.config[section]["force"]
                return str(value).lower() in ("true", "1")
        return False

    def _build(self, course: Any) -> None:
        from autograder.gradebook.build import build_gradebook

        if course.sources():
            names = build_gradebook(course)
            self.say(f"There was no gradebook: built one from source/ ({', '.join(names)}).")

    def _status(self, summary: Any) -> int:
        if summary.ungraded:
            return UNGRADED
        if summary.refused:
            return REFUSED
        mean = summary.mean_percent
        if self.fail_under is not None and (mean is None or mean < self.fail_under):
            said = "There is no score" if mean is None else f"The mean is {mean:.1f} %"
            self.say(f"{said}, below {self.fail_under:g} %.")
            return BELOW
        return 0
