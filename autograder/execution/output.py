"""Bounds on the outputs of a notebook, applied while they stream in."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from nbformat import NotebookNode
from nbformat.v4 import new_output

__all__ = ["OutputBudget"]

TAIL = 4096
# Results and tracebacks decide points, so a little room is always kept for them.
ESSENTIAL = 64 << 10
MESSAGES = 10_000
# A kernel drops outputs when 1,000 of them wait for us, most of which then still arrive.
FLOOD = 500
# JSON of a plot nests a dozen levels; writing a notebook recurses.
DEPTH = 40


def _measure(value: Any) -> tuple[int, int]:
    """About how many bytes `value`, JSON data, adds to a notebook, and how deep it nests."""
    size, depth, level = 0, 0, [value]
    while level:
        depth += 1
        below: list[Any] = []
        for item in level:
            if isinstance(item, str):
                size += len(item) + 2
            elif isinstance(item, Mapping):
                size += 4
                below.extend(item.keys())
                below.extend(item.values())
            elif isinstance(item, list | tuple):
                size += 4
                below.extend(item)
            elif isinstance(item, int):
                size += 8 + item.bit_length() // 3
            else:
                size += 8
        level = below
    return size, depth


@dataclass
class OutputBudget:
    """What is left of a notebook's output.

    Parameters
    ----------
    cell, total : int
        Bytes kept per cell and in all.
    """

    cell: int
    total: int
    _cell_left: int = field(init=False, default=0)
    _messages_left: int = field(init=False, default=0)
    _essential_left: int = field(init=False, default=0)
    _dropped: int = field(init=False, default=0)
    _tail: dict[str, str] = field(init=False, default_factory=dict)
    exceeded: bool = field(init=False, default=False)

    @property
    def flooded(self) -> bool:
        """Whether so many outputs came of this cell that the kernel may have dropped others."""
        return self.exceeded or self._messages_left <= MESSAGES - FLOOD

    def start_cell(self) -> None:
        """Begin a cell with a fresh allowance."""
        self._cell_left = self.cell
        self._messages_left = MESSAGES
        self._essential_left = ESSENTIAL
        self._dropped = 0
        self._tail = {}

    def admit(self, message_type: str, content: Mapping[str, Any]) -> bool:
        """Whether the output of a message may be kept; a stream's tail is remembered if not."""
        size, depth = _measure(content)
        self._messages_left -= 1
        if depth <= DEPTH:
            if self._messages_left >= 0 and size <= self._cell_left and size <= self.total:
                self._cell_left -= size
                self.total -= size
                return True
            if message_type in ("error", "execute_result") and size <= self._essential_left:
                self._essential_left -= size
                return True
        self.exceeded = True
        self._dropped += size
        if message_type == "stream":
            name = "stderr" if content.get("name") == "stderr" else "stdout"
            text = content.get("text")
            if isinstance(text, str):
                self._tail[name] = (self._tail.get(name, "") + text[-TAIL:])[-TAIL:]
        return False

    def stray(self) -> None:
        """Count a message that belongs to no cell: in a flood of them, others get lost."""
        self._messages_left -= 1
        self.exceeded |= self._messages_left < 0

    def end_cell(self, cell: NotebookNode) -> None:
        """Put a marker and the tail of what was dropped where the cell's output ends."""
        if not self._dropped:
            return
        tails = dict(self._tail) or {"stdout": ""}
        for name, tail in tails.items():
            text = f"\n[... {self._dropped:,} bytes of output left out ...]\n{tail}"
            marker = new_output("stream", name=name, text=text)
            # Before a result or an error: those come last, as they do without a flood.
            position = len(cell.outputs)
            while position and cell.outputs[position - 1].output_type in (
                "error",
                "execute_result",
            ):
                position -= 1
            cell.outputs.insert(position, marker)
