"""转载与更新: superiors' posts wait for an answer, ours first; own channels show how fresh they are."""

import re
from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest
import screen_matters as made
from sqlalchemy import select

from domain.reprint import answer_by
from domain.workdays import packaged_calendar
from store.articles import NewArticle, add_articles, save_verdict
from store.db import reading, transaction
from store.own_channels import channels, stale_channels
from store.tables import JournalEntry, Reprint, Source

DAY = timedelta(days=1)
OTHERS = replace(made.NEGATIVE, relevance=0.1)


def post(source_id: int, title: str, seen: datetime, *, published: datetime | None = None, ours: bool = True) -> int:
    with transaction() as session:
        item = NewArticle(f"https://up.example/{title}", title, "正文", published_at=published or seen)
        [row] = add_articles(session, session.get_one(Source, source_id), [item], seen, with_page=False)
        save_verdict(session, row.id, made.NEGATIVE if ours else OTHERS, seen)
        return row.id


@pytest.fixture
def upstream(app, clock):
    return made.source(clock.now, "省局网站", role="upstream")


def titles(page: str) -> list[str]:
    return re.findall(r'<a href="/articles/\d+" class="untrusted">([^<]+)</a>', page)


def test_qz25_a_new_post_of_a_superior_is_listed_for_reprint_what_concerns_us_first(duty, clock, upstream):
    post(upstream, "与我局有关旧", clock.now - DAY)
    post(upstream, "与我局有关新", clock.now)
    post(upstream, "别家的事", clock.now, ours=False)
    post(upstream, "去年的事", clock.now, published=clock.now - 300 * DAY)
    post(made.source(clock.now, "晚报"), "不是上级的", clock.now)
    page = duty.text("/reprints")
    assert titles(page) == ["与我局有关新", "与我局有关旧", "别家的事"]
    assert "待办 3，其中与本局有关 2" in page


def test_qz25_each_is_answered_by_one_click_and_can_be_taken_back(duty, clock, upstream):
    first, second = post(upstream, "转载的", clock.now), post(upstream, "不转的", clock.now)
    link = "https://scjg.example.gov.cn/art/7.html"
    assert duty.post(f"/reprints/{first}", answer="done", link=link).status_code == 302
    assert duty.post(f"/reprints/{second}", answer="left", reason="不面向公众").status_code == 302
    assert "没有待办的上级信息" in duty.text("/reprints")
    done = duty.text("/reprints?state=done")
    assert titles(done) == ["转载的"]
    assert link in done
    assert "duty员 09:30" in done
    assert "不需要：不面向公众" in duty.text("/reprints?state=left")
    assert titles(duty.text("/reprints?state=all")) == ["不转的", "转载的"]
    assert duty.post(f"/reprints/{first}/undo", state="done").headers["Location"] == "/reprints?state=done"
    assert titles(duty.text("/reprints")) == ["转载的"]
    with reading() as session:
        said = session.execute(
            select(JournalEntry.action, JournalEntry.object).where(JournalEntry.action.contains("reprint"))
        )
        assert [tuple(row) for row in said] == [
            ("reprint", f"article-{first}"),
            ("leave_reprint", f"article-{second}"),
            ("undo_reprint", f"article-{first}"),
        ]


@pytest.mark.parametrize(
    ("form", "words"),
    [
        ({"answer": "left", "reason": " "}, "请写明不需要转载的理由"),
        ({"answer": "done", "link": "javascript:alert(1)"}, "转载链接应以 http"),
    ],
)
def test_qz25_what_cannot_be_recorded_is_said_and_nothing_is_kept(duty, clock, upstream, form, words):
    answer = duty.post(f"/reprints/{post(upstream, '转载的', clock.now)}", **form)
    assert answer.status_code == 422
    assert words in answer.text
    with reading() as session:
        assert session.scalars(select(Reprint)).all() == []


def test_qz25_only_superiors_posts_are_answered_and_only_by_who_decides(duty, signed_in, clock, upstream):
    other = made.article(made.source(clock.now, "晚报"), clock.now)
    assert duty.post(f"/reprints/{other}", answer="done").status_code == 422
    assert duty.post("/reprints/999", answer="done").status_code == 404
    id_ = post(upstream, "转载的", clock.now)
    leader = signed_in("leader")
    assert "转载的" in leader.text("/reprints")
    assert "不需要的理由" not in leader.text("/reprints")
    assert leader.post(f"/reprints/{id_}", answer="done").status_code == 403


def test_qz25_a_post_without_an_answer_for_three_working_days_is_marked(duty, clock, upstream):
    post(upstream, "周五的", clock.now)
    clock.now = datetime(2026, 11, 25, 15, 59, 59, tzinfo=UTC)
    duty.sign_in("duty")
    assert "超过3个工作日" not in duty.text("/reprints")
    clock.forward(seconds=1)
    page = duty.text("/reprints")
    assert "超过3个工作日 1" in page
    assert 'class="tag late"' in page


def test_working_days_and_not_days_are_counted():
    days = packaged_calendar()
    seen = datetime(2026, 9, 30, 3, tzinfo=UTC)
    assert answer_by(seen, days).isoformat() == "2026-10-10T23:59:59+08:00", "holidays do not count, make-up days do"
    with pytest.raises(ValueError, match="时区"):
        answer_by(datetime(2026, 9, 30), days)  # noqa: DTZ001


def test_sd13_own_channels_show_their_newest_post_and_when_the_next_is_due(duty, clock):
    fresh = made.source(clock.now - 30 * DAY, "局网站", role="own")
    post(fresh, "局网站的新文章", clock.now - 2 * DAY)
    stale = made.source(clock.now - 30 * DAY, "局微博", role="own")
    post(stale, "局微博的旧文章", clock.now - DAY, published=clock.now - 9 * DAY)
    made.source(clock.now, "晚报")
    page = duty.text("/reprints")
    assert page.index("局微博</a>") < page.index("局网站</a>"), "the longest silent first"
    assert "9 天" in page
    assert "2 天" in page
    assert page.count("remaining small overdue") == 1
    assert "11月25日 周三 前" in page
    with reading() as session:
        assert [one.source.name for one in stale_channels(session, clock.now)] == ["局微博"]


def test_sd13_a_post_dated_ahead_counts_from_when_it_was_seen(app, clock):
    own = made.source(clock.now - 30 * DAY, "局网站", role="own")
    post(own, "预告", clock.now - 8 * DAY, published=clock.now + 5 * DAY)
    with reading() as session:
        [one] = channels(session, clock.now)
    assert (one.since, one.silent_days(clock.now)) == (clock.now - 8 * DAY, 8)
    assert one.due_at < clock.now


def test_sd13_a_channel_without_any_post_counts_from_the_beginning(duty, clock):
    with transaction() as session:
        session.add(Source(name="局微信", url="https://w.example", role="own", created_at=clock.now - 8 * DAY))
    page = duty.text("/reprints")
    assert "开始监测以来没有" in page
    assert "remaining small overdue" in page
