"""By what an item is known again: a table of cases."""

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from crawler.dates import Moment
from crawler.identity import identity, number_of, unstable
from crawler.items import Item

SOURCE = "https://hub.example.cn/wechat/x"
DAY = Moment(datetime(2026, 3, 9, 6, 30, tzinfo=UTC), "second")
SOGOU = "https://weixin.sogou.com/link?url=dn9a_{}&type=2&query=x"
TEMPORARY = "https://mp.weixin.qq.com/s?src=11&timestamp={}&ver=1&signature=abc*{}&new=1"


def item(title: str = "停水通知", link: str = "", **more: Any) -> Item:
    return Item(**{"title": title, "link": link, "published": DAY, "author": None, "text": "今晚停水。", **more})


@pytest.mark.parametrize(
    ("one", "known_as"),
    [
        (item(link="https://News.example.cn:443/a?utm_source=x&id=1#top"), "https://news.example.cn/a?id=1"),
        (item(link="https://news.example.cn/a", number="7"), "https://news.example.cn/a"),
        (item(number="12345-2026-001"), f"{SOURCE}#12345-2026-001"),
        (item(number=" 清政 热线\n001 "), f"{SOURCE}#清政热线001"),
        (item(link="javascript:x()", number="7"), f"{SOURCE}#7"),
        (item(link=SOGOU.format("a"), number="n1"), f"{SOURCE}#n1"),
        (item(link="https://mp.weixin.qq.com/s/AbC_1"), "https://mp.weixin.qq.com/s/AbC_1"),
        (
            item(link="https://mp.weixin.qq.com/s?__biz=M&mid=1&idx=1&sn=a&chksm=b#rd"),
            "https://mp.weixin.qq.com/s?__biz=M&mid=1&idx=1&sn=a",
        ),
    ],
)
def test_an_item_is_known_by_its_link_else_by_its_number(one: Item, known_as: str):
    assert identity(one, SOURCE) == known_as


@pytest.mark.parametrize("form", [SOGOU, TEMPORARY, "https://www.baidu.com/link?url={}", "http://www.so.com/link?m={}"])
def test_a_link_that_is_new_at_every_request_does_not_make_a_new_item(form: str):
    first, second = (item(link=form.format(n, n)) for n in ("1773037800", "1773041400"))
    assert unstable(first.link)
    assert identity(first, SOURCE) == identity(second, SOURCE)
    assert identity(first, SOURCE) != identity(item("另一条", first.link), SOURCE)


@pytest.mark.parametrize(
    "link",
    [
        "https://weixin.sogou.com/weixin?type=2&query=x",
        "https://www.baidu.com/s?wd=x",
        "https://news.example.cn/link?url=1",
        "https://mp.weixin.qq.com/s?__biz=M&mid=1&idx=1&sn=a&timestamp=1&signature=b",
        "https://[broken",
        "",
    ],
)
def test_other_links_are_trusted(link: str):
    assert not unstable(link)


def test_title_and_day_make_the_number_whatever_the_punctuation():
    assert number_of("关于停水的 通知！", DAY) == number_of("关于停水的通知", DAY)
    assert number_of("ＡＢＣ停水", DAY) == number_of("abc停水", DAY)
    late, next_day = Moment(DAY.at + timedelta(hours=9), "second"), Moment(DAY.at + timedelta(hours=10), "second")
    assert number_of("停水", late) == number_of("停水", DAY) != number_of("停水", next_day)
    assert number_of("停水", None) != number_of("停水", DAY)
    assert number_of("！！", DAY) == ""


def test_items_without_link_and_number_are_known_by_what_they_say():
    assert identity(item(), SOURCE) == identity(item(), SOURCE) != identity(item(text="明晚停水。"), SOURCE)
    assert identity(item("！！", SOGOU.format(1)), SOURCE) != identity(item("？？", SOGOU.format(1)), SOURCE)


def test_long_addresses_and_numbers_stay_apart_within_what_is_stored():
    long = "https://news.example.cn/" + "a" * 3000
    assert identity(item(link=long), SOURCE) != identity(item(link=long + "b"), SOURCE)
    assert identity(item(number="9" * 500), SOURCE) != identity(item(number="9" * 501), SOURCE)
    assert identity(item(number="1"), long) != identity(item(number="2"), long)
    for one, source in ((item(link=long), SOURCE), (item(number="9" * 500), long), (item(number="甲" * 200), long)):
        assert len(identity(one, source)) <= 2000


@given(st.text(max_size=60), st.text(max_size=60), st.none() | st.text(max_size=30))
def test_every_item_has_an_identity_and_keeps_it(title: str, link: str, number: str | None):
    one = item(title, link, number=number)
    assert identity(one, SOURCE)
    assert identity(one, SOURCE) == identity(one, SOURCE)
