"""``openapi.yaml``, and whether an answer is as it says."""

from __future__ import annotations

import re
from functools import cache
from pathlib import Path
from typing import Any

import yaml
from jsonschema import Draft202012Validator, FormatChecker

import llm_classroom

FILE = Path(llm_classroom.__file__).with_name("openapi.yaml")
VERBS = ("get", "put", "post", "delete", "patch", "head", "options")


@cache
def document() -> dict[str, Any]:
    return yaml.safe_load(FILE.read_text("utf-8"))


def operations() -> dict[tuple[str, str], dict[str, Any]]:
    """Map verb and path, as the file writes it, to what is described."""
    return {
        (verb, path): item[verb]
        for path, item in document()["paths"].items()
        for verb in VERBS
        if verb in item
    }


def operation(verb: str, path: str) -> dict[str, Any]:
    """Find what is described for a path that was asked."""
    path = "/" + path.strip("/").partition("?")[0]
    fitting = [
        described
        for (known, template), described in operations().items()
        if known == verb.lower()
        and re.fullmatch(re.sub(r"\\\{\w+\\\}", "[^/]+", re.escape(template)), path)
    ]
    assert len(fitting) == 1, f"{verb} {path} is not described"
    return fitting[0]


def validate(verb: str, path: str, status: int, kind: str, answer: Any) -> None:
    """Fail unless `answer` is described."""
    responses = operation(verb, path)["responses"]
    assert str(status) in responses, f"{verb} {path}: {status} is not described: {answer}"
    response = responses[str(status)]
    if "$ref" in response:
        response = document()["components"]["responses"][response["$ref"].rpartition("/")[2]]
    assert kind in response["content"], f"{verb} {path}: {kind} is not described"
    # The whole document is the schema's root, so that its references are found.
    schema = {**response["content"][kind]["schema"], "components": document()["components"]}
    Draft202012Validator(schema, format_checker=FormatChecker()).validate(answer)
