"""A feedback page that somebody else has written does nothing, whatever is in it."""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import BrowserContext, FrameLocator, Locator

from autograder.gradebook.page_report import script

from .server import Lab
from .window import Window, until

TOY = "courses/nlp/assignments/toy"
MARKUP = "<img src=x onerror=top.HACKED='report'><script>top.HACKED='report'</script><b>bold</b>"

HEAD = """\
<!DOCTYPE html>
<html><head>
<base href="EVIL/base/" target="_top">
<meta http-equiv="refresh" content="0; url=EVIL/refresh">
<meta http-equiv="x-dns-prefetch-control" content="on">
<link rel="stylesheet" href="EVIL/style.css">
<link rel="icon" href="EVIL/icon.png">
<link rel="preload" as="image" href="EVIL/preload.png">
<link rel="prefetch" href="EVIL/prefetch">
<link rel="preconnect" href="EVIL"><link rel="dns-prefetch" href="EVIL">
<style>
@import url("EVIL/import.css");
@font-face { font-family: far; src: url("EVIL/font.woff"); }
body { background: url("EVIL/background.png"); font-family: far; }
.cover, dialog { position: fixed; inset: 0; width: 9999px; height: 9999px; margin: 0;
  z-index: 2147483647; background: red; color: white; pointer-events: none; }
</style>
<script>top.HACKED = 'script'; new Image().src = 'EVIL/script.png';</script>
<script src="EVIL/script.js"></script>
<script type="module">top.HACKED = 'module';</script>
</head>
"""
BODY = """\
<body onload="top.HACKED = 'onload'" onpageshow="top.HACKED = 'onpageshow'">
<p id="text">A page that means harm.</p>
<div class="cover">covered</div><dialog open>covered</dialog>
<img src="EVIL/picture.png"><img src="x" onerror="top.HACKED = 'onerror'">
<img srcset="EVIL/srcset.png 1x"><picture><source srcset="EVIL/source.png"><img src="y"></picture>
<svg onload="top.HACKED = 'svg'"><script>top.HACKED = 'svg script'</script>
<image href="EVIL/svg.png"/><use href="EVIL/use.svg#x"/>
<animate onbegin="top.HACKED = 'onbegin'" attributeName="x" dur="1s"/></svg>
<math><a xlink:href="javascript:top.HACKED = 'math'" id="math">formula</a></math>
<video src="EVIL/video.mp4" poster="EVIL/poster.png" autoplay></video>
<audio src="EVIL/sound.mp3" autoplay></audio>
<object data="EVIL/object.html"></object><embed src="EVIL/embed.html">
<iframe src="EVIL/frame.html"></iframe>
<iframe srcdoc="<script>top.HACKED = 'srcdoc'</script>"></iframe>
<iframe src="javascript:top.HACKED = 'frame'"></iframe>
<input autofocus onfocus="top.HACKED = 'onfocus'">
<details open ontoggle="top.HACKED = 'ontoggle'"><summary>x</summary></details>
<marquee onstart="top.HACKED = 'onstart'">x</marquee>
<p style="position: fixed; top: 0; background: url(EVIL/inline.png)">inline</p>
<ul>
<li><a id="js" href="javascript:top.HACKED = 'link'">script</a></li>
<li><a id="top" href="EVIL/top" target="_top">top</a></li>
<li><a id="blank" href="EVIL/blank" target="_blank">blank</a></li>
<li><a id="self" href="EVIL/self" target="_self" ping="EVIL/ping">self</a></li>
<li><a id="lab" href="/lab/tree/elsewhere" target="_parent">the Lab</a></li>
<li><a id="data" href="data:text/html,<script>top.HACKED = 'data'</script>">data</a></li>
<li><a id="here" href="#below">below</a></li>
</ul>
<form action="EVIL/form" target="_top" method="post"><input name="a" value="b">
<button id="send">send</button>
<button id="act" formaction="javascript:top.HACKED = 'formaction'">act</button></form>
<map name="m"><area shape="default" href="EVIL/area"></map>
<div style="height: 3000px"></div><p id="below">The end.</p>
REPORT
</body></html>
"""
HOSTILE = HEAD + BODY
ACTS = ("js", "top", "blank", "self", "lab", "data", "send", "act", "math")


@dataclass
class Elsewhere:
    """Another server, and what it was asked for."""

    url: str
    asked: list[str] = field(default_factory=list)


@pytest.fixture
def elsewhere() -> Iterator[Elsewhere]:
    class Handler(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            found.asked.append(self.path)
            self.send_response(200)
            self.send_header("Content-Length", "0")
            self.end_headers()

        do_POST = do_GET

        def log_message(self, *_: Any) -> None:
            pass

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    found = Elsewhere(f"http://127.0.0.1:{server.server_port}")
    thread = threading.Thread(target=server.serve_forever)
    thread.start()
    yield found
    server.shutdown()
    thread.join()
    server.server_close()


def report() -> dict[str, Any]:
    """A report with markup in every text."""
    finding = {
        "name": MARKUP,
        "passed": False,
        "measured": MARKUP,
        "wanted": MARKUP,
        "unit": MARKUP,
        "weight": 1.0,
        "gate": True,
        "hint": MARKUP,
        "hidden": False,
        "attempted": True,
    }
    question = {
        "grade_id": "doubling",
        "kind": "tests",
        "title": MARKUP,
        "state": "failed",
        "score": 0.0,
        "max_score": 3.0,
        "automatic": 0.0,
        "manual": None,
        "extra_credit": None,
        "needs_manual_grade": True,
        "comment": MARKUP,
        "findings": [finding],
    }
    return {
        "schema": 1,
        "course": MARKUP,
        "assignment": MARKUP,
        "title": MARKUP,
        "notebook": "toy",
        "student": MARKUP,
        "status": "failed",
        "code": MARKUP,
        "reason": MARKUP,
        "cell": 1,
        "notes": [MARKUP],
        "attempt": 1,
        "newer": {"status": "refused", "reason": MARKUP, "submitted": None},
        "times": {"submitted": "2026-10-01T07:00:00+00:00", "due": None, "graded": None},
        "late_seconds": 0.0,
        "scores": {
            "automatic": 0.0,
            "manual": None,
            "extra_credit": 0.0,
            "late_penalty": 0.0,
            "final": 0.0,
            "max": 10.0,
        },
        "needs_manual_grade": True,
        "questions": [question],
        "comments": [{"grade_id": MARKUP, "text": MARKUP}],
    }


@pytest.fixture
def submission(lab: Lab, elsewhere: Elsewhere) -> str:
    """A submission whose fetched feedback is a page that means harm."""
    lab.finish("fetch")
    lab.finish("submit")
    detail = lab.ask(TOY)
    name: str = detail["history"][0]["id"]
    folder = Path(lab.place.desk, detail["assignment"]["folder"], "feedback", name)
    folder.mkdir(parents=True)
    page = HOSTILE.replace("EVIL", elsewhere.url).replace("REPORT", script(report()))
    (folder / "toy.html").write_text(page, "utf-8")
    return name


def unfold(window: Window) -> Locator:
    """Open the feedback in the Lab, and unfold the page."""
    window.execute("llm-classroom:open-feedback", course="nlp", assignment="toy")
    view = window.page.locator(".jp-llm-feedback")
    view.locator("[data-state]").first.wait_for()
    view.get_by_text("The graded notebook: toy").click()
    frame(view).locator("#text").wait_for()
    return view


def frame(view: Locator) -> FrameLocator:
    return view.frame_locator("iframe")


def is_seen(view: Locator, element: Locator) -> bool:
    """Whether an element of the page is within the frame's box."""
    inside = element.bounding_box()
    around = view.locator("iframe").bounding_box()
    assert inside and around
    return around["y"] <= inside["y"] < around["y"] + around["height"]


def nothing_happened(window: Window, elsewhere: Elsewhere, address: str) -> None:
    window.page.wait_for_timeout(300)
    assert window.page.evaluate("() => window.HACKED") is None
    assert elsewhere.asked == []
    # The Lab itself takes `?reset` away, in its own time.
    assert window.page.url.partition("?")[0] == address.partition("?")[0]
    assert len(window.context.pages) == 1
    lab = f"127.0.0.1:{window.lab.port}"
    (inner,) = [f.url for f in window.page.frames if lab not in f.url]
    assert inner.partition("#")[0] == "about:srcdoc"


def covered(window: Window, view: Locator) -> list[list[int]]:
    """Points outside the frame's box where the frame is on top."""
    box = view.locator("iframe").bounding_box()
    assert box
    found: list[list[int]] = window.page.evaluate(
        """([x, y, width, height]) => {
          const found = [];
          for (let left = 5; left < innerWidth; left += 20) {
            for (let top = 5; top < innerHeight; top += 20) {
              const inside = left >= x && left <= x + width && top >= y && top <= y + height;
              const element = document.elementFromPoint(left, top);
              if (!inside && element && element.tagName === 'IFRAME') {
                found.push([left, top]);
              }
            }
          }
          return found;
        }""",
        [box["x"], box["y"], box["width"], box["height"]],
    )
    return found


def test_where_it_may_the_page_does_harm(
    open_context: Callable[..., BrowserContext], elsewhere: Elsewhere
) -> None:
    # Otherwise the test below would show nothing.
    page = open_context().new_page()
    body = (HEAD.replace('<meta http-equiv="refresh"', "<meta") + BODY).replace("REPORT", "")
    page.set_content(body.replace("EVIL", elsewhere.url), wait_until="load")
    assert page.evaluate("() => top.HACKED")
    wanted = {"/style.css", "/script.js", "/picture.png", "/import.css", "/inline.png"}
    until(page, lambda: wanted <= {path.partition("?")[0] for path in elsewhere.asked})
    page.locator("#top").click(force=True)
    page.wait_for_url(f"{elsewhere.url}/top")


def test_a_hostile_page_runs_nothing_asks_nobody_covers_nothing_and_leads_nowhere(
    window: Window, submission: str, elsewhere: Elsewhere
) -> None:
    # A browser tells in its console what a policy stopped, and its debugger of the request that
    # was not sent; whether one was sent is said by the other server.
    stopped = f"request to elsewhere: {elsewhere.url}"
    with window.forgiving("Content Security Policy", "sandboxed", "Unsafe attempt", stopped):
        view = unfold(window)
        address = window.page.url
        nothing_happened(window, elsewhere, address)
        assert view.locator("iframe").get_attribute("sandbox") == ""
        assert view.locator("iframe").get_attribute("src") is None
        assert covered(window, view) == []
        window.shot("hostile-feedback")

        # Markup in every text of the report is shown as the text that it is.
        assert view.evaluate("n => n.querySelectorAll('img, script, b').length") == 0
        assert view.evaluate("n => n.textContent").count("onerror=top.HACKED") >= 10

        for act in ACTS:
            frame(view).locator(f"#{act}").dispatch_event("click")
            if act != "math":  # which a browser draws without a size once it is no link
                frame(view).locator(f"#{act}").click(force=True)
            nothing_happened(window, elsewhere, address)
            assert frame(view).locator("#text").inner_text() == "A page that means harm."

        # A link within the page works, and moves nothing but the page.
        frame(view).locator("#here").click(force=True)
        until(window.page, lambda: is_seen(view, frame(view).locator("#below")))
        nothing_happened(window, elsewhere, address)

        # With the layout the feedback comes back: nothing is fetched, and nothing unfolded.
        window.requests.clear()
        window.reload()
        window.page.locator(".jp-llm-feedback [data-state]").first.wait_for()
        assert not [asked for asked in window.requests if asked.startswith("POST /llm-classroom")]
        assert window.page.locator(".jp-llm-feedback iframe").count() == 0
        assert window.axe() == []

        # At its own address the server's policy does what the frame does here.
        window.page.goto(f"{window.lab.url}/llm-classroom/api/{TOY}/feedback/{submission}/toy")
        assert window.page.locator("#text").inner_text() == "A page that means harm."
        window.page.wait_for_timeout(1000)
        assert window.page.evaluate("() => [window.HACKED ?? null, origin]") == [None, "null"]
        assert elsewhere.asked == []
