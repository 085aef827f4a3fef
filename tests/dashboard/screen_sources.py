"""Sources for the tests of their screens, and the crawler's side of a question, written by the test."""

from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import select

from store import sources
from store.db import reading, transaction
from store.tables import Ask, JournalEntry, Source, Yield

FIELDS = {
    "name": "清源网",
    "channel": "news",
    "authority": "city",
    "role": "open",
    "region": "清源市",
    "owner": "食品安全科",
    "interval": "300",
    "season_interval": "",
    "retention_days": "",
    "legal_basis": "国办发〔2016〕61号",
    "impact": "只采集公开栏目，不含个人信息",
}
"""The form about a source, as a keeper fills it."""
LIST = {
    "url": "https://www.dongling.example/xw/",
    "kind": "list",
    "kind_label": "网页列表",
    "name": "东岭区新闻",
    "options": {"row": "ul.news > li", "link": "a", "date": "span"},
    "found": 23,
    "items": [
        {
            "title": "节前食品安全检查",
            "link": "https://www.dongling.example/1",
            "published": "2026-11-20T01:05:00+00:00",
        },
        {"title": "没有日期的", "link": "javascript:alert(1)", "published": None},
    ],
    "others": [
        {"url": "https://www.dongling.example/rss.xml", "kind_label": "RSS、Atom、JSON Feed", "words": "20 条"},
        {"url": "file:///etc/passwd", "kind_label": "坏地址", "words": ""},
    ],
    "steps": [
        {"what": "打开网址", "words": "HTTP 200", "good": True},
        {"what": "页面里登记的订阅源", "words": "没有", "good": False},
    ],
    "reasons": ["23 行形状一样"],
}
"""What the crawler says of a page with a list."""


def source(now: datetime, name: str = "清源晚报", **fields: Any) -> int:
    """Add a source that was just reached and return its id; fields not of `add_source` are set afterwards."""
    with transaction() as session:
        made = sources.add_source(session, fields.pop("url", f"https://news.example/{name}"), now, name=name)
        sources.note_ok(made, now, 1)
        for field, value in fields.items():
            setattr(made, field, value)
        return made.id


def yielded(source_id: int, until: datetime, days: int, new: int) -> None:
    """Note the same yield for every hour of the days before a time."""
    hour = until.replace(minute=0, second=0, microsecond=0)
    with transaction() as session:
        for back in range(1, days * 24 + 1):
            at = hour - timedelta(hours=back)
            fields = {"of_day": (at.hour + 8) % 24, "visits": 12, "found": 20, "new": new}
            session.add(Yield(source_id=source_id, hour=at, **fields))


def asks() -> list[Ask]:
    """Return what was asked of the crawler so far, the oldest first."""
    with reading() as session:
        return list(session.scalars(select(Ask).order_by(Ask.id)))


def answer(ask_id: int, now: datetime, said: dict[str, Any] | None = None, error: str | None = None) -> None:
    """Answer a question as a worker does."""
    with transaction() as session:
        row = session.get_one(Ask, ask_id)
        row.answer, row.error, row.answered_at, row.ask_at = said, error, now, None


def one(source_id: int) -> Source:
    """Return a source as it is stored."""
    with reading() as session:
        return session.get_one(Source, source_id)


def journaled(action: str) -> list[dict[str, Any]]:
    """Return what the journal keeps of an action."""
    with reading() as session:
        asked = select(JournalEntry).where(JournalEntry.action == action).order_by(JournalEntry.seq)
        return [entry.facts for entry in session.scalars(asked)]
