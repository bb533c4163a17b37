"""The documented table of system calls: what is refused inside, and why.

Numbers are those of x86-64 up to Linux 6.18 (``arch/x86/entry/syscalls/syscall_64.tbl``). What is
not listed is allowed, except numbers above :data:`LAST_REVIEWED`, which do not exist inside: a
call that nobody looked at is not available before somebody did.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

__all__ = ["ARGUMENTS", "Group", "LAST_REVIEWED", "REFUSED", "SHARED", "UNACCOUNTED", "number"]

LAST_REVIEWED = 469


@dataclass(frozen=True, slots=True)
class Group:
    """System calls that are refused for one reason.

    Parameters
    ----------
    name, why : str
    calls : mapping of str to int
        Number by name.
    pretend : bool
        Whether the call says that it succeeded, and does nothing; it fails otherwise.
    """

    name: str
    why: str
    calls: Mapping[str, int]
    pretend: bool = False


REFUSED: tuple[Group, ...] = (
    Group(
        "other processes",
        "reads or steers another process, or takes its descriptors",
        {
            "ptrace": 101,
            "process_vm_readv": 310,
            "process_vm_writev": 311,
            "kcmp": 312,
            "pidfd_getfd": 438,
            "process_madvise": 440,
            "process_mrelease": 448,
            "move_pages": 279,
            "migrate_pages": 256,
        },
    ),
    Group(
        "namespaces",
        "a new namespace gives rights back and opens much of the kernel",
        {"unshare": 272, "setns": 308},
    ),
    Group(
        "mounts",
        "changes what the file tree shows",
        {
            "mount": 165,
            "umount2": 166,
            "pivot_root": 155,
            "chroot": 161,
            "open_tree": 428,
            "move_mount": 429,
            "fsopen": 430,
            "fsconfig": 431,
            "fsmount": 432,
            "fspick": 433,
            "mount_setattr": 442,
            "open_tree_attr": 467,
        },
    ),
    Group(
        "files by handle",
        "opens files that no path leads to, or watches all of them",
        {"name_to_handle_at": 303, "open_by_handle_at": 304, "fanotify_init": 300},
    ),
    Group(
        "file systems",
        "sets quotas or attributes of a file system",
        {"quotactl": 179, "quotactl_fd": 443, "file_setattr": 469, "ustat": 136, "sysfs": 139},
    ),
    Group(
        "keys",
        "keyrings belong to a user, not to a namespace",
        {"add_key": 248, "request_key": 249, "keyctl": 250},
    ),
    Group(
        "kernel",
        "changes or watches the kernel itself",
        {
            "init_module": 175,
            "finit_module": 313,
            "delete_module": 176,
            "create_module": 174,
            "kexec_load": 246,
            "kexec_file_load": 320,
            "reboot": 169,
            "bpf": 321,
            "perf_event_open": 298,
            "syslog": 103,
            "acct": 163,
            "swapon": 167,
            "swapoff": 168,
            "nfsservctl": 180,
            "_sysctl": 156,
            "lookup_dcookie": 212,
        },
    ),
    Group(
        "large surfaces",
        "asynchronous or rarely used parts of the kernel that past exploits went through",
        {
            "io_uring_setup": 425,
            "io_uring_enter": 426,
            "io_uring_register": 427,
            "userfaultfd": 323,
            "memfd_secret": 447,
            "modify_ldt": 154,
            "uselib": 134,
            "personality": 135,
        },
    ),
    Group(
        "host",
        "sets clocks, names, ports or terminals of the machine",
        {
            "settimeofday": 164,
            "clock_settime": 227,
            "clock_adjtime": 305,
            "adjtimex": 159,
            "sethostname": 170,
            "setdomainname": 171,
            "iopl": 172,
            "ioperm": 173,
            "vhangup": 153,
        },
    ),
)

# Only where no memory cgroup counts: pages of these belong to no process that a watchdog looks at.
UNACCOUNTED = Group(
    "memory of nobody",
    "memory that is charged to no process (only without a memory cgroup)",
    {"memfd_create": 319, "shmget": 29},
)

# Only at restricted, where the host's file tree and IPC objects are the student's too.
SHARED: tuple[Group, ...] = (
    Group(
        "sockets of the host",
        "Landlock does not govern connections to socket files (only at restricted)",
        {"connect": 42},
    ),
    Group(
        "shared objects",
        "System V and POSIX IPC of the host (only at restricted)",
        {"shmget": 29, "shmat": 30, "semget": 64, "msgget": 68, "mq_open": 240, "mq_unlink": 241},
    ),
    Group(
        "events of files",
        "Landlock does not govern who watches a file (only at restricted)",
        {"inotify_add_watch": 254},
    ),
    Group(
        "metadata",
        "Landlock does not govern owner, mode, times and attributes of files (only at restricted; "
        "says that it succeeded)",
        {
            "chmod": 90,
            "fchmod": 91,
            "chown": 92,
            "fchown": 93,
            "lchown": 94,
            "utime": 132,
            "setxattr": 188,
            "lsetxattr": 189,
            "fsetxattr": 190,
            "removexattr": 197,
            "lremovexattr": 198,
            "fremovexattr": 199,
            "utimes": 235,
            "fchownat": 260,
            "futimesat": 261,
            "fchmodat": 268,
            "utimensat": 280,
            "fchmodat2": 452,
            "setxattrat": 463,
            "removexattrat": 466,
        },
        pretend=True,
    ),
)

# Looked at by their arguments, in `seccomp`.
ARGUMENTS: Mapping[str, int] = {
    "ioctl": 16,
    "socket": 41,
    "socketpair": 53,
    "clone": 56,
    "clone3": 435,
    "fcntl": 72,
    "sched_setparam": 142,
    "setpriority": 141,
    "sched_setscheduler": 144,
    "sched_setaffinity": 203,
    "ioprio_set": 251,
    "prlimit64": 302,
    "sched_setattr": 314,
}

_OWN: Mapping[str, int] = {
    "capset": 126,
    "seccomp": 317,
    "landlock_create_ruleset": 444,
    "landlock_add_rule": 445,
    "landlock_restrict_self": 446,
}


def number(name: str) -> int:
    """Return the number of a system call that this package makes or refuses."""
    for table in (_OWN, ARGUMENTS, *(group.calls for group in (*REFUSED, UNACCOUNTED, *SHARED))):
        if name in table:
            return table[name]
    raise LookupError(name)
