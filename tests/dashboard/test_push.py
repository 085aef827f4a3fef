"""The vendor's push: a key of its own, each id once, what cannot be taken told apart from the rest (SD2)."""

from datetime import UTC, datetime

import pytest
from sqlalchemy import select

from store import source_secrets, sources
from store.db import reading, transaction
from store.sources import Health, health_of
from store.tables import Article, Fetch, Source


@pytest.fixture
def vendor(clock):
    """Make a push source; return its id and key."""
    with transaction() as session:
        made = sources.add_source(
            session, "push:舆情服务公司A", clock.now, name="舆情服务公司A", kind="push", fetch_at=None
        )
        return made.id, source_secrets.new_key(made)


def item(number="A-1", **more):
    return {
        "id": number,
        "title": "清源市一餐馆多人腹泻",
        "text": "多人就餐后腹泻。",
        "url": f"https://forum.example/{number}",
        **more,
    }


@pytest.fixture
def push(app, vendor):
    def send(*items, key=None, body=None):
        client = app.test_client()
        said = body if body is not None else {"items": list(items)}
        return client.post(f"/api/push/{vendor[0]}", json=said, headers={"Authorization": f"Bearer {key or vendor[1]}"})

    return send


def articles():
    with reading() as session:
        return list(session.scalars(select(Article).order_by(Article.id)))


def test_items_are_stored_and_judged_without_fetching_anything(push, clock):
    answer = push(item(published_at="2026-11-20T09:00:00", counts={"reads": 12000}, author="某论坛"), item("A-2"))
    assert answer.get_json() == {"new": 2, "known": 0, "refused": []}
    first = articles()[0]
    assert (first.number, first.link, first.author) == ("A-1", "https://forum.example/A-1", "某论坛")
    assert first.published_at == datetime(2026, 11, 20, 1, 0, tzinfo=UTC)
    assert (first.page_at, first.judge_at, first.counts) == (None, clock.now, {"reads": 12000})


def test_the_same_id_sent_again_changes_nothing_but_the_counts(push):
    push(item(counts={"reads": 1}))
    answer = push(item(title="改过的标题", url="https://forum.example/moved", counts={"reads": 90}))
    assert answer.get_json() == {"new": 0, "known": 1, "refused": []}
    [only] = articles()
    assert (only.title, only.counts) == ("清源市一餐馆多人腹泻", {"reads": 90})


def test_a_bad_item_is_refused_with_its_reason_and_the_others_are_taken(push):
    bad = [
        item(""),
        {"id": "A-3"},
        item("A-4", published_at="昨天"),
        "text",
        item("A-5", url="ftp://x"),
        item("A-6", channel="tv"),
    ]
    said = push(item(), *bad).get_json()
    assert said["new"] == 1
    assert [(one["index"], one["error"]) for one in said["refused"]] == [
        (1, "缺少 id（贵方的唯一编号）"),
        (2, "title 和 text 至少要有一个"),
        (3, "published_at 应是 ISO 8601 时间，例如 2026-11-22T14:05:00+08:00"),
        (4, "每条应是一个 JSON 对象"),
        (5, "url 应以 http:// 或 https:// 开头"),
        (6, "channel 应是 news、message、weibo、hotline、superior 之一"),
    ]


def test_a_wrong_key_another_kind_and_a_stopped_source_are_refused_alike(app, push, vendor, clock):
    assert push(item(), key="wrong").status_code == 401
    with transaction() as session:
        feed = sources.add_source(session, "http://news.example/feed", clock.now).id
        session.get_one(Source, vendor[0]).enabled = False
    assert push(item()).status_code == 401
    answer = app.test_client().post(
        f"/api/push/{feed}", json={"items": []}, headers={"Authorization": f"Bearer {vendor[1]}"}
    )
    assert answer.status_code == 401
    assert articles() == []


def test_a_new_key_ends_the_old_one(push, vendor):
    with transaction() as session:
        new = source_secrets.new_key(session.get_one(Source, vendor[0]))
    assert push(item()).status_code == 401
    assert push(item(), key=new).status_code == 200


@pytest.mark.parametrize("body", [[], {"items": 3}, {"items": [{}] * 501}, {}])
def test_a_request_of_another_shape_is_refused_whole(push, body):
    answer = push(body=body)
    assert answer.status_code == 400
    assert "items" in answer.get_json()["error"] or "一次最多 500 条" in answer.get_json()["error"]


def test_every_push_is_a_visit_and_keeps_the_source_healthy(push, vendor, clock):
    push(item(), item("A-2"))
    with reading() as session:
        visit = session.scalars(select(Fetch)).one()
        assert (visit.found, visit.new, visit.error) == (2, 2, None)
        assert visit.bytes > 100
        assert health_of(session.get_one(Source, vendor[0]), clock.now) is Health.WORKING


def test_a_ticket_a_vendor_hands_on_keeps_its_limit(push):
    push(item(channel="hotline", limit_at="2026-11-25T17:30:00+08:00"))
    assert articles()[0].limit_at == datetime(2026, 11, 25, 9, 30, tzinfo=UTC)
