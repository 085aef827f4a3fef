"""From an article that waits for its verdict to the lead it proposes, in the process that holds the index."""

from datetime import UTC, datetime, timedelta

import pytest
from sqlalchemy import func, select

from classifier.grouper import LEASE, Grouper, LostLease
from classifier.jobs import judge_due
from classifier.judge import Judge
from domain.event import Sighting, same_emergency
from huiying.orgs import bureau
from store import org as units
from store import sources
from store.articles import NewArticle, add_articles
from store.db import reading, transaction
from store.due import PARK_AFTER
from store.tables import Article, Deadline, Event, Lead, Stage

T = datetime(2026, 11, 22, 6, 0, tzinfo=UTC)
ORG = bureau("market_supervision")
JUDGE = Judge(ORG)
POISONING = "清源市某小学四十多名学生在食堂就餐后集体呕吐腹泻，已送医院治疗，市场监管部门已封存食品留样。"
WITNESS = "我家孩子学校食堂吃坏了肚子，班里十几个学生上吐下泻，都送医院输液了，食堂到底怎么回事"


def publish(*texts: str, at: datetime = T, published: datetime | None = None) -> list[int]:
    with transaction() as session:
        units.put_units(session, ORG)
        source = sources.add_source(session, "https://news.example/feed", at)
        known = session.scalar(select(func.count()).select_from(Article)) or 0
        items = [
            NewArticle(f"https://news.example/{known + n}", text[:20], text, published_at=published or at)
            for n, text in enumerate(texts)
        ]
        return [article.id for article in add_articles(session, source, items, at, with_page=False)]


def rows(what):
    with reading() as session:
        return list(session.scalars(select(what).order_by(what.id)))


def through_the_line(grouper: Grouper, at: datetime = T) -> None:
    judge_due(JUDGE, lambda: at)
    grouper.group_due(at)


def test_a_grave_emergency_becomes_a_lead_whose_clocks_run_at_once(database):
    publish(POISONING)
    through_the_line(Grouper(T, ORG))
    lead = rows(Lead)[0]
    assert (lead.state, lead.suspected, lead.quiet) == ("open", True, False)
    assert {d.rule for d in rows(Deadline)} == {"LEAD_CONFIRM", "AUTH_RELEASE", "PRESS_CONF"}
    assert lead.reasons


def test_witness_and_report_of_one_emergency_are_one_matter_with_one_lead(database):
    grouper = Grouper(T, ORG)
    publish(WITNESS)
    through_the_line(grouper)
    publish(POISONING, at=T + timedelta(minutes=20))
    through_the_line(grouper, T + timedelta(minutes=20))
    assert len(rows(Event)) == len(rows(Lead)) == 1
    assert sum(d.rule == "AUTH_RELEASE" and d.state == "open" for d in rows(Deadline)) == 1


def test_an_old_article_becomes_a_lead_nobody_is_woken_for(database):
    publish(POISONING, published=T - timedelta(hours=73))
    through_the_line(Grouper(T, ORG))
    assert [lead.quiet for lead in rows(Lead)] == [True]
    assert rows(Stage) == []


def test_a_second_grouper_waits_and_takes_over_with_the_same_events(database):
    first = Grouper(T, ORG, owner="first")
    publish(POISONING)
    through_the_line(first)
    second = Grouper(T, ORG, owner="second")
    with pytest.raises(LostLease):
        second.group_due(T)
    later = T + LEASE + timedelta(seconds=1)
    publish(POISONING + "家长已到医院。", at=later)
    through_the_line(second, later)
    assert len(rows(Event)) == 1
    with pytest.raises(LostLease):
        first.group_due(later)


def test_an_article_that_could_not_be_stored_gets_the_same_answer_when_tried_again(database, monkeypatch):
    from store import events

    grouper, real = Grouper(T, ORG), events.put
    publish(POISONING)
    monkeypatch.setattr(events, "put", lambda *_: (_ for _ in ()).throw(OSError("disk full")))
    through_the_line(grouper)
    assert rows(Event) == []
    monkeypatch.setattr(events, "put", real)
    grouper.group_due(T + timedelta(minutes=1))
    assert [article.event_id is not None for article in rows(Article)] == [True]
    assert rows(Article)[0].copy_of is None


def test_a_text_that_breaks_the_judge_is_parked_and_stops_no_other(database):
    class Fragile(Judge):
        def judge(self, items):
            if any("坏" in item.text for item in items):
                raise ValueError("cannot read this")
            return super().judge(items)

    publish("坏文本", POISONING)
    for turn in range(PARK_AFTER):
        judge_due(Fragile(ORG), lambda turn=turn: T + timedelta(minutes=2 * turn))
    bad, good = rows(Article)
    assert bad.parked
    assert bad.judge_at is None
    assert good.parked is None
    assert good.group_at is not None


@pytest.mark.parametrize(
    ("other", "same"),
    [
        (Sighting("食品安全科", frozenset({"东岭区"}), T + timedelta(hours=6)), True),
        (Sighting("食品安全科", frozenset({"东岭区"}), T + timedelta(hours=6, seconds=1)), False),
        (Sighting("食品安全科", frozenset({"河湾区"}), T), False),
        (Sighting("食品安全科", frozenset(), T), True),
        (Sighting("食品安全科", frozenset({"清源市"}), T), True),
        (Sighting("知识产权科", frozenset({"东岭区"}), T), False),
    ],
)
def test_which_emergencies_are_one(other, same):
    assert same_emergency(Sighting("食品安全科", frozenset({"东岭区", "清源市"}), T), other, ("清源市",)) is same
