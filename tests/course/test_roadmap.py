from __future__ import annotations

import re
from collections import Counter
from dataclasses import FrozenInstanceError
from pathlib import Path

import pytest

from autograder.course import RoadmapFileError, load_roadmap

SMALLEST = """
source: {title: T, author: A, repository: R, license: L, as_of: "2024"}
parts:
  - id: p
    title: P
    topics:
      - id: p-1
        title: One
        about: Of one.
        subtopics: [{name: S, about: Of S.}]
        resources: [{title: X, author: Y, kind: book, url: "https://example.org"}]
notebooks:
  - {id: n, number: 1, title: N, category: Tools, url: "https://example.org", facts: {task: t}}
"""


@pytest.fixture(scope="module")
def roadmap():
    return load_roadmap()


def test_the_roadmap_has_all_parts_topics_subtopics_resources_and_notebooks(roadmap):
    assert [part.title for part in roadmap.parts] == [
        "LLM Fundamentals",
        "The LLM Scientist",
        "The LLM Engineer",
    ]
    assert [len(part.topics) for part in roadmap.parts] == [4, 8, 7]
    assert sum(len(topic.subtopics) for topic in roadmap.topics) == 73
    assert sum(len(topic.resources) for topic in roadmap.topics) == 97
    assert Counter(notebook.category for notebook in roadmap.notebooks) == {
        "Tools": 6,
        "Fine-tuning": 6,
        "Quantization": 4,
        "Other": 5,
    }


def test_topics_are_numbered_within_their_part(roadmap):
    for part in roadmap.parts:
        numbers = [topic.id for topic in part.topics]
        assert numbers == [f"{part.id}-{n}" for n in range(1, len(numbers) + 1)]


def test_seed_notebooks_are_numbered_from_one_and_named_by_slug(roadmap):
    assert [notebook.number for notebook in roadmap.notebooks] == list(range(1, 22))
    assert "introduction-to-quantization" in roadmap.notebook_ids
    assert all(notebook.facts["task"] for notebook in roadmap.notebooks)


def _texts(roadmap) -> dict[str, str]:
    found = {topic.id: topic.about for topic in roadmap.topics}
    for topic in roadmap.topics:
        found |= {f"{topic.id} {step.name}": step.about for step in topic.subtopics}
    return found


def test_every_topic_and_subtopic_is_told_in_two_or_three_sentences(roadmap):
    texts = _texts(roadmap)
    assert len(texts) == len(set(texts.values())) == 19 + 73
    for name, text in texts.items():
        prose = re.sub(r"\$[^$]*\$|`[^`]*`", "x", text)
        assert 30 <= len(text.split()) <= 85, name
        assert 2 <= len(re.findall(r"[.!?](?= [A-Z`$0-9]|$)", prose)) <= 4, name


def test_formulas_and_code_in_the_texts_are_closed(roadmap):
    for name, text in _texts(roadmap).items():
        assert text.count("$") % 2 == 0, name
        assert text.count("`") % 2 == 0, name
        for formula in re.findall(r"\$([^$]*)\$", text):
            assert formula == formula.strip(), f"{name}: a formula touches its dollars"
            assert formula.count("{") == formula.count("}"), name


def test_every_text_has_a_number_a_formula_or_code_but_those_whose_pitfall_needs_none(roadmap):
    in_words = {name for name, text in _texts(roadmap).items() if not re.search(r"[\d$`]", text)}
    assert in_words == {
        "fundamentals-3 Overfitting",
        "fundamentals-4",
        "engineer-1 Prompt engineering",
        "engineer-2",
        "engineer-3 Memory",
        "engineer-3 Orchestrators",
        "engineer-7",
        "engineer-7 Prompt hacking",
    }


def test_the_texts_are_spelled_as_americans_do(roadmap):
    stems = "optimis|quantis|tokenis|memoris|initialis|normalis|summaris|organis|recognis|generalis"
    words = "behaviour|neighbour|favour|colour|flavour|labell|modell|centre|defence|lorry|licence"
    british = re.compile(rf"\b\w*({stems}|{words})\w*", re.IGNORECASE)
    found = {
        name: hit[0] for name, text in _texts(roadmap).items() if (hit := british.search(text))
    }
    assert found == {}


def test_resources_have_ids_that_an_address_can_carry(roadmap):
    ids = [resource.id for topic in roadmap.topics for resource in topic.resources]
    assert len(set(ids)) == len(ids) == 97
    assert all(re.fullmatch(r"[a-z]+-\d\.[a-z0-9-]+", id_) for id_ in ids)
    assert "scientist-8.mixture-of-experts-explained" in ids


def test_two_resources_of_a_topic_with_one_id_are_refused(tmp_path: Path):
    file = tmp_path / "roadmap.yaml"
    one = '{title: X, author: Y, kind: book, url: "https://example.org"}'
    text = SMALLEST.replace(one, f"{one}, {one.replace('X', 'x!')}")
    file.write_text(text, encoding="utf-8")
    with pytest.raises(RoadmapFileError, match="two titles that make the id 'p-1.x'"):
        load_roadmap(file)


def test_every_address_is_https(roadmap):
    resources = [resource for topic in roadmap.topics for resource in topic.resources]
    subtopics = [subtopic for topic in roadmap.topics for subtopic in topic.subtopics]
    links = [link for thing in (*resources, *subtopics) for link in thing.links]
    urls = [
        *(resource.url for resource in resources),
        *(resource.moved_to for resource in resources if resource.moved_to),
        *(link.url for link in links),
        *(notebook.url for notebook in roadmap.notebooks),
        *(notebook.article for notebook in roadmap.notebooks if notebook.article),
    ]
    assert len(urls) == 97 + 8 + 83 + 21 + 14
    assert [url for url in urls if not url.startswith("https://") or " " in url] == []


def test_contradictions_of_the_source_are_settled_and_noted(roadmap):
    trends = next(topic for topic in roadmap.topics if topic.id == "scientist-8")
    merging = next(s for s in trends.subtopics if s.name == "Model merging")
    ties = next(link for link in merging.links if link.name == "TIES")
    assert ties.url == "https://arxiv.org/abs/2306.01708"
    assert ties.note


def test_the_roadmap_cannot_be_changed(roadmap):
    with pytest.raises(FrozenInstanceError):
        roadmap.parts[0].title = "another"


def test_a_given_file_is_read(tmp_path: Path):
    file = tmp_path / "roadmap.yaml"
    file.write_text(SMALLEST, encoding="utf-8")
    assert load_roadmap(file).topic_ids == ("p-1",)


@pytest.mark.parametrize(
    ("old", "new", "message"),
    [
        ("title: One", "titel: One", "parts[0].topics[0].title is missing; it must be a text."),
        ("Of S.}", "Of S., url: x}", "unknown key 'parts[0].topics[0].subtopics[0].url'."),
        ("number: 1", 'number: "1"', "notebooks[0].number must be a whole number, not a text."),
        ("number: 1", "number: true", "number must be a whole number, not true or false."),
        ("about: Of one.", "about: ''", "parts[0].topics[0].about is empty."),
        (
            "about: Of S.",
            "",
            "parts[0].topics[0].subtopics[0].about is missing; it must be a text.",
        ),
        ("title: One", "title:", "parts[0].topics[0].title must be a text, not nothing."),
        ("id: p-1", "id: ''", "parts[0].topics[0].id is empty."),
        ("id: n,", "id: n, facts: 3,", "notebooks[0].facts must be a table, not a whole number."),
        ("parts:", "parts: [", "is no YAML"),
    ],
)
def test_a_mistake_is_one_line_that_names_file_and_key(tmp_path, old, new, message):
    text = SMALLEST.replace(", facts: {task: t}", "") if "facts" in new else SMALLEST
    file = tmp_path / "roadmap.yaml"
    file.write_text(text.replace(old, new, 1), encoding="utf-8")
    with pytest.raises(RoadmapFileError) as caught:
        load_roadmap(file)
    text = str(caught.value)
    assert text.startswith(f"{file}: ")
    assert message in text
    assert "\n" not in text


def test_two_topics_of_one_id_are_refused(tmp_path: Path):
    topic = SMALLEST[SMALLEST.index("      - id: p-1") : SMALLEST.index("notebooks:")]
    file = tmp_path / "roadmap.yaml"
    file.write_text(SMALLEST.replace(topic, topic + topic), encoding="utf-8")
    with pytest.raises(RoadmapFileError, match="'p-1' stands there twice"):
        load_roadmap(file)


def test_a_missing_file_is_named(tmp_path: Path):
    with pytest.raises(RoadmapFileError, match="nowhere.yaml: cannot be read"):
        load_roadmap(tmp_path / "nowhere.yaml")
