"""Selectors that are proposed for list pages: right on every shape, sure only of what is a list."""

import time
from datetime import UTC, datetime
from urllib.parse import urljoin

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from list_pages import SHAPES, URL, Entry, Shape, entries, page
from list_pages_more import MORE

from crawler.dates import BEIJING
from crawler.items import Item
from crawler.kinds import list as listing
from crawler.list_names import is_made_up
from crawler.list_selector import CONFIDENT, Proposal, propose

NOW = datetime(2026, 11, 22, 6, 0, tzinfo=UTC)
ALL = {**SHAPES, **MORE}
TEXT = "为进一步加强监管，切实保障群众饮食安全，我局对辖区农贸市场开展了检查，发现的问题已责令改正。" * 3


def proposed(body: bytes, example: str | None = None) -> Proposal:
    proposal = propose(body, URL, example, NOW)
    assert proposal is not None
    return proposal


def read(body: bytes, proposal: Proposal) -> list[Item]:
    return listing.parse(body, URL, NOW, None, proposal.options)


def told(items: list[Item]) -> list[tuple[str, object]]:
    return [(item.title, item.published and item.published.at.astimezone(BEIJING).date()) for item in items]


def wanted(rows: list[Entry]) -> list[tuple[str, object]]:
    return [(row.title, row.day) for row in rows]


@pytest.mark.parametrize("count", [4, 12, 20])
@pytest.mark.parametrize("shape", ALL.values(), ids=ALL)
def test_the_rows_titles_and_dates_of_every_shape_are_found(shape: Shape, count: int):
    rows = entries(count)
    body = page(shape, rows, "gb18030" if count == 12 else "utf-8")
    for example in (None, rows[1].title):
        proposal = proposed(body, example)
        assert told(read(body, proposal)) == wanted(rows)
        assert proposal.count == count
        assert told(proposal.sample) == wanted(rows)[:5]
        assert proposal.confidence >= CONFIDENT
        assert not any(is_made_up(name) for name in proposal.options["row"].replace(">", " ").replace(".", " ").split())


@pytest.mark.parametrize("shape", ALL.values(), ids=ALL)
def test_the_address_of_one_row_finds_the_list_too(shape: Shape):
    rows = entries(9)
    body = page(shape, rows)
    link = read(body, proposed(body))[2].link
    assert told(read(body, proposed(body, link))) == wanted(rows)
    assert told(read(body, proposed(body, link.replace("https://scjg.qingyuan.example.cn", "")))) == wanted(rows)


def test_the_example_decides_which_list_is_meant():
    rows, side = entries(12), entries(6, offset=50)
    body = page(SHAPES["TRS，标题截断，每五行一条线"], rows)
    proposal = proposed(body, urljoin(URL, side[1].path))
    assert proposal.options["row"] == "ul.hot > li"
    assert [item.link for item in read(body, proposal)] == [urljoin(URL, row.path) for row in side]
    assert "例子" in "".join(proposal.reasons)


def test_an_example_that_is_not_there_is_no_list():
    body = page(SHAPES["大汉数据岛"], entries(12))
    for example in ("https://elsewhere.example/1.html", "这一条页面上没有出现过", "#", "//["):
        assert propose(body, URL, example, NOW) is None


def test_without_an_example_two_like_lists_are_no_sure_thing():
    columns = ""
    for n, rows in enumerate((entries(8), entries(8, offset=20))):
        lines = "".join(f"<li><a href={row.path}>{row.title}</a><span>{row.day}</span></li>" for row in rows)
        columns += f'<div class="col{n}"><ul>{lines}</ul></div>'
    body = f"<html><body><div class=home>{columns}</div></body></html>".encode()
    proposal = proposed(body)
    assert proposal.confidence < CONFIDENT
    assert "例子" in "".join(proposal.reasons)
    second = entries(8, offset=20)
    assert told(read(body, proposed(body, second[3].title))) == wanted(second)


def test_an_article_with_a_side_list_is_not_taken_for_a_list():
    hot = "".join(f'<li><a href="{row.path}">{row.title}</a><span>{row.day}</span></li>' for row in entries(10))
    body = (
        f"<html><body><h1>关于检查情况的通报</h1><div class=text>{f'<p>{TEXT}</p>' * 6}</div>"
        f"<div class=more><ul class=xg>{hot}</ul></div></body></html>"
    ).encode()
    assert proposed(body).confidence < CONFIDENT
    assert not listing.recognises(body, URL, NOW)


@pytest.mark.parametrize(
    "body", [b"", b"<rss/>", b"\xff\xfe\x00", "<html><body><p>没有链接</p></body></html>".encode()]
)
def test_what_has_no_list_is_none(body):
    assert propose(body, URL, None, NOW) is None
    assert not listing.recognises(body, URL, NOW)


def test_rows_that_stand_in_the_body_itself_are_found():
    rows = entries(6)
    lines = "".join(f"<p><a href={row.path}>{row.title}</a> {row.day}</p>" for row in rows)
    body = f"<html><body><div><p>清源市</p></div>{lines}<p></p></body></html>".encode()
    proposal = proposed(body)
    assert proposal.options["row"] == "body > p"
    assert told(read(body, proposal)) == wanted(rows)


def test_navigation_and_friendly_links_are_not_the_list():
    body = page(lambda _: "<p>内容由脚本加载</p>", [])
    assert not listing.recognises(body, URL, NOW)


@pytest.mark.parametrize(
    ("name", "made_up"),
    [
        *(
            (name, True)
            for name in ("css-1q2w3e", "list-item_aB3d9", "box-NrRVIrv4", "winstyle51377", "_3xK9a", "sc-bdVaJa")
        ),
        *((name, False) for name in ("news", "picList", "list_14", "zxdl", "TRS_list", "layui-col-md10", "main-list2")),
    ],
)
def test_names_that_programs_made_up_are_known(name, made_up):
    assert is_made_up(name) == made_up


@pytest.mark.parametrize(
    "body",
    [
        b"<div>" * 30_000 + b"<a href=/1>x</a>" * 300,
        b"<ul><li>" * 5_000 + b"<a href=/1.html>title of it</a>" * 5_000,
        b"".join(b"<p><a href=/%d.html>some title %d</a></p>" % (n, n) for n in range(20_000)),
        b"<table><tr><td>" * 3_000,
        b"<b><i>" * 20_000 + b"<a href=/1>" * 2_000,
    ],
    ids=["deep", "nested lists", "long", "tables", "formatting"],
)
def test_hostile_pages_end_in_time(body):
    began = time.thread_time()
    propose(body, URL, None, NOW)
    assert time.thread_time() - began < 10


@settings(max_examples=60, deadline=None)
@given(st.binary(max_size=300), st.integers(0, 9000), st.sampled_from(sorted(ALL)))
def test_arbitrary_bytes_never_raise(noise, at, shape):
    good = page(ALL[shape], entries(6))
    for body in (noise, good[:at] + noise + good[at:]):
        found = propose(body, URL, None, NOW)
        assert found is None or found.options["row"]
