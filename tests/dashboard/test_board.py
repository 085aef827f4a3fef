"""The board: the next clock first, proof of telling, calm that is proved, and a refresh that costs nothing."""

import re
from datetime import timedelta

import pytest
import screen_matters as made
from sqlalchemy import insert

from dashboard import create_app
from store import notices, office, sources
from store.db import transaction
from store.settings import Settings
from store.tables import Article, Case, Deadline, Lead, Notice, Source


def alive(now):
    """Let the clock process beat."""
    with transaction() as session:
        office.beat(session, "clock", now)


def test_clocks_stand_in_order_of_remaining_time(duty, clock):
    made.case(clock.now, "四十八小时的事")
    made.case(clock.now, "五小时的事", emergency=True)
    page = duty.text("/")
    rows = re.findall(r'data-key="deadline-\d+".*?<b>(.*?)</b>', page, re.S)
    assert rows == ["5小时发布", "24小时发布会", "48小时回应"]
    assert re.findall(r'role="timer"[^>]*>([^<]+)', page)[:3] == ["5:00:00", "24:00:00", "48:00:00"]


def test_an_overdue_clock_says_so_and_comes_first(duty, clock):
    made.case(clock.now, "会逾期的事", emergency=True)
    clock.forward(hours=5, minutes=23, seconds=10)
    page = duty.text("/")
    first = page[page.index('data-key="deadline') :]
    assert 'class="remaining overdue"' in first[:400]
    assert "逾期 0:23:10" in first[:400]


def test_a_suspected_matter_is_never_called_grave_and_waits_for_confirmation(duty, clock):
    lead_id = made.lead(clock.now, "多名学生呕吐", suspected=True)
    page = duty.text("/")
    assert page.count("疑似（按5小时时限准备）") >= 2
    assert "特别重大" not in page.split("待研判线索</h2>")[0]
    assert f'href="/leads/{lead_id}?open=confirm#judge"' in page
    assert ">确认</a>" in page


def test_the_action_is_what_the_duty_asks_for(duty, clock):
    case_id = made.case(clock.now, "事件", emergency=True)
    page = duty.text("/")
    assert re.search(rf'href="/cases/{case_id}\?deadline=\d+#record">登记发布<', page)
    assert re.search(rf'href="/cases/{case_id}\?deadline=\d+#record">登记发布会<', page)


def test_who_was_told_stands_there_with_proof(duty, clock):
    case_id = made.case(clock.now)
    notice_id = made.notice(case_id, "section", clock.now)
    assert "section员 邮件已交邮件服务器 09:30 · 未签收" in duty.text("/")
    clock.forward(minutes=5)
    with transaction() as session:
        notices.acknowledge(session, session.get_one(Notice, notice_id), "电话签收", clock.now, "person-1")
    assert "section员 已签收 09:35" in duty.text("/")
    assert "送达" not in duty.text("/")


def test_a_matter_found_late_counts_its_handling_limit(duty, clock):
    lead_id = made.lead(clock.now, "旧事")
    with transaction() as session:
        article = session.get_one(Article, session.get_one(Lead, lead_id).article_id)
        article.published_at = clock.now - timedelta(hours=50)
    duty.post(f"/leads/{lead_id}/confirm", unit="1", level="yellow", emergency="no", title="旧事")
    page = duty.text("/")
    assert "发现时已逾期 · 法定 07:30 · 处置时限" in page
    assert ">48:00:00<" in page


def test_calm_is_proved(duty, clock):
    made.source(clock.now)
    alive(clock.now)
    page = duty.text("/")
    assert "当前无在办时限。最近一次核查" in page
    assert "09:30:00" in page
    assert "1 个监测源正常，下一个定时任务 11月21日 周六 07:50（日报）" in page


def test_a_stopped_clock_is_the_first_sentence(duty, clock):
    alive(clock.now)
    clock.forward(seconds=60)
    assert 'class="alarm"' not in duty.text("/")
    clock.forward(seconds=1)
    page = duty.text("/")
    assert page.index("时钟进程已停止") < page.index("在办时限")
    assert "运行异常" in duty.text("/pulse")


def test_no_notice_channel_is_the_first_sentence(app, duty, tmp_path, clock):
    app.config["SETTINGS"] = Settings.from_env({"HUIYING_DATA_DIR": str(tmp_path)})
    page = duty.text("/")
    assert page.index("没有可用的通知渠道") < page.index("在办时限")


def test_a_mail_server_that_takes_nothing_is_said_aloud(duty, clock):
    notice_id = made.notice(made.case(clock.now), "section", clock.now)
    with transaction() as session:
        for _ in range(3):
            notices.note_delivery(session, notice_id, clock.now, 9, ok=False, words="连不上")
    assert "发信服务器连续拒收" in duty.text("/")
    with transaction() as session:
        notices.note_delivery(session, notice_id, clock.now, 9, ok=True, words="250")
    assert "发信服务器连续拒收" not in duty.text("/")


def test_four_kinds_of_silence_and_failed_notices_are_told_apart(duty, clock):
    names = ("从未连上的", "拒绝我们的", "一直失败的", "安静的")
    ids = [made.source(clock.now - timedelta(hours=30), name) for name in names]
    with transaction() as session:
        never, refused, failing, _ = (session.get_one(Source, id_) for id_ in ids)
        never.last_ok_at = None
        sources.note_failure(never, clock.now, "dns", "找不到地址")
        sources.note_failure(refused, clock.now, "forbidden", "对方拒绝访问")
        sources.note_failure(failing, clock.now, "http_503", "服务器繁忙")
    notice_id = made.notice(made.case(clock.now), "section", clock.now)
    with transaction() as session:
        notice = session.get_one(Notice, notice_id)
        notice.state, notice.error = "failed", "550 no such user"
    page = duty.text("/")
    for kind, name in zip(("从未连通", "拒绝访问", "持续失败", "正常但安静"), names, strict=True):
        assert re.search(rf"<h3>{kind} .*?{name}", page, re.S), kind
    assert "550 no such user" in page


def test_the_refresh_is_free_while_only_time_passes(duty, clock):
    made.case(clock.now)
    alive(clock.now)
    first = duty.get("/live")
    etag = first.headers["ETag"]
    clock.forward(seconds=5)
    alive(clock.now)
    again = duty.get("/live", headers={"If-None-Match": etag})
    assert again.status_code == 304
    assert again.headers["X-Huiying-Beats"].startswith("clock=")
    assert int(again.headers["X-Huiying-Now"]) == int(clock.now.timestamp() * 1000)


@pytest.mark.parametrize("change", ["lead", "ack", "title", "alarm", "source"])
def test_the_refresh_comes_when_something_changed(duty, clock, change):
    case_id = made.case(clock.now)
    notice_id = made.notice(case_id, "section", clock.now)
    alive(clock.now)
    etag = duty.get("/live").headers["ETag"]
    if change == "lead":
        made.lead(clock.now, "又一件")
    if change == "source":
        made.source(clock.now, "又一个")
    if change == "alarm":
        clock.forward(minutes=2)
    with transaction() as session:
        if change == "ack":
            session.get_one(Notice, notice_id).ack_at = clock.now
        if change == "title":
            session.get_one(Case, case_id).title = "改过的标题"
    assert duty.get("/live", headers={"If-None-Match": etag}).status_code == 200


def test_a_leader_reads_but_has_no_forms(signed_in, clock):
    made.case(clock.now)
    made.lead(clock.now, "待研判的事")
    page = signed_in("leader").text("/")
    assert "待研判的事" in page
    assert "/confirm" not in page
    assert "#record" not in page


def test_the_demo_is_marked_on_every_page(app, duty, browser):
    with transaction() as session:
        office.set_fact(session, "demo", True)
        office.set_fact(session, "demo_mail_url", "http://127.0.0.1:8901/mail/")
    for address in ("/", "/cases", "/sources"):
        assert ">演示<" in duty.text(address)
    assert 'href="http://127.0.0.1:8901/mail/"' in duty.text("/")
    assert ">演示<" in browser().text("/login")


def test_a_thousand_open_duties_do_not_flood_the_board(duty, clock):
    lead_id = made.lead(clock.now)
    row = {"lead_id": lead_id, "rule": "OTHER_RESPONSE", "ladder": "duty", "start_at": clock.now}
    rows = [{**row, "due_at": clock.now + timedelta(minutes=number)} for number in range(1000)]
    with transaction() as session:
        session.execute(insert(Deadline), rows)
    page = duty.text("/")
    assert "1000 项，先列最急的 30 项" in page
    assert page.count('class="clock ') == 30


def test_the_application_needs_no_environment(database, settings):
    assert create_app(settings).config["SETTINGS"] is settings
