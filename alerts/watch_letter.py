"""What a subscriber is told of hits: which 专题, which articles, which words."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy.orm import Session

from alerts.letter import PLAIN, Block, Button, Evidence, Letter, as_message
from alerts.matter import office
from alerts.short import short_text
from alerts.words import moment, short
from domain.notice import SITE
from domain.watch import PACE
from store.notices import Message
from store.tables.articles import Article
from store.tables.people import Person
from store.tables.watches import Watch

MOST = 20
MOST_WORDS = 4


@dataclass(slots=True)
class Item:
    """One event that hit a 专题: its first article with the places of the words, and how many more articles."""

    watch: Watch
    article: Article
    spans: Sequence[Sequence[int]]
    others: int = 0


def watch_message(session: Session, person: Person, items: Sequence[Item], now: datetime) -> Message:
    """Return the letter about hits: one in full with its link, many as a list under their 专题."""
    watches = {item.watch.id: item.watch for item in items}
    names = "、".join(watch.name for watch in watches.values())
    one = items[0] if len(items) == 1 else None
    here = f"{SITE}/watches/{items[0].watch.id}" if len(watches) == 1 else f"{SITE}/watches"
    letter = Letter(
        subject=f"【专题命中】{short(names, 20)}：{short(_title(one.article))}"
        if one
        else f"【专题命中】{len(items)}条：{short(names)}",
        tag="专题命中",
        colour=PLAIN,
        greeting=person.name,
        ask="你订阅的专题有新的命中，请看一看是否需要处置。" if one else f"你订阅的专题有{len(items)}条新的命中。",
        title=_title(one.article) if one else names,
        rows=_rows(one, now) if one else (),
        office=office(session),
        at=now,
        button=Button("查看命中", here),
        notes=(("说明", _how(list(watches.values()))),),
        blocks=() if one else tuple(_blocks(items, now)),
        evidence=(_evidence(one.article, now),) if one else (),
        evidence_total=1 + one.others if one else 0,
        short=short_text(office(session), "专题命中", f"{len(items)}条新的命中，请登录查看"),
    )
    return as_message(letter)


def _title(article: Article) -> str:
    return article.title or article.body[:40]


def _rows(item: Item, now: datetime) -> tuple[tuple[str, str], ...]:
    more = (("同一话题", f"另有{item.others}条"),) if item.others else ()
    return (
        ("专题", item.watch.name),
        ("命中", _words(item)),
        ("首次看到", moment(item.article.first_seen_at, now)),
        *more,
    )


def _words(item: Item) -> str:
    """Return the words that were hit, each once, as the article writes them."""
    whole = f"{item.article.title}\n{item.article.body}"
    found = list(dict.fromkeys(whole[start:end] for start, end in item.spans))
    more = f" 等{len(found)}个词" if len(found) > MOST_WORDS else ""
    return "、".join(found[:MOST_WORDS]) + more if found else "按来源、作者等字段命中"


def _blocks(items: Sequence[Item], now: datetime) -> list[Block]:
    blocks = []
    for watch in {item.watch.id: item.watch for item in items}.values():
        mine = [item for item in items if item.watch.id == watch.id]
        rows = [(short(_title(item.article), 60), _below(item, now)) for item in mine[:MOST]]
        rows += [(f"还有{len(mine) - MOST}条，登录后查看", "")] if len(mine) > MOST else []
        blocks.append(Block(f"{watch.name} {len(mine)}", tuple(rows)))
    return blocks


def _below(item: Item, now: datetime) -> str:
    more = f" · 同一话题另有{item.others}条" if item.others else ""
    return f"{item.article.source.name} · {moment(item.article.first_seen_at, now)} · 命中：{_words(item)}{more}"


def _evidence(article: Article, now: datetime) -> Evidence:
    link = article.link if article.link.startswith(("http://", "https://")) else None
    return Evidence(_title(article), link, f"{article.source.name} · {moment(article.first_seen_at, now)}")


def _how(watches: Sequence[Watch]) -> str:
    """Return how often and when a subscriber is told."""
    first = watches[0]
    quiet = f"；{first.quiet_from}至{first.quiet_to}不打扰" if len(watches) == 1 and first.quiet_from else ""
    lengths = {watch.cool_minutes for watch in watches}
    cool = next(iter(lengths)) if len(lengths) == 1 else None
    apart = "" if cool is None else f"同一话题{_minutes(cool)}内只通知一次；" if cool else ""
    together = f"{_minutes(int(PACE.total_seconds() // 60))}内的命中合成一封"
    return f"{apart}{together}{quiet}。订阅和时段在“专题”里改。时限通知不受影响。"


def _minutes(count: int) -> str:
    return f"{count // 60}小时" if count % 60 == 0 else f"{count}分钟"
