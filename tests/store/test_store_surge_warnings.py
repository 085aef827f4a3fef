"""消费预警: a surge over the baseline creates one draft, which grows, is cleared and published, or dismissed."""

import random
from datetime import timedelta

import making as m
import pytest
from sqlalchemy import select

from domain.org import Duty, Org
from domain.outlets import OutletFields
from domain.warning import State
from domain.watch import WatchFields
from store import (
    announcements,
    articles,
    journal,
    office,
    outlets,
    people,
    sources,
    surge_warnings,
    watch_hits,
    watches,
)
from store.announcements import Published
from store.articles import NewArticle
from store.db import reading, transaction
from store.tables import Announcement, Article, JournalEntry, Source, SurgeWarning, WarningArticle

DAY = timedelta(days=1)
CONSUMERS = "消保科"
ORG = Org(
    "x", "局", (Duty(m.OFFICE, "科室", {"公文": 2}), Duty(CONSUMERS, "科室", {"消费维权": 3, "消费投诉": 3})), m.OFFICE
)


@pytest.fixture
def city(database):
    """An office that has watched one source for ten weeks, with two complaints in the same 24 hours of every week."""
    with transaction() as session:
        m.office(session)
        m.unit(session, CONSUMERS, 2)
        office.set_fact(session, "name", "清源市市场监督管理局")
        sources.add_source(session, "https://news.example/feed", m.T - 70 * DAY, name="清源热线")
        for week in range(11):
            complain(session, 2, m.T - 7 * week * DAY - m.HOUR, mark=f"quiet-{week}")


def complain(session, many, at, *, mark, topic="商贸旅游", place="东岭区", **said):
    """Store complaints published at a time."""
    source = session.scalars(select(Source)).first()
    items = [
        NewArticle(f"https://news.example/{mark}-{n}", f"健身房关门不退款{n}", "电话13812345678", published_at=at)
        for n in range(many)
    ]
    made = articles.add_articles(session, source, items, at, with_page=False)
    for one in made:
        said = {"topic": topic, "place": (place,), **said}
        articles.save_verdict(session, one.id, m.verdict(**said), at)
    return made


def look(now=m.T):
    with transaction() as session:
        return surge_warnings.look(session, now, ORG)


def rows():
    with reading() as session:
        return list(session.scalars(select(SurgeWarning).order_by(SurgeWarning.id)))


def test_qz15_a_surge_over_the_baseline_creates_a_draft_and_nothing_is_published_by_itself(city):
    assert look() == surge_warnings.Look()
    with transaction() as session:
        complain(session, 25, m.T - m.HOUR, mark="surge")
    found = look()
    assert len(found.drafted) == 1
    (row,) = rows()
    assert (row.kind, row.subject, row.place, row.state) == ("topic", "商贸旅游", "", "draft")
    assert (row.peak, row.expected, row.weeks) == (27, 2.0, 8)
    assert row.title == "关于“商贸旅游”消费投诉增多的消费预警"
    assert "共收到27件，最多的24小时内27件，平日同期约2件。主要集中在东岭区。" in row.text
    assert "〔请填写：主要问题，用一句话概括〕" in row.text
    assert "12315" in row.text
    assert "138" not in row.text
    assert row.reasons[0]["words"] == "24小时内27件"
    with reading() as session:
        assert session.get_one(SurgeWarning, row.id).unit.name == CONSUMERS
        assert surge_warnings.total(session, row.id) == 27
        assert surge_warnings.places(session, row.id) == [("东岭区", 27)]
        assert session.scalars(select(Announcement)).all() == []
        assert journal.first_broken(session) is None


def test_the_same_surge_grows_and_is_not_drafted_twice(city):
    with transaction() as session:
        complain(session, 25, m.T - m.HOUR, mark="surge")
    look()
    assert look() == surge_warnings.Look()
    with transaction() as session:
        complain(session, 10, m.T + m.HOUR, mark="more")
    grown = look(m.T + 2 * m.HOUR)
    assert (len(grown.drafted), len(grown.grown)) == (0, 1)
    (row,) = rows()
    assert row.peak == 37
    assert "共收到37件" in row.text
    with reading() as session:
        entries = session.scalars(select(JournalEntry.action).where(JournalEntry.object == f"warning-{row.id}")).all()
    assert entries == ["draft_warning", "grow_warning"]


def test_a_text_a_person_wrote_stays_when_the_surge_grows(city):
    with transaction() as session:
        complain(session, 25, m.T - m.HOUR, mark="surge")
    look()
    with transaction() as session:
        row, person = session.get_one(SurgeWarning, 1), people.holders(session, "duty_officer")[0]
        surge_warnings.edit(session, row, "健身预付卡消费预警", "正文", person, m.T)
        complain(session, 10, m.T + m.HOUR, mark="more")
    look(m.T + 2 * m.HOUR)
    assert rows()[0].text == "正文"


def test_after_the_cool_down_a_new_surge_is_drafted_anew(city):
    with transaction() as session:
        complain(session, 25, m.T - m.HOUR, mark="surge")
    look()
    later = m.T + 22 * DAY
    with transaction() as session:
        complain(session, 60, later - m.HOUR, mark="again")
    assert len(look(later).drafted) == 1
    assert len(rows()) == 2


def test_what_a_watch_and_a_topic_say_of_the_same_complaints_is_one_draft(city):
    with transaction() as session:
        watch = watches.save(session, None, WatchFields("健身预付卡", "健身房"), "command", m.T - 69 * DAY)
        many = complain(session, 25, m.T - m.HOUR, mark="surge")
        watch_hits.add(session, watch.id, [(one.id, [(0, 3)]) for one in many])
    look()
    (row,) = rows()
    assert (row.kind, row.name) == ("watch", "健身预付卡")


@pytest.mark.parametrize(
    "said",
    [{"intent": "咨询"}, {"relevance": 0.2}, {"ours": False}],
)
def test_what_is_no_complaint_of_ours_is_not_counted(city, said):
    with transaction() as session:
        complain(session, 25, m.T - m.HOUR, mark="other", **said)
    assert look() == surge_warnings.Look()


def test_copies_and_a_source_added_since_are_no_surge(city):
    with transaction() as session:
        for one in complain(session, 25, m.T - m.HOUR, mark="copies"):
            one.copy_of = 1
        new = sources.add_source(session, "https://new.example/feed", m.T - DAY, name="新接入的热线")
        for one in complain(session, 25, m.T - m.HOUR, mark="new"):
            one.source_id = new.id
    assert look() == surge_warnings.Look()


def test_an_export_of_old_complaints_is_no_surge_of_today(city):
    with transaction() as session:
        rng = random.Random(3)
        for n in range(60):
            for one in complain(session, 1, m.T - timedelta(days=rng.randrange(1, 60)), mark=f"old-{n}"):
                one.first_seen_at = m.T - m.MINUTE
    assert look() == surge_warnings.Look()


def test_a_young_office_drafts_nothing(database):
    with transaction() as session:
        m.office(session)
        sources.add_source(session, "https://news.example/feed", m.T - 20 * DAY, name="清源热线")
        complain(session, 1, m.T - 20 * DAY, mark="first")
        complain(session, 50, m.T - m.HOUR, mark="surge")
    assert look() == surge_warnings.Look()


@pytest.fixture
def draft(city):
    with transaction() as session:
        complain(session, 25, m.T - m.HOUR, mark="surge")
        session.flush()
        surge_warnings.look(session, m.T, ORG)
        outlets.save(session, None, OutletFields("局网站", "website", "www.qy.example"), 1, "command", m.T)


def act(do):
    with transaction() as session:
        return do(session, session.get_one(SurgeWarning, 1), people.holders(session, "duty_officer")[0])


def step(to, words="", at=m.T, **more):
    act(lambda s, row, person: surge_warnings.step(s, row, to, person, at, words, **more))


def test_a_draft_with_gaps_is_not_submitted_and_what_was_not_cleared_not_published(draft):
    with pytest.raises(ValueError, match=r"还有5处没有填写，第一处是〔请填写：主要问题"):
        act(lambda s, row, p: surge_warnings.edit(s, row, row.title, row.text, p, m.T, submit=True))
    where = Published(1, "https://www.qy.example/yj", m.T)
    with pytest.raises(ValueError, match="现在是“拟稿”"):
        act(lambda s, row, p: announcements.publish_warning(s, row, where, p, m.T))
    with pytest.raises(ValueError, match="现在是“拟稿”，不能改为“审核通过"):
        step(State.CLEARED)
    assert rows()[0].state == "draft"


def test_a_worded_draft_is_cleared_and_its_publication_recorded_with_its_link(draft):
    act(lambda s, row, p: surge_warnings.edit(s, row, "健身预付卡消费预警", "理性办卡。", p, m.T, submit=True))
    with pytest.raises(ValueError, match="不能改；要改请先退回修改"):
        act(lambda s, row, p: surge_warnings.edit(s, row, "别的", "正文", p, m.T))
    with pytest.raises(ValueError, match="保密审查"):
        step(State.CLEARED, secret=False)
    step(State.CLEARED, at=m.T + m.HOUR)
    later = m.T + 2 * m.HOUR
    for where, words in (
        (Published(1, "https://other.example/1", later), "不是“局网站”"),
        (Published(1, "https://www.qy.example/1", m.T), "早于审核通过"),
        (Published(1, "", later), "请填写发布链接"),
    ):
        with pytest.raises(ValueError, match=words):
            act(lambda s, row, p, where=where: announcements.publish_warning(s, row, where, p, later))
    good = Published(0, "https://www.qy.example/1", later)
    act(lambda s, row, p: announcements.publish_warning(s, row, good, p, later))
    assert rows()[0].state == "released"
    with reading() as session:
        kept = session.scalars(select(Announcement)).one()
    assert (kept.outlet_id, kept.text, kept.warning_id) == (1, "理性办卡。", 1)


def test_a_draft_is_dismissed_with_a_reason_only_and_may_be_taken_up_again(draft):
    with pytest.raises(ValueError, match="请写明为什么不发布"):
        step(State.DISMISSED)
    step(State.DISMISSED, "集中退款已办结")
    assert look(m.T + m.HOUR) == surge_warnings.Look()
    step(State.DRAFT)
    assert rows()[0].state == "draft"


def test_going_back_needs_a_reason(draft):
    act(lambda s, row, p: surge_warnings.edit(s, row, "标题", "正文", p, m.T, submit=True))
    with pytest.raises(ValueError, match="退回修改的原因"):
        step(State.DRAFT)
    step(State.DRAFT, "数字再核一下")
    assert rows()[0].words == "数字再核一下"


def test_without_a_template_the_first_unit_drafts(draft):
    with reading() as session:
        assert surge_warnings.consumer_unit(session, None).name == m.OFFICE
        assert session.scalars(select(WarningArticle)).first() is not None
        assert session.scalars(select(Article).where(Article.id == 1)).one()
