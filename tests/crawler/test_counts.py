"""Numbers as people write them, and the counts shown with an item."""

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from crawler.counts import field_counts, label_counts, read_number, shown_counts


@pytest.mark.parametrize(
    ("said", "number"),
    [
        ("1.2万", 12_000),
        ("123.4 万", 1_234_000),
        ("12，345", 12_345),
        ("1,234.5万", 12_345_000),
        ("3.4亿", 340_000_000),
        ("1.5万亿", 1_500_000_000_000),
        ("10w+", 100_000),
        ("4.2k", 4200),
        ("100万+", 1_000_000),
        (" 7 ", 7),
        (7.6, 8),
        ("", None),
        ("万", None),
        ("十万", None),
        ("1.2.3", None),
        ("-5", None),
        ("12万人", None),
        ("9" * 30, None),
        (float("nan"), None),
        (float("inf"), None),
        (10**400, None),
        (False, None),
        (None, None),
        ([1], None),
    ],
)
def test_a_number_is_read_as_it_is_written(said: Any, number: int | None):
    assert read_number(said) == number


@pytest.mark.parametrize(
    ("text", "counts"),
    [
        ("发布时间: 2026-03-09 12:00 阅读量: 12,345", {"reads": 12_345}),
        (
            "正文很长的一段话，讲的是停水。\n阅读 1.2万 · 评论 34 · 点赞 56 · 转发 7",
            {"reads": 12_000, "comments": 34, "likes": 56, "shares": 7},
        ),
        ("1.2万次阅读 | 38条评论 | 3赞", {"reads": 12_000, "comments": 38, "likes": 3}),
        ("评论(12) 转发(3)", {"comments": 12, "shares": 3}),
        ("2026-03-09 来源：清源日报 浏览次数：88 评论：2", {"reads": 88, "comments": 2}),
        ("我市收到群众评论12条，均已答复。", {}),
        ("老师要求家长点赞 3 次", {}),
        ("投诉人称播放 5 遍仍无人处理", {}),
        ("评论员 3 人到场", {}),
        ("停水通知", {}),
        ("", {}),
        ("阅读 12kg", {}),
    ],
)
def test_counts_are_those_of_a_line_of_their_own(text: str, counts: dict[str, int]):
    assert shown_counts(text) == counts


def test_counts_in_the_middle_of_a_long_text_are_not_those_of_the_item():
    assert shown_counts("\n".join([*["段落"] * 10, "阅读 12 评论 3", *["段落"] * 10])) == {}


def test_remarks_with_a_name_give_their_counts():
    assert label_counts("某台 · 12w+观看 · 1w+点赞") == {"reads": 120_000, "likes": 10_000}


@pytest.mark.parametrize(
    ("fields", "counts"),
    [
        (
            {"reposts_count": "3", "comments_count": 4, "attitudes_count": "1.2万"},
            {"shares": 3, "comments": 4, "likes": 12_000},
        ),
        (
            {"readCount": 5, "likeNum": 6, "shares": 7, "replies": 8},
            {"reads": 5, "likes": 6, "shares": 7, "comments": 8},
        ),
        ({"阅读量": "1.2万", "点赞数": 3, "转发": "2"}, {"reads": 12_000, "likes": 3, "shares": 2}),
        ({"slash_comments": "12", "comments": "https://x.example.cn/1#c"}, {"comments": 12}),
        ({"upvotes": 9, "views": "2.5k"}, {"likes": 9, "reads": 2500}),
        ({"title": "3", "total": 4, "count": 5, "unread": 6, "read": True, 7: 8}, {}),
    ],
)
def test_fields_are_known_by_what_they_are_called(fields: dict[Any, Any], counts: dict[str, int]):
    assert field_counts(fields) == counts


@given(st.text(max_size=200), st.dictionaries(st.text(max_size=12), st.integers() | st.floats() | st.text(max_size=9)))
def test_any_text_and_fields_give_counts_that_are_numbers(text: str, fields: dict[str, Any]):
    for counts in (shown_counts(text), label_counts(text), field_counts(fields)):
        assert set(counts) <= {"reads", "comments", "likes", "shares"}
        assert all(count >= 0 for count in counts.values())
