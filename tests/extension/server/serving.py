"""A Jupyter server in a process of its own, as a student has it."""

from __future__ import annotations

import json
import os
import secrets
import signal
import subprocess
import sys
import time
import urllib.error
import urllib.parse
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from tests.system_users import Interpreter

ROOT = Path(__file__).resolve().parents[3]
PATIENCE = 60.0


@dataclass(frozen=True)
class Served:
    """A running server.

    Parameters
    ----------
    url : str
        With a slash at the end.
    token : str
    folder : Path
        What it shows.
    home : Path
        Its user's.
    log : Path
    process : Popen
    """

    url: str
    token: str
    folder: Path
    home: Path
    log: Path
    process: subprocess.Popen[bytes]

    def ask(self, method: str, path: str, body: Any = None) -> tuple[int, bytes]:
        """Ask the server; return status and what it answered."""
        request = urllib.request.Request(
            self.url + urllib.parse.quote(path.lstrip("/"), safe="/%?=&"),
            None if body is None else json.dumps(body).encode(),
            {"Authorization": f"token {self.token}"},
            method=method,
        )
        try:
            with urllib.request.urlopen(request, timeout=PATIENCE) as answer:
                return answer.status, answer.read()
        except urllib.error.HTTPError as error:
            with error:
                return error.code, error.read()

    def classroom(self, method: str, path: str, body: Any = None) -> Any:
        """Ask the classroom, which must grant it."""
        status, answer = self.ask(method, f"llm-classroom/api{path}", body)
        assert status in (200, 202), answer
        return json.loads(answer)

    def settle(self) -> None:
        """Wait until no job runs."""
        while any(
            job["state"] in ("queued", "running") for job in self.classroom("GET", "/jobs")["jobs"]
        ):
            time.sleep(0.05)

    def finish(self, path: str, body: Any = None) -> dict[str, Any]:
        """Start a job and wait for its end."""
        job = self.classroom("POST", path, {} if body is None else body)
        while job["state"] in ("queued", "running"):
            time.sleep(0.05)
            job = self.classroom("GET", f"/jobs/{job['id']}")
        return job


@contextmanager
def serving(
    home: Path,
    config: dict[str, Any],
    *,
    user: int | None = None,
    python: Interpreter = Interpreter(sys.executable),  # noqa: B008 - frozen
) -> Iterator[Served]:
    """Run a server that shows ``home/work`` for as long as the context.

    Parameters
    ----------
    home : Path
        Of the server's user; everything that it writes lies below.
    config : dict
        The server's configuration, by class and trait.
    user : int or None
        Number of the system user and group that it runs as.
    python : Interpreter
        One that this user can start.
    """
    folders = {name: home / name for name in ("work", "config", "data", "runtime", "tmp")}
    for folder in folders.values():
        folder.mkdir(parents=True, exist_ok=True)
    token = secrets.token_hex(16)
    own = {
        "root_dir": str(folders["work"]),
        "allow_root": True,
        "open_browser": False,
        "jpserver_extensions": {"llm_classroom": True},
        "allow_unauthenticated_access": False,
    }
    config = {**config, "ServerApp": own, "IdentityProvider": {"token": token}}
    (folders["config"] / "jupyter_server_config.json").write_text(json.dumps(config))
    if user is not None:
        for path in (home, *home.rglob("*")):
            os.lchown(path, user, user)
        home.chmod(0o700)
    search = [str(ROOT), str(ROOT / "extension"), python.environment.get("PYTHONPATH", "")]
    environment = {
        **python.environment,
        "PATH": os.environ["PATH"],
        "PYTHONPATH": os.pathsep.join(filter(None, search)),
        "PYTHONDONTWRITEBYTECODE": "1",
        "HOME": str(home),
        "IPYTHONDIR": str(home / "ipython"),
        "JUPYTER_CONFIG_DIR": str(folders["config"]),
        "JUPYTER_DATA_DIR": str(folders["data"]),
        "JUPYTER_RUNTIME_DIR": str(folders["runtime"]),
        "JUPYTER_PREFER_ENV_PATH": "0",
        "TMPDIR": str(folders["tmp"]),
    }
    log = home.with_name(f"{home.name}.log")
    who: dict[str, Any] = {} if user is None else {"user": user, "group": user, "extra_groups": []}
    with log.open("wb") as output:
        process = subprocess.Popen(
            [python.program, "-m", "jupyter_server", "--port=0"],
            cwd=folders["work"],
            env=environment,
            stdout=output,
            stderr=subprocess.STDOUT,
            **who,
        )
    try:
        url = _address(folders["runtime"] / f"jpserver-{process.pid}.json", process, log)
        served = Served(url, token, folders["work"], home, log, process)
        _wait_for(served)
        yield served
    finally:
        process.send_signal(signal.SIGTERM)
        try:
            process.wait(30)
        except subprocess.TimeoutExpired:
            process.kill()
            process.wait()


def _wait_for(served: Served) -> None:
    """Wait until it answers: it writes where it listens a moment before it does."""
    end = time.monotonic() + PATIENCE
    while served.process.poll() is None:
        try:
            served.ask("GET", "api")
            return
        except urllib.error.URLError:
            if time.monotonic() > end:
                raise
            time.sleep(0.05)


def _address(file: Path, process: subprocess.Popen[bytes], log: Path) -> str:
    """Wait until the server has written where it listens, which it does when it does."""
    end = time.monotonic() + PATIENCE
    while time.monotonic() < end and process.poll() is None:
        try:
            return str(json.loads(file.read_text())["url"])
        except (FileNotFoundError, ValueError):
            time.sleep(0.05)
    raise AssertionError(f"The server did not start:\n{log.read_text(errors='replace')}")
