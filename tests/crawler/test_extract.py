"""Article pages: what is the article, what stands around it."""

import time
from datetime import UTC, datetime

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from crawler.dates import beijing_wall
from crawler.extract import Page, extract

NOW = datetime(2026, 3, 10, 4, 0, tzinfo=UTC)
URL = "https://news.example.cn/2026-03/09/c_1.html"
TITLE = "清源市通报一起校园食堂食品安全事件处置情况"
PARAGRAPHS = [
    "3月9日中午，清源市某学校多名学生在食堂就餐后出现腹痛、呕吐等症状，学校立即将学生送医，并向监管部门报告。",
    "市市场监管局、市卫生健康委接报后迅速到场，封存留样食品，对食堂从业人员开展健康检查，样品已送检。",
    "截至当日20时，送医学生症状均已缓解，无重症病例。事件原因正在进一步调查，结果将及时向社会公布。",
]
BODY = "\n".join(PARAGRAPHS)
MENU = "".join(f'<li><a href="/c{n}">栏目{n}的名称</a></li>' for n in range(40))


def page(inner: str, head: str = f"<title>{TITLE}_清源新闻网</title>") -> bytes:
    top = f'<div class="top"><ul>{MENU}</ul></div>'
    return f"<!DOCTYPE html><html><head>{head}</head><body>{top}{inner}</body></html>".encode()


def paragraphs(tag: str = "p") -> str:
    return "".join(f"<{tag}>{text}</{tag}>" for text in PARAGRAPHS)


def read(body: bytes, url: str = URL) -> Page:
    return extract(body, url, NOW)


def wall(found: Page) -> str | None:
    return found.published and beijing_wall(found.published)


def test_a_government_page_is_read_from_its_meta_tags():
    head = (
        f'<title>清源市人民政府</title><meta name="ArticleTitle" content="{TITLE}">'
        '<meta name="PubDate" content="2026-03-09 21:30">'
        '<meta name="ContentSource" content="市市场监管局 办公室"><meta name="Author" content="值班员A">'
        '<link rel="canonical" href="/2026-03/09/c_1.html?spm=1">'
    )
    found = read(page(f'<div class="wrap"><h3>今日要闻</h3><div id="zoom">{paragraphs()}</div></div>', head))
    assert found == Page(
        TITLE,
        BODY,
        "值班员A",
        "市市场监管局 办公室",
        found.published,
        "https://news.example.cn/2026-03/09/c_1.html",
        "utf-8",
    )
    assert wall(found) == "2026-03-09 21:30"


@pytest.mark.parametrize(
    ("above", "published", "source"),
    [
        ("<div>2026-03-09 21:30:05　来源：清源日报</div>", "2026-03-09 21:30:05", "清源日报"),
        (
            "<p>发布时间：2026年03月09日 21时30分 | 文章来源：市应急管理局 | 浏览次数：<i>31</i></p>",
            "2026-03-09 21:30",
            "市应急管理局",
        ),
        ("<span>成文日期：2026-03-01</span><span>发布日期：2026-03-09</span>", "2026-03-09", None),
        ("<div><span>清源发布</span> <span>2小时前</span></div>", "2026-03-10 10:00", None),
        ("", "2026-03-09", None),
    ],
)
def test_time_and_source_stand_between_title_and_text(above: str, published: str, source: str | None):
    found = read(page(f'<h1>{TITLE}</h1>{above}<div class="a1">{paragraphs()}</div>'))
    assert (found.title, found.body) == (TITLE, BODY)
    assert (wall(found), found.source) == (published, source)


def test_a_date_in_the_text_is_not_the_date_of_publication():
    inner = (
        f"<h1>{TITLE}</h1><div><p>2024年5月6日，专项行动启动。</p>{paragraphs()}</div><div>发布日期：2026-03-09</div>"
    )
    assert wall(read(page(inner), "https://news.example.cn/a.html")) == "2026-03-09"


def test_what_surrounds_the_article_is_left_out():
    related = "".join(f'<li><a href="/r{n}">另一篇报道的题目，也有标点，第{n}篇。</a></li>' for n in range(12))
    inner = (
        f'<h1>{TITLE}</h1><div class="article"><p>来源：清源日报 时间：2026-03-09 08:00</p>{paragraphs()}'
        f"<p>责任编辑：值班员B</p><p>分享到：</p></div><div class='related'><h3>相关新闻</h3><ul>{related}</ul></div>"
        '<div class="comment-list"><p>网友甲：希望尽快公布结果，大家都很关心。</p></div>'
        '<div class="footer">版权所有 清源新闻网，未经许可，不得转载，违者必究。</div>'
    )
    assert read(page(inner)).body == BODY


def test_a_much_longer_block_with_a_noisy_class_is_still_the_article():
    assert (
        read(
            page(f'<div class="share-recommend">{paragraphs()}</div><div>备案号：清ICP备00000000号，地址。</div>')
        ).body
        == BODY
    )


def test_an_old_page_of_tables_and_line_breaks_is_read():
    inner = f"<table><tr><td><font size=2>{'<br>　　'.join(PARAGRAPHS)}</font></td><td>{MENU}</td></tr></table>"
    found = extract(page(inner).decode().encode("gb18030"), URL, NOW, "iso-8859-1")
    assert (found.body, found.charset) == (BODY, "gb18030")


@pytest.mark.parametrize("anchor", ["<a>", '<a name="top">'])
def test_an_anchor_left_open_is_no_link(anchor: str):
    assert read(page(f"<h1>{TITLE}</h1>{anchor}<div>{paragraphs()}</div>")).body == BODY


def test_a_line_break_breaks_the_line_whatever_follows():
    inner = f"<div>{PARAGRAPHS[0]}<br> <b>{PARAGRAPHS[1]}</b><br>\n<br>{PARAGRAPHS[2]}</div>"
    assert read(page(f"<h1>{TITLE}</h1>{inner}")).body == BODY


def test_a_hidden_article_of_a_known_family_is_read_and_other_hidden_text_is_not():
    inner = f'<h1 id="activity-name">{TITLE}</h1><div id="js_content" style="display:none">{paragraphs()}</div>'
    assert read(page(inner + '<div style="display: none">隐藏的文字，不应出现，也不应计入正文。</div>')).body == BODY


def test_a_time_in_a_script_is_read_for_a_family_that_puts_it_there():
    inner = f'<div id="js_content">{paragraphs()}</div><script>var ct = "1773063005";</script>'
    assert wall(read(page(inner), "https://a.example/s")) == "2026-03-09 21:30:05"


def test_all_posts_of_a_thread_are_its_text():
    posts = "".join(
        f'<table><tr><td id="postmessage_{n}">{text}</td></tr></table>' for n, text in enumerate(PARAGRAPHS)
    )
    assert read(page(f"<h1>{TITLE}</h1>{posts}<p>页脚文字，很长很长，与内容没有任何关系，只是凑数。</p>")).body == BODY


def test_without_a_title_element_the_heading_is_the_title():
    assert read(page(f"<h1>{TITLE}</h1><div>{paragraphs()}</div>", "")).title == TITLE


def test_a_title_element_that_names_only_the_column_gives_way_to_the_heading():
    found = read(page(f"<h2>{TITLE}</h2><p>2026-03-09</p><div>{paragraphs()}</div>", "<title>新闻动态</title>"))
    assert found.title == TITLE


def test_bylines_name_the_author():
    assert (
        read(page(f"<h1>{TITLE}</h1><div>{paragraphs()}<p>（本报记者 赵某某 钱某某）</p></div>")).author
        == "赵某某 钱某某"
    )
    assert read(page(f"<h1>{TITLE}</h1><p>作者：孙某某 2026-03-09</p><div>{paragraphs()}</div>")).author == "孙某某"


@pytest.mark.parametrize(
    "body", [b"", b"<html><body></body></html>", b"<html><body><script>app()</script></body></html>", b"<p> \n</p>"]
)
def test_a_page_without_text_says_so(body: bytes):
    with pytest.raises(LookupError, match="没有找到正文"):
        read(body)


def test_one_sentence_among_links_is_the_article():
    assert read(page("<p>只有一句话，也算正文。</p>")).body == "只有一句话，也算正文。"


NEST = 60_000


@pytest.mark.parametrize(
    "bomb",
    [
        b"<div>" * NEST,
        b"<DIV CLASS=x><span>" * NEST,
        b"<div><!--</div>-->" * NEST,
        b'<div title="</div>">' * NEST,
        b"<div><script></div></script>" * NEST,
        b"<div><textarea></div></textarea>" * NEST,
        b"".join(b"<font size=%d><p>" % n for n in range(NEST // 4)),
        b"".join(b"<font size=%d><p>" % n for n in range(700)),
        b"<a href='" * NEST,
        b"<!--" * NEST,
        b"<script" * NEST,
        b'<p class="' + b"a b " * NEST + b'">',
    ],
    ids=range(12),
)
def test_a_page_made_to_exhaust_the_parser_takes_no_time(bomb: bytes):
    text = f"<p>{PARAGRAPHS[0]}</p>".encode()
    start = time.process_time()
    try:
        body = read(b"<html><body>" + text + bomb + text).body
    except LookupError:
        body = ""
    assert time.process_time() - start < 3
    assert not body or PARAGRAPHS[0] in body


@settings(deadline=None)
@given(
    st.lists(
        st.sampled_from(
            [
                "<div>",
                "</div>",
                "<p>",
                "<table>",
                "<td>",
                "</table>",
                "<a href=x>",
                "</a>",
                "<br>",
                "<!--",
                "-->",
                "<![CDATA[",
                "&#xD800;",
                "&#0;",
                "2026-03-09 99:99",
                "来源：",
                "\x00",
                *PARAGRAPHS,
            ]
        ),
        max_size=40,
    )
)
def test_any_markup_gives_storable_text_or_a_reason(parts: list[str]):
    try:
        found = read("".join(parts).encode())
    except LookupError:
        return
    "".join([found.title, found.body, found.author or "", found.source or ""]).encode("utf-8")
    assert found.body.strip()
