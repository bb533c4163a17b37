"""Configuration of the browser tests' servers beside what each student's folder has."""

from __future__ import annotations

from anyio._backends._asyncio import WorkerThread

# anyio ends a worker thread with the task that it was started for. ServerApp._stop stops the loop
# whatever is being answered; the task of a request that still reads a file then never ends, and
# the interpreter waits for its thread for ever (jupyterlab/jupyterlab#10442).
WorkerThread.daemon = True
