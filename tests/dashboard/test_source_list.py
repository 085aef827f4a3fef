"""The list of sources: health in words with why, counts that lead to what they count, narrowing, pages; coverage."""

import re
from datetime import timedelta

import pytest
import screen_sources as made

from store import seasons, sources
from store.db import transaction
from store.tables import Source


def names(page):
    return re.findall(r'<a class="untrusted" href="/sources/\d+" title="([^"]*)"', page)


@pytest.fixture
def several(clock):
    """One source in each state of health."""
    at = clock.now
    documented = {"legal_basis": "国办发〔2016〕61号", "impact": "公开信息"}
    made.source(at, "正常的", region="东岭区", **documented)
    quiet = made.source(at, "安静的", last_new_at=at - timedelta(days=3), role="upstream", **documented)
    made.yielded(quiet, at, 10, 3)
    made.source(at, "偏少的", warning="近24小时只有1条新信息，平日约40条", channel="message")
    made.source(at, "停用的", enabled=False)
    made.source(at, "从来没有的", last_ok_at=None, last_new_at=None, created_at=at - timedelta(days=1))
    made.source(at, "推送的", url="push:公司", kind="push", kind_label="服务商推送", last_ok_at=None)
    for name, code, words in (("失败的", "http_503", "服务器繁忙"), ("被拒绝的", "forbidden", "对方拒绝访问")):
        failing = made.source(at, name)
        with transaction() as session:
            for _ in range(3):
                sources.note_failure(session.get_one(Source, failing), at - timedelta(hours=1), code, words)


def test_every_state_is_in_words_with_its_reason_and_the_troubled_come_first(duty, several):
    page = duty.text("/sources")
    assert names(page) == ["从来没有的", "推送的", "被拒绝的", "失败的", "偏少的", "安静的", "正常的", "停用的"]
    for words in (
        "登记于 11月19日 周四 09:30，等第一次抓取",
        "还没有收到过推送",
        "08:30 起 3 次：服务器繁忙",
        "08:30 起 3 次：对方拒绝访问",
        "近24小时只有1条新信息，平日约40条",
        "上次有新信息 11月17日 周二 09:30；这一小时平日约3条（3–3）",
    ):
        assert words in page, words
    assert page.count('<span class="tag">未登记依据</span>') == 6


def test_counts_lead_to_what_they_count(duty, several):
    page = duty.text("/sources")
    chips = dict(re.findall(r'<li><a href="(/sources\?[^"]*)"[^>]*>(\S+) <b', page))
    counts = dict(re.findall(r'<li><a href="[^"]*"[^>]*>(\S+) <b class="num">(\d+)</b>', page))
    assert counts == {
        "全部": "8",
        "从未连通": "2",
        "拒绝访问": "1",
        "持续失败": "1",
        "明显偏少": "1",
        "正常但安静": "1",
        "正常": "1",
        "已停用": "1",
        "未登记依据": "6",
    }
    for address, label in chips.items():
        found = duty.text(address.replace("&amp;", "&"))
        assert len(names(found)) == int(counts[label]), label
        assert f'aria-current=true>{label} <b class="num">{counts[label]}' in found


@pytest.mark.parametrize(
    ("query", "wanted"),
    [
        ("role=upstream", ["安静的"]),
        ("kind=push", ["推送的"]),
        ("channel=message", ["偏少的"]),
        ("words=东岭", ["正常的"]),
        ("words=NEWS.example+正常", ["正常的"]),
        ("health=quiet&words=正常的", []),
        ("role=spy&channel=x&health=x&authority=x", None),
    ],
)
def test_the_list_is_narrowed(duty, several, query, wanted):
    found = names(duty.text(f"/sources?{query}"))
    assert len(found) == 8 if wanted is None else found == wanted


def test_in_a_season_the_shorter_interval_is_shown(duty, clock):
    made.source(clock.now, "照半的")
    made.source(clock.now, "另定的", season_interval=120)
    page = duty.text("/sources")
    assert page.count('data-label="间隔">5 分钟') == 2
    with transaction() as session:
        day = clock.now.date()
        seasons.add(session, "两会", day, day, "command", clock.now)
    page = duty.text("/sources")
    assert "间隔（敏感时期）" in page
    assert 'data-label="间隔">150 秒' in page
    assert 'data-label="间隔">2 分钟' in page
    assert "5 分钟；敏感时期 2 分钟" in duty.text("/sources/2")


def test_many_sources_come_in_pages_that_keep_what_was_asked(duty, clock):
    with transaction() as session:
        for number in range(120):
            one = sources.add_source(session, f"https://s{number}.example/", clock.now, name=f"网站{number:03}")
            sources.note_ok(one, clock.now, 1)
    first = duty.text("/sources?words=网站")
    assert names(first) == [f"网站{number:03}" for number in range(50)]
    after = re.search(r'rel="next" href="([^"]+)"', first)[1].replace("&amp;", "&")
    assert names(duty.text(after)) == [f"网站{number:03}" for number in range(50, 100)]
    assert "共 3 页（120 条）" in first
    beyond = duty.text("/sources?page=9")
    assert names(beyond) == []
    assert "这一页没有监测源" in beyond


def test_an_empty_list_says_what_to_do(duty, signed_in):
    assert "请办公室或系统管理员添加" in duty.text("/sources")
    office = signed_in("office").text("/sources")
    assert 'href="/sources/new"' in office
    assert "没有在用的监测源" in duty.text("/sources/coverage")


def test_dl2_coverage_tells_kinds_channels_last_success_and_what_is_not_watched(duty, several):
    page = duty.text("/sources/coverage")
    assert "在用 7 个监测源，2 种类型，2 个渠道" in page
    assert "5 个连不上或明显偏少" in page
    lacking = "社交媒体、热线办件、上级转办、中央媒体、省级媒体、政务渠道、自媒体"
    assert f"还没有监测源的：{lacking}" in page
    table = re.sub(r"<[^>]+>|\s+", " ", page.partition("按类型和渠道")[2].partition("按渠道")[0])
    assert re.search(r"RSS、Atom、JSON Feed +5 个 +3 个异常 +09:30 成功 +1 个 +1 个异常 +09:30 成功", table)
    assert re.search(r"服务商推送 +1 个 +1 个异常 +从未成功", table)
    assert 'href="/sources?kind=push&amp;channel=news"' in page
