"""Hits as they are shown: masked, escaped, the words marked, an excerpt of the text around the first of them."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from markupsafe import Markup, escape
from sqlalchemy import select
from sqlalchemy.orm import Session, joinedload

from dashboard.highlight import Span, marked
from dashboard.watches.chart import Days, days
from domain.masking import mask
from store import watch_trials
from store.tables.articles import Article
from store.tables.watches import WatchTrial

BEFORE, AFTER = 24, 96


@dataclass(frozen=True, slots=True)
class Shown:
    """One article that was hit."""

    article: Article
    title: Markup
    excerpt: Markup
    link: str
    """Where it opens: its page here, the original outside for who may not see that, else nowhere."""


def shown(article: Article, spans: Iterable[Sequence[int]], *, inside: bool) -> Shown:
    """Return an article with its hits marked; masking keeps every length, so the places stay right."""
    title, body = mask(article.title), mask(article.body)
    edge = len(title) + 1
    places = [(int(start), int(end)) for start, end in spans]
    in_body = [(start - edge, end - edge) for start, end in places if start >= edge]
    outside = article.link if article.link.startswith(("http://", "https://")) else ""
    return Shown(
        article=article,
        title=marked(title, [span for span in places if span[1] < edge]) or Markup("（无标题）"),
        excerpt=_excerpt(body, in_body),
        link=f"/articles/{article.id}" if inside else outside,
    )


def _excerpt(body: str, spans: Sequence[Span]) -> Markup:
    """Return the text around the first hit, in one line; the beginning where only the title was hit."""
    first = min((start for start, _ in spans), default=0)
    begin, end = max(first - BEFORE, 0), first + AFTER
    part = body[begin:end].translate({ord(sign): " " for sign in "\r\n\t"})
    inside = marked(part, [(start - begin, stop - begin) for start, stop in spans])
    return escape("…" if begin else "") + inside + escape("…" if end < len(body) else "")


@dataclass(frozen=True, slots=True)
class Trial:
    """What a query would have hit, as far as it is known."""

    id: int
    state: str
    read: int
    total: int
    error: str | None
    hits: int = 0
    articles: int = 0
    days: Days | None = None
    examples: tuple[Shown, ...] = ()
    friends: tuple[tuple[str, str, int], ...] = ()

    @property
    def sentence(self) -> str:
        """How many, and how many a day: what the office can expect of it."""
        if not self.hits:
            return f"最近 30 天 {self.articles} 条信息里没有命中"
        often = self.hits / watch_trials.DAYS
        pace = f"平均每天 {often:.0f} 条" if often >= 1.5 else f"约 {watch_trials.DAYS / self.hits:.0f} 天 1 条"
        return f"最近 30 天 {self.articles} 条信息里会命中 {self.hits} 条，{pace}"


def trial_of(session: Session, row: WatchTrial) -> Trial:
    """Return an answer as it is shown, its examples read anew: what was destroyed meanwhile is left out."""
    so_far = watch_trials.shown(row)
    answer: Mapping[str, Any] = row.answer or {}
    places = {one["id"]: one["spans"] for one in answer.get("examples", ())}
    asked = select(Article).where(Article.id.in_(places)).options(joinedload(Article.source))
    articles = {article.id: article for article in session.scalars(asked)}
    return Trial(
        id=row.id,
        state=so_far["state"],
        read=row.read,
        total=row.total,
        error=row.error,
        hits=answer.get("hits", 0),
        articles=answer.get("articles", 0),
        days=days(answer["days"]) if answer else None,
        examples=tuple(shown(articles[id_], spans, inside=True) for id_, spans in places.items() if id_ in articles),
        friends=tuple((word, friend, times) for word, friend, times in answer.get("friends", ())),
    )
