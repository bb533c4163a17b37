"""What browser tests rely on: they see what must not happen, and never pass without a browser."""

from __future__ import annotations

import os
import subprocess
import sys
import time
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest

from .conftest import INSTALL, MISTAKE
from .server import Lab
from .window import Window

HERE = Path(__file__).parent
TRACEBACK = """\
[I 2026-11-29 15:08:38.405 ServerApp] Kernel started: 25837e11
[E 2026-11-29 15:08:39.594 ServerApp] Uncaught exception GET /api/kernels/25837e11/channels
    HTTPServerRequest(protocol='http', method='GET')
    Traceback (most recent call last):
      File "/usr/lib/tornado/web.py", line 2004, in _execute
        result = await result
      File "{}", line 88, in select_subprotocol
        preferred_protocol = self.connection.kernel_ws_protocol
    AttributeError: 'NoneType' object has no attribute 'kernel_ws_protocol'
[I 2026-11-29 15:08:42.745 LabApp] Build is up to date
"""


@pytest.mark.parametrize(("ci", "status"), [("true", 1), ("", 0)], ids=["in CI", "elsewhere"])
def test_without_a_browser_the_tests_fail_in_ci_and_are_skipped_by_name_elsewhere(
    ci: str, status: int
) -> None:
    done = subprocess.run(
        [
            *(sys.executable, "-m", "pytest", "-n", "0", "-rs", "-p", "no:cacheprovider"),
            f"{HERE / 'test_panel.py'}::test_the_panel_opens_with_the_keyboard_alone",
        ],
        env={**os.environ, "PATH": str(Path(sys.executable).parent), "CI": ci},
        cwd=HERE.parents[1],
        capture_output=True,
        text=True,
        timeout=300,
    )
    assert done.returncode == status, done.stdout
    assert INSTALL in done.stdout


def test_a_window_notices_what_must_not_happen(
    lab: Lab, open_window: Callable[..., Window]
) -> None:
    window = open_window().open()
    page = window.page
    with page.expect_console_message(lambda message: message.text == "of a test"):
        page.evaluate("() => { console.error('of a test'); }")
    with page.expect_event("pageerror"):
        page.evaluate("() => { setTimeout(() => { throw new Error('thrown'); }); }")
    # The browser says in the console, too, that it was not to be had.
    with page.expect_console_message(lambda message: "elsewhere.png" in message.location["url"]):
        page.evaluate("() => { new Image().src = 'http://127.0.0.1:1/elsewhere.png'; }")
    told = "\n".join(window.mistakes)
    window.mistakes.clear()
    assert "of a test" in told
    assert "thrown" in told
    assert "request to elsewhere: http://127.0.0.1:1/elsewhere.png" in told


@pytest.mark.parametrize(
    "said",
    [
        "[E 2026-11-29 15:08:38.647 ClassroomApp] No room for nlp/toy",
        "[E 2026-11-29 15:08:39.594 ServerApp] Uncaught exception GET /llm-classroom/api/jobs",
        TRACEBACK.format("/home/ada/extension/llm_classroom/progress.py"),
        TRACEBACK.format("/home/ada/autograder/exchange/listing.py"),
    ],
    ids=["told", "answered", "in the extension", "in the autograder"],
)
def test_a_mistake_of_the_classroom_is_seen_in_what_the_server_wrote(said: str) -> None:
    assert MISTAKE.search(f"[I 2026-11-29 15:08:36.640 LabApp] Build is up to date\n{said}")


def test_a_page_that_goes_while_jupyter_server_answers_it_is_no_mistake() -> None:
    # Often, and with many lines: it must not take long to see that it is none.
    said = TRACEBACK.format("/usr/lib/jupyter_server/services/kernels/websocket.py") * 10
    kernel = said.replace("[E 2026-11-29 15:08:39.594 ServerApp] ", "")
    assert not MISTAKE.search(said)
    assert not MISTAKE.search(kernel.replace("/usr/lib/jupyter_server", "/home/ada/autograder"))


def test_axe_finds_a_mistake_of_ours(window: Window) -> None:
    window.page.locator(".jp-LauncherCard").first.wait_for()
    window.page.evaluate(
        """() => {
          const image = document.createElement('img');
          image.className = 'jp-llm-made-for-a-test';
          document.querySelector('.jp-LauncherCard').append(image);
        }"""
    )
    assert "image-alt" in {item["rule"] for item in window.axe()}


def test_a_lab_ends_while_it_reads_a_file_for_somebody(lab: Lab) -> None:
    with (lab.place.desk / "large.bin").open("wb") as file:
        file.truncate(64 << 20)
    idle = lab.threads()
    with ThreadPoolExecutor(1) as client:
        answer = client.submit(lab.request, "api/contents/large.bin?format=base64")
        while lab.threads() <= idle and not answer.done():
            time.sleep(0.001)
        lab.stop()
        assert answer.exception() is not None
    lab.start()


def test_a_lab_that_does_not_start_says_why(lab: Lab, tmp_path: Path) -> None:
    second = Lab(lab.place, tmp_path / "home")
    second.port = lab.port
    with pytest.raises(RuntimeError, match="did not start"):
        second.start()
