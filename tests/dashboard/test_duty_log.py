"""值班日志: written down once, acted on later, a lead with one click; the call form of leads writes it too."""

import pytest
from accounts import account
from sqlalchemy import select

from store.db import reading
from store.tables import DutyEntry, JournalEntry, Lead

CALL = {"kind": "call", "caller": "实验小学 王某某", "telephone": "13900001234", "words": "多名学生不适\n请来人"}


def entries() -> list[DutyEntry]:
    with reading() as session:
        return list(session.scalars(select(DutyEntry).order_by(DutyEntry.id)))


def test_a_call_is_written_down_with_who_rang_and_what_was_done(duty, clock):
    answer = duty.post("/dutylog", **CALL, action="已电话报告带班领导")
    assert answer.headers["Location"] == "/dutylog?day=2026-11-20"
    entry = entries()[0]
    assert (entry.at, entry.person_id, entry.lead_id) == (clock.now, account("duty").id, None)
    page = duty.text("/dutylog")
    for words in ("实验小学 王某某", "13900001234", "多名学生不适", "已电话报告带班领导", "duty员 记"):
        assert words in page
    with reading() as session:
        kept = session.scalars(select(JournalEntry).where(JournalEntry.action == "write_entry")).one()
        assert kept.facts == {"kind": "call", "lead": None}


def test_who_only_reads_sees_no_number_and_no_form(duty, signed_in):
    duty.post("/dutylog", **CALL)
    page = signed_in("leader").text("/dutylog")
    assert "13900001234" not in page
    assert "139******34" in page
    assert 'action="/dutylog' not in page


def test_one_click_makes_a_lead_of_a_call_once(duty):
    duty.post("/dutylog", **CALL)
    first = duty.post("/dutylog/1/lead").headers["Location"]
    assert first == "/leads/1?open=confirm"
    assert duty.post("/dutylog/1/lead").headers["Location"] == first
    with reading() as session:
        lead = session.scalars(select(Lead)).one()
        assert (lead.title, lead.channel) == ("多名学生不适", "message")
    assert "打开线索" in duty.text("/dutylog")


def test_writing_down_and_opening_a_lead_in_one_go(duty):
    assert duty.post("/dutylog", **CALL, lead="yes").headers["Location"] == "/leads/1?open=confirm"
    assert entries()[0].lead_id == 1


def test_the_call_form_of_leads_writes_the_log_too(duty):
    form = {"title": "电梯困人", "text": "三号楼", "channel": "message", "caller": "物业 李某", "telephone": "0000-7"}
    assert duty.post("/leads/new", **form).status_code == 302
    assert duty.post("/leads/new", title="网传截图", channel="weibo").status_code == 302
    call, note = entries()
    assert (call.kind, call.caller, call.telephone, call.words, call.lead_id) == (
        "call",
        "物业 李某",
        "0000-7",
        "电梯困人\n三号楼",
        1,
    )
    assert (note.kind, note.words, note.lead_id) == ("note", "网传截图", 2)
    assert duty.post("/leads/new", title="", channel="weibo", caller="留着").status_code == 422
    assert len(entries()) == 2


BAD = [
    ({"kind": "gossip"}, "请选择"),
    ({"words": "  "}, "请写内容"),
    ({"at": "2026-11-20T09:45"}, "不能晚于现在"),
    ({"at": "昨天"}, "看不懂"),
]


@pytest.mark.parametrize(("wrong", "words"), BAD)
def test_what_cannot_be_is_refused_and_kept(duty, wrong, words):
    answer = duty.post("/dutylog", **{**CALL, **wrong})
    assert answer.status_code == 422
    assert words in answer.text
    assert 'value="实验小学 王某某"' in answer.text
    assert entries() == []


def test_what_is_done_later_is_added_and_an_idle_call_stays_in_sight(duty, clock):
    duty.post("/dutylog", **CALL)
    assert "还有 1 个来电没有处理" in duty.text("/dutylog")
    assert duty.post("/dutylog/1/action", action=" ").status_code == 422
    duty.post("/dutylog/1/action", action="已转食品安全科")
    duty.post("/dutylog/1/action", action="已回电")
    assert entries()[0].action == "已转食品安全科\n已回电"
    assert "没有处理" not in duty.text("/dutylog")


def test_an_entry_of_an_earlier_time_stands_on_its_day_and_says_so(duty):
    duty.post("/dutylog", **{**CALL, "at": "2026-11-19T23:40"})
    assert "这一天没有记录" in duty.text("/dutylog")
    page = duty.text("/dutylog?day=2026-11-19")
    assert "补记" in page
    assert duty.get("/dutylog?day=nonsense").status_code == 200
    assert duty.get("/dutylog?day=0001-01-01").status_code == 200
    assert duty.post("/dutylog/99/lead").status_code == 404
