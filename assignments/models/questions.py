"""Questions with one right answer: what the corpus asks, and what later sets may ask."""

from __future__ import annotations

import random
from collections.abc import Callable, Sequence
from dataclasses import dataclass

import words
import world


@dataclass(frozen=True, slots=True)
class Question:
    """A question, its only answer, and the entity that it is about."""

    kind: str
    entity: str
    text: str
    answer: str


_FACT_FORMS = {
    "job": ("What is the job of {name}?", "What job does {name} have?"),
    "town": ("Where does {name} live?", "What is the town of {name}?"),
    "pet": ("What is the pet of {name}?", "What pet does {name} have?"),
    "food": ("What does {name} like to eat?", "What is the best food of {name}?"),
    "colour": ("What is the best colour of {name}?", "What colour does {name} like?"),
}


def about_person(person: world.Person, field: str, rng: random.Random) -> Question:
    """Ask for one fact of a person."""
    form = rng.choice(_FACT_FORMS[field])
    return Question("fact", person.name, form.format(name=person.name), person.value(field))


def _fact(rng: random.Random, held_out: bool) -> Question:
    people = world.HELD_OUT_PEOPLE if held_out else world.ASKED_PEOPLE
    return about_person(rng.choice(people), rng.choice(world.FIELDS), rng)


def _opposite(rng: random.Random, held_out: bool) -> Question:
    pairs = world.HELD_OUT_OPPOSITES if held_out else world.ASKED_OPPOSITES
    pair = rng.choice(pairs)
    word, answer = pair if rng.random() < 0.5 else pair[::-1]
    return Question("opposite", word, f"What is the opposite of {word}?", answer)


def _colour(rng: random.Random, held_out: bool) -> Question:
    thing = rng.choice(world.HELD_OUT_COLOURS if held_out else world.ASKED_COLOURS)
    answer = words.THING_COLOURS[thing]
    return Question("colour", thing, f"What is the colour of {thing}?", answer)


def _count(rng: random.Random, held_out: bool) -> Question:
    first = rng.randrange(len(words.NUMBERS) - 3)
    last = rng.randrange(first + 2, min(first + 7, len(words.NUMBERS)))
    run = words.NUMBERS[first : last + 1]
    text = f"How do you count from {run[0]} to {run[-1]}?"
    return Question("count", run[0], text, ", ".join(run))


def _after(rng: random.Random, held_out: bool) -> Question:
    at = rng.randrange(len(words.NUMBERS) - 1)
    number, following = words.NUMBERS[at : at + 2]
    return Question("after", number, f"What comes after {number}?", following)


def _sort(rng: random.Random, held_out: bool) -> Question:
    items = rng.sample(words.THINGS, 3)
    text = f"How do you sort {', '.join(items)}?"
    return Question("sort", items[0], text, ", ".join(sorted(items)))


_KINDS: dict[str, Callable[[random.Random, bool], Question]] = {
    "fact": _fact,
    "opposite": _opposite,
    "colour": _colour,
    "count": _count,
    "after": _after,
    "sort": _sort,
}
KINDS = tuple(_KINDS)
# Only these kinds are about named entities, some of which are left out.
KINDS_WITH_HELD_OUT_ENTITIES = ("fact", "opposite", "colour")


def draw(rng: random.Random, kinds: Sequence[str] = KINDS, *, held_out: bool = False) -> Question:
    """Draw one question.

    Parameters
    ----------
    rng
        Where the choices come from.
    kinds
        Which of `KINDS` to choose from, each as likely; name one twice to ask it twice
        as often.
    held_out
        Ask about the entities that the pretraining corpus never asks about. Makes no
        difference for counting and sorting, which are about no entity.
    """
    return _KINDS[rng.choice(kinds)](rng, held_out)
