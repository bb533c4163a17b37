"""Bounds on outputs while they stream in, at the source, and on what replies may say."""

from __future__ import annotations

import io
import json
from typing import Any

import nbformat
import pytest
from nbformat.v4 import new_code_cell, new_output

from autograder.execution.kernel_output import MARKER, TAIL, _Valve
from autograder.execution.kernel_setup import is_marker, valve_expression
from autograder.execution.messages import error_output, has_meaning, is_message
from autograder.execution.output import ESSENTIAL, FLOOD, MESSAGES, OutputBudget


def _stream(text: str, name: str = "stdout") -> dict[str, str]:
    return {"name": name, "text": text}


def _budget(cell: int = 1000, total: int = 10_000) -> OutputBudget:
    budget = OutputBudget(cell, total)
    budget.start_cell()
    return budget


def test_output_within_the_limit_is_kept_and_no_marker_is_set() -> None:
    budget, cell = _budget(), new_code_cell("")
    assert budget.admit("stream", _stream("x" * 900))
    budget.end_cell(cell)
    assert cell.outputs == []
    assert not budget.exceeded


def test_output_beyond_the_limit_leaves_a_marker_and_its_end() -> None:
    budget, cell = _budget(), new_code_cell("")
    assert not budget.admit("stream", _stream("x" * 5000))
    assert not budget.admit("stream", _stream("y" * 2000 + "the end"))
    budget.end_cell(cell)
    assert budget.exceeded
    (marker,) = cell.outputs
    assert "bytes of output left out" in marker.text
    assert marker.text.endswith("y" * 2000 + "the end")
    assert marker.text.count("x") == TAIL - 2007


def test_each_cell_has_its_allowance_and_all_share_a_total() -> None:
    budget = _budget(cell=1000, total=1500)
    assert budget.admit("stream", _stream("x" * 900))
    budget.start_cell()
    assert budget.admit("stream", _stream("x" * 300))
    assert not budget.admit("stream", _stream("x" * 300))


@pytest.mark.parametrize("kind", ["error", "execute_result"])
def test_results_and_errors_find_room_after_a_flood_but_not_without_end(kind: str) -> None:
    budget = _budget()
    assert not budget.admit("stream", _stream("x" * 100_000))
    content = {"ename": "E", "evalue": "x" * 20_000, "traceback": []}
    admitted = [budget.admit(kind, content) for _ in range(100)]
    assert admitted[0]
    assert sum(admitted) * 20_000 <= ESSENTIAL
    budget.start_cell()
    assert budget.admit(kind, content)


def test_a_marker_comes_before_the_result_and_on_the_stream_that_was_cut() -> None:
    budget = _budget()
    result = new_output("execute_result", data={"text/plain": "0.5"})
    cell = new_code_cell("", outputs=[result])
    budget.admit("stream", _stream("x" * 5000, "stderr"))
    budget.end_cell(cell)
    assert [(o.output_type, o.get("name")) for o in cell.outputs] == [
        ("stream", "stderr"),
        ("execute_result", None),
    ]


def test_many_tiny_messages_are_a_flood_too() -> None:
    budget = _budget(cell=10**9, total=10**9)
    admitted = sum(budget.admit("stream", _stream("")) for _ in range(MESSAGES + 50))
    assert admitted == MESSAGES
    assert budget.exceeded


def test_messages_of_other_cells_count_as_a_flood_only_when_they_are_many() -> None:
    budget = _budget()
    for _ in range(MESSAGES):
        budget.stray()
    assert not budget.exceeded
    budget.stray()
    assert budget.exceeded


def test_a_cell_of_many_messages_explains_why_others_are_missing_and_one_of_few_does_not() -> None:
    budget = _budget(cell=10**9, total=10**9)
    for _ in range(FLOOD - 1):
        budget.admit("stream", _stream(""))
    assert not budget.flooded
    budget.stray()
    assert budget.flooded and not budget.exceeded
    budget.start_cell()
    assert not budget.flooded


def _nested(levels: int, inside: Any) -> Any:
    for _ in range(levels):
        inside = [inside]
    return inside


def test_data_is_measured_at_any_depth() -> None:
    big = {"data": {"application/json": _nested(30, "x" * 5000)}}
    assert not _budget().admit("display_data", big)
    assert not _budget().admit("display_data", {"data": [10**4000]})
    assert not _budget().admit("display_data", {"data": [0] * 200})
    assert not _budget().admit("display_data", {"data": {"x" * 2000: 0}})


def test_data_nested_too_deep_to_be_written_is_left_out() -> None:
    budget = _budget(cell=10**6, total=10**6)
    assert budget.admit("display_data", {"data": _nested(20, "x")})
    assert not budget.admit("execute_result", {"data": _nested(50_000, "x")})


class _Stream(io.StringIO):
    pass


@pytest.fixture
def valve() -> tuple[Any, io.StringIO]:
    stream = _Stream()
    valve = _Valve(stream, 1 << 20)
    valve.left = 100
    return valve, stream


def test_the_valve_lets_a_little_through_unchanged(valve: Any) -> None:
    made, stream = valve
    assert made.write("hello ") == 6
    assert made.write("world") == 5
    made.close_cell()
    assert stream.getvalue() == "hello world"


def test_the_valve_holds_back_a_flood_and_shows_its_end(valve: Any) -> None:
    made, stream = valve
    for n in range(10_000):
        assert made.write(f"line {n}\n") == len(f"line {n}\n")
    assert len(stream.getvalue()) <= 100
    made.close_cell()
    begin, _, end = stream.getvalue().partition(MARKER)
    assert begin.startswith("line 0\n")
    assert end.endswith("line 9999\n")
    assert len(end) < TAIL + 100
    assert len(made.tail) == 0


def test_the_valve_opens_again_for_the_next_cell(valve: Any) -> None:
    made, stream = valve
    made.write("x" * 1000)
    made.close_cell()
    before = len(stream.getvalue())
    made.write("y" * 1000)
    assert len(stream.getvalue()) == before + 1000


def test_the_valve_holds_many_small_ends_and_one_large_one(valve: Any) -> None:
    made, _ = valve
    made.write("x" * 10**6)
    assert made.tail_size == TAIL
    for _ in range(10_000):
        made.write("ab")
    assert TAIL <= made.tail_size < TAIL + 2
    assert made.dropped == 10**6 + 20_000


def test_what_is_no_text_is_the_streams_own_affair(valve: Any) -> None:
    made, _ = valve
    with pytest.raises(TypeError):
        made.write(b"bytes")


def test_only_the_beginning_of_a_message_is_a_marker() -> None:
    assert is_marker(f"{MARKER} 5 characters left out ...]\n")
    assert not is_marker(f"x{MARKER}")
    assert not is_marker(None)


def test_the_valve_is_sent_as_one_expression_with_its_limit() -> None:
    code = compile(valve_expression(77), "<expression>", "eval")
    assert "install(77)" in valve_expression(77)
    assert code.co_names == ("exec",)


def _message(**changes: Any) -> dict[str, Any]:
    return {"msg_type": "stream", "content": {}, "parent_header": {}, **changes}


@pytest.mark.parametrize(
    "changes",
    [
        {"content": []},
        {"content": None},
        {"parent_header": "x"},
        {"msg_type": 5},
        {"msg_type": "execute_reply"},
        {"msg_type": "execute_reply", "content": {"status": ["ok"]}},
    ],
)
def test_what_lacks_the_form_of_a_message_is_none(changes: dict[str, Any]) -> None:
    assert is_message(_message())
    assert is_message(_message(msg_type="execute_reply", content={"status": "ok"}))
    assert not is_message(_message(**changes))
    assert not is_message({})


@pytest.mark.parametrize("count", ["7", True, -1, 1 << 40, 1.5, [1]])
def test_an_execution_count_that_is_no_count_has_no_meaning(count: Any) -> None:
    assert has_meaning(_message(content={"execution_count": 7}))
    assert not has_meaning(_message(content={"execution_count": count}))
    assert not has_meaning(_message(msg_type="shutdown_request"))


@pytest.mark.parametrize(
    "content",
    [
        {},
        {"ename": 5, "evalue": None, "traceback": "text"},
        {"ename": "E" * 10**6, "evalue": "v" * 10**6, "traceback": ["t" * 10**6, 5, "kept"]},
        {"ename": "E", "evalue": "v", "traceback": [""] * 10**6},
    ],
)
def test_an_error_made_of_any_reply_is_valid_and_bounded(content: dict[str, Any]) -> None:
    error = error_output(content)
    nbformat.validate(error, "output", version=4)
    assert len(json.dumps(error)) < 300_000
    assert error.ename
    assert error.traceback
