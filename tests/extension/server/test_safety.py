from __future__ import annotations

import asyncio
import http.client
import json
from contextlib import closing
from pathlib import Path
from typing import Any

import pytest
from jupyter_server.auth import Authorizer
from tornado.httpclient import HTTPClientError

from tests.extension.server.contract import operations

Answer = tuple[int, list[str], str]
FILLED = {
    "course": "nlp",
    "assignment": "toy",
    "notebook": "toy",
    "submission": "2026-01-01 12:00:00 UTC",
    "resource": "scientist-1.nanogpt",
    "job": "0" * 32,
}
HOSTILE = [
    "..",
    ".",
    "%2e%2e",
    "..%2f..%2fetc",
    "%2fetc%2fpasswd",
    "..%5c..",
    "a%00b",
    "%0a",
    "%7f",
    "*",
    "%5b%5d",
    "a+b",
    "x" * 300,
    "%f0%9f%98%80" * 100,
    "%ed%a0%80",
    "%ff",
]


class Refusing(Authorizer):
    """Lets nobody do anything."""

    def is_authorized(self, handler, user, action, resource):
        return False


def every_operation() -> list[tuple[str, str]]:
    return [(verb.upper(), path.format(**FILLED)) for verb, path in operations()]


@pytest.fixture
def raw(http_server, jp_http_port):
    """Ask without a client's help: the address goes out as it is, and so do the headers."""

    def send(method: str, path: str, headers: dict[str, str], body: Any) -> Answer:
        with closing(http.client.HTTPConnection("127.0.0.1", jp_http_port, timeout=20)) as line:
            line.request(method, path, None if body is None else json.dumps(body), headers)
            answer = line.getresponse()
            cookies = answer.headers.get_all("Set-Cookie") or []
            text = answer.read().decode("utf-8", "replace")
            return answer.status, [cookie.partition(";")[0] for cookie in cookies], text

    async def raw(method: str, path: str, headers: dict[str, str], body: Any = None) -> Answer:
        return await asyncio.to_thread(send, method, path, headers, body)

    return raw


@pytest.fixture
def api(jp_base_url) -> str:
    return f"{jp_base_url}llm-classroom/api"


async def test_nobody_is_served_without_the_token(raw, api, data):
    for method, path in every_operation():
        address = api + path.replace(" ", "%20")
        for headers in ({}, {"Authorization": "token wrong"}, {"Cookie": "username=ada"}):
            status, _, text = await raw(method, address, headers)
            assert status == 403, (method, path, headers, text)
    assert not data.exists()


class TestWithAnAuthorizerThatRefuses:
    @pytest.fixture
    def jp_server_config(self, jp_server_config):
        jp_server_config["ServerApp"]["authorizer_class"] = Refusing
        return jp_server_config

    async def test_nobody_is_served(self, ask, data):
        for method, path in every_operation():
            status, problem = await ask(method, path, {"notebook": "toy", "path": "toy.ipynb"})
            assert status == 403, (method, path)
            assert "not authorized" in problem["message"]
        assert not data.exists()


async def test_a_cookie_alone_changes_nothing(jp_serverapp, raw, api, jp_base_url):
    """Another site can have a browser send its cookies, and cannot read the token in them."""
    token = jp_serverapp.identity_provider.token
    _, logged_in, _ = await raw("GET", f"{jp_base_url}api/me?token={token}", {})
    _, started, _ = await raw("GET", f"{jp_base_url}login", {})
    cookies = dict(cookie.split("=", 1) for cookie in (*started, *logged_in))
    cookie = "; ".join(f"{name}={value}" for name, value in cookies.items())
    assert (await raw("GET", f"{api}/about", {"Cookie": cookie}))[0] == 200
    changing = [(method, path) for method, path in every_operation() if method != "GET"]
    assert len(changing) > 7
    for method, path in changing:
        address = api + path.replace(" ", "%20")
        status, _, text = await raw(method, address, {"Cookie": cookie}, {})
        assert status == 403, (method, path)
        assert "_xsrf" in text
    allowed = {"Cookie": cookie, "X-XSRFToken": cookies["_xsrf"]}
    resource = f"{api}/progress/read/{FILLED['resource']}"
    assert (await raw("PUT", resource, allowed))[0] == 200


async def test_names_lead_nowhere_else(raw, api, jp_auth_header, jp_root_dir, course, data):
    places = (Path(jp_root_dir), course, data)
    before = [sorted(place.rglob("*")) for place in places]
    seen = set()
    for verb, template in operations():
        for name in [part[1:-1] for part in template.split("/") if part.startswith("{")]:
            for hostile in HOSTILE:
                path = template.format(**{**FILLED, name: hostile}).replace(" ", "%20")
                body = {"notebook": "toy", "path": "toy.ipynb"} if verb == "post" else None
                if name == "course" and hostile == "a+b":
                    continue  # as in c++
                if template.endswith("check"):
                    body = {"notebook": "toy"}
                if template.endswith("restore"):
                    body = {"path": "toy.ipynb"}
                if verb == "put":
                    body = {}
                status, _, text = await raw(verb.upper(), api + path, jp_auth_header, body)
                seen.add(status)
                assert status in (400, 404, 405), (verb, path, status, text)
                assert "root:" not in text
    assert 404 in seen
    (data / "lock").unlink(missing_ok=True)  # one request at a time looks at the student's files
    assert [sorted(place.rglob("*")) for place in places] == before


@pytest.mark.parametrize(
    "path",
    ["../toy.ipynb", "/etc/passwd", "a/../../b", "", "a//b", "a\0b", "..", "\ud800", "x" * 2000],
)
async def test_paths_lead_nowhere_else(ask, path):
    address = "/courses/nlp/assignments/toy/restore"
    status, problem = await ask("POST", address, {"path": path})
    assert status in (400, 404), problem
    status, problem = await ask("POST", address.replace("restore", "check"), {"notebook": path})
    assert status in (400, 404), problem


async def test_a_verb_that_is_not_there_is_answered_with_those_that_are(jp_fetch):
    with pytest.raises(HTTPClientError) as refused:
        await jp_fetch("llm-classroom", "api", "jobs", "0" * 32, method="PUT", body="{}")
    assert refused.value.code == 405
    allowed = refused.value.response.headers["Allow"]
    assert set(allowed.split(", ")) == {"GET", "DELETE", "OPTIONS"}


async def test_a_body_that_is_none_is_refused(raw, api, jp_auth_header):
    address = f"{api}/courses/nlp/assignments/toy/check"
    for body in (None, [], "toy", {"notebook": 1}, {"notebook": "toy", "more": 1}, {"name": "toy"}):
        status, _, text = await raw("POST", address, jp_auth_header, body)
        assert status == 400, (body, text)
