"""The word lists the corpus is made of: short, common, and ours.

Every word should end up as one token of a 1,024 entry vocabulary, so the lists are
small and the words short; adding many more splits all of them into fragments.
"""

from __future__ import annotations


def _words(text: str) -> tuple[str, ...]:
    return tuple(text.split())


# The 60 people about whom the corpus states lasting facts.
KNOWN_NAMES = _words(
    "Ada Ben Cleo Dov Edda Finn Gus Hana Ivo Jana Kai Lena Milo Nora Otto Petra Rosa Sami Tess "
    "Uma Vera Wim Yara Zeno Abel Bela Cora Dina Emil Faye Gita Hugo Ines Jola Karl Lars Mara "
    "Nils Olga Paul Rita Sven Tove Ugo Vito Wanda Xena Yuri Zora Arlo Bram Carl Doris Elke Flora "
    "Gerd Hilda Igor Joss Kira"
)

# People who are new in every document: their facts hold inside that document only.
STRANGER_NAMES = _words(
    "Alba Boris Celia Dario Ebba Fritz Greta Heidi Ilan Jonas Kata Linus Mina Noel Oskar Pia "
    "Quin Runa Silas Timo Ulla Viola Wolf Ximo Zita Anton Berta Conny Elmo Freya"
)

TOWNS = _words("Rovik Tolna Marsa Belden Kirra Osten Lumby Varn Selma Dorren Halm Pelso")
JOBS = _words("baker farmer doctor singer painter driver teacher sailor tailor writer")
PETS = _words("cat dog hen goat horse duck rabbit parrot turtle mouse")
FOODS = _words("bread soup rice cheese honey cake pasta salad beans corn")
COLOURS = _words("red blue green yellow black white brown grey pink orange")

# Thing -> the colour the corpus gives it.
THING_COLOURS = {
    "lemon": "yellow",
    "grass": "green",
    "snow": "white",
    "coal": "black",
    "blood": "red",
    "sky": "blue",
    "mud": "brown",
    "ash": "grey",
    "carrot": "orange",
    "pig": "pink",
    "leaf": "green",
    "salt": "white",
}

OPPOSITES = (
    ("hot", "cold"),
    ("big", "small"),
    ("fast", "slow"),
    ("old", "new"),
    ("dark", "light"),
    ("wet", "dry"),
    ("high", "low"),
    ("hard", "soft"),
    ("loud", "quiet"),
    ("full", "empty"),
    ("early", "late"),
    ("rich", "poor"),
    ("long", "short"),
    ("open", "shut"),
    ("clean", "dirty"),
    ("strong", "weak"),
)

NUMBERS = _words("one two three four five six seven eight nine ten eleven twelve")

# What stories, sorting, copying and repeats are about.
THINGS = _words(
    "apple bell coin door egg gate hat ink jar kite lamp map net oar pen ring spoon vase wheel"
)
PLACES = _words("forest river market garden school bridge beach hill mill barn")
MOODS = _words("happy sad tired proud calm brave")

# Role names of the chat template: copied now and then, so that their embeddings are trained
# before the first conversation.
ROLES = ("user", "assistant", "system")
