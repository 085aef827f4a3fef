"""Site maps: pages of the last weeks, news with titles, indexes that are followed, files made to exhaust."""

import contextlib
import gzip
import time
from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from crawler import kinds
from crawler.dates import beijing_wall
from crawler.items import Item
from crawler.kinds import sitemap

NOW = datetime(2026, 3, 10, 4, 0, tzinfo=UTC)
URL = "https://news.example.cn/sitemap.xml"
NAMES = 'xmlns="http://www.sitemaps.org/schemas/sitemap/0.9"'

NEWS = """<?xml version="1.0" encoding="UTF-8"?>
<?xml-stylesheet type="text/xsl" href="/news.xsl"?>
<urlset xmlns="http://www.sitemaps.org/schemas/sitemap/0.9" xmlns:n="http://www.google.com/schemas/sitemap-news/0.9"
 xmlns:image="http://www.google.com/schemas/sitemap-image/1.1">
<!-- <url><loc>https://news.example.cn/draft.html</loc></url> -->
<url>
  <image:image><image:loc>https://img.example.cn/1.jpg</image:loc><image:title>图片标题</image:title></image:image>
  <loc>https://news.example.cn/a/1.html?x=1&amp;y=2</loc>
  <n:news><n:publication><n:name>清源日报</n:name></n:publication>
    <n:publication_date>2026-03-09T14:30:00+08:00</n:publication_date>
    <n:title><![CDATA[一小区电梯骤停 & 4人被困]]></n:title></n:news>
  <video:video xmlns:video="v"><video:title>视频标题</video:title>
    <video:publication_date>2020-01-01</video:publication_date></video:video>
</url>
<url><loc>/a/2.html</loc><lastmod>2026-03-10T09:00:00+08:00</lastmod></url>
</urlset>"""


def urlset(*entries: str) -> bytes:
    return f"<urlset {NAMES}>{''.join(f'<url>{entry}</url>' for entry in entries)}</urlset>".encode()


def page(n: int, changed: str = "") -> str:
    return f"<loc>https://news.example.cn/p/{n}.html</loc>" + (f"<lastmod>{changed}</lastmod>" if changed else "")


def walls(items: list[Item]) -> list[str | None]:
    return [item.published and beijing_wall(item.published) for item in items]


def test_news_has_title_and_publication_and_pictures_are_left_aside():
    newest, news = sitemap.parse(NEWS.encode(), URL, NOW)
    assert (news.title, news.link) == ("一小区电梯骤停 & 4人被困", "https://news.example.cn/a/1.html?x=1&y=2")
    assert (newest.title, newest.link, newest.has_page) == ("", "https://news.example.cn/a/2.html", True)
    assert walls([newest, news]) == ["2026-03-10", "2026-03-09 14:30:00"]


def test_only_the_last_weeks_are_brought_newest_first():
    days = [1, 29, 31, 400, 5]
    body = urlset(*(page(n, f"{NOW - timedelta(days=n):%Y-%m-%d}") for n in days), page(9))
    assert [item.link[-6:] for item in sitemap.parse(body, URL, NOW)] == ["1.html", "5.html", "9.html"]
    brought = sitemap.parse(body, URL, NOW, None, {"days": 3})
    assert [item.link for item in brought] == ["https://news.example.cn/p/1.html"]
    assert len(sitemap.parse(body, URL, NOW, None, {"days": 0})) == 6


def test_a_date_in_the_address_tells_new_from_old():
    links = [
        "/2026/0309/1.html",
        "/art/2026-03-08/2.html",
        "/zw/202602/t20260228_3.html",
        "/2019/0309/4.html",
        "/about",
    ]
    items = sitemap.parse(urlset(*(f"<loc>{link}</loc>" for link in links)), URL, NOW)
    assert walls(items) == ["2026-03-09", "2026-03-08", "2026-02-28"]


def test_a_date_all_pages_share_is_that_of_the_file():
    written = "2026-03-10T11:00:00+08:00"
    body = urlset(*(page(n, written) for n in range(25)))
    assert walls(sitemap.parse(body, URL, NOW)) == [None] * 25
    dated = urlset(*(f"<loc>/2019/0309/{n}.html</loc><lastmod>{written}</lastmod>" for n in range(25)))
    assert sitemap.parse(dated, URL, NOW) == []


def test_a_small_map_without_dates_is_taken_whole_a_large_one_refused():
    assert len(sitemap.parse(urlset(*(page(n) for n in range(200))), URL, NOW)) == 200
    with pytest.raises(LookupError, match="没有日期"):
        sitemap.parse(urlset(*(page(n) for n in range(201))), URL, NOW)


def test_an_index_has_no_pages_and_is_followed_newest_first():
    entries = [(f"https://news.example.cn/map-{n}.xml.gz", f"2026-03-{n:02d}") for n in range(1, 26)]
    maps = "".join(f"<sitemap><loc>{link}</loc><lastmod>{day}</lastmod></sitemap>" for link, day in entries)
    maps += "<sitemap><loc>/undated.xml</loc></sitemap><sitemap><loc>/2026-03-28.xml</loc></sitemap>"
    body = f"<sitemapindex {NAMES}>{maps}</sitemapindex>".encode()
    assert sitemap.parse(body, URL, NOW) == []
    followed = sitemap.follow(body, URL)
    assert len(followed) == 20
    assert followed[:2] == ["https://news.example.cn/2026-03-28.xml", "https://news.example.cn/map-25.xml.gz"]
    short = f"<sitemapindex {NAMES}><sitemap><loc>a.xml</loc></sitemap></sitemapindex>".encode()
    assert sitemap.follow(short, URL) == ["https://news.example.cn/a.xml"]
    assert sitemap.follow(NEWS.encode(), URL) == []


@pytest.mark.parametrize(
    "body",
    [
        gzip.compress(NEWS.encode()),
        gzip.compress(NEWS[:600].encode()) + gzip.compress(NEWS[600:].encode()),
        b"\xef\xbb\xbf\n" + NEWS.encode(),
        NEWS.replace("UTF-8", "GB2312").encode("gb18030"),
        NEWS.replace("&amp;", "&").encode(),
        NEWS.replace("<?xml-", '<!DOCTYPE urlset PUBLIC "-//X//" "http://a.example/x.dtd">\n<?xml-').encode(),
        NEWS.replace("</url>\n<url>", "\n<url>").encode(),
        NEWS.replace("电梯", "电\x0b\x00梯").encode(),
    ],
)
def test_dirty_bytes_are_read_all_the_same(body: bytes):
    assert kinds.recognised(body, URL, NOW) == "sitemap"
    newest, news = sitemap.parse(body, URL, NOW)
    assert (news.title, news.link) == ("一小区电梯骤停 & 4人被困", "https://news.example.cn/a/1.html?x=1&y=2")
    assert newest.link == "https://news.example.cn/a/2.html"


def test_a_file_cut_off_gives_what_came():
    body = gzip.compress(NEWS.encode())
    assert sitemap.parse(body[: len(body) - 12], URL, NOW)
    assert len(sitemap.parse(NEWS[: NEWS.index("<url><loc>/a/2")].encode(), URL, NOW)) == 1


@pytest.mark.parametrize("body", [urlset(), f"<sitemapindex {NAMES}/>".encode(), b"<urlset>\n</urlset>"])
def test_an_empty_map_is_not_an_error(body: bytes):
    assert sitemap.parse(body, URL, NOW) == []


@pytest.mark.parametrize(
    ("body", "words"),
    [
        (b"", "空内容"),
        (b"<!DOCTYPE html><html><head><title>x</title></head></html>", "网页“x”"),
        (b'<rss version="2.0"><channel/></rss>', "不是站点地图"),
        (b'{"code": 404, "message": "no map"}', "no map"),
        (b"\x1f\x8b\x08broken", "损坏"),
        (b'<!DOCTYPE x [<!ENTITY a "aa"><!ENTITY b "&a;&a;">]><urlset><url><loc>&b;</loc></url></urlset>', "实体"),
        (b'<!-- <a> --><!DOCTYPE x [<!ENTITY f SYSTEM "file:///etc/hosts">]><urlset>&f;</urlset>', "实体"),
        (gzip.compress(b"<urlset>" + b" " * 51_000_000), "50 MB"),
    ],
)
def test_what_is_no_site_map_is_refused_with_a_reason(body: bytes, words: str):
    with pytest.raises(LookupError) as caught:
        sitemap.parse(body, URL, NOW)
    assert words in str(caught.value.args[0])


@pytest.mark.parametrize("link", ["javascript:alert(1)", "http://u:p@a.example/", "ftp://a.example/1", ""])
def test_an_entry_without_a_web_address_is_left_out(link: str):
    assert sitemap.parse(urlset(f"<loc>{link}</loc>"), URL, NOW) == []


@pytest.mark.parametrize(
    "body",
    [
        b"<urlset>" + b"<url><loc>" * 200_000,
        b"<urlset><url>" + b"<loc>a" * 300_000,
        b"<urlset><url>" + b"<loc " * 300_000,
        b"<urlset>" + b"<url><x:news><title>" * 100_000,
        b"<urlset><url><loc><![CDATA[" * 50_000,
        b"<urlset>" + b"<!--" * 300_000,
        urlset(*(page(n, "2026-03-09") for n in range(60_000))),
    ],
)
def test_files_made_to_exhaust_end_in_time(body: bytes):
    begin = time.thread_time()
    with contextlib.suppress(LookupError):
        assert len(sitemap.parse(body, URL, NOW)) <= sitemap.MOST_ITEMS
    assert time.thread_time() - begin < 30


@settings(max_examples=200, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(
    st.lists(
        st.sampled_from(
            [
                *"<>/&; ",
                "<urlset>",
                "<url>",
                "</url>",
                "<loc>",
                "</loc>",
                "<lastmod>",
                "2026-03-09",
                "<sitemapindex>",
                "<sitemap>",
                "<news:news>",
                "<news:title>",
                "<![CDATA[",
                "]]>",
                "<!--",
                "-->",
                "http://a.example/",
                "电梯",
            ]
        )
    ),
    st.binary(max_size=40),
)
def test_nothing_but_a_lookup_error_comes_out_of_any_bytes(parts: list[str], more: bytes):
    for body in ("".join(parts).encode() + more, b"<urlset>" + "".join(parts).encode(), b"\x1f\x8b" + more):
        for read in (lambda body: sitemap.parse(body, URL, NOW), lambda body: sitemap.follow(body, URL)):
            with contextlib.suppress(LookupError):
                read(body)
        sitemap.recognises(body, URL, NOW)
