"""Numbers as people write them."""

import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from classifier.numerals import NUMERAL, amount


@pytest.mark.parametrize(
    ("words", "exact", "least"),
    [
        ("3", 3, 3),
        ("1206", 1206, 1206),
        ("2万", 20000, 20000),
        ("1.5万", 15000, 15000),
        ("三", 3, 3),
        ("两", 2, 2),
        ("俩", 2, 2),
        ("十", 10, 10),
        ("十几", 10, 10),
        ("二十几", 20, 20),
        ("三十一", 31, 31),
        ("三百二十五", 325, 325),
        ("一百零八", 108, 108),
        ("两千", 2000, 2000),
        ("一万三千", 13000, 13000),
        ("上百", 100, 100),
        ("近百", 100, 100),
        ("近50", 50, 50),
        ("七八", 7, 7),
        ("四五十", 40, 40),
        ("数十", None, 30),
        ("几十", None, 30),
        ("几", None, 3),
        ("好几", None, 3),
        ("数百", None, 200),
    ],
)
def test_amount(words, exact, least):
    assert re.fullmatch(NUMERAL, words)
    assert amount(words) == (exact, least)


@given(st.integers(1, 9999))
def test_every_number_written_in_chinese_reads_back(number):
    assert amount(_written(number)).exact == number


@given(st.from_regex(NUMERAL, fullmatch=True))
def test_whatever_looks_like_a_numeral_is_read_without_an_error(words):
    told = amount(words)
    assert told.least >= 0
    assert told.exact is None or told.exact == told.least


def _written(number):
    digits, units = "零一二三四五六七八九", ("千", "百", "十", "")
    text = ""
    for digit, unit in zip(f"{number:04d}", units, strict=True):
        text += digits[int(digit)] + unit if digit != "0" else ("" if text.endswith("零") or not text else "零")
    return text.rstrip("零")
