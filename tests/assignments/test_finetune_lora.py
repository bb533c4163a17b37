"""What is particular to the assignment: its conversations, and who has seen them."""

from __future__ import annotations

import importlib.util
import json
import sys
from pathlib import Path

import pytest

from autograder.course import load_assignment, load_roadmap

FOLDER = Path(__file__).resolve().parents[2] / "assignments" / "finetune-lora"


@pytest.fixture
def made(tmp_path, monkeypatch):
    """Run the script that makes the data, in another folder; return that folder."""
    monkeypatch.setattr(sys, "path", [*sys.path])
    before = set(sys.modules)
    spec = importlib.util.spec_from_file_location("make_data", FOLDER / "grader" / "make_data.py")
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    for folder in ("files", "grader"):
        (tmp_path / folder).mkdir()
    monkeypatch.setattr(module, "FOLDER", tmp_path)
    module.main()
    for name in set(sys.modules) - before:
        del sys.modules[name]
    return tmp_path


def conversations(name):
    lines = (FOLDER / name).read_text(encoding="utf-8").splitlines()
    return [json.loads(line)["messages"] for line in lines]


def said_by(messages, role):
    return [message["content"] for message in messages if message["role"] == role]


def test_the_script_makes_the_files_that_are_shipped(made):
    names = ("files/train.jsonl", "files/validation.jsonl", "files/stories.txt")
    for name in (*names, "grader/heldout.jsonl"):
        assert (made / name).read_bytes() == (FOLDER / name).read_bytes(), name


@pytest.mark.parametrize(
    ("name", "count"),
    [("files/train.jsonl", 2000), ("files/validation.jsonl", 60), ("grader/heldout.jsonl", 200)],
)
def test_each_question_has_an_answer(name, count):
    found = conversations(name)
    assert len(found) == count
    for messages in found:
        turns = [m["role"] for m in messages if m["role"] != "system"]
        assert turns in (["user", "assistant"], ["user", "assistant"] * 2)
        assert all(message["content"].strip() for message in messages)


def test_some_conversations_have_two_turns_or_a_system_message():
    found = conversations("files/train.jsonl")
    assert 200 < sum(len(said_by(messages, "user")) == 2 for messages in found) < 800
    assert 200 < sum(bool(said_by(messages, "system")) for messages in found) < 800


def test_students_have_none_of_the_questions_that_are_graded():
    released = conversations("files/train.jsonl") + conversations("files/validation.jsonl")
    theirs = {text for messages in released for text in said_by(messages, "user")}
    ours = [
        text
        for messages in conversations("grader/heldout.jsonl")
        for text in said_by(messages, "user")
    ]
    assert len(ours) > 200
    assert not theirs & set(ours)


def test_the_people_in_graded_texts_are_new():
    def people(name):
        texts = [
            t for m in conversations(name) for t in said_by(m, "user") if t.startswith("Read:")
        ]
        return {
            text.rstrip("?").split("of ")[-1].split()[0] for text in texts if " of " in text[-20:]
        }

    graded, released = people("grader/heldout.jsonl"), people("files/train.jsonl")
    assert len(graded) >= 4
    assert len(released) >= 15
    assert not graded & released


def test_every_conversation_fits_where_the_base_model_is_good():
    from autograder.models import load_tokenizer

    tokenizer = load_tokenizer("tiny-base")
    for name in ("files/train.jsonl", "grader/heldout.jsonl"):
        for messages in conversations(name):
            assert len(tokenizer.apply_chat_template(messages)["input_ids"]) <= 128


def test_the_settings_name_what_the_roadmap_has_and_what_is_forbidden():
    assignment = load_assignment(FOLDER, roadmap=load_roadmap())
    assert assignment.topics[0] == "scientist-4"
    assert assignment.notebooks == ("fine-tune-llama-2-with-qlora",)
    forbidden = {rule.question for rule in assignment.rules if "peft" in rule.names}
    assert forbidden >= {"lora-forward", "lora-init", "lora-merge", "layer"}
