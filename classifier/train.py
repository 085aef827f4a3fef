"""`huiying train`: from a folder of labelled texts to the parameters of all heads, the same bytes every time."""

from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from tempfile import TemporaryDirectory

from classifier import heads, train_card, train_fit, train_weak
from classifier.text import Item
from classifier.train_data import SOURCES, Example, examples, without_emoticons
from classifier.train_measure import measured

SHIPPED = heads.SHIPPED
Tasks = Mapping[str, Sequence[Example]]


def tasks(folder: Path) -> Tasks:
    """Return the examples of every head. LookupError names a question for which `folder` has no text."""
    labelled = {name: examples(folder, sources) for name, sources in SOURCES.items()}
    topics = labelled["topic"]
    found = {
        "sentiment": without_emoticons(labelled["sentiment"]),
        "topic": [*topics, *train_weak.rare_topics(folder, sorted({one.label for one in topics}))],
        "rumour": without_emoticons(labelled["rumour"]),
        "intent": [_text_alone(one) for one in labelled["intent"]],
        "matter": train_weak.matters(folder),
        "emergency": train_weak.happening(folder),
    }
    for name, rows in found.items():
        if len({one.label for one in rows if not one.held_out}) < 2:
            raise LookupError(f"{folder} 里没有可用来训练 {name} 的数据")
    return found


def _text_alone(one: Example) -> Example:
    """Return the example without its title: its weak label was read off the title, which would teach only that."""
    return one._replace(item=Item("", one.item.text, one.item.channel))


def train(found: Tasks, folder: Path, say: Callable[[str], None] = lambda _: None) -> None:
    """Fit all heads on all of `found` and write them to `folder`."""
    telling = train_fit.idf(train_fit.matrix([one.item for rows in found.values() for one in rows]))
    fitted = []
    for name, rows in found.items():
        say(f"{name}: {len(rows)} 条")
        fitted.append((name, *train_fit.fit(rows, telling)))
    heads.save(folder, fitted, telling)


def seen(found: Tasks) -> Tasks:
    """Return what may be learned from when the rest is measured: nothing held out, nor another copy of it."""
    kept = {name: [one for one in rows if not one.held_out] for name, rows in found.items()}
    unseen = [one.item for one in found["topic"] if one.held_out]
    kept["topic"] = train_fit.without_copies(kept["topic"], unseen)
    return kept


def run(data: Path, folder: Path, card: Path, say: Callable[[str], None] = lambda _: None) -> None:
    """Measure on held-out texts, train on all, write parameters to `folder` and the card to `card`.

    LookupError as `tasks`. One thread: sums in another order would round otherwise.
    """
    from threadpoolctl import threadpool_limits

    with threadpool_limits(limits=1), TemporaryDirectory() as apart:
        found = tasks(data / "texts" if (data / "texts").is_dir() else data)
        say("一、用九成文字训练，在留出的一成上测量")
        train(seen(found), Path(apart), say)
        figures, bins = measured(found, heads.load(Path(apart)))
        for figure in figures:
            say(f"{figure.head} {figure.set}: 宏平均 F1 {figure.macro_f1:.3f}（{figure.texts} 条）")
        for each in bins:
            share = f"概率 {each.low:.1f}–{each.high:.1f}: 平均 {each.told:.2f}，答对 {each.right:.2f}"
            say(f"{each.head} {share}（{each.texts} 条）")
        say("二、用全部文字训练")
        train(found, folder, say)
    size = sum((folder / name).stat().st_size for name in heads.FILES)
    card.parent.mkdir(parents=True, exist_ok=True)
    card.write_text(train_card.card(found, figures, bins, size), "utf-8")
