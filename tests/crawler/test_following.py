"""An index of site maps is followed: the newest maps are read, and a broken one costs no other."""

import threading
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

import pytest
from sqlalchemy import select

from crawler import following
from crawler.jobs import close, crawl_due
from store import sources
from store.db import reading, transaction
from store.settings import Settings
from store.tables import Article, Fetch, Source

T = datetime(2026, 3, 10, 4, 0, tzinfo=UTC)


class Maps(ThreadingHTTPServer):
    """A loopback site; `files` are its answers, `asked` the paths so far."""

    daemon_threads = True

    def __init__(self) -> None:
        super().__init__(("127.0.0.1", 0), Asked)
        self.files: dict[str, str] = {}
        self.asked: list[str] = []

    def url(self, path: str) -> str:
        return f"http://127.0.0.1:{self.server_port}{path}"


class Asked(BaseHTTPRequestHandler):
    """One request to the site."""

    server: Maps

    def do_GET(self) -> None:
        text = self.server.files.get(self.path, "")
        self.server.asked.append(self.path)
        self.send_response(200 if text else 404)
        self.end_headers()
        self.wfile.write(text.encode())

    def log_message(self, format: str, *args: object) -> None:
        """Say nothing."""


@pytest.fixture
def site() -> Iterator[Maps]:
    with Maps() as made:
        thread = threading.Thread(target=made.serve_forever, kwargs={"poll_interval": 0.01})
        thread.start()
        yield made
        made.shutdown()
        thread.join()


@pytest.fixture
def settings(site: Maps, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Settings]:
    monkeypatch.setattr(following, "PAUSE", 0.0)
    place = site.url("").removeprefix("http://")
    made = Settings.from_env({"HUIYING_DATA_DIR": str(tmp_path), "HUIYING_ALLOW_PRIVATE_HOSTS": place})
    yield made
    close(made)


def index(*days: int) -> str:
    maps = "".join(f"<sitemap><loc>/map-{n}.xml</loc><lastmod>2026-03-{n:02d}</lastmod></sitemap>" for n in days)
    return f"<sitemapindex>{maps}</sitemapindex>"


def pages(*numbers: int) -> str:
    return "<urlset>" + "".join(f"<url><loc>/2026-03-09/{n}.html</loc></url>" for n in numbers) + "</urlset>"


def visit(settings: Settings, at: datetime = T) -> None:
    """Let the source be visited, its pages left for later."""
    with transaction() as session:
        for article in session.scalars(select(Article)):
            article.page_at = None
        sources.ask_now(session, at)
    crawl_due(settings, lambda: at, 5)


def add(site: Maps) -> None:
    with transaction() as session:
        sources.add_source(session, site.url("/sitemap.xml"), T, kind="sitemap")


def links() -> set[str]:
    with reading() as session:
        return {link.rpartition("/")[2] for link in session.scalars(select(Article.link))}


def last_visit() -> Fetch:
    with reading() as session:
        return session.scalars(select(Fetch).where(Fetch.article_id.is_(None)).order_by(Fetch.id.desc())).first()


def test_the_newest_maps_are_read_and_their_pages_stored_once(database, site, settings):
    site.files["/sitemap.xml"] = index(1, 5, 9, 8)
    site.files |= {f"/map-{n}.xml": pages(n) for n in (1, 5, 9, 8)}
    add(site)
    visit(settings)
    assert links() == {"9.html", "8.html", "5.html"}
    assert (last_visit().found, last_visit().new, last_visit().note) == (3, 3, None)
    site.files["/map-9.xml"] = pages(9, 10)
    visit(settings, T + timedelta(hours=1))
    assert links() == {"9.html", "8.html", "5.html", "10.html"}
    assert (last_visit().found, last_visit().new) == (4, 1)
    assert [path for path in site.asked if "map-" in path] == ["/map-9.xml", "/map-8.xml", "/map-5.xml"] * 2


def test_a_map_that_fails_is_noted_and_costs_no_other(database, site, settings):
    site.files["/sitemap.xml"] = index(9, 8)
    site.files["/map-8.xml"] = pages(8)
    add(site)
    visit(settings)
    assert links() == {"8.html"}
    assert last_visit().note == "1 份下级地图没有读到：页面不存在（404），请核对地址"
    assert last_visit().error is None


def test_an_index_none_of_whose_maps_can_be_read_has_failed(database, site, settings):
    site.files["/sitemap.xml"] = index(9, 8)
    site.files["/map-8.xml"] = "<html><title>清源</title></html>"
    add(site)
    visit(settings)
    with reading() as session:
        source = session.get_one(Source, 1)
    assert (source.error_code, last_visit().new) == ("unreadable", 0)
    assert source.error == "2 份下级地图没有读到：页面不存在（404），请核对地址"


def test_an_index_without_maps_and_a_plain_map_are_not_followed(database, site, settings):
    site.files["/sitemap.xml"] = index()
    add(site)
    visit(settings)
    assert (last_visit().found, last_visit().error) == (0, None)
    site.files["/sitemap.xml"] = pages(1, 2)
    visit(settings, T + timedelta(hours=1))
    assert links() == {"1.html", "2.html"}
    assert all(not path.startswith("/map") for path in site.asked)


def test_time_that_is_used_up_leaves_the_rest(database, site, settings, monkeypatch):
    monkeypatch.setattr(following, "LONGEST", -1.0)
    site.files["/sitemap.xml"] = index(9)
    add(site)
    visit(settings)
    with reading() as session:
        assert session.get_one(Source, 1).error == "1 份下级地图没有读到：对方太慢，时间已用完"
