"""One address, one spelling."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from crawler.links import absolute, canonical


@pytest.mark.parametrize(
    ("url", "base", "expected"),
    [
        ("HTTP://News.Example.CN:80/a?utm_source=x&id=3#top", None, "http://news.example.cn/a?id=3"),
        ("https://news.example.cn:443", None, "https://news.example.cn/"),
        ("https://news.example.cn:8443/a", None, "https://news.example.cn:8443/a"),
        ("../b.html", "http://news.example.cn/x/a.html", "http://news.example.cn/b.html"),
        ("//news.example.cn/a", "https://other.example/", "https://news.example.cn/a"),
        ("?id=2", "http://news.example.cn/a?id=1", "http://news.example.cn/a?id=2"),
        ("http://news.example.cn/a?from=timeline&share_token=9&id=1", None, "http://news.example.cn/a?id=1"),
        ("http://news.example.cn/list?from=20", None, "http://news.example.cn/list?from=20"),
        (
            "http://news.example.cn/通报?q=食品 安全",
            None,
            "http://news.example.cn/%E9%80%9A%E6%8A%A5?q=%E9%A3%9F%E5%93%81%20%E5%AE%89%E5%85%A8",
        ),
        ("http://news.example.cn/%E9%80%9A%E6%8A%A5", None, "http://news.example.cn/%E9%80%9A%E6%8A%A5"),
        ("http://清源.example/a", None, f"http://{'清源.example'.encode('idna').decode()}/a"),
        ("https://bbs.example.cn/#/post?id=7", None, "https://bbs.example.cn/#/post?id=7"),
        ("http://a.example/s?x=1&amp;y=2#rd", None, "http://a.example/s?x=1&y=2"),
        ("  http://a.example/a\n", None, "http://a.example/a"),
        ("http://[2001:DB8::1]:80/a", None, "http://[2001:db8::1]/a"),
    ],
)
def test_an_address_is_written_one_way(url: str, base: str | None, expected: str):
    assert canonical(url, base) == expected
    assert canonical(expected) == expected


@pytest.mark.parametrize(
    "url",
    [
        "javascript:alert(1)",
        "file:///etc/hosts",
        "gopher://a/",
        "a.html",
        "http://",
        "http://a:99999/",
        "http://u:p@a.example/",
        "http://[::1/",
    ],
)
def test_what_cannot_be_fetched_is_refused_in_chinese(url: str):
    with pytest.raises(ValueError, match=r"^链接"):
        canonical(url)


def test_absolute_keeps_the_address_as_given():
    assert absolute("a?utm_source=x#b", "http://News.example/") == "http://News.example/a?utm_source=x#b"


@given(st.text(max_size=40))
def test_canonical_changes_nothing_twice(tail: str):
    try:
        once = canonical("http://a.example/" + tail)
    except ValueError:
        return
    assert canonical(once) == once
    assert once.isascii()
