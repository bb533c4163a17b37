"""A kernel that is started inside: what the sandbox shows of it, and where its sockets are."""

from __future__ import annotations

import contextlib
import json
import os
import secrets
import stat
from collections.abc import Iterable, Iterator, Mapping
from pathlib import Path
from typing import Any

from autograder.execution.errors import KernelStartError
from autograder.execution.sandbox.mounts import SYSTEM, WORK
from autograder.execution.warm.kernels import CHANNELS

__all__ = ["Meeting", "places"]

CONNECTION = "connection.json"
LAST_WORDS = 300
MOST_LINKS = 40  # as many as the system follows
FOLDER = os.O_RDONLY | os.O_DIRECTORY | os.O_NOFOLLOW | os.O_CLOEXEC
# A handle of the very file that has the name now: a link is not followed, nothing is opened.
HANDLE = os.O_PATH | os.O_NOFOLLOW | os.O_CLOEXEC


def places(program: str, resources: str, private: Iterable[Path]) -> tuple[Path, ...]:
    """Return the folders that a kernel's program needs, beside those of the system.

    Of ``<place>/bin/python`` that is ``<place>``; the same of each link on the way to the file
    itself, since a virtual environment has its library elsewhere; and the kernelspec's own folder.

    Parameters
    ----------
    program : str
        Absolute path.
    resources : str
        Folder of the kernelspec, may be empty.
    private : iterable of Path
        What no sandbox may show, beside the home directory.

    Raises
    ------
    KernelStartError
        If one of the folders is, or holds, something private.
    """
    wanted = [link.parent.parent for link in _links(Path(program)) if not _of_system(link)]
    if resources and not _of_system(Path(resources)):
        wanted.append(Path(resources))
    home = Path(os.path.expanduser("~"))  # Path.home() raises where a user has none
    for place in wanted:
        for path in (home, *private):
            if path.resolve().is_relative_to(place.resolve()):
                text = (
                    f"The kernel of {program} cannot be isolated: its sandbox would show {place} "
                    f"and with it {path}. Install the kernel in an environment of its own."
                )
                raise KernelStartError(text, known=True)
    return tuple(dict.fromkeys(wanted))


def _of_system(path: Path) -> bool:
    return any(path.is_relative_to(folder) for folder in SYSTEM)


def _links(path: Path) -> Iterator[Path]:
    """A path, what it is a link to, and so on; then the same without links in its folders."""
    for _ in range(MOST_LINKS):
        yield path
        yield path.parent.resolve() / path.name
        if not path.is_symlink():
            break
        path = Path(os.path.normpath(path.parent / path.readlink()))


class Meeting:
    """A hidden folder in the work directory where a kernel and its client find each other.

    The run may exchange whatever is in it, for a link to a socket of the host for instance. So the
    client goes by no path: it takes a handle of each file once, sees that it is a socket, which
    then is one of the run's own file system, and connects to what the handle stands for, however
    often. No student's cell has run when the folder is removed.

    Parameters
    ----------
    work : int
        Descriptor of the work directory.
    """

    def __init__(self, work: int) -> None:
        self._work = work
        self._name = f".kernel-{secrets.token_hex(8)}"
        self._sockets: list[int] = []
        os.mkdir(self._name, 0o700, dir_fd=work)
        self._folder = os.open(self._name, FOLDER, dir_fd=work)
        # A file of the run's own file system, too, but without a name that it could exchange.
        flags = os.O_TMPFILE | os.O_RDWR | os.O_APPEND | os.O_CLOEXEC
        self.log = os.open(f"/proc/self/fd/{work}", flags, 0o600)

    @property
    def connection_file(self) -> str:
        """Its path inside."""
        return f"{WORK}/{self._name}/{CONNECTION}"

    def write(self, information: Mapping[str, Any]) -> None:
        """Write the connection file: `information` and where the sockets are to be."""
        ports = {f"{channel}_port": number for number, channel in enumerate(CHANNELS, 1)}
        text = {"transport": "ipc", "ip": f"{WORK}/{self._name}/k", **ports, **information}
        flags = os.O_WRONLY | os.O_CREAT | os.O_EXCL | os.O_CLOEXEC
        owner = os.fstat(self._work)  # of the second notebook on, the user of the run
        with os.fdopen(os.open(CONNECTION, flags, 0o600, dir_fd=self._folder), "w") as file:
            json.dump(text, file)
            os.fchown(file.fileno(), owner.st_uid, owner.st_gid)
        os.fchown(self._folder, owner.st_uid, owner.st_gid)

    def find(self) -> bool:
        """Take a handle of each socket that is there; return whether all are.

        Raises
        ------
        KernelStartError
            If something else has the name of one.
        """
        while len(self._sockets) < len(CHANNELS):
            name = f"k-{len(self._sockets) + 1}"
            try:
                self._sockets.append(os.open(name, HANDLE, dir_fd=self._folder))
            except FileNotFoundError:
                return False
            if not stat.S_ISSOCK(os.fstat(self._sockets[-1]).st_mode):
                raise KernelStartError("The kernel made something else of a socket.", known=False)
        return True

    def link(self, prefix: str) -> None:
        """Make ``<prefix>-<number>``, in a folder of this process's, lead to the sockets."""
        for number, handle in enumerate(self._sockets, 1):
            os.symlink(f"/proc/self/fd/{handle}", f"{prefix}-{number}")

    def last_words(self) -> bytes:
        """Return the end of what the kernel's process wrote to its terminal."""
        size = os.fstat(self.log).st_size
        return os.pread(self.log, LAST_WORDS, max(0, size - LAST_WORDS))

    def remove_folder(self) -> None:
        """Remove the folder, unless the run made another of it: then it is the run's."""
        for name in (CONNECTION, *(f"k-{number}" for number in range(1, len(CHANNELS) + 1))):
            with contextlib.suppress(OSError):
                os.unlink(name, dir_fd=self._folder)
        with contextlib.suppress(OSError):
            os.rmdir(self._name, dir_fd=self._work)

    def close(self) -> None:
        """Remove the folder and let go of the sockets."""
        self.remove_folder()
        for descriptor in (*self._sockets, self._folder, self.log):
            os.close(descriptor)
