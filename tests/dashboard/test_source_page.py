"""One source: what it brings hour by hour, its visits, how it is read, what is registered; stop, start, delete."""

import re
from datetime import timedelta

import pytest
import screen_matters as matters
import screen_sources as made
from sqlalchemy import select

from store.db import reading, transaction
from store.tables import Fetch, Source, Yield


def visit(source_id, at, **fields):
    with transaction() as session:
        about = {"took_ms": 12, "url": "https://news.example/清源晚报", "status": 200, "bytes": 2048, **fields}
        session.add(Fetch(source_id=source_id, at=at, **about))


@pytest.fixture
def watched(clock):
    """A source with a week of yields."""
    source_id = made.source(clock.now)
    made.yielded(source_id, clock.now, 10, 2)
    return source_id


def test_the_chart_says_its_sentence_and_has_a_table(duty, watched):
    page = duty.text(f"/sources/{watched}")
    assert "<h2>近 24 小时 46 条新信息，与平日相当</h2>" in page
    assert '<path class="band" d="M0 ' in page
    assert "<title>11月19日 8时：2条，平日约2条（2–2）</title>" in page
    assert f'href="/articles?source={watched}&amp;since=2026-11-19&amp;until=2026-11-19"' in page
    table = page.partition('<table class="hours')[2].partition("</table>")[0]
    rows = [re.findall(r"<td>(?:<b>)?([^<]*)", row) for row in table.split("<tr>")[1:]]
    assert len(rows) == 9
    assert rows[1][:10] == ["2"] * 9 + ["—"]
    assert rows[1][-1] == "18"
    assert rows[-1][:24] == ["2"] * 24


def test_hours_without_a_visit_are_told_from_hours_without_news(duty, watched, clock):
    with transaction() as session:
        gone = clock.now - timedelta(hours=20)
        for row in session.scalars(select(Yield).where(Yield.hour > gone, Yield.hour < gone + timedelta(hours=4))):
            session.delete(row)
    page = duty.text(f"/sources/{watched}")
    assert "没有抓取</span>" in page
    assert '<rect class="gap" x="134" y="102" width="4" height="6">' in page
    assert "<title>11月19日 14时：没有抓取，平日约2条（2–2）</title>" in page


def test_a_source_without_any_history_draws_nothing(duty, clock):
    page = duty.text(f"/sources/{made.source(clock.now)}")
    assert "近 7 天没有抓取记录" in page
    assert "<svg viewBox" not in page
    assert "还没有抓取过" in page


def test_visits_are_filtered_and_come_in_pages(duty, clock):
    source_id = made.source(clock.now)
    for number in range(45):
        failed = {"status": None, "error_code": "timeout", "error": "连接超时"} if number % 9 == 0 else {"found": 25}
        visit(source_id, clock.now - timedelta(minutes=number), new=3 if number in (1, 2) else 0, **failed)
    visit(source_id, clock.now - timedelta(days=1), note="对方给的是14:05的缓存榜单", url="https://old.example/rss")
    page = duty.text(f"/sources/{source_id}")
    shown = re.findall(r'(全部|失败|有新信息) <span class="num">(\d+)', page)
    assert shown == [("全部", "46"), ("失败", "5"), ("有新信息", "2")]
    assert "共 3 页（46 条）" in page
    assert page.count('data-label="结果"') == 20
    assert duty.text(f"/sources/{source_id}?visits=failed").count("连接超时") == 5
    assert duty.text(f"/sources/{source_id}?visits=new").count('data-label="结果"') == 2
    last = duty.text(f"/sources/{source_id}?visits=&page=3")
    assert "对方给的是14:05的缓存榜单" in last
    assert "旧网址 https://old.example/rss" in last
    assert "这一页没有记录" in duty.text(f"/sources/{source_id}?page=9")
    assert duty.text(f"/sources/{source_id}?visits=nonsense").count('data-label="结果"') == 20


def test_what_a_source_is_registered_with_is_shown(duty, clock):
    source_id = made.source(
        clock.now,
        kind="list",
        kind_label="网页列表",
        options={"row": "ul > li", "mapping": {"诉求": "text", "电话": "-"}, "odd": [1]},
        role="own",
        region="东岭区",
        owner="食品安全科",
        legal_basis="国办发〔2016〕61号",
        impact="公开信息",
        retention_days=90,
    )
    page = duty.text(f"/sources/{source_id}")
    for words in (
        "网页列表",
        "ul &gt; li",
        "诉求→内容；电话→不取",
        "[1]",
        "自有渠道",
        "东岭区",
        "食品安全科",
        "国办发〔2016〕61号",
        "保留 90 天",
        "5 分钟；敏感时期 150 秒",
    ):
        assert words in page, words
    assert "未登记依据" not in page


@pytest.mark.parametrize(("role", "label"), [("open", "公开信源"), ("own", "自有渠道"), ("upstream", "上级网站")])
def test_what_a_source_is_for_is_said_on_its_page_and_in_the_list(duty, clock, role, label):
    source_id = made.source(clock.now, role=role)
    labels = {"公开信源", "自有渠道", "上级网站"}
    page = duty.text(f"/sources/{source_id}")
    assert f"<dt>用途</dt><dd>{label}</dd>" in page
    assert not [other for other in labels - {label} if other in page]
    row = duty.text("/sources").partition("<tbody")[2]
    assert [other for other in labels if f"· {other}" in row] == ([] if role == "open" else [label])
    assert "清源晚报" in duty.text(f"/sources?role={role}")
    assert "清源晚报" not in duty.text(f"/sources?role={'open' if role == 'own' else 'own'}")


def test_administrators_see_no_articles(duty, signed_in, clock):
    source_id = made.source(clock.now)
    matters.article(source_id, clock.now, "奶茶店用过期原料 13812345678")
    assert "奶茶店用过期原料 138******78" in duty.text(f"/sources/{source_id}")
    for role in ("system_admin", "security_admin"):
        page = signed_in(role).text(f"/sources/{source_id}")
        assert "奶茶店" not in page
        assert "/articles" not in page


def test_a_source_is_stopped_started_and_fetched(signed_in, clock):
    one = signed_in("system_admin")
    address = f"/sources/{made.source(clock.now)}"
    one.post(f"{address}/stop")
    assert "已停用" in one.text(address)
    assert made.one(1).fetch_at is None
    one.post(f"{address}/fetch")
    assert "先启用再抓取" in one.text(address)
    one.post(f"{address}/start")
    clock.forward(minutes=10)
    one.post(f"{address}/fetch")
    assert (made.one(1).enabled, made.one(1).fetch_at) == (True, clock.now)
    assert len(made.journaled("ask_fetch")) == 1


def test_nothing_is_fetched_for_what_comes_by_itself(signed_in, clock):
    one = signed_in("office")
    source_id = made.source(clock.now, "公司", url="push:公司", kind="push", kind_label="服务商推送", fetch_at=None)
    assert "立即抓取" not in one.text(f"/sources/{source_id}")
    for what in ("stop", "start", "fetch"):
        one.post(f"/sources/{source_id}/{what}")
    assert (made.one(source_id).enabled, made.one(source_id).fetch_at) == (True, None)
    assert "由对方送来，不去抓取" in one.text(f"/sources/{source_id}")


def test_only_what_never_brought_anything_is_deleted(signed_in, clock):
    one = signed_in("office")
    empty, full = made.source(clock.now, "空的"), made.source(clock.now, "有信息的")
    visit(empty, clock.now)
    made.yielded(empty, clock.now, 1, 0)
    matters.article(full, clock.now)
    assert "/delete" in one.text(f"/sources/{empty}")
    assert "/delete" not in one.text(f"/sources/{full}")
    refused = one.post(f"/sources/{full}/delete")
    assert refused.status_code == 422
    assert "不能删除，只能停用" in refused.text
    assert one.post(f"/sources/{empty}/delete").headers["Location"] == "/sources"
    with reading() as session:
        assert [source.name for source in session.scalars(select(Source))] == ["有信息的"]
        assert session.scalars(select(Fetch)).all() == []
    assert "已删除 空的" in one.text("/sources")
    [facts] = made.journaled("remove_source")
    assert list(facts) == ["url_sha256"]
