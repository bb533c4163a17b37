"""A real Jupyter server with the classroom in it, a course in an exchange, a student's folders."""

from __future__ import annotations

import asyncio
import json
import logging
import shutil
from collections.abc import Awaitable, Callable
from pathlib import Path
from typing import Any

import pytest

# Not as a plug-in, which every test of the suite would pay for.
from pytest_jupyter.jupyter_server import *  # noqa: F403
from tornado.httpclient import HTTPClientError

from autograder.gradebook.init import init_course
from autograder.gradebook.release import release_assignment
from tests.extension.server.contract import validate
from tests.gradebook.conftest import opened, write_checkout

Ask = Callable[..., Awaitable[tuple[int, Any]]]
Finish = Callable[..., Awaitable[dict[str, Any]]]


@pytest.fixture
def data(tmp_path: Path) -> Path:
    """Folder for what the classroom remembers."""
    return tmp_path / "classroom"


@pytest.fixture(scope="session")
def made_course(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A course ``nlp`` with ``toy`` released, made once, for tests to copy."""
    root = tmp_path_factory.mktemp("made-course")
    init_course(root / "nlp", write_checkout(root / "checkout"), course_id="nlp")
    release_assignment(opened(root / "nlp", logging.getLogger("tests.extension")), "toy")
    return root / "nlp"


@pytest.fixture
def course(made_course: Path, tmp_path: Path) -> Path:
    """The instructor's course folder; its exchange is what the server asks."""
    return Path(shutil.copytree(made_course, tmp_path / "nlp"))


@pytest.fixture
def jp_server_config(data: Path, course: Path, tmp_path: Path) -> dict[str, Any]:
    return {
        "ServerApp": {
            "jpserver_extensions": {"llm_classroom": True},
            "allow_unauthenticated_access": False,
        },
        "ClassroomApp": {"data_dir": str(data)},
        "CourseDirectory": {"student_id": "ada"},
        "Exchange": {"root": str(course / "exchange"), "cache": str(tmp_path / "cache")},
    }


@pytest.fixture
def ask(jp_fetch) -> Ask:
    """Ask the classroom: method, path, body; return status and decoded answer.

    Every answer is held against ``openapi.yaml``.
    """

    async def ask(method: str, path: str, body: Any = None, **kwargs: Any) -> tuple[int, Any]:
        sends = method in ("PUT", "POST", "PATCH")
        content = json.dumps({} if body is None else body) if sends else None
        parts = ("llm-classroom", "api", *path.strip("/").split("/"))
        try:
            answer = await jp_fetch(*parts, method=method, body=content, **kwargs)
        except HTTPClientError as error:
            answer = error.response
        kind = answer.headers["Content-Type"].partition(";")[0]
        text = answer.body.decode()
        found = json.loads(text) if kind == "application/json" else text
        validate(method, path, answer.code, kind, found)
        return answer.code, found

    return ask


@pytest.fixture
def finish(ask: Ask) -> Finish:
    """Start a job by POST and wait for its end; return it."""

    async def finish(path: str, body: Any = None) -> dict[str, Any]:
        status, job = await ask("POST", path, body)
        assert status == 202, job
        while job["state"] in ("queued", "running"):
            await asyncio.sleep(0.02)
            _, job = await ask("GET", f"/jobs/{job['id']}")
        return job

    return finish
