"""How a link is recognised as one of the office's outlets, and what a publication there still asks for."""

from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from domain.org import org_from
from domain.outlets import KINDS, OutletFields, Published, address_of, checked, copies_owed, is_of, recognised
from huiying import orgs

T = datetime(2026, 11, 22, 6, 5, tzinfo=UTC)
HOUR = timedelta(hours=1)

WRITTEN = [
    ("", ""),
    ("  ", ""),
    ("scjg.example.gov.cn", "scjg.example.gov.cn"),
    ("https://WWW.Scjg.example.gov.cn/", "scjg.example.gov.cn"),
    ("http://www.example.gov.cn:8080/scjg/", "example.gov.cn:8080/scjg"),
    ("https://www.example.gov.cn:443/scjg", "example.gov.cn/scjg"),
    ("weibo.com/u/1234567", "weibo.com/u/1234567"),
    ("https://mp.weixin.qq.com/s?__biz=MzA5", "mp.weixin.qq.com/s?__biz=MzA5"),
    ("清源市监局.政务", "xn--dgtt4bl11a5pag44a.xn--zfr164b"),
    ("127.0.0.1:8010/lists/guanwang.html", "127.0.0.1:8010/lists/guanwang.html"),
]


@pytest.mark.parametrize(("said", "kept"), WRITTEN)
def test_an_address_is_kept_in_one_way(said, kept):
    assert address_of(said) == kept
    assert address_of(kept) == kept


@pytest.mark.parametrize("said", ["localhost", "官网", "http://", "a b.example", "x.example:99999", "x" * 300 + ".cn"])
def test_what_is_no_address_is_refused(said):
    with pytest.raises(ValueError, match="识别网址请写成"):
        address_of(said)


@pytest.mark.parametrize("said", ["https://mp.weixin.qq.com/", "weibo.com", "http://www.douyin.com"])
def test_the_host_of_a_platform_alone_recognises_everybody_and_is_refused(said):
    with pytest.raises(ValueError, match="所有人的账号"):
        address_of(said)


LINKS = [
    ("scjg.example.gov.cn", "https://scjg.example.gov.cn/art/1.html", True),
    ("scjg.example.gov.cn", "http://www.scjg.example.gov.cn", True),
    ("scjg.example.gov.cn", "https://scjg.example.gov.cn?id=1", True),
    ("scjg.example.gov.cn", "https://scjg.example.gov.cn.evil.example/art/1", False),
    ("scjg.example.gov.cn", "https://fake-scjg.example.gov.cn/art/1", False),
    ("scjg.example.gov.cn", "https://x@evil.example/scjg.example.gov.cn", False),
    ("scjg.example.gov.cn", "https://evil.example/?u=https://scjg.example.gov.cn/", False),
    ("scjg.example.gov.cn", "https://scjg.example.gov.cn:8443/", False),
    ("scjg.example.gov.cn", "ftp://scjg.example.gov.cn/", False),
    ("scjg.example.gov.cn", "javascript:alert(1)", False),
    ("example.gov.cn/scjg", "https://www.example.gov.cn/scjg/1.html", True),
    ("example.gov.cn/scjg", "https://www.example.gov.cn/scjgother/1.html", False),
    ("weibo.com/u/123", "https://weibo.com/u/123?from=page", True),
    ("weibo.com/u/123", "https://weibo.com/u/1234", False),
    ("mp.weixin.qq.com/s?__biz=MzA5==", "https://mp.weixin.qq.com/s?__biz=MzA5==&mid=7", True),
    ("xn--dgtt4bl11a5pag44a.xn--zfr164b", "https://清源市监局.政务/1", True),
    ("", "https://scjg.example.gov.cn/", False),
]


@pytest.mark.parametrize(("address", "link", "own"), LINKS)
def test_a_link_is_an_outlets_only_where_host_and_whole_parts_agree(address, link, own):
    assert is_of(address, link) is own


def test_the_longest_address_wins_and_no_link_is_nobodys():
    known = [("市政府", "example.gov.cn"), ("局", "example.gov.cn/scjg"), ("微信", "")]
    assert recognised(known, "https://www.example.gov.cn/scjg/1") == "局"
    assert recognised(known, "https://www.example.gov.cn/news/1") == "市政府"
    assert recognised(known, "https://other.example/") is None
    assert recognised(known, None) is None


def kept(text: str) -> str | None:
    """Return how an address is kept, None where it is refused."""
    try:
        return address_of(text)
    except ValueError:
        return None


@given(st.text(max_size=60) | st.from_regex(r"(https?://)?[a-z.]{1,12}(:[0-9]{1,5})?/?[a-z/?&=]{0,12}", fullmatch=True))
def test_what_is_kept_stays_as_it_is_and_no_link_but_one_of_the_host_is_recognised(text):
    found = kept(text)
    assert found is None or kept(found) == found
    assert not is_of("scjg.example.gov.cn", text)
    assert not found or is_of(found, f"https://{found}")


@pytest.mark.parametrize(
    ("fields", "words"),
    [
        (OutletFields(" ", "website"), "渠道名称"),
        (OutletFields("长" * 61, "website"), "60字"),
        (OutletFields("局网站", "site"), "类别应为"),
        (OutletFields("局网站", "website", "官网"), "识别网址"),
    ],
)
def test_an_outlet_that_cannot_be_is_refused(fields, words):
    with pytest.raises(ValueError, match=words):
        checked(fields)


def published(*rows: tuple[str, str | None, float]) -> list[int]:
    """Return the numbers, from 1, of the publications of (kind, kind of the outlet, hours) that still owe a copy."""
    made = [Published(n, kind, outlet, T + hours * HOUR) for n, (kind, outlet, hours) in enumerate(rows, start=1)]
    return [one.id for one in copies_owed(made)]


OWED = [
    ((), []),
    ((("release", "website", 0),), []),
    ((("release", "superior", 0),), []),
    ((("release", None, 0),), []),
    ((("conference", "press", 0),), []),
    ((("reply", "wechat", 0),), []),
    *[((("release", kind, 0),), [1]) for kind in ("wechat", "weibo", "app", "press", "other")],
    ((("release", "wechat", 0), ("release", "website", 0.5)), []),
    ((("release", "website", 0), ("release", "wechat", 0.2)), []),
    ((("release", "website", 0), ("release", "wechat", 24)), [2]),
    ((("release", "wechat", 0), ("copy", "website", 1)), []),
    ((("release", "wechat", 0), ("copy", "website", -0.1)), []),
    ((("release", "wechat", 0), ("copy", "website", 1), ("release", "weibo", 24)), [3]),
    ((("release", "weibo", 24), ("release", "wechat", 0)), [2, 1]),
]


@pytest.mark.parametrize(("rows", "owed"), OWED)
def test_the_copy_on_the_website_is_owed_by_kind(rows, owed):
    assert published(*rows) == owed


def test_every_packaged_template_names_outlets_of_known_kinds_with_one_website_of_its_own():
    for name in orgs.names():
        outlets = orgs.bureau(name).outlets
        assert [one.kind for one in outlets].count("website") == 1
        assert {one.kind for one in outlets} <= set(KINDS)
        assert len({one.name for one in outlets}) == len(outlets)


@pytest.mark.parametrize(
    "row", [{"name": "局网站"}, {"name": "局网站", "kind": "website", "url": "x"}, {"name": 3, "kind": "app"}]
)
def test_a_template_with_a_wrong_outlet_says_so(row):
    table = {"code": "x", "name": "x", "fallback": "办公室", "units": [{"name": "办公室"}], "outlets": [row]}
    with pytest.raises(ValueError, match="outlets"):
        org_from(table)
