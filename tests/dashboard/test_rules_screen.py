"""法定时限 on the screen: all with their source, shortened freely, lengthened with a reason, own ones added."""

import pytest
import screen_matters as made
from sqlalchemy import select

from domain.regulations import rules
from store.db import reading, transaction
from store.limits import rule_of
from store.tables import JournalEntry, OfficeLimit

OWN = {
    "title": "局长信箱",
    "duty": "答复来信",
    "unit": "workdays",
    "limit": 2,
    "met_by": "reply",
    "reason": "局长办公会",
}


@pytest.fixture
def office(signed_in):
    """The office's browser."""
    return signed_in("office")


def entry() -> JournalEntry:
    with reading() as session:
        return session.scalars(select(JournalEntry).order_by(JournalEntry.seq.desc())).first()


def in_force(code):
    with reading() as session:
        return rule_of(session, code)


def test_every_rule_stands_there_with_its_source_and_how_many_run(office, clock):
    made.case(clock.now)
    page = office.text("/settings/limits")
    for rule in rules().values():
        assert f'href="/settings/limits/{rule.code}">{rule.title}</a>' in page
        assert rule.source in page
    shown = page[page.index("/settings/limits/OTHER_RESPONSE") :].partition("</tr>")[0]
    assert "<b>48小时</b>" in shown
    assert '<td class="num" data-label="在办">1</td>' in shown


def test_a_limit_is_shortened_without_a_reason_and_taken_back(office, clock):
    case_id = made.case(clock.now)
    before = made.row(made.Deadline, 1).due_at
    assert office.post("/settings/limits/OTHER_RESPONSE", limit=24).status_code == 302
    page = office.text("/settings/limits")
    assert "24小时回应：24小时，对此后开始的时限有效。" in page
    assert "规定为 48小时" in page
    assert made.row(made.Deadline, 1).due_at == before, case_id
    assert "office员" in office.text("/settings/limits/OTHER_RESPONSE")
    assert office.post("/settings/limits/OTHER_RESPONSE/reset").status_code == 302
    assert in_force("OTHER_RESPONSE").limit == 48
    assert (entry().action, entry().actor) == ("reset_limit", f"person-{made_person('office')}")


def made_person(name):
    with reading() as session:
        return made.person(session, name).id


def test_a_longer_limit_asks_for_a_reason_and_is_journaled_as_the_command_does(office):
    answer = office.post("/settings/limits/OTHER_RESPONSE", limit=72)
    assert answer.status_code == 422
    assert "请写明理由" in answer.text
    assert 'value="72"' in answer.text
    assert in_force("OTHER_RESPONSE").limit == 48
    assert office.post("/settings/limits/OTHER_RESPONSE", limit=72, reason="市里批复").status_code == 302
    assert entry().action == "set_limit"
    assert entry().facts == {"limit": 72, "unit": None, "off": False, "longer": True}
    assert "长于规定（48小时）" in office.text("/settings/limits")
    assert "自查会一直列出" in office.text("/settings/limits/OTHER_RESPONSE")


def test_a_periodic_duty_is_left_out_with_a_reason_and_taken_up_again(office):
    assert "请写明理由" in office.post("/settings/limits/YEARLY_ATTEND").text
    assert office.post("/settings/limits/YEARLY_ATTEND", reason="本局没有这项要求").status_code == 302
    assert in_force("YEARLY_ATTEND").off
    assert "<b>不执行</b>" in office.text("/settings/limits")
    office.post("/settings/limits/YEARLY_ATTEND/reset")
    assert not in_force("YEARLY_ATTEND").off


def test_reports_upward_are_switched_on_with_a_unit(office):
    assert office.post("/settings/limits/INFO_REPORT", limit=30, unit="minutes").status_code == 302
    assert (in_force("INFO_REPORT").limit, in_force("INFO_REPORT").unit) == (30, "minutes")


@pytest.mark.parametrize("code", ["HOTLINE", "MONTHLY"])
def test_what_cannot_be_set_has_no_form_and_is_refused(office, code):
    page = office.text(f"/settings/limits/{code}")
    assert 'name="limit"' not in page
    answer = office.post(f"/settings/limits/{code}", limit=3)
    assert answer.status_code == 422
    assert '<p class="trouble"' in answer.text


@pytest.mark.parametrize("limit", ["", "0", "x", "999999", "-1"])
def test_a_length_that_is_none_is_refused(office, limit):
    assert "长短应为1到" in office.post("/settings/limits/OTHER_RESPONSE", limit=limit).text


def test_an_own_limit_is_added_changed_used_and_deleted(office, duty, clock):
    assert office.post("/settings/limits", **OWN).status_code == 302
    assert office.post("/settings/limits", **{**OWN, "title": "信访来信"}).status_code == 302
    with reading() as session:
        assert session.scalars(select(OfficeLimit.code).order_by(OfficeLimit.code)).all() == ["OWN_1", "OWN_2"]
    assert "本单位增加的" in office.text("/settings/limits")
    assert office.post("/settings/limits/OWN_1", **{**OWN, "limit": 5}).status_code == 302
    assert in_force("OWN_1").limit == 5
    case_id = made.case(clock.now)
    assert "局长信箱" in duty.text(f"/cases/{case_id}/limits")
    added = {"rule": "OWN_1", "start": "2026-11-20T09:00", "limit": ""}
    assert duty.post(f"/cases/{case_id}/limits", **added).status_code == 302
    assert "还有1项在办时限" in office.post("/settings/limits/OWN_1/reset").text
    assert office.post("/settings/limits/OWN_2/reset").status_code == 302
    assert "信访来信" not in office.text("/settings/limits").split("</main>")[0].split('class="table')[1]


@pytest.mark.parametrize(
    ("wrong", "words"),
    [
        ({"title": " "}, "名称"),
        ({"duty": ""}, "要做什么"),
        ({"unit": "weeks"}, "单位应为"),
        ({"met_by": "x"}, "办结方式"),
    ],
)
def test_an_own_limit_that_cannot_be_is_refused_and_kept(office, wrong, words):
    answer = office.post("/settings/limits", **{**OWN, "reason": "留着的理由", **wrong})
    assert answer.status_code == 422
    assert words in answer.text
    assert "留着的理由" in answer.text


def test_others_look_and_change_nothing_and_a_code_nobody_knows_is_no_page(office, signed_in):
    admin = signed_in("system_admin")
    assert "时限由办公室设定" in admin.text("/settings/limits/OTHER_RESPONSE")
    assert admin.post("/settings/limits/OTHER_RESPONSE", limit=24).status_code == 403
    for path in ("NONE", "other_response", "x" * 300):
        assert office.get(f"/settings/limits/{path}").status_code == 404
        assert office.post(f"/settings/limits/{path}", limit=3).status_code == 404


def test_with_hundreds_of_own_limits_the_list_still_comes(office, clock):
    with transaction() as session:
        for n in range(300):
            row = {"title": f"第{n}项", "duty": "办", "unit": "days", "limit": 3, "met_by": "reply"}
            session.add(OfficeLimit(code=f"OWN_{n}", row=row, reason="", set_at=clock.now, set_by="command"))
    assert "第299项" in office.text("/settings/limits")
