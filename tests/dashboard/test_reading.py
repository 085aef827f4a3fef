"""Articles, sources, digests, health: what is listed, found, shown, and never run as code."""

import re
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta

import pytest
import screen_matters as made

from domain.verdict import Reason, Sentiment
from store import office, sources
from store.db import disconnect, transaction
from store.tables import Article, Digest, Source


def titles(page):
    """Return the titles of a list, marks taken out."""
    return [
        re.sub("<[^>]+>", "", found) for found in re.findall(r'class="title" href="/articles/\d+"[^>]*>(.*?)</a>', page)
    ]


@pytest.fixture
def listed(clock):
    """Three articles of two sources."""
    first, second = made.source(clock.now, "晚报"), made.source(clock.now, "网站")
    made.article(first, clock.now - timedelta(days=2), "前天的物价投诉")
    neutral = replace(made.NEGATIVE, relevance=0.1, sentiment=Sentiment.NEUTRAL, sections=("特种设备科",))
    made.article(second, clock.now - timedelta(days=1), "昨天的天气", neutral)
    made.article(first, clock.now, "今天的物价表扬", replace(made.NEGATIVE, sentiment=Sentiment.POSITIVE))


FILTERS = [
    ("", ["今天的物价表扬", "昨天的天气", "前天的物价投诉"]),
    ("words=物价", ["今天的物价表扬", "前天的物价投诉"]),
    ("words=物价+投诉", ["前天的物价投诉"]),
    ("words=%25", []),
    ("sentiment=neutral", ["昨天的天气"]),
    ("section=特种设备科", ["昨天的天气"]),
    ("relevant=1", ["今天的物价表扬", "前天的物价投诉"]),
    ("source=2", ["昨天的天气"]),
    ("since=2026-11-20", ["今天的物价表扬"]),
    ("until=2026-11-18", ["前天的物价投诉"]),
    ("since=2026-11-19&until=2026-11-19", ["昨天的天气"]),
    ("sentiment=angry&source=x&page=-3", ["今天的物价表扬", "昨天的天气", "前天的物价投诉"]),
]


def test_the_filter_narrows(duty, listed):
    for query, found in FILTERS:
        assert titles(duty.text(f"/articles?{query}")) == found, query


def test_a_date_that_cannot_be_read_is_named_and_the_rest_is_kept(duty, listed):
    answer = duty.get("/articles?since=tomorrow&words=物价")
    assert answer.status_code == 422
    assert "开始日期看不懂" in answer.text
    assert 'value="物价"' in answer.text
    assert duty.get("/articles?until=9999-12-31").status_code == 200


def test_thirty_a_page_and_the_filter_stays(duty, clock):
    source = made.source(clock.now)
    for number in range(31):
        made.article(source, clock.now, f"第{number}条物价", None)
    first, second = duty.text("/articles?words=物价"), duty.text("/articles?words=物价&page=2")
    assert (len(titles(first)), len(titles(second))) == (30, 1)
    assert "words=%E7%89%A9%E4%BB%B7&amp;page=2" in first
    assert "<mark>物价</mark>" in first


def test_how_it_is_to_be_handled_is_proposed_for_what_is_ours_alone(duty, clock):
    source = made.source(clock.now)
    ours, theirs = (
        made.article(source, clock.now, f"奶茶{n}", replace(made.NEGATIVE, relevance=relevance, intent="投诉"))
        for n, relevance in enumerate((0.9, 0.1))
    )
    assert "重大问题：调查处置，公布结果" in duty.text(f"/articles/{ours}")
    assert "拟办" not in duty.text(f"/articles/{theirs}")


def test_reasons_are_marked_in_the_text_beside_masked_numbers(duty, clock):
    title, text = "投诉13812345678", "电话010-62345678，过期食品"
    place = (title + "\n" + text).index("过期")
    reasons = (Reason("过期", 1.9, "sentiment", (place, place + 2)), Reason("投诉", 0.8, "sentiment", (0, 2)))
    article_id = made.article(
        made.source(clock.now), clock.now, title, replace(made.NEGATIVE, reasons=reasons), text=text
    )
    page = duty.text(f"/articles/{article_id}")
    assert "<mark>投诉</mark>138******78" in page
    assert "电话010-******78，<mark>过期</mark>食品" in page
    assert "62345678" not in page


def test_nothing_collected_runs_as_code(duty, clock):
    evil = '<script>alert(1)</script><img src=x onerror="alert(2)">'
    verdict = replace(made.NEGATIVE, reasons=(Reason(evil, 1.0, "sentiment", (0, 8)),), place=(evil,), topic=evil[:50])
    article_id = made.article(
        made.source(clock.now, evil), clock.now, evil, verdict, text=evil, link="javascript:alert(3)"
    )
    made.propose(article_id, clock.now)
    with transaction() as session:
        article = session.get_one(Article, article_id)
        article.author = article.origin = evil
    addresses = (
        "/",
        "/articles",
        f"/articles/{article_id}",
        f"/articles/{article_id}/preview",
        "/sources",
        "/sources/1",
    )
    for address in (*addresses, "/leads/1", f"/articles?words={evil}"):
        page = duty.text(address)
        assert "<script>alert" not in page, address
        assert "<img src=x" not in page, address
        assert 'href="javascript:' not in page, address


def test_copies_and_what_could_not_be_read_are_shown(duty, clock):
    source, other = made.source(clock.now, "晚报"), made.source(clock.now, "网站")
    first = made.article(source, clock.now, "原文")
    copy = made.article(other, clock.now, "转载")
    parked = made.article(other, clock.now, "坏掉的", None)
    with transaction() as session:
        session.get_one(Article, copy).copy_of = first
        session.get_one(Article, parked).parked = "正文页打不开"
    page = duty.text("/articles")
    assert "转载 1" in page
    assert "未能处理" in page
    assert "正文页打不开" in duty.text(f"/articles/{parked}")


def test_silence_is_in_words_with_its_history(duty, clock):
    source_id = made.source(clock.now, "晚报")
    with transaction() as session:
        source = session.get_one(Source, source_id)
        sources.note_failure(source, clock.now, "http_503", "服务器繁忙（HTTP 503）")
    assert "持续失败" in duty.text("/sources")
    assert "09:30 起连续失败 1 次：服务器繁忙" in duty.text(f"/sources/{source_id}")


def test_a_digest_is_shown_as_it_was_kept(duty, clock):
    assert "还没有日报" in duty.text("/digests")
    item = {
        "title": "扶梯逆行",
        "number": "舆情〔2026〕1号",
        "level": "red",
        "level_words": "红色",
        "unit": "特种设备科",
    }
    item |= {
        "duty": "5小时发布",
        "due": "11月20日 14:05",
        "overdue": True,
        "left": "已逾期23分",
        "link": "〔网址〕/cases/1",
    }
    content = {"conclusion": "新增事项1项。", "running": [item], "silent": ["晚报：持续失败"], "failed": []}
    content |= {"decide": [{"words": "线索待研判", "link": "javascript:alert(1)"}]}
    content |= {"numbers": [{"label": "舆情信息", "value": 36, "link": "〔网址〕/articles?since=2026-11-19"}]}
    with transaction() as session:
        day = date(2026, 11, 20)
        session.add(Digest(day=day, year=2026, number=3, total=128, made_at=clock.now, content=content))
    assert "2026年第3期（总第128期）" in duty.text("/digests")
    page = duty.text("/digests/1")
    for words in (
        "新增事项1项。",
        "已逾期23分",
        'href="/cases/1"',
        'href="/articles?since=2026-11-19"',
        "晚报：持续失败",
    ):
        assert words in page, words
    assert "javascript:" not in page


def test_a_digest_with_nothing_in_it_is_still_a_page(duty, clock):
    with transaction() as session:
        session.add(Digest(day=date(2026, 1, 1), year=2026, number=1, total=1, made_at=clock.now, content={}))
    assert "本期没有内容" in duty.text("/digests/1")


def test_health_says_whether_the_clock_beats(app, browser, clock):
    one = browser()
    assert one.get("/healthz").json["status"] == "ok"
    clock.forward(seconds=61)
    answer = one.get("/healthz")
    assert (answer.status_code, answer.json["reason"]) == (503, "时钟进程没有心跳")
    with transaction() as session:
        office.beat(session, "clock", clock.now)
    assert one.get("/healthz").status_code == 200


def test_health_is_bad_without_a_database(app, browser, database, tmp_path):
    from store import db

    db.connect(f"sqlite:///{tmp_path}/no/such/folder/huiying.db")
    answer = browser().get("/healthz")
    assert answer.status_code == 503
    assert "secret" not in answer.text
    assert str(tmp_path) not in answer.text
    disconnect()
    db.connect(database)


def test_years_and_days_are_said_where_they_differ(duty, clock):
    article_id = made.article(made.source(clock.now), clock.now, "旧闻")
    with transaction() as session:
        session.get_one(Article, article_id).published_at = datetime(2025, 3, 1, 4, 0, tzinfo=UTC)
    assert "2025年3月1日 周六 12:00" in duty.text(f"/articles/{article_id}")
