from __future__ import annotations

import json

import pytest
from tornado.httpclient import HTTPClientError

from autograder import __version__

WHEN = "2026-01-01T00:00:00+00:00"


async def test_the_server_says_who_is_served(ask):
    status, about = await ask("GET", "/about")
    assert status == 200
    assert about["version"] == __version__
    assert about["student"]
    assert about["shared_account"] is False


async def test_the_whole_roadmap_is_served(ask):
    status, roadmap = await ask("GET", "/roadmap")
    assert status == 200
    topics = [topic for part in roadmap["parts"] for topic in part["topics"]]
    assert len(topics) == 19
    assert sum(len(topic["subtopics"]) for topic in topics) == 73
    assert sum(len(topic["resources"]) for topic in topics) == 97
    assert len(roadmap["notebooks"]) == 21


async def test_a_mark_is_kept_in_the_students_file(ask, data):
    resource = "scientist-8.mixture-of-experts-explained"
    status, progress = await ask("PUT", f"/progress/read/{resource}")
    assert status == 200
    assert list(progress["read"]) == [resource]
    assert json.loads((data / "progress.json").read_text("utf-8")) == progress
    assert await ask("GET", "/progress") == (200, progress)


async def test_marking_twice_keeps_the_first_time(ask):
    path = "/progress/read/scientist-1.nanogpt"
    _, first = await ask("PUT", path)
    assert (await ask("PUT", path))[1] == first
    assert (await ask("DELETE", path))[1] == {"schema": 1, "read": {}}
    assert (await ask("DELETE", path))[0] == 200


async def test_a_resource_that_is_not_there_is_told(ask, data):
    status, problem = await ask("PUT", "/progress/read/scientist-1.nothing")
    assert status == 404
    assert problem["message"] == "The roadmap has no resource 'scientist-1.nothing'."
    assert problem["code"] == "UnknownResource"
    assert not data.exists()


async def test_what_is_exported_can_be_imported(ask, data):
    await ask("PUT", "/progress/read/scientist-1.nanogpt")
    _, exported = await ask("GET", "/progress")
    (data / "progress.json").unlink()
    assert (await ask("GET", "/progress"))[1]["read"] == {}
    assert await ask("PUT", "/progress", exported) == (200, exported)
    assert await ask("GET", "/progress") == (200, exported)


async def test_something_else_is_not_imported(ask):
    await ask("PUT", "/progress/read/scientist-1.nanogpt")
    _, before = await ask("GET", "/progress")
    for wrong in (
        {},
        {"schema": 2, "read": {}},
        {"schema": True, "read": {}},
        {"schema": [1], "read": {}},
        {"schema": 1},
        {"schema": 1, "read": None},
        {"schema": 1, "read": {"__proto__": WHEN}},
        {"schema": 1, "read": {"": WHEN}},
        {"schema": 1, "read": {"a\n": WHEN}},
        {"schema": 1, "read": {"\u202ea": WHEN}},
        {"schema": 1, "read": {"a" * 201: WHEN}},
        {"schema": 1, "read": {"a": {"a": WHEN}}},
        {"schema": 1, "read": {"a": "2026-01-01T00:00:00"}},
        {"schema": 1, "read": {"a": WHEN + " " * 1000}},
        {"schema": 1, "read": []},
        {"schema": 1, "read": {"a": 1}},
        {"schema": 1, "read": {"a": "2026"}},
        {"schema": 1, "read": {}, "more": 1},
        {"schema": 1, "read": {str(n): WHEN for n in range(2001)}},
    ):
        status, problem = await ask("PUT", "/progress", wrong)
        assert status == 400, wrong
        assert problem["message"].startswith("What is imported"), wrong
    assert (await ask("GET", "/progress"))[1] == before


@pytest.mark.parametrize(
    ("body", "code"),
    [
        (b"[" * 100_000, 400),
        (b'{"schema": 1, "read": ' + b'{"a": ' * 100_000, 400),
        (b'{"schema": NaN, "read": {}}', 400),
        (b'{"schema": ' + b"1" * 5000 + b', "read": {}}', 400),
        (b'{"schema": 1, "read": {"\\ud800": "x"}}', 400),
        (b"\xff\xfe", 400),
        (b"", 400),
        (b'{"schema": 1, "read": {' + b'"a": "x",' * 150_000 + b'"a": "x"}}', 413),
    ],
    ids=["deep", "deep inside", "no number", "long number", "half", "no text", "empty", "huge"],
)
async def test_a_body_that_is_hostile_imports_nothing(jp_fetch, ask, body, code):
    with pytest.raises(HTTPClientError) as refused:
        await jp_fetch("llm-classroom", "api", "progress", method="PUT", body=body)
    assert refused.value.code == code
    assert json.loads(refused.value.response.body)["message"]
    assert (await ask("GET", "/progress"))[1]["read"] == {}


async def test_of_two_keys_of_one_name_the_last_is_imported(jp_fetch):
    body = f'{{"schema": 2, "schema": 1, "read": {{"a": "x", "a": "{WHEN}"}}}}'
    answer = await jp_fetch("llm-classroom", "api", "progress", method="PUT", body=body)
    assert json.loads(answer.body)["read"] == {"a": WHEN}


async def test_a_damaged_file_is_told_and_left_alone(ask, data):
    data.mkdir()
    file = data / "progress.json"
    file.write_text('{"schema": 1, "read": {', "utf-8")
    for method, path in (("GET", "/progress"), ("PUT", "/progress/read/scientist-1.nanogpt")):
        status, problem = await ask(method, path)
        assert status == 400
        assert str(file) in problem["message"]
        assert "Move it away" in problem["message"]
    assert file.read_text("utf-8") == '{"schema": 1, "read": {'


async def test_nobody_is_served_without_the_token(ask):
    for method, path in (
        ("GET", "/about"),
        ("GET", "/roadmap"),
        ("GET", "/progress"),
        ("PUT", "/progress"),
        ("PUT", "/progress/read/scientist-1.nanogpt"),
        ("DELETE", "/progress/read/scientist-1.nanogpt"),
    ):
        status, _ = await ask(method, path, headers={"Authorization": "token wrong"})
        assert status == 403, (method, path)
