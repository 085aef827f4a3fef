"""What a vendor pushes and our own crawl finds is one thing (SD2): one event, one lead, the second one a copy."""

from datetime import UTC, datetime, timedelta

import pytest
from sqlalchemy import select

from classifier.grouper import Grouper
from domain.org import Duty, Org
from domain.push import read
from domain.verdict import Opens, Reason, Sentiment, Verdict
from store import org as units
from store import pushes, sources
from store.articles import NewArticle, add_articles, save_verdict
from store.db import reading, transaction
from store.tables import Article, Event, Lead

T = datetime(2026, 11, 22, 6, 0, tzinfo=UTC)
HOUR = timedelta(hours=1)
FOOD, OFFICE = "食品科", "办公室"
ORG = Org("test", "清源市市场监管局", (Duty(FOOD, "科室", {}), Duty(OFFICE, "科室", {})), OFFICE, ("清源市",))
LINK = "https://forum.example/thread/1"
STORY = "东岭区实验小学四十多名学生午餐后集体呕吐腹泻，已送医院治疗，食堂食品留样已经封存，调查正在进行。"
SUMMARY = "网民发帖称校园餐疑有问题，关注度上升，建议核实。"
VERDICT = Verdict(
    relevance=0.9,
    sections=(FOOD,),
    sentiment=Sentiment.NEGATIVE,
    sentiment_score=-0.8,
    intent="陈述",
    topic=None,
    emergency=0.1,
    emergency_kind=None,
    casualties=None,
    rumour=0.0,
    place=("东岭区",),
    ours=True,
    grave=False,
    opens=Opens.LEAD,
    reasons=(Reason("呕吐腹泻", 2.1, "relevance"),),
)


@pytest.fixture
def grouped(database):
    """Store what one of the two brings, let it be judged and grouped."""
    with transaction() as session:
        units.put_units(session, ORG)

    def one(who: str, text: str, link: str | None, at: datetime) -> Article:
        with transaction() as session:
            if who == "vendor":
                source = sources.add_source(session, "push:舆情服务公司A", at, kind="push", fetch_at=None)
                pushed = read({"id": "A-1", "title": "校园餐", "text": text, **({"url": link} if link else {})}, at)
                pushes.take_in(session, source, [pushed], at, 100)
            else:
                source = sources.add_source(session, "https://forum.example/rss", at)
                add_articles(session, source, [NewArticle(link or "", "午餐后呕吐", text)], at, with_page=False)
            article = session.scalars(select(Article).order_by(Article.id.desc())).first()
            assert article is not None
            save_verdict(session, article.id, VERDICT, at)
            article.judge_at, article.group_at = None, at
        Grouper(at, ORG, owner=f"{who}{at}").group_due(at)
        with reading() as session:
            return session.get_one(Article, article.id)

    return one


def count(table) -> int:
    with reading() as session:
        return len(session.scalars(select(table)).all())


BOTH = [("vendor", "own"), ("own", "vendor")]


@pytest.mark.parametrize(("first", "second"), BOTH)
@pytest.mark.parametrize(
    ("words", "link"),
    [(STORY, None), (STORY, "https://mirror.example/9"), (SUMMARY, LINK)],
    ids=["text", "url", "summary"],
)
def test_sd2_the_vendors_item_and_our_own_are_one_event_and_one_lead(grouped, first, second, words, link):
    said = {"vendor": (words, link), "own": (STORY, LINK)}
    one = grouped(first, *said[first], T)
    other = grouped(second, *said[second], T + HOUR)
    assert (other.event_id, other.copy_of) == (one.event_id, one.id)
    with reading() as session:
        event = session.scalars(select(Event)).one()
        assert (event.articles, event.copies) == (2, 1)
    assert count(Lead) == 1


def test_sd2_other_words_at_another_address_are_another_event(grouped):
    one, other = grouped("own", STORY, LINK, T), grouped("vendor", SUMMARY, "https://forum.example/thread/2", T + HOUR)
    assert other.event_id != one.event_id
    assert other.copy_of is None


def test_sd2_a_front_page_two_sources_name_makes_no_event(grouped):
    front = "https://forum.example/"
    one, other = grouped("own", STORY, front, T), grouped("vendor", SUMMARY, front, T + HOUR)
    assert other.event_id != one.event_id


def test_sd2_the_vendors_own_id_sent_twice_is_one_article(grouped):
    grouped("vendor", STORY, LINK, T)
    grouped("vendor", SUMMARY, LINK, T + HOUR)
    assert (count(Article), count(Event)) == (1, 1)
