"""What is done in a matter, on its page: assignment, returns, regrades, approvals, reports, transfers, merging."""

import re

import pytest
import screen_matters as made
from sqlalchemy import select

from store import upward
from store.db import transaction
from store.people import appoint
from store.tables import Approval, Assignment, Bounce, Case, Person, ReportBack, Transfer, Unit, UpwardReport

DEVICE = "特种设备科"


def unit(name):
    with transaction() as session:
        return session.scalars(select(Unit.id).where(Unit.name == name)).one()


def person(username):
    with transaction() as session:
        return made.person(session, username).id


def rows(kind):
    with transaction() as session:
        return list(session.scalars(select(kind).order_by(kind.id)))


def states(case_id):
    with transaction() as session:
        return {one.rule: one.state for one in session.get_one(Case, case_id).deadlines if one.rule != "LEAD_CONFIRM"}


def test_the_page_stays_calm_and_has_one_primary_button(duty, clock):
    page = duty.text(f"/cases/{made.case(clock.now, emergency=True)}")
    for title in ("交办与退办", "定级与等级", "请示", "反馈", "转交", "并案", "报请市新闻办"):
        assert f'<summary class="button">{title}' in page, title
    assert page.count('<button class="primary"') == 1
    assert "<details" in page
    assert not re.search(r'<details class="act" id="\w+" name="act" open', page), (
        "nothing is open before it is asked for"
    )


def test_a_matter_is_handed_over_and_helped_with(duty, clock):
    case_id = made.case(clock.now)
    answer = duty.post(f"/cases/{case_id}/reassign", unit=unit(DEVICE), why=" ")
    assert (answer.status_code, "请写明转办理由" in answer.text) == (422, True)
    assert re.search(r'<details class="act" id="assign" name="act" open', answer.text)
    duty.post(f"/cases/{case_id}/reassign", unit=unit(DEVICE), why="气瓶问题")
    duty.post(f"/cases/{case_id}/co", unit=unit("食品安全科"), why="配合检查")
    page = duty.text(f"/cases/{case_id}")
    assert "转办特种设备科牵头 · 气瓶问题" in page
    assert "请食品安全科协办 · 配合检查" in page
    assert states(case_id) == {"OTHER_RESPONSE": "open"}
    co = next(one for one in rows(Assignment) if one.part == "co")
    duty.post(f"/cases/{case_id}/co/{co.id}/end", why="已查完")
    assert "食品安全科不再协办 · 已查完" in duty.text(f"/cases/{case_id}")
    assert duty.post(f"/cases/{case_id}/about", unit=unit(DEVICE), why="x").status_code == 422
    duty.post(f"/cases/{case_id}/about", unit=unit("食品安全科"), why="投诉该科")
    assert '<span class="tag">涉及食品安全科</span>' in duty.text(f"/cases/{case_id}")


def test_a_row_of_another_matter_is_unknown_here(duty, clock):
    first, second = made.case(clock.now, "第一件"), made.case(clock.now, "第二件")
    duty.post(f"/cases/{first}/transfers", receiver="市应急管理局", reason="x")
    duty.post(f"/cases/{first}/approvals", leader=person("leader"), how="电话请示", words="同意")
    assert duty.post(f"/cases/{second}/transfers/1/receipt", receipt="1").status_code == 404
    assert duty.post(f"/cases/{second}/approvals/1/sign").status_code == 404
    assert duty.post(f"/cases/{second}/co/1/end", why="x").status_code == 404


def test_a_section_asks_to_be_relieved_and_the_office_decides(signed_in, clock):
    case_id = made.case(clock.now)
    section, office, duty = signed_in("section"), signed_in("office"), signed_in("duty")
    page = section.text(f"/cases/{case_id}")
    assert "申请退办" in page
    assert "登记退办申请" not in page
    assert section.post(f"/cases/{case_id}/bounce", why="").status_code == 422
    assert section.post(f"/cases/{case_id}/bounce", why="属特种设备", suggested=unit(DEVICE)).status_code == 302
    assert duty.post(f"/cases/{case_id}/bounce/1", answer="no", why="x").status_code == 403
    page = office.text(f"/cases/{case_id}")
    assert "食品安全科申请退办，等办公室决定" in page
    assert re.search(rf'<option value="{unit(DEVICE)}" selected>', page), "whom it suggests is chosen already"
    assert office.post(f"/cases/{case_id}/bounce/1", answer="no", why="").status_code == 422
    office.post(f"/cases/{case_id}/bounce/1", answer="yes", why="同意", unit=unit(DEVICE))
    [bounce] = rows(Bounce)
    assert (bounce.accepted, bounce.how) == (True, "系统填报")
    assert section.get(f"/cases/{case_id}").status_code == 404, "it is no matter of its own any more"
    assert "同意退办（食品安全科）：同意" in duty.text(f"/cases/{case_id}")


def test_the_duty_officer_takes_down_a_request_made_by_telephone(duty, clock):
    case_id = made.case(clock.now)
    clock.forward(hours=2)
    form = {"asker": unit("食品安全科"), "how": "电话", "at": "2026-11-20T09:40", "why": "不属餐饮"}
    assert duty.post(f"/cases/{case_id}/bounce", **form).status_code == 302
    page = duty.text(f"/cases/{case_id}")
    assert "申请退办（电话）：不属餐饮" in page
    assert "补录：实际 09:40，登记 11:30" in page


def test_a_section_reports_and_acknowledges_on_its_page(signed_in, clock):
    case_id = made.case(clock.now)
    made.notice(case_id, "section", clock.now)
    section = signed_in("section")
    assert "/notices/1/acknowledge" in section.text(f"/cases/{case_id}")
    assert section.post(f"/cases/{case_id}/reports", text=" ").status_code == 422
    section.post(f"/cases/{case_id}/reports", text="已查封，13900001234")
    [report] = rows(ReportBack)
    assert (report.how, report.unit_id) == ("系统填报", unit("食品安全科"))
    page = section.text(f"/cases/{case_id}")
    assert "反馈（系统填报）：已查封" in page
    assert "13900001234" not in page


def test_a_section_that_helps_sees_the_matter_and_one_that_does_not_cannot_act(signed_in, clock):
    case_id = made.case(clock.now, "别科室的事", unit=DEVICE)
    section, duty = signed_in("section"), signed_in("duty")
    assert section.post(f"/cases/{case_id}/reports", text="x").status_code == 404
    assert section.post(f"/cases/{case_id}/bounce", why="x").status_code == 404
    duty.post(f"/cases/{case_id}/co", unit=unit("食品安全科"), why="")
    assert "别科室的事" in section.text("/cases?state=all")
    assert section.get("/articles/1").status_code == 200
    assert section.get("/notices/1").status_code == 404
    made.notice(case_id, "duty", clock.now)
    assert section.get("/notices/1").status_code == 200
    assert section.post(f"/cases/{case_id}/reports", text="协办情况").status_code == 302


def test_a_grade_and_a_level_change_with_their_reasons(duty, clock):
    case_id = made.case(clock.now, emergency=True)
    duty.post(f"/cases/{case_id}/grade", grade="III", by="市应急局 清应急〔2026〕8号")
    assert states(case_id) == {"AUTH_RELEASE": "void", "PRESS_CONF": "void", "OTHER_RESPONSE": "open"}
    assert duty.post(f"/cases/{case_id}/level", level="pink", why="x").status_code == 422
    duty.post(f"/cases/{case_id}/level", level="orange", why="热度回落")
    page = duty.text(f"/cases/{case_id}")
    assert "等级：红色 → 橙色 · 热度回落" in page
    assert "定级：疑似 → 较大" in page
    duty.post(f"/cases/{case_id}/grade", grade="none", by="市应急局电话")
    assert "较大 → 不属突发事件" in duty.text(f"/cases/{case_id}")


def test_t0_is_corrected_with_a_reason(duty, clock):
    case_id = made.case(clock.now, emergency=True)
    form = {"occurred_at": "2026-11-20T08:00", "first_posted_at": "", "why": ""}
    answer = duty.post(f"/cases/{case_id}/start", **form)
    assert (answer.status_code, "2026-11-20T08:00" in answer.text) == (422, True)
    duty.post(f"/cases/{case_id}/start", **{**form, "why": "现场记录"})
    page = duty.text(f"/cases/{case_id}")
    assert "起算 08:00（事发时间）" in page
    assert "更正起算时间，重新计算" in page
    assert "13:00 到期" in page


def test_an_oral_approval_waits_for_its_signature(duty, clock):
    case_id = made.case(clock.now)
    clock.forward(hours=1)
    said = {"leader": person("leader"), "how": "电话请示", "words": "同意先发布", "at": "2026-11-20T09:35"}
    assert duty.post(f"/cases/{case_id}/approvals", **{**said, "leader": ""}).status_code == 422
    duty.post(f"/cases/{case_id}/approvals", **said)
    assert states(case_id)["SIGN_LATER"] == "open"
    page = duty.text(f"/cases/{case_id}")
    assert "电话请示：同意先发布" in page
    assert "待补签：还没有补齐审核签字" in page
    board = duty.text("/")
    assert "登记补签" in board
    link = re.search(r'href="(/cases/\d+\?deadline=\d+)#approval"', board)
    assert link is not None
    assert re.search(r'<details class="act" id="approval" name="act" open', duty.text(link[1]))
    duty.post(f"/cases/{case_id}/approvals/{rows(Approval)[0].id}/sign", at="2026-11-20T10:20")
    assert states(case_id)["SIGN_LATER"] == "met"


def test_a_transfer_waits_for_its_receipt(duty, clock):
    case_id = made.case(clock.now, emergency=True)
    duty.post(f"/cases/{case_id}/transfers", receiver="市应急管理局", reason="属燃气安全", at="2026-11-20T09:30")
    assert "1项等回执" in duty.text(f"/cases/{case_id}")
    assert set(states(case_id).values()) == {"open"}
    duty.post(f"/cases/{case_id}/transfers/{rows(Transfer)[0].id}/receipt", receipt="收文8号", at="2026-11-20T09:30")
    page = duty.text(f"/cases/{case_id}")
    assert set(states(case_id).values()) == {"met"}
    assert "已转交" in page
    assert "收到回执，已转交" in page


def test_a_press_conference_is_put_to_the_city_and_recorded_with_its_people(duty, clock):
    case_id = made.case(clock.now, emergency=True)
    assert "还没有报请市新闻办" in duty.text(f"/cases/{case_id}")
    duty.post(f"/cases/{case_id}/press", words="电话报请")
    assert "09:30 已报请市新闻办" in duty.text(f"/cases/{case_id}")
    act = {"kind": "conference", "at": "2026-11-20T09:30", "channel": "发布厅", "publisher": "本局"}
    people = {"form": "吹风会", "host": "主持人甲", "speaker": "发布人乙"}
    assert duty.post(f"/cases/{case_id}/release", **act, **{**people, "form": "茶话会"}).status_code == 422
    duty.post(f"/cases/{case_id}/release", **act, **people)
    assert "吹风会:发布厅 · 主持人主持人甲 · 发布人发布人乙" in duty.text(f"/cases/{case_id}")


def test_after_the_first_release_the_next_is_asked_for_until_the_final_one(duty, clock):
    case_id = made.case(clock.now, emergency=True)
    act = {"kind": "release", "channel": "局网站", "publisher": "本局"}
    duty.post(f"/cases/{case_id}/release", at="2026-11-20T09:30", **act)
    assert states(case_id)["NEXT_RELEASE"] == "open"
    clock.forward(hours=3)
    duty.post(f"/cases/{case_id}/release", at="2026-11-20T12:00", final="yes", **act)
    assert states(case_id)["NEXT_RELEASE"] == "met"
    assert "已终报" in duty.text(f"/cases/{case_id}")


def test_two_matters_become_one(duty, clock):
    first, second = made.case(clock.now, "第一件"), made.case(clock.now, "第二件")
    assert duty.post(f"/cases/{first}/merge", into="", why="x").status_code == 422
    assert duty.post(f"/cases/{first}/merge", into=second, why="").status_code == 422
    duty.post(f"/cases/{first}/merge", into=second, why="同一家店")
    page = duty.text(f"/cases/{first}")
    assert f'已并入 <a href="/cases/{second}">' in page
    assert "第一件" in duty.text(f"/cases/{second}")


def test_a_ticket_brings_its_number_and_limit(duty, clock):
    form = {"title": "电梯困人", "text": "来电", "channel": "hotline", "unit": unit(DEVICE)}
    answer = duty.post("/leads/new", **form)
    assert (answer.status_code, "热线办件要写明编号" in answer.text) == (422, True)
    answer = duty.post("/leads/new", **form, number="QY-88", limit="2026-11-21T18:00")
    lead_id = int(re.search(r"/leads/(\d+)", answer.headers["Location"])[1])
    assert "热线办件 QY-88" in duty.text(f"/leads/{lead_id}")
    duty.post(f"/leads/{lead_id}/confirm", title="电梯困人", unit=unit(DEVICE), level="yellow", emergency="no")
    page = duty.text("/cases/1")
    assert "热线办件 QY-88" in page
    assert "11月21日 周六 18:00 到期" in page


def test_who_a_matter_is_about_cannot_lead_it(duty, clock):
    lead_id = made.lead(clock.now)
    said = {"title": "投诉", "unit": unit(DEVICE), "about": unit(DEVICE), "level": "yellow", "emergency": "no"}
    answer = duty.post(f"/leads/{lead_id}/confirm", **said)
    assert (answer.status_code, "不能由它牵头" in answer.text) == (422, True)


@pytest.fixture
def targets(app, clock):
    with transaction() as session:
        for rank, name in enumerate(("市委值班室", "市网信办")):
            upward.put_target(session, name, f"0000-{rank}", rank, "command", clock.now)


def test_a_suspected_emergency_shows_whom_to_call_and_one_click_records_it(duty, signed_in, clock, targets):
    lead_id = made.lead(clock.now, "多名学生呕吐", suspected=True)
    page = duty.text(f"/leads/{lead_id}")
    assert page.index("市委值班室") < page.index("市网信办")
    assert 'href="tel:0000-0"' in page
    clock.forward(minutes=5)
    duty.post(f"/leads/{lead_id}/upward", target="1", taken_by="接报人丙")
    assert "09:35 已电话报告，接报人丙接" in duty.text(f"/leads/{lead_id}")
    assert duty.post(f"/leads/{lead_id}/upward", target="99").status_code == 302
    assert len(rows(UpwardReport)) == 1
    assert "报送清单" not in duty.text(f"/leads/{made.lead(clock.now, '普通线索')}")
    case_id = made.case(clock.now, "气瓶爆燃", emergency=True)
    assert "报送清单" in duty.text(f"/cases/{case_id}")
    assert "报送清单" not in signed_in("section").text(f"/cases/{case_id}")


def test_the_first_report_is_written_from_the_facts_and_kept_as_one_thread(duty, clock, targets):
    case_id = made.case(clock.now, "多名学生呕吐", emergency=True)
    lead_id = rows(Case)[0].lead_id
    duty.post(f"/leads/{lead_id}/upward", target="1", taken_by="接报人丙")
    page = duty.text(f"/leads/{lead_id}/report")
    for words in ("接报时间", "信息来源", "事发时间", "地点", "性质", "影响范围", "初步损失", "趋势", "建议", "签发"):
        assert words in page, words
    assert "2026年11月20日09时30分电话报告市委值班室（接报人丙接）" in page
    assert "疑似特别重大、重大突发事件，待主管部门定级" in page
    assert duty.post(f"/leads/{lead_id}/report", kind="final", text="x").status_code == 422
    assert duty.post(f"/leads/{lead_id}/report", kind="first", text="性质：食物中毒").status_code == 302
    duty.post(f"/leads/{lead_id}/report", kind="follow_up", text="趋势：好转")
    duty.post(f"/leads/{lead_id}/report", kind="final", text="建议：结案")
    kept = [one.id for one in rows(UpwardReport) if one.text]
    assert "食物中毒" in duty.text(f"/leads/{lead_id}/report?id={kept[0]}")
    page = duty.text(f"/cases/{case_id}")
    assert all(label in page for label in ("初报", "续报1", "终报", "电话报告 市委值班室"))
    assert duty.get(f"/leads/{lead_id}/report?id=1").status_code == 404, "a call has no text"
    assert duty.get(f"/leads/{lead_id}/report?id={'9' * 30}").status_code in (200, 404)


def test_the_office_keeps_its_targets(signed_in, targets):
    office = signed_in("office")
    assert office.post("/report-targets", name="省局", telephone="", rank="3").status_code == 422
    office.post("/report-targets", name="省局", telephone="0000-9", rank="3")
    office.post("/report-targets/1/remove")
    page = signed_in("duty").text("/report-targets")
    assert "省局" in page
    assert "市委值班室" not in page


def test_who_may_approve_is_listed_once_in_order(duty, clock):
    with transaction() as session:
        leader = made.person(session, "leader")
        appoint(session, "chief", leader)
        session.add(Person(name="带班领导B", role="leader"))
    page = duty.text(f"/cases/{made.case(clock.now)}")
    assert page.count(f'<option value="{person("leader")}">leader员</option>') == 1


def test_a_closed_matter_has_no_forms_left(duty, clock):
    first, second = made.case(clock.now, "第一件"), made.case(clock.now, "第二件")
    duty.post(f"/cases/{first}/merge", into=second, why="同一家店")
    assert "<summary" not in duty.text(f"/cases/{first}")
    for path in ("reassign", "co", "approvals", "transfers", "reports", "level"):
        form = {"unit": unit(DEVICE), "why": "x", "leader": person("leader"), "how": "电话请示", "words": "x"}
        more = {"receiver": "x", "reason": "x", "text": "x", "level": "red"}
        if path == "reports":
            form["how"] = "电话反馈"
        assert "已办结" in duty.post(f"/cases/{first}/{path}", **form, **more).text, path
