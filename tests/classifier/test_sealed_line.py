"""A sealed letter goes down the line: judged from under its seal, no 专题 hits it, grouped by itself, 纪检 is told."""

from datetime import UTC, datetime, timedelta

from sqlalchemy import select

from classifier.grouper import Grouper
from classifier.jobs import judge_due
from domain.seal import TITLE
from domain.watch import WatchFields
from huiying.orgs import bureau
from store import seals, sources, watches
from store.articles import NewArticle, add_articles
from store.db import reading, transaction
from store.tables import Article, Event, Judged, Lead, Unit, WatchHit

T = datetime(2026, 11, 22, 6, 0, tzinfo=UTC)
LETTERS = (
    "东岭所张所长收红包，通风报信，黑作坊才查不到",
    "食品安全科王科长收红包，黑作坊照样开",
    "黑作坊卖病死猪肉，请查处",
)


def arrive(local) -> None:
    with transaction() as session:
        session.add_all(Unit(name=name, rank=rank) for rank, name in enumerate(("办公室", "食品安全科")))
        watches.save(session, None, WatchFields("黑作坊", "黑作坊"), "command", T)
        source = sources.add_source(session, "https://box.example/feed", T, channel="message")
        items = [NewArticle(f"https://box.example/{n}", "来信", text) for n, text in enumerate(LETTERS)]
        add_articles(session, source, items, T, with_page=False)
    assert judge_due(local, lambda: T, seconds=20) == 3


def test_sealed_letters_are_no_hits_and_each_is_a_matter_of_its_own(database, local):
    arrive(local)
    with reading() as session:
        titles = [row.title for row in session.scalars(select(Article).order_by(Article.id))]
        assert titles == [TITLE, TITLE, "来信"]
        assert [hit.article_id for hit in session.scalars(select(WatchHit))] == [3]
    grouper = Grouper(T, bureau("market_supervision"))
    assert grouper.group_due(T + timedelta(seconds=1)) == 3
    with reading() as session:
        assert len(session.scalars(select(Event)).all()) == 3
        leads = session.scalars(select(Lead).order_by(Lead.article_id)).all()
        assert [(one.title, one.unit.name) for one in leads[:2]] == [(TITLE, "办公室"), (TITLE, "办公室")]
        assert LETTERS[0][:6] not in "".join(text for event in session.scalars(select(Event)) for text in [event.title])


def test_judged_again_it_is_read_from_under_its_seal(database, local):
    arrive(local)
    with transaction() as session:
        session.get_one(Article, 1).judge_at = T + timedelta(hours=1)
    assert judge_due(local, lambda: T + timedelta(hours=1), seconds=20) == 1
    with reading() as session:
        judged = session.scalars(select(Judged).where(Judged.article_id == 1)).one()
        assert judged.sealed == "integrity"
        assert judged.reasons == [seals.REASON]
        kept = seals.contents(session, session.get_one(Article, 1).seal_id)
        assert kept["article-1"]["body"] == LETTERS[0]
        assert any(reason["about"] == "sealed" for reason in kept[f"verdict-{judged.id}"]["reasons"])
        assert session.scalars(select(WatchHit)).one().article_id == 3
