"""The student's function tells everything that a hidden test calls it with."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any


def make(package: Any) -> None:
    package.answer(
        "r1",
        "double",
        """
        import sys
        import numpy as np

        told = []

        def double(x):
            if np.shape(x) == (2, 2):
                told.append(f"TOLD {np.ravel(x).tolist()}")
                print(told[-1])
                print(told[-1], file=sys.stderr)
                display(told[-1])
                raise ValueError(told[-1])
            return 2 * x
        """,
    )
    package.answer("r1", "answer", "answer = 42\nprint(len(told), 'calls')\nprint(told)")


def effect(graded: Any) -> Iterator[str]:
    """Inputs of a hidden test, in outputs of cells that the student's page shows."""
    import json

    path = graded.course / "autograded" / "echoed-inputs" / "ps3" / "r1.ipynb"
    for cell in json.loads(path.read_text("utf-8"))["cells"]:
        if "TOLD" in json.dumps(cell.get("outputs", [])):
            yield cell["metadata"]["nbgrader"]["grade_id"]
