"""话题 on the screen: the hottest first, filters; one topic with curve, parts, spread, warnings and links."""

from datetime import timedelta

import pytest
import screen_matters as made
from services import topics
from sqlalchemy import select

from classifier.heat import heat_due
from domain.case import Level
from domain.heat_table import shipped
from domain.verdict import Opens
from store import cases, leads, outlets
from store.cases import Act
from store.db import reading, transaction
from store.heat_file import NAME
from store.tables import Case, Event, Lead, Unit

MINUTE, HOUR = timedelta(minutes=1), timedelta(hours=1)


def heat(clock):
    heat_due(shipped(), lambda: clock.now + MINUTE)


def confirm(clock):
    with transaction() as session:
        lead, person = session.scalars(select(Lead)).one(), made.person(session, "duty")
        unit = session.scalars(select(Unit).where(Unit.name == "食品安全科")).one()
        return leads.confirm(session, lead, person, clock.now, unit=unit, level=Level.YELLOW, emergency=False).id


def test_an_office_without_topics_is_told_what_a_topic_is(duty):
    assert "还没有话题" in duty.text("/events")
    assert "没有符合条件的话题" in duty.text("/events?words=x")
    assert duty.get("/events/1").status_code == 404


def test_the_hottest_topic_comes_first_and_filters_narrow(duty, clock):
    topics.history(clock.now)
    topics.burst(clock.now, ("清源晚报",), title="电梯困人", key="lift", topic="特种设备", sections=("特种设备科",))
    topics.burst(clock.now)
    heat(clock)
    page = duty.text("/events")
    assert page.index("奶茶店用过期原料") < page.index("电梯困人")
    assert "12 条" in page
    assert '<path class="bars"' in page
    assert "预警" in page
    for asked, left in (
        ("topic=特种设备", "电梯困人"),
        ("section=特种设备科", "电梯困人"),
        ("words=奶茶", "奶茶店用过期原料"),
        ("direction=up&period=1", "奶茶店用过期原料"),
    ):
        assert left in duty.text(f"/events?{asked}")
    assert "奶茶店" not in duty.text("/events?topic=特种设备").split("<tbody>")[1]
    assert "没有符合条件的话题" in duty.text("/events?direction=down")


def test_a_topic_says_how_loud_it_is_and_why(duty, clock):
    topics.history(clock.now, an_hour=2)
    id_ = topics.burst(clock.now, authority="provincial", opens=Opens.LEAD)
    heat(clock)
    page = duty.text(f"/events/{id_}")
    assert "近 24 小时 12 条" in page or "倍" in page
    assert "热度 " in page
    assert "平日范围" in page
    assert "最高一级：省级" in page
    assert "按时间推断" in page
    assert "另有 " in page
    assert "首家省级媒体" not in page
    assert "黄色 →" in page
    assert "系统上调" in page
    assert "省级媒体报道" in page
    assert "待研判线索" in page


def test_every_hour_of_the_curve_leads_to_its_articles(duty, clock):
    id_ = topics.burst(clock.now)
    page = duty.text(f"/events/{id_}")
    assert f"/events/{id_}?hour=2026-11-20T09#posts" in page
    assert "9时的信息" in duty.text(f"/events/{id_}?hour=2026-11-20T09")
    assert "这一小时没有信息" in duty.text(f"/events/{id_}?hour=2026-11-19T09")
    assert "全部信息" in duty.text(f"/events/{id_}?hour=nonsense")


def test_little_history_is_said_instead_of_compared(duty, clock):
    id_ = topics.burst(clock.now)
    assert "还不能与平日比较" in duty.text(f"/events/{id_}")
    topics.history(clock.now, weeks=1)
    assert "还不能与平日比较" in duty.text(f"/events/{id_}")


def test_article_lead_and_case_lead_to_their_topic(duty, clock, signed_in):
    id_ = topics.burst(clock.now, authority="provincial", opens=Opens.LEAD)
    heat(clock)
    link = f'href="/events/{id_}"'
    assert link in duty.text("/articles/1")
    lead = duty.text("/leads/1")
    assert link in lead
    assert "系统上调" in lead
    case_id = confirm(clock)
    case = duty.text(f"/cases/{case_id}")
    assert link in case
    assert "早期预警：等级由黄色上调为橙色" in case
    assert "duty员" in duty.text(f"/events/{id_}#warnings")
    assert link not in signed_in("section").text(f"/cases/{case_id}")


def test_what_another_screen_does_is_linked_only_where_it_is_there(app, duty, clock):
    id_ = topics.burst(clock.now)
    assert "整理话题" not in duty.text(f"/events/{id_}") or "regroup.page" in app.view_functions
    assert "可能是同一话题" not in duty.text("/events") or "regroup.unsure" in app.view_functions


def test_a_topic_that_could_not_be_counted_says_so(duty, clock):
    id_ = topics.burst(clock.now)
    with transaction() as session:
        session.get_one(Event, id_).heat_fault = "热度多次没有算出来，请告诉系统管理员"
    assert "热度未算出" in duty.text("/events")
    assert "热度多次没有算出来" in duty.text(f"/events/{id_}")


@pytest.mark.parametrize("copied", [True, False])
def test_dl8_which_mainstream_outlets_carried_a_release_and_which_did_not(duty, clock, copied):
    topics.burst(clock.now - 2 * HOUR, ("清源论坛",), authority="self_media", opens=Opens.LEAD)
    case_id = confirm(clock)
    link = "https://scjg.example/notice/1"
    with transaction() as session:
        outlets.save(session, None, outlets.OutletFields("局网站", "website", "scjg.example"), 1, "command", clock.now)
        own = topics.outlet(session, "本局网站", clock.now, "government", role="own")
        ours = topics.tell(session, clock.now - HOUR, own, "关于奶茶店的情况通报", key="notice")
        ours.link = link
        act = Act("release", clock.now - HOUR, "局网站", "清源市市场监督管理局", link=link)
        cases.record_release(session, session.get_one(Case, case_id), act, made.person(session, "duty"), clock.now)
        daily = topics.outlet(session, "东岭日报", clock.now, "provincial")
        topics.outlet(session, "清源电视台", clock.now, "city")
        text = ours.id if copied else None
        topics.tell(session, clock.now - HOUR / 2, daily, "情况通报：奶茶店停业整改", copy_of=text)
    page = duty.text(f"/cases/{case_id}")
    assert "发布效果" in page
    assert f"{int(copied)} 家主流媒体转载了原文" in page
    assert ("1 家有后续报道" in page) is not copied
    assert ("转载</span>" if copied else "后续报道</span>") in page
    assert "https://东岭日报.example/" in page
    assert "没有见到的 1 家" in page
    assert "清源电视台（" in page


def test_numbers_an_office_broke_are_a_clear_error_not_a_wrong_page(app, duty, clock, settings):
    id_ = topics.burst(clock.now)
    (settings.data_dir / NAME).write_text("[points]\n", encoding="utf-8")
    answer = duty.get(f"/events/{id_}")
    assert answer.status_code == 200
    assert "热度数字表" in answer.text


def test_three_thousand_topics_are_a_page_of_thirty(duty, clock):
    with transaction() as session:
        session.add_all(
            Event(
                key=f"k{n}",
                title=f"话题{n}",
                channel="news",
                first_at=clock.now,
                last_at=clock.now - n * MINUTE,
                heat=n % 90,
                articles=1,
            )
            for n in range(3000)
        )
    page = duty.text("/events")
    assert "3000 个" in page
    assert page.count('class="heat num"') == 30
    assert "第 100 页" in duty.text("/events?page=100")
    with reading() as session:
        assert session.get_one(Event, 1).heat_at is None
