"""The kernel is killed by its own cell after half of the tests."""

from __future__ import annotations

import copy
from typing import Any


def make(package: Any) -> None:
    notebook = package.notebook("p1")
    kill = copy.deepcopy(notebook["cells"][1])
    kill.update(id="kill", source="import os, signal\nos.kill(os.getpid(), signal.SIGKILL)")
    kill["metadata"] = {}
    notebook["cells"].insert(-1, kill)
    package.save("p1")
