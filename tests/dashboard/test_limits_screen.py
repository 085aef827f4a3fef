"""Limits of one matter on the screen: a duty is added by hand, one that may be extended is extended, with reasons."""

import pytest
import screen_matters as made
from sqlalchemy import select

from store.db import transaction
from store.limits import set_limit
from store.tables import Deadline, JournalEntry, Stage

OWN = {"title": "局长信箱", "duty": "答复来信", "unit": "workdays", "limit": 2, "met_by": "reply"}
START = "2026-11-20T09:00"


def duties(case_id):
    with transaction() as session:
        return {one.rule: one for one in session.scalars(select(Deadline).where(Deadline.case_id == case_id))}


def add(browser, case_id, rule, **more):
    return browser.post(f"/cases/{case_id}/limits", **{"rule": rule, "start": START, "limit": "", **more})


def test_a_limit_of_the_offices_own_is_added_and_shown_everywhere(duty, clock):
    with transaction() as session:
        set_limit(session, "MAYOR_BOX", OWN, "command", clock.now)
    case_id = made.case(clock.now)
    assert f'href="/cases/{case_id}/limits"' in duty.text(f"/cases/{case_id}")
    assert add(duty, case_id, "MAYOR_BOX").status_code == 302
    found = duties(case_id)["MAYOR_BOX"]
    assert found.due_at.isoformat() == "2026-11-24T15:59:59+00:00"
    with transaction() as session:
        assert session.scalars(select(Stage).where(Stage.deadline_id == found.id)).all()
        assert "add_duty" in set(session.scalars(select(JournalEntry.action)))
    for page in (f"/cases/{case_id}", f"/cases/{case_id}/limits", "/"):
        assert "局长信箱" in duty.text(page), page
    act = {"kind": "reply", "channel": "电话答复", "publisher": "本局", "at": "2026-11-20T09:30"}
    assert duty.post(f"/cases/{case_id}/release", deadline=found.id, **act).status_code == 302
    assert duties(case_id)["MAYOR_BOX"].state == "met"


def test_a_ticket_brings_its_own_limit(duty, clock):
    case_id = made.case(clock.now)
    assert "请填写文件上的时限" in add(duty, case_id, "HOTLINE").text
    assert add(duty, case_id, "HOTLINE", limit="2026-11-25T18:00").status_code == 302
    found = duties(case_id)["HOTLINE"]
    assert (found.due_at.isoformat(), found.given) == ("2026-11-25T10:00:00+00:00", True)


@pytest.mark.parametrize(
    ("rule", "more", "words"),
    [
        ("", {}, "请选择一项时限"),
        ("AUTH_RELEASE", {}, "请选择一项时限"),
        ("LEAD_CONFIRM", {}, "请选择一项时限"),
        ("FOI_REPLY", {"start": ""}, "请填写起算时间"),
        ("FOI_REPLY", {"start": "2026-11-21T09:00"}, "起算时间不能晚于现在"),
        ("OTHER_RESPONSE", {}, "48小时回应已经在计时"),
        ("SUPERIOR", {"limit": "2026-11-19T09:00"}, "早于开始时间"),
    ],
)
def test_what_cannot_be_added_is_said_and_kept(duty, clock, rule, more, words):
    case_id = made.case(clock.now)
    answer = add(duty, case_id, rule, **more)
    assert answer.status_code == 422
    assert words in answer.text
    if rule == "FOI_REPLY" and more["start"]:
        assert 'value="2026-11-21T09:00"' in answer.text
        assert '<option value="FOI_REPLY" selected>' in answer.text
    assert set(duties(case_id)) == {"LEAD_CONFIRM", "OTHER_RESPONSE"}


def test_a_reply_to_an_application_is_extended_with_its_reason(duty, clock):
    case_id = made.case(clock.now)
    add(duty, case_id, "FOI_REPLY")
    found = duties(case_id)["FOI_REPLY"]
    assert "延长 20 个工作日" in duty.text(f"/cases/{case_id}/limits")
    refused = duty.post(f"/cases/{case_id}/limits/{found.id}", kind="extended", why=" ")
    assert refused.status_code == 422
    assert "请写明延长的理由" in refused.text
    assert (
        duty.post(f"/cases/{case_id}/limits/{found.id}", kind="extended", why="需征求两个部门意见").status_code == 302
    )
    longer = duties(case_id)["FOI_REPLY"]
    assert longer.due_at > found.due_at
    page = duty.text(f"/cases/{case_id}/limits")
    assert "已延长：需征求两个部门意见" in page
    assert f'id="extend{found.id}"' not in page
    assert duty.post(f"/cases/{case_id}/limits/99999", kind="extended", why="x").status_code == 404


def test_a_closed_matter_takes_no_more_limits(duty, clock):
    case_id = made.case(clock.now)
    act = {"kind": "release", "channel": "局网站", "publisher": "本局", "at": "2026-11-20T09:30"}
    duty.post(f"/cases/{case_id}/release", **act)
    duty.post(f"/cases/{case_id}/close")
    assert 'id="add"' not in duty.text(f"/cases/{case_id}/limits")
    assert "已经办结" in add(duty, case_id, "MSG_REPLY").text
