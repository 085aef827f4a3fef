"""Scenario 34: servers that send a byte now and then cost one fetch its time, and nobody else theirs."""

import contextlib
import socket
import threading
import time
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from itertools import pairwise

import pytest
from crawling import T, add, crawl, office, rows
from hostile import drip, feed
from odd_server import OddServer, hang, odd_server

from crawler.crew import PATIENCE, Crew, Visit
from crawler.fetch import FetchError, Getter, Rules
from store.tables import Article, Fetch, Source

NOW = datetime(2026, 3, 10, 4, 0, tzinfo=UTC)
SLOW = {
    "head": drip(b"HTTP/1.1 200 OK\r\n", b"X"),
    "headers": drip(b"HTTP/1.1 200 OK\r\n", b"X-A: b\r\n"),
    "body": drip(b"HTTP/1.1 200 OK\r\nContent-Length: 9999\r\n\r\n", b"a"),
    "chunks": drip(b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n", b"1\r\na\r\n"),
    "packed": drip(b"HTTP/1.1 200 OK\r\nContent-Encoding: gzip\r\n\r\n\x1f\x8b\x08\0\0\0\0\0\0\x03", b"\0\0\0\xff\xff"),
    "interim": drip(b"", b"HTTP/1.1 100 Continue\r\n\r\n"),
    "silent": hang,
    "hop": lambda ask: (time.sleep(0.3), ask.reply(302, Location=f"/hop?{time.monotonic()}"))[1],
}


@pytest.fixture(scope="module")
def server() -> Iterator[OddServer]:
    with odd_server(**SLOW) as running:
        yield running


@pytest.mark.parametrize("path", SLOW)
def test_34_all_of_a_fetch_has_one_deadline(server: OddServer, path: str):
    began = time.monotonic()
    with Getter(Rules(frozenset([server.place]), timeout=0.8)) as getter, pytest.raises(FetchError) as caught:
        getter.get(server.url(f"/{path}"), now=NOW)
    assert caught.value.code == "timeout"
    assert 0.7 < time.monotonic() - began < 2


def test_34_a_slow_look_up_counts_too(server: OddServer):
    """A third of the time goes to the resolver, twice: for robots.txt and for the page."""

    def slowly(host: str, port: int, timeout: float) -> list[str]:
        time.sleep(min(0.3, timeout))
        return ["127.0.0.1"]

    began = time.monotonic()
    with Getter(Rules(frozenset([server.place]), timeout=0.8), slowly) as getter, pytest.raises(FetchError) as caught:
        getter.get(f"http://slow.example:{server.server_port}/body", now=NOW)
    assert caught.value.code == "timeout"
    assert 0.7 < time.monotonic() - began < 2


def test_34_a_connection_that_is_never_taken_up_ends_as_well():
    with full_listener() as port:
        place = f"127.0.0.1:{port}"
        began = time.monotonic()
        with Getter(Rules(frozenset([place]), timeout=0.8)) as getter, pytest.raises(FetchError) as caught:
            getter.get(f"http://{place}/", now=NOW)
    assert caught.value.code == "timeout"
    assert time.monotonic() - began < 2


@contextlib.contextmanager
def full_listener() -> Iterator[int]:
    """Give a port whose queue of connections is full: the next one is left waiting."""
    with socket.socket() as listening:
        listening.bind(("127.0.0.1", 0))
        listening.listen(0)
        with contextlib.ExitStack() as stack:
            for _ in range(3):
                waiting = stack.enter_context(socket.socket())
                waiting.setblocking(False)
                waiting.connect_ex(listening.getsockname())
            time.sleep(0.1)
            yield listening.getsockname()[1]


def test_34_slow_hosts_hold_up_nobody_else_and_get_one_connection_each(sqlite_database, tmp_path):
    with contextlib.ExitStack() as stack:
        slow = [stack.enter_context(odd_server(f"127.0.0.{n}", **SLOW)) for n in range(2, 6)]
        good = [stack.enter_context(odd_server(f"127.0.1.{n}", feed=one_feed)) for n in range(1, 9)]
        places = [server.place for server in (*slow, *good)]
        settings = stack.enter_context(office(tmp_path, *places, HUIYING_FETCH_TIMEOUT="4"))
        add(*(server.url(f"/{path}") for server in slow for path in ("body", "headers")))
        add(*(server.url("/feed") for server in good))
        began = time.monotonic()
        worker = threading.Thread(target=crawl, args=(settings,))
        worker.start()
        while sum(source.last_ok_at is not None for source in rows(Source)) < len(good):
            assert time.monotonic() - began < 3.8, "the good ones wait for the slow ones"
            time.sleep(0.05)
        assert [server.hits("/body") + server.hits("/headers") for server in slow] == [1] * 4
        worker.join()
        took = time.monotonic() - began
    assert 8 <= took < 14
    assert {source.error_code for source in rows(Source)[:8]} == {"timeout"}
    assert all(fetch.took_ms < 6000 for fetch in rows(Fetch))
    assert len(rows(Article)) == len(good)


def one_feed(ask):  # type: ignore[no-untyped-def]
    ask.reply(body=feed("<item><title>a</title><link>/release</link></item>"))


def test_34_a_round_does_not_wait_for_a_visit_that_is_slow_when_time_is_up():
    going, may_end = threading.Event(), threading.Event()
    back: list[str] = []
    crew = Crew(lambda host: 0.0, seconds=0.2)
    crew.add(Visit("slow.example:80", lambda: (going.set(), may_end.wait(20))[0], lambda: None))
    crew.add(Visit("slow.example:80", lambda: None, lambda: back.append("the next on the same host")))
    assert going.wait(2)
    began = time.monotonic()
    crew.close()
    assert time.monotonic() - began < PATIENCE + 1
    assert back == ["the next on the same host"]
    later: list[float] = []
    following = Crew(lambda host: 0.0, seconds=5)
    following.add(Visit("slow.example:80", lambda: later.append(time.monotonic()), lambda: None))
    following.add(Visit("other.example:80", lambda: may_end.set(), lambda: None))
    following.close()
    assert len(later) == 1, "the host is free again once the slow visit has ended, and not before"


def test_34_the_pause_of_a_host_outlives_the_round():
    made: list[float] = []
    for _ in range(3):
        crew = Crew(lambda host: 0.3, seconds=5)
        crew.add(Visit("paused.example:80", lambda: made.append(time.monotonic()), lambda: None))
        crew.close()
    assert min(after - before for before, after in pairwise(made)) >= 0.29


def test_34_a_host_with_very_many_pages_does_not_crowd_out_the_others(sqlite_database, tmp_path):
    many = feed("".join(f"<item><title>{n}</title><link>/release?{n}</link></item>" for n in range(300)))
    with (
        odd_server("127.0.0.2", feed=lambda ask: ask.reply(body=many)) as busy,
        odd_server("127.0.0.3", feed=one_feed) as other,
        office(tmp_path, busy.place, other.place, HUIYING_HOST_PAUSE="0.2") as settings,
    ):
        add(busy.url("/feed"))
        crawl(settings, seconds=1)
        add(other.url("/feed"))
        crawl(settings, T + timedelta(seconds=1), seconds=2)
        assert busy.hits("/release") < 30
        assert other.hits("/release") == 1
    left = [article for article in rows(Article) if article.page_at is not None]
    assert len(left) > 250
    assert {article.attempts for article in left} == {0}
