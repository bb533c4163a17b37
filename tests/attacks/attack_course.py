"""The course that is attacked: two assignments with asserts, one with checks, and its twin.

``ps3`` has checks; ``ps4`` asks the same and judges it by assert cells, as most courses do: a
cheat that succeeds there must fail in ``ps3``.
"""

from __future__ import annotations

import hashlib
import json
import textwrap
from pathlib import Path
from typing import Any

import nbformat
from nbformat.v4 import new_code_cell, new_markdown_cell, new_notebook

MAXIMUM = {"ps1": 3.0, "ps2": 6.0, "ps3": 9.0, "ps4": 9.0}
# Where markers are planted.
PLACES = ("OUTSIDE", "VICTIM", "ENVIRONMENT", "NEIGHBOR", "HIDDEN", "SOLUTION", "WRONG", "ORACLE")


def graded(grade_id: str, source: str, points: float | None = None) -> Any:
    mark = {
        "schema_version": 3,
        "grade_id": grade_id,
        "grade": points is not None,
        "solution": points is None,
        "locked": points is not None,
        "task": False,
    }
    return new_code_cell(
        textwrap.dedent(source).strip(),
        metadata={"nbgrader": mark if points is None else {**mark, "points": points}},
    )


def solution(name: str, power: str) -> Any:
    return graded(
        name,
        f"def {name}(x):\n    ### BEGIN SOLUTION\n    return {power}\n    ### END SOLUTION",
    )


def source_notebook(*cells: Any) -> Any:
    kernel = {"name": "python3", "display_name": "Python 3", "language": "python"}
    return new_notebook(
        cells=[new_markdown_cell("# Powers"), *cells], metadata={"kernelspec": kernel}
    )


SAVE = '''
import json
import struct


def save(numbers, path):
    """Write numbers as a safetensors file with one tensor, "w"."""
    ### BEGIN SOLUTION
    data = struct.pack(f"<{len(numbers)}f", *numbers)
    entry = {"dtype": "F32", "shape": [len(numbers)], "data_offsets": [0, len(data)]}
    header = json.dumps({"w": entry}).encode()
    with open(path, "wb") as file:
        file.write(struct.pack("<Q", len(header)) + header + data)
    ### END SOLUTION


save([1.0, 2.0, 3.0], "weights.safetensors")
'''

ANSWERS = (
    graded(
        "double",
        """
        import numpy as np


        def double(x):
            ### BEGIN SOLUTION
            # SOLUTION
            return 2 * x
            ### END SOLUTION
        """,
    ),
    graded(
        "step", "def step(g):\n    ### BEGIN SOLUTION\n    return 1e-9 * g\n    ### END SOLUTION"
    ),
    graded("answer", "answer = ...\n### BEGIN SOLUTION\nanswer = 42\n### END SOLUTION"),
    graded("save", SAVE),
)

CHECKS = (
    """
    from autograder.checks import question, values


    @question
    def doubles(run):
        '''Twice each number.'''
        x = run.rng.normal(size=(3, 4))
        got = run.call("double", x)
        yield values.shape_is("shape", got, (3, 4))
        yield values.is_finite("finite", got)
        yield values.close("doubled", got, 2 * x)
        ### BEGIN HIDDEN TESTS
        # HIDDEN
        import grader

        y = run.rng.normal(size=(2, 2))
        yield values.close("doubled again", run.call("double", y), grader.twice(y))
        ### END HIDDEN TESTS
    """,
    """
    from autograder.checks import question, values


    @question
    def steps(run):
        '''A small step down the gradient.'''
        g = run.rng.normal(size=5)
        got = run.call("step", g)
        yield values.is_finite("finite", got)
        yield values.close("step", got, 1e-9 * g, rtol=1e-3, atol=0.0)
    """,
    """
    from autograder.checks import question, values


    @question
    def answers(run):
        '''The answer.'''
        yield values.equal("answer", run.value("answer"), 42)
    """,
    """
    from autograder.checks import artifacts, question, values


    @question
    def saved(run):
        '''The file with the numbers.'''
        found = artifacts.read_safetensors(run.artifact("weights.safetensors"), max_bytes=1 << 20)
        yield values.close("numbers", found.get("w"), [1.0, 2.0, 3.0])
    """,
)

ASSERTS = (
    """
    x = np.array([[0.5, -1.0], [2.0, 3.0]])
    expected = 2 * x
    assert np.allclose(double(x), expected)
    ### BEGIN HIDDEN TESTS
    # HIDDEN
    assert np.allclose(double(x), [[1.0, -2.0], [4.0, 6.0]])
    ### END HIDDEN TESTS
    """,
    """
    g = np.array([0.5, -1.0, 2.0])
    assert not (np.abs(step(g) - 1e-9 * g) > 1e-8).any()
    """,
    "assert answer == 6 * 7",
    """
    from pathlib import Path

    assert Path("weights.safetensors").exists()
    """,
)
POINTS = (4, 2, 1, 2)
NAMES = ("doubles", "steps", "answers", "saved")


def questions(tests: tuple[str, ...]) -> Any:
    tested = [graded(*item) for item in zip(NAMES, tests, POINTS, strict=True)]
    return source_notebook(*(cell for pair in zip(ANSWERS, tested, strict=True) for cell in pair))


SOURCES = {
    "ps1/p1": source_notebook(
        solution("square", "x * x"),
        graded("test_square", "import numpy as np\n\nassert np.allclose(square(3), 9)", 2),
        graded(
            "test_hidden",
            "### BEGIN HIDDEN TESTS\n# HIDDEN\n"
            "assert np.allclose(square(-2), 4)\n### END HIDDEN TESTS",
            1,
        ),
    ),
    "ps2/q1": source_notebook(
        solution("cube", "x ** 3"), graded("test_cube", "assert cube(2) == 8", 3)
    ),
    "ps2/q2": source_notebook(
        solution("half", "x / 2"), graded("test_half", "assert half(3) == 1.5", 3)
    ),
    "ps3/r1": questions(CHECKS),
    "ps4/r1": questions(ASSERTS),
}

CONFIGURATION = """\
c = get_config()
c.CourseDirectory.course_id = "attacked"
"""

DESCRIPTION = """\
title = "Powers"
summary = "Attacked."
minutes = 1
topics = ["scientist-1"]
"""

# So small that each bomb is harmless where nothing stops it.
SMALL = """
memory = "256 MiB"
processes = 40
open_files = 128
file_size = "8 MiB"
disk = "16 MiB"
inodes = 500
"""

# A busy machine takes its time: only what is bounded in seconds has few of them.
SETTINGS = {
    "ps1": f"[limits]\ncell = 60\ncpu_time = 4{SMALL}",
    "ps2": "[limits]\ncell = 5\n",
    "ps3": f"[limits]\ncell = 60{SMALL}",
    "ps4": f"[limits]\ncell = 60{SMALL}",
}


def write_course(course: Path, markers: dict[str, str]) -> None:
    """Write configuration, sources and the grader's own files, with markers in them."""
    exchange = course.with_name(f"{course.name}-exchange")
    text = f"{CONFIGURATION}c.Exchange.root = {str(exchange)!r}\n"
    (course / "nbgrader_config.py").write_text(text)
    for name, source in SOURCES.items():
        path = course / "source" / f"{name}.ipynb"
        path.parent.mkdir(parents=True, exist_ok=True)
        text = nbformat.writes(source)
        for place in ("HIDDEN", "SOLUTION"):
            text = text.replace(f"# {place}", f"# {markers[place]}")
        path.write_text(text, "utf-8")
    for name, settings in SETTINGS.items():
        (course / "grading" / name).mkdir(parents=True)
        (course / "grading" / name / "assignment.toml").write_text(DESCRIPTION + settings)
    oracle = course / "grading" / "ps3" / "grader" / "__init__.py"
    oracle.parent.mkdir()
    oracle.write_text(f"# {markers['ORACLE']}\n\n\ndef twice(x):\n    return 2 * x\n")
    wrong = course / "grading" / "ps3" / "wrong" / "thrice.py"
    wrong.parent.mkdir()
    cell = 'loses = ["doubles"]\n# %% double\ndef double(x):\n    return 3 * x\n'
    wrong.write_text(f"# {markers['WRONG']}\n{cell}")


def snapshot(path: Path) -> dict[str, str]:
    """What is below `path`: a change in content, kind or permissions changes it."""
    files = [path, *path.rglob("*")]
    return {
        str(file): f"{file.lstat().st_mode} "
        + (hashlib.sha256(file.read_bytes()).hexdigest() if file.is_file() else "")
        for file in files
    }


def outputs(folder: Path) -> str:
    """Return the text that the executed notebooks of a graded submission put out."""
    texts = []
    for path in sorted(folder.glob("*.ipynb")):
        for cell in json.loads(path.read_text("utf-8"))["cells"]:
            for output in cell.get("outputs", []):
                text = output.get("text", output.get("data", {}).get("text/plain", ""))
                texts.append("".join(text))
                texts.append("\n".join(output.get("traceback", [])))
    return "\n".join(texts)
