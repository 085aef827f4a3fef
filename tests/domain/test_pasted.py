"""What is pasted: link, title, channel; pictures by their bytes; cells that are no formulas."""

import pytest

from domain.cells import defused
from domain.pasted import Pasted, channel_of, read
from domain.pictures import picture_type

TEXTS = [
    ("  https://News.Example/a?utm_source=x#top ", Pasted("https://news.example/a", "", "")),
    ("某小学学生呕吐。已送医院", Pasted(None, "某小学学生呕吐", "某小学学生呕吐。已送医院")),
    (
        "【网传】电梯困人！速看：https://weibo.cn/1，转发",
        Pasted("https://weibo.cn/1", "【网传】电梯困人！", "【网传】电梯困人！速看：https://weibo.cn/1，转发"),
    ),
    ("\n\n第一行\n第二行", Pasted(None, "第一行", "第一行\n第二行")),
    ("", Pasted(None, "", "")),
]


@pytest.mark.parametrize(("text", "expected"), TEXTS)
def test_link_and_title_are_recognised(text, expected):
    assert read(text) == expected


def test_a_long_sentence_is_cut_and_a_wrong_address_refused():
    assert len(read("长" * 200).title) == 60
    with pytest.raises(ValueError, match="用户名"):
        read("https://me:secret@news.example/")
    with pytest.raises(ValueError, match="太长"):
        read("https://news.example/" + "a" * 2100)


def test_where_it_seems_to_come_from():
    assert channel_of(None, called=True) == "message"
    assert channel_of("https://m.weibo.cn/1", called=False) == "weibo"
    assert channel_of("https://notweibo.cn/1", called=False) == "news"
    assert channel_of(None, called=False) == "weibo"


def test_pictures_are_told_by_their_bytes():
    assert picture_type(b"\x89PNG\r\n\x1a\n....") == "image/png"
    assert picture_type(b"\xff\xd8\xff\xe0") == "image/jpeg"
    assert picture_type(b"RIFF\0\0\0\0WEBPVP8 ") == "image/webp"
    for other in (b"", b"<svg xmlns=", b"GIF89a", b"RIFF\0\0\0\0WAVE", b"%PDF-1.7", b"<html>"):
        assert picture_type(other) is None


@pytest.mark.parametrize("begin", list("=+-@\t\r＝＋－＠"))
def test_no_cell_begins_like_a_formula(begin):
    assert defused(f"{begin}1+1") == f"'{begin}1+1"
    assert defused(f"a{begin}1") == f"a{begin}1"
