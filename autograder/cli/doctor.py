"""``llm-classroom doctor``: what is installed, what is missing, and what mends it."""

from __future__ import annotations

import importlib.metadata
import platform
import sys
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from packaging.requirements import InvalidRequirement, Requirement
from rich.console import Console
from rich.table import Table

from autograder import __version__
from autograder.cli.app import ClassroomApp
from autograder.errors import ClassroomError
from autograder.execution.sandbox import HostReport, Level, host

__all__ = ["Condition", "DoctorApp", "isolation", "packages"]

DISTRIBUTION = "llm-classroom"
EXTRA = "llm"
WIDTH = 110


@dataclass(frozen=True, slots=True)
class Condition:
    """Something that was looked at.

    Parameters
    ----------
    name, found : str
    mend : str
        A command or instruction; empty if nothing is wrong.
    needed : bool
        Whether commands fail without it.
    """

    name: str
    found: str
    mend: str = ""
    needed: bool = True


class DoctorApp(ClassroomApp):
    """Says what this host has, what is missing, and the command that mends it."""

    name = "llm-classroom-doctor"
    description = """
        Show versions, kernels and isolation of this host, what is missing, and the command that
        mends it. In a course folder the course is looked at too. Exit status 2: something that is
        needed is missing.
        """
    examples = """
llm-classroom doctor
"""

    def start(self) -> None:
        """Print what was found, then what to do."""
        super().start()
        conditions = [
            Condition("llm-classroom", __version__),
            Condition("python", f"{platform.python_version()} ({sys.executable})"),
            *packages(),
            *_kernels(),
            isolation(host()),
            *self._course(),
        ]
        wrong = [condition for condition in conditions if condition.mend]
        console = Console()
        if not console.is_terminal:
            console = Console(width=WIDTH)
        console.print(_table(conditions), highlight=False)
        for condition in wrong:
            # Printed as it is: a command that was wrapped could not be copied.
            print(f"{condition.name}: {condition.mend}")
        if not wrong:
            self.say("Nothing is missing.")
        if any(condition.needed for condition in wrong):
            self.exit(2)

    def _course(self) -> Iterator[Condition]:
        if not Path("nbgrader_config.py").is_file():
            return
        try:
            from traitlets.config.loader import PyFileConfigLoader

            from autograder.gradebook.course import open_course
            from autograder.gradebook.status import course_problems

            config = PyFileConfigLoader("nbgrader_config.py", path=str(Path.cwd())).load_config()
            course = open_course(config, self.log)
            yield Condition("course", f"{course.course_id or 'without an id'} in {course.root}")
            for found, mend in course_problems(course):
                yield Condition("course", found, mend)
        except ImportError as error:
            yield Condition("course", f"cannot be opened: {error}", _install())
        except ClassroomError as error:
            yield Condition("course", str(error), "Mend nbgrader_config.py.")
        except Exception as error:  # a configuration file is a program and may raise anything
            found = f"nbgrader_config.py: {type(error).__name__}: {error}"
            yield Condition("course", found, "Mend nbgrader_config.py.")


def isolation(report: HostReport) -> Condition:
    """Say how far this host isolates a submission, and what would give more."""
    ways = "" if report.level is Level.FULL else " ".join(gap.mend for gap in report.gaps)
    return Condition("isolation", str(report), ways, needed=False)


def packages(extra: str = EXTRA) -> Iterator[Condition]:
    """Compare what our own distribution requires with what is installed.

    Parameters
    ----------
    extra : str
        Its packages are looked at too, and nothing fails for want of them alone.
    """
    try:
        required = importlib.metadata.requires(DISTRIBUTION) or []
    except importlib.metadata.PackageNotFoundError:
        yield Condition(DISTRIBUTION, "not installed, only on the path", _install())
        return
    for line in required:
        try:
            requirement = Requirement(line)
        except InvalidRequirement:
            continue
        base = requirement.marker is None or requirement.marker.evaluate({"extra": ""})
        if base or (requirement.marker and requirement.marker.evaluate({"extra": extra})):
            yield _package(requirement, "" if base else extra)


def _package(requirement: Requirement, extra: str) -> Condition:
    name = requirement.name
    try:
        version = importlib.metadata.version(name)
    except importlib.metadata.PackageNotFoundError:
        return Condition(name, "missing", _install(extra), needed=not extra)
    if not requirement.specifier.contains(version, prereleases=True):
        wanted = f'pip install "{name}{requirement.specifier}"'
        return Condition(name, f"{version}, {requirement.specifier} is wanted", wanted, not extra)
    return Condition(name, version)


def _install(extra: str = "") -> str:
    return f'pip install "{DISTRIBUTION}{f"[{extra}]" if extra else ""}"'


def _kernels() -> Iterator[Condition]:
    try:
        from jupyter_client.kernelspec import KernelSpecManager
    except ImportError:
        return
    found = KernelSpecManager().get_all_specs()
    if not any(entry["spec"].get("language") == "python" for entry in found.values()):
        mend = f"{sys.executable} -m ipykernel install --sys-prefix"
        yield Condition("kernel", "no Python kernel", mend)
    for name, entry in sorted(found.items()):
        language = entry["spec"].get("language", "")
        yield Condition(f"kernel {name}", f"{language}, {entry['resource_dir']}")


def _table(conditions: list[Condition]) -> Table:
    table = Table(show_header=True)
    table.add_column("", no_wrap=True)
    table.add_column("What", no_wrap=True)
    table.add_column("Found", overflow="fold")
    for condition in conditions:
        mark = "✓" if not condition.mend else "✗" if condition.needed else "–"
        style = "green" if not condition.mend else "red" if condition.needed else "yellow"
        table.add_row(f"[{style}]{mark}[/]", condition.name, _escape(condition.found))
    return table


def _escape(text: str) -> str:
    from rich.markup import escape

    return escape(text)
