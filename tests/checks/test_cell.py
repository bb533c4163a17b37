"""Telling check cells from others, and loading their question."""

from __future__ import annotations

import pytest

from autograder.checks.errors import CheckError
from autograder.checks.evaluate import is_check, load_question
from autograder.checks.question import Question, question

BODY = 'def f(run):\n    """T."""\n    yield 1\n'


@pytest.mark.parametrize(
    "head",
    [
        "from autograder.checks import question\n@question\n",
        "from autograder.checks import Run, question as q, values\n@q\n",
        "from autograder.checks.question import question\n@question\n",
        "from autograder import checks\n@checks.question\n",
        "from autograder import checks as c\n@c.question\n",
        "import autograder.checks\n@autograder.checks.question\n",
        "import autograder.checks as c\n@c.question\n",
        "import autograder as a\n@a.checks.question\n",
    ],
)
def test_a_check_is_known_however_question_was_imported(head: str) -> None:
    assert is_check(head + BODY)


@pytest.mark.parametrize(
    "source",
    [
        "",
        "assert f(1) == 2",
        BODY,
        "@question\n" + BODY,
        "from autograder.checks import question\n" + BODY,
        "from elsewhere import question\n@question\n" + BODY,
        "from .checks import question\n@question\n" + BODY,
        "from autograder.checks import question\n@other\n" + BODY,
        "# from autograder.checks import question\n# @question\n" + BODY,
        "'''from autograder.checks import question\n@question\n'''\n" + BODY,
        "%matplotlib inline\nfrom autograder.checks import question\n@question\n" + BODY,
        "from autograder.checks import question\n@question\n" + BODY + "(" * 5000,
        "x = '\0'",
    ],
)
def test_other_cells_are_no_checks(source: str) -> None:
    assert not is_check(source)


def test_loading_executes_the_cell_and_collects_its_question() -> None:
    source = (
        "from autograder.checks import Finding, question\nfactor = 2\n"
        '@question\ndef name(run):\n    """\n    The title.\n\n    More.\n    """\n'
        "    yield Finding('x', factor == 2)\n"
    )
    loaded = load_question(source, "<check name>")
    assert (loaded.name, loaded.title) == ("name", "The title.")
    assert loaded.function.__code__.co_filename == "<check name>"


@pytest.mark.parametrize(
    ("source", "text"),
    [
        ("x = 1", "defines 0 questions"),
        ("from autograder.checks import question\n" + f"@question\n{BODY}" * 2, "2 questions"),
        ("1 / 0", "<check x> raised ZeroDivisionError"),
        ("exit(", "SyntaxError"),
        ("raise SystemExit", "SystemExit"),
        (
            'from autograder.checks import question\n@question\ndef f(run):\n    """T."""\n',
            "yields nothing",
        ),
    ],
)
def test_a_cell_without_exactly_one_sound_question_is_the_checks_fault(
    source: str, text: str
) -> None:
    with pytest.raises(CheckError, match=text):
        load_question(source, "<check x>")


def no_docstring(run):  # type: ignore[no-untyped-def]
    yield


def two_arguments(run, other):  # type: ignore[no-untyped-def]
    """Title."""
    yield


def returns(run):  # type: ignore[no-untyped-def]
    """Title."""
    return []


@pytest.mark.parametrize(
    ("function", "text"),
    [
        (no_docstring, "needs a docstring"),
        (two_arguments, "one argument"),
        (returns, "given by a yield"),
        (3, "decorates a function"),
    ],
)
def test_the_decorator_says_what_a_question_needs(function: object, text: str) -> None:
    with pytest.raises(TypeError, match=text):
        question(function)  # type: ignore[arg-type]


def test_outside_a_notebook_and_outside_grading_a_question_is_only_defined() -> None:
    @question
    def defined(run):  # type: ignore[no-untyped-def]
        """Title."""
        raise AssertionError("must not run")
        yield

    assert isinstance(defined, Question) and defined.title == "Title."
