"""Labels nobody wrote: by seed words, by the kind of set a text stands in, and from sentences written for training."""

import re
from collections import Counter
from collections.abc import Iterator, Sequence
from pathlib import Path

from ahocorasick_rs import AhoCorasick

from classifier import lexicons
from classifier.text import Item, normalise
from classifier.train_data import Example, held_out, item_of, key_of, rows

MOST = 2500
"""No more texts of one label than this: thousands more of the same say nothing new."""
READ = 600
SHORT = 60
"""In a text no longer than this one seed word is enough."""
MESSAGES = ("taidi_gov7_raw", "taidi_gov7_seg", "taidi_intent_weak", "taidi_reply")
NEWS = ("thucnews_title10", "tnews15", "finnews_title", "finnews_body")
BLOGS = ("ced_rumor", "ccf_ncov3", "smp2020_virus", "weibo2018", "smp2020_usual")
TURNS = 24
SLOTS = {"place": 3, "time": 5, "many": 7, "few": 1}
"""A written sentence is filled in so many ways; each slot goes through its list in steps of its own."""
QUIET_KINDS = ("entertainment", "sports", "game", "stocks", "finance", "realty", "education", "science")
"""Kinds of headlines that tell of no emergency."""
_NEW_CASES = re.compile(r"新增[^。无零]{0,14}\d+例|新增死亡|死亡病例\d+例")
_NO_CASES = re.compile(r"无新增|零新增|0新增")


def unlabelled(folder: Path, channel: str, sets: Sequence[str]) -> list[Example]:
    """Return the texts of `sets`, each once; the label is `set/its own label`, for what follows to decide by."""
    found: dict[bytes, Example] = {}
    for name in sets:
        kind = name.removesuffix("_raw").removesuffix("_seg")
        for row in rows(folder, name):
            item = item_of(row, channel)
            key = key_of(item)
            found.setdefault(key, Example(name, item, f"{kind}/{row.get('label') or ''}", held_out(key)))
    return [found[key] for key in sorted(found)]


def seeded(found: Sequence[Example], lexicon: str, least: int = 2) -> Iterator[Example]:
    """Yield texts with the label whose seed words (`words` of the lexicon's groups) speak for it most clearly.

    A word in the title counts double; short texts need one word, longer ones `least`. Without any clear word the
    label of the set decides, where the lexicon names it (`sets`).
    """
    groups = lexicons.table(lexicon)["group"]
    mapped = {kind: row["name"] for row in groups for kind in row.get("sets", ())}
    seeds = [(word, row.get("label", row["name"])) for row in groups for word in lexicons.spelled(row["words"])]
    finder = AhoCorasick([word for word, _ in seeds])
    for one in found:
        in_title = {hit[0] for hit in finder.find_matches_as_indexes(normalise(one.item.title), overlapping=True)}
        text = normalise(one.item.text[:READ])
        in_text = {hit[0] for hit in finder.find_matches_as_indexes(text, overlapping=True)}
        counts = Counter(seeds[n][1] for n in (*in_title, *in_title, *in_text)).most_common(2)
        most = counts[0][1] if counts else 0
        if most >= (1 if len(text) <= SHORT else least):
            if len(counts) < 2 or most > counts[1][1]:
                yield one._replace(label=counts[0][0])
        elif label := mapped.get(one.label) or mapped.get(f"{one.set}/*"):
            yield one._replace(label=label)


def capped(found: Sequence[Example]) -> list[Example]:
    """Return at most MOST texts of each label; those with the smallest hash, as `found` is ordered by it."""
    taken: Counter[str] = Counter()
    kept = []
    for one in found:
        taken[one.label] += 1
        if taken[one.label] <= MOST:
            kept.append(one)
    return kept


def matters(folder: Path) -> list[Example]:
    """Return texts labelled with the matter they are about."""
    found = [
        *seeded(unlabelled(folder, "message", MESSAGES), "matters"),
        *seeded(unlabelled(folder, "news", NEWS), "matters"),
        *seeded(unlabelled(folder, "weibo", BLOGS), "matters"),
    ]
    return [one._replace(set="seeded") for one in capped(found)]


def rare_topics(folder: Path, known: Sequence[str]) -> list[Example]:
    """Return messages labelled with first-level topics that no set has, by the words of the lexicon."""
    found = unlabelled(folder, "message", ("taidi_intent_weak", "taidi_reply"))
    return [one for one in seeded(found, "topic", 3) if one.label not in known]


def happening(folder: Path) -> list[Example]:
    """Return texts labelled happening or quiet: reports of accidents, new cases, written sentences; everyday texts."""
    found = list(_written())
    for one in unlabelled(folder, "news", ("cec_emergency5",)):
        title, _, text = one.item.text.partition("。")
        found.append(one._replace(label="happening"))
        found.append(one._replace(item=Item(title, text[:120], "news"), label="happening"))
    for one in capped(unlabelled(folder, "weibo", ("ccf_ncov3", "checked_covid_rumor"))):
        new = _NEW_CASES.search(one.item.text) and not _NO_CASES.search(one.item.text)
        found.append(one._replace(set="covid", label="happening" if new else "quiet"))
    headlines = [one for one in unlabelled(folder, "news", ("thucnews_title10",)) if one.label.endswith(QUIET_KINDS)]
    everyday = [
        *unlabelled(folder, "message", ("taidi_intent_weak",)),
        *unlabelled(folder, "weibo", ("smp2020_usual", "weibo2018")),
        *headlines,
        *unlabelled(folder, "news", ("finnews_body",)),
    ]
    few = capped([one._replace(label=one.set) for one in everyday])
    return [*found, *(one._replace(label="quiet") for one in few)]


def _written() -> Iterator[Example]:
    """Yield the written sentences, each with several places, times and numbers, as message, post and news."""
    table = lexicons.table("written")
    for label in ("happening", "quiet"):
        for n, sentence in enumerate(table[label]):
            for turn in range(TURNS):
                slots = {name: table[name][(n + turn * step) % len(table[name])] for name, step in SLOTS.items()}
                text = sentence.format(**slots)
                channel = ("message", "weibo", "news")[turn % 3]
                yield Example("written", Item("", text, channel), label, held_out(key_of(Item("", sentence))))
