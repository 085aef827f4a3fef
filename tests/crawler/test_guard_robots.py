"""Scenario 44, robots.txt: nothing is asked for that a site forbids, and nothing at all while nobody knows."""

from datetime import timedelta

import pytest
from odd_server import Answer, hang, redirect
from strangers import NOW, robots

from crawler.fetch import FetchError
from crawler.robots import AGENT, ours

MINUTE, DAY = timedelta(minutes=1), timedelta(days=1)


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
