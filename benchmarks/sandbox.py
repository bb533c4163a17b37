"""What the sandbox costs: the same warm path, with and without it, in turn.

A work directory is asked for, a kernel is forked into it, answers its first request and is
killed, and everything is cleared away. The difference between the strongest level that this host
gives and *none* is the sandbox: entering it and leaving it.

    python benchmarks/sandbox.py --rounds 60
"""

from __future__ import annotations

import asyncio
import contextlib
import os
import tempfile
import time
from pathlib import Path

import meter
import results
from jupyter_client.kernelspec import KernelSpecManager
from results import Bar, median, spread

from autograder.execution.job import Limits, WarmAddress
from autograder.execution.kernel import IPCKernelManager
from autograder.execution.sandbox import Level
from autograder.execution.warm import Flavor, WarmProcess
from autograder.execution.warm.flavor import kernel_policy
from autograder.execution.warm.work import open_work
from autograder.grading.isolation import choose_level

GOAL = 40.0
PATIENCE = 30.0


def main() -> None:
    """Measure, print and keep."""
    parser = results.arguments(__doc__, "sandbox")
    parser.set_defaults(rounds=60)
    asked = parser.parse_args()
    levels = (Level.NONE, choose_level("auto"))
    rounds = 5 if asked.quick else asked.rounds
    walls: dict[Level, list[float]] = {level: [] for level in levels}
    firsts: dict[Level, list[float]] = {level: [] for level in levels}
    cpus: dict[Level, list[float]] = {level: [] for level in levels}
    with contextlib.ExitStack() as stack:
        place = Path(stack.enter_context(tempfile.TemporaryDirectory(prefix="lb-")))
        counted = stack.enter_context(meter.joined())
        addresses = {
            level: stack.enter_context(WarmProcess(Flavor(level))).address for level in levels
        }
        for number in range(-2, rounds):  # the first ones read files that the next ones have
            for level in sorted(levels, reverse=bool(number % 2)):
                folder = place / f"{number}-{level}"
                folder.mkdir()
                before = counted()
                wall, first = asyncio.run(_run(addresses[level], folder))
                if number >= 0:
                    walls[level].append(1000 * wall)
                    firsts[level].append(1000 * first)
                    cpus[level].append(1000 * (counted() - before))
    rows = [
        (str(level), spread(walls[level], 1), spread(firsts[level], 1), spread(cpus[level], 1))
        for level in levels
    ]
    headings = ("isolation", "ms", "ms to the first answer", "CPU ms")
    results.show("A kernel from asking for it to nothing left of it", headings, rows)
    inside = levels[1]
    wall = median(walls[inside]) - median(walls[Level.NONE])
    cpu = median(cpus[inside]) - median(cpus[Level.NONE])
    print(f"The sandbox: {wall:.1f} ms, {cpu:.1f} CPU ms.")
    bars = [Bar(f"sandbox ({inside})", wall, GOAL, unit=" ms")]
    results.show_bars(bars)
    numbers = {
        "root": os.geteuid() == 0,
        "rounds": rounds,
        "cpu_ms": cpu,
        "ms": {str(level): walls[level] for level in levels},
        "ms_to_first_answer": {str(level): firsts[level] for level in levels},
        "cpu_ms_all": {str(level): cpus[level] for level in levels},
    }
    results.keep(asked.out, bars, numbers)


async def _run(address: WarmAddress, folder: Path) -> tuple[float, float]:
    """Fork a kernel, have it answer, and clear it away; return both times in seconds."""
    started = time.monotonic()
    with open_work(address, kernel_policy(address.level, Limits())) as work:
        manager = IPCKernelManager(kernel_name="python3", kernel_spec_manager=KernelSpecManager())
        manager.use_folder(folder)
        manager.fork_in(work, 1)
        await manager.start_kernel()
        client = manager.client()
        client.start_channels()
        await client.wait_for_ready(timeout=PATIENCE)
        first = time.monotonic() - started
        client.stop_channels()
        await manager.shutdown_kernel(now=True)
    return time.monotonic() - started, first


if __name__ == "__main__":
    main()
