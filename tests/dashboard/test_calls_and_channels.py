"""Calls to make on the board, what came of them in one click, the gateway's report, and the screen of channels."""

import re
from dataclasses import replace
from datetime import timedelta

import pytest
import screen_matters as made
from sqlalchemy import select

from store import calls, notices
from store.db import transaction
from store.links import VALID, ack_token
from store.secrets import key
from store.tables import Case, Notice, Person


@pytest.fixture
def call_id(app, clock):
    """A call somebody has to make about a notice to the section."""
    return ask(clock.now, voice=False)


def ask(now, *, voice):
    """Ask for a call about a notice to the section and return its id."""
    about = made.notice(made.case(now), "section", now)
    with transaction() as session:
        notice = session.get_one(Notice, about)
        notice.person.phone = "13900000000"
        call = calls.ask(session, notice, notice.person, now, voice=voice)
        assert call is not None
        return call.id


def test_the_board_shows_whom_to_call_and_why(duty, call_id):
    page = duty.text("/")
    assert page.index("待打电话") < page.index("在办时限")
    assert 'href="tel:13900000000"' in page
    assert "section员" in page
    for words in ("已接通并签收", "无人接听", "号码不对"):
        assert f">{words}</button>" in page
    assert "待打电话" in duty.get("/live").text


def test_without_calls_there_is_no_such_section(duty, clock):
    made.case(clock.now)
    assert "待打电话" not in duty.text("/")


def test_one_click_acknowledges(duty, call_id):
    answer = duty.post(f"/notices/{call_id}/call", result="answered")
    assert answer.status_code == 302
    page = duty.text("/")
    assert "待打电话" not in page
    assert "已登记：section员 已接通并签收。" in page
    assert made.acknowledged(1) == "电话签收"
    with transaction() as session:
        assert session.get_one(Case, 1).state == "handling"


def test_nobody_answers_and_it_comes_again(duty, call_id, clock):
    duty.post(f"/notices/{call_id}/call", result="no_answer")
    assert "无人接听 1 次，09:35 再拨" in duty.text("/")
    assert made.acknowledged(1) is None


def test_a_wrong_number_stands_among_what_was_not_delivered(duty, call_id):
    duty.post(f"/notices/{call_id}/call", result="wrong_number")
    page = duty.text("/")
    assert "待打电话" not in page
    assert "号码不对" in page


def test_a_result_that_comes_late_or_is_none_changes_nothing(duty, call_id):
    for said in ("", "maybe"):
        duty.post(f"/notices/{call_id}/call", result=said)
    assert "请选择通话结果" in duty.text(f"/notices/{call_id}")
    duty.post(f"/notices/{call_id}/call", result="answered")
    duty.post(f"/notices/{call_id}/call", result="wrong_number")
    assert "已经登记过结果" in duty.text(f"/notices/{call_id}")
    assert made.row(Notice, call_id).state == "sent"


def test_leaders_see_calls_and_make_none(signed_in, call_id):
    leader = signed_in("leader")
    page = leader.text("/")
    assert "待打电话" in page
    assert "无人接听</button>" not in page
    assert leader.post(f"/notices/{call_id}/call", result="answered").status_code == 403


def test_acknowledging_by_the_link_takes_the_call_away(browser, duty, call_id, settings, clock):
    token = ack_token(key(settings.secret_file, "ack-link"), 1, clock.now)
    assert browser().client.post(f"/n/{token}").status_code == 303
    assert "待打电话" not in duty.text("/")


def test_the_link_says_when_and_by_which_way_it_was_acknowledged(browser, duty, call_id, settings, clock):
    token = ack_token(key(settings.secret_file, "ack-link"), 1, clock.now)
    clock.forward(minutes=7)
    duty.post(f"/notices/{call_id}/call", result="answered")
    clock.forward(minutes=5)
    one = browser()
    assert one.client.post(f"/n/{token}").status_code == 303
    page = one.text(f"/n/{token}")
    assert "已签收：section员，09:37（电话签收）" in page
    assert "<form" not in page


@pytest.fixture
def voice(app, clock, settings):
    """A call of the voice gateway and the token it reports with."""
    id_ = ask(clock.now, voice=True)
    return id_, ack_token(key(settings.secret_file, "voice-call"), id_, clock.now)


@pytest.mark.parametrize("kind", ["json", "data"])
def test_key_1_acknowledges(browser, voice, kind):
    answer = browser().client.post(f"/voice/{voice[1]}", **{kind: {"key": "1"}})
    assert (answer.status_code, answer.json) == (200, {"code": 0, "acknowledged": True})
    assert made.acknowledged(1) == "语音按键签收"


@pytest.mark.parametrize("said", [{"key": "2"}, {"result": "busy"}, ["1"], "1", {"key": None}])
def test_anything_else_goes_to_a_person(browser, duty, voice, said):
    answer = browser().client.post(f"/voice/{voice[1]}", json=said)
    assert answer.json == {"code": 0, "acknowledged": False}
    assert made.acknowledged(1) is None
    assert "待打电话" in duty.text("/")


def test_a_report_without_the_right_token_is_nothing(browser, voice, settings, clock):
    id_, token = voice
    other = ack_token(key(settings.secret_file, "ack-link"), id_, clock.now)
    for wrong in (other, token[:-2] + "AA", "1", f"{id_}-9-x"):
        assert browser().client.post(f"/voice/{wrong}", json={"key": "1"}).status_code == 404
    clock.forward(days=VALID.days, seconds=2)
    assert browser().client.post(f"/voice/{token}", json={"key": "1"}).status_code == 404
    assert made.acknowledged(1) is None


@pytest.fixture
def rich(app, settings):
    """The application with a robot and text messages set."""
    app.config["SETTINGS"] = replace(
        settings, wecom_robot_url="https://robot.example/?key=geheim", sms_url="https://sms.example/"
    )


def row_of(page, label):
    """Return the row of a channel."""
    return next(row for row in re.findall(r"<tr.*?</tr>", page, re.S) if f"<b>{label}</b>" in row)


@pytest.mark.usefixtures("rich")
def test_every_channel_stands_there_as_it_is(signed_in, clock):
    made.notice(made.case(clock.now), "section", clock.now)
    page = signed_in("system_admin").text("/channels")
    assert "geheim" not in page
    assert not re.search(r"\sstyle=|\son\w+=", page)
    assert "正常" in row_of(page, "邮件")
    assert "09:30" in row_of(page, "邮件")
    assert "已设，还没有用过" in row_of(page, "企业微信群机器人")
    assert "10 条" in row_of(page, "企业微信群机器人")
    assert "未设" in row_of(page, "语音电话")
    assert "<form" not in row_of(page, "语音电话")


@pytest.mark.usefixtures("rich")
def test_a_click_writes_a_test_message_and_sends_nothing(signed_in, clock):
    office = signed_in("office")
    with transaction() as session:
        person = made.person(session, "duty")
        person.phone, id_ = "13900000000", person.id
    assert office.post("/channels/sms/test", person=str(id_)).status_code == 302
    assert "已交发信进程" in office.text("/channels")
    with transaction() as session:
        notice = session.scalars(select(Notice)).one()
        assert (notice.channel, notice.address, notice.state) == ("sms", "13900000000", "pending")
        notices.note_delivery(session, notice.id, clock.now, 9, ok=False, words="7：余额不足")
    clock.forward(minutes=1)
    assert "余额不足" in row_of(office.text("/channels"), "短信")
    assert "最近一次失败" in row_of(office.text("/channels"), "短信")


@pytest.mark.usefixtures("rich")
def test_a_test_that_cannot_go_out_says_why_and_keeps_the_choice(signed_in):
    office = signed_in("office")
    with transaction() as session:
        id_ = session.scalars(select(Person.id).where(Person.username == "leader")).one()
    answer = office.post("/channels/sms/test", person=str(id_))
    assert answer.status_code == 422
    assert "leader员没有登记短信的地址或号码" in answer.text
    assert f'<option value="{id_}" selected>' in row_of(answer.text, "短信")
    assert "还没有设置" in office.post("/channels/voice/test", person=str(id_)).text
    assert "请选择发给谁" in office.post("/channels/email/test", person="").text
    assert office.post("/channels/fax/test", person=str(id_)).status_code == 404


def test_others_see_no_channels(signed_in):
    for role in ("duty", "leader", "section", "security_admin", "audit_admin"):
        assert signed_in(role).get("/channels").status_code == 403
    assert '"/channels"' not in signed_in("duty").text("/")


def test_any_channel_is_a_channel(app, duty, tmp_path, settings):
    app.config["SETTINGS"] = replace(settings, smtp_url=None, sms_url="https://sms.example/")
    assert "没有可用的通知渠道" not in duty.text("/")
    assert duty.get("/healthz").json["notices"] is True


def test_a_group_is_named_as_such(duty, clock):
    case_id = made.case(clock.now)
    made.notice(case_id, "duty", clock.now)
    with transaction() as session:
        first = session.get_one(Notice, 1)
        notices.write(
            session,
            first.person,
            first.topic,
            notices.Message("主题", "正文", None, "短"),
            clock.now,
            stage=first.stage,
            lead_id=first.lead_id,
            channel="wecom_robot",
        )
    assert "企业微信群机器人" in duty.text(f"/cases/{case_id}")
    page = duty.text("/notices/2")
    assert "群消息不签收" in page
    assert "电话签收</button>" not in page
    assert "duty员 邮件已交邮件服务器" in duty.text("/"), "the board shows the person's own"


def test_an_acknowledgement_counts_for_all_ways_of_the_same_person(app, clock):
    made.notice(made.case(clock.now), "section", clock.now)
    with transaction() as session:
        first = session.get_one(Notice, 1)
        first.person.phone = "139"
        message = notices.Message("主题", "正文", None, "短")
        second = notices.write(
            session, first.person, first.topic, message, clock.now, lead_id=first.lead_id, channel="sms", asks_ack=True
        )
        assert second is not None
    with transaction() as session:
        notices.acknowledge(session, session.get_one(Notice, 1), "凭邮件链接签收", clock.now + timedelta(1), "link")
    assert made.acknowledged(2) == "凭邮件链接签收"
