"""Imported by a warm process of workers: all that an executor would otherwise load by itself.

Some of it is loaded when it is first used, not when it is imported, so it is used here. Found by
comparing ``sys.modules`` before and after a run, and by a profile of one.
"""

from __future__ import annotations

import importlib

import nbformat
from jupyter_client.kernelspec import KernelSpecManager
from jupyter_client.provisioning import KernelProvisionerFactory
from nbformat.v4 import new_code_cell, new_notebook, new_output

__all__: list[str] = []

MODULES = (
    "autograder.execution.checker",
    "autograder.execution.engine",
    "autograder.execution.engine_entry",
    "autograder.execution.warm.provisioner",
    "autograder.execution.worker",
    "autograder.models.shelf",
    "IPython.paths",
    "ipykernel.kernelspec",
    "papermill.engines",
)

for _name in MODULES:
    importlib.import_module(_name)
# It reads the entry points of all distributions; what it found is kept.
KernelProvisionerFactory.instance()
KernelSpecManager().find_kernel_specs()
# The validator is compiled from its schema, one for each minor version that notebooks have.
for _minor in range(6):
    _nb = new_notebook(cells=[new_code_cell(outputs=[new_output("stream", text="")])])
    _nb.nbformat_minor = _minor
    if _minor < 5:
        del _nb.cells[0]["id"]
    nbformat.validate(_nb)
