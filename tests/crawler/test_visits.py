"""Single visits and their rows: what is written, what is tried again and when, what a host is spared."""

import contextlib
import json
import threading
import time
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from itertools import pairwise

import pytest
from sqlalchemy import select

from crawler import kinds
from crawler.crew import Crew, Visit
from crawler.jobs import close, crawl_due, host_of, kit_of, pause_of
from crawler.page_visits import PAGE_TRIES
from crawler.rounds import Left, outcome, progress
from crawler.visits import visit_source
from store import sources
from store.db import reading, transaction
from store.due import take
from store.settings import Settings
from store.tables import Article, Fetch, Source

T = datetime(2026, 11, 22, 6, 0, tzinfo=UTC)
BODY = "东岭区市场监管所对辖区十二家农贸市场的计量器具作了检查，发现三台电子秤超差，已责令停止使用并送检。" * 2
PAGE = f"<html><title>{{0}}</title><body><h1>{{0}}</h1><div><p>{BODY}</p></div></body></html>"


class Site(ThreadingHTTPServer):
    """A loopback site whose answers the test writes; `asked` lists (path, begin, end) of every request."""

    daemon_threads = True
    block_on_close = False

    def __init__(self, address: str) -> None:
        super().__init__((address, 0), Asked)
        self.place = f"{address}:{self.server_port}"
        self.answers: dict[str, tuple[int, str, dict[str, str]]] = {}
        self.asked: list[tuple[str, float, float]] = []
        self.slow = 0.0
        self.meet: threading.Barrier | None = None

    def url(self, path: str) -> str:
        return f"http://{self.place}{path}"

    def put(self, path: str, body: str = "", status: int = 200, **headers: str) -> None:
        self.answers[path] = (status, body, {name.replace("_", "-"): value for name, value in headers.items()})

    def feed(self, *paths: str, path: str = "/feed") -> str:
        """Publish a feed of pages that are there; return its address."""
        items = "".join(
            f"<item><title>{p}</title><link>{p}</link><description>订阅{p}</description></item>" for p in paths
        )
        self.put(path, f"<rss version='2.0'><channel><title>t</title>{items}</channel></rss>", ETag='"v1"')
        for page in paths:
            self.put(page, PAGE.format(f"计量检查{page}"))
        return self.url(path)

    def hits(self, path: str) -> int:
        return sum(one == path for one, _, _ in self.asked)


class Asked(BaseHTTPRequestHandler):
    """One connection to the site."""

    protocol_version = "HTTP/1.1"
    server: Site

    def do_GET(self) -> None:
        begin = time.monotonic()
        if self.server.meet is not None and self.path == "/feed":
            self.server.meet.wait()
        time.sleep(self.server.slow)
        status, body, headers = self.server.answers.get(self.path, (404, "", {}))
        if headers.get("ETag") and self.headers.get("If-None-Match") == headers["ETag"]:
            status, body = 304, ""
        self.server.asked.append((self.path, begin, time.monotonic()))
        self.send_response(status)
        for name, value in {"Content-Length": str(len(body.encode())), **headers}.items():
            self.send_header(name, value)
        self.end_headers()
        self.wfile.write(body.encode())

    def log_message(self, format: str, *args: object) -> None:
        """Say nothing."""


@contextlib.contextmanager
def running(address: str = "127.0.0.1") -> Iterator[Site]:
    site = Site(address)
    thread = threading.Thread(target=site.serve_forever, kwargs={"poll_interval": 0.01})
    thread.start()
    try:
        yield site
    finally:
        site.shutdown()
        site.server_close()
        thread.join()


@pytest.fixture
def site():
    with running() as one:
        yield one


@pytest.fixture
def settings(tmp_path):
    """Make settings that list the given sites as private hosts; their getters are closed afterwards."""
    made: list[Settings] = []

    def make(*sites: Site, **more: str) -> Settings:
        listed = ",".join(one.place for one in sites)
        env = {"HUIYING_DATA_DIR": str(tmp_path), "HUIYING_ALLOW_PRIVATE_HOSTS": listed, **more}
        made.append(Settings.from_env(env))
        return made[-1]

    yield make
    for one in made:
        close(one)


def add(*addresses: str) -> None:
    with transaction() as session:
        for address in addresses:
            sources.add_source(session, address, T)


def crawl(settings: Settings, at: datetime = T, seconds: float = 5) -> int:
    return crawl_due(settings, lambda: at, seconds)


def only_sources(settings: Settings) -> None:
    """Visit the sources that are due and leave their pages for later."""
    with transaction() as session:
        taken = take(session, Source.fetch_at, T, timedelta(minutes=2))
    for row in taken:
        visit_source(kit_of(settings), row, lambda: T)


def ask_again(at: datetime) -> None:
    with transaction() as session:
        sources.ask_now(session, at)


def rows(what):
    with reading() as session:
        return list(session.scalars(select(what).order_by(what.id)))


def test_every_visit_leaves_a_row_with_status_bytes_and_counts(database, site, settings):
    add(site.feed("/a", "/b"))
    crawl(settings(site))
    feed = next(row for row in rows(Fetch) if row.article_id is None)
    pages = [row for row in rows(Fetch) if row.article_id is not None]
    assert (feed.status, feed.found, feed.new, feed.error) == (200, 2, 2, None)
    assert feed.bytes == len(site.answers["/feed"][1].encode())
    assert {(row.url, row.status, row.found, row.error) for row in pages} == {
        (site.url("/a"), 200, 1, None),
        (site.url("/b"), 200, 1, None),
    }
    assert all(row.at == T and row.took_ms >= 0 and row.bytes > 0 for row in pages)


def test_a_second_round_is_answered_304_and_brings_nothing(database, site, settings):
    add(site.feed("/a", "/b"))
    crawl(settings(site))
    later = T + timedelta(hours=1)
    ask_again(later)
    crawl(settings(site), later)
    again = [row for row in rows(Fetch) if row.at == later]
    assert [(row.status, row.bytes, row.found, row.new, row.error) for row in again] == [(304, 0, 0, 0, None)]
    assert (site.hits("/a"), site.hits("/b"), len(rows(Article))) == (1, 1, 2)
    assert rows(Source)[0].etag == '"v1"'


def test_an_item_added_to_a_changed_feed_is_the_only_page_fetched(database, site, settings):
    add(site.feed("/a"))
    crawl(settings(site))
    site.feed("/a", "/b")
    site.answers["/feed"][2]["ETag"] = '"v2"'
    ask_again(T + timedelta(hours=1))
    crawl(settings(site), T + timedelta(hours=1))
    assert (site.hits("/a"), site.hits("/b")) == (1, 1)
    assert [row.new for row in rows(Fetch) if row.article_id is None] == [1, 1]


@pytest.mark.parametrize(
    ("status", "body", "code", "words"),
    [
        (500, "", "server", "500"),
        (404, "", "gone", "404"),
        (403, "", "forbidden", "403"),
        (200, "<html><body>这不是订阅源</body></html>", "unreadable", ""),
        (200, "", "unreadable", ""),
    ],
)
def test_a_broken_feed_marks_its_own_source_in_words_and_stops_no_other(
    database, site, settings, status, body, code, words
):
    site.put("/broken", body, status)
    add(site.url("/broken"), site.feed("/a"))
    crawl(settings(site))
    broken, good = rows(Source)
    row = next(row for row in rows(Fetch) if row.source_id == broken.id)
    assert (broken.error_code, row.error_code, row.status) == (code, code, status)
    assert broken.error == row.error
    assert words in (broken.error or "")
    assert any("一" <= letter <= "鿿" for letter in broken.error or "")
    assert (broken.failures, broken.failing_since, broken.last_ok_at) == (1, T, None)
    assert (good.error, good.last_ok_at, good.last_new_at) == (None, T, T)
    assert len(rows(Article)) == 1


def test_a_source_that_works_again_is_no_longer_marked(database, site, settings):
    address = site.url("/feed")
    add(address)
    crawl(settings(site))
    assert rows(Source)[0].error_code == "gone"
    site.feed("/a")
    ask_again(T + timedelta(hours=1))
    crawl(settings(site), T + timedelta(hours=1))
    source = rows(Source)[0]
    assert (source.error, source.error_code, source.failing_since, source.failures) == (None, None, None, 0)


def test_the_wait_grows_with_every_failure_and_stays_below_six_hours(database, site, settings):
    site.put("/broken", status=500)
    add(site.url("/broken"))
    at, waits = T, []
    for _ in range(9):
        crawl(settings(site), at)
        due = rows(Source)[0].fetch_at
        waits.append((due - at).total_seconds())
        at = due
    assert waits == [300, 600, 1200, 2400, 4800, 9600, 19200, 19200, 19200]
    assert site.hits("/broken") == 9


@pytest.mark.parametrize(("asked", "waits"), [("7200", 7200), ("10", 300), ("9999999", 86400), ("soon", 300)])
def test_retry_after_is_respected_and_never_shortens_the_wait(database, site, settings, asked, waits):
    site.put("/busy", status=429, Retry_After=asked)
    add(site.url("/busy"))
    crawl(settings(site))
    assert rows(Source)[0].fetch_at == T + timedelta(seconds=waits)
    assert rows(Source)[0].error_code == "throttled"


def test_a_vanished_page_leaves_the_feed_text_to_be_judged_at_once(database, site, settings):
    add(site.feed("/a"))
    del site.answers["/a"]
    crawl(settings(site))
    article = rows(Article)[0]
    assert (article.title, article.body) == ("/a", "订阅/a")
    assert (article.page_at, article.judge_at) == (None, T)
    row = next(row for row in rows(Fetch) if row.article_id == article.id)
    assert (row.status, row.found, row.error_code) == (404, 0, "gone")
    assert rows(Source)[0].error is None


def test_a_page_that_fails_is_tried_later_and_after_four_times_the_feed_text_is_judged(database, site, settings):
    add(site.feed("/a"))
    site.put("/a", status=500)
    at = T
    for turn in range(1, PAGE_TRIES):
        crawl(settings(site), at)
        article = rows(Article)[0]
        assert article.judge_at is None
        assert article.page_at == at + timedelta(seconds=20 * 2**turn)
        at = article.page_at
    crawl(settings(site), at)
    article = rows(Article)[0]
    assert (article.page_at, article.judge_at, article.attempts, article.body) == (None, at, 0, "订阅/a")
    assert site.hits("/a") == PAGE_TRIES == 4


def test_a_page_that_comes_back_is_read(database, site, settings):
    add(site.feed("/a"))
    good = site.answers["/a"]
    site.put("/a", status=503, Retry_After="900")
    crawl(settings(site))
    due = rows(Article)[0].page_at
    assert due == T + timedelta(seconds=900)
    site.answers["/a"] = good
    crawl(settings(site), due)
    article = rows(Article)[0]
    assert "电子秤超差" in article.body
    assert (article.page_at, article.judge_at, article.attempts) == (None, due, 0)


def test_an_item_without_a_link_is_stored_once_and_no_page_is_asked_for(database, site, settings):
    items = "<item><title>来信</title><description>秤不准</description></item>" * 2
    site.put("/feed", f"<rss version='2.0'><channel><title>t</title>{items}</channel></rss>")
    add(site.url("/feed"))
    crawl(settings(site))
    ask_again(T + timedelta(hours=1))
    crawl(settings(site), T + timedelta(hours=1))
    assert [(a.title, a.body, a.judge_at) for a in rows(Article)] == [("来信", "秤不准", T)]
    assert {path for path, _, _ in site.asked} == {"/feed"}
    assert [row.new for row in rows(Fetch)] == [1, 0]


def test_an_item_whose_link_is_new_at_every_visit_is_stored_once(database, site, settings):
    form = (
        "<rss version='2.0'><channel><title>t</title><item><title>停水通知</title><description>今晚停水</description>"
        "<link>https://weixin.sogou.com/link?url=dn9a_{0}</link><pubDate>Sun, 22 Nov 2026 05:00:00 GMT</pubDate></item>"
        "</channel></rss>"
    )
    add(site.url("/feed"))
    for turn in range(3):
        site.put("/feed", form.format(turn))
        ask_again(T + timedelta(hours=turn))
        crawl(settings(site), T + timedelta(hours=turn))
    assert [(a.title, a.body, a.judge_at) for a in rows(Article)] == [("停水通知", "今晚停水", T)]
    assert [row.new for row in rows(Fetch)] == [1, 0, 0]


def test_the_reason_an_error_page_gives_is_shown(database, site, settings):
    page = "<html><h1>Looks like something went wrong</h1><p>RSSHub</p><pre class='message'>HTTPError: 418</pre></html>"
    site.put("/hub", page, status=503)
    add(site.url("/hub"))
    crawl(settings(site))
    assert rows(Source)[0].error == "网站暂时不可用（503），稍后会再试；RSSHub 报错：HTTPError: 418"
    assert rows(Fetch)[0].status == 503


def test_letters_no_database_keeps_do_not_lose_the_item(database, site, settings):
    item = {"id": "1", "url": "/a", "title": "秤\u0000不准", "content_text": "少\u0000两\ud800", "date_published": None}
    site.put("/feed", json.dumps({"version": "https://jsonfeed.org/version/1.1", "title": "t", "items": [item]}))
    add(site.url("/feed"))
    crawl(settings(site))
    assert rows(Source)[0].error is None
    assert len(rows(Article)) == 1


def test_a_private_page_behind_a_public_feed_is_refused_and_not_tried_again(database, site, settings):
    with running("127.0.0.2") as inside:
        site.put(
            "/feed",
            f"<rss version='2.0'><channel><title>t</title><item><title>内网</title><link>{inside.url('/secret')}</link>"
            "<description>订阅</description></item></channel></rss>",
        )
        add(site.url("/feed"))
        crawl(settings(site, HUIYING_HOST_PAUSE="0"))
        assert inside.asked == []
    article = rows(Article)[0]
    assert (article.body, article.page_at, article.judge_at) == ("订阅", None, T)
    assert [row.error_code for row in rows(Fetch)] == [None, "private"]


@pytest.mark.parametrize(("listed", "own", "code"), [(False, False, "private"), (True, True, "own_port")])
def test_private_addresses_and_our_own_ports_are_never_dialled(database, site, settings, listed, own, code):
    add(site.feed("/a"))
    more = {"HUIYING_HOST_PAUSE": "0"} | ({"HUIYING_BIND": site.place} if own else {})
    crawl(settings(*([site] if listed else []), **more))
    assert rows(Source)[0].error_code == code
    assert rows(Fetch)[0].status is None
    assert site.asked == []


def test_one_host_gets_one_visit_at_a_time_with_the_pause_between(sqlite_database, site, settings):
    add(site.feed("/a", "/b", "/c"))
    site.slow = 0.03
    crawl(settings(site, HUIYING_HOST_PAUSE="0.1"))
    asked = sorted(site.asked, key=lambda one: one[1])
    gaps = [after[1] - before[2] for before, after in pairwise(asked)]
    assert len(asked) == 4
    assert min(gaps) >= 0.09


def test_different_hosts_are_visited_side_by_side(sqlite_database, site, settings):
    with running("127.0.0.2") as other:
        site.meet = other.meet = threading.Barrier(2, timeout=10)
        add(site.feed("/a"), other.feed("/a"))
        crawl(settings(site, other))
        assert not site.meet.broken
        assert (site.hits("/feed"), other.hits("/feed")) == (1, 1)


def test_when_time_is_up_the_rest_is_given_back_and_done_in_the_next_round(database, site, settings):
    paths = [f"/p{n}" for n in range(8)]
    add(site.feed(*paths))
    only_sources(settings(site))
    site.slow = 0.06
    crawl(settings(site), seconds=0.25)
    left = [article for article in rows(Article) if article.page_at is not None]
    assert left
    assert sum(site.hits(path) for path in paths) == 8 - len(left)
    assert all(article.page_at == T for article in left)
    site.slow = 0
    crawl(settings(site))
    assert [site.hits(path) for path in paths] == [1] * 8
    assert all(article.judge_at == T for article in rows(Article))


def test_being_given_back_is_no_try_and_forgets_none(database, site, settings):
    add(site.feed("/a"), site.feed("/slow", path="/other"))
    site.put("/a", status=500)
    crawl(settings(site))
    article = rows(Article)[0]
    assert article.attempts == 1
    with transaction() as session:
        session.get_one(Source, 2).fetch_at = article.page_at
    site.slow = 0.2
    crawl(settings(site), article.page_at, seconds=0.1)
    again = rows(Article)[0]
    assert (again.page_at, again.attempts, site.hits("/a")) == (article.page_at, 1, 1)


def test_a_visit_that_raises_stops_nobody(sqlite_database, site, settings, monkeypatch, caplog):
    from crawler import page_visits as visits

    real = visits.extract

    def fragile(body, *rest):
        if "计量检查/a" in body.decode():
            raise RuntimeError("a page that breaks the parser")
        return real(body, *rest)

    monkeypatch.setattr(visits, "extract", fragile)
    add(site.feed("/a", "/b"))
    crawl(settings(site))
    broken, good = sorted(rows(Article), key=lambda article: article.link)
    assert good.judge_at == T
    assert (broken.judge_at, broken.attempts) == (None, 1)
    assert broken.page_at > T
    assert "comes back after its hold" in caplog.text


def test_the_crew_knows_what_waits_and_when_it_is_idle():
    going, may_end = threading.Event(), threading.Event()
    crew = Crew(lambda host: 0.0, seconds=5)
    crew.add(Visit("a", lambda: (going.set(), may_end.wait(2))[0], lambda: None))
    crew.add(Visit("a", lambda: None, lambda: None))
    assert going.wait(2)
    assert (crew.queued, crew.idle, crew.over) == (1, False, False)
    may_end.set()
    crew.close()
    assert (crew.queued, crew.idle) == (0, True)


@pytest.mark.parametrize(
    ("url", "host"),
    [
        ("http://a.example/x", "a.example:80"),
        ("https://A.example/x", "a.example:443"),
        ("http://a.example:8080/", "a.example:8080"),
        ("http://[::1]:81/", "::1:81"),
        ("http://a.example:nonsense/", ""),
        ("http://[broken", ""),
    ],
)
def test_visits_to_one_port_of_one_host_queue_up_together(url, host):
    assert host_of(url) == host


def test_the_pause_is_a_second_but_none_for_listed_hosts_unless_set(site, settings):
    assert pause_of(settings(site), "a.example:80") == 1.0
    assert pause_of(settings(site), site.place) == 0.0
    assert pause_of(settings(site, HUIYING_HOST_PAUSE="3"), site.place) == 3.0


def test_progress_counts_sources_then_pages_and_outcome_says_what_came(database, site, settings):
    site.put("/broken", status=500)
    add(site.feed("/a", "/b"), site.url("/broken"))
    sources_named = {source.url: source.name for source in rows(Source)}
    assert progress(T) == Left(sources=2, pages=0)
    only_sources(settings(site))
    assert progress(T) == Left(sources=0, pages=2)
    site.put("/b", status=500)
    crawl(settings(site))
    assert progress(T) == Left(sources=0, pages=0)
    brought = outcome(T)
    assert (brought.visits, brought.new, brought.unchanged) == (2, 2, 0)
    assert [name for name, _ in brought.failures] == [sources_named[site.url("/broken")]]
    assert "500" in brought.failures[0][1]
    assert outcome(T + timedelta(seconds=1)).visits == 0


def test_a_round_waits_for_nothing_that_comes_by_itself(database, site, settings):
    add(site.feed("/a"))
    with transaction() as session:
        for kind in sources.PASSIVE:
            sources.add_source(session, f"{kind}:清源", T, kind=kind, fetch_at=None)
        assert sources.ask_now(session, T) == 1
    assert progress(T) == Left(sources=1, pages=0)
    crawl(settings(site))
    assert progress(T) == Left(sources=0, pages=0)
    assert {source.kind for source in rows(Source) if source.fetch_at is None} == sources.PASSIVE


def test_a_round_of_one_source_waits_for_no_other(database, site, settings):
    add(site.feed("/a"), site.feed("/b", path="/other"))
    one, other = (source.id for source in rows(Source))
    with transaction() as session:
        session.get_one(Source, other).fetch_at = T + timedelta(hours=1)
    crawl(settings(site))
    assert (progress(T).sources, progress(T, one), progress(T, other).sources) == (1, Left(0, 0), 1)
    assert (outcome(T, one).new, outcome(T, other).visits) == (1, 0)


def test_the_kinds_nothing_is_fetched_for_are_those_the_screens_know():
    passive = {name for name, kind in kinds.kinds().items() if getattr(kind, "PASSIVE", False)}
    assert passive == sources.PASSIVE


def test_a_page_visit_is_no_visit_to_its_source(database, site, settings):
    add(site.feed("/a"))
    site.put("/a", status=500)
    crawl(settings(site))
    due = rows(Article)[0].page_at
    assert due < rows(Source)[0].fetch_at
    crawl(settings(site), due)
    assert site.hits("/a") == 2
    assert progress(due) == Left(sources=1, pages=0)
