from __future__ import annotations

import csv
import dataclasses
import io
import json
from pathlib import Path
from typing import Any

import jsonschema
import pytest
from lxml import etree

from autograder.errors import UsageError
from autograder.log import Status
from autograder.reports import (
    FORMATS,
    GradeReport,
    ReportError,
    ReportFinding,
    ReportNotebook,
    ReportQuestion,
    ReportRow,
    parse_report_option,
    write_report,
)
from tests.reports.conftest import SECRET

SCHEMA = Path(__file__).parents[2] / "docs" / "report.schema.json"
XSD = Path(__file__).with_name("junit.xsd")


@pytest.fixture
def schema() -> dict[str, Any]:
    loaded: dict[str, Any] = json.loads(SCHEMA.read_text())
    return loaded


def written(tmp_path: Path, name: str, report: GradeReport) -> Path:
    path = tmp_path / f"report.{name}"
    write_report(name, path, report)
    return path


def test_the_json_report_keeps_to_its_schema(
    tmp_path: Path, report: GradeReport, schema: dict[str, Any]
) -> None:
    jsonschema.Draft202012Validator.check_schema(schema)
    tree = json.loads(written(tmp_path, "json", report).read_text())
    jsonschema.validate(tree, schema)
    rows = {(row["student"], row["assignment"]): row for row in tree["rows"]}
    assert rows["ada", "int8"]["score"] == 3.0
    assert rows["bob", "int8"]["score"] is None
    assert rows["eve", "int8"]["stale"] is True
    assert rows["ada", "lora"]["skipped"] is True
    error = rows["ada", "int8"]["notebooks"][0]["questions"][0]["findings"][1]
    assert error["measured"] == "nan"


def test_the_schema_names_every_field_of_the_model(schema: dict[str, Any]) -> None:
    parts = {
        "finding": ReportFinding,
        "question": ReportQuestion,
        "notebook": ReportNotebook,
        "row": ReportRow,
    }
    for name, model in parts.items():
        fields = {field.name for field in dataclasses.fields(model)}
        assert set(schema["$defs"][name]["required"]) == fields
    fields = {field.name for field in dataclasses.fields(GradeReport)}
    assert set(schema["required"]) == fields | {"schema", "assignments"}


@pytest.mark.parametrize(
    ("path", "value"),
    [
        (("rows", 2, "score"), 0),
        (("rows", 0, "status"), "done"),
        (("rows", 0, "notebooks", 0, "questions", 0, "findings", 2, "measured"), 1),
        (("more",), 1),
    ],
)
def test_the_schema_refuses_what_must_not_be(
    tmp_path: Path, report: GradeReport, schema: dict[str, Any], path: tuple[Any, ...], value: Any
) -> None:
    tree = json.loads(written(tmp_path, "json", report).read_text())
    place = tree
    for step in path[:-1]:
        place = place[step]
    place[path[-1]] = value
    with pytest.raises(jsonschema.ValidationError):
        jsonschema.validate(tree, schema)


def cases(tmp_path: Path, report: GradeReport) -> dict[tuple[str, str], Any]:
    root = etree.parse(str(written(tmp_path, "junit", report))).getroot()
    return {(case.get("classname"), case.get("name")): case for case in root.iter("testcase")}


def test_the_junit_report_keeps_to_its_schema(tmp_path: Path, report: GradeReport) -> None:
    tree = etree.parse(str(written(tmp_path, "junit", report)))
    etree.XMLSchema(etree.parse(str(XSD))).assertValid(tree)
    suites = {suite.get("name"): suite for suite in tree.getroot()}
    assert list(suites) == ["int8", "lora"]
    counts = {name: suites["int8"].get(name) for name in ("tests", "failures", "errors", "skipped")}
    assert counts == {"tests": "14", "failures": "8", "errors": "1", "skipped": "1"}
    assert tree.getroot().get("tests") == "15"


def test_wrong_is_a_failure_ours_an_error_and_ungraded_skipped(
    tmp_path: Path, report: GradeReport
) -> None:
    found = cases(tmp_path, report)
    kinds = {
        (classname.split(".", 1)[1], name): [child.tag for child in case][1:]
        for (classname, name), case in found.items()
        if classname.startswith("int8.") and len(classname) < 10
    }
    assert kinds == {
        ("ada", "submission"): [],
        ("ada", "absmax"): ["failure"],
        ("ada", "zero"): [],
        ("ada", "bias"): ["failure"],
        ("ada", "shut"): ["failure"],
        ("bob", "submission"): ["failure"],
        ("cyd", "submission"): ["skipped"],
        ("dan", "submission"): ["error"],
        ("eve", "submission"): ["failure"],
    }


def test_a_failure_tells_in_its_text_what_was_measured_and_wanted(
    tmp_path: Path, report: GradeReport
) -> None:
    case = cases(tmp_path, report)["int8.ada", "absmax"]
    assert case.find("failure").text == (
        "1.5 of 3 points: partial\n"
        "error · measured nan scales · wanted at most 0.65 scales · 0 of 1.5 points · "
        "hint: Round to nearest."
    )
    points = {p.get("name"): p.get("value") for p in case.iter("property")}
    assert points == {"points": "1.5", "max_points": "3.0"}
    assert case.get("file") == "int8/one.ipynb"


def test_cases_of_several_notebooks_have_names_of_their_own(
    tmp_path: Path, report: GradeReport
) -> None:
    names = [name for _, name in cases(tmp_path, report)]
    assert "one/absmax" in names
    assert "two/absmax" in names


def test_a_very_long_text_is_cut(tmp_path: Path, report: GradeReport) -> None:
    row = dataclasses.replace(report.rows[2], reason="x" * 10_000_000)
    path = written(tmp_path, "junit", dataclasses.replace(report, rows=(row,)))
    assert path.stat().st_size < 20_000


def table(tmp_path: Path, report: GradeReport) -> list[dict[str, str]]:
    text = written(tmp_path, "csv", report).read_bytes().decode()
    return list(csv.DictReader(io.StringIO(text, newline="")))


def test_a_submission_without_a_score_has_an_empty_cell(
    tmp_path: Path, report: GradeReport
) -> None:
    rows = {(r["student_id"], r["assignment"]): r for r in table(tmp_path, report)}
    for student in ("bob", "cyd", "dan"):
        row = rows[student, "int8"]
        assert [row["raw_score"], row["late_submission_penalty"], row["score"]] == ["", "", ""]
    assert (rows["eve", "int8"]["score"], rows["eve", "int8"]["stale"]) == ("7.0", "true")
    assert rows["ada", "lora"]["score"] == "0.0"
    ada = rows["ada", "int8"]
    assert [ada["raw_score"], ada["late_submission_penalty"], ada["score"]] == ["3.5", "0.5", "3.0"]


def test_the_csv_report_starts_with_the_columns_of_nbgraders_export(
    tmp_path: Path, report: GradeReport
) -> None:
    from nbgrader.plugins.export import CsvExportPlugin

    class Nothing:
        assignments: tuple[()] = ()

    theirs = tmp_path / "theirs.csv"
    plugin = CsvExportPlugin()
    plugin.to = str(theirs)
    plugin.export(Nothing())
    columns = theirs.read_text().strip().split(",")
    assert list(table(tmp_path, report)[0])[: len(columns)] == columns


def test_no_cell_is_a_formula_and_a_negative_number_stays_one(
    tmp_path: Path, report: GradeReport
) -> None:
    rows = table(tmp_path, report)
    assert rows[1]["score"] == "-1.5"
    assert rows[1]["reason"].startswith("'=cmd")
    assert rows[0]["last_name"] == "'-Lovelace"
    for row in rows:
        for name, cell in row.items():
            if name not in ("score", "raw_score"):
                assert not cell.lstrip().startswith(("=", "+", "-", "@")), (name, cell)


@pytest.mark.parametrize("start", ["=", "+", "-", "@", "\t", "\r", " =", "\n+", "\uff1d"])
def test_each_way_to_start_a_formula_is_disarmed(
    tmp_path: Path, report: GradeReport, start: str
) -> None:
    row = dataclasses.replace(report.rows[2], reason=f'{start}1,2"\r\n3')
    (cells,) = table(tmp_path, dataclasses.replace(report, rows=(row,)))
    assert cells["reason"] == f"'{start}1,2\"\r\n3"


@pytest.mark.parametrize("name", FORMATS)
def test_no_format_tells_what_a_hidden_test_measured(
    tmp_path: Path, report: GradeReport, name: str
) -> None:
    assert SECRET.encode() not in written(tmp_path, name, report).read_bytes()


@pytest.mark.parametrize("name", FORMATS)
def test_a_run_without_submissions_has_a_report(
    tmp_path: Path, report: GradeReport, schema: dict[str, Any], name: str
) -> None:
    path = written(tmp_path, name, dataclasses.replace(report, course="", rows=()))
    if name == "json":
        jsonschema.validate(json.loads(path.read_text()), schema)
    elif name == "junit":
        etree.XMLSchema(etree.parse(str(XSD))).assertValid(etree.parse(str(path)))
    else:
        assert path.read_text().startswith("assignment,duedate")


def test_a_report_replaces_an_earlier_one_and_leaves_nothing_beside_it(
    tmp_path: Path, report: GradeReport
) -> None:
    path = tmp_path / "new" / "folder" / "grades.csv"
    write_report("csv", path, report)
    write_report("csv", path, dataclasses.replace(report, rows=()))
    assert len(path.read_text().splitlines()) == 1
    assert [entry.name for entry in path.parent.iterdir()] == ["grades.csv"]


def test_a_report_that_cannot_be_written_leaves_the_earlier_one(
    tmp_path: Path, report: GradeReport, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = written(tmp_path, "csv", report)
    before = path.read_bytes()

    def full(descriptor: int) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr("os.fsync", full)
    with pytest.raises(ReportError, match="No space left on device"):
        write_report("csv", path, report)
    assert path.read_bytes() == before
    assert list(tmp_path.iterdir()) == [path]


def test_a_folder_is_no_place_for_a_report(tmp_path: Path, report: GradeReport) -> None:
    with pytest.raises(ReportError, match="Is a directory"):
        write_report("json", tmp_path, report)
    with pytest.raises(ReportError, match="cannot be written"):
        write_report("json", Path("/proc/report.json"), report)


def test_a_report_option_names_format_and_path() -> None:
    assert parse_report_option("junit=out/a=b.xml") == ("junit", Path("out/a=b.xml"))


@pytest.mark.parametrize("text", ["junit", "junit=", "", "=path", "junti=path", "xlsx=path"])
def test_a_wrong_report_option_lists_the_formats(text: str) -> None:
    with pytest.raises(UsageError, match="json, junit, csv"):
        parse_report_option(text)


def test_a_mistyped_format_is_guessed() -> None:
    with pytest.raises(UsageError, match="Did you mean 'junit'"):
        parse_report_option("junti=path")


def test_a_question_without_a_verdict_is_skipped_with_its_reason(
    tmp_path: Path, report: GradeReport
) -> None:
    question = ReportQuestion("area", 0.0, 2.0, "ungraded", "The test compares an object")
    notebook = ReportNotebook("one", questions=(question,))
    row = ReportRow("ada", "int8", Status.GRADED, notebooks=(notebook,))
    case = cases(tmp_path, dataclasses.replace(report, rows=(row,)))["int8.ada", "area"]
    assert [child.tag for child in case] == ["properties", "skipped"]
    assert case[1].get("message") == "The test compares an object"
