"""The demo's site over real HTTP: feeds and pages as of a clock the test turns."""

import io
import urllib.error
import urllib.request
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime, timedelta
from email.utils import parsedate_to_datetime
from http.client import HTTPMessage
from urllib.parse import urlsplit

import feedparser
import pytest
from selectolax.lexbor import LexborHTMLParser

from huiying.demo.city import read_city
from huiying.demo.site import Site
from huiying.demo.texts import read_texts

EPOCH = datetime(2026, 11, 22, 6, 0, tzinfo=UTC)
CITY = read_city()
TEXTS = {text.key: text for text in read_texts()}


class Clock:
    """A clock that stands until it is set."""

    def __init__(self) -> None:
        self.minutes = 0.0

    def __call__(self) -> datetime:
        return EPOCH + timedelta(minutes=self.minutes)


class Visitor:
    """Fetches from the site under test and keeps status, headers and body."""

    def __init__(self, site: Site, clock: Clock) -> None:
        self.base, self.clock = site.base, clock

    def get(self, path: str, method: str = "GET", **headers: str) -> tuple[int, HTTPMessage, bytes]:
        asked = {name.replace("_", "-"): value for name, value in headers.items()}
        request = urllib.request.Request(self.base + path, headers=asked, method=method)
        try:
            with urllib.request.urlopen(request, timeout=10) as answer:
                return answer.status, answer.headers, answer.read()
        except urllib.error.HTTPError as error:
            with error:
                return error.code, error.headers, error.read()

    def links(self, source: str) -> list[str]:
        entries = feedparser.parse(io.BytesIO(self.get(f"/feeds/{source}.xml")[2])).entries
        return [urlsplit(entry.link).path for entry in entries]


@pytest.fixture(scope="module")
def running() -> Iterator[Visitor]:
    clock = Clock()
    with Site(EPOCH, 0, now=clock) as site:
        yield Visitor(site, clock)


@pytest.fixture
def visitor(running: Visitor) -> Visitor:
    running.clock.minutes = 0
    return running


def test_the_home_page_says_that_all_is_fictional(visitor: Visitor):
    status, headers, body = visitor.get("/")
    assert status == 200
    assert headers["Content-Type"] == "text/html; charset=utf-8"
    assert "演示站点 · 虚构" in body.decode()
    assert "演示收件箱" not in body.decode()  # No inbox is served here.


@pytest.mark.parametrize("source", [source for source in CITY.sources if source.health == "live"], ids=lambda s: s.key)
def test_a_feed_holds_what_is_out_newest_first_with_its_time(visitor: Visitor, source):
    visitor.clock.minutes = 61
    status, headers, body = visitor.get(source.path)
    entries = feedparser.parse(io.BytesIO(body)).entries
    out = sorted((t for t in TEXTS.values() if t.source == source.key and t.minutes <= 61), key=lambda t: -t.minutes)
    assert status == 200
    assert headers["Content-Type"] == f"application/{source.format}+xml; charset=utf-8"
    assert [entry.title for entry in entries] == [text.headline for text in out]
    assert [entry.link for entry in entries] == [f"{visitor.base}/articles/{text.key}.html" for text in out]
    times = [datetime(*entry.published_parsed[:6], tzinfo=UTC) for entry in entries]
    assert times == [text.published_at(EPOCH) for text in out]


@pytest.mark.parametrize(("minutes", "out"), [(2.9, False), (3, True)])
def test_a_text_appears_at_its_minute_in_feed_list_and_page(visitor: Visitor, minutes: float, out: bool):
    visitor.clock.minutes = minutes
    path = "/articles/food-07.html"
    assert visitor.get(path)[0] == (200 if out else 404)
    assert (path in visitor.links("ribao")) is out
    assert (path.encode() in visitor.get("/lists/ribao.html")[2]) is out


@pytest.mark.parametrize(
    "path", ["/feeds/ribao.xml", "/feeds/weibo.xml", "/feeds/shiqiao.xml", "/articles/lift-03.html"]
)
def test_a_second_visit_gets_304_by_either_mark(visitor: Visitor, path: str):
    _, headers, _ = visitor.get(path)
    for asked in ({"If_None_Match": headers["ETag"]}, {"If_Modified_Since": headers["Last-Modified"]}):
        status, _, body = visitor.get(path, **asked)
        assert (status, body) == (304, b"")


def test_a_new_item_ends_the_304(visitor: Visitor):
    _, headers, _ = visitor.get("/feeds/ribao.xml")
    visitor.clock.minutes = 3
    for asked in ({"If_None_Match": headers["ETag"]}, {"If_Modified_Since": headers["Last-Modified"]}):
        status, newer, _ = visitor.get("/feeds/ribao.xml", **asked)
        assert status == 200
        assert parsedate_to_datetime(newer["Last-Modified"]) == EPOCH + timedelta(minutes=3)


@pytest.mark.parametrize(
    ("key", "charset", "header", "stamp"),
    [
        ("food-07", "utf-8", "text/html; charset=utf-8", "2026-11-22 14:03"),
        ("food-04", "utf-8", "text/html; charset=utf-8", "2026-11-22 13:58"),
        ("rumour-05", "utf-8", "text/html; charset=utf-8", "2026-11-19 00:40"),
        ("food-03", "gb18030", "text/html", "2026-11-22 13:54:00"),
        ("food-05", "utf-8", "text/html; charset=utf-8", "2026-11-22 14:00"),
    ],
)
def test_each_family_of_pages_shows_title_time_and_body(
    visitor: Visitor, key: str, charset: str, header: str, stamp: str
):
    visitor.clock.minutes = 10
    status, headers, body = visitor.get(f"/articles/{key}.html")
    page, text = body.decode(charset), TEXTS[key]
    tree = LexborHTMLParser(page)
    assert (status, headers["Content-Type"]) == (200, header)
    assert f'<meta charset="{charset}">' in page
    assert stamp in page
    assert text.headline in page
    assert not text.title or tree.css_first("h1").text() == text.title
    shown = [node.text() for node in tree.css(".content p, .TRS_Editor p")]
    assert tuple(shown) == text.paragraphs(EPOCH)
    assert "虚构演示" in page


def test_a_reprint_names_its_origin(visitor: Visitor):
    visitor.clock.minutes = 10
    page = LexborHTMLParser(visitor.get("/articles/food-08.html")[2].decode())
    assert page.css_first(".source").text() == "清源日报"


def test_every_text_and_every_related_link_opens_in_the_end(visitor: Visitor):
    visitor.clock.minutes = 24 * 60
    paths = {f"/articles/{key}.html" for key in TEXTS}
    linked = set()
    for path in sorted(paths):
        status, headers, body = visitor.get(path)
        assert status == 200, path
        page = body.decode("gb18030" if headers["Content-Type"] == "text/html" else "utf-8")
        linked |= {a.attributes["href"] for a in LexborHTMLParser(page).css(".related a")}
    assert linked
    assert linked <= paths


def test_a_page_never_links_to_what_is_not_out(visitor: Visitor):
    visitor.clock.minutes = 3
    page = LexborHTMLParser(visitor.get("/articles/food-07.html")[2].decode())
    for link in page.css(".related a, .side a"):
        assert visitor.get(str(link.attributes["href"]))[0] == 200


def test_the_dead_source_fails_and_the_quiet_one_is_empty(visitor: Visitor):
    assert visitor.get("/feeds/liuxitv.xml")[0] == 500
    status, _, body = visitor.get("/feeds/shiqiao.xml")
    parsed = feedparser.parse(io.BytesIO(body))
    assert (status, parsed.feed.title, parsed.entries) == (200, "石桥镇融媒", [])
    assert "暂无内容" in visitor.get("/lists/shiqiao.html")[2].decode()


@pytest.mark.parametrize(
    "path", ["/feeds/none.xml", "/lists/none.html", "/articles/none.html", "/mail/", "/etc/passwd"]
)
def test_what_is_not_there_is_404_in_chinese(visitor: Visitor, path: str):
    status, _, body = visitor.get(path)
    assert status == 404
    assert "页面不存在" in body.decode()


def test_another_sites_name_is_refused(visitor: Visitor):
    assert visitor.get("/", Host="evil.example")[0] == 400
    assert visitor.get("/", Host="localhost:9")[0] == 200


def test_head_and_many_visitors_at_once(visitor: Visitor):
    status, headers, body = visitor.get("/feeds/ribao.xml", method="HEAD")
    assert (status, body) == (200, b"")
    assert int(headers["Content-Length"]) > 1000
    with ThreadPoolExecutor(16) as pool:
        answers = pool.map(visitor.get, ["/feeds/ribao.xml"] * 64)
    assert {status for status, _, _ in answers} == {200}


def test_a_naive_epoch_and_a_taken_port_are_refused(running: Visitor):
    with pytest.raises(ValueError, match="时区"):
        Site(EPOCH.replace(tzinfo=None), 0)
    taken = urlsplit(running.base).port
    assert taken
    with pytest.raises(OSError, match=f"端口 {taken}"):
        Site(EPOCH, taken)


def test_a_stopped_site_frees_its_port():
    site = Site(EPOCH, 0)
    port = urlsplit(site.base).port
    assert port
    site.stop()
    with Site(EPOCH, port) as again:
        assert again.base == site.base
