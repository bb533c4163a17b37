"""What an answer may not use, how that is said to people, and how a released cell carries it."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

__all__ = ["Forbidden", "WILD", "read_rules", "rule_comments", "sentence"]

WILD = "*"
"""Stands in a dotted path for what cannot be read; no identifier contains it."""

_COMMENT = re.compile(r"^# rule for (.*?): not (.*?)(?: with (.*))?$", re.MULTILINE)
_ANY_CALL = "a call"
_THE_ANSWER = "your answer"


@dataclass(frozen=True, slots=True)
class Forbidden:
    """Names and keyword arguments that an answer may not use.

    Parameters
    ----------
    names : tuple of str
        Dotted names. One with dots, such as ``torch.topk``, is what an import by that path gives,
        and all beneath it. One without dots is the module or the builtin of that name, and any
        attribute of that name on any object.
    keywords : tuple of str
        With them, only a call of one of `names` that passes one of these arguments is forbidden;
        without `names`, any call that does.
    """

    names: tuple[str, ...] = ()
    keywords: tuple[str, ...] = ()

    def describe(self, quote: str = "") -> str:
        """Say what is forbidden, such as ``generate with num_beams or do_sample``."""
        names = _either([f"{quote}{name}{quote}" for name in self.names]) or _ANY_CALL
        if not self.keywords:
            return names
        return f"{names} with {_either([f'{quote}{k}{quote}' for k in self.keywords])}"

    def matches(self, path: str) -> bool:
        """Whether `path`, which may hold :data:`WILD`, is or may be one of the names."""
        return any(_matches(name, path) for name in self.names)


def _either(words: Sequence[str]) -> str:
    return " or ".join(filter(None, [", ".join(words[:-1]), *words[-1:]]))


def _matches(name: str, path: str) -> bool:
    wanted, parts = name.split("."), path.split(".")
    if len(wanted) == 1:
        return any(_same(part, name) for part in parts)
    return len(parts) >= len(wanted) and all(map(_same, parts, wanted))


def _same(part: str, name: str) -> bool:
    if WILD not in part:
        return part == name
    pattern = ".*".join(re.escape(piece) for piece in part.split(WILD))
    return re.fullmatch(pattern, name) is not None


def sentence(rules: Iterable[Forbidden], *, explained: bool = True) -> str:
    """Return the paragraph, in Markdown, by which a student is told.

    Parameters
    ----------
    rules : iterable of Forbidden
    explained : bool
        Whether to say how grading looks for it, which is enough once in a notebook.
    """
    what = ", nor ".join(rule.describe("`") for rule in rules)
    told = f"**Write it yourself.** In this task your answer may not use {what}."
    if not explained:
        return told
    return (
        f"{told} Grading looks for that in your answer and in what it calls of your other code. "
        "What cannot be read there counts as used: `exec`, `eval`, shell commands, and names that "
        "are put together while the code runs."
    )


def rule_comments(names: Sequence[str], rules: Iterable[Forbidden]) -> str:
    """Return the comment lines by which a released check carries its rules into the notebook.

    Parameters
    ----------
    names : sequence of str
        What the cells of the answer define, by which a notebook finds them again.
    rules : iterable of Forbidden
    """
    subject = ", ".join(names) or _THE_ANSWER
    lines = []
    for rule in rules:
        what = ", ".join(rule.names) or _ANY_CALL
        how = f" with {', '.join(rule.keywords)}" if rule.keywords else ""
        lines.append(f"# rule for {subject}: not {what}{how}\n")
    return "".join(lines)


def read_rules(source: str) -> tuple[tuple[str, ...], tuple[Forbidden, ...]]:
    """Invert :func:`rule_comments`: the answer's names and the rules that a cell carries."""
    names: tuple[str, ...] = ()
    rules = []
    for subject, what, how in _COMMENT.findall(source):
        names = () if subject == _THE_ANSWER else tuple(subject.split(", "))
        forbidden = () if what == _ANY_CALL else tuple(what.split(", "))
        rules.append(Forbidden(forbidden, tuple(how.split(", ")) if how else ()))
    return names, tuple(rules)
