"""Run a foreign test cell in the checker, and say what nbgrader is to see of it."""

from __future__ import annotations

import ast
import contextlib
import io
import re
import sys
import warnings
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from types import TracebackType
from typing import Any

from autograder.checks.errors import StudentError
from autograder.checks.foreign.errors import NotServed
from autograder.checks.foreign.files import Files, named_files
from autograder.checks.foreign.frames import literals
from autograder.checks.foreign.guard import guarded
from autograder.checks.foreign.link import Link
from autograder.checks.foreign.looks import Looks
from autograder.checks.foreign.magics import Shell
from autograder.checks.foreign.names import (
    Instructor,
    bound_in,
    defined_in,
    imported_in,
    read_by_functions,
)
from autograder.checks.foreign.namespace import Namespace
from autograder.checks.foreign.proxies import Proxy, isinstance_really
from autograder.checks.foreign.raised import is_students

__all__ = ["Cells", "ForeignVerdict", "Written"]

MESSAGE = 4000
PRINTED = 1 << 20
STDERR = 2000
SEEDS = re.compile(r"seed\s*\(")
# What Python calls a proxy in the text of an error that it raises itself.
PROXIES = re.compile(r"Student(Object|Callable|Function|Class|Module)\b|GraphTensor|Namespace")
NO_GRADIENT = "does not require grad"
# Builtins that look at what an object is, and so must ask the kernel where it is a proxy.
LOOKS = {"type": 1, "hash": 1, "hasattr": 2}
# Imports with which a test looks at the process that it runs in, or changes it.
INWARD = frozenset({"__main__", "doctest", "tempfile"})
PATCHED = frozenset({"sys.stdout", "sys.stderr", "builtins.input"})
LISTING = frozenset({"listdir", "scandir", "walk", "glob", "rglob", "iterdir"})


@dataclass(frozen=True, slots=True)
class Written:
    """A code cell of the submitted notebook.

    Parameters
    ----------
    grade_id, source : str
    students : bool
        Whether a student may have written it.
    """

    grade_id: str
    source: str
    students: bool


@dataclass(frozen=True, slots=True)
class ForeignVerdict:
    """What came of a cell.

    Parameters
    ----------
    outputs : tuple of dict
        As nbformat has them.
    unserved : str
        Why it gets no score; empty if it was served.
    """

    outputs: tuple[dict[str, Any], ...] = ()
    unserved: str = ""


class _Sink(io.StringIO):
    def write(self, text: str) -> int:
        super().write(text[: max(0, PRINTED - self.tell())])
        return len(text)


class _Looks(ast.NodeTransformer):
    """Has ``type(x)``, ``x.__eq__`` and the like ask the kernel where `x` is a proxy."""

    def visit_Call(self, node: ast.Call) -> ast.AST:
        self.generic_visit(node)
        if (
            isinstance(node.func, ast.Name)
            and len(node.args) == LOOKS.get(node.func.id)
            and not node.keywords
        ):
            name = ast.Name(f"__student_{node.func.id}__", ast.Load())
            node.func = ast.copy_location(name, node.func)
        return node

    def visit_Attribute(self, node: ast.Attribute) -> ast.AST:
        self.generic_visit(node)
        special = node.attr.startswith("__") and node.attr.endswith("__")
        if not (special and isinstance(node.ctx, ast.Load)):
            return node
        name = ast.Name("__student_attribute__", ast.Load())
        return ast.copy_location(ast.Call(name, [node.value, ast.Constant(node.attr)], []), node)


class Cells:
    """The foreign test cells of one notebook, which share names as they do in a kernel.

    Parameters
    ----------
    kernel : Kernel and Artifacts
    instructor : Instructor
    folder : Path
        A private one, for files that cells name.
    """

    def __init__(self, kernel: Any, instructor: Instructor, folder: Path) -> None:
        self._link = Link(kernel)
        self._files = Files(self._link, kernel, folder)
        self._names = Namespace(self._link, instructor)
        looks = Looks(self._link)
        for name in (*LOOKS, "attribute"):
            self._names.provide(f"__student_{name}__", getattr(looks, name))
        self._names.provide("display", lambda *_: None)
        shell = Shell(self._link, self._run_source, self._names.__setitem__)
        self._names.provide("get_ipython", lambda: shell)
        self._names["__name__"] = "__main__"
        # Where each name was bound that test cells share, and whether it was defined for good.
        self._bound: dict[str, tuple[int, bool]] = {}
        # Text in the author's code, which pandas may evaluate.
        self._literals = {t for f in instructor.functions.values() for t in literals(f)}

    def run(self, grade_id: str, source: str, written: Sequence[Written] | None) -> ForeignVerdict:
        """Run one cell.

        Parameters
        ----------
        grade_id, source : str
        written : sequence of Written or None
            All code cells of the submitted notebook, in order; ``None`` if that is too much.
        """
        if written is None:
            return _unserved("The submitted notebook has more code than is read")
        link = self._link
        link.begin(seeded=bool(SEEDS.search(source)))
        self._names.begin()
        filename = f"<test {grade_id}>"
        position = next((i for i, w in enumerate(written) if w.grade_id == grade_id), len(written))
        out, err = _Sink(), _Sink()
        error: BaseException | None = None
        result: Any = None
        try:
            tree = self._parsed(source)
            self._literals |= literals(tree)
            self._make_way(written[:position], bound_in(source) - imported_in(source))
            with (
                self._files.of(named_files(tree)),
                _streams(out, err),
                guarded(link.refuse, self._literals),
            ):
                result = self._execute(tree, filename)
        except KeyboardInterrupt:
            raise
        except BaseException as raised:  # whatever a test library fails with, SystemExit too
            error = raised
        if link.exchange.lost is not None:
            raise link.exchange.lost
        link.end()
        for name in bound_in(source):
            self._bound[name] = (position, name in defined_in(source))
        reason = link.unserved or (self._not_ours(error, filename) if error else "")
        if reason:
            return _unserved(reason)
        outputs = []
        if text := err.getvalue():
            outputs.append({"output_type": "stream", "name": "stderr", "text": text[:STDERR]})
        if error is not None:
            outputs.append(_told(error, filename, source))
        elif result is not None and not source.rstrip().endswith(";"):
            outputs.append(_shown(result))
        return ForeignVerdict(tuple(outputs))

    def _parsed(self, source: str) -> ast.Module:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            try:
                tree = ast.parse(source)
            except SyntaxError:
                tree = self._with_magics(source)
            self._refuse_looking_inward(tree)
            rewritten: ast.Module = ast.fix_missing_locations(_Looks().visit(tree))
            return rewritten

    def _refuse_looking_inward(self, tree: ast.Module) -> None:
        """Refuse what means another process, or another folder, than it would mean here."""
        for node in ast.walk(tree):
            names: list[str] = []
            if isinstance(node, ast.Import):
                names = [alias.name for alias in node.names]
            elif isinstance(node, ast.ImportFrom):
                names = [node.module or ""]
            if inward := INWARD.intersection(names):
                raise self._link.refuse(f"The test imports {sorted(inward)[0]}")
            if isinstance(node, ast.Attribute) and node.attr in LISTING:
                raise self._link.refuse("The test lists a folder, which is the student's")
            if isinstance(node, ast.Call):
                function = ast.unparse(node.func)
                if function.endswith("patch.object") or function.endswith("patch.dict"):
                    raise self._link.refuse("The test patches an object")
                if function.rpartition(".")[2] == "patch":
                    target = node.args[0] if node.args else None
                    if not (isinstance(target, ast.Constant) and target.value in PATCHED):
                        raise self._link.refuse("The test patches a name")

    def _with_magics(self, source: str) -> ast.Module:
        from IPython.core.inputtransformer2 import TransformerManager

        manager: Any = TransformerManager
        try:
            return ast.parse(str(manager().transform_cell(source)))
        except SyntaxError as error:
            raise self._link.refuse(f"The test is no Python: {error}") from None

    def _make_way(self, before: Sequence[Written], bound: frozenset[str]) -> None:
        """Drop what students bound anew since; refuse to set what their functions read."""
        for name, (position, lasting) in list(self._bound.items()):
            later = (w for w in before[position + 1 :] if w.students)
            if not lasting and any(name in bound_in(w.source) for w in later):
                self._names.pop(name, None)
                del self._bound[name]
        students = [w.source for w in before if w.students]
        if shared := bound & read_by_functions(students):
            raise self._link.refuse(
                f"The test sets {sorted(shared)[0]!r}, which the student's functions read"
            )

    def _execute(self, tree: ast.Module, filename: str) -> Any:
        """Run the cell; return the value of its last expression."""
        body, last = tree.body, None
        if body and isinstance(final := body[-1], ast.Expr):
            body, last = body[:-1], ast.Expression(final.value)
        try:
            first = compile(ast.Module(body, []), filename, "exec", dont_inherit=True)
            value = None if last is None else compile(last, filename, "eval", dont_inherit=True)
        except (SyntaxError, ValueError) as error:
            raise self._link.refuse(f"The test is no Python that runs here: {error}") from None
        exec(first, self._names)
        return None if value is None else eval(value, self._names)

    def _run_source(self, source: str) -> None:
        self._execute(self._parsed(source), "<test>")

    def _not_ours(self, error: BaseException, filename: str) -> str:
        """Why `error` comes from running outside the kernel; empty if it does not."""
        if isinstance(error, NotServed):
            return str(error)
        if isinstance(error, StudentError | AssertionError) or is_students(error):
            return ""
        if isinstance(error, NameError) and self._names.is_undefined(error):
            return ""
        text = f"{type(error).__name__}: {error}"
        if isinstance(error, ImportError):
            return f"The test imports what the grader does not have ({error})"
        if isinstance(error, FileNotFoundError):
            return f"The test reads a file that did not come along ({error})"
        if PROXIES.search(text) or NO_GRADIENT in text:
            return f"The test does with the student's object what cannot be done here ({text})"
        frame = _innermost(error.__traceback__)
        if frame is not None and frame.f_code.co_filename != filename:
            held = [v for v in frame.f_locals.values() if isinstance_really(v, Proxy)]
            if held and not _is_given(frame.f_code.co_filename):
                return f"A library cannot work with an object of the student's ({text})"
        return ""


def _unserved(reason: str) -> ForeignVerdict:
    return ForeignVerdict((_error("NotServed", reason, []),), reason)


@contextlib.contextmanager
def _streams(out: io.StringIO, err: io.StringIO) -> Iterator[None]:
    streams = sys.stdout, sys.stderr
    sys.stdout, sys.stderr = out, err
    try:
        yield
    finally:
        sys.stdout, sys.stderr = streams


def _innermost(traceback: TracebackType | None) -> Any:
    while traceback is not None and traceback.tb_next is not None:
        traceback = traceback.tb_next
    return traceback.tb_frame if traceback is not None else None


def _is_given(filename: str) -> bool:
    return filename == "<given>" or filename.startswith("<test")


def _told(error: BaseException, filename: str, source: str) -> dict[str, Any]:
    line, traceback = 0, error.__traceback__
    while traceback is not None:
        if traceback.tb_frame.f_code.co_filename == filename:
            line = traceback.tb_lineno
        traceback = traceback.tb_next
    name = type(error).__name__
    try:
        text = str(error)[:MESSAGE].encode("utf-8", "replace").decode("utf-8")
    except Exception as failure:
        text = f"(its text raised {type(failure).__name__})"
    lines = source.splitlines()
    where = [f"line {line}: {lines[line - 1].strip()}"] if 0 < line <= len(lines) else []
    return _error(name, text, where)


def _error(name: str, text: str, where: list[str]) -> dict[str, Any]:
    shown = f"{name}: {text}" if text else name
    return {
        "output_type": "error",
        "ename": name,
        "evalue": text,
        "traceback": [*where, shown],
    }


def _shown(result: Any) -> dict[str, Any]:
    """Return the last expression as an output; nobody asks a student's object for its text."""
    text = Proxy.__repr__(result) if isinstance_really(result, Proxy) else repr(result)
    return {
        "output_type": "execute_result",
        "data": {"text/plain": text[:MESSAGE]},
        "metadata": {},
        "execution_count": None,
    }
