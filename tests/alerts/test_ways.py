"""Stories of who is told by which channel: short texts outside the house, fall-over, throttling, storms."""

from collections.abc import Callable, Iterator
from dataclasses import replace
from datetime import datetime, timedelta

import pytest
from alerts_story import confirm, propose
from services.provider import DROP, Provider, provider
from services.smtp import MailServer
from sqlalchemy import select, update

from alerts import clock
from alerts.auditor import Watch, audit
from alerts.merging import MOST
from alerts.sender import send_due
from domain.case import Level
from store import allowance, notices, people, trials
from store.channels import channels_for
from store.db import reading, transaction
from store.links import notice_of
from store.notices import Message, channel_ready
from store.secrets import key
from store.settings import Settings
from store.tables.notices import Allowance, Notice
from store.tables.people import Person

pytestmark = pytest.mark.usefixtures("office")
At = Callable[[float], datetime]
THROTTLED = (200, {"errcode": 45009, "errmsg": "api freq out of limit"})


@pytest.fixture
def other() -> Iterator[Provider]:
    """A provider that is robot and gateway in one."""
    with provider() as made:
        yield made


@pytest.fixture
def rich(settings: Settings, other: Provider) -> Settings:
    """Settings with mail, a robot, an app and text messages."""
    return replace(
        settings,
        wecom_robot_url=other.url("/robot?key=k"),
        sms_url=other.url("/sms", "u:p"),
        wecom_app_url=other.url("/?agentid=1", f"corp:{other.host}"),
    )


def written() -> list[tuple[str, str, str]]:
    """Return (person, channel, state) of all notices, in the order they were written."""
    with reading() as session:
        found = session.scalars(select(Notice).order_by(Notice.id))
        return [(notice.person.name, notice.channel, notice.state) for notice in found]


def paths(other: Provider) -> list[str]:
    """Return at what the provider was asked."""
    return [asked.path.partition("?")[0] for asked in other.asked]


def test_channels_are_tried_in_order_and_only_where_they_are_set(settings: Settings, rich: Settings) -> None:
    all_ = Person(name="值班员A", email="a@x.example", im="zhibanA", phone="139")
    assert channels_for(all_, rich) == ["email", "wecom_app", "sms"]
    assert channels_for(all_, settings) == channels_for(all_, None) == ["email"]
    assert channels_for(Person(name="B", phone="139"), rich) == ["sms"]
    assert channels_for(Person(name="B", phone="139"), settings) == []
    mute = replace(settings, smtp_url=None)
    assert channels_for(all_, mute) == ["email"], "it waits and is seen"
    assert not channel_ready(mute)
    assert channel_ready(replace(mute, webhook_url="http://x/"))


def test_a_red_matter_goes_by_mail_text_message_and_robot_at_once(
    mailbox: MailServer, rich: Settings, other: Provider, t0: datetime
) -> None:
    confirm(propose(t0), t0)
    clock.tick(t0, rich)
    assert send_due(t0, None, rich) == 7
    assert sorted(paths(other)) == ["/robot", "/sms", "/sms", "/sms"], "a group gets one message, not one a person"
    assert len(mailbox.mails) == 3
    [robot] = [asked.said["text"]["content"] for asked in other.asked if "/robot" in asked.path]
    assert robot == ("舆情〔2026〕1号 红色：请发布权威信息、举行新闻发布会并反馈，时限6月10日19:00。值班室0000-1234567")
    assert "清源一中" not in "".join(asked.content.decode() for asked in other.asked)
    with reading() as session:
        [group] = session.scalars(select(Notice).where(Notice.channel == "wecom_robot"))
        assert (group.person.name, group.address, notices.addressee(group)) == (
            "值班员A",
            "群消息",
            "群消息（企业微信群机器人）",
        )
        assert notices.proof(group) == "已发到群"


def test_other_matters_go_by_mail_alone(mailbox: MailServer, rich: Settings, other: Provider, t0: datetime) -> None:
    confirm(propose(t0), t0, level=Level.ORANGE)
    propose(t0, "超市价签不符", opens="lead")
    clock.tick(t0, rich)
    send_due(t0, None, rich)
    assert {channel for _, channel, _ in written()} == {"email"}
    assert other.asked == []


def test_who_has_no_mail_gets_the_first_channel_there_is(rich: Settings, other: Provider, t0: datetime) -> None:
    with transaction() as session:
        session.execute(update(Person).where(Person.name == "值班员A").values(email=None, im="zhibanA"))
    propose(t0, "超市价签不符", opens="lead")
    clock.tick(t0, rich)
    assert written() == [("值班员A", "wecom_app", "pending")]
    other.then((200, {"errcode": 0, "access_token": "T", "expires_in": 7200}))
    assert send_due(t0, None, rich) == 1
    assert paths(other) == ["/cgi-bin/gettoken", "/cgi-bin/message/send"]
    with reading() as session:
        assert notices.proof(session.scalars(select(Notice)).one()) == "已交企业微信"


def test_mail_to_a_foreign_domain_carries_the_short_text_and_a_link(
    mailbox: MailServer, settings: Settings, t0: datetime
) -> None:
    with transaction() as session:
        session.execute(update(Person).where(Person.name == "联络员F").values(email="f@mail.elsewhere.example"))
    confirm(propose(t0), t0)
    clock.tick(t0)
    send_due(t0, None, settings)
    [mail] = mailbox.to("f@mail.elsewhere.example")
    text = mail.message.get_content()
    assert "清源一中" not in text + str(mail.message["Subject"])
    assert text.startswith("舆情〔2026〕1号 红色：请发布权威信息")
    token = text.split("https://yq.qingyuan.example/n/")[1].split()[0]
    with reading() as session:
        notice = session.get_one(Notice, notice_of(key(settings.secret_file, "ack-link"), token, t0))
        assert notice.person.name == "联络员F"
    [own] = mailbox.to("duty_officer@qingyuan.example")
    assert "清源一中" in str(own.message["Subject"])
    listed = replace(settings, full_text_domains=frozenset({"mail.elsewhere.example"}))
    clock.tick(t0 + timedelta(minutes=150))
    send_due(t0 + timedelta(minutes=150), None, listed)
    assert "清源一中" in str(mailbox.to("f@mail.elsewhere.example")[-1].message["Subject"])


def test_a_refused_address_goes_by_the_next_channel_and_the_superior_hears_of_it(
    mailbox: MailServer, rich: Settings, other: Provider, t0: datetime
) -> None:
    confirm(propose(t0), t0, level=Level.ORANGE)
    clock.tick(t0, rich)
    mailbox.refuse("liaison@qingyuan.example")
    send_due(t0, None, rich)
    mine = [row for row in written() if row[0] == "联络员F"]
    assert mine == [("联络员F", "email", "failed"), ("联络员F", "sms", "sent")]
    assert "通知未送达" in str(mailbox.to("duty_leader@qingyuan.example")[-1].message["Subject"])
    with reading() as session:
        assert [notice.channel for notice in notices.troubled(session)] == ["email"], "the board shows the failure"


def test_a_mail_server_that_is_away_is_got_round_after_two_minutes(
    rich: Settings, other: Provider, t0: datetime
) -> None:
    away = replace(rich, smtp_url="smtp://127.0.0.1:9")
    propose(t0, "超市价签不符", opens="lead")
    clock.tick(t0, away)
    for seconds in (0, 20, 60):
        send_due(t0 + timedelta(seconds=seconds), None, away)
    rows = written()
    assert rows[:2] == [("值班员A", "email", "pending"), ("值班员A", "sms", "sent")]
    assert ("带班领导B", "sms", "sent") in rows, "the superior by a channel that works"


def test_a_gateway_that_dies_after_taking_gets_the_same_mark_again(
    rich: Settings, other: Provider, t0: datetime
) -> None:
    with transaction() as session:
        session.execute(update(Person).where(Person.name == "值班员A").values(email=None))
    propose(t0, "超市价签不符", opens="lead")
    clock.tick(t0, rich)
    other.then(DROP)
    assert send_due(t0, None, rich) == 0
    assert send_due(t0 + timedelta(seconds=20), None, rich) == 1
    assert len({asked.said["id"] for asked in other.asked}) == 1


def test_a_channel_taken_out_of_the_settings_fails_at_once(settings: Settings, rich: Settings, t0: datetime) -> None:
    with transaction() as session:
        officer = session.scalars(select(Person).where(Person.name == "值班员A")).one()
        notices.write(session, officer, "a", Message("主题", "正文"), t0, channel="sms", settings=rich)
    send_due(t0, None, settings)
    assert ("值班员A", "sms", "failed") in written()
    assert ("值班员A", "email", "sent") in written()


def test_a_throttled_robot_is_shut_for_ten_minutes_and_legal_messages_go_round(
    mailbox: MailServer, rich: Settings, other: Provider, minutes: At
) -> None:
    one = replace(rich, sms_url=None)
    two = replace(one, webhook_url=other.url("/push", "u:p"))
    other.always = THROTTLED
    confirm(propose(minutes(0)), minutes(0))
    clock.tick(minutes(0), one)
    send_due(minutes(0), None, one)
    with reading() as session:
        assert session.get_one(Allowance, "wecom_robot").shut_until > minutes(9.9)  # type: ignore[operator]
    asked = len(other.asked)
    other.always = (200, {"errcode": 0, "code": 0})
    confirm(propose(minutes(1), "另一件事"), minutes(1))
    clock.tick(minutes(1), one)
    send_due(minutes(1), None, two)
    assert paths(other)[asked:] == ["/push"], "by the other group; nothing is tried while the robot is shut"
    send_due(minutes(11), None, two)
    assert paths(other)[asked:].count("/robot") == 2, "and by itself when it opens"


def test_what_needs_no_haste_waits_while_a_channel_is_shut(rich: Settings, other: Provider, minutes: At) -> None:
    other.then((429, b""))
    with transaction() as session:
        officer = session.scalars(select(Person).where(Person.name == "值班员A")).one()
        for topic in "ab":
            notices.write(session, officer, topic, Message("甲", "乙"), minutes(0), channel="sms", legal=False)
    assert send_due(minutes(0), None, rich) == 0
    assert len(other.asked) == 1
    assert send_due(minutes(0.9), None, rich) == 0
    assert send_due(minutes(1.2), None, rich) == 2


def test_tokens_run_out_and_a_part_is_kept_for_what_the_law_asks(t0: datetime) -> None:
    with transaction() as session:
        plain = [not allowance.claim(session, "wecom_robot", t0, legal=False) for _ in range(8)]
        legal = [not allowance.claim(session, "wecom_robot", t0, legal=True) for _ in range(6)]
        assert allowance.tokens_left(session, "wecom_robot", t0) == 0
        assert allowance.tokens_left(session, "email", t0) is None
    assert (plain.count(True), legal.count(True)) == (6, 4)
    with transaction() as session:
        assert allowance.claim(session, "wecom_robot", t0 + timedelta(seconds=7), legal=True) == timedelta(0)
        assert allowance.claim(session, "email", t0, legal=False) == timedelta(0)


def test_a_storm_becomes_one_message_and_legal_ones_go_out(
    mailbox: MailServer, settings: Settings, t0: datetime
) -> None:
    for number in range(MOST + 5):
        propose(t0, f"线索{number}", opens="lead")
    propose(t0, "多人腹泻送医")
    clock.tick(t0)
    assert send_due(t0, None, settings) == 2
    subjects = [str(mail.message["Subject"]) for mail in mailbox.to("duty_officer@qingyuan.example")]
    assert subjects == ["【线索·疑似】请立即研判：多人腹泻送医", "【合并通知】25条一般通知，请登录值班台处理"]
    body = mailbox.mails[1].message.get_body(("plain",))
    assert body is not None
    text = body.get_content()
    assert all(f"线索{number}" in text for number in range(25))
    with reading() as session:
        merged = session.scalars(select(Notice).where(Notice.state == "cancelled")).all()
    assert {notice.error for notice in merged} == {"已并入合并通知"}


def test_twenty_are_no_storm(mailbox: MailServer, settings: Settings, t0: datetime) -> None:
    for number in range(MOST):
        propose(t0, f"线索{number}", opens="lead")
    clock.tick(t0)
    assert send_due(t0, None, settings) == MOST


def test_a_trial_goes_by_the_channel_asked_for_and_its_proof_is_kept(
    rich: Settings, other: Provider, t0: datetime
) -> None:
    with transaction() as session:
        officer = session.scalars(select(Person).where(Person.name == "值班员A")).one()
        trials.ask(session, "sms", officer, rich, t0, "command")
        for channel, words in (("voice", "还没有设置"), ("wecom_app", "没有登记"), ("fax", "没有这个")):
            with pytest.raises(ValueError, match=words):
                trials.ask(session, channel, officer, rich, t0, "command")
    assert send_due(t0, None, rich) == 1
    assert "短信测试" in other.asked[0].said["text"]
    with reading() as session:
        found = {one.name: one for one in trials.standings(session, rich, t0)}
    assert found["sms"].succeeded is not None
    assert found["sms"].set
    assert not found["voice"].set
    assert found["wecom_robot"].tokens == 10


def test_a_new_officer_on_shift_answers_for_the_group(rich: Settings, t0: datetime) -> None:
    with transaction() as session:
        fresh = Person(name="值班员H", email="h@qingyuan.example")
        session.add(fresh)
        session.flush()
        people.appoint(session, "duty_officer", fresh)
        session.execute(update(Person).where(Person.name == "值班员A").values(active=False))
    propose(t0)
    clock.tick(t0, rich)
    assert ("值班员H", "wecom_robot", "pending") in written()


def test_a_trial_that_fails_stays_alone(mailbox: MailServer, rich: Settings, other: Provider, t0: datetime) -> None:
    other.then((200, {"code": 7, "msg": "余额不足"}))
    with transaction() as session:
        officer = session.scalars(select(Person).where(Person.name == "值班员A")).one()
        trials.ask(session, "sms", officer, rich, t0, "command")
    assert send_due(t0, None, rich) == 0
    assert written() == [("值班员A", "sms", "failed")], "no other channel, no superior"
    with reading() as session:
        assert notices.troubled(session) == []
    assert "notice_failed" not in {one.code for one in audit(t0, rich)}


def test_an_alarm_finds_another_way_where_mail_is_down(rich: Settings, other: Provider, minutes: At) -> None:
    propose(minutes(0))
    Watch(replace(rich, smtp_url="smtp://127.0.0.1:9"), minutes(0)).look(minutes(3))
    assert paths(other) == ["/sms", "/sms"], "one to each"
    assert "系统告警" in other.asked[0].said["text"]
    assert "个问题" in other.asked[0].said["text"]
