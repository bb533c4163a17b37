"""What is sent to a kernel before the student's first cell."""

from __future__ import annotations

from pathlib import Path

from autograder.execution.kernel_output import MARKER

__all__ = ["AGENT", "OBJECT_AGENT", "is_marker", "valve_expression"]

# An expression that imports the agent, through which a check will reach the kernel.
AGENT = "__import__('autograder.checks.agent') and None"
# The same for test cells that run outside the kernel.
OBJECT_AGENT = "__import__('autograder.checks.object_agent') and None"


def is_marker(text: object) -> bool:
    """Whether a stream's text is the kernel's own remark that it left output out."""
    return isinstance(text, str) and text.startswith(MARKER)


def valve_expression(limit: int) -> str:
    """A Python expression that installs :mod:`autograder.execution.kernel_output` in a kernel.

    Parameters
    ----------
    limit : int
        Characters of output that a cell may send.
    """
    source = Path(__file__).with_name("kernel_output.py").read_text(encoding="utf-8")
    program = f"{source}\n\ninstall({limit})\n"
    return f"exec({program!r}, {{'__name__': 'valve'}})"
