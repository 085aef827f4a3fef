"""Scenario 44, whole rounds: Retry-After, 304 and failing hosts; nobody is asked more often than they allow.

The server is `localhost` to the crawler, a name that is nowhere listed.
"""

import json
from datetime import timedelta

import pytest
from crawling import T, add, ask_again, crawl, office, rows
from hostile import feed, page
from odd_server import Handler, OddServer
from strangers import NOW, robots

from crawler import apart
from crawler.fetch import FetchError
from crawler.hosts import LONGEST, PATIENCE, Hosts, rest_after
from store.tables import Article, Fetch, Source

MINUTE, HOUR = timedelta(minutes=1), timedelta(hours=1)


def stranger(server: OddServer, path: str) -> str:
    return f"http://localhost:{server.server_port}{path}"


@pytest.fixture
def settings(server: OddServer, tmp_path):
    places = (server.place, f"[::1]:{server.server_port}")
    with office(tmp_path, *places, HUIYING_HOST_PAUSE="0", HUIYING_FETCH_TIMEOUT="2") as made:
        yield made


def test_44_after_429_the_whole_host_is_left_alone_for_as_long_as_it_asks(sqlite_database, server, settings):
    server.answers["/list"] = lambda ask: ask.reply(
        body=feed("".join(f"<item><title>{n}</title><link>/page{n}</link></item>" for n in range(5)))
    )
    server.answers["/page0"] = lambda ask: ask.reply(429, Retry_After="3600")
    add(stranger(server, "/list"))
    crawl(settings)
    add(stranger(server, "/other"))
    for minute in (0, 20, 59):
        ask_again(T + minute * MINUTE)
        crawl(settings, T + minute * MINUTE)
    assert server.hits("/page0") == 1
    assert sum(server.hits(f"/page{n}") for n in range(1, 5)) == 0
    assert (server.hits("/list"), server.hits("/other")) == (1, 0)
    first, second = rows(Source)
    assert (first.error_code, first.failures) == ("resting", 0)
    assert "要求稍后再来，对它的采集暂停到 15:00" in (first.error or "")
    assert second.fetch_at == T + HOUR + timedelta(seconds=1)
    assert {article.judge_at for article in rows(Article)} == {T}, "no verdict waits an hour for a page"
    crawl(settings, T + HOUR + timedelta(seconds=2))
    assert (server.hits("/list"), server.hits("/other")) == (2, 1)
    assert rows(Source)[0].error is None


def test_44_a_host_that_keeps_failing_rests_and_tries_again_by_itself(sqlite_database, server, settings):
    add(*(stranger(server, f"/gone{n}") for n in range(9)))
    server.answers |= {f"/gone{n}": lambda ask: ask.reply(500) for n in range(9)}
    crawl(settings)
    assert sum(server.hits(f"/gone{n}") for n in range(9)) == PATIENCE
    resting = [source for source in rows(Source) if source.error_code == "resting"]
    assert len(resting) == 4
    assert "连续 5 次访问失败，对它的采集暂停到 14:05，到时自动再试" in (resting[0].error or "")
    assert {source.fetch_at for source in resting} == {T + 5 * MINUTE + timedelta(seconds=1)}
    assert [fetch.status for fetch in rows(Fetch) if fetch.error_code == "resting"] == [None] * 4
    ask_again(T + 6 * MINUTE)
    crawl(settings, T + 6 * MINUTE)
    assert sum(server.hits(f"/gone{n}") for n in range(9)) == PATIENCE + 1
    server.answers |= {f"/gone{n}": lambda ask: ask.reply(body=feed("")) for n in range(9)}
    ask_again(T + HOUR)
    crawl(settings, T + HOUR)
    assert {source.error for source in rows(Source)} == {None}


def test_44_a_source_that_was_refused_before_stays_known_as_refused(sqlite_database, server, settings):
    server.answers["/refused"] = lambda ask: ask.reply(403)
    add(*(stranger(server, "/refused") + f"?{n}" for n in range(5)))
    crawl(settings)
    ask_again(T + MINUTE)
    crawl(settings, T + MINUTE)
    assert server.hits("/refused") == 5
    assert {(source.error_code, source.failures) for source in rows(Source)} == {("forbidden", 1)}


@pytest.mark.parametrize(("failures", "minutes"), [(4, 0), (5, 5), (6, 10), (9, 80), (12, 360), (10**6, 360)])
def test_44_the_rest_grows_up_to_six_hours(failures: int, minutes: int):
    assert rest_after(failures) == minutes * MINUTE
    assert rest_after(failures) <= LONGEST


def test_44_an_answer_of_any_kind_ends_the_count_and_politeness_does_not_touch_it():
    hosts, broken = Hosts(), FetchError("timeout", "超时")
    for _ in range(PATIENCE - 1):
        hosts.note("a:80", broken, NOW)
    hosts.note("a:80", FetchError("gone", "没有"), NOW)
    for _ in range(PATIENCE - 1):
        hosts.note("a:80", broken, NOW)
        hosts.note("a:80", FetchError("robots", "不许"), NOW)
    hosts.check("a:80", NOW)
    hosts.note("a:80", broken, NOW)
    with pytest.raises(FetchError, match="连续 5 次"):
        hosts.check("a:80", NOW)
    hosts.check("b:80", NOW)
    hosts.check("a:80", NOW + 5 * MINUTE)


def test_44_thousands_of_failing_hosts_are_not_all_remembered():
    hosts = Hosts()
    for number in range(20_000):
        hosts.note(f"{number}.example:80", FetchError("dns", "查不到"), NOW)
    assert len(hosts._troubles) == 5000


def changing(ask: Handler) -> None:
    """A feed that says it has not changed since whatever it was told, and yet has."""
    body = feed(f"<item><title>{len(ask.server.asked)}</title><guid>{len(ask.server.asked)}</guid></item>")
    if ask.headers.get("If-None-Match"):
        ask.reply(304)
    else:
        ask.reply(body=body, ETag='"for ever"', Last_Modified="Fri, 01 Jan 2060 00:00:00 GMT")


def test_44_not_modified_costs_no_parsing(sqlite_database, server, settings):
    server.answers["/list"] = changing
    add(server.url("/list"))
    crawl(settings)
    apart.close()
    ask_again(T + MINUTE)
    crawl(settings, T + MINUTE)
    assert [fetch.status for fetch in rows(Fetch) if fetch.article_id is None] == [200, 304]
    assert apart._children == [], "no parser was needed"


def test_44_a_validator_that_lies_hides_news_for_some_hours_at_most(sqlite_database, server, settings):
    server.answers["/list"] = changing
    add(server.url("/list"))
    for hour in range(25):
        ask_again(T + hour * HOUR)
        crawl(settings, T + hour * HOUR)
    asked = [headers for path, headers, _ in server.asked if path == "/list"]
    assert asked[1]["If-Modified-Since"] == "Fri, 01 Jan 2060 00:00:00 GMT", "a date is sent back as it came"
    assert [fetch.new for fetch in rows(Fetch)].count(1) == 5
    assert len(rows(Article)) == 5


def test_44_not_modified_to_an_open_question_is_no_answer(server, get):
    server.answers["/never"] = lambda ask: ask.reply(304)
    assert get("/never") == "status"


@pytest.mark.parametrize("etag", ["\u00e9", "x" * 501, "a\tb"])
def test_44_a_validator_that_cannot_be_kept_breaks_nothing(database, server, settings, etag: str):
    server.answers["/list"] = lambda ask: ask.reply(body=feed(""), ETag=etag, Last_Modified="x" * 201)
    add(server.url("/list"))
    for minute in range(2):
        ask_again(T + minute * MINUTE)
        crawl(settings, T + minute * MINUTE)
    (source,) = rows(Source)
    assert (source.error, source.etag, source.last_modified) == (None, None, None)
    assert server.hits("/list") == 2


def test_44_a_page_of_a_site_that_forbids_it_is_judged_by_what_the_feed_said(sqlite_database, server, settings):
    server.answers["/robots.txt"] = robots("User-agent: *\nDisallow: /page")
    server.answers["/page"] = lambda ask: ask.reply(body=page(""))
    item = {"id": "1", "url": stranger(server, "/page"), "title": "甲", "content_text": "订阅里的摘要"}
    listed = {"version": "https://jsonfeed.org/version/1", "title": "t", "items": [item]}
    server.answers["/list"] = lambda ask: ask.reply(body=json.dumps(listed).encode())
    add(stranger(server, "/list"))
    crawl(settings)
    (article,) = rows(Article)
    assert (article.body, article.page_at, article.judge_at) == ("订阅里的摘要", None, T)
    assert (server.hits("/page"), server.hits("/robots.txt")) == (0, 1)
    assert [fetch.error_code for fetch in rows(Fetch)] == [None, "robots"]
