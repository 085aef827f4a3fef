"""Hot lists of newsnow and DailyHotApi: ranks, heat, times that are none, the same topic known again."""

import contextlib
import json
import time
from datetime import UTC, datetime
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from crawler import kinds
from crawler.identity import identity
from crawler.kinds import dailyhot, newsnow

NOW = datetime(2026, 3, 10, 4, 0, tzinfo=UTC)
AT = datetime(2026, 3, 10, 3, 50, tzinfo=UTC)
MS = int(AT.timestamp()) * 1000
URL = "https://hot.example.cn/api/s?id=weibo"


def newsnow_body(items: Any, status: str = "success", updated: Any = MS, **more: Any) -> bytes:
    return json.dumps({"status": status, "id": "weibo", "updatedTime": updated, "items": items, **more}).encode()


def dailyhot_body(data: Any, updated: Any = "2026-03-10T03:50:00.412Z", **more: Any) -> bytes:
    head = {"code": 200, "name": "weibo", "title": "微博", "type": "热搜榜", "fromCache": False}
    return json.dumps({**head, "updateTime": updated, "data": data, **more}).encode()


def topic(word: str, rank: int, **more: Any) -> dict[str, Any]:
    link = f"https://s.weibo.com/weibo?q=%23{word}%23&t=31&band_rank={rank}&Refer=top"
    return {"id": word, "title": word, "url": link, "mobileUrl": link, "extra": {}, **more}


def test_a_list_gives_topics_with_rank_and_the_lists_own_time():
    first, second = newsnow.parse(newsnow_body([topic("电梯骤停", 1), topic("停水通知", 2)], "cache"), URL, NOW)
    assert (first.title, first.rank, second.rank, first.as_of) == ("电梯骤停", 1, 2, AT)
    assert (first.has_page, first.published, first.heat) == (False, None, None)
    assert first.link == "https://s.weibo.com/weibo?q=%23电梯骤停%23"


def test_a_topic_is_the_same_item_however_its_rank_moves():
    words = ["电梯骤停", "停水通知", "物价"]
    before = newsnow.parse(newsnow_body([topic(word, n) for n, word in enumerate(words, 1)]), URL, NOW)
    after = newsnow.parse(newsnow_body([topic(word, n) for n, word in enumerate(words[::-1], 1)]), URL, NOW)
    assert {identity(item, URL) for item in before} == {identity(item, URL) for item in after}
    assert {item.number for item in before} == {item.number for item in after} == set(words)
    assert [item.rank for item in after] == [1, 2, 3]


@pytest.mark.parametrize(
    ("extra", "heat"),
    [
        ({"info": "123.4万"}, 1_234_000),
        ({"info": "1.2万热度"}, 12_000),
        ({"info": "1234 万热度"}, 12_340_000),
        ({"info": "综艺 85万"}, 850_000),
        ({"info": "热度：8,520"}, 8520),
        ({"hotScore": "热搜指数：4939123"}, 4_939_123),
        ({"info": "✰ 1,234"}, 1234),
        ({"info": "某台 · 12w+观看 · 380点赞"}, None),
        ({"info": "更新至12集"}, None),
        ({"info": "12:30"}, None),
        ({"info": "3小时前"}, None),
        ({"info": False}, None),
        ({"info": "0"}, None),
        ({}, None),
    ],
)
def test_heat_is_read_where_it_is_given(extra: dict[str, Any], heat: int | None):
    (item,) = newsnow.parse(newsnow_body([topic("停水", 1, extra=extra)]), URL, NOW)
    assert item.heat == heat


def test_counts_and_summary_come_from_the_remarks():
    row = {
        "id": "BV1",
        "title": "夜市秤不准",
        "url": "https://video.example.cn/BV1",
        "pubDate": MS - 3_600_000,
        "extra": {"info": "某台 · 12w+观看 · 380点赞", "hover": "<b>河湾区</b>夜市"},
    }
    (item,) = newsnow.parse(newsnow_body([row]), URL, NOW)
    assert item.counts == {"reads": 120_000, "likes": 380}
    assert item.text == "河湾区夜市"
    assert item.published is not None
    assert item.published.at == datetime(2026, 3, 10, 2, 50, tzinfo=UTC)


@pytest.mark.parametrize(
    ("stamp", "wall"),
    [
        (MS - 60_000, "2026-03-10 03:49:00"),
        (MS // 1000 - 60, "2026-03-10 03:49:00"),
        (str(MS - 60_000), "2026-03-10 03:49:00"),
        ("2026-03-10T03:49:00.000Z", "2026-03-10 03:49:00"),
        ("2026-03-10 11:49:00", "2026-03-10 03:49:00"),
        ("Tue, 10 Mar 2026 03:49:00 GMT", "2026-03-10 03:49:00"),
        (None, None),
        (0, None),
        ("", None),
        ("Invalid Date", None),
        (7_456_789_012_345_678_901, None),
        (10**400, None),
        (1e300, None),
        (-5, None),
        (True, None),
        ({"at": 1}, None),
        (MS + 30 * 86_400_000, None),
    ],
)
@pytest.mark.parametrize("maker", ["newsnow", "dailyhot"])
def test_a_publication_is_read_however_it_is_written_and_ids_are_no_times(maker: str, stamp: Any, wall: str | None):
    row = {"id": "n1", "title": "一小区停水", "url": "https://news.example.cn/1"}
    bodies = {
        "newsnow": newsnow_body([{**row, "pubDate": stamp}]),
        "dailyhot": dailyhot_body([{**row, "timestamp": stamp}]),
    }
    (item,) = kinds.named(maker).parse(bodies[maker], URL, NOW)
    assert (item.published and f"{item.published.at:%Y-%m-%d %H:%M:%S}") == wall


def test_the_time_at_which_a_topic_came_on_the_list_is_no_publication():
    rows = [
        {"id": "#停水#", "title": "停水", "desc": "#停水#", "timestamp": MS, "url": "https://s.weibo.com/weibo?q=停水"},
        {
            "id": "9",
            "title": "某问",
            "desc": "某问的摘要",
            "timestamp": MS - 1000,
            "url": "https://ask.example.cn/question/9",
        },
    ]
    searched, asked = dailyhot.parse(dailyhot_body(rows), URL, NOW)
    assert (searched.published, searched.text) == (None, "")
    assert asked.published is not None
    assert asked.text == "某问的摘要"


def test_a_time_all_entries_share_is_the_lists():
    rows = [{"id": f"a{n}", "title": f"条目{n}", "url": f"https://x.example.cn/{n}", "pubDate": MS} for n in range(3)]
    assert [item.published for item in newsnow.parse(newsnow_body(rows), URL, NOW)] == [None] * 3


def test_ids_that_count_the_ranks_are_not_numbers_of_the_entries():
    def listed(words: list[str]) -> list[dict[str, Any]]:
        return [{"id": n, "title": word, "url": "", "hot": 4_939_123, "timestamp": 0} for n, word in enumerate(words)]

    before = dailyhot.parse(dailyhot_body(listed(["停水", "电梯", "物价"])), URL, NOW)
    after = dailyhot.parse(dailyhot_body(listed(["电梯", "停水", "新词"])), URL, NOW)
    numbers = {item.title: item.number for item in before}
    assert len(set(numbers.values())) == 3
    assert [item.number == numbers.get(item.title) for item in after] == [True, True, False]
    assert [item.heat for item in before] == [4_939_123] * 3


def test_an_id_that_names_the_position_is_not_taken():
    rows = [{"id": "seqid:1|type:25|pos:1-0-0", "title": "停水", "url": "https://s.weibo.com/weibo?q=停水"}]
    (item,) = dailyhot.parse(dailyhot_body(rows), URL, NOW)
    assert item.number
    assert "pos" not in item.number


def test_a_link_that_all_entries_share_leads_to_none_of_them():
    rows = [{"id": word, "title": word, "url": "https://digest.example.cn"} for word in ("停水", "电梯")]
    items = newsnow.parse(newsnow_body(rows), URL, NOW)
    assert [item.link for item in items] == ["", ""]
    assert len({identity(item, URL) for item in items}) == 2


def test_an_entry_that_stands_there_twice_is_one_item():
    rows = [topic("停水", 1), topic("电梯", 2), topic("停水", 3)]
    assert [item.title for item in newsnow.parse(newsnow_body(rows), URL, NOW)] == ["停水", "电梯"]


@pytest.mark.parametrize(
    ("heat", "number"),
    [
        (4939123, 4939123),
        ("123.4万", 1_234_000),
        ("12,345", 12345),
        (12345000.000000002, 12_345_000),
        *((nothing, None) for nothing in (0, None, "很热", "", -3, True, 10**400)),
    ],
)
def test_heat_of_dailyhot_is_a_number_or_written_like_one(heat: Any, number: int | None):
    (item,) = dailyhot.parse(dailyhot_body([{"id": "a", "title": "停水", "url": "/1", "hot": heat}]), URL, NOW)
    assert item.heat == number


@pytest.mark.parametrize("updated", [MS, MS // 1000, "2026-03-10T03:50:00Z", "2026-03-10 11:50:00"])
def test_the_lists_time_is_read_as_number_or_as_text(updated: Any):
    assert newsnow.parse(newsnow_body([topic("停水", 1)], updated=updated), URL, NOW)[0].as_of == AT
    row = {"id": "a", "title": "停水", "url": "/1"}
    assert dailyhot.parse(dailyhot_body([row], updated=updated), URL, NOW)[0].as_of == AT


@pytest.mark.parametrize("updated", [None, "", 0, [], "没有时间"])
def test_a_list_without_its_time_is_read_all_the_same(updated: Any):
    assert newsnow.parse(newsnow_body([topic("停水", 1)], updated=updated), URL, NOW)[0].as_of is None


@pytest.mark.parametrize(
    "change",
    [
        lambda body: b"\xef\xbb\xbf\n" + body,
        lambda body: body.decode("unicode_escape").encode("gb18030"),
        lambda body: body.replace(b'"\\u505c\\u6c34', b'"\\u505c\n\\u6c34', 2),
        lambda body: body.replace(b'"title": "', b'"title": "\\ud800\\u0000', 1),
    ],
)
def test_dirty_bytes_are_read_all_the_same(change: Any):
    row = {"id": "n7", "title": "停水通知：今晚八点起", "url": "https://x.example.cn/7"}
    items = newsnow.parse(change(newsnow_body([row])), URL, NOW)
    assert ["".join(item.title.split()) for item in items] == [row["title"]]


@pytest.mark.parametrize("kind", [newsnow, dailyhot])
def test_an_empty_list_is_not_an_error(kind: Any):
    assert kind.parse({newsnow: newsnow_body, dailyhot: dailyhot_body}[kind]([]), URL, NOW) == []


PAGE = b"<!DOCTYPE html><html><head><title>\xe6\xb8\x85\xe6\xba\x90</title></head><body>404</body></html>"
ERROR_PAGE = b"<!DOCTYPE html><html><body><h1>ERROR</h1><p>Request failed with status code 403</p></body></html>"


@pytest.mark.parametrize(
    ("kind", "body", "words"),
    [
        (newsnow, b"", "空内容"),
        (newsnow, PAGE, "网页“清源”"),
        (newsnow, b'{"error": true, "statusCode": 500, "message": "Invalid source id"}', "没有编号为“weibo”的热榜"),
        (newsnow, b'{"error": {"message": "upstream https://a.example/?key=1 died"}}', "upstream a.example died"),
        (newsnow, b'{"status": "success", "items": {}}', "不是 newsnow"),
        (newsnow, b'{"status": "success"}', "不是 newsnow"),
        (newsnow, b'{"items": []}', "不是 newsnow"),
        (newsnow, b'{"status": "cache", "items": [{"name": 1}, 2]}', "格式变了"),
        (newsnow, b'{"status": "cache", "items": [', "JSON"),
        (newsnow, b"[" * 100_000, "JSON"),
        (newsnow, b'<rss version="2.0"><channel/></rss>', "XML"),
        (dailyhot, ERROR_PAGE, "Request failed with status code 403"),
        (
            dailyhot,
            b'{"code": 500, "name": "weibo", "message": "\xe8\x8e\xb7\xe5\x8f\x96\xe5\xa4\xb1\xe8\xb4\xa5"}',
            "（500）：获取失败",
        ),
        (dailyhot, b'{"code": 405, "message": "Method Not Allowed"}', "405"),
        (dailyhot, b'{"code": 200, "count": 2, "routes": []}', "目录"),
        (dailyhot, b'{"code": 200, "data": {"list": []}}', "不是 DailyHotApi"),
        (dailyhot, b'{"code": 200, "data": [{"heat": 1}]}', "格式变了"),
        (dailyhot, b"\x89PNG\r\n\x1a\n" + bytes(range(256)), "JSON"),
    ],
)
def test_what_is_no_list_is_refused_with_what_came_instead(kind: Any, body: bytes, words: str):
    with pytest.raises(LookupError) as caught:
        kind.parse(body, URL, NOW)
    assert words in str(caught.value.args[0])


@pytest.mark.parametrize(
    ("body", "name"),
    [
        (newsnow_body([topic("停水", 1)]), "newsnow"),
        (newsnow_body([]), "newsnow"),
        (dailyhot_body([{"id": 1, "title": "停水", "url": "/1"}]), "dailyhot"),
        (b'{"version": "https://jsonfeed.org/version/1.1", "title": "t", "items": []}', "feed"),
        (b'{"code": 0, "data": []}', None),
        (b'{"code": 500, "message": "x"}', None),
    ],
)
def test_each_maker_is_recognised_by_its_answer(body: bytes, name: str | None):
    assert kinds.recognised(body, URL, NOW) == name


JSON = st.recursive(
    st.none()
    | st.booleans()
    | st.integers()
    | st.floats()
    | st.text(max_size=12)
    | st.sampled_from([MS, "1.2万", "/1"]),
    lambda inner: (
        st.lists(inner, max_size=4)
        | st.dictionaries(
            st.sampled_from(
                [
                    "title",
                    "url",
                    "mobileUrl",
                    "id",
                    "extra",
                    "info",
                    "pubDate",
                    "timestamp",
                    "hot",
                    "desc",
                    "date",
                    "hover",
                    "author",
                ]
            ),
            inner,
            max_size=6,
        )
    ),
    max_leaves=20,
)


@settings(max_examples=150, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(rows=st.lists(JSON, max_size=5), updated=JSON, body=st.binary(max_size=300))
def test_nothing_but_a_lookup_error_comes_out_of_any_answer(rows: list[Any], updated: Any, body: bytes):
    for kind, answer in (
        (newsnow, newsnow_body(rows, updated=updated)),
        (dailyhot, dailyhot_body(rows, updated=updated)),
        (newsnow, body),
        (dailyhot, b'{"updateTime": 1, "name": 1, "data": [' + body),
    ):
        with contextlib.suppress(LookupError):
            items = kind.parse(answer, URL, NOW)
            assert len({identity(item, URL) for item in items}) == len(items)
        kind.recognises(answer, URL, NOW)


def test_a_very_long_list_ends_in_time():
    begin = time.thread_time()
    rows = [
        {"id": str(n), "title": f"条目{n}" * 20, "url": f"https://x.example.cn/{n}?rank={n}"} for n in range(20_000)
    ]
    assert len(newsnow.parse(newsnow_body(rows), URL, NOW)) == 20_000
    assert time.thread_time() - begin < 20
