"""Bytes are read as what they are, not as what they claim to be."""

import codecs
import unicodedata

import pytest
from hypothesis import given
from hypothesis import strategies as st

from crawler.charset import clean, decode

TEXT = "清源市市场监管局通报：食堂就餐后多名学生不适，现场已封存。"
PAGE = f"<html><head><title>通报</title></head><body><p>{TEXT}</p></body></html>"


def page(declared: str) -> str:
    return PAGE.replace("<head>", f'<head><meta charset="{declared}">')


@pytest.mark.parametrize(
    ("body", "declared", "charset"),
    [
        (PAGE.encode(), None, "utf-8"),
        (page("gb2312").encode(), None, "utf-8"),
        (PAGE.encode(), "gbk", "utf-8"),
        (PAGE.encode("gb18030"), None, "gb18030"),
        (page("utf-8").encode("gb18030"), None, "gb18030"),
        (page("gb2312").encode("gb18030"), "utf-8", "gb18030"),
        (PAGE.encode("gb18030"), "iso-8859-1", "gb18030"),
        (codecs.BOM_UTF8 + PAGE.encode(), "gbk", "utf-8"),
        (codecs.BOM_UTF16_LE + PAGE.encode("utf-16-le"), "utf-8", "utf-16"),
        (codecs.BOM_UTF16_BE + PAGE.encode("utf-16-be"), None, "utf-16"),
        (PAGE.encode("utf-16-le"), None, "utf-16"),
    ],
)
def test_the_charset_that_fits_is_found(body: bytes, declared: str | None, charset: str):
    text, name = decode(body, declared)
    assert name == charset
    assert TEXT in text


def test_a_declared_big5_page_is_read():
    body = '<meta charset="big5"><p>現場已封存</p>'.encode("big5")
    assert decode(body) == ('<meta charset="big5"><p>現場已封存</p>', "big5hkscs")


def test_ascii_and_nothing_are_utf8():
    assert decode(b"plain ascii") == ("plain ascii", "utf-8")
    assert decode(b"") == ("", "utf-8")


def test_four_byte_gb18030_is_read():
    assert "㐀𠀀" in decode(page("gb2312").replace(TEXT, "㐀𠀀").encode("gb18030"))[0]


def test_a_western_page_stays_western():
    assert decode("<p>déjà vu, café à Genève</p>".encode("cp1252"), "iso-8859-1") == (
        "<p>déjà vu, café à Genève</p>",
        "cp1252",
    )


def test_utf8_with_a_damaged_byte_stays_utf8():
    body = bytearray((PAGE * 3).encode())
    body[body.index("清".encode()) + 1] = 0x20
    text, name = decode(bytes(body))
    assert name == "utf-8"
    assert text.count(TEXT) == 2


def test_utf7_is_never_decoded():
    text, _ = decode(b'<meta charset="utf-7"><p>+ADw-script+AD4-</p>', "utf-7")
    assert "<script>" not in text


def test_control_characters_go_and_line_ends_stay():
    assert decode("a\x00b\x1bc\x7f\r\n\td\u0085\ufeffe".encode())[0] == "abc\r\n\tde"


@given(st.binary(max_size=400), st.sampled_from([None, "gbk", "utf-8", "big5", "utf-16", "utf-7", "no-such-set"]))
def test_any_bytes_give_storable_text(body: bytes, declared: str | None):
    text, _ = decode(body, declared)
    text.encode("utf-8")
    assert unicodedata.is_normalized("NFC", text)
    assert clean(text) == text


@given(st.text(alphabet=st.characters(min_codepoint=0x4E00, max_codepoint=0x9FA5), min_size=20, max_size=80))
def test_chinese_survives_gb18030_without_declaration(text: str):
    whole = f"<p>市场监管：{text}</p>"
    assert decode(whole.encode("gb18030")) == (unicodedata.normalize("NFC", whole), "gb18030")
