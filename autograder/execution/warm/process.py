"""Keeps a warm process alive: starts it, starts it again when it dies, ends it."""

from __future__ import annotations

import contextlib
import json
import os
import re
import shutil
import socket
import subprocess
import tempfile
import threading
import time
from collections.abc import Mapping
from dataclasses import replace
from pathlib import Path
from types import TracebackType
from typing import Any, ClassVar

from autograder.execution.errors import WarmProcessLost
from autograder.execution.job import WarmAddress
from autograder.execution.sandbox import LevelUnavailable
from autograder.execution.sandbox.work import remove_tree
from autograder.execution.warm.flavor import Flavor, warm_environment

__all__ = ["WarmProcess"]

LAST_WORDS = 600
# It dies seldom; a process that dies at once each time would be started for ever.
MOST_STARTS, WINDOW = 5, 60.0
FAREWELL = 5.0
FOLDER = re.compile(r"lc-(?:warm|runs)-(\d+)-")


class WarmProcess:
    """A warm process of one flavor, started anew whenever it dies.

    This one forks kernels; subclasses fork other things. The listening socket belongs to this
    object: who connects while there is no process waits for the next. The process ends when this
    object is closed, and when this process ends.

    Parameters
    ----------
    flavor : Flavor
    wait : bool
        Whether to return only when it is ready, which takes as long as its imports do. Otherwise
        whoever connects waits, and finds nobody if it could not be started.

    Raises
    ------
    LevelUnavailable
        If the host does not give the flavor's level of isolation.
    WarmProcessLost
        If the process cannot be started.
    """

    program: ClassVar[tuple[str, ...]] = ("-m", "autograder.execution.warm.server")

    def __init__(self, flavor: Flavor, *, wait: bool = True) -> None:
        self.flavor = flavor
        self.restarts = 0
        self.given_up = False
        self._process: subprocess.Popen[bytes] | None = None
        self._failure: Exception | None = None
        self._tried = threading.Event()
        self._closing = threading.Event()
        _sweep()
        # Names with the id of this process, so that what it leaves if it is killed can be swept.
        self._private = Path(tempfile.mkdtemp(prefix=f"lc-warm-{os.getpid()}-"))
        self._runs = Path(tempfile.mkdtemp(prefix=f"lc-runs-{os.getpid()}-"))
        self._listener = socket.socket(socket.AF_UNIX, socket.SOCK_SEQPACKET)
        self._keeper = threading.Thread(target=self._keep, name="warm-process", daemon=True)
        try:
            self._listener.bind(str(self._private / "s"))
            self._listener.listen(128)
            self._keeper.start()
        except BaseException:
            self._listener.close()
            self._remove_folders()
            raise
        if wait:
            self._ready()

    def _ready(self) -> subprocess.Popen[bytes]:
        """Wait until the process has been started and return it."""
        self._tried.wait()
        if self._failure is not None:
            self.close()
            raise self._failure
        if self._process is None:
            raise WarmProcessLost("The warm process was closed before it had started.")
        return self._process

    @property
    def address(self) -> WarmAddress:
        """Where it is reached."""
        return WarmAddress(self._private / "s", self.flavor.level, self.flavor.interpreter)

    @property
    def pid(self) -> int:
        """Of the process that was started; at *full* the one that forks is its child."""
        return self._ready().pid

    @property
    def hello(self) -> Mapping[str, Any]:
        """What it said when it was ready: means of isolation, and imports that failed."""
        self._ready()
        return self._hello

    def close(self) -> None:
        """End the process and its kernels."""
        self._closing.set()
        process = self._process
        if process is not None and not self._tried.is_set():
            process.kill()  # still busy with its imports
        elif process is not None:
            _hang_up(process)
            try:
                process.wait(FAREWELL)
            except subprocess.TimeoutExpired:
                process.kill()
        self._keeper.join()
        self._listener.close()
        self._remove_folders()

    def __enter__(self) -> WarmProcess:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self.close()

    def _start(self) -> subprocess.Popen[bytes]:
        """Start the process, without those imports that start a thread."""
        while True:
            process, answer = self._try()
            module = answer.get("threads")
            if module is None:
                break
            _reap(process)
            if module not in self.flavor.preload:
                raise WarmProcessLost(f"The kernel's own import of {module} starts a thread.")
            kept = tuple(name for name in self.flavor.preload if name != module)
            self.flavor = replace(self.flavor, preload=kept)
        if "unavailable" in answer:
            _reap(process)
            raise LevelUnavailable(self.flavor.level, answer["unavailable"])
        self._hello = answer
        return process

    def _try(self) -> tuple[subprocess.Popen[bytes], dict[str, Any]]:
        with (self._private / "log").open("wb") as log:
            process = self._process = subprocess.Popen(
                [self.flavor.interpreter, *self.program],
                stdin=subprocess.PIPE,
                stdout=subprocess.PIPE,
                pass_fds=[self._listener.fileno()],
                start_new_session=True,  # Ctrl-C is for the coordinator
                **self._options(log),
            )
        if process.stdin is None or process.stdout is None:
            raise WarmProcessLost("The warm process has no pipes.")
        if self._closing.is_set():
            process.kill()
        with process.stdout as output:
            with contextlib.suppress(BrokenPipeError):
                process.stdin.write(json.dumps(self._request()).encode() + b"\n")
                process.stdin.flush()
            line = output.readline()
        if not line:
            status = _reap(process)
            words = (self._private / "log").read_text(encoding="utf-8", errors="replace")
            raise WarmProcessLost(
                f"The warm process ended with {status}: {words[-LAST_WORDS:].strip()}"
            )
        answer: dict[str, Any] = json.loads(line)
        return process, answer

    def _request(self) -> dict[str, Any]:
        """What the program is told on its standard input."""
        return {
            "level": str(self.flavor.level),
            "folder": str(self._runs),
            "preload": self.flavor.preload,
            "listener": self._listener.fileno(),
        }

    def _options(self, log: Any) -> dict[str, Any]:
        """Options of the program's start: nothing of this process's surroundings."""
        return {"stderr": log, "env": warm_environment(self.flavor), "cwd": "/"}

    def _keep(self) -> None:
        """Start the process, and again whenever it dies, but not for ever."""
        try:
            process = self._start()
        except (OSError, RuntimeError) as error:
            self._failure = error
            self._give_up()
            return
        finally:
            self._tried.set()
        starts: list[float] = []
        while True:
            process.wait()
            _hang_up(process)
            if self._closing.is_set():
                return
            now = time.monotonic()
            starts = [start for start in starts if now - start < WINDOW] + [now]
            try:
                if len(starts) > MOST_STARTS:
                    raise WarmProcessLost(f"It died {len(starts)} times in {WINDOW:g} s.")
                self._clear_runs()
                process = self._start()
                self.restarts += 1
                if self._closing.is_set():  # too late to be of use
                    _reap(process)
                    return
            except (OSError, RuntimeError):
                self._give_up()
                return

    def _give_up(self) -> None:
        """Have whoever connects from now on be refused, and say so in its outcome."""
        self.given_up = True
        self._listener.close()

    def _clear_runs(self) -> None:
        """Remove what the runs of a dead process left; their mounts went with it."""
        for entry in os.scandir(self._runs):
            with contextlib.suppress(OSError):
                remove_tree(Path(entry.path))

    def _remove_folders(self) -> None:
        with contextlib.suppress(OSError):
            self._clear_runs()
        shutil.rmtree(self._runs, ignore_errors=True)
        shutil.rmtree(self._private, ignore_errors=True)


def _hang_up(process: subprocess.Popen[bytes]) -> None:
    """Let go of the pipe whose end tells a process to end."""
    if process.stdin is not None:
        with contextlib.suppress(BrokenPipeError):
            process.stdin.close()


def _reap(process: subprocess.Popen[bytes]) -> int:
    """Wait for a process that is about to end, and let go of its pipe."""
    _hang_up(process)
    return process.wait()


def _sweep() -> None:
    """Remove the folders of processes that were killed before they could."""
    for entry in os.scandir(tempfile.gettempdir()):
        owner = FOLDER.match(entry.name)
        if owner is None or os.path.exists(f"/proc/{owner[1]}"):
            continue
        with contextlib.suppress(OSError):
            if entry.stat(follow_symlinks=False).st_uid == os.geteuid():
                remove_tree(Path(entry.path))
