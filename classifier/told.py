"""Articles made ready to be compared: what does not depend on those before them, many at once."""

from collections.abc import Sequence
from typing import NamedTuple

from classifier.duplicates import Print, print_of
from classifier.pairs import Pairs, Part, pairs_in
from classifier.terms import Text, read
from classifier.text import normalised


class Told(NamedTuple):
    """An article as it is compared: what does not depend on the articles before it."""

    channel: str
    text: Text
    pairs: Pairs
    mark: Print


def told(articles: Sequence[tuple[str, str, str]]) -> list[Told]:
    """Return articles, each title, text and channel, ready to be compared: many at once cost less."""
    spelled = normalised([part for title, text, _ in articles for part in (title, text)])
    titles, bodies, channels = spelled[::2], spelled[1::2], [channel for _, _, channel in articles]
    texts = [read(*one) for one in zip(titles, bodies, channels, strict=True)]
    pairs = pairs_in([Part(text.title, text.body, text.times) for text in texts])
    return list(map(Told, channels, texts, pairs, map(print_of, titles, bodies)))
