"""A real Jupyter server with the classroom in it, and a student's own folders."""

from __future__ import annotations

import json
from collections.abc import Awaitable, Callable
from pathlib import Path
from typing import Any

import pytest

# Not as a plug-in, which every test of the suite would pay for.
from pytest_jupyter.jupyter_server import *  # noqa: F403
from tornado.httpclient import HTTPClientError

Ask = Callable[..., Awaitable[tuple[int, Any]]]


@pytest.fixture
def data(tmp_path: Path) -> Path:
    """Folder for what the classroom remembers."""
    return tmp_path / "classroom"


@pytest.fixture
def jp_server_config(data: Path) -> dict[str, Any]:
    return {
        "ServerApp": {
            "jpserver_extensions": {"llm_classroom": True},
            "allow_unauthenticated_access": False,
        },
        "ClassroomApp": {"data_dir": str(data)},
    }


@pytest.fixture
def ask(jp_fetch) -> Ask:
    """Ask the classroom: method, path, body; return status and decoded answer."""

    async def ask(method: str, path: str, body: Any = None, **kwargs: Any) -> tuple[int, Any]:
        sends = method in ("PUT", "POST", "PATCH")
        content = json.dumps({} if body is None else body) if sends else None
        parts = ("llm-classroom", "api", *path.strip("/").split("/"))
        try:
            answer = await jp_fetch(*parts, method=method, body=content, **kwargs)
        except HTTPClientError as error:
            return error.code, json.loads(error.response.body)
        return answer.code, json.loads(answer.body)

    return ask
