"""Times as Chinese sites write them."""

from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from crawler.dates import BEIJING, Moment, beijing_wall, find_moments, read_moment, read_relative, read_time

NOW = datetime(2026, 3, 10, 4, 0, tzinfo=UTC)  # 12:00 in Beijing


@pytest.mark.parametrize(
    ("text", "wall"),
    [
        ("2024年3月5日 14:30", "2024-03-05 14:30"),
        ("2024年3月5日 14:30:09", "2024-03-05 14:30:09"),
        ("2024年03月05日14时30分", "2024-03-05 14:30"),
        ("2024年3月5日（星期二）下午2时半", "2024-03-05 14:30"),
        ("２０２４年３月５日　１４：３０", "2024-03-05 14:30"),
        ("二〇二四年三月十五日", "2024-03-15"),
        ("二○二四年十二月三十一日", "2024-12-31"),
        ("24年3月5日", "2024-03-05"),
        ("2024-03-05", "2024-03-05"),
        ("2024/3/5 9:05", "2024-03-05 09:05"),
        ("2024.03.05", "2024-03-05"),
        ("20240305", "2024-03-05"),
        ("20240305143009", "2024-03-05 14:30:09"),
        ("2024-03-05T14:30:09+08:00", "2024-03-05 14:30:09"),
        ("2024-03-05T06:30:09.123Z", "2024-03-05 14:30:09"),
        ("2024-03-05 14:30:09.0", "2024-03-05 14:30:09"),
        ("2024-03-05 14:30:09 +0800", "2024-03-05 14:30:09"),
        ("2024-03-05T01:30:09-0500", "2024-03-05 14:30:09"),
        ("Tue, 05 Mar 2024 06:30:09 GMT", "2024-03-05 14:30:09"),
        ("Tue, 05 Mar 2024 14:30:09 CST", "2024-03-05 14:30:09"),
        ("Tue, 5 mar 24 14:30 +0800", "2024-03-05 14:30"),
        ("周二, 05 3月 2024 14:30:09 +0800", "2024-03-05 14:30:09"),
        ("Tue Mar 05 14:30:09 +0800 2024", "2024-03-05 14:30:09"),
        ("Tue Mar 05 2024 14:30:09 GMT+0800 (China Standard Time)", "2024-03-05 14:30:09"),
        ("March 5, 2024 2:30 PM", "2024-03-05 14:30"),
        ("3/5/2024 2:30:09 PM", "2024-03-05 14:30:09"),
        ("1709620209", "2024-03-05 14:30:09"),
        ("1709620209000", "2024-03-05 14:30:09"),
        ("发布时间：2024-03-05 14:30 来源：清源日报", "2024-03-05 14:30"),
        ("2024-03-05 24:00", "2024-03-06 00:00"),
        ("2024-03-05 凌晨1:20", "2024-03-05 01:20"),
        ("2024-03-05 晚上8点", "2024-03-05 20:00"),
        ("2024-03-05 中午12:10", "2024-03-05 12:10"),
        ("2024-03-05 上午12:10", "2024-03-05 12:10"),
        ("刚刚", "2026-03-10 12:00"),
        ("30秒前", "2026-03-10 11:59"),
        ("3分钟前", "2026-03-10 11:57"),
        ("半小时前", "2026-03-10 11:30"),
        ("2小时前", "2026-03-10 10:00"),
        ("2天前", "2026-03-08"),
        ("昨天 08:10", "2026-03-09 08:10"),
        ("昨晚9:30", "2026-03-09 21:30"),
        ("前天", "2026-03-08"),
        ("今天 07:00", "2026-03-10 07:00"),
        ("03-05 14:30", "2026-03-05 14:30"),
        ("12月30日", "2025-12-30"),
        ("3月11日", "2026-03-11"),
        ("3月12日", "2025-03-12"),
        ("2月29日", "2024-02-29"),
        ("11:20", "2026-03-10 11:20"),
        ("23:20", "2026-03-09 23:20"),
    ],
)
def test_a_time_is_read_as_beijing_wall_time(text: str, wall: str):
    moment = read_moment(text, NOW)
    assert moment is not None
    assert beijing_wall(moment) == wall
    assert read_time(text, NOW) == moment.at


@pytest.mark.parametrize(
    "text",
    ["", "abc", "2024-13-05", "2024-02-30 10:00", "31/12/99999", "Mon, 01 Jan 0001 00:00:00 +0000", "10.5", "1.5万"],
)
def test_what_is_no_time_is_none(text: str):
    assert read_moment(text, NOW) is None


def test_now_must_be_aware():
    with pytest.raises(ValueError, match="aware"):
        read_moment("2024-03-05", datetime(2026, 3, 10))  # noqa: DTZ001


def test_all_dates_of_a_text_are_found_where_they_stand():
    text = "成文日期：2024年3月1日，发布时间：2024-03-05 14:30，另见 2024-99-99。"
    found = list(find_moments(text))
    assert [beijing_wall(moment) for _, _, moment in found] == ["2024-03-01", "2024-03-05 14:30"]
    assert [text[start : start + 4] for start, _, _ in found] == ["2024", "2024"]
    assert text[found[1][0] : found[1][1]] == "2024-03-05 14:30"


def test_only_relative_words_are_relative():
    assert read_relative("来源：清源论坛 3小时前 阅读 20", NOW) == Moment(NOW - timedelta(hours=3), "minute")
    assert read_relative("2024-03-05", NOW) is None


@given(st.datetimes(min_value=datetime(1971, 1, 1), max_value=datetime(2099, 12, 31)))  # noqa: DTZ001
def test_what_we_write_we_read_again(wall: datetime):
    at = wall.replace(microsecond=0, tzinfo=BEIJING)
    second = Moment(at.astimezone(UTC), "second")
    assert read_moment(beijing_wall(second), NOW) == second
    assert read_moment(at.strftime("%Y年%m月%d日 %H:%M:%S"), NOW) == second
    assert read_moment(at.isoformat(), NOW) == second
    day = Moment(at.replace(hour=0, minute=0, second=0).astimezone(UTC), "day")
    assert read_moment(beijing_wall(day), NOW) == day


@given(st.text(max_size=60))
def test_any_text_gives_an_aware_time_or_none(text: str):
    moment = read_moment(text, NOW)
    assert moment is None or moment.at.tzinfo is UTC
