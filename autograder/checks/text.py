"""Text that students chose, made fit to show: bounded, and without what could act on a terminal."""

from __future__ import annotations

import re
import unicodedata

from autograder.checks.errors import StudentError

__all__ = ["StudentText", "clean", "student_text"]

LENGTH = 300
# Escape sequences: operating-system commands with their text, control sequences, two-byte ones.
_ESCAPES = re.compile(
    r"(?:\x1b\]|\x9d)[^\x07\x1b\x9c]*(?:\x07|\x1b\\|\x9c)?"
    r"|(?:\x1b\[|\x9b)[0-?]*[ -/]*[@-~]?"
    r"|\x1b[ -/]*[0-~]?"
)


class StudentText(str):
    """Text that student code may have chosen, with what may be said of it in its place.

    Parameters
    ----------
    text : str
    public : str
        Safe to show where `text` is not, such as for a hidden finding.
    """

    public: str

    def __new__(cls, text: str, public: str = "") -> StudentText:
        """Make the text."""
        self = super().__new__(cls, text)
        self.public = public
        return self


def student_text(error: StudentError) -> StudentText:
    """Return the text of `error`, which knows its public form."""
    return StudentText(str(error), error.public)


def clean(text: str, length: int = LENGTH) -> str:
    """Return `text` on one line, without control characters, of at most `length` characters.

    Terminal escape sequences go with what they carry; so do characters that are invisible or
    reverse the direction of writing.
    """
    # Cut first, generously: what follows is linear, but the text may be as long as a message.
    text = _ESCAPES.sub("", text[: 8 * length])
    text = "".join(_plain(character) for character in text)
    text = " ".join(text.split())
    return text if len(text) <= length else text[: length - 1] + "…"


def _plain(character: str) -> str:
    if character.isspace():
        return " "
    return "" if unicodedata.category(character) in ("Cc", "Cf", "Co", "Cs") else character
