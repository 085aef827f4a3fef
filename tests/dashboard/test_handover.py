"""交接班: one sheet with all that is open, two signatures by two people, a reminder before the shift ends."""

from datetime import timedelta

import screen_matters as made
from accounts import account, change
from sqlalchemy import select

from domain.outlets import OutletFields
from store import cases, outlets, sources
from store.db import reading, transaction
from store.tables import Case, Handover, JournalEntry, Notice, Shift, Source


def full(clock) -> None:
    """Make something of everything a sheet hands over."""
    case_id = made.case(clock.now, "小学呕吐", emergency=True)
    made.lead(clock.now, "电梯困人")
    made.notice(case_id, "section", clock.now)
    failed = made.notice(made.case(clock.now, "价签不符"), "leader", clock.now)
    source_id = made.source(clock.now, "停刊的网站")
    published = made.case(clock.now, "短斤少两")
    with transaction() as session:
        for rank, (name, kind) in enumerate((("局网站", "website"), ("局微信公众号", "wechat"))):
            outlets.save(session, None, OutletFields(name, kind), rank, "command", clock.now)
        act = cases.Act("release", clock.now, "局微信公众号", "本局")
        cases.record_release(session, session.get_one(Case, published), act, made.person(session, "duty"), clock.now)
        session.get_one(Notice, failed).state = "failed"
        sources.note_failure(session.get_one(Source, source_id), clock.now, "404", "没有这个页面")


def sheet(number: int = 1) -> Handover:
    with reading() as session:
        return session.get_one(Handover, number)


def test_one_button_lists_everything_that_is_open(duty, clock):
    full(clock)
    duty.post("/dutylog", kind="call", words="有人来电询问", caller="某某")
    address = duty.post("/handovers").headers["Location"]
    page = duty.text(address)
    for words in (
        "5小时发布",
        "小学呕吐",
        "电梯困人",
        "停刊的网站",
        "有人来电询问",
        "请于18:40前反馈",
        "section员",
        "还没有同步到网站的发布",
        "leader员",
    ):
        assert words in page, words
    kept = sheet().content
    assert {part: len(rows) for part, rows in kept.items()} == {
        "clocks": 3,
        "copies": 1,
        "cases": 3,
        "leads": 1,
        "sources": 1,
        "unacknowledged": 1,
        "failed": 1,
        "calls": 1,
    }


def test_it_shows_later_what_was_open_then(duty, clock):
    duty.post("/handovers")
    made.lead(clock.forward(minutes=5), "后来的线索")
    assert "后来的线索" not in duty.text("/handovers/1")
    duty.post("/handovers")
    assert "后来的线索" in duty.text("/handovers/1"), "an unsigned sheet is made anew"
    duty.post("/handovers/1/give", words="请盯住五小时的事")
    assert duty.post("/handovers").headers["Location"] == "/handovers/2"


def test_two_people_sign_one_after_the_other(duty, signed_in, clock):
    duty.post("/handovers")
    office = signed_in("office")
    assert "还没有签字" in office.post("/handovers/1/take").text
    assert "请本人签字" in office.post("/handovers/1/give").text
    assert duty.post("/handovers/1/give", words="请盯住五小时的事").status_code == 302
    assert "已经签过字" in duty.post("/handovers/1/give").text
    assert "不能是同一个人" in duty.post("/handovers/1/take").text
    assert "等接班人签字" in duty.text("/")
    clock.forward(minutes=3)
    assert office.post("/handovers/1/take").status_code == 302
    assert "已经有人接班" in office.post("/handovers/1/take").text
    row = sheet()
    assert (row.taker_id, row.taken_how, row.taken_at) == (account("office").id, "本人登录签字", clock.now)
    assert "请盯住五小时的事" in office.text("/handovers/1")
    assert "等接班人签字" not in duty.text("/")
    with reading() as session:
        asked = select(JournalEntry.action).where(JournalEntry.object == "handover-1").order_by(JournalEntry.seq)
        assert list(session.scalars(asked)) == ["make_handover", "give_handover", "take_handover"]


def test_a_signature_on_paper_is_recorded_by_name(duty):
    duty.post("/handovers")
    duty.post("/handovers/1/give")
    assert "请选择接班人" in duty.post("/handovers/1/paper").text
    assert duty.post("/handovers/1/paper", taker=account("leader").id).status_code == 302
    assert "leader员" in duty.text("/handovers")
    assert sheet().taken_how == "纸质签字"


def shift(start, end) -> None:
    with transaction() as session:
        session.add(Shift(post="duty_officer", person_id=account("duty").id, start_at=start, end_at=end))


def test_the_board_asks_for_it_half_an_hour_before_the_end(duty, clock):
    shift(clock.now - timedelta(hours=23, minutes=29), clock.now + timedelta(minutes=31))
    assert "请生成交接班单" not in duty.text("/")
    etag = duty.get("/live").headers["ETag"]
    clock.forward(minutes=2)
    assert duty.get("/live", headers={"If-None-Match": etag}).status_code == 200
    assert "本班 10:01 结束，请生成交接班单" in duty.text("/")
    duty.post("/handovers")
    duty.post("/handovers/1/give")
    duty.post("/handovers/1/paper", taker=account("office").id)
    assert "交接班单" not in duty.text("/")


def test_a_leader_reads_and_signs_nothing(duty, signed_in):
    duty.post("/handovers")
    leader = signed_in("leader")
    assert "交班签字" not in leader.text("/handovers/1")
    assert leader.post("/handovers/1/take").status_code == 403
    assert leader.get("/handovers/9").status_code == 404
    change("leader", role="office")
    assert "等 duty员 签字" in leader.text("/handovers/1")
