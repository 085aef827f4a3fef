"""The polite and safe GET, against a real server on loopback."""

import ipaddress
import re
import threading
import time
from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, datetime
from functools import partial

import pytest
from odd_server import OddServer, odd_server

from crawler import guard
from crawler.fetch import FetchError, Getter, Rules, get

NOW = datetime(2026, 3, 10, 4, 0, tzinfo=UTC)


@pytest.fixture(scope="module")
def server() -> Iterator[OddServer]:
    with odd_server() as running:
        yield running


@pytest.fixture
def rules(server: OddServer) -> Rules:
    return Rules(
        frozenset([server.place]),
        timeout=5,
        max_raw=200_000,
        max_decoded=1_000_000,
        user_agent="回应测试".encode().hex(),
    )


def failure(url: str, rules: Rules, resolve: guard.Resolve = guard.resolve) -> FetchError:
    with Getter(rules, resolve) as getter, pytest.raises(FetchError) as caught:
        getter.get(url, now=NOW)
    return caught.value


def test_a_page_is_fetched_and_described(server: OddServer, rules: Rules):
    found = get(server.url("/ok?a=1#part"), rules=rules, now=NOW)
    assert (found.status, found.url, found.body) == (200, server.url("/ok?a=1"), "通报".encode())
    assert (found.content_type, found.charset, found.raw_bytes, found.not_modified) == ("text/html", "utf-8", 6, False)
    headers = server.asked[-1][1]
    assert headers["User-Agent"] == rules.user_agent
    assert headers["Accept-Encoding"] == "gzip"


def test_an_unchanged_page_costs_nothing(server: OddServer, rules: Rules):
    first = get(server.url("/conditional"), rules=rules, now=NOW)
    assert (first.etag, first.last_modified, first.charset) == ('"v1"', "yesterday", "gb2312")
    again = get(server.url("/conditional"), rules=rules, now=NOW, etag=first.etag, last_modified=first.last_modified)
    assert (again.status, again.not_modified, again.body, again.raw_bytes) == (304, True, b"", 0)
    assert (again.etag, again.last_modified) == ('"v1"', "yesterday")


@pytest.mark.parametrize(("path", "body"), [("/gzip", "通报".encode() * 100), ("/gzip-two", b"one two")])
def test_gzip_is_unpacked(server: OddServer, rules: Rules, path: str, body: bytes):
    found = get(server.url(path), rules=rules, now=NOW)
    assert found.body == body
    assert 0 < found.raw_bytes < 200


@pytest.mark.parametrize(
    ("path", "code"),
    [
        ("/gzip-bomb", "too_large"),
        ("/gzip-nested", "encoding"),
        ("/gzip-cut", "broken"),
        ("/gzip-broken", "broken"),
        ("/brotli", "encoding"),
        ("/deflate", "encoding"),
        ("/large", "too_large"),
        ("/endless", "too_large"),
        ("/endless-headers", "broken"),
        ("/lying", "broken"),
        ("/reset", "broken"),
        ("/forbidden", "forbidden"),
        ("/nowhere", "gone"),
        ("/error", "server"),
        ("/loop", "redirect"),
        ("/hop6", "redirect"),
        ("/to-file", "url"),
        ("/to-user", "url"),
        ("/to-metadata", "private"),
    ],
)
def test_what_cannot_be_had_is_told_in_one_chinese_sentence(server: OddServer, rules: Rules, path: str, code: str):
    start = time.monotonic()
    error = failure(server.url(path), rules)
    assert error.code == code
    assert any("\u4e00" <= char <= "\u9fff" for char in error.words)
    assert "secret" not in error.words
    assert time.monotonic() - start < 4


@pytest.mark.parametrize("path", ["/drip-body", "/drip-head", "/hang"])
def test_one_deadline_counts_for_everything(server: OddServer, rules: Rules, path: str):
    start = time.monotonic()
    assert failure(server.url(path), replace(rules, timeout=0.4)).code == "timeout"
    assert 0.3 < time.monotonic() - start < 1.5


def test_a_resolver_that_hangs_does_not_hang_us(rules: Rules):
    enough = threading.Event()

    def hang(*args: object, **kwargs: object) -> list[object]:
        enough.wait(5)
        return []

    start = time.monotonic()
    slow = partial(guard.resolve, look_up=hang)
    error = failure("http://slow.example/", replace(rules, timeout=0.3), slow)
    assert error.code == "robots_away"
    assert re.search(r"slow\.example 在 0\.\d+ 秒内没有传完内容", error.words)
    assert time.monotonic() - start < 2
    enough.set()


def test_five_hops_arrive(server: OddServer, rules: Rules):
    found = get(server.url("/hop5"), rules=rules, now=NOW)
    assert (found.body, found.url) == (b"arrived", server.url("/hop0"))


def test_a_relative_redirect_is_joined_and_its_fragment_dropped(server: OddServer, rules: Rules):
    assert get(server.url("/moved"), rules=rules, now=NOW).url == server.url("/ok?from=moved")


def test_cookies_are_neither_kept_nor_sent(server: OddServer, rules: Rules):
    with Getter(rules) as getter:
        getter.get(server.url("/cookie"), now=NOW)
        getter.get(server.url("/ok"), now=NOW)
    assert not any("Cookie" in headers for _, headers, _ in server.asked[-3:])


@pytest.mark.parametrize(
    ("path", "status", "wait"), [("/busy", 429, 3600), ("/busy-until", 503, 3600), ("/busy-nonsense", 429, None)]
)
def test_a_busy_site_says_when_to_come_again(server: OddServer, rules: Rules, path: str, status: int, wait: int | None):
    error = failure(server.url(path), rules)
    assert (error.code, error.status, error.retry_after) == ("throttled", status, wait)


def test_connections_are_used_again_and_failures_do_not_spoil_them(server: OddServer, rules: Rules):
    before = len(server.asked)
    with Getter(rules) as getter:
        for path in ("/ok", "/gzip", "/forbidden", "/ok"):
            try:
                getter.get(server.url(path), now=NOW)
            except FetchError:
                continue
        for _ in range(30):  # Given-up bodies must not use up the pool.
            with pytest.raises(FetchError):
                getter.get(server.url("/large"), now=NOW)
        assert getter.get(server.url("/ok"), now=NOW).status == 200
    ports = [port for _, _, port in server.asked[before : before + 2]]
    assert ports[0] == ports[1]


def test_a_kept_connection_the_server_has_closed_is_opened_again(server: OddServer, rules: Rules):
    with Getter(rules) as getter:
        assert getter.get(server.url("/last-words"), now=NOW).body == b"bye"
        assert getter.get(server.url("/ok"), now=NOW).status == 200


def test_a_server_that_hangs_up_is_asked_twice_and_no_more(server: OddServer, rules: Rules):
    before = len(server.asked)
    failure(server.url("/reset"), rules)
    assert [path for path, _, _ in server.asked[before:]] == ["/reset", "/reset"]


def test_no_address_with_its_query_is_logged(server: OddServer, rules: Rules, caplog: pytest.LogCaptureFixture):
    with caplog.at_level("INFO"):
        get(server.url("/ok?token=secret"), rules=rules, now=NOW)
    assert "secret" not in caplog.text


def test_threads_may_share_a_getter(server: OddServer, rules: Rules):
    results: list[int] = []
    with Getter(rules) as getter:
        threads = [
            threading.Thread(target=lambda: results.append(getter.get(server.url("/ok"), now=NOW).status))
            for _ in range(12)
        ]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
    assert results == [200] * 12


@pytest.mark.parametrize(
    "host",
    [
        "127.0.0.1",
        "localhost",
        "[::1]",
        "[::ffff:127.0.0.1]",
        "127。0。0。1",
        "１２７.0.0.1",
        "2130706433",
        "0x7f000001",
        "0177.0.0.1",
        "127.1",
        "0.0.0.0",  # noqa: S104
    ],
)
def test_no_spelling_of_this_machine_is_dialled(server: OddServer, host: str):
    before = len(server.asked)
    error = failure(f"http://{host}:{server.server_port}/ok", Rules(timeout=5))
    assert error.code in ("private", "address", "url", "connect")
    assert len(server.asked) == before


def test_only_the_listed_port_of_a_private_address_is_dialled(server: OddServer):
    listed = Rules(frozenset(["127.0.0.1:1", f"127.0.0.2:{server.server_port}"]), timeout=5)
    assert failure(server.url("/ok"), listed).code == "private"


def test_our_own_ports_are_refused_even_if_listed(server: OddServer, rules: Rules):
    error = failure(server.url("/ok"), replace(rules, forbidden_ports=frozenset([server.server_port])))
    assert error.code == "own_port"


def test_a_name_that_changes_its_address_between_hops_is_checked_every_time(server: OddServer, rules: Rules):
    """DNS rebinding: what counts is the address dialled, not the one some earlier look-up gave."""
    answers = iter(
        [["127.0.0.1"], ["10.0.0.7"]]
    )  # One connection for robots.txt and page of the first, then the second.

    def rebinding(host: str, port: int, timeout: float) -> list[str]:
        return next(answers)

    with Getter(rules, rebinding) as getter:
        assert getter.get(f"http://first.example:{server.server_port}/ok", now=NOW).status == 200
        with pytest.raises(FetchError) as caught:
            getter.get(f"http://second.example:{server.server_port}/ok", now=NOW)
    assert caught.value.code == "private"


def test_one_private_address_among_public_ones_refuses_the_name(rules: Rules):
    assert failure("http://mixed.example/", rules, lambda *_: ["93.184.215.14", "192.168.0.9"]).code == "private"


def test_an_unknown_name_is_told_as_such(rules: Rules):
    assert failure("http://unknown.invalid/", rules).code == "dns"


def test_a_closed_port_is_told_as_such(server: OddServer):
    assert failure("http://127.0.0.1:9/", Rules(frozenset(["127.0.0.1:9"]), timeout=5)).code == "connect"


def test_plain_http_where_tls_is_expected_is_told_as_such(server: OddServer, rules: Rules):
    assert failure(f"https://{server.place}/ok", rules).code == "tls"


@pytest.mark.parametrize(
    "url",
    [
        "ftp://a.example/",
        "file:///etc/hosts",
        "gopher://a.example/",
        "/relative",
        "",
        "http://u:p@a.example/",
        "http://a b/",
    ],
)
def test_only_web_addresses_are_fetched(url: str, rules: Rules):
    assert failure(url, rules).code == "url"


REFUSED = """
0.0.0.0 10.1.2.3 100.64.0.1 127.0.0.1 169.254.169.254 172.16.0.1 192.0.0.1 192.0.2.1 192.88.99.1 192.168.1.1 198.18.0.1
198.51.100.1 203.0.113.1 224.0.0.1 240.0.0.1 255.255.255.255 :: ::1 ::7f00:1 ::ffff:127.0.0.1 ::ffff:10.0.0.1
64:ff9b::7f00:1 64:ff9b:1::1 100::1 2001::1 2001:db8::1 2002:7f00:1::1 fc00::1 fd12::1 fe80::1 fec0::1 ff02::1
"""


@pytest.mark.parametrize("address", REFUSED.split())
def test_these_are_not_public(address: str):
    assert not guard.is_public(ipaddress.ip_address(address))
    with pytest.raises(guard.Refused):
        guard.check(address, 80, frozenset(), frozenset())


@pytest.mark.parametrize("address", ["93.184.215.14", "1.1.1.1", "223.5.5.5", "2400:3200::1", "::ffff:223.5.5.5"])
def test_these_are_public(address: str):
    guard.check(address, 80, frozenset(), frozenset([80]))
    with pytest.raises(guard.Refused):
        guard.check(address, 80, frozenset(), frozenset([80]), is_self=True)


def test_an_ipv6_place_may_be_listed_either_way():
    for place in ("fd12::1:8080", "[fd12::1]:8080"):
        guard.check("fd12:0:0::1", 8080, frozenset([place]), frozenset())
