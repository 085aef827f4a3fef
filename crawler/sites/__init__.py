"""What families of sites call their parts: one small TOML file per family, read once.

`body`, `title`, `published`, `source`, `author` list `#id` and `.class` marks; `posts` lists beginnings of ids
(`#post_*`) of a thread's posts, which together are its text. `published_in_script` lists patterns whose first group is
a time in epoch seconds.
"""

import tomllib
from dataclasses import dataclass
from functools import cache
from importlib import resources

PARTS = ("body", "title", "published", "source", "author")


@dataclass(frozen=True)
class Marks:
    """Which part of an article an element with a given `#id` or `.class` holds.

    `posts` are beginnings of the ids of a thread's posts; `scripts` are patterns for times in scripts.
    """

    parts: dict[str, str]
    posts: tuple[str, ...]
    scripts: tuple[str, ...]


@cache
def marks() -> Marks:
    """Return the marks of all families together; names are distinctive enough not to need a host."""
    parts: dict[str, str] = {}
    posts: list[str] = []
    scripts: list[str] = []
    for file in sorted(resources.files(__name__).iterdir(), key=lambda found: found.name):
        if file.name.endswith(".toml"):
            family = tomllib.loads(file.read_text("utf-8"))
            parts.update({mark: part for part in PARTS for mark in family.get(part, ())})
            posts += [mark.strip("#*") for mark in family.get("posts", ())]
            scripts += family.get("published_in_script", ())
    return Marks(parts, tuple(posts), tuple(scripts))
