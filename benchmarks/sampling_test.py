"""False alarms and power of the goodness-of-fit test behind ``inference.sampled_law``.

False alarms: how often a *right* sampler falls below a nominal rate, by drawing counts from the
law itself: of the test of one context, of a finding (six contexts), of all findings of a question
together, and of the lower tail. Power: how often each near miss is found, on the contexts that
the check designs.

    python benchmarks/sampling_test.py --nulls 120000 --powers 200
"""

from __future__ import annotations

import argparse
import json
import os
import platform
import time
from collections.abc import Sequence
from importlib.metadata import version
from pathlib import Path
from typing import Any

import numpy as np
from rich.console import Console
from rich.table import Table

from autograder.checks import inference

SETTINGS: tuple[dict[str, Any], ...] = (
    {},
    {"temperature": 0.7},
    {"k": 8},
    {"p": 0.8},
    {"temperature": 1.5, "p": 0.8},
    {"k": 8, "p": 0.8},
    {"temperature": 2.0, "k": 8, "p": 0.9},
)
NOMINAL = (1e-2, 1e-3, 1e-4, 1e-5, 1e-6)
THRESHOLD = 1e-6
CONTEXTS = 6


def named(settings: dict[str, Any]) -> str:
    """Return settings in words."""
    return ", ".join(f"{key} {value:g}" for key, value in settings.items()) or "no filter"


def designed(settings: dict[str, Any], rng: np.random.Generator) -> tuple[list[Any], list[Any]]:
    """Return contexts as the check draws them, and their laws."""

    def law(logits: Any) -> Any:
        return inference.law(logits, **settings)

    contexts = inference.designed_contexts(
        rng, law, inference.near_misses(**settings).values(), count=CONTEXTS
    )
    return contexts, [law(context) for context in contexts]


def drawn(rng: np.random.Generator, laws: Sequence[Any], samples: int) -> list[Any]:
    """Return counts of samples from each law."""
    return [rng.multinomial(samples, law / law.sum()) for law in laws]


def null_p_values(
    settings: dict[str, Any], rng: np.random.Generator, tests: int, samples: int
) -> dict[str, list[float]]:
    """Return p-values of right samplers: of contexts, of findings, and of the lower tail."""
    found: dict[str, list[float]] = {"context": [], "finding": [], "spread": []}
    while len(found["context"]) < tests:
        _, laws = designed(settings, rng)
        # Contexts are redrawn now and then, as from student to student; drawing them costs most.
        for _ in range(50):
            counts = drawn(rng, laws, samples)
            found["context"] += [
                inference.chi_square_tails(*inference.pearson(count, law))[0]
                for count, law in zip(counts, laws, strict=True)
            ]
            misfit, spread = inference.fit(counts, laws)
            found["finding"].append(misfit)
            found["spread"].append(spread)
    return found


def powers(
    settings: dict[str, Any], rng: np.random.Generator, repetitions: int, samples: int
) -> list[dict[str, Any]]:
    """Return for each near miss its distance from the law, and how often it is found."""
    misses = inference.near_misses(**settings)
    distances: dict[str, list[float]] = {name: [] for name in misses}
    p_values: dict[str, list[float]] = {name: [] for name in misses}
    for _ in range(repetitions):
        contexts, laws = designed(settings, rng)
        for name, miss in misses.items():
            wrong = [miss(context.astype(np.float64)) for context in contexts]
            distances[name] += [
                float(inference.total_variation(w, law)) for w, law in zip(wrong, laws, strict=True)
            ]
            p_values[name].append(inference.fit(drawn(rng, wrong, samples), laws)[0])
    return [
        {
            "settings": named(settings),
            "wrong": name,
            "least_distance": min(distances[name]),
            "power": float(np.mean([p < THRESHOLD for p in p_values[name]])),
            "largest_p_value": max(p_values[name]),
        }
        for name in misses
    ]


def quota_power(rng: np.random.Generator, repetitions: int, samples: int) -> float:
    """Return how often counts that are rounded expectations are found, by the lower tail."""
    found = 0
    for _ in range(repetitions):
        laws = [law for settings in SETTINGS for law in designed(settings, rng)[1]]
        found += inference.fit([np.rint(samples * law) for law in laws], laws)[1] < THRESHOLD
    return found / repetitions


def rates(p_values: Sequence[float]) -> list[float]:
    """Return the share of p-values below each nominal rate."""
    array = np.asarray(p_values)
    return [float((array < nominal).mean()) for nominal in NOMINAL]


def show(nulls: dict[str, Any], power: list[dict[str, Any]]) -> None:
    """Print both tables."""
    console = Console(highlight=False)
    if not console.is_terminal:
        console = Console(highlight=False, width=110)
    table = Table(title="False alarms: share of right samplers below the nominal rate")
    table.add_column("test")
    table.add_column("number", justify="right")
    for nominal in NOMINAL:
        table.add_column(f"{nominal:.0e}", justify="right")
    for name, row in nulls.items():
        table.add_row(name, f"{row['tests']:,}", *(f"{rate:.2g}" for rate in row["rates"]))
    console.print(table)
    table = Table(title=f"Power at a nominal rate of {THRESHOLD:g}")
    for heading in ("settings", "wrong sampler"):
        table.add_column(heading)
    for heading in ("least distance", "power", "largest p-value"):
        table.add_column(heading, justify="right")
    for miss in power:
        table.add_row(
            miss["settings"],
            miss["wrong"],
            f"{miss['least_distance']:.3f}",
            f"{miss['power']:.3f}",
            f"{miss['largest_p_value']:.1e}",
        )
    console.print(table)


def main() -> None:
    """Measure, print and keep."""
    parser = argparse.ArgumentParser(description=__doc__.split("\n", 1)[0])
    parser.add_argument("--nulls", type=int, default=120_000, help="tests of a context")
    parser.add_argument("--powers", type=int, default=200, help="repetitions for each near miss")
    parser.add_argument("--samples", type=int, default=2000, help="a context")
    parser.add_argument("--seed", type=int, default=0)
    parser.add_argument("--out", type=Path, default=Path("build/benchmarks/sampling_test.json"))
    asked = parser.parse_args()
    if min(asked.nulls, asked.powers, asked.samples) < 1:
        parser.error("at least 1 test, 1 repetition and 1 sample are needed")
    rng = np.random.default_rng(asked.seed)
    started = time.monotonic()
    found = [
        null_p_values(settings, rng, asked.nulls // len(SETTINGS), asked.samples)
        for settings in SETTINGS
    ]
    nulls: dict[str, Any] = {}
    for name in ("context", "finding", "spread"):
        p_values = [p for one in found for p in one[name]]
        nulls[name] = {"tests": len(p_values), "rates": rates(p_values)}
    # A question has one finding for each settings, and the spread of all counts.
    worst = [min(row) for row in zip(*(one["finding"] for one in found), strict=False)]
    nulls["question"] = {"tests": len(worst), "rates": rates(worst)}
    power = [
        row for settings in SETTINGS for row in powers(settings, rng, asked.powers, asked.samples)
    ]
    quota = quota_power(rng, max(1, asked.powers // 10), asked.samples)
    show(nulls, power)
    print(f"Quotas found by the lower tail: {quota:.3f}")
    result = {
        "samples": asked.samples,
        "contexts": CONTEXTS,
        "seed": asked.seed,
        "seconds": time.monotonic() - started,
        "cpus": len(os.sched_getaffinity(0)),
        "python": platform.python_version(),
        "versions": {name: version(name) for name in ("llm-classroom", "numpy", "torch")},
        "nominal": NOMINAL,
        "false_alarms": nulls,
        "threshold": THRESHOLD,
        "power": power,
        "quota_power": quota,
    }
    asked.out.parent.mkdir(parents=True, exist_ok=True)
    asked.out.write_text(json.dumps(result, indent=1) + "\n", encoding="utf-8")
    print(f"The numbers are in {asked.out}.")


if __name__ == "__main__":
    main()
