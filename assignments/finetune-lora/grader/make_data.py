"""Make the conversations of this assignment from the word lists of the models' corpus.

    python assignments/finetune-lora/grader/make_data.py

Writes `files/train.jsonl` and `files/validation.jsonl`, which students get, and
`grader/heldout.jsonl`, which they do not: one conversation a line, as
``{"messages": [{"role": …, "content": …}, …]}``. `files/stories.txt` holds held-out stories of the
kind that the base model was trained on. The same script makes the same bytes anywhere.

What is held out are entities, not only questions: a fifth of the people who are met in texts, and a
fifth of the words and numbers. Every question of `heldout.jsonl` is about at least one of them.
The questions are of kinds whose answers can be found out from the question, by skills that the
base model has. Facts about the corpus's people, opposites and colours are left out, since whether
fine-tuning carries them over to people and words that it never showed is a matter of luck (held-out
people: 46 % right); so are texts about two people, which the base model reads at chance.
"""

from __future__ import annotations

import json
import random
import sys
from collections.abc import Sequence
from pathlib import Path

FOLDER = Path(__file__).resolve().parents[1]
sys.path.insert(0, str(FOLDER.parent / "models"))

# The models' scripts are no package, so their folder must be on the path first.
import corpus  # noqa: E402
import questions  # noqa: E402
import words  # noqa: E402
import world  # noqa: E402

TRAINED, VALIDATION, HELD_OUT, STORIES = 2000, 60, 200, 30
SYSTEM = (
    "You are a calm assistant.",
    "You like short questions.",
    "One word is best.",
)
WORDS = (*words.THINGS, *words.COLOURS, *words.FOODS, *words.PETS, *words.TOWNS)


def conversation(rng: random.Random, *, held_out: bool) -> list[dict[str, str]]:
    """Draw a conversation of one or two questions, sometimes after a system message."""
    messages = []
    if rng.random() < 0.25:
        messages.append({"role": "system", "content": rng.choice(SYSTEM)})
    for _ in range(rng.choice((1, 1, 1, 1, 2))):
        text, answer = rng.choice(KINDS)(rng, held_out)
        messages.append({"role": "user", "content": text})
        messages.append({"role": "assistant", "content": answer})
    return messages


def _some(rng: random.Random, among: Sequence[str], count: int, held_out: bool) -> list[str]:
    """Draw `count` entities: none that is held out, or at least one that is."""
    out = list(among[2::5])
    first = [rng.choice(out)] if held_out else []
    rest = [one for one in among if one not in (first if held_out else out)]
    drawn = first + rng.sample(rest, count - len(first))
    rng.shuffle(drawn)
    return drawn


def _reading(rng: random.Random, held_out: bool) -> tuple[str, str]:
    (name,) = _some(rng, words.STRANGER_NAMES, 1, held_out)
    stranger = world.person(name, rng)
    fields = rng.sample(world.FIELDS, 2)
    told = " ".join(corpus._sentence(stranger, field, rng) for field in fields)
    asked = questions.about_person(stranger, rng.choice(fields), rng)
    return f"Read: {told} {asked.text}", asked.answer


def _copy(rng: random.Random, held_out: bool) -> tuple[str, str]:
    line = " ".join(_some(rng, WORDS, rng.randint(2, 4), held_out))
    return f"Say: {line}", line


def _sort(rng: random.Random, held_out: bool) -> tuple[str, str]:
    items = _some(rng, words.THINGS, 3, held_out)
    return f"Order: {', '.join(items)}", ", ".join(sorted(items))


def _after(rng: random.Random, held_out: bool) -> tuple[str, str]:
    (number,) = _some(rng, words.NUMBERS[:-1], 1, held_out)
    return f"What is after {number}?", words.NUMBERS[words.NUMBERS.index(number) + 1]


KINDS = (_reading, _reading, _reading, _copy, _copy, _sort, _sort, _after)


def _write(file: Path, conversations: list[list[dict[str, str]]]) -> None:
    lines = (json.dumps({"messages": messages}) + "\n" for messages in conversations)
    file.write_text("".join(lines), encoding="utf-8")


def _new_conversations(
    count: int, seen: Sequence[list[dict[str, str]]]
) -> list[list[dict[str, str]]]:
    """Draw conversations on the entities of `seen` that begin with another question."""
    rng = random.Random("conversations for validation")
    known = {_question(messages) for messages in seen}
    drawn: list[list[dict[str, str]]] = []
    while len(drawn) < count:
        messages = conversation(rng, held_out=False)
        # Of "What is after …?" there are too few to be new.
        if _question(messages) not in known and "after" not in _question(messages):
            drawn.append(messages)
    return drawn


def _question(messages: list[dict[str, str]]) -> str:
    return next(m["content"] for m in messages if m["role"] == "user")


def main() -> None:
    """Write all files."""
    rng = random.Random("conversations to train on")
    train = [conversation(rng, held_out=False) for _ in range(TRAINED)]
    rng = random.Random("conversations held out")
    held_out = [conversation(rng, held_out=True) for _ in range(HELD_OUT)]
    _write(FOLDER / "files" / "train.jsonl", train)
    _write(FOLDER / "files" / "validation.jsonl", _new_conversations(VALIDATION, train))
    _write(FOLDER / "grader" / "heldout.jsonl", held_out)
    stories = corpus.documents(STORIES, seed=1, mix={"story": 1.0}, split="heldout")
    text = "".join(f"{story.text}\n" for story in stories)
    (FOLDER / "files" / "stories.txt").write_text(text, encoding="utf-8")


if __name__ == "__main__":
    main()
