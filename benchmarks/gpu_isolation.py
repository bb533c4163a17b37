"""Whether a GPU is there for who asked for it, and for nobody else.

Runs on a machine with a GPU and a torch that can use it, and writes what it found, with the date
and the versions, to ``build/benchmarks/gpu_isolation.json``:

- a run that did not ask can neither open a device file nor make torch see a GPU;
- a run that asked computes on it;
- what one run left in the memory of the device, the next does not find;
- a run that is killed while it holds memory of the device gives it back.

    python benchmarks/gpu_isolation.py
"""

from __future__ import annotations

import datetime
import platform
import sys
import tempfile
from importlib.metadata import version
from pathlib import Path
from typing import Any

import nbformat
import results
from nbformat.v4 import new_code_cell, new_notebook

from autograder.execution.job import Job, Limits, NotebookJob, Resources, WarmAddress
from autograder.execution.sandbox.gpus import gpu_devices
from autograder.execution.warm import Flavor, WarmProcess
from autograder.execution.worker import execute
from autograder.grading.isolation import choose_level

SEEN = """
import glob, os, torch
def opened(path):
    try:
        os.close(os.open(path, os.O_RDWR))
        return True
    except OSError:
        return False
print([path for path in glob.glob("/dev/nvidia*") if opened(path)], torch.cuda.is_available())
"""
COMPUTE = """
import torch
a = torch.randn(512, 512, device="cuda", dtype=torch.float64)
b = torch.linalg.inv(a) @ a
print(bool((b - torch.eye(512, device="cuda")).abs().max() < 1e-6))
"""
MARK = 0x5EC2E7
LEAVE = f"import torch\nmark = torch.full((1 << 28,), {MARK}, device='cuda', dtype=torch.int32)"
FIND = f"""
import torch
found, blocks = 0, []
free = torch.cuda.mem_get_info()[0]
for _ in range(int(0.9 * free) >> 30):
    blocks.append(torch.empty(1 << 28, device="cuda", dtype=torch.int32))
    found += int((blocks[-1] == {MARK}).sum())
print(found)
"""
FREE = "import torch\nprint(torch.cuda.mem_get_info()[0])"
KILL = f"{LEAVE}\nimport os\nos.kill(os.getpid(), 9)"


class Machine:
    """Runs cells in a forked and confined kernel.

    Parameters
    ----------
    address : WarmAddress
    folder : Path
    """

    def __init__(self, address: WarmAddress, folder: Path) -> None:
        self.address = address
        self.folder = folder
        self.runs = 0

    def run(self, source: str, gpus: float) -> str:
        """Return what a cell prints, or how it failed."""
        self.runs += 1
        bundle = self.folder / f"bundle-{self.runs}"
        bundle.mkdir()
        kernel = {"name": "python3", "display_name": "Python 3", "language": "python"}
        nb = new_notebook(cells=[new_code_cell(source)], metadata={"kernelspec": kernel})
        (bundle / "nb.ipynb").write_text(nbformat.writes(nb), encoding="utf-8")
        job = Job(
            f"gpu-{self.runs}",
            "gpu",
            "gpu",
            "nobody",
            bundle,
            self.folder / f"result-{self.runs}",
            (NotebookJob("nb"),),
            limits=Limits(cell=300.0),
            resources=Resources(gpus=gpus, memory=16 << 30),
            warm=self.address,
        )
        outcome = execute(job)
        if not (job.result / "nb.ipynb").is_file():
            return outcome.reason
        (cell,) = nbformat.read(job.result / "nb.ipynb", as_version=4).cells
        printed = "".join(output.get("text", "") for output in cell.outputs)
        return printed.strip() or outcome.reason


def main() -> None:
    """Try, print and keep."""
    parser = results.arguments(__doc__, "gpu_isolation")
    asked = parser.parse_args()
    if not gpu_devices(1):
        sys.exit("There is no /dev/nvidia0 on this machine: run this on one with a GPU.")
    level = choose_level("auto")
    found: dict[str, Any] = {}
    with (
        tempfile.TemporaryDirectory(prefix="lc-gpu-") as folder,
        WarmProcess(Flavor(level, ("torch", "torch.linalg"))) as process,
    ):
        machine = Machine(process.address, Path(folder))
        found["not asked"] = machine.run(SEEN, 0)
        found["asked"] = machine.run(SEEN, 1)
        found["computes"] = machine.run(COMPUTE, 1)
        before = machine.run(FREE, 1)
        machine.run(LEAVE, 1)
        found["of the last run's 268435456 marks, found"] = machine.run(FIND, 1)
        found["killed"] = machine.run(KILL, 1)
        found["free memory before and after, bytes"] = [before, machine.run(FREE, 1)]
    as_wanted = {
        "who did not ask has none": found["not asked"] == "[] False",
        "who asked has it": found["asked"].endswith("True"),
        "it computes": found["computes"] == "True",
        "nothing is found": found["of the last run's 268435456 marks, found"] == "0",
        "memory comes back": len(set(found["free memory before and after, bytes"])) == 1,
    }
    for name, value in found.items():
        print(f"{name}: {value}")
    for name, right in as_wanted.items():
        print(f"{'yes' if right else 'NO '}  {name}")
    numbers = {
        "date": datetime.datetime.now(datetime.UTC).isoformat(timespec="seconds"),
        "isolation": str(level),
        "kernel": platform.release(),
        "torch": version("torch"),
        "found": found,
        "as wanted": as_wanted,
    }
    results.keep(asked.out, [], numbers)
    sys.exit(not all(as_wanted.values()))


if __name__ == "__main__":
    main()
