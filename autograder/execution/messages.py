"""Messages of a kernel, which a student's code may have made: what is well formed, what is kept."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from nbformat import NotebookNode
from nbformat.v4 import new_output

__all__ = ["OUTPUTS", "error_output", "has_meaning", "is_message"]

OUTPUTS = frozenset(
    {"stream", "display_data", "execute_result", "update_display_data", "error"}
    | {"comm_open", "comm_msg"}
)
KINDS = OUTPUTS | {"status", "execute_input", "clear_output"}
MAX_COUNT = 1 << 31
NAME_LENGTH = 200
VALUE_LENGTH = 4096
TRACEBACK_LENGTH = 64 << 10


def is_message(message: Any) -> bool:
    """Whether `message` has the form that all code behind a channel takes for granted."""
    content = message.get("content")
    return (
        isinstance(content, dict)
        and isinstance(message.get("parent_header"), dict)
        and isinstance(kind := message.get("msg_type"), str)
        and (not kind.endswith("_reply") or isinstance(content.get("status"), str))
    )


def has_meaning(message: Mapping[str, Any]) -> bool:
    """Whether an output channel's message may act on a notebook."""
    count = message["content"].get("execution_count")
    return message["msg_type"] in KINDS and (
        count is None or (type(count) is int and 0 <= count < MAX_COUNT)
    )


def error_output(content: Mapping[str, Any]) -> NotebookNode:
    """Return the error that a reply names as an output, bounded whatever it holds."""
    lines = content.get("traceback")
    traceback, left = [], TRACEBACK_LENGTH
    for line in lines if isinstance(lines, list) else []:
        if isinstance(line, str) and len(line) < left:
            traceback.append(line)
            left -= len(line) + 1
    output: NotebookNode = new_output(
        "error",
        ename=_text(content.get("ename"), NAME_LENGTH) or "Aborted",
        evalue=_text(content.get("evalue"), VALUE_LENGTH),
        traceback=traceback or ["ERROR: An error occurred while showtraceback was disabled"],
    )
    return output


def _text(value: object, length: int) -> str:
    return value[:length] if isinstance(value, str) else ""
