"""Labelled texts to train on: which sets answer which question, read from a folder, each text once."""

import gzip
import hashlib
import json
import re
from collections.abc import Iterable, Iterator, Sequence
from pathlib import Path
from typing import Any, NamedTuple

from classifier.text import Item, normalise

HELD_OUT = 10
"""One text in so many, chosen by its hash, is kept out of the fit and measured."""
EMOTICON = re.compile(r"\[[^\[\]\s]{1,8}\]")
_GLUE = re.compile(r"(?<=[^\x00-\x7f]) +| +(?=[^\x00-\x7f])")
_DROPPED = re.compile(r"[\W_]+")


class Example(NamedTuple):
    """A labelled text: the set it comes from, what is read, the answer, whether it is held out."""

    set: str
    item: Item
    label: str
    held_out: bool


class Source(NamedTuple):
    """Where a question finds its answers: a set, the field with the label, its channel, labels renamed (None: all)."""

    set: str
    field: str
    channel: str
    labels: dict[str, str] | None = None


MOODS = {"negative": "negative", "neutral": "neutral", "positive": "positive"}
RUMOURS = {"rumor": "rumour", "nonrumor": "plain"}
WISHES = {"投诉举报": "投诉", "咨询": "咨询", "求助": "求助", "建议": "建议"}
SOURCES = {
    "sentiment": (
        Source("smp2020_usual", "sentiment", "weibo", MOODS),
        Source("smp2020_virus", "sentiment", "weibo", MOODS),
        Source("ccf_ncov3", "label", "weibo", MOODS),
        Source("covid_weibo3k", "label", "weibo", MOODS),
        Source("finnews_title", "label", "news", MOODS),
        Source("finnews_body", "label", "news", MOODS),
        Source("weibo2018", "label", "weibo", MOODS),
    ),
    "topic": (Source("taidi_gov7_raw", "label", "message"), Source("taidi_gov7_seg", "label", "message")),
    "rumour": (
        Source("ced_rumor", "label", "weibo", RUMOURS),
        Source("checked_covid_rumor", "label", "weibo", RUMOURS),
        Source("ltcr_rumor", "label", "weibo", RUMOURS),
    ),
    "intent": (Source("taidi_intent_weak", "label", "message", WISHES),),
}


def rows(folder: Path, name: str) -> Iterator[dict[str, Any]]:
    """Yield the rows of one set (`name`.jsonl or .jsonl.gz), none if the folder has no such set."""
    for path in (folder / f"{name}.jsonl", folder / f"{name}.jsonl.gz"):
        if path.exists():
            kept = path.read_bytes()
            lines = (gzip.decompress(kept) if path.suffix == ".gz" else kept).decode("utf8").split("\n")
            yield from (json.loads(line) for line in lines if line.strip())


def item_of(row: dict[str, Any], channel: str) -> Item:
    """Return what is read of a row; words that somebody set apart by blanks are joined again."""
    text, title = row.get("text") or "", row.get("title") or ""
    if row.get("pre_segmented"):
        text, title = _GLUE.sub("", text), _GLUE.sub("", title)
    return Item(title, text, channel)


def key_of(item: Item) -> bytes:
    """Return what is the same for the same text, however it is spelled or punctuated."""
    plain = _DROPPED.sub("", normalise(f"{item.title}{item.text}" if item.title not in item.text else item.text))
    return hashlib.sha256(plain.encode("utf-8", "surrogatepass")).digest()


def examples(folder: Path, sources: Iterable[Source]) -> list[Example]:
    """Return the labelled texts of `sources`, each text once, in an order that depends on the texts alone."""
    found: dict[bytes, Example] = {}
    for source in sources:
        for row in rows(folder, source.set):
            label = row.get(source.field)
            label = source.labels.get(str(label)) if source.labels is not None else label
            if label:
                item = item_of(row, source.channel)
                key = key_of(item)
                found.setdefault(key, Example(source.set, item, label, held_out(key)))
    return [found[key] for key in sorted(found)]


def held_out(key: bytes) -> bool:
    """Return whether the text with this key is measured instead of learned from."""
    return int.from_bytes(key[:4]) % HELD_OUT == 0


def without_emoticons(found: Sequence[Example]) -> list[Example]:
    """Return `found` and, for texts with emoticons, the same without: people leave them out, so must the head."""
    bare = [
        one._replace(item=Item(one.item.title, EMOTICON.sub("", one.item.text), one.item.channel))
        for one in found
        if EMOTICON.search(one.item.text)
    ]
    return [*found, *bare]
