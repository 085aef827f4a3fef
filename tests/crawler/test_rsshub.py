"""What RSSHub gives out: titles of pictures, counts, links made anew each time, and its error pages."""

import json
from datetime import UTC, datetime
from typing import Any

import pytest

from crawler.dates import beijing_wall
from crawler.identity import identity
from crawler.items import Item
from crawler.kinds import feed
from crawler.titles import worded

NOW = datetime(2026, 3, 10, 4, 0, tzinfo=UTC)
URL = "https://hub.example.cn/weibo/user/1"


def rss(title: str, text: str = "", more: str = "", link: str = "https://weibo.example.cn/1/A") -> Item:
    body = (
        "<rss version='2.0'><channel><title>t</title><generator>RSSHub</generator><item>"
        f"<title>{title}</title><description><![CDATA[{text}]]></description><link>{link.replace('&', '&amp;')}</link>"
        f"<guid isPermaLink='false'>{link.replace('&', '&amp;')}</guid><pubDate>Mon, 09 Mar 2026 06:30:00 GMT</pubDate>"
        f"{more}</item></channel></rss>"
    )
    (item,) = feed.parse(body.encode(), URL, NOW)
    return item


def json_feed(**fields: Any) -> Item:
    row = {"id": "https://a.example.cn/1", "url": "https://a.example.cn/1", "title": "停水", **fields}
    document = {"version": "https://jsonfeed.org/version/1.1", "title": "t", "items": [row]}
    (item,) = feed.parse(json.dumps(document).encode(), URL, NOW)
    return item


@pytest.mark.parametrize(
    ("title", "text", "shown"),
    [
        ("[图片]", "河湾区夜市的秤不准。昨天买了三斤橘子。", "河湾区夜市的秤不准。"),
        ("[图片][图片] [视频]", "\n[图片]\n夜市的秤不准\n后续", "夜市的秤不准"),
        ("😡😡", "电梯又坏了！物业不管", "电梯又坏了！"),
        ("[泪][泪]", "停水三天了", "停水三天了"),
        ("[视频]", "一" * 60, "一" * 40),
        ("[图片]", "", "[图片]"),
        ("[图片]", "[图片]", "[图片]"),
        ("[图片] 夜市", "别的话", "[图片] 夜市"),
        ("[公告]", "正文", "[公告]"),
        ("……", "正文", "……"),
        ("", "正文", ""),
    ],
)
def test_a_title_of_pictures_alone_gives_way_to_the_first_words(title: str, text: str, shown: str):
    assert worded(title, text) == shown


def test_a_post_of_pictures_is_called_by_what_it_says():
    assert rss("[图片]", "<p>夜市的秤不准。</p><img src='x.jpg'>").title == "夜市的秤不准。"


def test_counts_come_from_the_elements_the_extensions_and_the_text():
    stats = "<reposts_count>3</reposts_count><comments_count>4</comments_count><attitudes_count>55</attitudes_count>"
    assert rss("停水", "正文", f"<stats>{stats}</stats>").counts == {"shares": 3, "comments": 4, "likes": 55}
    assert rss("停水", "<p>阅读量: 1.2万 评论: 3</p><p>正文</p>").counts == {"reads": 12_000, "comments": 3}
    assert rss("停水", "评论 9 赞 1", "<upvotes>7</upvotes>").counts == {"comments": 9, "likes": 7}
    assert rss("停水", "正文").counts == {}
    assert json_feed(_extra={"views": "1.2万", "links": []}, comments=5).counts == {"reads": 12_000, "comments": 5}
    assert json_feed(_rsshub={"likeCount": 8}, content_text="阅读 3 转发 1").counts == {
        "reads": 3,
        "shares": 1,
        "likes": 8,
    }


def test_an_account_read_through_a_search_engine_is_not_new_at_every_visit():
    links = [f"https://weixin.sogou.com/link?url=dn9a_{n}&type=2&token={n}" for n in "abc"]
    first, second = rss("停水 通知", "正文", link=links[0]), rss("停水通知", "正文", link=links[1])
    assert first.number
    assert identity(first, URL) == identity(second, URL) != identity(rss("另一条", link=links[2]), URL)
    assert rss("停水通知").number is None


@pytest.mark.parametrize(
    ("stamp", "wall"),
    [
        ("2026-03-09T06:30:00.000Z", "2026-03-09 14:30:00"),
        ("Mon, 09 Mar 2026 06:30:00 GMT", "2026-03-09 14:30:00"),
        (1773037800000, "2026-03-09 14:30:00"),
        ("2026-03-09", "2026-03-09"),
        ("Invalid Date", None),
        (None, None),
    ],
)
def test_dates_are_read_as_the_routes_write_them(stamp: Any, wall: str | None):
    item = json_feed(date_published=stamp)
    assert (item.published and beijing_wall(item.published)) == wall


@pytest.mark.parametrize("authors", [[{"name": "值班员A"}], "值班员A", [{"name": "值班员A"}, {"name": None}, 3]])
def test_authors_are_read_in_any_form(authors: Any):
    assert json_feed(authors=authors).author == "值班员A"
    assert json_feed(author=authors).author == ("值班员A" if isinstance(authors, str) else None)


NEW_ERROR = """<html><head><title>Welcome to RSSHub!</title></head><body><img alt="RSSHub"/>
<h1 class="text-4xl">Looks like something went wrong</h1><p class="message">Error Message:<br/>
<code class="mt-2 block">FetchError: [GET] &quot;https://api.example.cn/x?key=geheim&quot;: 403 Forbidden</code></p>
<p class="message">Route: <code class="ml-2">/weibo/user/:uid</code></p></body></html>"""
OLD_ERROR = """<!DOCTYPE html><html><head><title>Error in RSSHub!</title></head><body>
<h1>Looks like something went wrong</h1>
<pre class="message">HTTPError: Response code 418</pre></body></html>"""
WELCOME = "<html><head><title>Welcome to RSSHub!</title></head><body><h1>Welcome to <b>RSSHub</b>!</h1></body></html>"


@pytest.mark.parametrize(
    ("body", "words"),
    [
        (NEW_ERROR, 'RSSHub 报错：FetchError: [GET] "api.example.cn": 403 Forbidden'),
        (OLD_ERROR, "RSSHub 报错：HTTPError: Response code 418"),
        (OLD_ERROR.replace("HTTPError: Response code 418", ""), "RSSHub 报错，没有说明原因"),
        (WELCOME, "RSSHub 返回的是欢迎页：地址里没有路由，请核对地址"),
        ('{"error": {"message": "Route does not exist"}}', "接口报错：Route does not exist"),
        ("<html><head><title>清源市</title></head><body></body></html>", "返回的是网页，不是订阅源；请核对地址"),
    ],
)
def test_an_error_page_is_refused_with_the_reason_it_gives(body: str, words: str):
    with pytest.raises(LookupError) as caught:
        feed.parse(body.encode(), URL, NOW)
    assert caught.value.args[0] == words
    assert "geheim" not in words
