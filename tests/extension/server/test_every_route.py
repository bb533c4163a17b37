"""Every route of a student's server, whoever it is of, asked for what lies outside its folder."""

from __future__ import annotations

import asyncio
import http.client
import re
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path

from tornado.routing import PathMatches, Rule

HIDDEN = ("HIDDENMARKER", "SOLUTIONMARKER", "ORACLEMARKER", "WRONGMARKER")
PATH = r"(?P<path>(?:(?:/[^/]+)+|/?))"
"""What Jupyter's server writes for a path of the contents API."""
FILLED = {
    PATH: "/{}",
    "(.*)": "{}",
    "([^/]+)": "{}",
    r"(?P<format>\w+)": "html",
    r"(?P<kernel_name>[\w\.\-%]+)": "python3",
    "(?P<path>.*)": "{}",
}


def patterns(rules: list[Rule]) -> Iterator[str]:
    """Yield the pattern of every path that is routed."""
    for rule in rules:
        if isinstance(rule.matcher, PathMatches):
            yield rule.matcher.regex.pattern
        yield from patterns(getattr(rule.target, "rules", []))


def addresses(pattern: str, path: str) -> Iterator[str]:
    """Yield an address that a pattern could fit, with `path` wherever one may stand."""
    address = pattern.removesuffix("$")
    for part, filled in FILLED.items():
        address = address.replace(part, filled)
    if "{}" in address and not re.search(r"[(\\]", address):
        yield address.replace("{}", path)


def ways(top: Path, target: Path) -> Iterator[str]:
    """Write a way from a folder to a file elsewhere, as somebody would who tries."""
    down = target.relative_to(top.parent).parts
    for dots, slash in (
        ("..", "/"),
        ("..", "%2f"),
        ("%2e%2e", "/"),
        ("%2e%2e", "%2f"),
        ("..", "%5c"),
        ("..%00", "/"),
        ("%252e%252e", "%252f"),
        ("....", "//"),
        ("%c0%ae%c0%ae", "/"),
        ("%ef%bc%8e%ef%bc%8e", "/"),  # full stops of full width
    ):
        yield slash.join((dots, *down))
    yield str(target)
    yield str(target).replace("/", "%2f")
    yield "%2f" + str(target).lstrip("/")


async def test_no_route_leads_out_of_the_students_folder(
    jp_serverapp, jp_root_dir, jp_auth_header, jp_http_port, http_server, course
):
    def ask(address: str) -> tuple[int, bytes]:
        with closing(http.client.HTTPConnection("127.0.0.1", jp_http_port, timeout=20)) as line:
            line.request("GET", f"{address}?content=1", headers=jp_auth_header)
            answer = line.getresponse()
            return answer.status, answer.read()

    hidden = [
        course / "source" / "toy" / "toy.ipynb",
        course / "grading" / "toy" / "assignment.toml",
        course / "gradebook.db",
    ]
    assert all(path.is_file() for path in hidden)
    top = Path(jp_root_dir)
    (top / "own.ipynb").write_bytes(hidden[0].read_bytes().replace(b"MARKER", b"OWN"))
    routed = sorted(set(patterns(jp_serverapp.web_app.default_router.rules)))
    asked: dict[str, int] = {}
    for pattern in routed:
        for path in (way for target in hidden for way in ways(top, target)):
            for address in addresses(pattern, path):
                status, text = await asyncio.to_thread(ask, address)
                asked[pattern] = asked.get(pattern, 0) + 1
                # Jupyter's own stumble over a null byte, which leaks nothing.
                assert status < 500 or "llm-classroom" not in pattern, address
                assert not any(marker.encode() in text for marker in HIDDEN), address
                assert b"SQLite format" not in text, address
    assert len(asked) > 15
    # The same question for what is inside is answered.
    status, text = await asyncio.to_thread(ask, f"{jp_serverapp.base_url}api/contents/own.ipynb")
    assert status == 200 and b"SOLUTIONOWN" in text
