from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path
from types import ModuleType

SCRIPT = """
import sys
from pathlib import Path
import runner_toys
from autograder.execution.job import Job
from autograder.runners import LocalRunner

folder = Path(sys.argv[1])
preload = ("no_such_module", "raises", "counted")
jobs = [
    Job(f"k{n}", "c", "a", f"s{n}", folder, folder / "r", (), preload=preload) for n in range(2)
]
runner = LocalRunner(runner_toys.tell_modules)
for _, outcome in runner.run(jobs):
    print("counted" in outcome.notes, outcome.status)
"""


def test_modules_are_imported_once_for_all_workers_and_a_broken_one_stops_nobody(
    tmp_path: Path, toys: ModuleType
) -> None:
    modules = tmp_path / "modules"
    modules.mkdir()
    (modules / "raises.py").write_text("raise ValueError('broken')")
    (modules / "counted.py").write_text(f"open({str(tmp_path / 'count')!r}, 'a').write('1')")
    path = os.pathsep.join([str(modules), str(Path(__file__).parent), *sys.path])
    done = subprocess.run(
        [sys.executable, "-c", SCRIPT, tmp_path],
        env={**os.environ, "PYTHONPATH": path},
        capture_output=True,
        text=True,
        check=True,
    )
    assert done.stdout == "True graded\nTrue graded\n"
    assert (tmp_path / "count").read_text() == "1"
    assert done.stderr == (
        "llm-classroom: cannot preload no_such_module: No module named 'no_such_module'\n"
        "llm-classroom: cannot preload raises: broken\n"
    )
