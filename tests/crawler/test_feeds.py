"""Feeds: RSS, Atom, RDF, JSON, clean and dirty."""

import json
from datetime import UTC, datetime

import pytest

from crawler.dates import beijing_wall
from crawler.kinds import feed as feeds

NOW = datetime(2026, 3, 10, 4, 0, tzinfo=UTC)
URL = "https://news.example.cn/rss/list.xml"

RSS = """<?xml version="1.0" encoding="{charset}"?>
<rss version="2.0"><channel><title>清源日报</title><link>https://news.example.cn/</link>
<item><title><![CDATA[ 一小区电梯<b>骤停</b> 4人被困 ]]></title><link>/a/1.html</link>
<pubDate>2026年3月9日 14:30:00</pubDate><author>值班员A</author>
<description><![CDATA[<p>3月9日，河湾区一小区电梯骤停。</p>
<p>消防已救出被困人员&nbsp;4&nbsp;名。</p>
<script>x()</script>]]></description></item>
<item><title>物价投诉 &amp; 答复 &lt;通报&gt;</title><link>https://news.example.cn/a/2.html</link>
<pubDate>Mon, 09 Mar 2026 06:30:00 GMT</pubDate></item>
</channel></rss>"""

ATOM = """<feed xmlns="http://www.w3.org/2005/Atom"><title>通报</title>
<entry><title type="html">关于&amp;lt;某品牌&amp;gt;的说明</title><link rel="alternate" href="b/3.html"/><id>tag:1</id>
<updated>2026-03-09T14:30:00+08:00</updated><author><name>登记注册科</name></author><summary>摘要</summary>
<content type="html">&lt;p&gt;正文第一段比摘要长得多。&lt;/p&gt;</content></entry></feed>"""

RDF = """<rdf:RDF xmlns:rdf="http://www.w3.org/1999/02/22-rdf-syntax-ns#" xmlns="http://purl.org/rss/1.0/"
 xmlns:dc="http://purl.org/dc/elements/1.1/"><channel rdf:about="x"><title>t</title></channel>
<item rdf:about="https://news.example.cn/4"><title>旧格式条目</title><link>https://news.example.cn/4</link>
<dc:date>2026-03-09</dc:date></item></rdf:RDF>"""


def rss(charset: str = "utf-8") -> str:
    return RSS.replace("{charset}", charset)


def walls(body: bytes) -> list[str | None]:
    return [item.published and beijing_wall(item.published) for item in feeds.parse(body, URL, NOW)]


def test_an_rss_feed_gives_plain_items():
    first, second = feeds.parse(rss().encode(), URL, NOW)
    assert first.title == "一小区电梯骤停 4人被困"
    assert first.link == "https://news.example.cn/a/1.html"
    assert first.author == "值班员A"
    assert first.text == "3月9日，河湾区一小区电梯骤停。\n消防已救出被困人员 4 名。"
    assert first.published is not None
    assert beijing_wall(first.published) == "2026-03-09 14:30:00"
    assert second.title == "物价投诉 & 答复 <通报>"
    assert second.published is not None
    assert beijing_wall(second.published) == "2026-03-09 14:30:00"


def test_an_atom_feed_gives_the_longest_text_and_joins_its_links():
    (item,) = feeds.parse(ATOM.encode(), URL, NOW)
    assert (item.title, item.link) == ("关于<某品牌>的说明", "https://news.example.cn/rss/b/3.html")
    assert (item.text, item.author) == ("正文第一段比摘要长得多。", "登记注册科")


def test_a_day_without_a_time_stays_a_day():
    assert walls(RDF.encode()) == ["2026-03-09"]


@pytest.mark.parametrize(
    "body",
    [
        rss("gb2312").encode("gb18030"),
        rss("utf-8").encode("gb18030"),
        rss("gb2312").encode(),
        rss().replace('<?xml version="1.0" encoding="utf-8"?>', "").encode("gb18030"),
        b"\xef\xbb\xbf" + rss().encode(),
        rss("utf-16").encode("utf-16"),
        b"\n \n" + rss().encode(),
        rss().replace("日报", "日\x0b\x00报").encode(),
        rss().replace("物价投诉 &amp; 答复", "物价投诉 & 答复").encode(),
        rss().replace("物价投诉 ", "物价投诉&nbsp;").encode(),
        rss().replace("<channel>", "<channel><!-- & -- <x> -->", 1).encode(),
        rss()
        .replace("<rss", '<!DOCTYPE rss PUBLIC "-//N//DTD RSS 0.91//EN" "http://a.example/rss.dtd">\n<rss')
        .encode(),
    ],
)
def test_dirty_bytes_are_read_all_the_same(body: bytes):
    titles = ["".join(item.title.split()) for item in feeds.parse(body, URL, NOW)]
    assert titles == ["一小区电梯骤停4人被困", "物价投诉&答复<通报>"]


def test_a_feed_cut_off_gives_what_came():
    body = rss().encode()
    titles = [item.title for item in feeds.parse(body[: body.index(b"</description>") + 14], URL, NOW)]
    assert titles == ["一小区电梯骤停 4人被困"]


def test_a_json_feed_is_read():
    document = {
        "version": "https://jsonfeed.org/version/1.1",
        "title": "t",
        "items": [
            {
                "id": "1",
                "url": "/n/1",
                "title": "停水\ud800通知",
                "content_html": "<p>今晚停水。</p>",
                "date_published": "2026-03-09T06:30:00Z",
                "authors": [{"name": "值班员A"}],
            },
            {"id": 7, "content_text": "没有标题"},
            "not an item",
        ],
    }
    first, second = feeds.parse(json.dumps(document).encode(), URL, NOW)
    assert (first.title, first.link, first.text, first.author) == (
        "停水通知",
        "https://news.example.cn/n/1",
        "今晚停水。",
        "值班员A",
    )
    assert (second.title, second.link, second.text, second.published) == ("", "", "没有标题", None)


@pytest.mark.parametrize(
    "body",
    [
        b'<rss version="2.0"><channel><title>t</title></channel></rss>',
        b'{"version":"https://jsonfeed.org/version/1","items":[]}',
    ],
)
def test_an_empty_day_is_not_an_error(body: bytes):
    assert feeds.parse(body, URL, NOW) == []


@pytest.mark.parametrize(
    ("body", "words"),
    [
        (b"", "为空"),
        (b"<!DOCTYPE html><html><body>404</body></html>", "网页"),
        (b'<?xml version="1.0"?><opml version="2.0"><body/></opml>', "OPML"),
        (b'{"code": 0, "data": []}', "JSON"),
        (b'{"items": [', "JSON"),
        (b"[" * 100_000, "JSON"),
        (b"/etc/passwd", "订阅源"),
        (b"http://127.0.0.1/", "订阅源"),
        (
            b'<!DOCTYPE x [<!ENTITY a "aaaa"><!ENTITY b "&a;&a;">]><rss version="2.0"><channel>&b;</channel></rss>',
            "实体",
        ),
        (
            b'<!DOCTYPE x [<!ENTITY f SYSTEM "file:///etc/hosts">]><rss version="2.0"><channel>&f;</channel></rss>',
            "实体",
        ),
        (b'<rss version="2.0"><channel>' + b"<item>" * 50_000, "嵌套"),
        (b"\x89PNG\r\n\x1a\n" + bytes(range(256)), "订阅源"),
    ],
)
def test_what_is_no_feed_is_refused_with_a_reason(body: bytes, words: str):
    with pytest.raises(LookupError) as caught:
        feeds.parse(body, URL, NOW)
    assert words in str(caught.value.args[0])


@pytest.mark.parametrize("link", ["javascript:alert(1)", "http://u:p@a.example/", "data:text/html,x"])
def test_a_link_that_is_no_web_address_is_left_empty(link: str):
    body = f'<rss version="2.0"><channel><item><title>x</title><link>{link}</link></item></channel></rss>'
    assert [item.link for item in feeds.parse(body.encode(), URL, NOW)] == [""]


def test_a_path_in_a_feed_body_is_never_opened(tmp_path):
    trap = tmp_path / "feed.xml"
    trap.write_text(rss(), "utf-8")
    with pytest.raises(LookupError):
        feeds.parse(str(trap).encode(), URL, NOW)
