"""A look at an address before it is watched: step by step what is there, which kind it is, and its first items."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from crawler import apart, kinds
from crawler.charset import decode
from crawler.dates import beijing_wall
from crawler.fetch import Fetched
from crawler.items import Item
from crawler.links import canonical
from crawler.visited import Clock, Kit, Visited, get

SHOWN = 8
ROBOTS = frozenset({"robots", "robots_away"})
"""Codes of a fetch that was not made because of robots.txt."""
Tell = Callable[[str], None]
"""Is told in words what begins, since each request may take half a minute."""


@dataclass(frozen=True, slots=True)
class Step:
    """One thing that was looked at, what was seen, and whether that is as it should be."""

    what: str
    words: str
    good: bool


@dataclass
class Looked:
    """What was seen at an address. `kind` is None where nothing could be made of it; the steps say why.

    `readable` is whether it was read as that kind, even if it holds nothing now.
    """

    url: str
    tell: Tell = field(default=lambda _: None, repr=False)
    readable: bool = False
    steps: list[Step] = field(default_factory=list)
    kind: str | None = None
    kind_label: str = ""
    name: str = ""
    options: dict[str, Any] = field(default_factory=dict)
    items: Sequence[Item] = ()
    reasons: Sequence[str] = ()
    others: list[dict[str, str]] = field(default_factory=list)

    def note(self, what: str, words: str, *, good: bool) -> bool:
        """Add a step and return whether it was good."""
        self.steps.append(Step(what, words, good))
        return good

    def as_answer(self) -> dict[str, Any]:
        """Return it as the screen gets it, see `store.asks`."""
        return {
            "url": self.url,
            "kind": self.kind,
            "kind_label": self.kind_label,
            "name": self.name,
            "options": self.options,
            "found": len(self.items),
            "items": [_shown(item) for item in self.items[:SHOWN]],
            "others": self.others,
            "steps": [{"what": step.what, "words": step.words, "good": step.good} for step in self.steps],
            "reasons": list(self.reasons),
        }


def look(
    kit: Kit,
    url: str,
    now: Clock,
    *,
    example: str | None = None,
    kind: str | None = None,
    options: Mapping[str, Any] | None = None,
    tell: Tell = lambda _: None,
) -> Looked:
    """Return what is seen at `url`: fetched, decoded, its kind recognised (or as given), its items and one page read.

    `example` is a link of a list page that people want; `options` are tried instead of a proposal. Never raises for
    what the other side does: the steps say it.
    """
    try:
        looked = Looked(canonical(url), tell)
    except ValueError as error:
        looked = Looked(url)
        looked.note("地址", str(error), good=False)
        return looked
    fetched = _fetched(kit, looked, now)
    try:
        known = fetched is not None and _kind(looked, fetched, now(), example, kind, options)
    except LookupError as error:
        known = looked.note("类型", str(error.args[0]), good=False)
    if fetched is not None and known and _items(kit, looked, fetched, now):
        _page(kit, looked, now)
    return looked


def _fetched(kit: Kit, looked: Looked, now: Clock) -> Fetched | None:
    """Fetch the address and note what came."""
    looked.tell(f"访问 {looked.url}")
    visited = get(kit.getter, looked.url, now)
    _robots(kit, looked, visited)
    if visited.fetched is None:
        if visited.error is None or visited.error.code not in ROBOTS:
            looked.note("访问", visited.error.words if visited.error else "没有应答", good=False)
        return None
    got = visited.fetched
    moved = f"；转到 {got.url}" if got.url != looked.url else ""
    size, seconds = f"{max(got.raw_bytes / 1000, 0.1):.1f} KB", f"{visited.took_ms / 1000:.1f} 秒"
    looked.note("访问", f"HTTP {got.status}，{got.content_type or '没有写明类型'}，{size}，{seconds}{moved}", good=True)
    _, charset = decode(got.body, got.charset)
    looked.note("编码", charset, good=True)
    return got


def _robots(kit: Kit, looked: Looked, visited: Visited) -> None:
    """Note what the site's robots.txt says, where it was asked or need not be."""
    if kit.getter.is_exempt(looked.url):
        looked.note("robots.txt", "本单位的机器，不查", good=True)
    elif visited.error is not None and visited.error.code in ROBOTS:
        looked.note("robots.txt", visited.error.words, good=False)
    elif visited.fetched is not None:
        looked.note("robots.txt", "允许采集", good=True)


def _kind(
    looked: Looked,
    fetched: Fetched,
    now: datetime,
    example: str | None,
    kind: str | None,
    options: Mapping[str, Any] | None,
) -> bool:
    """Note of which kind the answer is; for a list page with the selectors proposed or given."""
    looked.tell("看是哪一种监测源")
    about = apart.about(fetched.body, fetched.url, now, fetched.charset)
    looked.name, looked.others = about["name"], about["feeds"]
    name = kind or ("list" if example or options else apart.recognised(fetched.body, fetched.url, now))
    if name == "list" or (name is None and not looked.others):
        name = "list"
        proposal = None if options else apart.propose(fetched.body, fetched.url, example, now, fetched.charset)
        if proposal is None and not options:
            words = (
                "没有在页面里找到这条示例链接所在的列表" if example else "不是订阅源，也没有看出列表，请给一条示例链接"
            )
            return looked.note("类型", words, good=False)
        looked.options = dict(options or (proposal["options"] if proposal else {}))
        looked.reasons = proposal["reasons"] if proposal else ()
    if name is None:
        return looked.note("类型", "这是一个网页，它另外提供订阅源，见下", good=False)
    looked.kind, looked.kind_label = name, kinds.named(name).LABEL
    return looked.note("类型", looked.kind_label, good=True)


def _items(kit: Kit, looked: Looked, fetched: Fetched, now: Clock) -> bool:
    """Note what the answer holds, or what the addresses hold that it refers to; return whether that is anything."""
    try:
        found = _parsed(looked, fetched, now())
        if not found and (further := _further(looked, fetched, now())):
            found = _followed(kit, looked, further, now)
    except LookupError as error:
        return looked.note("条目", str(error.args[0]), good=False)
    looked.items, looked.readable = found, True
    if not found:
        return looked.note("条目", "能读，但现在一条也没有", good=False)
    dated = [item.published.at for item in found if item.published]
    words = f"读到 {len(found)} 条，{len(dated)} 条有时间，{sum(bool(item.link) for item in found)} 条有链接"
    looked.note("条目", words, good=True)
    if dated:
        newest = max(dated)
        looked.note("最新一条", f"{_beijing(found, newest)}", good=(now() - newest).days < 30)
    return True


def _parsed(looked: Looked, fetched: Fetched, now: datetime) -> list[Item]:
    return apart.parse(looked.kind or "", fetched.body, fetched.url, now, fetched.charset, looked.options)


def _further(looked: Looked, fetched: Fetched, now: datetime) -> list[str]:
    """Return the addresses an answer refers to instead of holding items; none for kinds that refer to none."""
    follows = hasattr(kinds.named(looked.kind or ""), "follow")
    return apart.follow(looked.kind or "", fetched.body, fetched.url, now) if follows else []


def _followed(kit: Kit, looked: Looked, addresses: Sequence[str], now: Clock) -> list[Item]:
    """Return the items at the first address an answer refers to. LookupError, in Chinese, if it cannot be had."""
    looked.tell(f"访问 {addresses[0]}")
    visited = get(kit.getter, addresses[0], now)
    if visited.fetched is None:
        raise LookupError(f"{addresses[0]}：{visited.error.words if visited.error else '没有应答'}")
    looked.note("下级", f"指向 {len(addresses)} 个地址，先看 {addresses[0]}", good=True)
    return _parsed(looked, visited.fetched, now())


def _beijing(items: Sequence[Item], at: datetime) -> str:
    return next(beijing_wall(item.published) for item in items if item.published and item.published.at == at)


def _page(kit: Kit, looked: Looked, now: Clock) -> None:
    """Read the page behind the newest item that has one, as a visit would."""
    paged = [item for item in looked.items if item.link and item.has_page]
    if not paged:
        looked.note("正文页", "这种监测源不另读正文页", good=True)
        return
    # Of items without a time the first counts: lists begin with the newest.
    item = max(paged, key=lambda one: one.published.at.timestamp() if one.published else 0.0)
    looked.tell(f"访问 {item.link}")
    visited = get(kit.getter, item.link, now)
    if visited.fetched is None:
        looked.note("正文页", visited.error.words if visited.error else "没有应答", good=False)
        return
    got = visited.fetched
    try:
        page = apart.extract(got.body, got.url, visited.at, got.charset)
    except LookupError as error:
        looked.note("正文页", str(error.args[0]), good=False)
        return
    when = beijing_wall(page.published) if page.published else "没有找到时间"
    words = f"《{page.title or '没有找到标题'}》，正文 {len(page.body)} 字，{when}，来源 {page.source or '没有写'}"
    looked.note("正文页", words, good=bool(page.title and page.body))


def _shown(item: Item) -> dict[str, Any]:
    published = beijing_wall(item.published) if item.published else None
    return {"title": item.title[:200], "link": item.link, "published": published, "text": item.text[:120]}
