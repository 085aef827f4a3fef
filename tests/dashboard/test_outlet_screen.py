"""发布渠道 on the screen: the office registers, a release chooses or is recognised, an unknown one is asked about."""

import re

import pytest
import screen_matters as made
from sqlalchemy import select

from store.db import reading
from store.tables import Deadline, Outlet, Release

SITE = {"name": "局网站", "kind": "website", "address": "scjg.example.gov.cn", "rank": ""}
WECHAT = {"name": "局微信公众号", "kind": "wechat", "address": "", "rank": ""}
LINK = "https://scjg.example.gov.cn/art/1.html"


@pytest.fixture
def office(signed_in):
    """The office's browser."""
    return signed_in("office")


def register(office, *rows):
    for row in rows:
        assert office.post("/settings/outlets", **row).status_code == 302


def release(browser, case_id, **more):
    form = {"kind": "release", "at": "2026-11-20T09:30", "publisher": "本局", "outlet": "", "channel": "", "link": ""}
    return browser.post(f"/cases/{case_id}/release", **{**form, **more})


def ids() -> dict[str, int]:
    with reading() as session:
        return {row.name: row.id for row in session.scalars(select(Outlet))}


def recorded() -> list[tuple[str, str | None]]:
    """Return (channel, kind of its outlet) of every publication, in the order they were recorded."""
    with reading() as session:
        rows = session.scalars(select(Release).order_by(Release.id))
        return [(row.channel, row.outlet.kind if row.outlet else None) for row in rows]


def steps(page: str) -> str:
    """Return the checklist of a matter's page."""
    return re.search(r'<ul class="steps">.*?</ul>', page, re.S)[0]


def test_the_office_registers_changes_and_switches_off_and_others_look(office, signed_in):
    assert "还没有登记发布渠道" in office.text("/settings/outlets")
    register(office, SITE, WECHAT)
    page = office.text("/settings/outlets")
    assert page.index("局网站</a>") < page.index("局微信公众号</a>")
    assert "scjg.example.gov.cn" in page
    site = ids()["局网站"]
    assert office.post(f"/settings/outlets/{site}", **{**SITE, "name": "局门户", "rank": 5}).status_code == 302
    assert office.post(f"/settings/outlets/{site}/switch").status_code == 302
    assert "已停用" in office.text("/settings/outlets")
    other = signed_in("security_admin")
    assert "局门户" in other.text("/settings/outlets")
    assert "渠道由办公室登记" in other.text(f"/settings/outlets/{site}")
    assert "登记渠道" not in other.text("/settings/outlets")
    assert other.post("/settings/outlets", **SITE).status_code == 403


@pytest.mark.parametrize(
    ("wrong", "words"),
    [({"name": " "}, "渠道名称"), ({"address": "weibo.com"}, "所有人的账号"), ({"kind": "x"}, "类别应为")],
)
def test_what_cannot_be_registered_is_kept_with_the_reason(office, wrong, words):
    answer = office.post("/settings/outlets", **{**SITE, "rank": "77", **wrong})
    assert answer.status_code == 422
    assert words in answer.text
    assert 'value="77"' in answer.text
    register(office, SITE, WECHAT)
    changed = office.post(f"/settings/outlets/{ids()['局微信公众号']}", **{**SITE, "rank": "78"})
    assert changed.status_code == 422
    assert "已经登记过" in changed.text
    assert 'value="78"' in changed.text


def test_a_release_chooses_one_of_the_registered_or_is_recognised_by_its_link(office, duty, clock):
    register(office, SITE, WECHAT)
    case_id = made.case(clock.now)
    page = duty.text(f"/cases/{case_id}")
    assert f'<option value="{ids()["局网站"]}" data-address="scjg.example.gov.cn">局网站（门户网站）</option>' in page
    assert release(duty, case_id, link=LINK).status_code == 302
    page = duty.text(f"/cases/{case_id}")
    assert "渠道按链接或名称认作“局网站”" in page
    assert "发布:局网站</a>" in page
    assert "未登记渠道" not in page
    release(duty, case_id, outlet=ids()["局微信公众号"])
    assert recorded() == [("局网站", "website"), ("局微信公众号", "wechat")]


def test_without_any_choice_the_form_says_what_is_missing_and_keeps_the_rest(office, duty, clock):
    register(office, SITE)
    case_id = made.case(clock.now)
    answer = release(duty, case_id, outlet="other", note="长长的说明")
    assert answer.status_code == 422
    assert "请写明渠道和发布单位" in answer.text
    assert "长长的说明" in answer.text
    assert '<option value="other" selected>' in answer.text


def test_an_unknown_outlet_stops_the_clock_and_the_office_is_asked_to_register_it(office, duty, clock):
    register(office, SITE)
    case_id = made.case(clock.now)
    assert release(duty, case_id, outlet="other", channel="快手号").status_code == 302
    with reading() as session:
        met = session.scalars(select(Deadline).where(Deadline.rule == "OTHER_RESPONSE")).one()
        assert (met.state, met.met_at) == ("met", clock.now)
    page = duty.text(f"/cases/{case_id}")
    assert "“快手号”是未登记渠道，请办公室登记。" in page
    assert "时限已按实际时间停止；请办公室核对并登记这个渠道" in steps(page)
    assert "/settings/outlets" not in steps(page), "who cannot register is not sent there"
    mine = steps(office.text(f"/cases/{case_id}"))
    address = re.search(r'href="(/settings/outlets\?name=[^"#]*)#add">登记渠道', mine)[1]
    form = office.text(address)
    assert 'name="name" value="快手号"' in form
    assert "用过但没有登记的渠道" in form
    register(office, {"name": "快手号", "kind": "other", "address": "", "rank": ""})
    assert "未登记渠道" not in duty.text(f"/cases/{case_id}")
    assert "用过但没有登记的渠道" not in office.text("/settings/outlets")
    assert recorded() == [("快手号", "other")]


def test_the_copy_on_the_website_is_a_reminder_that_stops_nothing_and_holds_nothing_up(office, duty, clock):
    register(office, SITE, WECHAT)
    case_id = made.case(clock.now)
    assert ">网站同步</option>" not in duty.text(f"/cases/{case_id}")
    release(duty, case_id, outlet=ids()["局微信公众号"])
    page = duty.text(f"/cases/{case_id}")
    assert "还要同步到门户网站。" in page
    assert "在局微信公众号发布，还没有同步到门户网站（不影响已停的时限）" in steps(page)
    assert f'href="/cases/{case_id}?record=copy#record">登记网站同步' in page
    assert "还没有同步到网站的发布" in office.text("/settings/outlets")
    assert '<option value="copy" selected>' in duty.text(f"/cases/{case_id}?record=copy")
    assert release(duty, case_id, kind="copy", link=LINK).status_code == 302
    page = duty.text(f"/cases/{case_id}")
    assert "已登记网站同步。" in page
    assert "09:30 已同步到局网站" in steps(page)
    assert "网站同步:局网站" in page
    assert "还没有同步到网站的发布" not in office.text("/settings/outlets")


def test_a_matter_closes_with_a_copy_still_owed(office, duty, clock):
    register(office, SITE, WECHAT)
    case_id = made.case(clock.now)
    release(duty, case_id, outlet=ids()["局微信公众号"])
    assert duty.post(f"/cases/{case_id}/close").status_code == 302


def test_an_administrator_sees_which_matter_owes_a_copy_by_its_number_alone(office, duty, signed_in, clock):
    register(office, SITE, WECHAT)
    case_id = made.case(clock.now, "某店的事")
    release(duty, case_id, outlet=ids()["局微信公众号"])
    release(duty, case_id, outlet="other", channel="快手号")
    page = signed_in("system_admin").text("/settings/outlets")
    assert "舆情〔2026〕1号" in page
    assert "某店的事" not in page
    assert f"/cases/{case_id}" not in page
