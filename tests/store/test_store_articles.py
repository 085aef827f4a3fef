"""Articles: stored once per source and link whoever brings them; the list with its filters."""

from datetime import timedelta

import pytest
from making import FOOD, MINUTE, T, article, source, verdict
from writers import at_once, change

from domain.verdict import Sentiment
from store import articles
from store.articles import Filter, NewArticle, add_articles
from store.db import reading, transaction
from store.tables import Judged, Source


def items(*numbers):
    return [NewArticle(f"https://news.example/{n}", f"标题{n}", f"正文{n}") for n in numbers]


def links(found):
    return [int(one.link.rpartition("/")[2]) for one in found]


def test_only_what_is_not_known_yet_is_stored(session):
    one, other = source(session), source(session, "https://other.example/")
    assert links(add_articles(session, one, items(1, 2), T)) == [1, 2]
    assert links(add_articles(session, one, items(2, 3, 3), T + MINUTE)) == [3]
    assert add_articles(session, one, items(1, 2, 3), T) == []
    assert add_articles(session, one, [], T) == []
    assert links(add_articles(session, other, items(1), T)) == [1]
    assert articles.count(session, Filter()) == 4


def test_a_new_article_asks_for_its_page_or_at_once_for_its_verdict(session):
    one = source(session, channel="message")
    [page] = add_articles(session, one, items(1), T)
    [judge] = add_articles(session, one, items(2), T, with_page=False)
    assert (page.page_at, page.judge_at, page.group_at) == (T, None, None)
    assert (judge.page_at, judge.judge_at, judge.group_at) == (None, T, None)
    assert (page.channel, page.first_seen_at, page.attempts, page.parked) == ("message", T, 0, None)
    assert page.source is one


def test_a_very_long_list_is_stored_whole(session):
    one = source(session)
    assert len(add_articles(session, one, items(*range(1201)), T)) == 1201
    assert add_articles(session, one, items(*range(1201)), T) == []


def test_of_two_that_bring_the_same_links_at_once_each_link_is_stored_by_one(database):
    with transaction() as session:
        id_ = source(session).id

    def bring(session, numbers):
        return links(add_articles(session, session.get_one(Source, id_), items(*numbers), T))

    found = at_once(change(bring, range(60)), change(bring, range(59, -1, -1)), change(bring, range(30, 90)))
    assert all(isinstance(one, list) for one in found), found
    assert sorted(number for one in found for number in one) == list(range(90))
    with reading() as session:
        assert articles.count(session, Filter()) == 90


def correct(session, judged, **fields):
    """Add a person's verdict that differs from the system's in `fields`."""
    said = {column.key: getattr(judged, column.key) for column in Judged.__table__.columns if column.key != "id"}
    person = Judged(**{**said, "maker": "person", **fields})
    session.add(person)
    session.flush()
    return person


def test_a_second_verdict_of_the_system_replaces_its_first_and_a_persons_counts(session):
    one = article(session)
    assert articles.verdict_of(one) is None
    first = articles.save_verdict(session, one.id, verdict("lead"), T)
    assert articles.save_verdict(session, one.id, verdict("provisional"), T + MINUTE) is first
    session.refresh(one)
    assert articles.verdict_of(one) is first
    assert (first.opens, first.at, first.sentiment, first.sections) == ("provisional", T + MINUTE, "negative", [FOOD])
    session.refresh(first)
    assert first.reasons == [{"words": "集体腹泻", "weight": 2.1, "about": "emergency", "span": [0, 4]}]
    person = correct(session, first)
    session.refresh(one)
    assert articles.verdict_of(one) is person


@pytest.fixture
def five(session):
    """Five articles; the last is not judged, the fourth's sentiment and section were corrected by a person."""
    for n in range(1, 6):
        one = article(
            session, n, seen=T + n * MINUTE, title=f"食堂 {n} 100% Abc", body="集体腹泻" if n < 3 else "价格_上涨"
        )
        one.first_seen_at = T + n * MINUTE
        if n < 5:
            said = verdict("lead" if n % 2 else "none", relevance=n / 5, sentiment=Sentiment.NEGATIVE, sections=(FOOD,))
            judged = articles.save_verdict(session, one.id, said, T)
            if n == 4:
                correct(session, judged, sentiment="positive", sections=["价格科"], opens="lead", relevance=0.1)
    session.flush()
    return session


FILTERS = [
    ({}, [5, 4, 3, 2, 1]),
    ({"words": "腹泻"}, [2, 1]),
    ({"words": "食堂 价格"}, [5, 4, 3]),
    ({"words": "abc"}, [5, 4, 3, 2, 1]),
    ({"words": "ABC 3"}, [3]),
    ({"words": "0%"}, [5, 4, 3, 2, 1]),
    ({"words": "格_上"}, [5, 4, 3]),
    ({"words": "堂_1"}, []),
    ({"words": "%"}, [5, 4, 3, 2, 1]),
    ({"words": "\\"}, []),
    ({"words": "' OR 1=1 --"}, []),
    ({"sentiment": "negative"}, [3, 2, 1]),
    ({"sentiment": "positive"}, [4]),
    ({"section": FOOD}, [3, 2, 1]),
    ({"section": "价格科"}, [4]),
    ({"opens": "lead"}, [4, 3, 1]),
    ({"opens": "none"}, [2]),
    ({"relevant": True}, [3]),
    ({"since": T + 2 * MINUTE, "until": T + 4 * MINUTE}, [3, 2]),
    ({"source_id": 999}, []),
    ({"event_id": 999}, []),
    ({"words": "腹泻", "opens": "lead"}, [1]),
]


def test_filters(five):
    for asked, found in FILTERS:
        assert links(articles.listed(five, Filter(**asked))) == found, asked
        assert articles.count(five, Filter(**asked)) == len(found), asked


def test_pages_neither_repeat_nor_leave_out(five):
    pages = [links(articles.listed(five, Filter(), limit=2, offset=offset)) for offset in (0, 2, 4, 6)]
    assert pages == [[5, 4], [3, 2], [1], []]


def test_articles_seen_at_the_same_moment_have_a_fixed_order(session):
    add_articles(session, source(session), items(3, 1, 2), T + timedelta(hours=1))
    first = articles.listed(session, Filter())
    assert first == articles.listed(session, Filter())
    assert [one.id for one in first] == sorted((one.id for one in first), reverse=True)
