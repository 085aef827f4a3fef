"""List pages by selector: rows in their order; a changed page is an error, an empty list is not."""

from datetime import UTC, datetime

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from list_pages import SHAPES, URL, entries, page

from crawler.dates import beijing_wall
from crawler.items import Item
from crawler.kinds import list as listing
from crawler.list_page import unwrapped

NOW = datetime(2026, 11, 22, 6, 0, tzinfo=UTC)
HOW = {"row": "ul.news > li", "link": "a", "date": "span"}


def read(rows: str, how: dict[str, str] | None = None, head: str = "") -> list[Item]:
    body = f"<html><head>{head}</head><body><div class='x'><ul class='news'>{rows}</ul></div></body></html>"
    return listing.parse(body.encode(), URL, NOW, None, HOW if how is None else how)


def when(item: Item) -> str | None:
    return beijing_wall(item.published) if item.published else None


def test_rows_become_items_in_the_order_of_the_page():
    first, second = read(
        "<li><a href='../a/1.html'>·关于抽检结果的 <em>公告</em></a><span>2026-11-20</span></li>"
        "<li><a href='//b.example.cn/2.html'>第二条</a><span>昨天 08:10</span></li>"
    )
    assert (first.title, first.link) == ("关于抽检结果的 公告", "https://scjg.qingyuan.example.cn/xwzx/a/1.html")
    assert (first.text, first.author, first.has_page) == ("", None, True)
    assert (second.link, when(first), when(second)) == ("https://b.example.cn/2.html", "2026-11-20", "2026-11-21 08:10")


@pytest.mark.parametrize(
    ("said", "at"),
    [
        ("[03-05]", "2026-03-05"),
        ("（2026/11/5）", "2026-11-05"),
        ("发布时间：2026年11月5日 09:30", "2026-11-05 09:30"),
        ("<b>05</b><i>2026-11</i>", "2026-11-05"),
        ("<em>2026.11</em>/<em>05</em>", "2026-11-05"),
        ("<p>11-05</p><p>2025</p>", "2025-11-05"),
        ("<p>2025</p><p>11月05日</p>", "2025-11-05"),
        ("3分钟前", "2026-11-22 13:57"),
        ("12-30", "2025-12-30"),
        ("长期有效", None),
    ],
)
def test_dates_are_read_as_pages_write_them(said, at):
    (item,) = read(f"<li><a href='/1'>标题</a><span>{said}</span></li>")
    assert when(item) == at


@pytest.mark.parametrize(
    ("link", "title"),
    [
        ("<a href='/1' title='关于开展专项检查的通知'>关于开展专项…</a>", "关于开展专项检查的通知"),
        ("<a href='/1' title='关于开展专项检查的通知'>关于开展专项...</a>", "关于开展专项检查的通知"),
        ("<a href='/1' title='关于开展专项检查的通知'>关于开展专项</a>", "关于开展专项检查的通知"),
        (
            "<a href='/1' title='标题：关于开展专项检查的通知&#10;时间：2026'>关于开展专项…</a>",
            "关于开展专项检查的通知",
        ),
        ("<a href='/1' title='点击查看'>关于开展专项检查的通知</a>", "关于开展专项检查的通知"),
        ("<a href='/1'>关于开展专项…</a>", "关于开展专项…"),
        ("<a href='/1'><img src='x' alt='图片新闻'></a>", "图片新闻"),
        ("<a href='/1'><img src='x'></a><a href='/1'>文字标题</a>", "文字标题"),
        ("<a href='/1' title='只有提示'></a>", "只有提示"),
        ("<a href='/1'>标题<span>2026-11-20</span></a>", "标题"),
        ("<a href='/1'><span>2026-11-20</span>标题</a>", "标题"),
    ],
)
def test_the_whole_title_is_taken_where_the_page_cuts_it(link, title):
    (item,) = read(f"<li>{link}</li>")
    assert item.title == title


def test_title_text_and_link_can_have_selectors_of_their_own():
    how = {"row": "ul.news > li", "link": "h3 a", "title": "h3", "text": "p", "date": "p + i"}
    (item,) = read(
        "<li><a href='/pic'>图</a><h3>【通知】<a href='/1'>检查</a></h3><p>摘要 <b>一</b></p><i>2026-11-20</i></li>",
        how,
    )
    assert (item.title, item.link.rpartition("/")[2], item.text, when(item)) == (
        "【通知】检查",
        "1",
        "摘要 一",
        "2026-11-20",
    )


def test_dates_may_stand_beside_the_link_or_after_the_row():
    beside = read("<li><a href='/1'>标题</a>（2026-11-20）</li>", {**HOW, "date": "."})
    after = read("<li><a href='/1'>标题</a></li><li class=d>2026-11-20</li>", {**HOW, "date": "+ li"})
    words = read("<a href='/1'>标题</a> 2026-11-20<br>", {"row": "ul.news > a", "link": ".", "date": "+"})
    assert [when(items[0]) for items in (beside, after, words)] == ["2026-11-20"] * 3
    assert [items[0].title for items in (beside, after, words)] == ["标题"] * 3


def test_links_are_joined_to_the_base_of_the_page():
    (item,) = read("<li><a href='1.html'>标题</a></li>", head="<base href='/other/'>")
    assert item.link == "https://scjg.qingyuan.example.cn/other/1.html"


def test_rows_that_lead_nowhere_are_left_out_but_never_all():
    scripts = (
        "<li><a href='javascript:void(0)'>脚本</a></li><li><a href='mailto:a@b.example'>邮件</a></li><li>文字</li>"
    )
    assert [item.title for item in read(scripts + "<li><a href='/1'>标题</a></li>")] == ["标题"]
    with pytest.raises(LookupError, match="没有一行的链接能打开（2 行是脚本或空链接）"):
        read(scripts)
    with pytest.raises(LookupError, match="没有一行带链接"):
        read("<li>标题一二三四五</li><li>标题二</li>")


def test_a_changed_page_is_an_error_and_an_empty_list_is_not():
    assert read("") == []
    assert read("<li>暂无数据</li>") == []
    with pytest.raises(LookupError, match="网页结构已变化"):
        listing.parse(b"<html><body><div class='new'></div></body></html>", URL, NOW, None, HOW)
    with pytest.raises(LookupError, match="网页结构已变化"):
        read("<div><a href='/1'>标题</a></div>")
    with pytest.raises(LookupError, match="网页结构已变化"):
        listing.parse(b"<html><body></body></html>", URL, NOW, None, {"row": "li"})


@pytest.mark.parametrize("how", [None, {}, {"row": " "}, {"link": "a"}])
def test_without_selectors_it_says_how_to_get_them(how):
    with pytest.raises(LookupError, match="source propose"):
        listing.parse(b"<ul class=news></ul>", URL, NOW, None, how)


@pytest.mark.parametrize("name", ["row", "link", "date", "title", "text"])
def test_a_selector_that_is_no_css_is_named(name):
    with pytest.raises(LookupError, match=r"选择器写法有误：li\[\["):
        read("<li><a href='/1'>标题</a></li>", {**HOW, name: "li[["})


def test_a_selector_that_takes_everything_is_refused():
    with pytest.raises(LookupError, match="不像列表"):
        read("<li><a href='/1'>标题</a></li>" * 3001)


def test_siblings_are_not_counted_where_there_are_masses_of_them():
    with pytest.raises(LookupError, match="超过 2000 个"):
        read("<li></li>" * 2001, {"row": "ul.news > li:nth-of-type(3)"})
    many = f"<li><a href='/1'>标题</a>{'<b></b>' * 2001}</li>"
    with pytest.raises(LookupError, match="超过 2000 个"):
        read(many, {**HOW, "date": "b:nth-of-type(2)"})
    assert [item.title for item in read(many)] == ["标题"]


@pytest.mark.parametrize(
    ("selector", "container"),
    [
        ("ul.news > li", "ul.news"),
        ("#a ul.news>li", "#a ul.news"),
        ("table[id='a b'] > tbody > tr:not(.x > y)", "table[id='a b'] > tbody"),
        ("li", ""),
        ("ul > li, ol > li", ""),
        ("ul:is(.a, .b) > li", "ul:is(.a, .b)"),
    ],
)
def test_what_holds_the_rows_is_known_from_the_selector(selector, container):
    assert listing.container_of(selector) == container


def test_the_answer_of_a_data_proxy_is_read_like_its_page():
    rows = entries(6)
    body = page(SHAPES["大汉数据岛"], rows)
    how = {"row": "div.datastore > li", "date": "span"}
    island = body[body.index(b"<datastore>") : body.index(b"</datastore>") + len(b"</datastore>")]
    for one in (body, b'<?xml version="1.0" encoding="UTF-8"?>' + island):
        assert [item.title for item in listing.parse(one, URL, NOW, None, how)] == [row.title for row in rows]


def test_islands_that_are_not_whole_are_left_as_they_are():
    assert unwrapped("a<datastore><record>x") == "a<datastore><record>x"
    assert unwrapped("<script><datastore></datastore>") == '<div class="datastore"></div>'
    rows = unwrapped("<datastore><record>&lt;tr&gt;&lt;/tr&gt;</record></datastore>")
    assert rows == '<table class="datastore"><tr></tr></table>'


@pytest.mark.parametrize("charset", ["utf-8", "gb18030"])
def test_dirty_bytes_are_read(charset):
    rows = entries(5)
    body = page(SHAPES["TRS，标题截断，每五行一条线"], rows, charset).replace(b"</li>", b"\x00\x0b</li>", 2)
    items = listing.parse(body, URL, NOW, None, {"row": "ul.list01 > li", "date": "span"})
    assert [item.title for item in items] == [row.title for row in rows]


def test_a_list_is_recognised_last_and_only_where_it_is_sure():
    assert listing.recognises(page(SHAPES["局长信箱表格"], entries(10)), URL, NOW)
    assert listing.PREFERENCE > 50
    assert not listing.recognises(b"<rss version='2.0'><channel></channel></rss>", URL, NOW)


@settings(max_examples=80, deadline=5000)
@given(st.binary(max_size=400), st.sampled_from(["ul > li", "a", "div[class] tr", "*"]))
def test_arbitrary_bytes_raise_nothing_but_lookup_errors(noise, row):
    for body in (noise, b"<ul><li><a href='" + noise + b"'>x</a><span>" + noise + b"</span></li></ul>"):
        wrong: LookupError | None = None
        items: list[Item] = []
        try:
            items = listing.parse(body, URL, NOW, None, {"row": row, "date": "span"})
        except LookupError as error:
            wrong = error
        assert wrong is None or type(wrong) is LookupError
        assert all(item.link.startswith(("http://", "https://")) for item in items)
