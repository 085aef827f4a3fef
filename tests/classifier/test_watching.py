"""Watch words where articles are judged: hits with the verdict, changes taken up at once, what would have been hit."""

from datetime import UTC, datetime, timedelta

import pytest
from sqlalchemy import select

from classifier import watching
from classifier.jobs import judge_due
from classifier.trials import answer_due
from classifier.watching import Live
from domain.query_words import QueryError
from domain.watch import WatchFields
from store import sources, watch_hits, watch_trials, watches
from store.articles import NewArticle, add_articles
from store.db import reading, transaction
from store.tables import Article, Judged, Person, Unit, WatchHit, WatchTell, WatchTrial

T = datetime(2026, 11, 22, 6, 0, tzinfo=UTC)
BROADCAST = "东岭区市監局发布冷链食品抽检结果"


def publish(*texts, at=T, published=None, **fields):
    with transaction() as session:
        source = sources.add_source(session, "https://news.example/feed", T, name="清源日报", **fields)
        items = [
            NewArticle(f"https://news.example/{at:%d%H}-{n}", t, "", published_at=published)
            for n, t in enumerate(texts)
        ]
        add_articles(session, source, items, at, with_page=False)


def watch(query, name="冷链", now=T, **fields):
    with transaction() as session:
        return watches.save(
            session, watches.named(session, name), WatchFields(name, query, **fields), "command", now
        ).id


def hits():
    with reading() as session:
        rows = session.scalars(select(WatchHit).order_by(WatchHit.id))
        return [(hit.watch_id, hit.article_id, hit.spans) for hit in rows]


def test_hits_are_written_with_the_verdict(database, anywhere):
    first, second = watch("市监局 冷链"), watch("招聘", "招聘")
    publish(BROADCAST, "天气晴")
    judge_due(anywhere, lambda: T)
    with reading() as session:
        article = session.scalars(select(Article).where(Article.title == BROADCAST)).one()
        judged = session.scalars(select(Judged).where(Judged.article_id == article.id)).one()
        assert judged.relevance >= 0.5
        assert judged.reasons[0]["words"] == "命中专题：冷链"
        marked = watch_hits.of_articles(session, [article.id])
    assert hits() == [(first, article.id, [[3, 6], [8, 10]])]
    assert [(one.watch_id, one.name) for one in marked[article.id]] == [(first, "冷链")]
    assert second not in {row[0] for row in hits()}


def test_a_running_judge_takes_up_what_is_saved(database, anywhere):
    live = Live()
    publish("冷链食品一", at=T)
    judge_due(anywhere, lambda: T, live=live)
    assert hits() == []
    made = watch("冷链")
    publish("冷链食品二", at=T + timedelta(hours=1))
    judge_due(anywhere, lambda: T + timedelta(hours=1), live=live)
    assert [row[0] for row in hits()] == [made]
    with transaction() as session:
        watches.switch(session, watches.named(session, "冷链"), active=False, by="command", now=T)
    publish("冷链食品三", at=T + timedelta(hours=2))
    judge_due(anywhere, lambda: T + timedelta(hours=2), live=live)
    assert len(hits()) == 1


def test_synonyms_count_from_the_next_batch(database, anywhere):
    live = Live()
    watch("冷柜食品")
    with transaction() as session:
        watches.save_words(session, "冷柜食品 = 冷链食品", "", "command", T)
    publish("冷链食品")
    judge_due(anywhere, lambda: T, live=live)
    assert len(hits()) == 1


def test_general_exclusions_narrow_the_topics_that_want_them(database, anywhere):
    one, other = watch("冷链", general=True), watch("冷链", "全部")
    with transaction() as session:
        assert watches.add_general(session, ["招聘", "招聘"], "command", T) == 1
    publish("冷链公司招聘")
    judge_due(anywhere, lambda: T)
    assert [row[0] for row in hits()] == [other]
    assert one != other


def test_subscribers_are_told_of_fresh_articles_alone(database, anywhere):
    with transaction() as session:
        person = Person(name="值班员A", email="a@office.example")
        session.add(person)
        session.flush()
        who = (person.id,)
    watch("冷链", subscriber_ids=who)
    publish("冷链旧闻", at=T, published=T - timedelta(days=5))
    publish("冷链新闻", at=T + timedelta(hours=1), published=T)
    judge_due(anywhere, lambda: T + timedelta(hours=1))
    with reading() as session:
        told = [tell.hit.article.title for tell in session.scalars(select(WatchTell))]
    assert (len(hits()), told) == (2, ["冷链新闻"])


def test_a_second_reading_replaces_hits_and_takes_back_those_nobody_heard_of(database, anywhere):
    watch("冷链")
    publish("冷链食品")
    judge_due(anywhere, lambda: T)
    with transaction() as session:
        article = session.get_one(Article, 1)
        article.title, article.judge_at = "某地冷链", T
    judge_due(anywhere, lambda: T)
    assert [row[2] for row in hits()] == [[[2, 4]]]
    with transaction() as session:
        article = session.get_one(Article, 1)
        article.title, article.judge_at = "别的", T
    judge_due(anywhere, lambda: T)
    assert hits() == []


def test_failing_watch_words_keep_no_verdict_from_being_written(database, anywhere, monkeypatch):
    watch("冷链")
    live = Live()
    monkeypatch.setattr(live.current().watcher, "match", lambda seen: 1 / 0)
    publish("冷链食品")
    assert judge_due(anywhere, lambda: T, live=live) == 1
    assert hits() == []


def test_a_query_whose_account_is_gone_is_left_out_and_the_others_go_on(database, anywhere):
    publish("冷链食品")
    watch("冷链 author:清源日报", "按账号")
    kept = watch("冷链")
    with transaction() as session:
        source = session.get_one(Article, 1).source
        source.authority = "self_media"
        assert "没有登记" in "".join(watches.faults(session, watches.listed(session)).values())
    judge_due(anywhere, lambda: T)
    assert [row[0] for row in hits()] == [kept]


def test_an_account_that_may_be_private_cannot_be_watched(database):
    publish("一", authority="self_media")
    with pytest.raises(QueryError, match="没有登记为监测源"):
        watch("冷链 author:清源日报")


def test_saving_looks_up_the_hits_of_thirty_days_and_tells_nobody(database, anywhere):
    with transaction() as session:
        person = Person(name="值班员A", email="a@office.example")
        session.add(person)
        session.flush()
        who = (person.id,)
    publish("冷链很早", at=T - timedelta(days=40))
    publish("冷链昨天", "和服务", at=T - timedelta(days=1))
    made = watch("冷链 OR 和服", subscriber_ids=who)
    assert answer_due(lambda: T) == 1
    assert [(row[0], row[2]) for row in hits()] == [(made, [[0, 2]])]
    with reading() as session:
        assert session.scalars(select(WatchTell)).all() == []
        row = session.scalars(select(WatchTrial)).one()
    assert (row.answer["articles"], row.answer["hits"], row.read) == (2, 1, 2)
    assert row.answer["days"][-2:] == [["2026-11-21", 1], ["2026-11-22", 0]]
    assert row.answer["friends"] == [["和服", "和服务", 1]]
    assert answer_due(lambda: T) == 0


def test_a_trial_that_cannot_be_read_says_why(database):
    with transaction() as session:
        watch_trials.ask(session, "（冷链", T)
    answer_due(lambda: T)
    with reading() as session:
        row = session.scalars(select(WatchTrial)).one()
        assert watch_trials.shown(row)["error"] == "第 1 个字：括号没有合上"


def test_qz5_the_topics_unit_leads_what_no_duty_word_decides(database, anywhere):
    """QZ5: through the judging itself, with a unit of the office."""
    with transaction() as session:
        unit = Unit(name="知识产权科")
        session.add(unit)
        session.flush()
        units = (unit.id,)
    watch("蓝莓音乐节", unit_ids=units)
    publish("蓝莓音乐节开幕")
    judge_due(anywhere, lambda: T)
    with reading() as session:
        assert session.scalars(select(Judged)).one().sections[0] == "知识产权科"


def test_places_and_sources_of_an_article_can_be_asked_for(database, anywhere):
    watch("冷链 place:东岭 source:日报")
    publish("冷链食品", region="东岭区")
    judge_due(anywhere, lambda: T)
    assert len(hits()) == 1
    assert watching.Live().current().watching.version > 0
