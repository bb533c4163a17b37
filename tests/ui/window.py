"""A browser's window on a Lab, and what goes wrong in it."""

from __future__ import annotations

import json
import re
import shutil
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

from playwright.sync_api import (
    Browser,
    BrowserContext,
    ConsoleMessage,
    Error,
    Locator,
    Page,
    Playwright,
    Request,
    expect,
)

from .server import CHECKOUT, Lab

__all__ = ["CHROMIUM", "PICTURES", "Window", "launch", "until"]

CHROMIUM = shutil.which("chromium")
FLAGS = [
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-gpu",
    "--disable-quic",
    "--disable-sync",
    "--no-first-run",
    "--no-sandbox",
]
AXE = CHECKOUT / "node_modules" / "axe-core" / "axe.min.js"
PICTURES = CHECKOUT / "build" / "screenshots"
PATIENCE = 60_000.0
"""Milliseconds for which an element is waited for on a busy machine."""
expect.set_options(timeout=PATIENCE)
OURS = '[class*="jp-llm-"], [id*="llm-classroom"], [data-id*="llm-classroom"]'

# Every rule that axe-core has on by default, and those of WCAG 2 A and AA that it has not.
RUN_AXE = """async ours => {
  const tags = new Set(['wcag2a', 'wcag2aa', 'wcag21a', 'wcag21aa', 'wcag22aa']);
  const rules = {};
  for (const rule of axe.getRules()) {
    if (rule.tags.some(tag => tags.has(tag))) {
      rules[rule.ruleId] = { enabled: true };
    }
  }
  const found = await axe.run(document, { rules, elementRef: true, resultTypes: ['violations'] });
  return found.violations.flatMap(violation => violation.nodes.map(node => ({
    rule: violation.id,
    help: violation.help,
    html: node.html.slice(0, 300),
    why: node.failureSummary,
    ours: Boolean(node.element && node.element.closest(ours))
  })));
}"""

SETTLE = """async () => {
  const settled = [...(window.jupyterapp?.shell.widgets('main') ?? [])]
    .map(widget => widget.sessionContext)
    .filter(context => context)
    .map(async context => {
      await context.ready;
      await context.session?.kernel?.info;
    });
  // A dialog that asks for a kernel keeps a context from ever being ready.
  const enough = new Promise(resolve => setTimeout(resolve, 60000));
  await Promise.race([Promise.allSettled(settled), enough]);
}"""


def _saves_layout(request: Request) -> bool:
    return request.method == "PUT" and "/lab/api/workspaces/" in request.url


def launch(playwright: Playwright) -> Browser:
    """Start Chromium without a window on the screen."""
    return playwright.chromium.launch(executable_path=CHROMIUM, args=FLAGS, timeout=PATIENCE)


def until(page: Page, holds: Callable[[], bool]) -> None:
    """Wait for what a page's own locators cannot wait for.

    Raises
    ------
    AssertionError
        If it does not hold in time.
    """
    limit = time.monotonic() + PATIENCE / 1000
    while not holds():
        assert time.monotonic() < limit
        page.wait_for_timeout(50)


class Window:
    """A page of JupyterLab.

    What must not happen is collected in `mistakes`: an error in the console, an exception that
    nobody caught, a request to elsewhere.
    """

    def __init__(self, context: BrowserContext, lab: Lab, opened: Callable[[Window], None]) -> None:
        self.context = context
        self._opened = opened
        self.lab = lab
        self.mistakes: list[str] = []
        self.requests: list[str] = []
        self.page: Page = context.new_page()
        self.page.set_default_timeout(PATIENCE)
        self.page.on("console", self._on_console)
        self.page.on("pageerror", self._on_exception)
        self.page.on("request", self._on_request)
        # JupyterLab asks a kernel for its debugger's state, and says so when the kernel goes.
        self._forgiven = [re.compile("Could not restore the debugger state: Canceled future")]

    # ------------------------------------------------------------------------- opening

    def open(self, path: str = "lab") -> Window:
        """Load the Lab with an empty layout, and wait until it has started."""
        self.page.goto(f"{self.lab.url}/{path}?reset&token={self.lab.token}")
        self._started()
        return self

    def reload(self) -> Window:
        """Load the Lab again with the layout that it has."""
        # The layout is saved a moment after it has changed; this has it saved once more.
        with self.page.expect_request(_saves_layout) as saved:
            self.page.evaluate("() => window.jupyterapp.shell.layoutModified.emit()")
        saved.value.response()
        self.page.goto(f"{self.lab.url}/lab")
        self._started()
        return self

    def another(self) -> Window:
        """Return a second tab of the same browser."""
        window = Window(self.context, self.lab, self._opened)
        self._opened(window)
        return window

    def restart_lab(self) -> Window:
        """End the Lab and start it again under this window, which then loads it anew.

        Browser and JupyterLab both say in the console that nobody answers; that passes.
        """
        self.settle()
        with self.forgiving("."):
            self.lab.restart()
            self.open()
            # What the earlier page had still to say arrives late.
            self.page.wait_for_timeout(500)
        return self

    def settle(self) -> None:
        """Wait until no document's kernel is being started: then the Lab cannot be ended in order.

        JupyterLab waits for nothing: a kernel that starts while its server shuts down is left over,
        or killed in the middle of its imports, which it tells with a traceback.
        """
        # A page that is being left has nothing to wait for.
        with suppress(Error):
            self.page.evaluate(SETTLE)

    def _started(self) -> None:
        # A second tab finds its workspace taken while it starts, and moves to one of its own.
        for attempt in range(3):
            try:
                self.page.wait_for_function("() => window.jupyterapp !== undefined")
                self.page.evaluate("() => window.jupyterapp.restored.then(() => undefined)")
                break
            except Error as error:
                if attempt == 2 or "navigation" not in error.message:
                    raise
        self.page.locator("#jupyterlab-splash").wait_for(state="detached")

    # ------------------------------------------------------------------------- acting

    def execute(self, command: str, **arguments: Any) -> None:
        """Execute a command of the Lab, as a menu does."""
        self.page.evaluate(
            "([id, args]) => window.jupyterapp.commands.execute(id, args).then(() => undefined)",
            [command, arguments],
        )

    def has(self, command: str) -> bool:
        """Whether the Lab has a command."""
        return bool(self.page.evaluate("id => window.jupyterapp.commands.hasCommand(id)", command))

    @property
    def panel(self) -> Locator:
        """The classroom's side panel."""
        return self.page.locator("#llm-classroom-panel")

    def show_panel(self) -> Locator:
        """Open the side panel by its command."""
        self.execute("llm-classroom:show-panel")
        self.panel.wait_for()
        return self.panel

    def palette(self, label: str) -> None:
        """Choose a command in the palette with the keyboard."""
        # A Lab that has just started focuses what it opens, and that closes the palette.
        self.page.wait_for_function("() => window.jupyterapp.shell.currentWidget !== null")
        self.page.keyboard.press("Control+Shift+C")
        self.page.locator("#modal-command-palette input:focus").wait_for()
        self.page.keyboard.type(label)
        found = self.page.locator(".lm-CommandPalette-item.lm-mod-active", has_text=label)
        found.wait_for()
        self.page.keyboard.press("Enter")
        found.wait_for(state="hidden")

    def row(self, title: str, course: str = "nlp") -> Locator:
        """Find an assignment in the list of its course."""
        of_course = self.panel.locator("section").filter(
            has=self.page.get_by_role("heading", name=course, exact=True)
        )
        return of_course.locator(".jp-llm-assignment").filter(has_text=title)

    def button(self, action: str, title: str, course: str = "nlp") -> Locator:
        """Find the button that does something with an assignment."""
        return self.row(title, course).get_by_role("button", name=f"{action}: {title}", exact=True)

    def press(self, action: str, title: str, course: str = "nlp") -> None:
        """Press the button that does something with an assignment."""
        self.button(action, title, course).click()

    def details(self, title: str, course: str = "nlp") -> None:
        """Open the page of an assignment."""
        self.row(title, course).locator(".jp-llm-assignment-title").click()

    def title_of(self, assignment: str) -> str:
        """Ask the server for the title of an assignment."""
        for course in self.lab.ask("courses")["courses"]:
            for found in course["assignments"]:
                if found["id"] == assignment:
                    return str(found["title"])
        raise LookupError(assignment)

    # ------------------------------------------------------------------------- looking

    def shot(self, name: str) -> Path:
        """Keep a picture of the window as ``build/screenshots/<name>.png``."""
        path = PICTURES / f"{name}.png"
        self.page.screenshot(path=path, animations="disabled")
        return path

    def axe(self) -> list[dict[str, Any]]:
        """Let axe-core look at the whole page; return what it finds in what is ours.

        What it finds in JupyterLab itself is kept in ``build/axe/jupyterlab.json``.
        """
        if not self.page.evaluate("() => 'axe' in window"):
            self.page.evaluate(AXE.read_text("utf-8"))
        found: list[dict[str, Any]] = self.page.evaluate(RUN_AXE, OURS)
        others = sorted({(item["rule"], item["help"]) for item in found if not item["ours"]})
        kept = CHECKOUT / "build" / "axe" / "jupyterlab.json"
        kept.parent.mkdir(parents=True, exist_ok=True)
        kept.write_text(json.dumps(others, indent=1) + "\n", "utf-8")
        return [item for item in found if item["ours"]]

    @contextmanager
    def forgiving(self, *patterns: str) -> Iterator[None]:
        """Let mistakes that match a pattern pass for a while, such as those of a server away."""
        before = self._forgiven
        self._forgiven = [*before, *map(re.compile, patterns)]
        try:
            yield
        finally:
            self._forgiven = before

    def _on_console(self, message: ConsoleMessage) -> None:
        if message.type == "error":
            where = message.location.get("url", "")
            self._add(f"console: {message.text} ({where})")

    def _on_exception(self, error: Error) -> None:
        self._add(f"exception: {error.stack or error}")

    def _on_request(self, request: Request) -> None:
        address = urlsplit(request.url)
        if address.scheme in ("data", "blob"):
            return
        if address.netloc != f"127.0.0.1:{self.lab.port}":
            self._add(f"request to elsewhere: {request.url}")
        self.requests.append(f"{request.method} {address.path}")

    def _add(self, mistake: str) -> None:
        if not any(pattern.search(mistake) for pattern in self._forgiven):
            self.mistakes.append(mistake)
