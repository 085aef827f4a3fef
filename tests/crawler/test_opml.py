"""OPML lists: what they hold, what could not be taken and why, and that nothing is lost on the way out and in."""

import contextlib
import time
from datetime import UTC, datetime
from xml.parsers import expat

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from crawler.charset import clean
from crawler.opml import NAMESPACE, Outline, read, write

AT = datetime(2026, 3, 10, 4, 0, tzinfo=UTC)

LIST = """<?xml version="1.0" encoding="{charset}"?>
<opml version="1.0"><head><title>值班员A 的订阅</title></head>
<body>
  <outline text="新闻" title="新闻">
    <outline text="清源" title="清源">
      <outline type="rss" text="清源日报" title="日报" xmlUrl="https://daily.example.cn/rss?a=1&amp;b=2" htmlUrl="https://daily.example.cn"/>
    </outline>
    <outline type="rss" title='河湾"论坛"' xmlurl='http://forum.example.cn/feed'></outline>
  </outline>
  <outline text="hub" XMLURL="feed:https://hub.example.cn/weibo"/>
  <outline type="rss" URL="https://old.example.cn/index.rdf"/>
</body></opml>
"""


def listed(*outlines: str, head: str = "") -> bytes:
    return (f'<opml version="2.0">{head}<body>\n' + "\n".join(outlines) + "\n</body></opml>").encode()


def test_sources_come_with_title_address_page_and_folders():
    found = read(LIST.replace("{charset}", "UTF-8").encode())
    assert found.problems == []
    assert found.outlines == [
        Outline("清源日报", "https://daily.example.cn/rss?a=1&b=2", "https://daily.example.cn", ("新闻", "清源")),
        Outline('河湾"论坛"', "http://forum.example.cn/feed", "", ("新闻",)),
        Outline("hub", "https://hub.example.cn/weibo"),
        Outline("old.example.cn", "https://old.example.cn/index.rdf"),
    ]


@pytest.mark.parametrize(
    "body",
    [
        LIST.replace("{charset}", "gb2312").encode("gb18030"),
        LIST.replace("{charset}", "utf-8").encode("gb18030"),
        LIST.replace("{charset}", "gbk").encode(),
        b"\xef\xbb\xbf" + LIST.encode(),
        ("\n\n" + LIST.replace("{charset}", "UTF-16")).encode("utf-16"),
        LIST.replace("&amp;", "&").encode(),
        LIST.replace("\n", "\r\n").replace("日报", "日\x0b报").encode(),
        LIST.replace("<body>", "<body><!-- <outline xmlUrl='https://no.example.cn/'/> <outline -->").encode(),
        LIST.replace("<opml", '<!DOCTYPE opml SYSTEM "http://a.example/opml.dtd">\n<opml').encode(),
        LIST.replace("</body></opml>", "").encode(),
        LIST.replace("</outline>\n  </outline>", "</outline>").encode(),
    ],
)
def test_dirty_bytes_are_read_all_the_same(body: bytes):
    urls = [outline.url for outline in read(body).outlines]
    assert urls == [
        "https://daily.example.cn/rss?a=1&b=2",
        "http://forum.example.cn/feed",
        "https://hub.example.cn/weibo",
        "https://old.example.cn/index.rdf",
    ]


@pytest.mark.parametrize(
    ("outline", "words"),
    [
        ('<outline type="rss" text="甲" htmlUrl="https://a.example.cn"/>', "没有订阅地址（xmlUrl），只有网页地址"),
        ('<outline text="甲"/>', "可能是空文件夹"),
        ('<outline text="甲" xmlUrl=""></outline>', "没有订阅地址"),
        ('<outline text="甲" xmlUrl="rsshub://weibo/hot"/>', "不是 http 或 https 地址（rsshub）"),
        ('<outline text="甲" xmlUrl="/feed.xml"/>', "不是 http 或 https"),
        ('<outline text="甲" xmlUrl="https://u:p@a.example.cn/feed"/>', "用户名或口令"),
        ('<outline text="甲" type="link" url="https://a.example.cn/"/>', "类型是 link"),
        ('<outline text="甲" type="include" url="https://a.example.cn/b.opml"/>', "另一份清单"),
        ('<outline text="甲" title=少了引号 htmlUrl="https://a.example.cn/"/>', "引号"),
        (f'<outline text="甲" xmlUrl="https://a.example.cn/{"a" * 2000}"/>', "超过 2000 个字符"),
    ],
)
def test_an_entry_that_cannot_be_taken_is_told_with_line_title_and_reason(outline: str, words: str):
    found = read(
        listed('<outline text="乙" xmlUrl="https://b.example.cn/"/>', outline, '<outline xmlUrl="http://c.cn/"/>')
    )
    (problem,) = found.refused
    assert (problem.line, problem.what) == (3, "甲")
    assert words in problem.reason
    assert "u:p" not in problem.reason
    assert [one.url for one in found.outlines] == ["https://b.example.cn/", "http://c.cn/"]


def test_lines_are_those_of_the_file_whatever_stands_before():
    body = b"\n\n<?xml version='1.0'?>\n<!DOCTYPE opml\n SYSTEM 'x'>\n" + listed('<outline text="甲"/>')
    assert [problem.line for problem in read(body).problems] == [7]


def test_duplicates_are_counted_and_say_which_entry_they_repeat():
    first = '<outline text="甲" xmlUrl="https://A.example.cn"/>'
    found = read(listed(first, '<outline text="又一个甲" xmlUrl="https://a.example.cn/#x"/>' + first))
    assert [one.title for one in found.outlines] == ["甲"]
    assert [(one.line, one.what, one.reason) for one in found.duplicates] == [
        (3, "又一个甲", "与第 2 行的地址重复"),
        (3, "甲", "与第 2 行的地址重复"),
    ]
    assert found.refused == []


def test_a_broken_tag_costs_no_other_entry():
    found = read(
        listed(
            '<outline text="他说"好"" xmlUrl="https://a.example.cn/feed"/>',
            '<outline text="甲<br>乙" xmlUrl="https://b.example.cn/feed"/>',
            "<outline text='甲' title='乙 xmlUrl='https://e.example.cn/feed'/>",
            "<outline text=丙 xmlUrl=https://f.example.cn/feed />",
            '<outline text="没有结尾',
            '<outline text="丙" xmlUrl="https://c.example.cn/feed"/>',
            "<!-- 没有结尾",
            '<outline text="丁" xmlUrl="https://d.example.cn/feed"/>',
        )
    )
    assert [one.url[8] for one in found.outlines] == ["a", "b", "e", "f", "c", "d"]
    assert [problem.line for problem in found.problems] == [6]


def test_a_source_left_open_is_no_folder_and_a_source_may_hold_others():
    found = read(listed('<outline text="甲" xmlUrl="https://a.cn/">', '<outline text="乙" xmlUrl="https://b.cn/">'))
    assert [(one.title, one.folder) for one in found.outlines] == [("甲", ()), ("乙", ())]


@pytest.mark.parametrize(
    ("body", "words"),
    [
        (b"", "空内容"),
        (b"<!DOCTYPE html><html><head><title>x</title></head></html>", "网页“x”"),
        (b'<rss version="2.0"><channel/></rss>', "不是 OPML"),
        (b'{"a": 1}', "JSON"),
        (b'<!DOCTYPE x [<!ENTITY f SYSTEM "file:///etc/hosts">]><opml><body>&f;</body></opml>', "实体"),
        (b'<!DOCTYPE x [<!ENTITY a "aa"><!ENTITY b "&a;&a;">]><opml><body>&b;</body></opml>', "实体"),
        (b"<opml>" + b"<outline " * 60_000, "50000"),
        (b"<opml>" + b" " * 20_000_001, "20 MB"),
    ],
)
def test_what_is_no_list_is_refused_with_a_reason(body: bytes, words: str):
    with pytest.raises(LookupError) as caught:
        read(body)
    assert words in str(caught.value.args[0])


def test_what_is_written_is_well_formed_opml_with_our_own_namespace():
    seen: list[tuple[str, dict[str, str]]] = []
    parser = expat.ParserCreate(namespace_separator=" ")
    parser.StartElementHandler = lambda name, attributes: seen.append((name, attributes))
    own = {"channel": "weibo", "interval": "600"}
    parser.Parse(
        write([Outline("甲 & <乙>", "https://a.cn/?x=1&y=2", folder=("热\n榜",), own=own)], "清单 &", AT), True
    )
    assert seen[0] == ("opml", {"version": "2.0"})
    assert seen[-1][1]["text"] == "甲 & <乙>"
    assert seen[-1][1]["xmlUrl"] == "https://a.cn/?x=1&y=2"
    assert seen[-1][1][f"{NAMESPACE} channel"] == "weibo"


WORDS = st.text(min_size=1, max_size=20).map(lambda text: " ".join(clean(text).split())).filter(bool)
OUTLINES = st.lists(
    st.builds(
        Outline,
        title=WORDS,
        url=st.integers(0, 9999).map(lambda n: f"https://host{n % 7}.example.cn/feed/{n}?a={n}&b=%E6%B8%85&lt=1"),
        site=st.sampled_from(["", "https://host.example.cn/?a=1&b=2"]),
        folder=st.lists(WORDS, max_size=3).map(tuple),
        own=st.dictionaries(
            st.sampled_from(["channel", "authority", "interval", "role", "kind", "options"]),
            st.text(max_size=20).map(clean),
        ),
    ),
    unique_by=lambda outline: outline.url,
    max_size=12,
)


@settings(max_examples=200, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(OUTLINES, st.text(max_size=20))
def test_written_and_read_again_a_list_is_the_same(outlines: list[Outline], title: str):
    found = read(write(outlines, title, AT))
    assert found.outlines == outlines
    assert found.problems == []


@settings(max_examples=200, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(
    st.lists(
        st.sampled_from(
            [*"<>/\"'&;= \n", "<outline ", "</outline>", "xmlUrl=", "text=", "https://a.cn/", "<!--", "-->"]
        )
    ),
    st.binary(max_size=30),
)
def test_nothing_but_a_lookup_error_comes_out_of_any_bytes(parts: list[str], more: bytes):
    with contextlib.suppress(LookupError):
        found = read(b"<opml>" + "".join(parts).encode() + more)
        assert all(problem.reason and problem.line >= 1 for problem in found.problems)


@pytest.mark.parametrize(
    "flood",
    ["<outline text='a'>", "<!--", "<![CDATA[", '<outline a="', "<outline a='", "<outline ", "</outline>", "a='1' "],
)
def test_files_made_to_exhaust_end_in_time(flood: str):
    begin = time.thread_time()
    with contextlib.suppress(LookupError):
        read(f"<opml><outline {flood * 200_000}".encode())
    assert time.thread_time() - begin < 30
