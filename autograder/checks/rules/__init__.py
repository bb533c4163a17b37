"""Rules on the source of an answer: "write it yourself".

What an answer may not use is looked for in its syntax tree, never by running it. Names are
followed through imports, assignments and the usual detours (``getattr``, ``partial``, a module
looked up by its name); a detour that cannot be read counts as a use and is said to be one. This
finds what somebody writes who takes the short way. It is no wall against somebody who hides it.
"""

from __future__ import annotations

from autograder.checks.rules.answer import Cell, Role, answer_cells, bound_names
from autograder.checks.rules.forbidden import Forbidden, read_rules, rule_comments, sentence
from autograder.checks.rules.judge import LIMIT, TOTAL, judge, too_long, unread

__all__ = [
    "Cell",
    "Forbidden",
    "LIMIT",
    "Role",
    "TOTAL",
    "answer_cells",
    "bound_names",
    "judge",
    "read_rules",
    "rule_comments",
    "sentence",
    "too_long",
    "unread",
]
