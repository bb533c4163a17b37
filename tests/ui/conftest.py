"""Real JupyterLabs with the classroom, on real courses, in a real browser."""

from __future__ import annotations

import logging
import os
import re
import shutil
import subprocess
import sys
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from playwright.sync_api import Browser, BrowserContext, sync_playwright

from autograder.gradebook.init import init_course
from autograder.gradebook.release import release_assignment

from ..gradebook.conftest import opened, write_checkout
from .bundle import CHECKOUT, build_bundle
from .server import Lab, Place
from .window import CHROMIUM, Window, launch

HERE = Path(__file__).parent
REAL = "quantization-int8"
INSTALL = "apt-get update && apt-get install -y chromium"
# A page may go while jupyter_server is about to answer it, or to hand on what its kernel says: that
# is told with a traceback too. What counts is what the classroom says, answers, or has a part in.
MISTAKE = re.compile(
    r"""^\[[EC]\ [^\]]*\ ClassroomApp\]
    | Uncaught\ exception\ \w+\ /llm-classroom/
    | ^\[[EC]\ .*(?:\n\ .*)*?\n\ +File\ "[^"]*/(?:llm_classroom|autograder)/""",
    re.MULTILINE | re.VERBOSE,
)
failed = pytest.StashKey[bool]()


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Mark the browser tests, and run them when all others have had their turn."""
    ours = [item for item in items if item.path.is_relative_to(HERE)]
    for item in ours:
        item.add_marker(pytest.mark.ui)
    items[:] = [item for item in items if item not in set(ours)] + ours


@pytest.hookimpl(wrapper=True)
def pytest_runtest_makereport(item: pytest.Item) -> Iterator[None]:
    report = yield
    if report.when == "call":
        item.stash[failed] = report.failed
    return report


# ---------------------------------------------------------------------------- the browser


@pytest.fixture(scope="session")
def chromium() -> str:
    """Path of the browser; without one, the tests fail in CI and are skipped elsewhere."""
    if CHROMIUM:
        return CHROMIUM
    words = f"There is no chromium on the path; on Debian, install it: {INSTALL}"
    if os.environ.get("CI"):
        pytest.fail(words)
    pytest.skip(words)


# Playwright keeps an event loop running in this thread until it is stopped, and a test that needs
# one of its own may follow in the same process: hence for each module, and not once.
@pytest.fixture(scope="module")
def browser(chromium: str) -> Iterator[Browser]:
    """A running Chromium."""
    with sync_playwright() as playwright:
        browser = launch(playwright)
        yield browser
        browser.close()


@pytest.fixture
def open_context(browser: Browser) -> Iterator[Callable[..., BrowserContext]]:
    """Make a browser's user of their own: ``width``, ``height``, and playwright's options."""
    made: list[BrowserContext] = []

    def make(*, width: int = 1280, height: int = 800, **options: object) -> BrowserContext:
        context = browser.new_context(viewport={"width": width, "height": height}, **options)
        made.append(context)
        return context

    yield make
    for context in made:
        context.close()


@pytest.fixture
def open_window(
    lab: Lab, open_context: Callable[..., BrowserContext], request: pytest.FixtureRequest
) -> Iterator[Callable[..., Window]]:
    """Open a window on the Lab, with a browser's user of its own; takes ``width`` and ``height``.

    When the test ends, nothing must have gone wrong in any. What a failed test saw last is kept.
    """
    made: list[Window] = []

    def make(context: BrowserContext | None = None, **options: int) -> Window:
        made.append(Window(context or open_context(**options), lab, made.append))
        return made[-1]

    yield make
    for window in made:
        window.settle()
    mistakes = [mistake for window in made for mistake in window.mistakes]
    if request.node.stash.get(failed, False):
        for number, window in enumerate(made):
            window.shot(f"failed/{request.node.name}-{number}")
        # The first of what went wrong is what the test itself says.
        print("\n".join(mistakes), lab.output(), sep="\n", file=sys.stderr)
        return
    assert mistakes == []


@pytest.fixture
def window(open_window: Callable[..., Window]) -> Window:
    """A window of ordinary size, with the Lab loaded."""
    return open_window().open()


# ---------------------------------------------------------------------------- the courses


@dataclass(frozen=True)
class School:
    """Two courses in one exchange, with an assignment of the same name in each.

    Parameters
    ----------
    root : Path
        Has a folder for each course, and ``exchange``.
    """

    root: Path

    @property
    def exchange(self) -> Path:
        return self.root / "exchange"

    def course(self, name: str = "nlp") -> Path:
        return self.root / name

    def instruct(self, *words: str, course: str = "nlp", ok: tuple[int, ...] = (0,)) -> str:
        """Run a command of the instructor's in a course; return what it printed."""
        scripts = os.path.dirname(sys.executable)
        path = os.pathsep.join([scripts, os.environ.get("PATH", os.defpath)])
        done = subprocess.run(
            [sys.executable, "-m", "autograder", *words],
            cwd=self.course(course),
            env={**os.environ, "PATH": path},
            capture_output=True,
            text=True,
            timeout=600,
        )
        assert done.returncode in ok, f"{' '.join(words)}\n{done.stdout}{done.stderr}"
        return done.stdout


@pytest.fixture(scope="session")
def made_school(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Courses made once, by what ``llm-classroom init`` and ``release`` do, for tests to copy.

    ``nlp`` has a small assignment, due in three days, and a real one; ``vision`` has the small one.
    """
    root = tmp_path_factory.mktemp("school")
    checkout = write_checkout(root / "checkout")
    log = logging.getLogger("tests.ui")
    log.propagate = False
    log.handlers = [logging.NullHandler()]
    for name in ("vision", "nlp"):
        if name == "nlp":
            shutil.copytree(
                CHECKOUT / "assignments" / REAL,
                checkout / "assignments" / REAL,
                ignore=shutil.ignore_patterns("__pycache__", ".ipynb_checkpoints"),
            )
        made = init_course(root / name, checkout, course_id=name, exchange=root / "exchange")
        course = opened(root / name, log)
        for number, assignment in enumerate(reversed(made.assignments)):
            due = datetime.now(UTC).replace(tzinfo=None) + timedelta(days=3 + 7 * number)
            with course.gradebook() as gradebook:
                gradebook.update_or_create_assignment(assignment, duedate=due)
            release_assignment(course, assignment)
    return root


@pytest.fixture(scope="session")
def ground(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The folder in which a session's Lab, its student and the courses are."""
    return tmp_path_factory.mktemp("ground")


@pytest.fixture
def school(made_school: Path, ground: Path) -> School:
    """Two courses with released assignments, and nothing handed in."""
    root = ground / "school"
    shutil.rmtree(root, ignore_errors=True)
    shutil.copytree(made_school, root)
    for config in root.glob("*/nbgrader_config.py"):
        config.write_text(config.read_text().replace(str(made_school), str(root)))
    return School(root)


@pytest.fixture(scope="session")
def session_lab(ground: Path) -> Iterator[Lab]:
    """A Lab that is started when a test needs it, and then serves the next ones too."""
    place = Place(
        desk=ground / "desk",
        own=ground / "own",
        exchange=ground / "school" / "exchange",
        student="ada",
    )
    place.prepare()
    lab = Lab(place, ground / "home")
    yield lab
    lab.stop()


@pytest.fixture
def place(school: School, session_lab: Lab) -> Place:
    """The folders of a student, ada, of whom nothing is known yet."""
    place = session_lab.place
    # The Lab stands on the desk, so that is emptied and not removed.
    remembered = (place.remembered, place.data / "nbgrader_cache", place.config / "lab")
    for path in (*place.desk.iterdir(), *remembered):
        if path.is_dir():
            shutil.rmtree(path)
        else:
            path.unlink(missing_ok=True)
    place.prepare()
    return place


@pytest.fixture
def lab(place: Place, session_lab: Lab, chromium: str) -> Iterator[Lab]:
    """The student's JupyterLab, running, with nothing open."""
    build_bundle()
    session_lab.ready()
    yield session_lab
    # What is still at work would write into the folders that the next test empties first.
    session_lab.rest()
    # Kernels write there too: one that is ended while it starts says a traceback.
    output = session_lab.output()
    assert not MISTAKE.search(output), output
