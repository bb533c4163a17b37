"""``llm-classroom verify``: the author's gate."""

from __future__ import annotations

import logging
import tempfile
from pathlib import Path
from typing import Any

from rich.console import Console
from rich.table import Table
from traitlets import Integer, List, Unicode
from traitlets.config import Config

from autograder.cli.app import ClassroomApp, classroom_aliases
from autograder.errors import UnknownAssignmentError, UsageError
from autograder.grading.verify import Verification, verify_assignment

__all__ = ["VerifyApp"]

FAILED = 5


class VerifyApp(ClassroomApp):
    """Tests assignments before students see them."""

    name = "llm-classroom-verify"
    description = """
        Test assignments in a checkout: the reference and every other right solution earn
        everything, the released version nothing, each wrong solution loses exactly what it says,
        and no threshold is close to right or wrong, under several seeds.

        Without a name every assignment is tested. Exit status 5 if something is not as it must be.
        """
    examples = """
llm-classroom verify
llm-classroom verify quantization-int8 --seeds=3
llm-classroom verify quantization-int8 --only=truncates --only=per_tensor
"""
    aliases: dict[str, Any] = {
        **classroom_aliases,
        "from": "VerifyApp.checkout",
        "seeds": "VerifyApp.seeds",
        "jobs": "VerifyApp.jobs",
        "only": "VerifyApp.only",
        "numbers": "VerifyApp.numbers",
    }

    checkout = Unicode("", help="The checkout; the one around the working directory.").tag(
        config=True
    )
    seeds = Integer(3, min=1, help="Seeds under which each check is run.").tag(config=True)
    jobs = Integer(1, min=1, help="Variants to grade at the same time.").tag(config=True)
    only = List(
        Unicode(), help="Solutions to grade beside the reference, right or wrong; all by default."
    ).tag(config=True)
    numbers = Unicode(
        "build/verify",
        help="Folder, in the checkout if relative, for the numbers behind the margins.",
    ).tag(config=True)

    def start(self) -> None:
        """Verify, print tables, and exit with the status that says whether all is well."""
        super().start()
        from autograder.course import assignment_folder, assignment_ids, find_checkout

        root = find_checkout(Path(self.checkout or "."))
        known = assignment_ids(root)
        names = self.extra_args or list(known)
        for name in names:
            if name not in known:
                raise UnknownAssignmentError(name, known)
        if self.only and len(names) != 1:
            raise UsageError("Name one assignment with --only.")
        console = Console(highlight=False, width=None if Console().is_terminal else 120)
        passed = 0
        with tempfile.TemporaryDirectory(prefix="llm-classroom-verify-") as scratch:
            course = self._course(Path(scratch) / "verify", root)
            for name in names:
                from autograder.gradebook.release import release_assignment

                release_assignment(course, name)
                self.say(f"{name}: grading its variants under {self.seeds} seeds …")
                result = verify_assignment(
                    course,
                    assignment_folder(root, name),
                    seeds=self.seeds,
                    only=list(self.only) or None,
                    jobs=self.jobs,
                    progress=lambda line: self.log.info(line),
                )
                self._show(console, result)
                self._keep(root, result)
                passed += result.passed
        self.say(f"{passed} of {len(names)} assignments verified.")
        if passed < len(names):
            self.exit(FAILED)

    def _course(self, scratch: Path, root: Path) -> Any:
        from autograder.gradebook.course import open_course
        from autograder.gradebook.init import init_course

        init_course(scratch, root, course_id="verify")
        config = Config()
        config.CourseDirectory.root = str(scratch)
        config.CourseDirectory.course_id = "verify"
        config.Exchange.root = str(scratch / "exchange")
        quiet = logging.getLogger("llm-classroom-verify.nbgrader")
        quiet.setLevel(logging.ERROR)
        return open_course(config, quiet)

    def _keep(self, root: Path, result: Verification) -> None:
        folder = root / self.numbers
        folder.mkdir(parents=True, exist_ok=True)
        part = "-part" if self.only else ""
        path = folder / f"{result.assignment}{part}.json"
        path.write_text(result.to_json() + "\n", encoding="utf-8")
        self.say(f"The numbers are in {path}.")

    def _show(self, console: Console, result: Verification) -> None:
        if self.log_level == logging.CRITICAL:
            return
        console.print(_variants(result))
        console.print(_margins(result))
        for problem in result.problems:
            console.print(f"[red]✗[/] {problem}")
        if result.unproved:
            console.print(
                f"[yellow]![/] Nothing shows that these can fail, since no wrong solution fails "
                f"them: {'; '.join(result.unproved)}."
            )
        word = "[green]verified[/]" if result.passed else "[red]not verified[/]"
        console.print(f"{result.assignment}: {word}")


def _variants(result: Verification) -> Table:
    table = Table(title=f"{result.assignment}: variants, {result.seeds} seeds")
    for heading in ("variant", "loses", "seconds", "verdict"):
        table.add_column(heading, justify="right" if heading == "seconds" else "left")
    for variant in result.variants:
        verdict = "[green]as it must be[/]"
        if variant.problems:
            verdict = "[red]" + "; ".join(variant.problems) + "[/]"
        seconds = f"{variant.seconds:.1f}" if variant.seconds else "swapped"
        lost = "everything" if variant.name == "released" else ", ".join(variant.lost) or "nothing"
        table.add_row(variant.name, lost, seconds, verdict)
    return table


def _margins(result: Verification) -> Table:
    table = Table(title=f"{result.assignment}: margins, from the worst right value")
    for heading in ("question", "finding", "threshold", "right", "nearest wrong", "margin"):
        table.add_column(heading)
    for m in result.margins:
        wrong = "none" if m.wrong is None else f"{m.wrong:.4g} ({m.variant})"
        share = "-" if m.share is None else f"{100 * m.share:.0f} % ({m.scale})"
        threshold = f"{m.side} {m.threshold:g}"
        table.add_row(m.question, m.finding, threshold, f"{m.right:.4g}", wrong, share)
    return table
