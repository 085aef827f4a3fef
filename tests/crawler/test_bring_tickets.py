"""Tickets and news become articles of their source: once each, with or without a page, in the right channel."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest
from sqlalchemy import select

from crawler.bring import bring
from crawler.dates import Moment
from crawler.items import Item
from store import db, sources
from store.db import reading, transaction
from store.tables import Article, Source

T = datetime(2026, 11, 22, 6, 0, tzinfo=UTC)
TICKET = Item(
    "缺斤短两", "", Moment(T, "second"), None, "电子秤不准。", has_page=False, number="GD1", channel="message"
)
NEWS = Item("通报", "https://a.example.cn/1?utm_source=x", Moment(T, "day"), "值班员A", "摘要")


@pytest.fixture(autouse=True)
def database(database_url):
    db.connect(database_url)
    yield
    db.disconnect()


def brought(*items: Item, url: str = "table:热线", now: datetime = T) -> int:
    with transaction() as session:
        return len(bring(session, sources.add_source(session, url, T, name="热线"), items, now).new)


def articles() -> list[Article]:
    with reading() as session:
        return list(session.scalars(select(Article).order_by(Article.id)))


def test_a_ticket_is_judged_at_once_and_news_reads_its_page_first():
    assert brought(TICKET, NEWS) == 2
    by_title = {article.title: article for article in articles()}
    ticket, news = by_title["缺斤短两"], by_title["通报"]
    assert (ticket.link, ticket.channel, ticket.page_at, ticket.judge_at) == ("table:热线#GD1", "message", None, T)
    assert (ticket.body, ticket.author, ticket.published_at, ticket.date_only) == ("电子秤不准。", None, T, False)
    assert (news.link, news.channel, news.page_at, news.judge_at) == ("https://a.example.cn/1", "news", T, None)
    assert (news.author, news.date_only) == ("值班员A", True)


def test_what_is_known_is_not_stored_again():
    assert [brought(TICKET, NEWS), brought(TICKET, NEWS), brought(replace(TICKET, text="改了说法"))] == [2, 0, 0]
    assert brought(TICKET, url="table:另一个") == 1


def test_tickets_with_one_number_that_say_different_things_are_each_stored():
    second = replace(TICKET, title="另一件事")
    later = replace(TICKET, published=Moment(T - timedelta(days=1), "second"))
    assert brought(TICKET, second, later, TICKET) == 3
    assert brought(TICKET, second, later) == 0


def test_without_link_and_number_the_text_counts():
    plain = replace(TICKET, number=None)
    assert [brought(plain), brought(plain), brought(replace(plain, text="别的"))] == [1, 0, 1]


def test_the_same_link_twice_in_a_feed_is_one_article():
    assert brought(NEWS, replace(NEWS, title="通报（更新）")) == 1


def test_a_place_that_the_text_does_not_name_is_kept_with_it():
    brought(
        replace(TICKET, place="东岭区"), replace(TICKET, number="GD2", text="东岭区的秤", place="东岭区", origin="热线")
    )
    first, second = articles()
    assert first.body == "电子秤不准。\n地点：东岭区"
    assert (second.body, second.origin) == ("东岭区的秤", "热线")


def test_a_time_to_come_is_no_time_of_publication():
    brought(
        replace(TICKET, published=Moment(T + timedelta(days=3), "second")), replace(TICKET, number="2", published=None)
    )
    assert [article.published_at for article in articles()] == [None, T]


def test_a_very_long_address_does_not_lose_what_tells_items_apart():
    url = "https://a.example.cn/" + "x" * 1950
    assert brought(TICKET, replace(TICKET, number="GD2"), url=url) == 2
    with reading() as session:
        assert session.scalars(select(Source.url)).all() == [url]
    assert all(len(article.link) <= 2000 for article in articles())
