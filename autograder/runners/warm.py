"""Imported by the fork server when it starts: imports what its children will need.

Which modules, and where to look for them, comes in the environment, because the standard library
hands the fork server neither its client's path nor an error of an import.
"""

from __future__ import annotations

import gc
import importlib
import json
import os
import signal
import sys

from autograder.lean import skip_slow_imports

__all__ = ["VARIABLE", "warm_up"]

VARIABLE = "LLM_CLASSROOM_WARM"


def warm_up(path: list[str], modules: list[str]) -> None:
    """Import `modules`, found on `path`, into this process; one that fails is named and left."""
    skip_slow_imports()
    sys.path.extend(entry for entry in path if entry not in sys.path)
    for name in modules:
        try:
            importlib.import_module(name)
        except Exception as error:  # a worker that needs it will say so where it matters
            print(f"llm-classroom: cannot preload {name}: {error}", file=sys.stderr)
    # What is here stays for good: keep the collector of a child from touching, hence copying, it.
    gc.collect()
    gc.freeze()


_wanted = os.environ.pop(VARIABLE, None)
if _wanted is not None:
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # Ctrl-C is for the coordinator, even now
    warm_up(**json.loads(_wanted))
