from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import nbformat
import pytest
from bs4 import BeautifulSoup
from nbformat.v4 import new_code_cell, new_output
from nbgrader.converters import GenerateFeedback
from nbgrader.utils import notebook_hash

from autograder.checks.report import mime_bundle
from autograder.gradebook.course import Course
from autograder.gradebook.errors import ConversionError
from autograder.gradebook.feedback import give_feedback
from autograder.log import NotebookOutcome, Outcome, RunLog, Status, Submission

# nbgrader leaves the receipt open when it releases feedback.
pytestmark = pytest.mark.filterwarnings("ignore:unclosed file .*timestamp.txt:ResourceWarning")

PIXEL = (
    "iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNk+M9QDwADhgGAWjR9awAAAABJRU5ErkJg"
    "gg=="
)
FINDINGS = [
    {"name": "twice two", "passed": True, "measured": 4.0, "wanted": "4", "unit": "apples"},
    {
        "name": "twice HIDDENMARKER",
        "passed": False,
        "measured": 3.0,
        "wanted": "EXPECTEDMARKER",
        "hint": "And below zero?",
        "hidden": True,
        "attempted": True,
    },
]
Grade = Callable[..., Path]


def display(data: dict[str, Any]) -> nbformat.NotebookNode:
    return new_output("display_data", data=data)


def verdict(points: float = 1.5) -> list[nbformat.NotebookNode]:
    report = {
        "schema": 1,
        "question": "doubling",
        "title": "Twice the number comes back.",
        "state": "partial",
        "points": points,
        "max_points": 3.0,
        "findings": [{"attempted": True, **f} for f in FINDINGS],
        "hidden_remaining": 0,
    }
    result = new_output("execute_result", data={"text/plain": repr(points)})
    return [display(mime_bundle(report)), result]


def error(text: str) -> nbformat.NotebookNode:
    return new_output("error", ename="AssertionError", evalue=text, traceback=[text])


def page(course: Course, student: str, **options: Any) -> BeautifulSoup:
    feedback = give_feedback(course, "toy", **options)
    assert not feedback.failures
    (mine,) = (p for p in feedback.pages if p.student == student)
    return BeautifulSoup(mine.path.read_text(), "html.parser")


def carried(soup: BeautifulSoup) -> dict[str, Any]:
    element = soup.find("script", id="llm-classroom-report", type="application/json")
    assert element is not None and element.string is not None
    return dict(json.loads(element.string))


def test_a_page_shows_what_was_measured_and_carries_it_as_json(
    released: Course, grade: Grade
) -> None:
    grade("ada", {"doubling": verdict()})
    soup = page(released, "ada")
    table = soup.find("table", class_="lc-findings")
    assert table is not None
    rows = [" ".join(row.get_text(" ").split()) for row in table.find_all("tr")]
    assert rows[1] == "✓ passed twice two 4 apples 4"
    assert rows[2].startswith("✗ failed twice HIDDENMARKER hidden And below zero?")
    report = carried(soup)
    assert (report["schema"], report["title"]) == (1, "Doubling")
    assert (report["course"], report["assignment"], report["student"]) == ("nlp", "toy", "ada")
    assert report["scores"] == {
        "automatic": 3.5,
        "manual": None,
        "extra_credit": 0.0,
        "late_penalty": 0.0,
        "final": 3.5,
        "max": 10.0,
    }
    assert report["times"]["submitted"] == "2026-10-01T07:00:00+00:00"
    doubling, asserts, why = report["questions"]
    assert (doubling["state"], doubling["score"], doubling["max_score"]) == ("partial", 1.5, 3.0)
    assert [f["name"] for f in doubling["findings"]] == [f["name"] for f in FINDINGS]
    assert (asserts["state"], asserts["kind"]) == ("passed", "tests")
    assert why["kind"] == "answer"


def test_a_hidden_check_shows_its_hint_and_neither_source_nor_what_it_wanted(
    released: Course, grade: Grade
) -> None:
    failing = [
        new_output("stream", name="stdout", text="PRINTEDMARKER"),
        error("HIDDENMARKER wanted"),
    ]
    grade("ada", {"doubling": verdict(), "asserts": failing})
    soup = page(released, "ada")
    text = str(soup)
    assert "And below zero?" in text
    assert "hidden findings: 2" in text
    assert "hidden tests: not shown" in text
    for secret in ("EXPECTEDMARKER", "PRINTEDMARKER", "HIDDENMARKER wanted", "assert double(21)"):
        assert secret not in text
    assert "Some of its tests are hidden" in text


def test_a_hidden_test_without_a_verdict_is_not_called_failed(
    released: Course, grade: Grade
) -> None:
    reason = "The test sets SECRETNAME"
    unserved = new_output("error", ename="NotServed", evalue=reason, traceback=[reason])
    grade("ada", {"doubling": verdict(), "asserts": [unserved]})
    text = str(page(released, "ada"))
    assert "It will be graded by hand" in text
    assert "SECRETNAME" not in text
    assert "Some of its tests are hidden" not in text


def test_a_teacher_may_show_what_is_hidden(released: Course, grade: Grade, reopen) -> None:
    grade("ada", {"asserts": [error("HIDDENMARKER wanted")]})
    course = reopen(released.root, FeedbackPolicy={"show_hidden": True})
    text = str(page(course, "ada").get_text())
    assert "HIDDENMARKER wanted" in text
    assert "assert double(21) == 42" in text


def test_a_visible_test_keeps_its_traceback(released: Course, grade: Grade) -> None:
    source = released.path("source", ".", "toy") / "toy.ipynb"
    assert source.is_file()
    grade("ada", {"double": [error("NameError: nope")]})
    assert "NameError: nope" in page(released, "ada").get_text()


HOSTILE = {
    "html": display({"text/html": "<b>kept</b><script>alert(1)</script><img src=x onerror=a()>"}),
    "svg": display({"image/svg+xml": "<svg onload='alert(1)'/>", "text/plain": "a drawing"}),
    "javascript": display({"application/javascript": "alert(1)", "text/plain": "js"}),
    "markdown": display({"text/markdown": "[x](javascript:alert(1)) <iframe src='//e'></iframe>"}),
    "latex": display({"text/latex": r"$\text{<script>alert(1)</script>}$"}),
    "png": display({"image/png": 'x" onerror="alert(1)', "text/plain": "no picture"}),
    "report": display(
        {"application/vnd.llm-classroom.report+json": {"findings": [{"name": "<script>"}]}}
    ),
    "ansi": new_output("stream", name="stdout", text="<script>alert(1)</script>\x1b[31mred\x1b[0m"),
    "plain": display({"text/plain": "</pre><script>alert(1)</script>"}),
    "error": error("<script>alert(1)</script>"),
}


@pytest.mark.parametrize("kind", HOSTILE)
def test_nothing_that_a_student_printed_runs(released: Course, grade: Grade, kind: str) -> None:
    grade(
        "eve",
        {"double": [HOSTILE[kind]]},
        sources={
            "why": "<script>alert(1)</script> <a href='JAVASCRIPT:alert(1)' onclick='a()'>x</a>\n\n"
            "<svg><script>alert(1)</script></svg>"
        },
        extra=[new_code_cell("'</script><script>alert(1)'")],
    )
    soup = page(released, "eve")
    scripts = soup.find_all("script")
    assert [s.get("type") for s in scripts] == ["application/json"]
    assert not soup.find_all(["iframe", "svg", "object", "embed", "form", "link"])
    for element in soup.find_all(True):
        assert not [name for name in element.attrs if name.startswith("on")]
        for name in ("href", "src"):
            address = str(element.get(name, ""))
            assert address.startswith(("#", "data:image/", "https://", "http://")) or not address
    assert soup.find("meta", {"http-equiv": "Content-Security-Policy"}) is not None


def test_tables_and_plots_stay(released: Course, grade: Grade) -> None:
    frame = (
        '<style scoped>.x{}</style><table border="1" class="dataframe"><thead><tr><th>loss</th>'
        "</tr></thead><tbody><tr><td>0.5</td></tr></tbody></table>"
    )
    grade("ada", {"double": [display({"text/html": frame}), display({"image/png": PIXEL})]})
    soup = page(released, "ada")
    table = soup.find("table", class_="dataframe")
    assert table is not None and table.get_text() == "loss0.5"
    assert soup.find("img", src=f"data:image/png;base64,{PIXEL}") is not None
    assert "scoped" not in str(soup)


def test_a_page_loads_nothing_from_elsewhere(released: Course, grade: Grade) -> None:
    grade("ada", {"doubling": verdict()})
    soup = page(released, "ada")
    assert not soup.find_all(["link", "img", "iframe"])
    assert "http" not in str(soup.style)
    assert "cdnjs" not in str(soup)


def test_formulas_are_drawn_without_scripts(released: Course, grade: Grade) -> None:
    grade("ada", sources={"why": r"Since $\frac{a}{b} < 1$."})
    drawn = page(released, "ada").find_all("math")
    assert [str(m.mfrac) for m in drawn if m.mfrac] == [
        "<mfrac><mrow><mi>a</mi></mrow><mrow><mi>b</mi></mrow></mfrac>"
    ]


def test_a_report_cannot_end_its_element(released: Course, grade: Grade) -> None:
    grade("ada", {"doubling": verdict()})
    with released.gradebook() as gradebook:
        comment = gradebook.find_comment("why", "toy", "toy", "ada")
        comment.manual_comment = "</script><script>alert(1)</script> & \u2028"
        gradebook.db.commit()
    soup = page(released, "ada")
    assert len(soup.find_all("script")) == 1
    comments = {c["grade_id"]: c["text"] for c in carried(soup)["comments"]}
    assert comments["why"] == "</script><script>alert(1)</script> & \u2028"


def test_a_manual_score_given_later_is_on_the_next_page(released: Course, grade: Grade) -> None:
    grade("ada", {"doubling": verdict()}, sources={"why": "Because."})
    first = carried(page(released, "ada"))
    assert (first["needs_manual_grade"], first["questions"][2]["state"]) == (True, "not graded yet")
    with released.gradebook() as gradebook:
        grade_of_why = gradebook.find_grade("why", "toy", "toy", "ada")
        grade_of_why.manual_score, grade_of_why.needs_manual_grade = 4, False
        gradebook.db.commit()
    second = carried(page(released, "ada"))
    assert (second["scores"]["manual"], second["scores"]["final"]) == (4.0, 7.5)
    assert second["needs_manual_grade"] is False


def test_a_page_tells_why_a_notebook_stopped_and_what_became_of_a_newer_one(
    released: Course, grade: Grade
) -> None:
    grade("ada", {"doubling": verdict()})
    submission = Submission("k1", "toy", "ada", "h1")
    stopped = NotebookOutcome("toy", Status.FAILED, "cell-timeout", "Cell 3 ran too long.", 3)
    with RunLog.open(released.root) as log:
        outcome = Outcome(Status.FAILED, "cell-timeout", "x", (stopped,), ("a <b> note",), seed=7)
        attempt = log.record(submission, outcome)
        log.mark_projected(attempt.id)
        log.record(
            Submission("k2", "toy", "ada", "h2"),
            Outcome(Status.REFUSED, "fifo", "pipe: it is a FIFO; delete it."),
        )
    soup = page(released, "ada")
    report = carried(soup)
    assert (report["status"], report["code"], report["cell"]) == ("failed", "cell-timeout", 3)
    assert (report["attempt"], report["seed"]) == (1, 7)
    assert report["newer"]["status"] == "refused"
    text = " ".join(soup.get_text(" ").split())
    assert "Cell 3 ran too long." in text
    assert "was refused : pipe: it is a FIFO; delete it." in text.replace("refused:", "refused :")
    assert "a <b> note" in text


def test_feedback_is_released_to_whoever_came_through_an_exchange(
    released: Course, grade: Grade
) -> None:
    grade("ada")
    grade("bob", receipt=False)
    feedback = give_feedback(released, "toy")
    told = {p.student: p for p in feedback.pages}
    assert told["ada"].released and not told["bob"].released
    assert "did not come through an exchange" in told["bob"].reason
    assert told["bob"].path.is_file()
    folder = Path(released.config.Exchange.root) / "nlp" / "feedback"
    address = notebook_hash(secret="secret of ada", notebook_id="toy")
    assert [p.name for p in folder.iterdir()] == [f"{address}.html"]


def test_students_can_be_chosen_and_left_out(released: Course, grade: Grade, reopen) -> None:
    for student in ("ada", "alan", "bob"):
        grade(student)
    chosen = reopen(
        released.root, CourseDirectory={"student_id": "a*", "student_id_exclude": "alan"}
    )
    assert [p.student for p in give_feedback(chosen, "toy").pages] == ["ada"]
    assert not released.path("feedback", "alan", "toy").exists()


def test_one_bad_notebook_costs_its_own_page_only(released: Course, grade: Grade) -> None:
    (grade("ada") / "toy.ipynb").unlink()
    (released.path("autograded", "ada", "toy") / "toy.ipynb").write_text("{")
    grade("bob")
    feedback = give_feedback(released, "toy")
    assert [(p.student, p.released) for p in feedback.pages] == [("bob", True)]
    ((path, reason),) = feedback.failures
    assert "ada" in path and "JSON" in reason


def test_feedback_before_grading_says_what_to_do(released: Course) -> None:
    with pytest.raises(ConversionError, match="llm-classroom grade toy"):
        give_feedback(released, "toy")


def test_nbgraders_own_command_makes_the_same_page(released: Course, grade: Grade) -> None:
    grade("ada", {"doubling": verdict()})
    GenerateFeedback(coursedir=released.directory_for("toy"), parent=released.parent).start()
    theirs = (released.path("feedback", "ada", "toy") / "toy.html").read_text()
    give_feedback(released, "toy", release=False)
    assert (released.path("feedback", "ada", "toy") / "toy.html").read_text() == theirs
