"""Scenarios 35 and 36: no document hangs, bloats or deceives the worker; its source says why, the others go on."""

import resource
import time
from collections.abc import Callable, Iterator
from datetime import UTC, datetime, timedelta
from typing import TypeVar

import pytest
from crawling import T, add, ask_again, crawl, office, rows
from hostile import MEGA, PROSE, feed, page
from odd_server import Answer, odd_server

from crawler import apart, apart_process
from crawler.fetch_words import for_status
from store.tables import Article, Fetch, Source

NOW = datetime(2026, 3, 10, 4, 0, tzinfo=UTC)
URL = "http://news.example/feed"
Found = TypeVar("Found")

LAUGHS = "".join(f'<!ENTITY l{n} "{f"&l{n - 1};" * 10}">' for n in range(1, 10))
RSS = "<rss version='2.0'><channel><title>{}</title><item><title>a</title><link>/a</link></item></channel></rss>"
ENTITIES = {
    "laughs": f'<!DOCTYPE x [<!ENTITY l0 "lol">{LAUGHS}]>' + RSS.format("&l9;"),
    "quadratic": f'<!DOCTYPE x [<!ENTITY a "{"a" * 15_000}">]>' + RSS.format("&a;" * 50_000),
    "file": '<!DOCTYPE x [<!ENTITY a SYSTEM "file:///etc/passwd">]>' + RSS.format("&a;"),
    "parameter": '<!DOCTYPE x [<!ENTITY % a SYSTEM "http://127.0.0.1:1/x"> %a;]>' + RSS.format("t"),
    "lower": '<!doctype x [<!entity a "b">]>' + RSS.format("&a;"),
}


@pytest.mark.parametrize("name", ENTITIES)
@pytest.mark.parametrize("charset", ["utf-8", "utf-16", "gb18030"])
def test_35_a_feed_with_entities_of_its_own_is_refused(name: str, charset: str):
    body = ('<?xml version="1.0"?>' + ENTITIES[name]).encode(charset)
    with pytest.raises(LookupError, match="自行定义了 XML 实体"):
        apart.parse("feed", body, URL, NOW)


@pytest.mark.parametrize(
    "prolog",
    [
        '<!DOCTYPE rss SYSTEM "http://127.0.0.1:1/rss.dtd">',
        '<!DOCTYPE rss PUBLIC "-//Netscape//DTD RSS 0.91//EN" "file:///etc/passwd">',
        '<?xml-stylesheet href="file:///etc/passwd" type="text/xsl"?>',
        "<!DOCTYPE rss [<!ATTLIST item x CDATA 'y'>]>",
    ],
)
def test_35_a_document_type_is_put_aside_and_the_feed_read(prolog: str):
    (item,) = apart.parse("feed", ('<?xml version="1.0"?>' + prolog + RSS.format("t")).encode(), URL, NOW)
    assert (item.title, item.link) == ("a", "http://news.example/a")


def test_35_an_entity_defined_inside_the_feed_is_text():
    (item,) = apart.parse("feed", feed('<!DOCTYPE x [<!ENTITY a "b">]><item><title>&a;</title></item>'), URL, NOW)
    assert item.title == "&a;"


def outcome(read: Callable[[], Found]) -> tuple[Found | None, str]:
    """Return what was read, or nothing and the Chinese words that say why."""
    try:
        return read(), ""
    except LookupError as error:
        return None, str(error)


LIGHT = {
    "nested 100 000": feed("<a>" * 100_000 + "</a>" * 100_000),
    "nested lists": feed("<item>" + "<a><li>" * 50_000),
    "nul": feed("<item><title>\0计\0量\0</title></item>"),
    "attribute": feed(f'<item x="{"a" * 4 * MEGA}"><title>a</title></item>'),
    "one line": feed(f"<item><title>{'长' * MEGA}</title><description>{'长' * MEGA}</description></item>"),
    "ampersands": feed("<item><title>" + "&" * 500_000 + "</title></item>"),
    "cdata": feed("<item><title>" + "<![CDATA[" * 100_000 + "</title></item>"),
    "comments": feed("<!--" * 500_000),
    "json nested": b"[" * MEGA,
    "json number": b'{"items":[{"id":' + b"9" * MEGA + b"}]}",
    "json surrogates": b'{"items":[{"id":"1","title":"\\ud800\\udfff\\udc00"}]}',
    "not a feed": b"\0\x01\x02\xff" * 100_000,
}


@pytest.mark.parametrize("name", LIGHT)
def test_35_these_feeds_are_read_or_refused_in_seconds(name: str):
    began = time.monotonic()
    items, words = outcome(lambda: apart.parse("feed", LIGHT[name], URL, NOW))
    assert time.monotonic() - began < 20
    assert "中止" not in words
    for item in items or ():
        assert len(item.title) <= 500
        assert len(item.text) <= 200_000
        assert "\0" not in item.title


PAGES = {
    "nested 500 000": page("<div>" * 500_000),
    "nested and closed": page("<div>" * 100_000 + "</div>" * 100_000),
    "bold": page("<b><p>" * 50_000),
    "tables": page("<table><tr><td>" * 50_000),
    "unclosed": page("<a href='" + "x" * MEGA),
    "comment": page("<!--" * 200_000),
    "script": page("<script>" * 100_000),
    "nul": page("\0" * MEGA),
    "attribute": page(f'<p class="{"content " * 200_000}">'),
    "heading": page("<h1>" * 20_000),
    "title": b"<title>" + b"_" * MEGA + "网</title><p>".encode() + PROSE.encode() * 3,
    "title of sites": f"<title>甲{'-乙网' * 100_000}丙</title><p>{PROSE * 3}".encode(),
    "meta": f'<meta name=articletitle content="甲{"-乙网" * 100_000}丙"><p>{PROSE * 3}'.encode(),
    "dates": page("2026-" * 200_000),
    "sources": page("来源 " * 100_000),
    "editors": page("<p>责任编辑：甲</p>" * 20_000),
    "spaces": page(" " * MEGA),
    "combining": page("a" + "\u0301" * 200_000),
}


@pytest.mark.parametrize("name", PAGES)
def test_35_these_pages_are_read_in_seconds(name: str):
    began = time.monotonic()
    found, words = outcome(lambda: apart.extract(PAGES[name], URL, NOW))
    assert time.monotonic() - began < 20
    assert "没有找到正文" in words if found is None else len(found.title) <= 500
    assert found is None or len(found.body) <= 200_000


HEAVY_FEED = feed("<item " + " ".join(f'a{n}="1"' for n in range(80_000)) + "></item>")
HEAVY_PAGE = page("<a " + " ".join(f"a{n}=1" for n in range(120_000)) + ">")


@pytest.fixture
def short_patience(monkeypatch) -> Iterator[None]:
    """Children that give a document one second of processor time, so that the test need not wait for ten."""
    monkeypatch.setattr(apart_process, "COMMAND", ("-c", "from crawler import apart_child; apart_child.main(1)"))
    apart.close()
    yield
    apart.close()


def test_35_the_parser_is_killed_its_source_says_so_and_the_others_go_on(sqlite_database, tmp_path, short_patience):
    """One attribute after the other makes both parsers take the square of their number."""
    heavy: dict[str, Answer] = {
        "feed": lambda ask: ask.reply(body=HEAVY_FEED),
        "list": lambda ask: ask.reply(
            body=feed("<item><title>a</title><link>/page</link><description>摘要</description></item>")
        ),
        "page": lambda ask: ask.reply(body=HEAVY_PAGE, Content_Type="text/html"),
    }
    good: dict[str, Answer] = {
        "feed": lambda ask: ask.reply(body=feed("<item><title>b</title><link>/release</link></item>"))
    }
    used = resource.getrusage(resource.RUSAGE_SELF).ru_utime
    with (
        odd_server("127.0.0.2", **heavy) as bad,
        odd_server("127.0.0.3", **good) as fine,
        office(tmp_path, bad.place, fine.place) as settings,
    ):
        add(bad.url("/feed"), bad.url("/list"), fine.url("/feed"))
        crawl(settings, seconds=100)
        killed, listed, working = rows(Source)
        assert killed.error_code == "unreadable"
        assert "解析内容超过 10 秒，已中止" in (killed.error or "")
        assert (listed.error, working.error, working.last_new_at) == (None, None, T)
        pages = {fetch.error_code for fetch in rows(Fetch) if fetch.article_id and fetch.url == bad.url("/page")}
        assert pages == {"unreadable"}
        judged = {article.link: (article.body[:2], article.judge_at) for article in rows(Article)}
        assert judged == {bad.url("/page"): ("摘要", T), fine.url("/release"): ("市场", T)}
        assert resource.getrusage(resource.RUSAGE_SELF).ru_utime - used < 5, "the parser's time is not the worker's"
        ask_again(T + timedelta(hours=1))
        crawl(settings, T + timedelta(hours=1))
        assert rows(Source)[2].last_ok_at == T + timedelta(hours=1)


COMPLAINTS = {
    "spaces": "rsshub Error Message:" + " " * 190_000,
    "titles": "<html>" + "<title>" * 25_000,
    "headings": "<h1>ERROR</h1>" * 14_000,
    "codes": "rsshub" + "Error Message: <code>" * 9_000,
    "brackets": "[" * 190_000,
    "entities": '{"error":"' + "&lt;" * 40_000 + '"}',
}


@pytest.mark.parametrize("name", COMPLAINTS)
def test_35_the_words_of_an_error_page_are_looked_for_in_no_time(name: str):
    used = time.process_time()
    said = for_status(500, COMPLAINTS[name].encode(), "utf-8")
    assert time.process_time() - used < 1
    assert len(said[1]) < 200


@pytest.mark.parametrize("page", ["<div>" * 100_000, "<ul><li><a href=/a>" * 30_000, "<link rel=alternate>" * 50_000])
def test_35_a_look_at_such_a_page_ends_as_well(page: str):
    began = time.monotonic()
    assert outcome(lambda: apart.about(page.encode(), URL, NOW))[0] == {"name": "", "feeds": []}
    found, words = outcome(lambda: apart.propose(page.encode(), URL, None, NOW))
    assert found is None
    assert "中止" not in words
    assert time.monotonic() - began < 20


NAMES = ["/etc/passwd", "file:///etc/passwd", "{url}", "feed:{url}", " {url}\n", "{place}/hit", "pyproject.toml"]


@pytest.mark.parametrize("name", NAMES)
@pytest.mark.parametrize("wrapped", [False, True])
def test_36_a_body_that_is_a_path_or_an_address_is_never_opened(name: str, wrapped: bool, tmp_path, sqlite_database):
    with odd_server() as server, office(tmp_path, server.place) as settings:
        body = name.format(url=server.url("/hit"), place=server.place)
        body = f"<?xml version='1.0'?>{body}" if wrapped else body
        server.answers["/feed"] = lambda ask: ask.reply(body=body.encode(), Content_Type="application/rss+xml")
        add(server.url("/feed"))
        crawl(settings)
        assert [path for path, _, _ in server.asked] == ["/feed"]
    assert rows(Source)[0].error_code == "unreadable"
    assert rows(Article) == []
