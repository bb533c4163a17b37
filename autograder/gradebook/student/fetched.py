"""Fetched feedback pages: files of a folder, and the report that each carries."""

from __future__ import annotations

import dataclasses
import json
import os
import stat
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from autograder.checks.text import clean
from autograder.gradebook.errors import DamagedPageError, NoFeedbackError
from autograder.gradebook.package import printable
from autograder.gradebook.page_report import SCRIPT_ID
from autograder.gradebook.student.reports import NAME, PageReport

__all__ = ["FetchedPage", "page_bytes", "page_names", "read_page"]

SUFFIX = ".html"
MOST_PAGE = 32 << 20
MOST_REPORT = 4 << 20
MOST_PAGES = 200
MOST_DEPTH = 16
MOST_VALUES = 200_000
LONGEST_TAG = 300
TAG = f'<script type="application/json" id="{SCRIPT_ID}">'.encode()
OPEN_FOLDER = os.O_RDONLY | os.O_DIRECTORY | os.O_NOFOLLOW | os.O_CLOEXEC
OPEN_FILE = os.O_RDONLY | os.O_NOFOLLOW | os.O_NONBLOCK | os.O_NOCTTY | os.O_CLOEXEC
SHOWN_STILL = "The page itself can be shown."


@dataclass(frozen=True, slots=True)
class FetchedPage:
    """What could be read of a page.

    Parameters
    ----------
    notebook : str
        Without ``.html``.
    report : PageReport or None
    problem : str
        Why there is no report; empty if there is one.
    """

    notebook: str
    report: PageReport | None
    problem: str = ""


def page_names(folder: Path) -> list[str]:
    """Notebooks that have a page in `folder`, sorted; none if there is no such folder.

    The folder and the two that hold it are not followed if they are links, nor is a page.
    """
    try:
        with _opened(folder) as descriptor:
            return sorted(
                entry.name.removesuffix(SUFFIX)
                for entry in os.scandir(descriptor)
                if entry.name.endswith(SUFFIX)
                and entry.name != SUFFIX
                and entry.is_file(follow_symlinks=False)
            )[:MOST_PAGES]
    except NoFeedbackError:
        return []


def page_bytes(path: Path) -> bytes:
    """Read a page whole, following no link in the last four parts of `path`.

    Raises
    ------
    NoFeedbackError
        If there is none.
    DamagedPageError
        If it is not a regular file, cannot be read or is too large.
    """
    name = printable(path.name)
    with _opened(path.parent) as folder:
        try:
            descriptor = os.open(path.name, OPEN_FILE, dir_fd=folder)
        except (FileNotFoundError, NotADirectoryError) as error:
            raise _missing(path.name) from error
        except OSError as error:
            raise DamagedPageError(
                f"{name} is a link or cannot be opened ({error.strerror}). Fetch it again."
            ) from error
    try:
        status = os.fstat(descriptor)
        if not stat.S_ISREG(status.st_mode):
            raise DamagedPageError(f"{name} is not a file. Delete it and fetch the feedback again.")
        with open(descriptor, "rb", closefd=False) as file:
            page = file.read(MOST_PAGE + 1)
    finally:
        os.close(descriptor)
    if len(page) > MOST_PAGE:
        raise DamagedPageError(
            f"{name} is larger than {MOST_PAGE >> 20} MiB. Open the file {path} in a browser."
        )
    return page


def read_page(path: Path) -> FetchedPage:
    """Read the report that a page carries; whatever is wrong with it is told in words.

    Parameters
    ----------
    path : Path
        ``<assignment>/feedback/<timestamp>/<notebook>.html``.
    """
    notebook = path.name.removesuffix(SUFFIX)
    shown = printable(notebook)
    try:
        page = page_bytes(path)
    except (DamagedPageError, NoFeedbackError) as error:
        return FetchedPage(notebook, None, str(error))
    try:
        text = _report_text(page)
        if text is None:
            return FetchedPage(
                notebook,
                None,
                f"{shown}: this page carries no report, like every page that nbgrader itself "
                f"writes. {SHOWN_STILL}",
            )
        report = PageReport.from_json(_parse(text))
        if report.notebook != clean(notebook, NAME):
            raise DamagedPageError(f"it is about the notebook {report.notebook!r}")
    except DamagedPageError as error:
        return FetchedPage(
            notebook,
            None,
            f"{shown}: the report in this page is damaged ({error}). Fetch the feedback again; "
            f"if that does not help, tell your instructor. {SHOWN_STILL}",
        )
    # Its own name, since the text of a report is cleaned and a file is asked for by it.
    return FetchedPage(notebook, dataclasses.replace(report, notebook=notebook))


def _report_text(page: bytes) -> bytes | None:
    """Cut the report out of a page; None if it carries none.

    Our exporter escapes every ``<`` that anybody wrote, so that a tag in the bytes is an element
    of the page. It escapes ``<`` in the report, too, so that the next one ends it.
    """
    places = list(_scripts(page))
    if not places:
        return None
    if len(places) > 1:
        raise DamagedPageError(f"there are {len(places)} of them")
    start = places[0] + len(TAG)
    if page[places[0] : start] != TAG:
        raise DamagedPageError("it is not as LLM Classroom writes it")
    end = page.find(b"<", start, start + MOST_REPORT + 1)
    if end < 0:
        raise DamagedPageError(f"it is cut off, or larger than {MOST_REPORT >> 20} MiB")
    if page[end : end + 9] != b"</script>":
        raise DamagedPageError("it holds markup")
    return page[start:end]


def _scripts(page: bytes) -> Iterator[int]:
    """Yield where a script element begins that has our id, however it is written."""
    lower = page.lower()
    place = lower.find(b"<script")
    while place >= 0:
        end = lower.find(b">", place, place + LONGEST_TAG)
        if SCRIPT_ID.encode() in lower[place : end if end >= 0 else place + LONGEST_TAG]:
            yield place
        place = lower.find(b"<script", place + 1)


def _parse(text: bytes) -> Any:
    _measure(text)

    def refuse(constant: str) -> Any:
        raise DamagedPageError(f"{constant} is no JSON")

    try:
        return json.loads(text.decode("utf-8"), parse_constant=refuse)
    except DamagedPageError:
        raise
    except json.JSONDecodeError as error:
        raise DamagedPageError(f"it is no JSON at character {error.pos:,}") from error
    except (ValueError, RecursionError) as error:
        raise DamagedPageError("it is no JSON") from error


def _measure(text: bytes) -> None:
    """Refuse what is deeper, or has more values, than any report, before it is parsed."""
    bare = text.replace(b"\\\\", b"").replace(b'\\"', b"")
    # Once escapes are gone, every quote delimits a string, so that every other piece is structure.
    structure = b"".join(bare.split(b'"')[::2])
    if sum(map(structure.count, (b"[", b"{", b","))) > MOST_VALUES:
        raise DamagedPageError(f"it holds more than {MOST_VALUES:,} values")
    depth = 0
    for bracket in structure.translate(None, bytes(set(range(256)) - set(b"[]{}"))):
        depth += 1 if bracket in b"[{" else -1
        if depth > MOST_DEPTH:
            raise DamagedPageError(f"it nests more than {MOST_DEPTH} deep")


@contextmanager
def _opened(folder: Path) -> Iterator[int]:
    """Open a submission's folder, through the assignment's and ``feedback``, following no link."""
    try:
        descriptor = os.open(folder.parent.parent, OPEN_FOLDER)
        for part in (folder.parent.name, folder.name):
            above = descriptor
            try:
                descriptor = os.open(part, OPEN_FOLDER, dir_fd=above)
            finally:
                os.close(above)
    except (OSError, ValueError) as error:
        raise _missing(folder.name) from error
    try:
        yield descriptor
    finally:
        os.close(descriptor)


def _missing(name: str) -> NoFeedbackError:
    return NoFeedbackError(
        f"No feedback was fetched as {printable(name)!r}. Fetch it: it is there once your "
        "instructor has released it."
    )
