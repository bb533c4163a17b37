"""A real JupyterLab in a process of its own."""

from __future__ import annotations

import contextlib
import json
import os
import secrets
import signal
import socket
import subprocess
import sys
import time
import urllib.error
import urllib.request
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import psutil

CHECKOUT = Path(__file__).resolve().parents[2]
CONFIG = Path(__file__).with_name("config")
if str(CHECKOUT / "demo") not in sys.path:
    sys.path.append(str(CHECKOUT / "demo"))

from place import Place  # noqa: E402

__all__ = ["Lab", "Place"]

PATIENCE = 90.0
"""Seconds in which a Lab starts or ends on a busy machine."""


class Lab:
    """JupyterLab of one student; it keeps port and token when it is started again.

    Parameters
    ----------
    place : Place
    home : Path
        For what programs write into a home folder.
    """

    def __init__(self, place: Place, home: Path) -> None:
        self.place = place
        self.home = home
        self.log = place.own / "lab.log"
        self.token = secrets.token_hex(16)
        self.port = _free_port()
        self._process: subprocess.Popen[bytes] | None = None
        self._configuration = ""
        self._seen = 0

    @property
    def url(self) -> str:
        """Address without a path."""
        return f"http://127.0.0.1:{self.port}"

    def ready(self) -> None:
        """Have it run with the configuration that is there now, and nothing open."""
        if self._process is None or self._process.poll() is not None:
            self.start()
        for kernel in self.request("api/kernels"):
            self.request(f"api/kernels/{kernel['id']}", "DELETE")
        jobs = self.ask("jobs")["jobs"]
        # A page that is opened anew tells of what runs, and of what checks have found.
        is_told = any(_is_live(job) or job["kind"] == "check" for job in jobs)
        if is_told or self._configuration != self._read_configuration():
            self.restart()
        # Only what has been listed can be fetched, and the last list may be of another class.
        self.ask("courses")
        self._seen = self.log.stat().st_size

    def start(self) -> None:
        """Start it, and wait until it answers."""
        self.home.mkdir(exist_ok=True)
        self._configuration = self._read_configuration()
        settings = {
            "HOME": str(self.home),  # IPython warns of a folder that it cannot make
            "JUPYTER_CONFIG_PATH": str(CONFIG),
            "JUPYTER_TOKEN": self.token,
            "PYTHONFAULTHANDLER": "1",
            "PYTHONUNBUFFERED": "1",
        }
        command = self.place.command(
            "--no-browser",
            f"--port={self.port}",
            "--ServerApp.port_retries=0",
            "--LabApp.expose_app_in_browser=True",
        )
        with self.log.open("ab") as log:
            self._process = subprocess.Popen(
                command,
                cwd=self.place.desk,
                env={**self.place.environment(), **settings},
                stdin=subprocess.DEVNULL,
                stdout=log,
                stderr=subprocess.STDOUT,
                start_new_session=True,
            )
        try:
            self._wait_for(self._process)
        except BaseException:
            self._process.kill()
            self._process.wait()
            raise

    def stop(self) -> None:
        """Ask it to end, and wait until it and its kernels are gone.

        Raises
        ------
        RuntimeError
            If it does not end or something of it is left running; then that is killed.
        """
        if self._process is None or self._process.poll() is not None:
            return
        family = psutil.Process(self._process.pid).children(recursive=True)
        self._process.terminate()
        try:
            self._process.wait(PATIENCE)
        except subprocess.TimeoutExpired:
            # The fault handler writes into the log what each thread is doing.
            self._process.send_signal(signal.SIGABRT)
            self._process.wait()
            raise RuntimeError(f"JupyterLab did not end:\n{self.output()}") from None
        finally:
            _, left = psutil.wait_procs(family, timeout=10)
            for process in left:
                process.kill()
        if left:
            raise RuntimeError(f"JupyterLab left processes running: {left}")

    def restart(self) -> None:
        """End it and start it again at the same address."""
        self.stop()
        self.start()

    def ask(self, path: str, method: str = "GET", body: Any = None) -> Any:
        """Ask the classroom's API as a program would; return the decoded answer."""
        return self.request(f"llm-classroom/api/{path}", method, body)

    def request(self, path: str, method: str = "GET", body: Any = None) -> Any:
        """Ask the server; return the decoded answer."""
        request = urllib.request.Request(
            f"{self.url}/{path}",
            method=method,
            data=None if body is None else json.dumps(body).encode(),
            headers={"Authorization": f"token {self.token}"},
        )
        with urllib.request.urlopen(request, timeout=PATIENCE) as answer:
            text = answer.read()
        return json.loads(text) if text else None

    def finish(self, action: str, assignment: str = "toy", course: str = "nlp") -> Any:
        """Start a job of the classroom, such as ``fetch``; return it when it is done."""
        job = self.ask(f"courses/{course}/assignments/{assignment}/{action}", "POST", {})
        job = self._ended(job)
        if job["state"] != "done":
            raise RuntimeError(f"{action} of {assignment}: {job}")
        return job

    def finish_all(self) -> None:
        """Wait until each job of the classroom's has ended, well or not."""
        for job in self.ask("jobs")["jobs"]:
            self._ended(job)

    def rest(self) -> None:
        """Wait until the classroom has done and answered what pages have asked before they went.

        It reads in one thread, one after the other: what is asked last is answered last.
        """
        if self._process is not None and self._process.poll() is None:
            self.finish_all()
            self.ask("courses")

    def threads(self) -> int:
        """Return how many threads its process has."""
        assert self._process is not None
        return psutil.Process(self._process.pid).num_threads()

    def output(self) -> str:
        """Return the end of what it wrote since it was made ready."""
        return self.log.read_bytes()[self._seen :].decode("utf-8", "replace")[-8000:]

    def _ended(self, job: Any) -> Any:
        limit = time.monotonic() + PATIENCE
        while _is_live(job):
            if time.monotonic() > limit:
                raise RuntimeError(f"A job does not end: {job}")
            time.sleep(0.1)
            job = self.ask(f"jobs/{job['id']}")
        return job

    def _read_configuration(self) -> str:
        return "".join(
            path.read_text("utf-8") for path in sorted(self.place.config.glob("*_config.*"))
        )

    def _wait_for(self, process: subprocess.Popen[bytes]) -> None:
        limit = time.monotonic() + PATIENCE
        while True:
            try:
                self.ask("about")
                return
            except urllib.error.HTTPError as error:
                why = f"answers with {error.code}"
                error.close()
                break
            except (urllib.error.URLError, ConnectionError):
                why = "does not answer"
            if process.poll() is not None or time.monotonic() > limit:
                break
            time.sleep(0.1)
        raise RuntimeError(f"JupyterLab did not start, the classroom {why}:\n{self.output()}")


def _is_live(job: Mapping[str, Any]) -> bool:
    """Whether a job of the classroom's has not ended."""
    return job["state"] in ("queued", "running")


def _free_port() -> int:
    """Return a port of our own, which must be free again whenever the Lab is started anew.

    The system hands out its ports from 32768 on, and kernels take theirs from it: one of those may
    be gone by then. The first one that is tried is not that of another worker.
    """
    for number in range(10_000):
        port = 20_000 + (os.getpid() + number) % 10_000
        with socket.socket() as probe, contextlib.suppress(OSError):
            probe.bind(("127.0.0.1", port))
            return port
    raise RuntimeError("No port is free.")
