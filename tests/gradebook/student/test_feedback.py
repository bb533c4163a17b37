from __future__ import annotations

import json
import os
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import jsonschema
import nbformat
import pytest
import yaml
from nbformat.v4 import new_output

from autograder.checks.report import mime_bundle
from autograder.gradebook.course import Course
from autograder.gradebook.errors import DamagedPageError, NoFeedbackError
from autograder.gradebook.feedback import give_feedback
from autograder.gradebook.page_report import script
from autograder.gradebook.student import fetched
from autograder.gradebook.student.feedback import (
    Feedback,
    feedback_page,
    read_feedback,
    score_of,
)
from autograder.gradebook.student.fetched import read_page
from autograder.log import NotebookOutcome, Outcome, RunLog, Status, Submission

# nbgrader leaves the receipt open when it releases feedback.
pytestmark = pytest.mark.filterwarnings("ignore:unclosed file .*timestamp.txt:ResourceWarning")

ROOT = Path(__file__).resolve().parents[3]
FIRST = "2026-10-01 07:00:00.000000 UTC"
SECOND = "2026-10-02 07:00:00.000000 UTC"
THIRD = "2026-10-03 07:00:00.000000 UTC"
PAGE = pytest.StashKey[str]()
Grade = Callable[..., Path]


@dataclass(frozen=True)
class Folders:
    """A student's folder, laid out as nbgrader lays it out."""

    root: Path

    def feedback_folder(self, course: str, assignment: str, submission: str) -> Path:
        return self.root / assignment / "feedback" / submission


def verdict(*passed: bool) -> list[nbformat.NotebookNode]:
    names = ("twice two", "twice minus three", "twice nothing")
    points = float(sum(passed))
    report = {
        "schema": 1,
        "question": "doubling",
        "title": "Twice the number comes back.",
        "state": "partial",
        "points": points,
        "max_points": 3.0,
        "findings": [
            {
                "name": name,
                "passed": good,
                "measured": 4.0,
                "wanted": "4",
                "unit": "apples",
                "weight": 1.0,
                "gate": False,
                "hint": "Multiply.",
                "hidden": name != "twice two",
                "attempted": True,
            }
            for name, good in zip(names, passed, strict=True)
        ],
        "hidden_remaining": 0,
    }
    shown = new_output("display_data", data=mime_bundle(report))
    return [shown, new_output("execute_result", data={"text/plain": repr(points)})]


@pytest.fixture
def desk(tmp_path: Path) -> Folders:
    return Folders(tmp_path / "home")


@pytest.fixture
def page(request: pytest.FixtureRequest) -> str:
    """A page that our exporter wrote, once for all tests."""
    stash = request.session.stash
    if PAGE not in stash:
        request.getfixturevalue("grade")("ada", {"doubling": verdict(True, False, True)})
        course = request.getfixturevalue("released")
        (written,) = give_feedback(course, "toy", release=False).pages
        stash[PAGE] = written.path.read_text("utf-8")
    return stash[PAGE]


def put(desk: Folders, submission: str, page: str, notebook: str = "toy") -> Path:
    folder = desk.feedback_folder("nlp", "toy", submission)
    folder.mkdir(parents=True, exist_ok=True)
    path = folder / f"{notebook}.html"
    path.write_text(page, "utf-8")
    return path


def carried(page: str) -> dict[str, Any]:
    start = page.index(fetched.TAG.decode()) + len(fetched.TAG)
    return dict(json.loads(page[start : page.index("</script>", start)]))


def carrying(page: str, report: dict[str, Any]) -> str:
    """The page with another report."""
    return page.replace(script(carried(page)), script(report))


def read(desk: Folders, submission: str = FIRST) -> Feedback:
    return read_feedback(desk, "nlp", "toy", submission)


def test_what_the_exporter_wrote_is_read_again_field_by_field(desk: Folders, page: str) -> None:
    put(desk, FIRST, page)
    feedback = read(desk)
    assert (feedback.problems, feedback.pages, feedback.earlier) == ((), ("toy",), ())
    (report,) = feedback.reports
    written = carried(page)
    read_again = report.to_json()
    assert read_again == {key: written[key] for key in read_again}
    assert set(written) - set(read_again) <= {"isolation", "seed"}
    assert read_again["questions"][0]["findings"][0]["measured"] == 4.0
    assert json.loads(json.dumps(feedback.to_json()))["reports"] == [read_again]


def test_the_api_describes_it(desk: Folders, page: str) -> None:
    put(desk, FIRST, page)
    api = yaml.safe_load((ROOT / "extension/llm_classroom/openapi.yaml").read_text("utf-8"))
    jsonschema.validate(read(desk).to_json(), api["components"]["schemas"]["Feedback"])


def test_a_failed_notebook_and_a_newer_submission_are_told(
    released: Course, grade: Grade, desk: Folders
) -> None:
    grade("ada", {"doubling": verdict(True, True, True)})
    stopped = NotebookOutcome("toy", Status.FAILED, "cell-timeout", "Cell 3 ran too long.", 3)
    with RunLog.open(released.root) as log:
        outcome = Outcome(Status.FAILED, "cell-timeout", "x", (stopped,), ("a note",), seed=7)
        log.mark_projected(log.record(Submission("k1", "toy", "ada", "h1"), outcome).id)
        newer = Submission("k2", "toy", "ada", "h2", "2026-10-02T07:00:00")
        log.record(newer, Outcome(Status.REFUSED, "fifo", "pipe: it is a FIFO; delete it."))
    (written,) = give_feedback(released, "toy", release=False).pages
    put(desk, FIRST, written.path.read_text("utf-8"))
    (report,) = read(desk).reports
    assert (report.status, report.reason, report.cell) == ("failed", "Cell 3 ran too long.", 3)
    assert report.notes == ("a note",)
    assert report.newer is not None
    assert report.newer.status == "refused"
    assert report.newer.submitted == "2026-10-02T07:00:00+00:00"


def test_the_newest_earlier_feedback_is_told_beside_it(desk: Folders, page: str) -> None:
    put(desk, FIRST, carrying(page, {**carried(page), "attempt": 1}))
    put(desk, SECOND, "<html>a page of nbgrader</html>")
    put(desk, THIRD, page)
    assert [report.attempt for report in read(desk, THIRD).earlier] == [1]
    assert read(desk, FIRST).earlier == ()


def test_a_page_of_nbgrader_is_told_and_can_still_be_shown(desk: Folders) -> None:
    stock = "<html><body><pre>llm-classroom-report</pre><script>1</script></body></html>"
    put(desk, FIRST, stock)
    feedback = read(desk)
    assert feedback.reports == ()
    assert feedback.pages == ("toy",)
    assert feedback.problems == (
        "toy: this page carries no report, like every page that nbgrader itself writes. "
        "The page itself can be shown.",
    )
    assert feedback_page(desk, "nlp", "toy", FIRST, "toy") == stock
    assert score_of(desk, "nlp", "toy", FIRST) is None


def edited(**fields: Any) -> Callable[[str], str]:
    return lambda page: carrying(page, {**carried(page), **fields})


def in_question(**fields: Any) -> Callable[[str], str]:
    def edit(page: str) -> str:
        report = carried(page)
        report["questions"][0].update(fields)
        return carrying(page, report)

    return edit


def replaced(old: str, new: str) -> Callable[[str], str]:
    def edit(page: str) -> str:
        assert old in page
        return page.replace(old, new)

    return edit


TAG = fetched.TAG.decode()
TWICE = TAG + "{}</script>"
DAMAGES: dict[str, tuple[Callable[[str], str], str]] = {
    "two": (replaced("</body>", f"{TWICE}</body>"), "there are 2 of them"),
    "two, one of them in other letters": (
        replaced("</body>", "<SCRIPT ID = LLM-Classroom-Report></SCRIPT></body>"),
        "there are 2 of them",
    ),
    "another tag": (replaced(TAG, TAG.replace('"', "'")), "not as LLM Classroom writes it"),
    "cut off": (lambda page: page[: page.index(TAG) + 200], "cut off"),
    "markup": (replaced(f"{TAG}{{", f"{TAG}{{<b>"), "it holds markup"),
    "no JSON": (replaced(f"{TAG}{{", f"{TAG}{{,"), "no JSON at character 1"),
    "empty": (lambda page: f"{TAG}</script>", "no JSON at character 0"),
    "deep": (lambda page: f"{TAG}{'[' * 100_000}</script>", "nests more than 16 deep"),
    "many": (lambda page: f"{TAG}[{'0,' * 300_000}0]</script>", "more than 200,000 values"),
    "a long number": (lambda page: f"{TAG}{'1' * 9000}</script>", "it is no JSON"),
    "not a number": (replaced('"final": 4.0', '"final": NaN'), "NaN is no JSON"),
    "infinite": (replaced('"final": 4.0', '"final": 1e999'), "report.scores.final is not"),
    "a list": (lambda page: f"{TAG}[]</script>", "report is no object"),
    "another schema": (edited(schema=2), "its schema is 2, and this version reads 1"),
    "a true schema": (edited(schema=True), "report.schema is not a count"),
    "another notebook": (edited(notebook="other"), "it is about the notebook 'other'"),
    "a text for a number": (edited(late_seconds="0"), "report.late_seconds is not a number"),
    "a truth for a number": (edited(late_seconds=True), "report.late_seconds is not a number"),
    "a number for a truth": (edited(needs_manual_grade=1), "is not true or false"),
    "a number for a text": (edited(title=1), "report.title is not a text"),
    "nothing for a text": (edited(title=None), "report.title is not a text"),
    "an unknown status": (edited(status="splendid"), "report.status is not one of"),
    "no scores": (edited(scores=None), "report.scores is no object"),
    "a time that is none": (edited(times={"due": "soon"}), "report.times.due is not a time"),
    "an absurd time": (
        edited(times={"due": "0001-01-01T00:00:00+23:00"}),
        "report.times.due is not a time",
    ),
    "a negative cell": (edited(cell=-1), "report.cell is not a count"),
    "a text for a list": (edited(questions="abc"), "report.questions is not a list"),
    "many questions": (edited(questions=[{}] * 501), "has more than 500 entries"),
    "many comments": (edited(comments=[{}] * 1001), "has more than 1000 entries"),
    "notes that are none": (edited(notes=[{}]), "report.notes[0].text is not a text"),
    "a question that is none": (edited(questions=[1]), "report.questions[0] is no object"),
    "a state that is none": (in_question(state=["passed"]), "questions[0].state is not one of"),
    "many findings": (in_question(findings=[{}] * 501), "findings has more than 500 entries"),
    "a finding without a name": (in_question(findings=[{"passed": True}]), "[0].name is not"),
    "a measure that is none": (
        in_question(findings=[{"name": "x", "passed": True, "measured": [1]}]),
        "questions[0].findings[0].measured is not a number",
    ),
}


@pytest.mark.parametrize("case", DAMAGES)
def test_a_damaged_report_is_a_problem_in_words(desk: Folders, page: str, case: str) -> None:
    damage, words = DAMAGES[case]
    put(desk, FIRST, damage(page))
    feedback = read(desk)
    assert feedback.reports == ()
    (problem,) = feedback.problems
    assert problem.startswith("toy: the report in this page is damaged (")
    assert words in problem
    assert problem.endswith("The page itself can be shown.")
    assert len(problem) < 600
    assert score_of(desk, "nlp", "toy", FIRST) is None


def test_one_damaged_page_leaves_the_others(desk: Folders, page: str) -> None:
    put(desk, FIRST, page)
    put(desk, FIRST, "{", "other")
    feedback = read(desk)
    assert [report.notebook for report in feedback.reports] == ["toy"]
    assert feedback.pages == ("other", "toy")
    assert len(feedback.problems) == 1
    assert score_of(desk, "nlp", "toy", FIRST) is None


def test_bytes_that_are_no_text_are_a_problem(desk: Folders, page: str) -> None:
    path = put(desk, FIRST, page)
    path.write_bytes(path.read_bytes().replace(b'"title": "Doubling"', b'"title": "\xff"'))
    assert "it is no JSON" in read(desk).problems[0]
    path.write_bytes(b"\xff\xfe\x00")
    assert "carries no report" in read(desk).problems[0]
    assert feedback_page(desk, "nlp", "toy", FIRST, "toy") == "��\x00"


def test_long_and_wild_texts_are_bounded_and_cleaned(desk: Folders, page: str) -> None:
    wild = edited(
        title="a\n\x1b[31mb\u202e" + "c" * 1000,
        reason="r" * 5000,
        comments=[{"grade_id": "why", "text": "one\r\n\ttwo\x00\ud800" + "d" * 30_000}],
    )(page)
    put(desk, FIRST, wild)
    (report,) = read(desk).reports
    assert report.title.startswith("a bccc") and len(report.title) == 300
    assert len(report.reason) == 1000
    (comment,) = report.comments
    assert comment.text.startswith("one\n\ttwoddd")
    assert len(comment.text) <= 20_000
    json.dumps(report.to_json(), ensure_ascii=False).encode("utf-8")


def test_markup_in_a_report_stays_text(desk: Folders, page: str) -> None:
    text = "</script><script>alert(1)</script><img src=x onerror=alert(1)>"
    put(desk, FIRST, edited(title=text)(page))
    assert read(desk).reports[0].title == text


def test_fields_of_a_later_version_are_left_out(desk: Folders, page: str) -> None:
    put(desk, FIRST, edited(later={"more": 1})(page))
    assert "later" not in read(desk).reports[0].to_json()


def test_the_score_is_the_sum_over_the_notebooks(desk: Folders, page: str) -> None:
    put(desk, FIRST, page)
    put(desk, FIRST, edited(notebook="part two")(page), "part two")
    assert score_of(desk, "nlp", "toy", FIRST) == (8.0, 20.0)
    assert score_of(desk, "nlp", "toy", SECOND) is None
    put(desk, SECOND, edited(scores={"final": None, "max": 3})(page))
    assert score_of(desk, "nlp", "toy", SECOND) is None


def test_nothing_fetched_is_told(desk: Folders) -> None:
    with pytest.raises(NoFeedbackError, match="Fetch it: it is there once"):
        read(desk)
    with pytest.raises(NoFeedbackError, match="Fetch it: it is there once"):
        feedback_page(desk, "nlp", "toy", FIRST, "toy")
    put(desk, FIRST, "page")
    with pytest.raises(NoFeedbackError, match="'other"):
        feedback_page(desk, "nlp", "toy", FIRST, "other")


@pytest.mark.parametrize(
    "name", ["", ".", "..", "../toy", "a/b", "/etc/passwd", "a\0b", "x" * 300, "\ud800"]
)
def test_no_name_leads_elsewhere(desk: Folders, page: str, name: str) -> None:
    put(desk, FIRST, page)
    put(desk, "..", page)
    for names in (
        (name, "toy", FIRST, "toy"),
        ("nlp", name, FIRST, "toy"),
        ("nlp", "toy", name, "toy"),
        ("nlp", "toy", FIRST, name),
    ):
        with pytest.raises(NoFeedbackError):
            feedback_page(desk, *names)
        if names[3] == "toy":
            with pytest.raises(NoFeedbackError):
                read_feedback(desk, *names[:3])
            assert score_of(desk, *names[:3]) is None


def test_no_link_is_followed(desk: Folders, page: str, tmp_path: Path) -> None:
    elsewhere = tmp_path / "elsewhere"
    elsewhere.mkdir()
    (elsewhere / "toy.html").write_text(page)
    path = put(desk, FIRST, page)
    (path.parent / "linked.html").symlink_to(elsewhere / "toy.html")
    assert read(desk).pages == ("toy",)
    with pytest.raises(DamagedPageError, match="is a link"):
        feedback_page(desk, "nlp", "toy", FIRST, "linked")
    linked = path.parents[1] / SECOND
    linked.symlink_to(elsewhere)
    with pytest.raises(NoFeedbackError):
        read(desk, SECOND)
    with pytest.raises(NoFeedbackError):
        feedback_page(desk, "nlp", "toy", SECOND, "toy")
    assert read_page(linked / "toy.html").report is None
    whole = desk.root / "linked"
    whole.mkdir()
    (whole / "feedback").symlink_to(path.parents[1])
    with pytest.raises(NoFeedbackError):
        read_feedback(desk, "nlp", "linked", FIRST)


def test_what_is_no_file_is_told_and_not_waited_for(desk: Folders) -> None:
    folder = put(desk, FIRST, "page").parent
    os.mkfifo(folder / "pipe.html")
    (folder / "folder.html").mkdir()
    assert read(desk).pages == ("toy",)
    for name in ("pipe", "folder"):
        with pytest.raises(DamagedPageError, match="is not a file"):
            feedback_page(desk, "nlp", "toy", FIRST, name)


def test_a_page_that_is_too_large_is_told(desk: Folders) -> None:
    path = put(desk, FIRST, "page")
    os.truncate(path, fetched.MOST_PAGE + 1)
    assert read(desk).problems == (
        f"toy.html is larger than 32 MiB. Open the file {path} in a browser.",
    )
    with pytest.raises(DamagedPageError, match="larger than 32 MiB"):
        feedback_page(desk, "nlp", "toy", FIRST, "toy")


def test_a_report_that_is_too_large_is_told(desk: Folders) -> None:
    put(desk, FIRST, f'{TAG}{{"a": "{"x" * fetched.MOST_REPORT}"}}</script>')
    assert "larger than 4 MiB" in read(desk).problems[0]
