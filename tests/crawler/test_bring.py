"""What a source brought: stored once, ranks and counts kept up, traditional texts found in simplified words."""

from datetime import UTC, datetime, timedelta

import pytest
from sqlalchemy import select

from crawler.bring import bring
from crawler.identity import identity
from crawler.items import Item
from store import articles, ranks, sources
from store.articles import Filter
from store.db import reading, transaction
from store.simple import simplified
from store.tables import Article, Rank

T = datetime(2026, 11, 22, 6, 0, tzinfo=UTC)
HOUR = timedelta(hours=1)


def item(title="清源市一商场电梯困人", link="http://news.example/1", **more) -> Item:
    return Item(title, link, more.pop("published", None), None, more.pop("text", ""), **more)


def brought(*items: Item, at=T, url="http://news.example/list", **source):
    with transaction() as session:
        made = sources.add_source(session, url, T, **source)
        return bring(session, made, items, at)


@pytest.mark.parametrize(
    ("one", "link"),
    [
        (item(link="HTTP://News.example:80/1?utm_source=x#top"), "http://news.example/1"),
        (item(link="", number="DH2026-0017"), "list#DH2026-0017"),
        (item(link="javascript:void(0)", number="7"), "list#7"),
    ],
)
def test_an_item_is_known_by_link_number_or_text(one, link):
    assert identity(one, "list").startswith(link)


def test_two_items_without_link_and_number_are_told_apart_by_their_text():
    assert identity(item(link="", title="甲"), "list") != identity(item(link="", title="乙"), "list")


def test_the_number_and_limit_of_a_ticket_are_kept(database):
    ticket = item(
        link="", number="DH2026-0017", limit_at=T + 48 * HOUR, channel="hotline", has_page=False, place="东岭区"
    )
    assert brought(ticket).found == 1
    assert brought(ticket).new == []
    with reading() as session:
        [article] = session.scalars(select(Article))
        assert (article.number, article.limit_at, article.channel) == ("DH2026-0017", T + 48 * HOUR, "hotline")
        assert (article.page_at, article.judge_at, article.place_said) == (None, T, "东岭区")


def test_counts_shown_are_brought_up_to_date(database):
    brought(item(counts={"reads": 100}))
    brought(item(counts={"reads": 12_000, "comments": 31}), at=T + HOUR)
    with reading() as session:
        assert session.scalars(select(Article.counts)).all() == [{"reads": 12_000, "comments": 31}]


def test_a_hot_list_keeps_the_history_of_its_ranks_and_a_cached_one_adds_nothing(database):
    brought(item(rank=9, heat=1000, as_of=T))
    brought(item(rank=9, heat=1000, as_of=T), at=T + HOUR)
    brought(item(rank=2, heat=9000, as_of=T + HOUR), at=T + HOUR)
    with reading() as session:
        article = session.scalars(select(Article)).one()
        assert [(row.at, row.rank, row.heat) for row in ranks.history(session, [article.id])] == [
            (T + HOUR, 2, 9000),
            (T, 9, 1000),
        ]
        assert article.first_seen_at == T


def test_a_list_from_the_future_is_no_later_than_now(database):
    brought(item(rank=1, as_of=T + 9 * HOUR))
    with reading() as session:
        assert session.scalars(select(Rank.at)).all() == [T]


def test_a_traditional_text_is_found_in_simplified_words_and_shown_as_it_came(database):
    brought(item(title="輿情：入口網站程式出錯", text="民眾反映"), item(link="http://news.example/2", title="舆情通报"))
    with reading() as session:
        for words in ("舆情", "門戶網站", "门户网站", "程序", "程式", "群众", "民众", "輿情"):
            found = articles.listed(session, Filter(words=words))
            assert "輿情：入口網站程式出錯" in [article.title for article in found], words
        assert len(articles.listed(session, Filter(words="輿情"))) == 2


def test_a_simplified_text_needs_no_copy():
    assert simplified("舆情通报", "市场监管部门已到现场。") is None
