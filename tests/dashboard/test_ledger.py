"""Matters on the screen: recording what happened outside, grading, closing; a section sees its own."""

import re

import screen_matters as made

from store.db import transaction
from store.people import appoint
from store.tables import Case, Person

ACT = {
    "kind": "release",
    "channel": "局网站",
    "publisher": "清源市市场监督管理局",
    "link": "https://www.example.gov.cn/1",
}


def deadline(case_id, rule):
    """Return a duty of a case as it stands."""
    with transaction() as session:
        case = session.get_one(Case, case_id)
        return next(found for found in case.deadlines if found.rule == rule)


def test_a_release_stops_its_clock_at_the_actual_time(duty, clock):
    case_id = made.case(clock.now, emergency=True)
    clock.forward(hours=6)
    answer = duty.post(f"/cases/{case_id}/release", at="2026-11-20T13:05", note="补录", **ACT)
    assert answer.status_code == 302
    met = deadline(case_id, "AUTH_RELEASE")
    assert met.state == "met"
    assert met.met_at.isoformat() == "2026-11-20T05:05:00+00:00"
    assert met.recorded_at == clock.now
    assert deadline(case_id, "PRESS_CONF").state == "open"
    page = duty.text(f"/cases/{case_id}")
    assert "已登记发布，对应时限已停。" in page
    assert "13:05 完成，15:30 登记" in page
    assert "发布:局网站（未登记渠道） · 补录" in page


def test_the_present_minute_is_not_the_future(duty, clock):
    case_id = made.case(clock.now)
    clock.forward(seconds=20)
    assert duty.post(f"/cases/{case_id}/release", at="2026-11-20T09:31", **ACT).status_code == 302
    assert deadline(case_id, "OTHER_RESPONSE").met_at == clock.now


WRONG = [
    ({"at": ""}, "请填写实际时间"),
    ({"at": "soon"}, "实际时间看不懂"),
    ({"at": "2026-11-20T10:00"}, "实际时间不能晚于现在"),
    ({"channel": " "}, "请写明渠道和发布单位"),
    ({"link": "javascript:alert(1)"}, "链接应以 http:// 或 https:// 开头"),
    ({"kind": "party"}, "请选择登记的是发布"),
]


def test_what_was_typed_is_kept_with_the_reason(duty, clock):
    case_id = made.case(clock.now)
    for wrong, words in WRONG:
        form = {**ACT, "at": "2026-11-20T09:20", "note": "长长的说明", **wrong}
        answer = duty.post(f"/cases/{case_id}/release", **form)
        assert answer.status_code == 422, wrong
        assert words in answer.text, wrong
        assert "长长的说明" in answer.text
    assert deadline(case_id, "OTHER_RESPONSE").state == "open"


def test_the_chosen_duty_is_the_one_that_stops(duty, clock):
    case_id = made.case(clock.now, emergency=True)
    conference = deadline(case_id, "PRESS_CONF")
    page = duty.text(f"/cases/{case_id}?deadline={conference.id}")
    assert re.search(r'<option value="conference" selected>', page)
    form = {**ACT, "kind": "conference", "at": "2026-11-20T09:30", "deadline": str(conference.id)}
    duty.post(f"/cases/{case_id}/release", **form)
    assert deadline(case_id, "PRESS_CONF").state == "met"
    assert deadline(case_id, "AUTH_RELEASE").state == "open"


def test_a_duty_of_another_matter_is_not_stopped(duty, clock):
    first, second = made.case(clock.now, "第一件"), made.case(clock.now, "第二件")
    other = deadline(second, "OTHER_RESPONSE")
    duty.post(f"/cases/{first}/release", at="2026-11-20T09:30", deadline=str(other.id), **ACT)
    assert deadline(second, "OTHER_RESPONSE").state == "open"
    assert deadline(first, "OTHER_RESPONSE").state == "met"


def test_grading_names_who_graded(duty, clock):
    case_id = made.case(clock.now, emergency=True)
    assert "疑似（按5小时时限准备）" in duty.text(f"/cases/{case_id}")
    assert "请选择级别" in duty.post(f"/cases/{case_id}/grade", grade="V", by="市应急局").text
    assert "请写明定级单位" in duty.post(f"/cases/{case_id}/grade", grade="III", by=" ").text
    duty.post(f"/cases/{case_id}/grade", grade="III", by="市应急局 清应急〔2026〕8号")
    assert "Ⅲ级（较大）" in duty.text(f"/cases/{case_id}")


def test_closing_says_what_is_still_open(duty, clock):
    case_id = made.case(clock.now)
    assert "48小时回应" in duty.post(f"/cases/{case_id}/close").text
    duty.post(f"/cases/{case_id}/release", at="2026-11-20T09:30", **ACT)
    duty.post(f"/cases/{case_id}/close")
    page = duty.text(f"/cases/{case_id}")
    assert "09:30 办结" in page
    assert "/release" not in page
    assert "没有在办的舆情事项" in duty.text("/cases")
    assert "舆情〔2026〕1号" in duty.text("/cases?state=closed")


def test_the_timeline_is_filtered_by_kind(duty, clock):
    case_id = made.case(clock.now)
    made.notice(case_id, "section", clock.now)
    everything = duty.text(f"/cases/{case_id}")
    assert {"k-lead", "k-confirm", "k-article", "k-notice"} <= set(re.findall(r'<li class="(k-\w+)"', everything))
    assert set(re.findall(r'<li class="(k-\w+)"', duty.text(f"/cases/{case_id}?kind=notice"))) == {"k-notice"}
    assert "没有这一类记录" in duty.text(f"/cases/{case_id}?kind=release")


def test_a_section_sees_its_own_matters_only(signed_in, clock):
    own, foreign = made.case(clock.now, "本科室的事"), made.case(clock.now, "别科室的事", unit="特种设备科")
    section = signed_in("section")
    listed = section.text("/cases?state=all")
    assert "本科室的事" in listed
    assert "别科室的事" not in listed
    assert section.get(f"/cases/{own}").status_code == 200
    assert section.get(f"/cases/{foreign}").status_code == 404
    assert section.get(f"/cases/{foreign}?kind=notice").status_code == 404
    assert section.get("/articles/1").status_code == 200
    assert section.get("/articles/2").status_code == 404
    assert "登记发布" not in section.text(f"/cases/{own}")


def test_a_section_without_a_unit_sees_nothing(signed_in, clock):
    made.case(clock.now, "别人的事")
    with transaction() as session:
        made.person(session, "section").unit_id = None
    section = signed_in("section")
    assert "别人的事" not in section.text("/cases?state=all")
    assert section.get("/cases/1").status_code == 404


def test_telephones_of_staff_are_for_those_who_ring(duty, signed_in, clock):
    case_id = made.case(clock.now)
    with transaction() as session:
        section = made.person(session, "section")
        section.phone = "13900000001"
        appoint(session, "liaison", section, section.unit)
        session.add(Person(name="联络员乙", role="section", unit_id=section.unit_id))
    assert 'href="tel:13900000001"' in duty.text(f"/cases/{case_id}")
    assert "13900000001" not in signed_in("section").text(f"/cases/{case_id}")


def checked(case_id, ok, words):
    """Write what fetching the link of a case's release came to."""
    with transaction() as session:
        [release] = session.get_one(Case, case_id).releases
        assert release.check_at == release.recorded_at, "asked for at once"
        release.check_ok, release.check_words, release.checked_at = ok, words, release.recorded_at
        return release.id


def test_what_a_link_came_to_stands_beside_the_release(duty, clock):
    case_id = made.case(clock.now)
    duty.post(f"/cases/{case_id}/release", at="2026-11-20T09:30", **ACT)
    checked(case_id, True, "链接打得开：《关于某店的通报》")
    page = duty.text(f"/cases/{case_id}")
    assert "链接打得开：《关于某店的通报》" in page
    assert "更正链接" not in page


def test_a_broken_link_is_a_step_until_it_is_corrected(duty, clock, signed_in):
    case_id = made.case(clock.now)
    duty.post(f"/cases/{case_id}/release", at="2026-11-20T09:30", **ACT)
    release_id = checked(case_id, False, "链接打不开：页面不存在（404）")
    page = duty.text(f"/cases/{case_id}")
    assert "在局网站发布的链接打不开，请核对（不影响已停的时限）" in page
    assert deadline(case_id, "OTHER_RESPONSE").state == "met"
    refused = duty.post(f"/cases/{case_id}/link", release=release_id, link="www.example.gov.cn/2")
    assert refused.status_code == 422
    assert 'value="www.example.gov.cn/2"' in refused.text
    assert "链接应以 http:// 或 https:// 开头" in refused.text
    assert duty.post(f"/cases/{case_id}/link", release="9999", link="https://x.example").status_code == 404
    fixed = duty.post(f"/cases/{case_id}/link", release=release_id, link="https://www.example.gov.cn/2")
    assert fixed.status_code == 302
    page = duty.text(f"/cases/{case_id}")
    assert "已更正链接，马上重新核对。" in page
    assert 'id="link"' not in page
    assert "更正链接</button>" not in signed_in("leader").text(f"/cases/{case_id}")
