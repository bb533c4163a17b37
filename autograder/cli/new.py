"""``llm-classroom new``: begin an assignment."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from traitlets import Unicode

from autograder.cli.app import ClassroomApp, classroom_aliases
from autograder.errors import UsageError

__all__ = ["NewApp"]


class NewApp(ClassroomApp):
    """Begins an assignment in a checkout."""

    name = "llm-classroom-new"
    description = """
        Begin an assignment in a checkout of the course: a small one that is complete and passes
        `llm-classroom verify` as it is, to be turned into yours piece by piece.
        """
    examples = """
llm-classroom new rank-fusion
llm-classroom new rank-fusion --title="Two rankings are better than one"
"""
    aliases: dict[str, Any] = {
        **classroom_aliases,
        "from": "NewApp.checkout",
        "title": "NewApp.title",
    }

    checkout = Unicode("", help="The checkout; the one around the working directory.").tag(
        config=True
    )
    title = Unicode("", help="What students read; the id in words by default.").tag(config=True)

    def start(self) -> None:
        """Copy the template and say what to do next."""
        super().start()
        from autograder.course import new_assignment

        if len(self.extra_args) != 1:
            raise UsageError("Name one assignment: llm-classroom new ID.")
        folder = new_assignment(Path(self.checkout or "."), self.extra_args[0], self.title)
        self.say(f"{folder.id} begins in {folder.root}.")
        self.say(f"Next: open {folder.notebook.name} in JupyterLab, and see docs/authoring.md.")
        self.say(f"Prove it with: llm-classroom verify {folder.id}")
