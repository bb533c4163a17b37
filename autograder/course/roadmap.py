"""The roadmap of the course: parts, topics, what to read, and the seed notebooks."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import yaml

from autograder.course.errors import RoadmapFileError
from autograder.course.table import Table

__all__ = [
    "Link",
    "Part",
    "Resource",
    "Roadmap",
    "SeedNotebook",
    "Source",
    "Subtopic",
    "Topic",
    "load_roadmap",
]


@dataclass(frozen=True, slots=True)
class Source:
    """Where the facts of the roadmap come from."""

    title: str
    author: str
    repository: str
    license: str
    as_of: str


@dataclass(frozen=True, slots=True)
class Link:
    """A named address; the note says where we differ from the source."""

    name: str
    url: str
    note: str | None = None


@dataclass(frozen=True, slots=True)
class Resource:
    """Something to read or to watch.

    Parameters
    ----------
    id : str
        The topic's id and the title in letters that an address can carry, as
        ``scientist-7.llm-int8``; it stays as long as the title does.
    author_inferred : bool
        The source names no author; this one was read off the resource.
    kind : str
        ``article``, ``book``, ``course``, ``docs``, ``video``, ...
    moved_to : str or None
        The address that the source gives by now.
    """

    id: str
    title: str
    author: str
    kind: str
    url: str
    author_inferred: bool = False
    moved_to: str | None = None
    note: str | None = None
    links: tuple[Link, ...] = ()


@dataclass(frozen=True, slots=True)
class Subtopic:
    """A step within a topic.

    Parameters
    ----------
    about : str
        Two or three sentences: what it is, why one wants it, one concrete thing. Markdown with
        code in backticks and formulas between dollars.
    """

    name: str
    about: str
    links: tuple[Link, ...] = ()


@dataclass(frozen=True, slots=True)
class Topic:
    """A topic of a part; an assignment names it by its id, as ``scientist-7``.

    Parameters
    ----------
    about : str
        As a subtopic's.
    """

    id: str
    title: str
    about: str
    subtopics: tuple[Subtopic, ...]
    resources: tuple[Resource, ...]


@dataclass(frozen=True, slots=True)
class Part:
    """One of the three parts of the course."""

    id: str
    title: str
    topics: tuple[Topic, ...]


@dataclass(frozen=True, slots=True)
class SeedNotebook:
    """A notebook of the source whose technique an assignment builds.

    Parameters
    ----------
    facts : mapping of str to str or tuple of str
        What the notebook does and with what: task, method, model, dataset, library, ...
    """

    id: str
    number: int
    title: str
    category: str
    url: str
    article: str | None
    emoji: str | None
    note: str | None
    facts: Mapping[str, str | tuple[str, ...]]


@dataclass(frozen=True, slots=True)
class Roadmap:
    """The whole roadmap."""

    source: Source
    parts: tuple[Part, ...]
    notebooks: tuple[SeedNotebook, ...]

    @property
    def topics(self) -> tuple[Topic, ...]:
        """The topics of all parts, in order."""
        return tuple(topic for part in self.parts for topic in part.topics)

    @property
    def topic_ids(self) -> tuple[str, ...]:
        """The ids of all topics, in order."""
        return tuple(topic.id for topic in self.topics)

    @property
    def notebook_ids(self) -> tuple[str, ...]:
        """The ids of all seed notebooks, in order."""
        return tuple(notebook.id for notebook in self.notebooks)


def load_roadmap(path: Path | None = None) -> Roadmap:
    """Read the roadmap.

    Parameters
    ----------
    path : Path, optional
        A ``roadmap.yaml``; by default the one that was installed beside this package, else the
        one of the checkout that this package stands in.

    Raises
    ------
    RoadmapFileError
        The file is missing, no YAML, or lacks something.
    """
    path = path or _default_path()
    root = Table(_parse(path), path, RoadmapFileError)
    source = root.table("source")
    roadmap = Roadmap(
        source=Source(**{key: source.text(key) for key in Source.__dataclass_fields__}),
        parts=tuple(_part(table) for table in root.tables("parts")),
        notebooks=tuple(_notebook(table) for table in root.tables("notebooks")),
    )
    source.finish()
    root.finish()
    part_ids = tuple(part.id for part in roadmap.parts)
    for ids in (part_ids, roadmap.topic_ids, roadmap.notebook_ids):
        for repeated in {id_ for id_ in ids if ids.count(id_) > 1}:
            root.fail(f"the id {repeated!r} stands there twice.")
    return roadmap


def _default_path() -> Path:
    # A wheel carries the roadmap inside the package; a checkout has it among the assignments.
    here = Path(__file__).resolve()
    installed = here.parent / "data" / "roadmap.yaml"
    return installed if installed.is_file() else here.parents[2] / "assignments" / "roadmap.yaml"


def _parse(path: Path) -> Any:
    try:
        return yaml.safe_load(path.read_text(encoding="utf-8"))
    except OSError as error:
        raise RoadmapFileError(path, f"cannot be read ({error.strerror}).") from error
    except UnicodeDecodeError as error:
        raise RoadmapFileError(path, "is not UTF-8.") from error
    except yaml.YAMLError as error:
        raise RoadmapFileError(path, f"is no YAML: {' '.join(str(error).split())}") from error


def _part(table: Table) -> Part:
    part = Part(
        id=table.text("id"),
        title=table.text("title"),
        topics=tuple(_topic(topic) for topic in table.tables("topics")),
    )
    table.finish()
    return part


def _topic(table: Table) -> Topic:
    id_ = table.text("id")
    topic = Topic(
        id=id_,
        title=table.text("title"),
        about=table.text("about"),
        subtopics=tuple(_subtopic(subtopic) for subtopic in table.tables("subtopics")),
        resources=tuple(_resource(resource, id_) for resource in table.tables("resources")),
    )
    ids = [resource.id for resource in topic.resources]
    for repeated in {id_ for id_ in ids if ids.count(id_) > 1}:
        table.fail(f"{table.key('resources')} has two titles that make the id {repeated!r}.")
    table.finish()
    return topic


def _subtopic(table: Table) -> Subtopic:
    subtopic = Subtopic(table.text("name"), table.text("about"), _links(table))
    table.finish()
    return subtopic


def _resource(table: Table, topic: str) -> Resource:
    inferred = "inferred_author" in table
    title = table.text("title")
    resource = Resource(
        id=f"{topic}.{_slug(title)}",
        title=title,
        author=table.text("inferred_author" if inferred else "author"),
        kind=table.text("kind"),
        url=table.text("url"),
        author_inferred=inferred,
        moved_to=table.text_or_none("moved_to"),
        note=table.text_or_none("note"),
        links=_links(table),
    )
    table.finish()
    return resource


def _slug(title: str) -> str:
    """Make the letters, digits and hyphens of an address: ``LLM.int8()`` is ``llm-int8``."""
    ascii_only = unicodedata.normalize("NFKD", title).encode("ascii", "ignore").decode()
    return re.sub(r"[^a-z0-9]+", "-", ascii_only.lower()).strip("-")


def _links(table: Table) -> tuple[Link, ...]:
    return tuple(_link(link) for link in table.tables("links"))


def _link(table: Table) -> Link:
    link = Link(table.text("name"), table.text("url"), table.text_or_none("note"))
    table.finish()
    return link


def _notebook(table: Table) -> SeedNotebook:
    facts = table.table("facts")
    notebook = SeedNotebook(
        id=table.text("id"),
        number=table.integer("number", at_least=1),
        title=table.text("title"),
        category=table.text("category"),
        url=table.text("url"),
        article=table.text_or_none("article"),
        emoji=table.text_or_none("emoji"),
        note=table.text_or_none("note"),
        facts={
            key: facts.texts(key) if isinstance(value, list) else facts.text(key)
            for key, value in facts.values.items()
        },
    )
    table.finish()
    return notebook
