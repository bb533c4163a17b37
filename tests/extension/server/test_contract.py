from __future__ import annotations

import jsonschema
import pytest

from llm_classroom.handlers import routes
from tests.extension.server.contract import VERBS, document, operations, validate


def _routed() -> set[tuple[str, str]]:
    return {
        (verb, path)
        for path, handler in routes().items()
        for verb in VERBS
        if verb in vars(handler)
    }


def test_every_route_is_described_and_every_description_is_routed():
    assert len(_routed()) > 15
    assert _routed() == set(operations())


def test_every_parameter_of_a_path_is_described():
    shared = document()["components"]["parameters"]
    for path, item in document()["paths"].items():
        told = {
            shared[p["$ref"].rpartition("/")[2]]["name"] if "$ref" in p else p["name"]
            for p in item.get("parameters", [])
        }
        assert told == {part[1:-1] for part in path.split("/") if part.startswith("{")}, path


def test_every_operation_says_who_is_refused():
    assert [key for key, told in operations().items() if "403" not in told["responses"]] == []
    ids = [told["operationId"] for told in operations().values()]
    assert len(ids) == len(set(ids))


def test_an_answer_that_is_not_as_described_fails():
    good = {"version": "1", "student": "ada", "shared_account": False, "notice": ""}
    validate("GET", "/about", 200, "application/json", good)
    with pytest.raises(jsonschema.ValidationError):
        validate("GET", "/about", 200, "application/json", {**good, "student": None})
    with pytest.raises(AssertionError, match="418 is not described"):
        validate("GET", "/about", 418, "application/json", good)
    with pytest.raises(AssertionError, match="PATCH /about is not described"):
        validate("PATCH", "/about", 200, "application/json", good)
