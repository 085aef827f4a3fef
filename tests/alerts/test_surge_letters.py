"""消费预警: the unit that protects consumers is told once of a draft; an hourly look, under two clocks too."""

from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from sqlalchemy import select

from alerts.surges import tell_surges
from domain.verdict import Opens, Sentiment, Verdict
from store import articles, office, people, sources
from store.articles import NewArticle
from store.db import reading, transaction
from store.settings import Settings
from store.tables import Fact, Notice, Person, Source, SurgeWarning, Unit

T = datetime(2026, 11, 22, 6, 0, tzinfo=UTC)
ORG = """code = "x"
name = "市场监督管理局"
fallback = "办公室"
[[units]]
name = "办公室"
[[units]]
name = "消费者权益保护科"
words = {"消费维权" = 3, "消费投诉" = 3}
"""


@pytest.fixture
def settings(tmp_path: Path, database: str) -> Settings:
    made = Settings.from_env({"HUIYING_DATA_DIR": str(tmp_path), "SMTP_URL": "smtp://127.0.0.1:2525"})
    made.org_file.write_text(ORG, encoding="utf8")
    with transaction() as session:
        office.set_fact(session, "name", "清源市市场监督管理局")
        for rank, name in enumerate(("办公室", "消费者权益保护科")):
            unit = Unit(name=name, rank=rank)
            person = Person(name=f"联络员{rank}", email=f"{rank}@demo.invalid")
            session.add_all([unit, person])
            session.flush()
            people.appoint(session, "liaison", person, unit)
        sources.add_source(session, "https://news.example/feed", T, name="清源热线")
        complain(session, 1, T - timedelta(days=70), "old")
    return made


def complain(session, many, at, mark):
    source = session.scalars(select(Source)).one()
    items = [
        NewArticle(f"https://news.example/{mark}-{n}", "健身房不退款，电话13812345678", published_at=at)
        for n in range(many)
    ]
    said = Verdict(
        relevance=0.9,
        sections=(),
        sentiment=Sentiment.NEGATIVE,
        sentiment_score=-0.5,
        intent="投诉",
        topic="商贸旅游",
        emergency=0.0,
        emergency_kind=None,
        casualties=None,
        rumour=0.0,
        place=("东岭区",),
        ours=True,
        grave=False,
        opens=Opens.NONE,
    )
    for one in articles.add_articles(session, source, items, at, with_page=False):
        articles.save_verdict(session, one.id, said, at)


def told() -> list[Notice]:
    with reading() as session:
        return list(session.scalars(select(Notice).order_by(Notice.id)))


def test_the_unit_is_told_once_of_a_draft_and_of_nothing_on_a_quiet_day(settings):
    assert tell_surges(T, settings) == 0
    with transaction() as session:
        complain(session, 30, T + timedelta(minutes=10), "surge")
    assert tell_surges(T + timedelta(minutes=59), settings) == 0  # It is looked once an hour.
    at = T + timedelta(hours=1)
    assert tell_surges(at, settings) == 1
    assert tell_surges(at, settings) == 0  # A second clock changes nothing.
    assert tell_surges(at + timedelta(hours=2), settings) == 0
    (notice,) = told()
    assert notice.address == "1@demo.invalid"
    assert notice.subject.startswith("【消费预警拟稿】请研究是否发布：关于“商贸旅游”消费投诉增多的消费预警")
    assert not notice.legal
    for words in ("消费者权益保护科", "24小时内最多30件", "东岭区30件", "系统不会自行发布", "/warnings/1"):
        assert words in notice.text, words
    assert "13812345678" not in notice.text
    assert "商贸旅游" not in (notice.short or "")
    with reading() as session:
        assert session.get_one(Unit, session.scalars(select(SurgeWarning.unit_id)).one()).name == "消费者权益保护科"
        assert session.get_one(Fact, "chore_surges").value == (at + timedelta(hours=2)).isoformat()


def test_a_damaged_template_loses_no_warning(settings):
    settings.org_file.write_text("units = [", encoding="utf8")
    with transaction() as session:
        complain(session, 30, T - timedelta(minutes=10), "surge")
    assert tell_surges(T, settings) == 1
    assert told()[0].address == "0@demo.invalid"
