"""The registry of outlets: recognised by link or name, adopted afterwards; an unknown one stops the clock too."""

import pytest
from handling import case as confirmed
from handling import clocks, officer
from making import HOUR, MINUTE, T, office
from sqlalchemy import select

from domain.org import Duty, Org
from domain.outlets import OutletFields, checked
from store import cases, journal, outlets
from store.cases import Act
from store.org import put_outlets
from store.tables import JournalEntry, Outlet, Release

NOW = T + 2 * HOUR
SITE = OutletFields("局网站", "website", "https://www.scjg.example.gov.cn/")
WECHAT = OutletFields("局微信公众号", "wechat")
WEIBO = OutletFields("局微博", "weibo", "weibo.com/qingyuan")
ORG = Org("x", "局", (Duty("办公室", "科室", {}),), "办公室", outlets=(checked(SITE), WECHAT))
LINK = "https://scjg.example.gov.cn/art/1.html"


@pytest.fixture
def session(session):
    office(session)
    return session


@pytest.fixture
def case(session):
    return confirmed(session)


def register(session, *fields, now=T):
    """Register outlets in this order and return them."""
    return [outlets.save(session, None, one, rank, "person-1", now) for rank, one in enumerate(fields, start=1)]


def publish(session, case, channel="", *, kind="release", at=NOW, now=NOW, **more):
    """Record a publication."""
    return cases.record_release(session, case, Act(kind, at, channel, "本局", **more), officer(session), now)


def last(session):
    journal.append_recorded(session)
    return session.scalars(select(JournalEntry).order_by(JournalEntry.seq.desc())).first()


def test_an_outlet_is_registered_changed_and_switched_off_and_the_journal_names_fields_alone(session):
    [site] = register(session, SITE)
    assert (site.name, site.kind, site.address, site.active) == ("局网站", "website", "scjg.example.gov.cn", True)
    outlets.save(session, site, OutletFields("局门户", "website", site.address), 7, "person-1", NOW)
    entry = last(session)
    assert (entry.action, entry.object) == ("change_outlet", f"outlet-{site.id}")
    assert entry.facts == {"fields": ["name", "rank"], "adopted": 0}
    outlets.switch(session, site, active=False, by="command", now=NOW)
    assert (outlets.listed(session), outlets.listed(session, active=False)) == ([], [site])
    outlets.switch(session, site, active=True, by="command", now=NOW)
    assert [one.name for one in outlets.listed(session)] == ["局门户"]
    assert last(session).action == "start_outlet"


def test_two_outlets_have_neither_one_name_nor_one_address(session):
    site, wechat = register(session, SITE, WECHAT)
    with pytest.raises(ValueError, match="已经登记过"):
        register(session, OutletFields("局网站", "app"))
    with pytest.raises(ValueError, match="已经是“局网站”的"):
        outlets.save(session, wechat, OutletFields("局客户端", "app", "scjg.example.gov.cn"), 2, "person-1", NOW)
    outlets.switch(session, site, active=False, by="person-1", now=NOW)
    register(session, OutletFields("新网站", "website", "scjg.example.gov.cn"))
    with pytest.raises(ValueError, match="已停用，可以重新启用"):
        register(session, OutletFields("局网站", "website"))
    with pytest.raises(ValueError, match="已经是“新网站”的"):
        outlets.switch(session, site, active=True, by="person-1", now=NOW)


def test_a_link_chooses_its_outlet_by_itself_then_a_name_does(session, case):
    site, wechat, _ = register(session, SITE, WECHAT, WEIBO)
    by_link = publish(session, case, link=LINK)
    assert (by_link.outlet, by_link.channel) == (site, "局网站")
    assert publish(session, case, "写错的名字", link=LINK).outlet == site
    assert publish(session, case, " 局微信公众号 ").outlet == wechat
    assert publish(session, case, "快手号", link="https://www.kuaishou.com/x/1").outlet is None


def test_what_a_person_chose_stands_above_the_link(session, case):
    _, wechat = register(session, SITE, WECHAT)
    made = publish(session, case, "随便", outlet_id=wechat.id, link=LINK)
    assert (made.outlet, made.channel) == (wechat, "局微信公众号")


def test_one_switched_off_is_not_recognised(session, case):
    [site] = register(session, SITE)
    outlets.switch(session, site, active=False, by="person-1", now=NOW)
    assert publish(session, case, "局网站", link=LINK).outlet is None


def test_an_outlet_nobody_registered_stops_the_clock_at_the_time_of_the_act(session, case):
    made = publish(session, case, "快手号", at=T + HOUR)
    assert ("AUTH_RELEASE", "met") in clocks(session, case)
    assert next(one for one in case.deadlines if one.rule == "AUTH_RELEASE").met_at == T + HOUR
    assert outlets.unregistered(case) == [made]
    assert "发布:快手号（未登记渠道）" in [one.what for one in cases.timeline(session, case)]
    with pytest.raises(ValueError, match="请写明渠道和发布单位"):
        publish(session, case)


def test_registering_it_afterwards_adopts_what_was_published_there(session, case):
    by_name, by_link = publish(session, case, "快手号"), publish(session, case, "官网", link=LINK)
    assert [(one.name, one.times) for one in outlets.used_unregistered(session)] == [("官网", 1), ("快手号", 1)]
    [fast, site] = register(session, OutletFields("快手号", "other"), SITE)
    assert (by_name.outlet_id, by_link.outlet_id) == (fast.id, site.id)
    assert last(session).facts["adopted"] == 1
    assert outlets.used_unregistered(session) == outlets.unregistered(case) == []
    assert outlets.used(session) == {fast.id: (1, NOW), site.id: (1, NOW)}
    assert session.get_one(Release, by_link.id).channel == "官网", "the history keeps what was said"


def test_a_changed_address_and_one_switched_on_again_adopt_too(session, case):
    [site] = register(session, OutletFields("局网站", "website"))
    outlets.switch(session, site, active=False, by="person-1", now=NOW)
    made, other = publish(session, case, "局网站"), publish(session, case, "官网", link=LINK)
    outlets.switch(session, site, active=True, by="person-1", now=NOW)
    assert (made.outlet_id, other.outlet_id) == (site.id, None)
    outlets.save(session, site, SITE, 1, "person-1", NOW)
    assert other.outlet_id == site.id


def test_only_releases_are_asked_for_a_registered_outlet(session, case):
    publish(session, case, "市政府新闻发布厅", kind="conference")
    assert outlets.unregistered(case) == []
    assert outlets.used_unregistered(session) == []


def test_the_copy_on_the_website_is_owed_until_it_is_recorded(session, case):
    site, _ = register(session, SITE, WECHAT)
    made = publish(session, case, "局微信公众号")
    assert outlets.owed_copies(session, case) == outlets.all_owed(session) == [made]
    with pytest.raises(ValueError, match="请选择门户网站渠道"):
        publish(session, case, "局微信公众号", kind="copy")
    before = clocks(session, case)
    copy = publish(session, case, kind="copy", link=LINK, at=NOW - MINUTE)
    assert (copy.outlet, copy.deadline_id, copy.check_at) == (site, None, NOW)
    assert outlets.owed_copies(session, case) == outlets.all_owed(session) == []
    assert clocks(session, case) == before, "the copy is no next release"
    assert "网站同步:局网站" in [one.what for one in cases.timeline(session, case)]


def test_the_only_website_needs_no_choice_and_a_copy_of_nothing_is_no_release(session, case):
    [site, _] = register(session, SITE, WECHAT)
    with pytest.raises(ValueError, match="请登记为“发布”"):
        publish(session, case, kind="copy")
    assert ("AUTH_RELEASE", "open") in clocks(session, case)
    publish(session, case, "局微信公众号")
    assert publish(session, case, kind="copy").outlet == site


def test_without_a_website_and_on_an_unknown_outlet_no_copy_is_owed(session, case):
    register(session, WECHAT)
    publish(session, case, "局微信公众号")
    assert outlets.owed_copies(session, case) == []
    register(session, SITE)
    assert len(outlets.owed_copies(session, case)) == 1
    publish(session, case, "快手号")
    assert len(outlets.owed_copies(session, case)) == 1
    register(session, OutletFields("快手号", "other"))
    assert len(outlets.owed_copies(session, case)) == 2


def test_a_closed_matter_reminds_of_nothing(session):
    register(session, SITE, WECHAT)
    found = confirmed(session, "lead")
    publish(session, found, "局微信公众号")
    assert len(outlets.all_owed(session)) == 1
    cases.close(session, found, officer(session), NOW)
    assert outlets.all_owed(session) == []


def test_a_new_office_begins_with_the_outlets_of_its_template(session):
    put_outlets(session, ORG, T)
    rows = session.scalars(select(Outlet).order_by(Outlet.rank)).all()
    assert [(row.rank, row.name, row.kind, row.address) for row in rows] == [
        (1, "局网站", "website", "scjg.example.gov.cn"),
        (2, "局微信公众号", "wechat", ""),
    ]
