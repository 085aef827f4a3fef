"""What the page of one source shows."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy.orm import Session

from dashboard.sources.chart import Chart, begins, chart, sentence
from dashboard.sources.options import described
from dashboard.sources.rows import length, reason
from domain.workdays import beijing_day
from store import articles, fetches, registering, seasons, yields
from store.sources import PASSIVE, ROLE_LABELS, Health, health_of, seconds_between, undocumented
from store.tables.articles import Article
from store.tables.sources import Fetch, Source

PAGE = 20
NEWEST = 10
ONLY = {"": "全部", "failed": "失败", "new": "有新信息"}


@dataclass(frozen=True, slots=True)
class Visits:
    """One page of the visits asked for: `only` which ones, `counts` how many there are of each."""

    rows: list[Fetch]
    only: str
    page: int
    total: int
    counts: list[tuple[str, str, int]]
    size: int = PAGE


@dataclass(frozen=True, slots=True)
class Detail:
    """One source as it is shown. `newest` is empty for those who may not read what was collected."""

    health: Health
    reason: str
    undocumented: bool
    role: str
    passive: bool
    web: bool
    every: str
    every_in_season: str
    season: bool
    options: list[tuple[str, str]]
    title: str
    chart: Chart
    visits: Visits
    newest: Sequence[Article]
    removable: bool


def detail(session: Session, source: Source, only: str, page: int, now: datetime, *, with_articles: bool) -> Detail:
    """Return what is shown of a source; `articles` whether its newest articles are."""
    health = health_of(source, now)
    rows = yields.hours(session, source.id, begins(now))
    today, usual = yields.last_day(session, source.id, now)
    hour = yields.normal_now(session, now, [source.id]).get(source.id)
    return Detail(
        health=health,
        reason=reason(source, health, now, hour),
        undocumented=undocumented(source),
        role=ROLE_LABELS.get(source.role, source.role),
        passive=source.kind in PASSIVE,
        web=registering.is_web(source.url),
        every=length(seconds_between(source, season=False)),
        every_in_season=length(seconds_between(source, season=True)),
        season=seasons.in_season(session, beijing_day(now)),
        options=described(source.options),
        title=sentence(today, usual) if rows else _nothing(source),
        chart=chart(rows, yields.normal_by_hour(session, source.id, now), now),
        visits=visits(session, source.id, only if only in ONLY else "", page),
        newest=articles.listed(session, articles.Filter(source_id=source.id), NEWEST) if with_articles else (),
        removable=not registering.brought(session, source.id),
    )


def _nothing(source: Source) -> str:
    came = {"push": "收到过推送", "table": "导入过表格", "entry": "录入过信息"}
    return f"近 7 天没有{came.get(source.kind, '抓取记录')}"


def visits(session: Session, source_id: int, only: str, page: int) -> Visits:
    """Return one page of visits."""
    counts = [(code, label, fetches.count(session, source_id, code)) for code, label in ONLY.items()]
    return Visits(
        rows=fetches.listed(session, source_id, only, PAGE, (page - 1) * PAGE),
        only=only,
        page=page,
        total=next(number for code, _, number in counts if code == only),
        counts=counts,
    )
