"""What attacks aim at outside, and the submitted folder in the making."""

from __future__ import annotations

import contextlib
import json
import secrets
import socket
import subprocess
import textwrap
import threading
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

HERE = Path(__file__).parent
ATTACKS = sorted(path.parent.name for path in HERE.glob("*/expect.toml"))


@dataclass
class Target:
    """What attacks aim at: listeners of the host, secrets and processes outside."""

    folder: Path
    uid: int | None
    markers: dict[str, str]
    heard: list[bytes] = field(default_factory=list)
    victims: dict[str, subprocess.Popen[bytes]] = field(default_factory=dict)
    sockets: list[socket.socket] = field(default_factory=list)
    # Of this run: another may be going on beside it.
    token: str = field(default_factory=lambda: secrets.token_hex(4))
    base: int = field(default_factory=lambda: 10**8 + secrets.randbelow(10**5) * 1000)

    def __post_init__(self) -> None:
        self.outside = self.folder / "outside"
        self.outside.mkdir()
        self.outside.chmod(0o777)
        secret = self.outside / "secret.txt"
        secret.write_text(self.markers["OUTSIDE"])
        self.tcp, self.udp = self._listen(socket.AF_INET, 1), self._listen(socket.AF_INET, 2)
        self.abstract = f"llm-classroom-attack-{secrets.token_hex(4)}"
        self._listen(socket.AF_UNIX, 1, f"\0{self.abstract}")
        self.path = self._listen(socket.AF_UNIX, 1, str(self.outside / "socket"))
        (self.outside / "socket").chmod(0o777)

    def _listen(self, family: int, kind: int, address: Any = ("127.0.0.1", 0)) -> Any:
        listener = socket.socket(family, kind)
        listener.bind(address)
        self.sockets.append(listener)
        threading.Thread(target=self._hear, args=(listener, kind), daemon=True).start()
        name = listener.getsockname()
        return name[1] if family == socket.AF_INET else name

    def _hear(self, listener: socket.socket, kind: int) -> None:
        try:
            if kind == socket.SOCK_DGRAM:
                while True:
                    self.heard.append(listener.recv(1000))
            listener.listen()
            while True:
                connection, _ = listener.accept()
                with connection:
                    connection.settimeout(2)
                    self.heard.append(connection.recv(1000))
        except OSError:  # closed at the end
            return

    def victim(self, attack: str) -> int:
        """Start a process of the grader's user outside the sandbox."""
        more: dict[str, Any] = {} if self.uid is None else {"user": self.uid, "group": self.uid}
        secret = {"SECRET": self.markers["VICTIM"]}
        process = subprocess.Popen(["/bin/sleep", "600"], env=secret, **more)
        self.victims[attack] = process
        return process.pid

    def orphan(self, attack: str) -> str:
        """Return the seconds that a process of `attack` sleeps: its mark."""
        return str(self.number(attack))

    def mark(self, attack: str) -> str:
        """Return what is in the name of all that `attack` leaves outside."""
        return f"llm-classroom-{attack}-{self.token}"

    def number(self, attack: str) -> int:
        """Return a number of `attack`, the key of what it shares."""
        return self.base + (ATTACKS.index(attack) if attack in ATTACKS else 999)

    def close(self) -> None:
        for listener in self.sockets:
            with_shutdown(listener)
        for process in self.victims.values():
            process.kill()
            process.wait()


def with_shutdown(listener: socket.socket) -> None:
    """Close a socket that a thread waits at."""
    with contextlib.suppress(OSError):
        listener.shutdown(socket.SHUT_RDWR)
    listener.close()


@dataclass
class Package:
    """A submitted folder in the making; it starts with right answers to everything."""

    course: Path
    folder: Path
    attack: str
    target: Target
    notebooks: dict[str, dict[str, Any]] = field(default_factory=dict)

    @property
    def mark(self) -> str:
        """For the name of what the attack leaves outside."""
        return self.target.mark(self.attack)

    @property
    def orphan(self) -> str:
        """The seconds for which a process that shall survive sleeps."""
        return self.target.orphan(self.attack)

    def victim(self) -> int:
        return self.target.victim(self.attack)

    @property
    def shared_memory(self) -> int:
        """A key of System V IPC."""
        return self.target.number(self.attack)

    def text(self, name: str) -> str:
        return (self.folder / f"{name}.ipynb").read_text("utf-8")

    def write(self, path: str, content: str | bytes) -> None:
        data = content.encode("utf-8") if isinstance(content, str) else content
        (self.folder / path).write_bytes(data)

    def notebook(self, name: str) -> dict[str, Any]:
        if name not in self.notebooks:
            self.notebooks[name] = json.loads(self.text(name))
        return self.notebooks[name]

    def cell(self, name: str, grade_id: str) -> dict[str, Any]:
        cells = self.notebook(name)["cells"]
        found: dict[str, Any] = next(
            c for c in cells if c["metadata"].get("nbgrader", {}).get("grade_id") == grade_id
        )
        return found

    def answer(self, name: str, grade_id: str, source: str) -> None:
        self.cell(name, grade_id)["source"] = textwrap.dedent(source).strip()
        self.save(name)

    def tries(self, code: str, name: str = "p1", grade_id: str = "square") -> None:
        """Have the right answer's cell run `code` first; it prints GOT if it gets what it wants."""
        right = self.cell(name, grade_id)["source"]
        tried = textwrap.indent(textwrap.dedent(code).strip(), "    ")
        stopped = "except BaseException as error:\n    print('STOPPED', repr(error)[:300])"
        self.answer(name, grade_id, f"try:\n{tried}\n{stopped}\n{right}")

    def save(self, name: str, notebook: dict[str, Any] | None = None) -> None:
        self.write(f"{name}.ipynb", json.dumps(notebook or self.notebook(name)))
