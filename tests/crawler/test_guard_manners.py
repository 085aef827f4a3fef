"""Scenario 44: robots.txt, Retry-After, 304 and failing hosts: nobody is asked more often than they allow."""

import json
from collections.abc import Callable, Iterator
from datetime import UTC, datetime, timedelta

import pytest
from crawling import T, add, ask_again, crawl, office, rows
from hostile import feed, page
from odd_server import Answer, Handler, OddServer, hang, odd_server, redirect

from crawler import apart
from crawler.fetch import FetchError, Getter, Rules
from crawler.hosts import LONGEST, PATIENCE, Hosts, rest_after
from crawler.robots import AGENT, ours
from store.tables import Article, Fetch, Source

NOW = datetime(2026, 3, 10, 4, 0, tzinfo=UTC)
MINUTE, HOUR, DAY = timedelta(minutes=1), timedelta(hours=1), timedelta(days=1)


@pytest.fixture
def server() -> Iterator[OddServer]:
    with odd_server() as running:
        yield running


@pytest.fixture
def getter(server: OddServer) -> Iterator[Getter]:
    """Fetches from the server under any name: by name it is a stranger, by its address the office's own machine."""
    with Getter(Rules(frozenset([server.place]), timeout=2), lambda *_: ["127.0.0.1"]) as made:
        yield made


@pytest.fixture
def get(server: OddServer, getter: Getter) -> Callable[..., str]:
    """Fetches a path of a host and gives `fetched`, or the code of what went wrong."""

    def one(path: str, at: datetime = NOW, host: str = "news.example") -> str:
        try:
            getter.get(f"http://{host}:{server.server_port}{path}", now=at)
        except FetchError as error:
            return error.code
        return "fetched"

    return one


def robots(text: str, **headers: str) -> Answer:
    return lambda ask: ask.reply(body=text.encode(), Content_Type="text/plain", **headers)


def test_44_what_robots_txt_forbids_is_never_asked_for(server, get):
    server.answers["/robots.txt"] = robots(f"User-agent: *\nDisallow: /\n\nUser-agent: {AGENT}\nDisallow: /release\n")
    assert [get(path) for path in ("/ok", "/release", "/release-moved", "/ok")] == [
        "fetched",
        "robots",
        "robots",
        "fetched",
    ]
    assert (server.hits("/robots.txt"), server.hits("/release"), server.hits("/ok")) == (1, 0, 2)


def test_44_we_say_who_we_are(server, get):
    get("/ok")
    assert {headers["User-Agent"].split("/")[0] for _, headers, _ in server.asked} == {"HuiyingBot"}


def test_44_robots_txt_of_a_redirect_s_target_counts_too(server, get):
    server.answers["/away"] = redirect(f"http://other.example:{server.server_port}/secret")
    server.answers["/robots.txt"] = lambda ask: ask.reply(
        body=b"User-agent: *\nDisallow: /secret" if ask.headers["Host"].startswith("other") else b""
    )
    assert get("/away") == "robots"
    assert server.hits("/secret") == 0


def test_44_the_office_s_own_machines_need_no_permission(server, getter):
    server.answers["/robots.txt"] = robots("User-agent: *\nDisallow: /")
    assert getter.get(server.url("/ok"), now=NOW).status == 200
    assert server.hits("/robots.txt") == 0


@pytest.mark.parametrize("status", [401, 403, 404, 410])
def test_44_a_site_without_robots_txt_allows_everything(server, get, status: int):
    server.answers["/robots.txt"] = lambda ask: ask.reply(status)
    assert [get("/ok"), get("/release")] == ["fetched", "fetched"]
    assert server.hits("/robots.txt") == 1


@pytest.mark.parametrize(
    "text",
    [
        "<!DOCTYPE html><html><a href=/>首页</a>Disallow: /</html>",
        "",
        "\ufeff# 说明\nUser-agent: other\nDisallow: /",
        "Disallow: /",
        "User-agent: *\nDisallow:\n",
        "\0\0\0",
        "User-agent: OtherBot\nDisallow: /\nUser-agent: *\nAllow: /",
    ],
)
def test_44_these_forbid_nothing(server, get, text: str):
    server.answers["/robots.txt"] = robots(text)
    assert get("/ok") == "fetched"


@pytest.mark.parametrize(
    "text",
    [
        "User-agent: *\nDisallow: /",
        "\ufeffuser-agent:*\r\ndisallow:/\r\n",
        "User-agent: OtherBot\nUser-agent: *\nDisallow: /o",
        f"User-agent: {AGENT.upper()}/1.0 # 回应\nDisallow: /*k$",
        "User-agent: *\nSitemap: http://a.example/s.xml\nDisallow: /",
        "User-agent: *\nAllow: /o\nDisallow: /ok",
        "User-agent: *\n" + "Disallow: /x\n" * 6000,
    ],
)
def test_44_these_forbid_it(server, get, text: str):
    server.answers["/robots.txt"] = robots(text)
    assert get("/ok") == "robots"
    assert server.hits("/ok") == 0


@pytest.mark.parametrize(
    "answer",
    [
        lambda ask: ask.reply(500),
        lambda ask: ask.reply(503),
        lambda ask: ask.reply(429),
        hang,
        lambda ask: ask.reply(body=bytes(6_000_000)),
        lambda ask: ask.reply(body=b"x", Content_Encoding="br"),
    ],
)
def test_44_where_robots_txt_cannot_be_had_we_wait_and_say_so(server, getter, answer: Answer):
    server.answers["/robots.txt"] = answer
    for after in (timedelta(), 9 * MINUTE):
        with pytest.raises(FetchError) as caught:
            getter.get(f"http://news.example:{server.server_port}/ok", now=NOW + after)
        assert caught.value.code == "robots_away"
        assert "robots.txt 暂时读不到" in caught.value.words
        assert caught.value.retry_after == 601 - after.total_seconds()
    assert (server.hits("/robots.txt"), server.hits("/ok")) == (1, 0)
    server.answers["/robots.txt"] = robots("")
    assert getter.get(f"http://news.example:{server.server_port}/ok", now=NOW + 11 * MINUTE).status == 200


def test_44_the_longer_robots_txt_is_away_the_less_often_it_is_asked_for(server, get):
    server.answers["/robots.txt"] = lambda ask: ask.reply(500)
    for minute in range(0, 24 * 60, 5):
        assert get("/ok", NOW + minute * MINUTE) == "robots_away"
    assert server.hits("/robots.txt") == 9


def test_44_robots_txt_is_read_anew_after_a_day_and_the_old_one_counts_while_it_is_away(server, get):
    server.answers["/robots.txt"] = robots("User-agent: *\nDisallow: /release")
    assert get("/release", NOW) == "robots"
    server.answers["/robots.txt"] = robots("User-agent: *\nDisallow: /ok")
    assert get("/release", NOW + DAY - MINUTE) == "robots"
    assert [get(path, NOW + DAY) for path in ("/release", "/ok")] == ["fetched", "robots"]
    server.answers["/robots.txt"] = lambda ask: ask.reply(502)
    later = NOW + 2 * DAY
    assert [get(path, later) for path in ("/release", "/ok")] == ["fetched", "robots"]
    assert server.hits("/robots.txt") == 3
    assert get("/release", NOW + DAY + 31 * DAY) == "robots_away"


def test_44_robots_txt_may_stand_behind_a_redirect(server, get):
    server.answers["/robots.txt"] = redirect("/rules")
    server.answers["/rules"] = robots("User-agent: *\nDisallow: /ok")
    assert get("/ok") == "robots"


def test_44_a_pause_the_site_asks_for_is_kept(server, getter, get):
    server.answers["/robots.txt"] = robots("User-agent: *\nCrawl-delay: 7")
    get("/ok")
    assert getter.robots.delay(f"news.example:{server.server_port}") == 7
    server.answers["/robots.txt"] = robots("User-agent: *\nCrawl-delay: 86400")
    get("/ok", NOW + DAY)
    assert getter.robots.delay(f"news.example:{server.server_port}") == 60
    assert getter.robots.delay("unknown.example:80") == 0


def test_44_a_robots_txt_made_to_keep_the_parser_busy_is_cut_to_what_concerns_us():
    agents = "".join(f"User-agent: bot{n}\n" for n in range(17_000)) + "Disallow: /\n" * 20_000
    assert ours(agents) == []
    assert ours(agents + "User-agent: *\nDisallow: /a\n") == ["User-agent: *", "Disallow: /a"]
    assert ours("User-agent: *\n" * 10_000 + "Disallow: /a\n") == ["User-agent: *", "Disallow: /a"]
    assert ours("User-agent: *\nDisallow: /" + "$" * 100_000) == ["User-agent: *"]


# Whole rounds: the server is `localhost` to the crawler, a name that is nowhere listed.


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
