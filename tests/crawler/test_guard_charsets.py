"""Scenario 37: header, document and bytes disagree about the character set; the text is right or marked as damaged."""

import codecs
import unicodedata
from datetime import UTC, datetime

import pytest
from crawling import add, crawl, office, rows
from hostile import PROSE
from odd_server import odd_server

from crawler import apart
from store.tables import Article, Source

NOW = datetime(2026, 3, 10, 4, 0, tzinfo=UTC)
URL = "http://news.example/1.html"
TITLE = "关于电子秤超差的通报"


def html(meta: str = "", title: str = TITLE, text: str = PROSE) -> str:
    head = f"<html><head>{meta}<title>{title}</title></head>"
    return f"{head}<body><h1>{title}</h1><div><p>{text * 3}</p></div></body></html>"


CONFUSED = {
    "header utf-8, meta gbk, bytes utf-8": ("utf-8", html("<meta charset=gbk>").encode()),
    "header utf-8, meta gbk, bytes gbk": ("utf-8", html("<meta charset=gbk>").encode("gbk")),
    "header gbk, meta utf-8, bytes utf-8": ("gbk", html("<meta charset=utf-8>").encode()),
    "header latin-1, nothing, bytes gbk": ("iso-8859-1", html().encode("gbk")),
    "nothing, nothing, bytes gb18030": (None, html().encode("gb18030")),
    "header utf-8, bytes utf-16 with mark": ("utf-8", codecs.BOM_UTF16_LE + html().encode("utf-16-le")),
    "header gbk, meta gbk, bytes utf-16 with mark": (
        "gbk",
        codecs.BOM_UTF16_BE + html("<meta charset=gbk>").encode("utf-16-be"),
    ),
    "bytes utf-16 without mark": (None, html().encode("utf-16-le")),
    "bytes utf-32 with mark": ("utf-8", codecs.BOM_UTF32_LE + html().encode("utf-32-le")),
    "utf-8 with mark, header gbk": ("gbk", codecs.BOM_UTF8 + html().encode()),
    "an unknown set": ("klingon-8", html("<meta charset=x-nothing>").encode("gbk")),
    "utf-7 claimed": ("utf-7", html("<meta charset=utf-7>").encode()),
    "a set that is no text": ("base64", html("<meta charset=rot13>").encode()),
}


@pytest.mark.parametrize("name", CONFUSED)
def test_37_whatever_is_claimed_the_text_is_right(name: str):
    declared, body = CONFUSED[name]
    found = apart.extract(body, URL, NOW, declared)
    assert found.title == TITLE
    assert found.body == PROSE * 3


def test_37_four_byte_characters_of_gb18030_are_read():
    found = apart.extract(html("<meta charset=gb2312>", "㐂𠮷路计量检查").encode("gb18030"), URL, NOW)
    assert found.title == "㐂𠮷路计量检查"


def test_37_utf_7_is_never_decoded():
    body = html("<meta charset=utf-7>", text="+ADw-script+AD4-alert(1)+ADw-/script+AD4-，" + PROSE).encode()
    found = apart.extract(body, URL, NOW, "utf-7")
    assert "+ADw-script+AD4-" in found.body
    assert "<script>" not in found.body


@pytest.mark.parametrize(
    "dirt",
    [b"\xed\xa0\x80", b"\xff\xfe\xff", b"\xc0\xaf", b"\xf4\x90\x80\x80", b"\x80", b"\xef\xbf\xbe", b"\xe2\x80\xae"[:2]],
)
def test_37_damaged_places_cost_no_more_than_themselves(dirt: bytes):
    body = html(text=PROSE + "停" + "{}" + PROSE).encode().replace(b"{}", dirt)
    found = apart.extract(body, URL, NOW, "utf-8")
    assert found.body.count("已责令停止使用并送检。") == 6
    assert found.title == TITLE


def test_37_what_is_stored_is_whole_and_composed(database, tmp_path):
    """Lone surrogates, control characters, decomposed letters: the row holds valid NFC text without them."""
    title = "e\u0301ric\x00 的\ufeff通报\x1b[31m\x85"
    rss = f"<rss version='2.0'><channel><item><title>{title}</title><guid>1</guid></item></channel></rss>"
    json_feed = (
        '{"version":"https://jsonfeed.org/version/1","title":"t","items":[{"id":"2","title":"\\ud83d通报\\udc00"}]}'
    )
    with (
        odd_server(
            rss=lambda ask: ask.reply(body=rss.encode()), json=lambda ask: ask.reply(body=json_feed.encode())
        ) as server,
        office(tmp_path, server.place) as settings,
    ):
        add(server.url("/rss"), server.url("/json"))
        crawl(settings)
    assert [source.error for source in rows(Source)] == [None, None]
    titles = {article.title for article in rows(Article)}
    assert titles == {"éric 的通报[31m", "通报"}
    assert all(unicodedata.is_normalized("NFC", text) and text.encode() for text in titles)
