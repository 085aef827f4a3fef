"""What an item says of itself: number, own limit, counts, and how it fared on a hot list."""

from datetime import timedelta

import pytest
import screen_matters as made

from dashboard.words import counts
from store import ranks
from store.db import transaction
from store.tables import Article, Source


def said(article_id: int, **fields: object) -> None:
    with transaction() as session:
        for name, value in fields.items():
            setattr(session.get_one(Article, article_id), name, value)


@pytest.mark.parametrize(
    ("shown", "words"),
    [
        (None, ""),
        ({}, ""),
        ({"reads": 12_345, "comments": 36}, "阅读 1.2万 · 评论 36"),
        ({"shares": 20_000, "likes": 0}, "点赞 0 · 转发 2万"),
        ({"reads": 340_000_000}, "阅读 3.4亿"),
    ],
)
def test_counts_as_people_write_them(shown, words):
    assert counts(shown) == words


def test_number_limit_and_counts_are_on_the_list_and_the_page(duty, clock):
    id_ = made.article(made.source(clock.now), clock.now)
    plain = duty.text("/articles")
    assert "extras" not in plain
    said(id_, number="12345-20261120-07", limit_at=clock.now + timedelta(hours=7), counts={"reads": 12_345})
    for page in (duty.text("/articles"), duty.text(f"/articles/{id_}")):
        assert "12345-20261120-07" in page
        assert "16:30" in page
        assert "阅读 1.2万" in page
    assert "还剩 7小时" in duty.text(f"/articles/{id_}")
    clock.forward(hours=8)
    assert "已过 1小时" in duty.text(f"/articles/{id_}")


def test_the_places_on_a_hot_list_are_its_history(duty, clock):
    source = made.source(clock.now, "微博热搜")
    id_ = made.article(source, clock.now, link="https://hot.example/1")
    for minutes, place in ((-40, 12), (-20, 3), (0, 9)):
        with transaction() as session:
            at = clock.now + timedelta(minutes=minutes)
            ranks.record(session, source, {"https://hot.example/1": (place, 1000 + place)}, at)
    page = duty.text(f"/articles/{id_}")
    assert "最高第3，现在第9，首见 08:50" in page
    assert "热榜名次经过（最近 3 次）" in page
    assert "热榜第9，最高第3" in duty.text("/articles")
    clock.forward(hours=2)
    assert "最高第3，09:30 最后在榜第9，首见 08:50" in duty.text(f"/articles/{id_}")
    assert "最高第3，已离榜" in duty.text("/articles")
    with transaction() as session:
        session.get_one(Source, source).interval = 2 * 3600
    assert "现在第9" in duty.text(f"/articles/{id_}"), "a list that is read every two hours says no more than this"
