from __future__ import annotations

import subprocess
import sys
import time

import nbformat
import psutil

from tests.extension.server.serving import serving

SLOW = ("IPython", "nbgrader", "numpy", "sqlalchemy", "torch")


def test_a_server_that_starts_does_not_wait_for_what_is_slow():
    """Each of them takes a part of a second, before which no page is served."""
    program = f"""
import sys
import llm_classroom.app
print([name for name in {SLOW!r} if name in sys.modules])
"""
    done = subprocess.run(
        [sys.executable, "-c", program], capture_output=True, text=True, check=True, timeout=60
    )
    assert done.stdout == "[]\n"


def test_a_server_that_ends_takes_the_kernels_of_its_checks_with_it(made_course, tmp_path):
    config = {
        "Exchange": {"root": str(made_course / "exchange"), "cache": str(tmp_path / "cache")},
        "CourseDirectory": {"student_id": "ada"},
    }
    toy = "/courses/nlp/assignments/toy"
    with serving(tmp_path / "ada", config) as served:
        assert served.finish(f"{toy}/fetch")["state"] == "done"
        path = served.folder / "toy" / "toy.ipynb"
        notebook = nbformat.read(path, 4)
        pids = tmp_path / "pid"
        source = f"import os, pathlib\npathlib.Path({str(pids)!r}).write_text(str(os.getpid()))"
        notebook.cells.insert(0, nbformat.v4.new_code_cell(f"{source}\nwhile True: pass"))
        nbformat.write(notebook, path)
        served.classroom("POST", f"{toy}/check", {"notebook": "toy"})
        while not (pids.exists() and pids.read_text()):
            time.sleep(0.02)
        kernel = psutil.Process(int(pids.read_text()))
        assert kernel.is_running()
    assert served.process.returncode == 0
    assert psutil.wait_procs([kernel], timeout=10)[1] == []
    assert "Traceback" not in served.log.read_text()
    assert list((served.home / "tmp").glob("llm-classroom-*")) == []
