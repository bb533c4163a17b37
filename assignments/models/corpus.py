"""A seeded corpus of short English documents, generated from our own word lists.

Nothing is downloaded and nobody else's sentence is in it. A document's split is
decided by its own text, so that a held-out document is held out of *every* corpus
that this module ever makes, whatever its seed, size or mix.
"""

from __future__ import annotations

import random
import zlib
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from typing import Literal

import questions
import words
import world

Split = Literal["train", "heldout"]

END_OF_TEXT = "<|endoftext|>"

# Shares of the documents. Reading comprehension and short repeats are what makes the model
# learn to look back; the rest is what there is to remember.
MIX: Mapping[str, float] = {
    "story": 0.20,
    "fact": 0.14,
    "general": 0.08,
    "question": 0.16,
    "reading": 0.30,
    "copy": 0.04,
    "repeat": 0.10,
}

_EVERYBODY = (*words.KNOWN_NAMES, *words.STRANGER_NAMES)
_COPIED = (
    *words.THINGS,
    *words.COLOURS,
    *words.FOODS,
    *words.PETS,
    *words.NUMBERS,
    *words.ROLES,
    *words.THING_COLOURS,
    *(word for pair in words.OPPOSITES for word in pair),
)
# What repeats begin with, so that each word an answer may begin with is seen at a line's start.
_ANSWERS = (*_COPIED, *words.TOWNS, *words.JOBS)


@dataclass(frozen=True, slots=True)
class Document:
    """A text of the corpus and the kind that made it, one of `MIX`."""

    kind: str
    text: str


@dataclass(frozen=True, slots=True)
class ReadingItem:
    """A text with a question about it, up to `Answer:`, and the one right answer."""

    prompt: str
    answer: str
    people: int


def split_of(text: str) -> Split:
    """Return the split of a document: one in ten is held out, by a checksum of its text.

    What is asked about a passage does not count, so that all questions about the same
    passage are in the same split.
    """
    passage = text.partition("Question:")[0].rstrip()
    return "heldout" if zlib.crc32((passage or text).encode()) % 10 == 0 else "train"


def documents(
    n: int, *, seed: int, mix: Mapping[str, float] = MIX, split: Split = "train"
) -> Iterator[Document]:
    """Generate documents of one split.

    Parameters
    ----------
    n
        How many documents.
    seed
        Two calls with the same arguments give the same documents.
    mix
        Kind of document -> its share; shares need not add up to one.
    split
        `"train"` or `"heldout"`; the two never share a text.

    Raises
    ------
    KeyError
        `mix` names a kind that there is not.
    """
    rng = random.Random(f"corpus {seed} {split}")
    kinds, shares = list(mix), list(mix.values())
    makers = {kind: _MAKERS[kind] for kind in kinds}
    made = 0
    while made < n:
        kind = rng.choices(kinds, shares)[0]
        text = makers[kind](rng)
        # A rejected text is drawn again with its kind, or rare kinds would change their share.
        while split_of(text) != split:
            text = makers[kind](rng)
        yield Document(kind, text)
        made += 1


def joined(texts: Iterator[str]) -> str:
    """Join texts as the model reads them: each is followed by the end-of-text token."""
    return "".join(text + END_OF_TEXT for text in texts)


def heldout_text(seed: int, n_documents: int) -> str:
    """Return text that no model of ours was trained on, for evaluation."""
    return joined(d.text for d in documents(n_documents, seed=seed, split="heldout"))


def reading_items(n: int, *, seed: int, split: Split = "heldout") -> list[ReadingItem]:
    """Return reading comprehension items whose passage belongs to `split`."""
    rng = random.Random(f"reading {seed} {split}")
    items: list[ReadingItem] = []
    while len(items) < n:
        people = rng.choice((1, 2))
        passage, asked = _passage(rng, people)
        prompt = f"{passage} Question: {asked[0].text} Answer:"
        if split_of(prompt) == split:
            items.append(ReadingItem(prompt, asked[0].answer, people))
    return items


_FACT_SENTENCES = {
    "job": ("The job of {name} is {value}.", "{name} works as a {value}."),
    "town": ("{name} lives in {value}.", "The town of {name} is {value}."),
    "pet": ("{name} has a {value}.", "The pet of {name} is a {value}."),
    "food": ("{name} likes to eat {value}.", "The best food of {name} is {value}."),
    "colour": ("{name} likes the colour {value}.", "The best colour of {name} is {value}."),
}


def _sentence(person: world.Person, field: str, rng: random.Random) -> str:
    form = rng.choice(_FACT_SENTENCES[field])
    return form.format(name=person.name, value=person.value(field))


# A thing is named in a story's second sentence and again in its third. It may be of any kind
# that questions ask for: what is repeated in stories is soon found in passages as well.
_STORY_TOPICS = {
    "pet": (
        ("Then {name} saw a {value}.", "There {name} met {friend} and a {value}."),
        ("The {value} took the {thing} and ran away.", "The {value} sat on the {thing}."),
    ),
    "job": (
        ("Then {name} met a {value}.", "There {name} saw {friend} and a {value}."),
        ("The {value} took the {thing}.", "{name} gave the {thing} to the {value}."),
    ),
    "town": (
        ("Then {name} and {friend} went to {value}.", "There a road led to {value}."),
        ("It was late in {value}.", "{name} sold the {thing} in {value}."),
    ),
    "food": (
        ("Then {name} saw {value}.", "There {name} and {friend} had {value}."),
        ("The {value} was hot.", "{name} ate the {value} and left the {thing}."),
    ),
    "colour": (
        ("Then {name} saw a {value} light.", "There {friend} had a {value} hat."),
        ("It was as {value} as the {thing}.", "{name} liked {value} best."),
    ),
}


def _story(rng: random.Random) -> str:
    name, friend = rng.sample(_EVERYBODY, 2)
    thing, place, mood = rng.choice(words.THINGS), rng.choice(words.PLACES), rng.choice(words.MOODS)
    topic = rng.choice(world.FIELDS)
    value = world.person(friend, rng).value(topic)
    opening = rng.choice(
        (
            f"One day {name} went to the {place} with a new {thing}.",
            f"In the morning {name} found a big {thing} near the {place}.",
            f"Last night {name} lost a small {thing} at the {place}.",
        )
    )
    middle = [
        rng.choice(forms).format(name=name, friend=friend, thing=thing, value=value)
        for forms in _STORY_TOPICS[topic]
    ]
    ending = rng.choice(
        (
            f"At last {name} was {mood} and went home.",
            f"So {name} left the {place} and felt {mood}.",
            f"Now {name} is {mood}.",
        )
    )
    return " ".join([opening, *middle, ending]).replace("a orange", "an orange")


def _fact(rng: random.Random) -> str:
    person = rng.choice(world.PEOPLE)
    fields = rng.sample(world.FIELDS, rng.choice((3, 4)))
    return " ".join(["Meet " + person.name + ".", *(_sentence(person, f, rng) for f in fields)])


def _general(rng: random.Random) -> str:
    # Several lines a document: single ones are so few that holding out a tenth of them
    # would hold out the knowledge itself.
    return "\n".join(_general_line(rng) for _ in range(rng.choice((2, 3))))


def _general_line(rng: random.Random) -> str:
    kind = rng.choice(("opposite", "colour", "count", "sort"))
    if kind == "opposite":
        pair = rng.choice(words.OPPOSITES)
        word, other = pair if rng.random() < 0.5 else pair[::-1]
        return f"The opposite of {word} is {other}."
    if kind == "colour":
        thing, colour = rng.choice(list(words.THING_COLOURS.items()))
        return f"The colour of {thing} is {colour}."
    question = questions.draw(rng, [kind])
    if kind == "count":
        return f"Count: {question.answer}."
    items = question.answer.split(", ")
    rng.shuffle(items)
    return f"Sort {', '.join(items)}: {question.answer}."


def _asked(question: questions.Question, *, in_lines: bool) -> str:
    # A conversation puts the question and the answer at the start of a line, where a word
    # is another token than after a space; some documents practise that.
    if in_lines:
        return f"Question:\n{question.text}\nAnswer:\n{question.answer}."
    return f"Question: {question.text} Answer: {question.answer}."


def _question(rng: random.Random) -> str:
    in_lines = rng.random() < 0.3
    kinds = ("fact", "fact", "fact", "opposite", "colour", "count", "after", "sort")
    asked = [questions.draw(rng, kinds) for _ in range(rng.choice((2, 3)))]
    return "\n".join(_asked(q, in_lines=in_lines) for q in asked)


def _passage(rng: random.Random, people: int) -> tuple[str, list[questions.Question]]:
    """Return a passage about new people and a question for each of its facts."""
    names = rng.sample(words.STRANGER_NAMES, people)
    strangers = [world.person(name, rng) for name in names]
    # Two people have the same kinds of facts: only the name tells which one is asked for.
    fields = rng.sample(world.FIELDS, 3 if people == 1 else 2)
    told = [(stranger, field) for stranger in strangers for field in fields]
    if rng.random() < 0.5:
        rng.shuffle(told)
    text = " ".join(_sentence(stranger, field, rng) for stranger, field in told)
    rng.shuffle(told)
    return f"Text: {text}", [questions.about_person(*fact, rng) for fact in told]


def _reading(rng: random.Random) -> str:
    passage, asked = _passage(rng, rng.choice((1, 2)))
    in_lines = rng.random() < 0.25
    between = "\n" if in_lines else " "
    # Several questions a passage: the few answer tokens are all that teaches to look back.
    chosen = [_asked(q, in_lines=in_lines) for q in asked[: rng.choice((2, 3))]]
    return between.join([passage, *chosen])


def _copy(rng: random.Random) -> str:
    line = " ".join(rng.sample(_COPIED, rng.randint(3, 6)))
    return f"Copy: {line}\n{line}"


def _repeat(rng: random.Random) -> str:
    first, *rest = rng.sample(_ANSWERS, 2)
    rest += rng.sample(_EVERYBODY, rng.randint(0, 2))
    rng.shuffle(rest)
    line = " ".join([first, *rest])
    return "\n".join([line] * rng.randint(2, 4))


_MAKERS: Mapping[str, Callable[[random.Random], str]] = {
    "story": _story,
    "fact": _fact,
    "general": _general,
    "question": _question,
    "reading": _reading,
    "copy": _copy,
    "repeat": _repeat,
}
