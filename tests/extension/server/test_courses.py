from __future__ import annotations

import asyncio
import fcntl
import json
import shutil
from pathlib import Path

import nbformat
import pytest

from tests.extension.server import slow_exchange

TOY = "/courses/nlp/assignments/toy"
PAGE = """<!doctype html><html><head><meta charset="utf-8"></head>
<body onload="alert(1)"><script>fetch("/api/contents")</script>Schön.</body></html>"""


@pytest.fixture
def folder(jp_root_dir: Path) -> Path:
    """Where ``toy`` is fetched to."""
    return Path(jp_root_dir) / "toy"


async def test_a_course_is_listed_with_where_the_student_stands(ask):
    status, courses = await ask("GET", "/courses")
    assert status == 200
    assert courses["student"] == "ada"
    assert courses["problem"] is None
    (course,) = courses["courses"]
    (toy,) = course["assignments"]
    assert (course["id"], toy["id"], toy["title"]) == ("nlp", "toy", "Doubling")
    assert toy["released"] is True
    assert toy["folder"] is None
    assert toy["submissions"] == 0
    assert (await ask("GET", "/about"))[1]["student"] == "ada"


async def test_an_assignment_is_fetched_submitted_and_submitted_again(ask, finish, folder, course):
    job = await finish(f"{TOY}/fetch")
    assert (job["state"], job["error"], job["result"]) == ("done", None, {"kept": []})
    assert (folder / "toy.ipynb").is_file()
    _, detail = await ask("GET", TOY)
    assert detail["assignment"]["folder"] == "toy"
    assert {file["path"]: file["state"] for file in detail["files"]}["toy.ipynb"] == "unchanged"

    receipts = []
    for number in (1, 2):
        job = await finish(f"{TOY}/submit")
        assert (job["state"], job["error"]) == ("done", None)
        receipts.append(job["result"])
        _, detail = await ask("GET", TOY)
        assert detail["assignment"]["submissions"] == number
        assert detail["history"][0]["id"] == job["result"]["submission"]["id"]
    assert len(list((course / "exchange" / "nlp" / "inbound").iterdir())) == 2
    assert receipts[0]["student"] == "ada"
    assert receipts[0]["submission"]["hash"] == receipts[1]["submission"]["hash"]
    graded = receipts[0]["graded"][0]["questions"]
    assert [question["grade_id"] for question in graded] == ["doubling", "asserts", "why"]


async def test_a_new_release_leaves_what_the_student_has_changed(ask, finish, folder, course):
    await finish(f"{TOY}/fetch")
    (folder / "data.csv").write_text("mine\n")
    (course / "exchange" / "nlp" / "outbound" / "toy" / "data.csv").write_text("theirs\n")
    job = await finish(f"{TOY}/fetch")
    assert (job["state"], job["step"]) == ("done", "writing")
    assert job["result"] == {"kept": ["data.csv"]}
    assert (folder / "data.csv").read_text() == "mine\n"


async def test_a_double_click_submits_once(ask, finish, course):
    await finish(f"{TOY}/fetch")
    answers = await asyncio.gather(*(ask("POST", f"{TOY}/submit") for _ in range(5)))
    assert {status for status, _ in answers} == {202}
    assert len({job["id"] for _, job in answers}) == 1
    await finish(f"{TOY}/fetch")  # its turn comes after the submission's
    assert len(list((course / "exchange" / "nlp" / "inbound").iterdir())) == 1


async def test_while_the_exchange_keeps_one_waiting_everything_else_is_answered(ask, data, folder):
    data.mkdir()
    with open(data / "lock", "ab") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)  # as another process of the student does at work
        _, job = await ask("POST", f"{TOY}/fetch")
        while job["state"] != "running":
            await asyncio.sleep(0.01)
            _, job = await ask("GET", f"/jobs/{job['id']}")
        courses = asyncio.ensure_future(ask("GET", "/courses"))
        for path in ("/about", "/roadmap", "/progress", "/jobs", f"/jobs/{job['id']}"):
            assert (await ask("GET", path))[0] == 200
        assert not courses.done()
        assert (await ask("DELETE", f"/jobs/{job['id']}"))[0] == 200
    assert (await courses)[0] == 200  # its turn comes after the job's
    _, job = await ask("GET", f"/jobs/{job['id']}")
    assert job["state"] == "cancelled"
    assert not folder.exists()


class TestWithASlowExchange:
    @pytest.fixture
    def jp_server_config(self, jp_server_config):
        slow_exchange.REACHED.clear()
        slow_exchange.FREE.clear()
        plugin = f"{slow_exchange.__name__}.{slow_exchange.SlowSubmit.__name__}"
        jp_server_config["ExchangeFactory"] = {"submit": plugin}
        return jp_server_config

    async def test_a_submission_that_is_being_written_cannot_be_cancelled(
        self, ask, finish, course
    ):
        await finish(f"{TOY}/fetch")
        _, job = await ask("POST", f"{TOY}/submit")
        while not slow_exchange.REACHED.is_set():
            await asyncio.sleep(0.01)
        _, job = await ask("GET", f"/jobs/{job['id']}")
        assert (job["step"], job["cancellable"]) == ("writing", False)
        status, problem = await ask("DELETE", f"/jobs/{job['id']}")
        assert (status, problem["code"]) == (409, "NotCancellable")
        assert "too late" in problem["message"]
        slow_exchange.FREE.set()
        while job["state"] == "running":
            await asyncio.sleep(0.01)
            _, job = await ask("GET", f"/jobs/{job['id']}")
        assert job["state"] == "done"
        assert len(list((course / "exchange" / "nlp" / "inbound").iterdir())) == 1


async def test_a_file_is_restored_and_the_students_is_kept(ask, finish, folder):
    await finish(f"{TOY}/fetch")
    released = (folder / "toy.ipynb").read_bytes()
    (folder / "toy.ipynb").write_text("half a note")
    _, detail = await ask("GET", TOY)
    assert {file["path"]: file["state"] for file in detail["files"]}["toy.ipynb"] == "damaged"
    status, restored = await ask("POST", f"{TOY}/restore", {"path": "toy.ipynb"})
    assert status == 200
    assert (folder / restored["path"]).read_bytes() == released
    assert (folder / restored["kept"]).read_text() == "half a note"


async def test_the_released_cells_are_told(ask, finish, folder):
    await finish(f"{TOY}/fetch")
    (folder / "toy.ipynb").unlink()
    status, answer = await ask("GET", f"{TOY}/released/toy")
    assert status == 200
    cells = {cell["grade_id"]: cell for cell in answer["cells"]}
    assert [name for name, cell in cells.items() if cell["graded"]] == [
        "doubling",
        "asserts",
        "why",
    ]
    assert cells["doubling"]["locked"] and cells["double"]["solution"]
    assert "HIDDENMARKER" not in json.dumps(answer)
    assert (await ask("GET", f"{TOY}/released/other"))[0] == 404


async def test_a_notebook_is_checked(ask, finish, folder):
    await finish(f"{TOY}/fetch")
    path = folder / "toy.ipynb"
    notebook = nbformat.read(path, 4)
    for cell in notebook.cells:
        if cell.metadata.get("nbgrader", {}).get("grade_id") == "double":
            cell.source = "def double(x): return 2 * x"
    notebook.cells = [
        cell
        for cell in notebook.cells
        if cell.metadata.get("nbgrader", {}).get("grade_id") != "asserts"
    ]
    nbformat.write(notebook, path)
    job = await finish(f"{TOY}/check", {"notebook": "toy"})
    assert job["state"] == "done", job
    told = {question["grade_id"]: question for question in job["result"]["questions"]}
    assert {name: question["state"] for name, question in told.items()} == {
        "doubling": "passed",
        "asserts": "not run",
        "why": "at grading",
    }
    assert told["doubling"]["report"]["hidden_remaining"] == 2
    assert (job["notebook"], job["done"], job["total"]) == ("toy", 3, 3)


async def test_what_was_not_fetched_cannot_be_checked(finish):
    job = await finish(f"{TOY}/check", {"notebook": "toy"})
    assert (job["state"], job["error"]["code"]) == ("failed", "NotFetched")


async def test_a_feedback_page_is_answered_so_that_nothing_in_it_runs(
    ask, finish, folder, jp_fetch
):
    await finish(f"{TOY}/fetch")
    submission = (await finish(f"{TOY}/submit"))["result"]["submission"]["id"]
    pages = folder / "feedback" / submission
    pages.mkdir(parents=True)
    (pages / "toy.html").write_text(PAGE, "utf-8")
    path = f"{TOY}/feedback/{submission}"
    status, feedback = await ask("GET", path)
    assert status == 200
    assert feedback["submission"] == submission
    assert feedback["reports"] == [] and len(feedback["problems"]) == 1
    assert (await ask("GET", f"{path}/toy")) == (200, PAGE)
    answer = await jp_fetch("llm-classroom", "api", *f"{path}/toy".strip("/").split("/"))
    assert answer.headers["Content-Type"] == "text/html; charset=utf-8"
    assert answer.headers["X-Content-Type-Options"] == "nosniff"
    assert answer.headers.get_list("Content-Security-Policy") == [
        "sandbox; default-src 'none'; style-src 'unsafe-inline'; img-src data:; font-src data:"
    ]
    assert (await ask("GET", f"{path}/other"))[0] == 404
    assert (await ask("GET", f"{TOY}/feedback/2026-01-01/toy"))[0] == 404


async def test_fetching_feedback_where_there_is_none_is_told(ask, finish):
    await finish(f"{TOY}/fetch")
    await finish(f"{TOY}/submit")
    job = await finish(f"{TOY}/feedback")
    assert (job["state"], job["error"]["code"]) == ("failed", "Transfer")
    assert "no feedback" in job["error"]["message"]
    assert (await ask("GET", TOY))[1]["assignment"]["feedback"] == "none"


UNKNOWN = ("/courses/nlp/assignments/toys", "/courses/nlq/assignments/toy")


async def test_what_was_not_listed_is_refused_at_once(ask):
    await ask("GET", "/courses")
    for path, near in zip(UNKNOWN, ("toy", "nlp"), strict=True):
        for verb in ("fetch", "submit", "feedback", "check"):
            status, problem = await ask("POST", f"{path}/{verb}", {"notebook": "toy"})
            assert (status, problem["code"]) == (404, "UnknownAssignment")
            assert f"Did you mean '{near}'? If it is new, refresh" in problem["message"]
    assert (await ask("GET", "/jobs"))[1] == {"jobs": []}


async def test_what_was_released_since_can_be_fetched_once_it_was_looked_at(ask, finish, course):
    await ask("GET", "/courses")
    outbound = course / "exchange" / "nlp" / "outbound"
    shutil.copytree(outbound / "toy", outbound / "toys")
    assert (await ask("POST", f"{UNKNOWN[0]}/fetch"))[0] == 404
    assert (await ask("GET", UNKNOWN[0]))[0] == 200
    assert (await finish(f"{UNKNOWN[0]}/fetch"))["state"] == "done"


async def test_where_the_exchange_was_away_nobody_knows_what_there_is(ask, finish, course):
    await ask("GET", "/courses")
    exchange = (course / "exchange").rename(course / "gone")
    assert (await ask("GET", "/courses"))[1]["problem"]["code"] == "Transfer"
    exchange.rename(course / "exchange")
    assert (await finish(f"{TOY}/fetch"))["state"] == "done"
    job = await finish(f"{UNKNOWN[0]}/fetch")
    assert (job["state"], job["error"]["code"]) == ("failed", "UnknownAssignment")


async def test_what_is_not_in_the_exchange_is_told(ask, finish):
    for path in UNKNOWN:
        status, problem = await ask("GET", path)
        assert status == 404
        assert problem["message"]
        for verb in ("fetch", "submit", "feedback"):
            job = await finish(f"{path}/{verb}")
            assert job["state"] == "failed"
            assert job["error"]["message"] and job["error"]["code"] != "Fault", (verb, job)


async def test_a_missing_exchange_is_a_problem_in_words(ask, finish, course):
    await finish(f"{TOY}/fetch")
    shutil.rmtree(course / "exchange")
    status, courses = await ask("GET", "/courses")
    assert status == 200
    assert str(course / "exchange") in courses["problem"]["message"]
    job = await finish(f"{TOY}/submit")
    assert job["state"] == "failed"
    assert job["error"]["code"] != "Fault"
    job = await finish(f"{TOY}/check", {"notebook": "toy"})  # needs no exchange
    assert job["state"] == "done"


async def test_a_configuration_that_cannot_be_used_is_told_until_it_is_mended(ask, jp_root_dir):
    file = Path(jp_root_dir) / "nbgrader_config.py"
    file.write_text("c = get_config()\nc.Exchange.root = 1 / 0\n")
    status, courses = await ask("GET", "/courses")
    assert status == 200
    assert f"{file}, line 2" in courses["problem"]["message"]
    assert (await ask("GET", "/about"))[0] == 200
    status, problem = await ask("GET", TOY)
    assert (status, problem["code"]) == (502, "Desk")
    file.unlink()
    _, courses = await ask("GET", "/courses")
    assert courses["problem"] is None
    assert len(courses["courses"]) == 1


class TestWhereOnlyAFileConfigures:
    @pytest.fixture
    def jp_server_config(self, jp_server_config, jp_root_dir):
        own = {key: jp_server_config[key] for key in ("ServerApp", "ClassroomApp")}
        lines = [
            f"c.Exchange.root = {jp_server_config['Exchange']['root']!r}",
            f"c.Exchange.cache = {jp_server_config['Exchange']['cache']!r}",
            "c.CourseDirectory.student_id = 'grace'",
        ]
        Path(jp_root_dir, "nbgrader_config.py").write_text("\n".join(["c = get_config()", *lines]))
        return own

    async def test_it_is_read_as_nbgrader_reads_it(self, ask):
        _, courses = await ask("GET", "/courses")
        assert courses["student"] == "grace"
        assert [course["id"] for course in courses["courses"]] == ["nlp"]


async def test_a_jobs_moves_are_events_that_name_nobody(ask, finish, jp_serverapp):
    seen = []

    async def listen(logger, schema_id, data):
        seen.append(data)

    jp_serverapp.event_logger.add_listener(
        schema_id="https://schema.llm-classroom.org/events/job/v1", listener=listen
    )
    job = await finish(f"{TOY}/fetch")
    while not seen or seen[-1]["state"] != "done":
        await asyncio.sleep(0.01)
    assert {data["job"] for data in seen} == {job["id"]}
    assert [data["state"] for data in seen][:2] == ["queued", "running"]
    assert {frozenset(data) for data in seen} == {frozenset({"job", "state", "done", "total"})}
    status, jobs = await ask("GET", "/jobs")
    assert status == 200
    assert [told["id"] for told in jobs["jobs"]] == [job["id"]]
    assert (await ask("DELETE", f"/jobs/{job['id']}"))[0] == 409
    assert (await ask("GET", f"/jobs/{'0' * 32}"))[0] == 404
    assert (await ask("DELETE", f"/jobs/{'0' * 32}"))[0] == 404


async def test_a_check_is_cancelled(ask, finish, folder):
    await finish(f"{TOY}/fetch")
    notebook = nbformat.read(folder / "toy.ipynb", 4)
    notebook.cells.insert(0, nbformat.v4.new_code_cell("while True: pass"))
    nbformat.write(notebook, folder / "toy.ipynb")
    _, job = await ask("POST", f"{TOY}/check", {"notebook": "toy"})
    assert (await ask("POST", f"{TOY}/check", {"notebook": "toy"}))[1]["id"] == job["id"]
    while job["step"] != "running":
        await asyncio.sleep(0.02)
        _, job = await ask("GET", f"/jobs/{job['id']}")
    status, _ = await ask("DELETE", f"/jobs/{job['id']}")
    assert status == 200
    while job["state"] == "running":
        await asyncio.sleep(0.02)
        _, job = await ask("GET", f"/jobs/{job['id']}")
    assert (job["state"], job["result"], job["error"]) == ("cancelled", None, None)
