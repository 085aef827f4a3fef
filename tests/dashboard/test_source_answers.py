"""The screens and the crawler together: what is asked on a page is answered by the real crawler, shown and kept."""

import threading
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

import pytest
import screen_sources as made
from sqlalchemy import select

from crawler.jobs import close, crawl_due
from store.db import reading
from store.settings import Settings
from store.tables import Article, Source

ROWS = "".join(
    f'<li><a href="/xw/{n}.html">东岭区第{n}次食品安全检查</a><span>2026-11-{n:02}</span></li>' for n in range(1, 19)
)
PAGE = f"""<!doctype html><html><head><meta charset="utf-8"><title>东岭区新闻</title>
<link rel="alternate" type="application/rss+xml" title="订阅" href="/rss.xml"></head>
<body><div class="main"><ul class="news">{ROWS}</ul></div></body></html>"""
CSV = """工单编号,诉求内容,来电时间,联系电话
QY1,餐馆后厨脏乱，多人腹泻,2026-11-19 09:05,13812345678
QY2,电梯困人,前些时候,
QY3,,,
"""
OPML = """<opml version="2.0"><body><outline text="媒体">
<outline type="rss" text="晚报" xmlUrl="https://a.example/rss"/><outline type="rss" text="坏的" xmlUrl="file:///etc/passwd"/>
</outline></body></opml>"""


class Page(BaseHTTPRequestHandler):
    """One list page; everything else is not there."""

    def do_GET(self) -> None:
        """Answer."""
        body = PAGE.encode() if self.path == "/xw/" else b""
        self.send_response(200 if body else 404)
        self.send_header("Content-Type", "text/html; charset=utf-8")
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, *_: object) -> None:
        """Say nothing."""


@pytest.fixture
def site() -> Iterator[str]:
    """The address of a site on this machine."""
    with ThreadingHTTPServer(("127.0.0.1", 0), Page) as server:
        thread = threading.Thread(target=server.serve_forever)
        thread.start()
        yield f"http://127.0.0.1:{server.server_port}"
        server.shutdown()
        thread.join()


@pytest.fixture
def settings(tmp_path: Path, site: str) -> Iterator[Settings]:
    """Settings under which the site may be visited."""
    env = {"HUIYING_DATA_DIR": str(tmp_path), "HUIYING_ALLOW_PRIVATE_HOSTS": site.removeprefix("http://")}
    found = Settings.from_env(env | {"SMTP_URL": "smtp://127.0.0.1:2525"})
    yield found
    close(found)


@pytest.fixture
def keeper(signed_in):
    """The office's browser."""
    return signed_in("office")


@pytest.fixture
def work(settings, clock):
    """Let the crawler do what is due."""
    return lambda: crawl_due(settings, clock, 20)


def upload(browser, what, content, name, **fields):
    """Send a small file as the form does."""
    sent = {"csrf": browser.csrf, **fields}
    parts = [f'--x\r\nContent-Disposition: form-data; name="{key}"\r\n\r\n{value}\r\n' for key, value in sent.items()]
    head = f'--x\r\nContent-Disposition: form-data; name="file"; filename="{name}"\r\n\r\n'
    body = "".join([*parts, head, content, "\r\n--x--\r\n"]).encode()
    kind = "multipart/form-data; boundary=x"
    return browser.client.post(f"/sources/import/{what}", data=body, content_type=kind).headers["Location"]


def test_a_list_page_is_looked_at_and_becomes_a_source(keeper, work, site):
    address = keeper.post("/sources/look", url=f"{site}/xw/", example="东岭区第3次食品安全检查").headers["Location"]
    work()
    page = keeper.text(address)
    assert "看到 18 条，网页列表" in page
    assert "东岭区第1次食品安全检查" in page
    assert "2026-11-01" in page
    assert f'name="url" value="{site}/rss.xml"' in page
    assert 'value="东岭区新闻"' in page
    assert keeper.post(f"{address}/save", **made.FIELDS).headers["Location"] == "/sources/1"
    one = made.one(1)
    assert (one.url, one.kind, one.kind_label) == (f"{site}/xw/", "list", "网页列表")
    work()
    page = keeper.text("/sources/1")
    assert "<b>正常</b>" in page
    assert '有新信息 <span class="num">1</span>' in page
    with reading() as session:
        assert len(session.scalars(select(Article)).all()) == 18


def test_wrong_selectors_and_a_site_that_is_not_there_are_said(keeper, work, site):
    keeper.post("/sources/look", url=f"{site}/xw/", example="东岭区第3次食品安全检查")
    work()
    again = keeper.post("/sources/look/1/again", row="ul.gone > li", link="a").headers["Location"]
    gone = keeper.post("/sources/look", url=f"{site}/nothing").headers["Location"]
    work()
    assert "条目：网页结构已变化" in keeper.text(again)
    page = keeper.text(gone)
    assert "没有看出可以监测的内容" in page
    assert "404" in page


def test_an_export_is_read_shown_and_stored(keeper, work):
    fields = {"channel": "hotline", "source": "12345热线工单"}
    address = upload(keeper, "table", CSV, "工单.csv", **fields)
    work()
    page = keeper.text(address)
    assert "读出 2 条" in page
    assert "<b>2 处读不懂</b>" in page
    assert "第 3 行：时间“前些时候”读不懂" in page
    assert page.count("第 4 行") == 1
    assert page.count('<option value="number" selected>') == 1
    shown = {"column-0": "number", "column-1": "text", "column-2": "published", "column-3": "-"}
    address = keeper.post(address, store="1", **shown).headers["Location"]
    work()
    page = keeper.text(address)
    assert "已导入：新 2 条，0 条以前已有" in page
    assert 'href="/sources/1"' in page
    with reading() as session:
        stored = session.scalars(select(Article).order_by(Article.number)).all()
        assert [(one.number, one.channel) for one in stored] == [("QY1", "hotline"), ("QY2", "hotline")]
    assert "13812345678" not in str([one.body for one in stored])


def test_a_list_of_sources_is_read_imported_and_written_out_again(keeper, work, clock):
    made.source(clock.now, "已有的", fetch_at=None)
    address = upload(keeper, "opml", OPML, "feeds.opml", channel="news", authority="city")
    work()
    page = keeper.text(address)
    assert "清单里读到 1 个监测源，其中 0 个已登记" in page
    assert "坏的" in page
    address = keeper.post(address, store="1").headers["Location"]
    with reading() as session:
        assert len(session.scalars(select(Source)).all()) == 1
    work()
    assert "新登记 1 个" in keeper.text(address)
    address = keeper.post("/sources/import/export").headers["Location"]
    work()
    assert "2 个监测源" in keeper.text(address)
    text = keeper.get(f"{address}/file").data.decode()
    assert "晚报" in text
    assert "https://a.example/rss" in text
