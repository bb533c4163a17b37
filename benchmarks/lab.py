"""How long a student waits in JupyterLab: a full course, in a real browser.

40 assignments lie in the exchange and the roadmap has 200 resources: those of the course, and
copies of them under other names. Measured is, inside the page, from the command to the frame in
which everything of the side panel stands there, and from a key in the search field to the frame
with what it finds. Then the panel is hidden, and what the page asks of the classroom is counted.

    python benchmarks/lab.py --rounds 7
"""

from __future__ import annotations

import contextlib
import itertools
import json
import logging
import shutil
import sys
import tempfile
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any

import results
from courses import ASSIGNMENT, light
from results import Bar, median, spread

CHECKOUT = Path(__file__).resolve().parent.parent
sys.path.insert(0, str(CHECKOUT))

ASSIGNMENTS = 40
RESOURCES = 200
PANEL_GOAL = 300.0
KEY_GOAL = 50.0
HIDDEN = 65.0
"""Seconds for which the panel is hidden: twice the time between two readings, and some more."""
QUERIES = ("quantization", "fine tuning", "problem 17", "attention is all", "zzzz")

# Until both lists stand there, then to the end of the frame that shows them.
SHOW = """async ([assignments, parts]) => {
  const begun = performance.now();
  const frame = () => new Promise(resolve => requestAnimationFrame(resolve));
  const panel = () => document.getElementById('llm-classroom-panel');
  const there = () =>
    panel()?.offsetParent &&
    panel().querySelectorAll('li.jp-llm-assignment').length >= assignments &&
    panel().querySelectorAll('.jp-llm-part').length >= parts;
  void window.jupyterapp.commands.execute('llm-classroom:show-panel');
  while (!there()) {
    if (performance.now() - begun > 30000) {
      throw new Error(`the panel is not complete: ${panel()?.textContent.slice(0, 500)}`);
    }
    await frame();
  }
  await frame();
  await new Promise(resolve => setTimeout(resolve));
  return performance.now() - begun;
}"""

# From the moment in which the browser had the key to the end of the frame with what it found.
WATCH_KEYS = """() => {
  const field = document.querySelector('#llm-classroom-panel input[type="search"]');
  window.llmKeys = [];
  if (field.llmWatched) {
    return;
  }
  field.llmWatched = true;
  const channel = new MessageChannel();
  channel.port1.onmessage = event => window.llmKeys.push(performance.now() - event.data);
  let pressed = 0;
  field.addEventListener('keydown', event => { pressed = event.timeStamp; }, true);
  field.addEventListener('input', () => {
    const begun = pressed;
    requestAnimationFrame(() => channel.port2.postMessage(begun));
  }, true);
}"""


def main() -> None:
    """Measure, print and keep."""
    from tests.ui.bundle import build_bundle

    parser = results.arguments(__doc__, "lab")
    parser.set_defaults(rounds=7)
    asked = parser.parse_args()
    rounds = 1 if asked.quick else asked.rounds
    build_bundle()
    with contextlib.ExitStack() as stack:
        root = Path(stack.enter_context(tempfile.TemporaryDirectory(prefix="lb-")))
        make_exchange(root / "course")
        numbers = stack.enter_context(measured(root, rounds, 3.0 if asked.quick else HIDDEN))
    show(numbers, rounds)
    bars = [
        Bar("side panel, after the Lab was loaded", median(numbers["first"]), PANEL_GOAL),
        Bar("side panel, shown again", median(numbers["again"]), PANEL_GOAL),
        Bar("search, slowest key", max(numbers["keys"]), KEY_GOAL),
        Bar("requests while hidden", len(numbers["hidden"]), 0),
    ]
    for bar, unit in zip(bars, (" ms", " ms", " ms", ""), strict=True):
        bar.unit = unit
    results.show_bars(bars)
    results.keep(asked.out, bars, {"rounds": rounds, **numbers})


def show(numbers: dict[str, Any], rounds: int) -> None:
    """Print the table."""
    rows = [
        ("side panel, after the Lab was loaded", spread(numbers["first"], 0)),
        ("side panel, shown again", spread(numbers["again"], 0)),
        ("a key in the search field", spread(numbers["keys"], 0)),
    ]
    title = f"{ASSIGNMENTS} assignments, {RESOURCES} resources, {rounds} rounds"
    results.show(title, ("what", "ms: median (least-most)"), rows)
    print(
        f"Requests in {numbers['seconds_hidden']:g} s while hidden: {numbers['hidden'] or 'none'}"
    )


@contextlib.contextmanager
def measured(root: Path, rounds: int, hidden: float) -> Iterator[dict[str, Any]]:
    """Measure in a browser, each round in a window of its own."""
    from playwright.sync_api import sync_playwright

    from tests.ui.server import Lab, Place
    from tests.ui.window import Window, launch

    place = Place(
        desk=root / "desk", own=root / "own", exchange=root / "course" / "exchange", student="ada"
    )
    place.prepare()
    lab = Lab(place, root / "home")
    lab.start()
    found: dict[str, Any] = {"first": [], "again": [], "keys": [], "seconds_hidden": hidden}
    try:
        roadmap = enlarged(lab.ask("roadmap"))
        wanted = [ASSIGNMENTS, len(roadmap["parts"])]
        with sync_playwright() as playwright:
            browser = launch(playwright)
            for _ in range(rounds):
                window = Window(browser.new_context(), lab, lambda _: None)
                window.page.route(
                    "**/llm-classroom/api/roadmap", lambda route: route.fulfill(json=roadmap)
                )
                window.open()
                # The launcher takes the focus when it comes, which would cost a query its keys.
                window.page.wait_for_function("() => jupyterapp.shell.currentWidget !== null")
                for key in ("first", "again", "again", "again"):
                    found[key].append(window.page.evaluate(SHOW, wanted))
                    if key == "again":
                        found["keys"] += keys(window)
                    window.execute("application:toggle-left-area")
                last = window
            before = len(last.requests)
            last.page.wait_for_timeout(1000 * hidden)
            found["hidden"] = [r for r in last.requests[before:] if "/llm-classroom/" in r]
            browser.close()
    finally:
        lab.stop()
    yield found


def keys(window: Any) -> Sequence[float]:
    """Type into the search field; return the milliseconds of each key."""
    field = window.page.locator('#llm-classroom-panel input[type="search"]')
    window.page.evaluate(WATCH_KEYS)
    for query in QUERIES:
        field.press("Escape")
        field.press_sequentially(query, delay=60)
    field.press("Escape")
    window.page.wait_for_timeout(500)  # for the frame of the last key
    times: list[float] = window.page.evaluate("() => window.llmKeys")
    typed = sum(map(len, QUERIES))
    if len(times) != typed:
        raise RuntimeError(f"{len(times)} keys were seen, of {typed}.")
    return times


def enlarged(roadmap: dict[str, Any]) -> dict[str, Any]:
    """Add copies of resources, in turn to each topic, until there are enough."""
    topics = [topic for part in roadmap["parts"] for topic in part["topics"]]
    originals = [resource for topic in topics for resource in topic["resources"]]
    copies = zip(itertools.cycle(originals), itertools.cycle(topics), itertools.count(1))
    for original, topic, number in itertools.islice(copies, RESOURCES - len(originals)):
        title = f"{original['title']}, once more ({number})"
        again = {**original, "id": f"{original['id']}-copy-{number}", "title": title}
        topic["resources"].append(again)
    return roadmap


def make_exchange(root: Path) -> None:
    """Make a course by ``init`` and ``release``, then copies of what it released."""
    import nbformat
    from traitlets.config import Config

    from autograder.gradebook.course import open_course
    from autograder.gradebook.init import init_course
    from autograder.gradebook.release import release_assignment

    init_course(root, None, course_id="benchmark")
    source = root / "source" / ASSIGNMENT / f"{ASSIGNMENT}.ipynb"
    source.parent.mkdir(parents=True)
    nbformat.write(light(), source)
    config = Config()
    config.CourseDirectory.root = str(root)
    config.CourseDirectory.course_id = "benchmark"
    config.Exchange.root = str(root / "exchange")
    log = logging.getLogger("benchmark")
    log.setLevel(logging.ERROR)
    release_assignment(open_course(config, log), ASSIGNMENT)
    outbound = root / "exchange" / "benchmark" / "outbound"
    for number in range(1, ASSIGNMENTS):
        name = f"problem-{number}"
        copy = shutil.copytree(outbound / ASSIGNMENT, outbound / name)
        (copy / f"{ASSIGNMENT}.ipynb").rename(copy / f"{name}.ipynb")
        path = copy / "classroom.json"
        about = json.loads(path.read_text("utf-8"))
        about |= {
            "assignment": name,
            "title": f"Problem {number}",
            "due": f"2027-{1 + number % 12:02}-{1 + number % 28:02}T12:00:00+00:00",
        }
        about["notebooks"][0]["name"] = name
        path.write_text(json.dumps(about), "utf-8")


if __name__ == "__main__":
    main()
