"""Notebooks without checks in real kernels: files, errors, limits, and what is recorded."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

from autograder.execution.job import Limits, Resources
from autograder.log import Status

ALLOWED = "allowed = 100"


@pytest.fixture(scope="module")
def ordinary(room: Any) -> Any:
    """A student's notebook of format 4.4: parameters, files, errors, a display updated later."""
    cells = [
        room.code(ALLOWED, "parameters"),
        room.code("print(allowed); import os, sys; print(sorted(os.listdir()))"),
        room.text("# Files"),
        room.code(
            """
            os.makedirs("made/deep")
            open("made/deep/new.txt", "w").write("new")
            open("given.txt", "a").write(" and changed")
            os.symlink("/etc/hostname", "link.txt")
            os.mkfifo("pipe")
            os.makedirs("__pycache__"); open("__pycache__/x.pyc", "w").write("x")
            """
        ),
        room.code("undefined_name"),
        room.test("fine", "assert allowed == 7"),
        room.test("wrong", "assert allowed == 8"),
        room.code("sys.exit(0)"),
        room.code("get_ipython().showtraceback = lambda *a, **k: None"),
        room.test("silenced", "assert False"),
        room.code("from IPython.display import display; h = display('before', display_id='d')"),
        room.code("h.update('after')"),
        room.code(
            """
            import ipywidgets
            out = ipywidgets.Output()
            display(out)
            out.append_stdout('written into a widget')
            """
        ),
        room.code(
            """
            import json, sys
            path = [a for a in sys.argv if a.endswith(".json")][-1]
            print(json.dumps({k: v for k, v in json.load(open(path)).items() if k != "key"}))
            """
        ),
        room.code("os.environ['OMP_NUM_THREADS']"),
    ]
    files = {"given.txt": "given", "untouched.txt": "same", "helper.py": "answer = 42"}
    return room.grade(
        cells, files=files, parameters={"allowed": 7}, minor=4, resources=Resources(cpus=2)
    )


def test_the_first_exception_of_a_student_fails_the_run_and_names_its_cell(ordinary: Any) -> None:
    assert ordinary.outcome.status is Status.FAILED
    assert (ordinary.run.code, ordinary.run.cell) == ("exception", 4)
    assert ordinary.run.reason == "Cell 5 raised NameError."
    assert ordinary.outcome.reason == "work: Cell 5 raised NameError."


def test_papermill_parameters_reach_the_kernel_and_leave_no_trace(ordinary: Any) -> None:
    assert ordinary.printed(1).startswith("7\n")
    assert ordinary.notebook.cells[0].source == ALLOWED
    assert len(ordinary.notebook.cells) == 15
    assert "papermill" not in ordinary.recorded
    assert "injected-parameters" not in ordinary.recorded


def test_a_notebook_keeps_its_format_and_gets_no_ids(ordinary: Any) -> None:
    notebook = ordinary.notebook
    assert (notebook.nbformat, notebook.nbformat_minor) == (4, 4)
    assert not [cell for cell in notebook.cells if "id" in cell]
    assert [cell.metadata["tags"] for cell in notebook.cells if "tags" in cell.metadata] == [
        ["parameters"]
    ]
    assert notebook.metadata.language_info.name == "python"


def test_the_kernels_folder_holds_the_files_but_not_the_notebook(ordinary: Any) -> None:
    assert "['given.txt', 'helper.py', 'untouched.txt']" in ordinary.printed(1)


def test_files_that_were_written_or_changed_are_kept_and_nothing_else(ordinary: Any) -> None:
    kept = ordinary.job.result / "files"
    assert sorted(str(p.relative_to(kept)) for p in kept.rglob("*") if not p.is_dir()) == [
        "given.txt",
        "made/deep/new.txt",
    ]
    assert (kept / "given.txt").read_text() == "given and changed"
    assert ordinary.outcome.notes == ()


def test_a_test_cell_that_passes_is_silent_and_one_that_fails_has_an_error(ordinary: Any) -> None:
    assert ordinary.kinds(5) == []
    assert [o.ename for o in ordinary.outputs(6)] == ["AssertionError"]


def test_a_failed_test_is_an_error_even_where_tracebacks_are_switched_off(ordinary: Any) -> None:
    assert [o.ename for o in ordinary.outputs(9)] == ["AssertionError"]


def test_sys_exit_is_an_error_and_the_notebook_goes_on(ordinary: Any) -> None:
    assert [o.ename for o in ordinary.outputs(7) if "ename" in o] == ["SystemExit"]
    assert ordinary.kinds(14) == ["execute_result"]


def test_a_display_may_be_updated_by_a_later_cell(ordinary: Any) -> None:
    assert ordinary.outputs(10)[0].data["text/plain"] == "'after'"


def test_a_widget_writes_into_no_cell_and_its_state_is_not_kept(ordinary: Any) -> None:
    assert "widget-state" not in ordinary.recorded
    assert [k for k in ordinary.kinds(12) if k == "stream"] == []


def test_a_kernel_is_reached_over_socket_files_and_no_port(ordinary: Any) -> None:
    connection = json.loads(ordinary.printed(13))
    assert connection["transport"] == "ipc"
    assert Path(connection["ip"]).is_absolute()


def test_a_kernel_has_as_many_threads_as_the_job_has_processors(ordinary: Any) -> None:
    assert ordinary.outputs(14)[0].data["text/plain"] == "'2'"


@pytest.fixture(scope="module")
def slow(room: Any) -> Any:
    cells = [
        room.code("import time; time.sleep(60)"),
        room.code("time.sleep(1.2); print('patient')"),
        room.test("fine", "assert True"),
        room.test("slow", "time.sleep(60)"),
    ]
    return room.grade(cells, limits=Limits(cell=1.0), timeouts={1: 30.0, 2: None})


def test_a_cell_that_runs_too_long_is_interrupted_and_the_rest_runs(slow: Any) -> None:
    assert (slow.run.status, slow.run.code) == (Status.FAILED, "cell-timeout")
    assert "error" in slow.kinds(0)
    assert slow.kinds(2) == []


def test_a_cell_may_have_a_time_limit_of_its_own(slow: Any) -> None:
    assert slow.printed(1) == "patient\n"


def test_a_test_cell_that_runs_too_long_is_an_error(slow: Any) -> None:
    assert "error" in slow.kinds(3)
    assert slow.run.reason == "Cell 4 ran longer than 1 s and was interrupted."


@pytest.fixture(scope="module")
def deaf(room: Any) -> Any:
    cells = [
        room.code(
            """
            import time
            while True:
                try:
                    time.sleep(60)
                except KeyboardInterrupt:
                    pass
            """
        ),
        room.test("later", "1.0"),
    ]
    return room.grade(cells, limits=Limits(cell=0.5))


def test_a_cell_that_ignores_the_interrupt_ends_the_run(deaf: Any) -> None:
    assert (deaf.run.status, deaf.run.code, deaf.run.cell) == (Status.FAILED, "cell-timeout", 0)
    assert "ignored the interrupt" in deaf.run.reason


def test_a_test_that_was_not_run_gets_an_error_and_no_credit(deaf: Any) -> None:
    assert [o.ename for o in deaf.outputs(1)] == ["NotRun"]


def test_all_cells_share_the_time_of_the_submission(room: Any) -> None:
    cells = [room.code("import time; time.sleep(1)") for _ in range(2)]
    cells += [room.code("time.sleep(60)"), room.test("later", "1.0")]
    graded = room.grade(cells, limits=Limits(cell=30.0, total=4.0))
    assert (graded.run.status, graded.run.code) == (Status.FAILED, "total-timeout")
    assert graded.run.cell in (1, 2)
    assert "longer than 4 s in all" in graded.run.reason
    assert [o.ename for o in graded.outputs(3)] == ["NotRun"]


@pytest.fixture(scope="module")
def dead(room: Any) -> Any:
    cells = [
        room.code("print('said before')"),
        room.code("x = 1"),
        room.code("import os; os._exit(3)"),
        room.code("print('never')"),
        room.test("later", "1.0"),
    ]
    return room.grade(cells, parameters={"x": 1})


def test_a_dead_kernel_is_told_from_a_slow_one(dead: Any) -> None:
    assert (dead.run.status, dead.run.code, dead.run.cell) == (Status.FAILED, "kernel-died", 2)
    assert "exit status 3 in cell 3" in dead.run.reason


def test_what_ran_before_the_death_is_kept_and_later_tests_are_errors(dead: Any) -> None:
    assert dead.printed(0) == "said before\n"
    assert dead.kinds(2) == ["error"]
    assert dead.kinds(3) == []
    assert [o.ename for o in dead.outputs(4)] == ["NotRun"]


def test_a_kernel_that_was_killed_gets_one_more_run(room: Any, tmp_path: Path) -> None:
    kill = f"""
        import os, pathlib
        mark = pathlib.Path({str(tmp_path / "mark")!r})
        if not mark.exists():
            mark.touch()
            os.kill(os.getpid(), 9)
        """
    graded = room.grade([room.code(kill), room.test("fine", "0.5")])
    assert (graded.outcome.status, graded.outcome.code) == (Status.GRADED, "")
    assert graded.kinds(1) == ["execute_result"]


def test_a_kernel_that_ends_or_hangs_after_the_last_cell_does_no_harm(room: Any) -> None:
    source = "import asyncio, time; _ = asyncio.get_running_loop().call_soon(time.sleep, 60)"
    graded = room.grade([room.code(source), room.test("never", "")])
    assert graded.outcome.status is Status.GRADED


HOSTILE = """
from IPython import get_ipython
kernel = get_ipython().kernel
session = kernel.session

def send(kind, content, parent=None):
    session.send(kernel.iopub_socket, kind, content=content, parent=parent or kernel.get_parent())
"""


@pytest.fixture(scope="module")
def hostile(room: Any) -> Any:
    """Messages that no kernel sends, each in a cell that prints afterwards."""
    attacks = [
        "send('stream', {}); send('stream', {'name': 1, 'text': {}})",
        "send('display_data', {'transient': 'x', 'data': 1})",
        "send('update_display_data', {'transient': {'display_id': []}, 'data': {}})",
        "send('status', {})",
        "send('no such kind', {'text': 'x' * 1000})",
        "send('execute_input', {'execution_count': 'x' * 1000, 'code': ''})",
        "send('comm_open', {'target_name': 'jupyter.widget', 'data': {'state': {}}})",
        "send('comm_msg', {})",
        "type(session)(key=b'other').send(kernel.iopub_socket, 'stream', content={})",
        "kernel.iopub_socket.send_multipart([b'x', b'<IDS|MSG>', b'', b'[', b'{', b'}', b']'])",
        "nest = []\nfor _ in range(500): nest = [nest]\n"
        "send('display_data', {'data': {'application/json': nest}, 'metadata': {}})",
        "import json\nsession.pack = lambda o: json.dumps(o, default=str).encode()\n"
        "send('stream', {'name': 'stdout', 'text': '\\ud800'})",
    ]
    cells = [room.code(HOSTILE)]
    cells += [room.code(f"{attack}\nprint('went on')", "skip-execution") for attack in attacks]
    cells += [
        room.test("fails", "assert False"),
        room.code("import os, shutil; home = os.getcwd(); open('kept.txt', 'w').write('kept')"),
        room.code("os.rename(home, home + '2'); os.symlink('/etc', home)"),
    ]
    cells[-3].metadata.tags = ["raises-exception", "injected-parameters", "skip-execution"]
    return room.grade(cells, parameters={"unused": 1})


def test_messages_made_by_hand_spoil_neither_the_run_nor_the_grader(hostile: Any) -> None:
    assert [cell.source for cell in hostile.notebook.cells if "went on" in cell.source] == [
        cell.source
        for cell in hostile.notebook.cells[1:13]
        if "went on" in json.dumps(cell.outputs)
    ]
    assert hostile.run.code in ("", "output-cap")


def test_the_recorded_notebook_stays_a_valid_one(hostile: Any) -> None:
    import nbformat

    nbformat.validate(hostile.notebook)


def test_no_tag_takes_a_test_cell_away_or_skips_it(hostile: Any) -> None:
    assert [o.ename for o in hostile.outputs(13)] == ["AssertionError"]


def test_files_are_taken_from_the_folder_that_we_made_and_not_from_one_in_its_place(
    hostile: Any,
) -> None:
    assert [path.name for path in (hostile.job.result / "files").iterdir()] == ["kept.txt"]


def test_files_beyond_the_limit_are_not_kept_and_that_is_said(room: Any) -> None:
    source = "open('big', 'wb').write(bytes(3000)); import shutil, os; print('x' * 5000)"
    limits = Limits(files=2000, output_cell=1000)
    graded = room.grade([room.code(source)], limits=limits)
    assert list((graded.job.result / "files").iterdir()) == []
    assert "3,000 bytes" in graded.outcome.notes[0]
    assert (graded.run.status, graded.run.code) == (Status.FAILED, "output-cap")


def test_an_unknown_kernel_is_our_fault_and_no_score(room: Any) -> None:
    graded = room.grade([room.code("1")], kernel="no-such-kernel")
    assert graded.outcome.status is Status.UNGRADED
    assert (graded.outcome.code, graded.outcome.retriable) == ("no-such-kernel", False)
    assert "'no-such-kernel'" in graded.outcome.reason


@pytest.fixture
def kernelspec(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Any:
    def install(name: str, argv: list[str]) -> str:
        folder = tmp_path / "kernels" / name
        folder.mkdir(parents=True)
        spec = {"argv": argv, "display_name": name, "language": "python"}
        (folder / "kernel.json").write_text(json.dumps(spec))
        return name

    monkeypatch.setenv("JUPYTER_PATH", str(tmp_path))
    return install


def test_a_kernel_whose_program_is_gone_is_our_fault_and_no_score(
    room: Any, kernelspec: Any
) -> None:
    kernel = kernelspec("gone", ["/no/such/python", "-f", "{connection_file}"])
    graded = room.grade([room.code("1")], kernel=kernel)
    assert (graded.outcome.status, graded.outcome.code) == (Status.UNGRADED, "kernel-start")
    assert "/no/such/python" in graded.outcome.reason
    assert not graded.outcome.retriable


def test_a_kernel_that_does_not_start_is_our_fault_and_its_last_words_are_told(
    room: Any, kernelspec: Any
) -> None:
    kernel = kernelspec("broken", [sys.executable, "-S", "-c", "import no_such_module"])
    graded = room.grade([room.code("1")], kernel=kernel)
    assert (graded.outcome.status, graded.outcome.code) == (Status.UNGRADED, "kernel-start")
    assert "No module named 'no_such_module'" in graded.outcome.reason
    assert graded.outcome.retriable


def test_a_kernel_that_no_check_can_reach_is_our_fault_and_no_score(
    room: Any, kernelspec: Any
) -> None:
    start = (
        "import sys; sys.modules['autograder'] = None; "
        "from ipykernel.kernelapp import launch_new_instance as run; run()"
    )
    kernel = kernelspec("bare", [sys.executable, "-c", start, "-f", "{connection_file}"])
    graded = room.grade([room.test("q")], {"q": "never run"}, kernel=kernel)
    assert (graded.outcome.status, graded.outcome.code) == (Status.UNGRADED, "kernel-start")
    assert "install llm-classroom" in graded.outcome.reason


FLOOD = """
import resource
import sys
from pathlib import Path

import nbformat
from nbformat.v4 import new_code_cell, new_notebook

from autograder.execution.job import Job, Limits, NotebookJob
from autograder.execution.worker import execute

folder = Path(sys.argv[1])


def grade(name, *sources):
    (folder / name).mkdir()
    cells = [new_code_cell(source) for source in sources]
    spec = {"kernelspec": {"name": "python3", "display_name": "", "language": "python"}}
    nbformat.write(new_notebook(cells=cells, metadata=spec), folder / name / "work.ipynb")
    job = Job(
        "key", "course", "int8", "ada", folder / name, folder / f"{name}-result",
        (NotebookJob("work"),), limits=Limits(cell=200.0),
    )
    outcome = execute(job)
    return f"{outcome.status}/{outcome.code}", resource.getrusage(resource.RUSAGE_SELF).ru_maxrss


past = (
    "import os, sys\\nfor n, stream in enumerate((sys.stdout, sys.stderr), 1):\\n"
    "    terminal = getattr(stream, '_original_stdstream_copy', None) or n\\n"
    "    _ = os.write(terminal, b'past the cells')"
)
print(*grade("calm", "print('x')", past))
line = "'x' * 999_999"


def flood(count):
    return f"for _ in range({count}): print({line})\\nprint('the end')\\n"


print(*grade("flood", flood(2000) + "0.5", flood(10) + "1 / 0"))
around = (
    "import sys; stdout = sys.stdout; write = type(stdout).write\\n"
    f"for _ in range(100): write(stdout, {line}); stdout.flush()\\n0.5"
)
errors = (
    "from IPython import get_ipython; k = get_ipython().kernel\\n"
    "content = {'ename': 'E', 'evalue': 'x' * 50_000, 'traceback': []}\\n"
    "for _ in range(3000):\\n"
    "    k.session.send(k.iopub_socket, 'error', content=content, parent=k.get_parent())"
)
print(*grade("around", around, errors))
"""


@pytest.fixture(scope="module")
def flooded(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, list[list[str]]]:
    """Three submissions in one process of its own: calm, 2 GB twice, and around the valve."""
    folder = tmp_path_factory.mktemp("flood")
    command = [sys.executable, "-c", FLOOD, str(folder)]
    done = subprocess.run(command, capture_output=True, text=True, check=True, timeout=400)
    assert "past the cells" not in done.stdout + done.stderr
    return folder, [line.split() for line in done.stdout.splitlines()]


def _outputs(folder: Path, name: str, cell: int) -> list[dict[str, Any]]:
    notebook = json.loads((folder / f"{name}-result" / "work.ipynb").read_text())
    return list(notebook["cells"][cell]["outputs"])


def test_two_gigabytes_of_output_add_less_than_100_mb_to_the_graders_memory(flooded: Any) -> None:
    _, [calm, flood, around] = flooded
    assert calm[0] == "graded/"
    assert int(flood[1]) - int(calm[1]) < 100_000
    assert int(around[1]) - int(calm[1]) < 100_000


def test_a_flood_is_the_students_and_leaves_a_marker_and_its_end(flooded: Any) -> None:
    folder, [_, flood, _] = flooded
    assert flood[0] in ("failed/exception", "failed/output-cap")
    streams = [o for o in _outputs(folder, "flood", 0) if o["output_type"] == "stream"]
    text = "".join("".join(stream["text"]) for stream in streams)
    assert "characters left out" in text
    assert text.endswith("the end\n")
    assert len(text) < 2 << 20


def test_results_and_errors_survive_a_flood(flooded: Any) -> None:
    folder, _ = flooded
    results = [o for o in _outputs(folder, "flood", 0) if o["output_type"] == "execute_result"]
    assert [result["data"]["text/plain"] for result in results] == [["0.5"]]
    errors = [o for o in _outputs(folder, "flood", 1) if o["output_type"] == "error"]
    assert [error["ename"] for error in errors] == ["ZeroDivisionError"]


def test_a_kernel_that_goes_around_the_valve_meets_the_limits_on_our_side(flooded: Any) -> None:
    folder, [_, _, around] = flooded
    assert around[0] == "failed/output-cap"
    for cell in (0, 1):
        assert len(json.dumps(_outputs(folder, "around", cell))) < 2 << 20
    assert "execute_result" in [o["output_type"] for o in _outputs(folder, "around", 0)]
    assert "left out" in json.dumps(_outputs(folder, "around", 0))
