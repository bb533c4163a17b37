"""The facts of the corpus and the entities that its questions leave out.

The world is the same for every seed of the corpus: a fine-tuning set that is made
later must agree with what the base model has read.
"""

from __future__ import annotations

import random
from dataclasses import dataclass

import words

_WORLD_SEED = 20260
FIELDS = ("job", "town", "pet", "food", "colour")


@dataclass(frozen=True, slots=True)
class Person:
    """Somebody with a job, a town, a pet, and a liking for a food and a colour."""

    name: str
    job: str
    town: str
    pet: str
    food: str
    colour: str

    def value(self, field: str) -> str:
        """Return the fact named by one of `FIELDS`."""
        return str(getattr(self, field))


def person(name: str, rng: random.Random) -> Person:
    """Draw the five facts of somebody called `name`."""
    return Person(
        name=name,
        job=rng.choice(words.JOBS),
        town=rng.choice(words.TOWNS),
        pet=rng.choice(words.PETS),
        food=rng.choice(words.FOODS),
        colour=rng.choice(words.COLOURS),
    )


def _known_people() -> tuple[Person, ...]:
    rng = random.Random(_WORLD_SEED)
    return tuple(person(name, rng) for name in words.KNOWN_NAMES)


PEOPLE = _known_people()

# No question of the pretraining corpus asks about these; statements about them are read as
# often as about the others. An answer about them shows a skill, not a remembered sentence.
# Every fifth person is left out, so that no letter of the alphabet is special.
HELD_OUT_PEOPLE = PEOPLE[4::5]
HELD_OUT_OPPOSITES = words.OPPOSITES[3::4]
HELD_OUT_COLOURS = tuple(words.THING_COLOURS)[3::4]

ASKED_PEOPLE = tuple(p for p in PEOPLE if p not in HELD_OUT_PEOPLE)
ASKED_OPPOSITES = tuple(pair for pair in words.OPPOSITES if pair not in HELD_OUT_OPPOSITES)
ASKED_COLOURS = tuple(t for t in words.THING_COLOURS if t not in HELD_OUT_COLOURS)
