"""The verdict on the rules of a question: one finding, a gate."""

from __future__ import annotations

from collections import deque
from collections.abc import Collection, Iterable, Mapping, Sequence

from autograder.checks.finding import Bounds, Finding
from autograder.checks.rules.answer import Cell, Role, answer_cells, mentioned_names
from autograder.checks.rules.forbidden import Forbidden
from autograder.checks.rules.parsing import parse_cell
from autograder.checks.rules.resolve import Resolver
from autograder.checks.rules.scopes import Place, Scope, Unit, bind
from autograder.checks.rules.uses import Use, find_uses
from autograder.checks.text import StudentText, clean

__all__ = ["LIMIT", "TOTAL", "judge", "too_long", "unread"]

NAME = "written by yourself"
LIMIT = 128 << 10
"""Characters of a cell or file that are read; a longer one counts as unreadable."""
TOTAL = 1 << 20
"""Characters of all cells and files together."""
SEVERAL = 3

_WORKING = "Write this step yourself; nothing else of the question is the matter."


def judge(
    cells: Sequence[Cell],
    check: int,
    rules: Sequence[Forbidden],
    *,
    modules: Mapping[str, str] | None = None,
    answer: Collection[int] | None = None,
) -> Finding:
    """Return the finding on `rules` for the question that ``cells[check]`` asks.

    Looked at are the statements of the answer, and what they, or a name that the check mentions,
    lead to in other cells that a student may have written and in the student's modules. What the
    instructor wrote is read for what its names mean, and no use in it counts. For a name that is
    bound several times, the binding that holds when the code runs counts.

    Parameters
    ----------
    cells : sequence of Cell
        In the order in which they run; what comes after the check is not looked at.
    check : int
    rules : sequence of Forbidden
    modules : mapping of str to str
        Sources of the student's modules by dotted name.
    answer : collection of int, optional
        The cells that are the answer; found by :func:`answer_cells` if not given.

    Returns
    -------
    Finding
        A gate without weight. It never raises for what a student wrote: code that is too long or
        nested too deeply to be read fails it.
    """
    before = cells[: check + 1]
    if too_long(cells, modules or {}):
        return unread(rules)
    try:
        chosen = set(answer_cells(cells, check) if answer is None else answer)
        uses = _Reader(before, chosen, rules, modules or {}).uses()
    except (RecursionError, MemoryError):
        advice = "Write it with less nesting, and with fewer names for one thing."
        uses = [Use("the answer", 1, "code too entangled", None, advice)]
    return _failed(uses, rules) if uses else _passed(rules)


def unread(rules: Sequence[Forbidden]) -> Finding:
    """Return the finding on work that has more code than is read."""
    advice = "Shorten the notebook and the files beside it."
    return _failed([Use("the notebook", 1, "more code than is read", None, advice)], rules)


def too_long(cells: Iterable[Cell], modules: Mapping[str, str]) -> bool:
    """Whether there is more code than is read."""
    return sum(map(len, modules.values())) + sum(len(cell.source) for cell in cells) > TOTAL


class _Reader:
    """Reads from the answer outwards."""

    def __init__(
        self,
        cells: Sequence[Cell],
        answer: set[int],
        rules: Sequence[Forbidden],
        modules: Mapping[str, str],
    ) -> None:
        self.rules = rules
        self.modules = modules
        self.loaded: dict[str, Scope | None] = {}
        self.waiting: deque[Unit] = deque()
        self.seen: set[int] = set()
        self.found: list[Use] = []
        self.positions = 0
        self.resolver = Resolver(self.module, self.reach)
        notebook = Scope()
        for index, cell in enumerate(cells[:-1]):
            mine = index in answer
            place = _place(cell, sorted(answer).index(index) if mine else None, len(answer))
            for unit in self.units(cell.source, notebook, cell.role, place, mine):
                if mine:
                    self.reach(unit)
        for name in sorted(mentioned_names(cells[-1].source)):
            self.resolver.bindings(name, Place(notebook))

    def units(
        self, source: str, scope: Scope, role: Role, place: str, counts: bool
    ) -> Iterable[Unit]:
        """Enter the statements of a cell or module in `scope`."""
        if len(source) > LIMIT:
            if role in (Role.ANSWER, Role.OTHER):
                self.problem(place, "more code than is read", "Shorten it.")
            return []
        parsed = parse_cell(source)
        if parsed.problem and role in (Role.ANSWER, Role.OTHER):
            self.problem(place, f"code {parsed.problem}", "Make it simpler, or shorter.")
        made = []
        for node in parsed.tree.body if parsed.tree else ():
            self.positions += 1
            unit = Unit(node, scope, self.positions, role, place)
            try:
                bind(unit)
            except RecursionError:
                if not counts:
                    continue
                self.problem(place, "code nested too deeply", "Write it with less nesting.")
            made.append(unit)
        return made

    def problem(self, place: str, what: str, advice: str) -> None:
        self.found.append(Use(place, 1, what, None, advice))

    def reach(self, unit: Unit) -> None:
        """Have `unit` looked at, unless it is the instructor's."""
        if unit.role in (Role.ANSWER, Role.OTHER) and id(unit) not in self.seen:
            self.seen.add(id(unit))
            self.waiting.append(unit)

    def module(self, name: str) -> Scope | None:
        """The scope of the student's module `name`; importing it runs all of it."""
        if name not in self.loaded:
            self.loaded[name] = None
            source = self.modules.get(name, self.modules.get(f"{name}.__init__"))
            if source is not None:
                scope = self.loaded[name] = Scope(name=name)
                for unit in self.units(source, scope, Role.OTHER, _file(name), True):
                    self.reach(unit)
        return self.loaded[name]

    def uses(self) -> list[Use]:
        """Look at what is reached until nothing new is."""
        looked: list[tuple[int, list[Use]]] = []
        while self.waiting:
            unit = self.waiting.popleft()
            looked.append(
                (unit.role is not Role.ANSWER, find_uses(unit, self.rules, self.resolver))
            )
        in_order = [use for _, uses in sorted(looked, key=lambda pair: pair[0]) for use in uses]
        return [*self.found, *in_order]


def _place(cell: Cell, number: int | None, of: int) -> str:
    if number is None:
        return f"cell {cell.number}"
    return "the answer" if of == 1 else f"cell {number + 1} of the answer"


def _file(name: str) -> str:
    return f"{clean(name, 60).replace('.', '/')}.py"


def _failed(uses: Sequence[Use], rules: Sequence[Forbidden]) -> Finding:
    parts = [_describe(use) for use in uses[:SEVERAL]]
    if len(uses) > SEVERAL:
        parts.append(f"{len(uses) - SEVERAL} more")
    advice = next((use.advice for use in uses if use.advice), "")
    plain = any(not use.advice for use in uses)
    return Finding(
        NAME,
        passed=False,
        measured=StudentText(clean("; ".join(parts)), "something that the rule excludes"),
        wanted=_wanted(rules),
        weight=0.0,
        gate=True,
        hint=_WORKING if plain else advice,
        bounds=Bounds(scale="exact"),
    )


def _describe(use: Use) -> str:
    doubt = ", which cannot be read" if use.advice else ""
    return f"{use.shown} in line {use.line} of {use.place}{doubt}"


def _passed(rules: Sequence[Forbidden]) -> Finding:
    return Finding(
        NAME,
        passed=True,
        measured="yes",
        wanted=_wanted(rules),
        weight=0.0,
        gate=True,
        bounds=Bounds(scale="exact"),
    )


def _wanted(rules: Sequence[Forbidden]) -> str:
    return f"without {', and without '.join(rule.describe() for rule in rules)}"
