"""The command ``llm-classroom`` and the list of its subcommands."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from traitlets.config import Application

from autograder import __version__
from autograder.cli.run import run
from autograder.lean import skip_slow_imports

__all__ = ["LLMClassroomApp", "main"]


class LLMClassroomApp(Application):
    """Dispatches to a subcommand, which is imported only when it is asked for."""

    name = "llm-classroom"
    description = "Release assignments, collect submissions, grade them and give feedback."
    option_description = ""
    subcommand_description = (
        "Each has options of its own: `{app} SUBCOMMAND --help`. They read nbgrader_config.py and "
        "take what nbgrader's commands take."
    )
    subcommands: dict[str, Any] = {
        "init": ("autograder.cli.init.InitApp", "Set up a course folder."),
        "release": ("autograder.cli.release.ReleaseCommand", "Give assignments to students."),
        "collect": ("autograder.cli.collect.CollectCommand", "Take in what students submitted."),
        "grade": ("autograder.cli.grade.GradeApp", "Grade submissions."),
        "feedback": ("autograder.cli.feedback.FeedbackCommand", "Give feedback to students."),
        "new": ("autograder.cli.new.NewApp", "Begin an assignment in a checkout."),
        "verify": ("autograder.cli.verify.VerifyApp", "Test assignments before release."),
        "status": ("autograder.cli.status.StatusApp", "The course at a glance."),
        "doctor": ("autograder.cli.doctor.DoctorApp", "What is missing, and how to mend it."),
    }
    flags: dict[str, Any] = {}
    aliases: dict[str, Any] = {}
    examples = """llm-classroom init course --from CHECKOUT
cd course
llm-classroom release quantization-int8
llm-classroom collect quantization-int8
llm-classroom grade quantization-int8
llm-classroom feedback quantization-int8
"""

    def print_version(self) -> None:
        """Print the version of the distribution."""
        print(__version__)

    def emit_help_epilogue(self, classes: bool) -> Any:
        """Nothing: the subcommands have the options."""
        return iter(())

    def parse_command_line(self, argv: Any = None) -> None:
        """Find the subcommand.

        Raises
        ------
        UsageError
            If there is none of that name.
        """
        import difflib

        from autograder.errors import UsageError

        words = list(argv) if argv is not None else self._get_sys_argv(check_argcomplete=True)[1:]
        first = words[0] if words else "--help"
        if first != "help" and not first.startswith("-") and first not in self.subcommands:
            near = difflib.get_close_matches(first, self.subcommands, n=1)
            hint = f"Did you mean {near[0]!r}?" if near else "See llm-classroom --help."
            raise UsageError(f"There is no subcommand {first!r}. {hint}")
        if first.startswith("-") and first not in ("-h", "--help", "--help-all", "--version", "-V"):
            raise UsageError(f"There is no option {first} here. See llm-classroom --help.")
        super().parse_command_line(words or ["--help"])


def main(argv: Sequence[str] | None = None) -> int:
    """Run ``llm-classroom``.

    Parameters
    ----------
    argv : sequence of str, optional
        Arguments without the program's name; ``sys.argv[1:]`` by default.

    Returns
    -------
    int
        The exit status.
    """
    skip_slow_imports()
    return run(LLMClassroomApp(), argv)
