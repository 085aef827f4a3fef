"""Everyday texts of a city, made by chance from written ones: how often is one of them taken for an emergency?"""

import random
import re
import tomllib
from collections.abc import Iterator
from importlib.resources import files

from classifier.text import Item

SHARES = {"weibo": 0.5, "message": 0.2, "news": 0.3}
"""What a city's stream is made of, roughly."""
_SLOT = re.compile(r"\{(\w+)\}")


def everyday(many: int, seed: int = 2026) -> Iterator[Item]:
    """Yield `many` different texts; the same `seed` gives the same ones."""
    table = tomllib.loads((files(__name__) / "texts.toml").read_text("utf-8"))
    words = {name: listed.split() for name, listed in table["words"].items()}
    texts = {part["channel"]: part["texts"] for part in table["text"]}
    chance = random.Random(seed)  # noqa: S311, the same texts every time
    made: set[str] = set()
    while len(made) < many:
        channel = chance.choices(list(SHARES), list(SHARES.values()))[0]
        whole = _SLOT.sub(lambda found: chance.choice(words[found[1]]), chance.choice(texts[channel]))
        if whole not in made:
            made.add(whole)
            title, _, body = whole.rpartition("|")
            yield Item(title, body, channel)
