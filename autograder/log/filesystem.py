"""Which file system a path is on, since SQLite's WAL needs memory shared on one host."""

from __future__ import annotations

import os
import re
from pathlib import Path

__all__ = ["filesystem_type", "is_network"]

NETWORK = frozenset(
    ["9p", "afs", "beegfs", "ceph", "cifs", "coda", "davfs", "glusterfs", "gpfs", "lustre"]
    + ["ncpfs", "nfs", "nfs4", "ocfs2", "orangefs", "pvfs2", "smb2", "smb3", "smbfs", "virtiofs"]
)


def filesystem_type(path: Path, mounts: str) -> str:
    r"""Return the type of the file system that holds `path`, such as ``ext4``; empty if unknown.

    Parameters
    ----------
    path : Path
        Absolute, links resolved.
    mounts : str
        Text of ``/proc/mounts``: device, mount point and type a line, with blanks as ``\040``.
    """
    best, found = "", ""
    for line in mounts.splitlines():
        fields = line.split(" ")
        if len(fields) < 3:
            continue
        point = re.sub(r"\\([0-7]{3})", lambda octal: chr(int(octal[1], 8)), fields[1])
        # The last of equal mount points lies on top.
        if len(point) >= len(best) and path.is_relative_to(point):
            best, found = point, fields[2]
    return found


def is_network(path: Path) -> bool:
    """Whether `path` is on a file system that another host may write to as well.

    A FUSE file system counts as one, except ``fuseblk``, which is a local disk.
    """
    try:
        with open("/proc/mounts", encoding="utf-8", errors="surrogateescape") as file:
            mounts = file.read()
    except OSError:
        return False
    kind = filesystem_type(Path(os.path.realpath(path)), mounts)
    return kind in NETWORK or kind == "fuse" or kind.startswith("fuse.")
