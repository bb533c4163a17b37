"""A forked kernel does what a started one does, and knows nothing of who forked it."""

from __future__ import annotations

import dataclasses
import json
from typing import Any

import nbformat
import pytest

from autograder.execution.job import Limits, NotebookJob, Resources
from autograder.execution.sandbox import Level
from autograder.log import Status

# What every run gets, what its libraries are told, and what IPython sets for its children.
VARIABLES = {
    *("HOME", "TMPDIR", "PATH", "LANG", "LC_ALL", "USER", "LOGNAME"),
    *("OMP_NUM_THREADS", "OPENBLAS_NUM_THREADS", "MKL_NUM_THREADS", "NUMEXPR_NUM_THREADS"),
    *("VECLIB_MAXIMUM_THREADS", "RAYON_NUM_THREADS", "TOKENIZERS_PARALLELISM"),
    *("HF_HUB_OFFLINE", "NBGRADER_EXECUTION", "MPLBACKEND"),
    *(
        "TERM",
        "CLICOLOR",
        "CUDA_VISIBLE_DEVICES",
        "FORCE_COLOR",
        "CLICOLOR_FORCE",
        "PAGER",
        "GIT_PAGER",
    ),
}
CHECK = """
from autograder.checks import question, values

@question
def double(run):
    '''Twice the number.'''
    yield values.close("doubles", run.call("double", 21), 42, rtol=0, atol=0)
"""


def ordinary(room: Any) -> list[Any]:
    return [
        room.code("allowed = 1", "parameters"),
        room.code("print(allowed, flush=True); import sys; print('aside', file=sys.stderr)"),
        room.code("import helper, os; print(helper.answer, os.listdir('.').count('helper.py'))"),
        room.code("os.makedirs('made/deep'); open('made/deep/new.txt', 'w').write('new')"),
        room.code("undefined_name"),
        room.test("fine", "assert allowed == 7"),
        room.test("wrong", "assert allowed == 8"),
        room.code("import numpy\nnumpy.arange(3)"),
        room.code("from IPython.display import HTML, display\ndisplay(HTML('<b>bold</b>'))"),
        room.code("sys.exit(0)"),
        room.code("x = 'long ' * 400_000\nprint(x)"),
        room.code("%time 1 + 1\nprint(__name__, In[1])"),
        room.code("input('name? ')"),
        room.code("import pickle\nclass A: pass\ntype(pickle.loads(pickle.dumps(A()))) is A"),
        room.code("await __import__('asyncio').sleep(0, 'awaited')"),
    ]


def told(graded: Any) -> list[Any]:
    """Outputs of each cell, streams joined, without the times that %time prints."""
    cells = []
    for cell in graded.notebook.cells:
        joined: dict[str, str] = {}
        others = []
        for output in getattr(cell, "outputs", []):
            if output.output_type == "stream":
                # A busy kernel sends a line in two pieces.
                joined[output.name] = joined.get(output.name, "") + output.text
            else:
                # IPython shortens the home directory, which inside is /tmp.
                others.append(json.loads(json.dumps(output).replace("/tmp/", "~/")))
        for name, text in joined.items():
            lines = [t for t in text.splitlines() if "time" not in t and "CPU" not in t]
            joined[name] = "\n".join(lines)
        cells.append((joined, others, cell.get("execution_count")))
    return cells


@pytest.fixture(scope="module")
def started(room: Any) -> Any:
    """The same notebook in a kernel that was started as usual."""
    return room.grade(ordinary(room), files={"helper.py": "answer = 42"}, parameters={"allowed": 7})


def test_a_notebook_ends_as_it_does_in_a_kernel_that_was_started(
    room: Any, warm: Any, started: Any
) -> None:
    forked = room.grade(
        ordinary(room),
        files={"helper.py": "answer = 42"},
        parameters={"allowed": 7},
        warm=warm.address,
    )
    for index, (one, other) in enumerate(zip(told(forked), told(started), strict=True)):
        assert one == other, f"cell {index + 1}"
    assert forked.outcome.notebooks == started.outcome.notebooks
    assert forked.notebook.metadata == started.notebook.metadata
    assert forked.file("made/deep/new.txt").read_text() == "new"
    assert forked.outcome.isolation == warm.flavor.level
    assert forked.outcome.cpu_seconds > 0


def test_checks_reach_a_forked_kernel(room: Any, warm: Any) -> None:
    cells = [room.code("def double(x): return 2 * x"), room.test("double")]
    graded = room.grade(cells, {"double": CHECK}, warm=warm.address)
    assert graded.outcome.status is Status.GRADED, graded.outcome
    assert graded.passed("double") == {"doubles": True}


def test_nothing_of_the_warm_process_is_open_or_in_the_environment(room: Any, warm: Any) -> None:
    look = """
        import json, os
        links = [os.readlink(f"/proc/self/fd/{f}") for f in range(3, 256)
                 if os.path.lexists(f"/proc/self/fd/{f}")]
        block = open("/proc/self/environ", "rb").read().strip(bytes(1))
        print(json.dumps([links, sorted(os.environ), len(block), os.getcwd()]))
    """
    graded = room.grade([room.code(look)], warm=warm.address)
    links, names, block, folder = json.loads(graded.printed(0))
    kinds = {link.split(":")[0] for link in links}
    assert kinds <= {"socket", "pipe", "anon_inode", "/dev/null"}, kinds
    assert "anon_inode:[pidfd]" not in links
    assert set(names) <= VARIABLES
    assert block == 0
    if warm.flavor.level is Level.FULL:
        assert folder == "/submission"


def test_a_question_for_input_is_refused(room: Any, strongest: Any) -> None:
    graded = room.grade([room.code("input()")], warm=strongest.address)
    assert graded.run.reason == "Cell 1 raised StdinNotImplementedError."


def test_figures_are_drawn_into_the_notebook(room: Any, warm: Any) -> None:
    cells = [room.code("import matplotlib.pyplot as plt\nplt.plot([1, 2]);"), room.code("1")]
    graded = room.grade(cells, warm=warm.address)
    (figure,) = graded.outputs(0)
    assert figure.output_type == "display_data"
    assert "image/png" in figure.data


def test_kernels_draw_different_numbers_but_hash_alike(room: Any, strongest: Any) -> None:
    look = """
        import random, numpy, os
        print(random.random(), numpy.random.random(), os.urandom(4).hex())
        print(hash("text"))
    """
    one, other = (
        room.grade([room.code(look)], warm=strongest.address).printed(0).splitlines()
        for _ in range(2)
    )
    assert all(a != b for a, b in zip(one[0].split(), other[0].split(), strict=True))
    assert one[1] == other[1]


def test_the_notebooks_of_a_submission_share_a_folder_and_no_memory(room: Any, warm: Any) -> None:
    first = room.code("open('between.txt', 'w').write('from the first'); secret = 1")
    job = room.job([first], warm=warm.address)
    second = nbformat.v4.new_notebook(
        metadata={"kernelspec": {"name": "python3", "display_name": "p", "language": "python"}}
    )
    second.cells = [room.code("print(open('between.txt').read(), 'secret' in globals())")]
    (job.bundle / "second.ipynb").write_text(nbformat.writes(second))
    job = dataclasses.replace(job, notebooks=(*job.notebooks, NotebookJob("second")))
    assert room.run(job).outcome.status is Status.GRADED
    ran = nbformat.read(job.result / "second.ipynb", as_version=4)
    assert ran.cells[0].outputs[0].text == "from the first False\n"


def test_a_submission_sees_nothing_of_the_one_before(room: Any, strongest: Any) -> None:
    leave = """
        import math, os
        math.left = 1
        open("left", "w"); open(os.environ["TMPDIR"] + "/left", "w")
    """
    assert room.grade([room.code(leave)], warm=strongest.address).outcome.status is Status.GRADED
    look = (
        "import os, math; print(hasattr(math, 'left'), os.listdir(), os.path.exists('/tmp/left'))"
    )
    graded = room.grade([room.code(look)], warm=strongest.address)
    assert graded.printed(0) == "False [] False\n"


def test_too_much_memory_is_the_students_and_told_apart(room: Any, strongest: Any) -> None:
    hungry = "kept = []\nwhile True: kept.append(b'x' * (1 << 20))"
    graded = room.grade(
        [room.code("1"), room.code(hungry), room.test("later", "assert True")],
        warm=strongest.address,
        resources=Resources(memory=200 << 20),
    )
    assert graded.outcome.status is Status.FAILED
    assert (graded.outcome.code, graded.run.cell) == ("out-of-memory", 1)


@pytest.mark.parametrize(
    ("code", "wanted"),
    [
        ("while True: pass", "cell-timeout"),
        ("import os; os._exit(3)", "kernel-died"),
        ("import ctypes; ctypes.string_at(0)", "kernel-died"),
    ],
)
def test_a_run_that_stops_is_judged_as_ever(
    room: Any, strongest: Any, code: str, wanted: str
) -> None:
    graded = room.grade([room.code(code)], warm=strongest.address, limits=Limits(cell=1.0))
    assert (graded.outcome.status, graded.outcome.code) == (Status.FAILED, wanted)


def test_output_of_a_program_arrives(room: Any, warm: Any) -> None:
    code = "import os, time; os.system('echo said'); time.sleep(0.5)"  # a thread reads it, in time
    graded = room.grade([room.code(code)], warm=warm.address)
    assert graded.printed(0) == "said\n"


def test_output_of_a_forked_process_arrives(room: Any, warm: Any) -> None:
    code = """
        import os, sys
        pid = os.fork()
        if pid == 0:
            print("from a child", flush=True)
            os._exit(0)
        os.waitpid(pid, 0)
        import time; time.sleep(0.3)
    """
    graded = room.grade([room.code(code)], warm=warm.address)
    assert graded.printed(0) == "from a child\n"
