"""Whole rounds of visits: every item once, every failure in words on its own source, nothing lost."""

import threading
from collections import Counter
from datetime import UTC, datetime
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

import pytest
from sqlalchemy import select

from crawler.crew import Crew, Visit
from crawler.jobs import close, crawl_due
from crawler.rounds import outcome, progress
from store import sources
from store.db import reading, transaction
from store.settings import Settings
from store.tables import Article, Fetch, Source

FEED = (
    '<?xml version="1.0"?><rss version="2.0"><channel><title>t</title>'
    "<item><title>一</title><link>/1.html</link><description>食堂后厨有蟑螂</description></item>"
    "<item><title>二</title><link>/2.html</link><description>{}</description></item>"
    "<item><title>没有链接的一条</title><description>只有正文</description></item></channel></rss>"
)


class Site:
    """A loopback site that counts its visits; pages 1 is there, page 2 is gone."""

    def __init__(self) -> None:
        self.hits: Counter[str] = Counter()
        site = self

        class Handler(BaseHTTPRequestHandler):
            protocol_version = "HTTP/1.1"

            def do_GET(self) -> None:
                status, body = site.answer(self.path, self.headers.get("If-None-Match"))
                site.hits[f"{self.path} {status}"] += 1
                self.send_response(status)
                self.send_header("ETag", '"1"')
                self.send_header("Content-Type", "text/html; charset=utf-8")
                self.send_header("Content-Length", str(len(body)))
                self.end_headers()
                self.wfile.write(body)

            def log_message(self, *_: object) -> None:
                pass

        self.server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self.address = f"127.0.0.1:{self.server.server_port}"
        threading.Thread(target=self.server.serve_forever, daemon=True).start()

    def answer(self, path: str, tag: str | None) -> tuple[int, bytes]:
        if path == "/feed":
            return (304, b"") if tag == '"1"' else (200, FEED.format("第二条只在订阅源里").encode())
        if path == "/broken":
            return 500, b"no"
        if path == "/page":
            return 200, "<html><body>这不是订阅源</body></html>".encode()
        if path == "/1.html":
            text = "群众反映某小学食堂后厨卫生状况差，市场监管部门已到场检查并封存食品留样。" * 3
            return (
                200,
                f"<html><title>食堂后厨</title><body><h1>食堂后厨</h1><div id=zoom><p>{text}</p></div></body>".encode(),
            )
        return 404, b"gone"


@pytest.fixture
def site():
    site = Site()
    yield site
    site.server.shutdown()
    site.server.server_close()


@pytest.fixture
def settings(site, tmp_path):
    made = Settings.from_env({"HUIYING_DATA_DIR": str(tmp_path), "HUIYING_ALLOW_PRIVATE_HOSTS": site.address})
    yield made
    close(made)


def now() -> datetime:
    return datetime.now(UTC)


def add(*addresses: str) -> None:
    with transaction() as session:
        for address in addresses:
            sources.add_source(session, address, now())


def visit_all(settings: Settings) -> datetime:
    began = now()
    with transaction() as session:
        sources.ask_now(session, began)
    crawl_due(settings, now, seconds=20)
    return began


def articles() -> dict[str, Article]:
    with reading() as session:
        return {article.title: article for article in session.scalars(select(Article))}


def test_a_second_round_stores_nothing_and_fetches_no_page_again(database, site, settings):
    add(f"http://{site.address}/feed")
    visit_all(settings)
    first = articles()
    began = visit_all(settings)
    assert set(first) == set(articles()) == {"食堂后厨", "二", "没有链接的一条"}
    assert site.hits["/feed 200"] == site.hits["/feed 304"] == site.hits["/1.html 200"] == 1
    assert outcome(began).unchanged == 1
    assert outcome(began).new == 0
    assert (progress(began).sources, progress(began).pages) == (0, 0)


def test_the_page_says_more_than_the_feed_and_a_vanished_page_leaves_what_the_feed_said(database, site, settings):
    add(f"http://{site.address}/feed")
    visit_all(settings)
    found = articles()
    assert "封存食品留样" in found["食堂后厨"].body
    assert found["二"].body == "第二条只在订阅源里"
    assert all(article.judge_at is not None and article.page_at is None for article in found.values())


def test_a_failing_source_says_why_and_stops_no_other(database, site, settings):
    good, broken, page = (f"http://{site.address}/{path}" for path in ("feed", "broken", "page"))
    add(broken, page, good)
    began = visit_all(settings)
    with reading() as session:
        by_url = {source.url: source for source in session.scalars(select(Source))}
        rows = list(session.scalars(select(Fetch).where(Fetch.article_id.is_(None))))
    assert by_url[good].error is None
    assert by_url[good].last_ok_at is not None
    assert "500" in (by_url[broken].error or "")
    assert by_url[page].error_code == "unreadable"
    assert {(row.status, row.found, row.new) for row in rows} == {(200, 3, 3), (500, 0, 0), (200, 0, 0)}
    assert len(outcome(began).failures) == 2
    assert by_url[broken].fetch_at > began


def test_a_private_address_that_is_not_listed_is_refused_in_words(database, site, tmp_path):
    closed = Settings.from_env({"HUIYING_DATA_DIR": str(tmp_path)})
    add(f"http://{site.address}/feed")
    visit_all(closed)
    with reading() as session:
        source = session.scalars(select(Source)).one()
    assert source.error_code == "private"
    assert not site.hits


def test_our_own_ports_are_refused_even_where_they_are_listed(database, site, tmp_path):
    listed = {"HUIYING_ALLOW_PRIVATE_HOSTS": site.address, "HUIYING_BIND": site.address}
    add(f"http://{site.address}/feed")
    visit_all(Settings.from_env({"HUIYING_DATA_DIR": str(tmp_path), **listed}))
    with reading() as session:
        assert session.scalars(select(Source)).one().error_code == "own_port"
    assert not site.hits


def test_one_host_is_visited_one_at_a_time_and_others_meanwhile():
    running: Counter[str] = Counter()
    most: Counter[str] = Counter()
    together = threading.Barrier(2, timeout=5)

    def go(host: str) -> None:
        running[host] += 1
        most[host] = max(most[host], running[host])
        together.wait()
        running[host] -= 1

    crew = Crew(lambda host: 0.0, seconds=10)
    for host in ("a", "b") * 3:
        crew.add(Visit(host, lambda host=host: go(host), lambda: None))
    crew.close()
    assert most == {"a": 1, "b": 1}


def test_a_visit_that_raises_stops_nobody_and_what_got_no_turn_is_given_back():
    done, back = [], []

    def fail() -> None:
        raise RuntimeError("a page that breaks the parser")

    crew = Crew(lambda host: 0.0, seconds=10)
    crew.add(Visit("a", fail, lambda: None))
    crew.add(Visit("a", lambda: done.append("a"), lambda: None))
    crew.close()
    late = Crew(lambda host: 0.0, seconds=0)
    late.add(Visit("a", lambda: done.append("late"), lambda: back.append("late")))
    late.close()
    assert (done, back) == (["a"], ["late"])
