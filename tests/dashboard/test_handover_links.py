"""The link by which a handover sheet is signed: opening it signs nothing, one press by one person does, once."""

import pytest
from accounts import account
from sqlalchemy import select

from alerts.handovers import tell_handovers
from domain.handover import GIVE, TAKE
from store.db import reading, transaction
from store.handover_notices import topic
from store.links import ack_token
from store.people import appoint
from store.secrets import key
from store.tables import Handover, Notice, Person


@pytest.fixture
def link(duty, clock, settings):
    """Makes a sheet of the duty officer's for who comes from the office; gives the links of both by part."""
    with transaction() as session:
        for username in ("duty", "office"):
            person = session.scalars(select(Person).where(Person.username == username)).one()
            appoint(session, "duty_officer", person)
    duty.post("/handovers")

    def of(part: str) -> str:
        with reading() as session:
            sheet = session.get_one(Handover, 1)
            asked = select(Notice.id).where(Notice.topic == topic(sheet, part)).order_by(Notice.id.desc())
            notice_id = session.scalars(asked).first()
        return f"/n/{ack_token(key(settings.secret_file, 'ack-link'), notice_id, clock.now)}"

    tell_handovers(clock.now, None)
    return of


def sheet() -> Handover:
    with reading() as session:
        return session.get_one(Handover, 1)


def test_both_sign_by_their_links(link, browser, clock, duty):
    one = browser()
    for part in (GIVE, TAKE):
        for _ in range(2):
            page = one.text(link(part))
        assert "在办时限" in page
        assert 'method="post"' in page
    assert (sheet().given_at, sheet().taken_at) == (None, None)
    given = clock.forward(minutes=2)
    assert one.client.post(link(GIVE)).status_code == 303
    assert "已签字：duty员" in one.text(link(GIVE))
    taken = clock.forward(minutes=3)
    assert one.client.post(link(TAKE)).status_code == 303
    page = one.text(link(TAKE))
    assert "已签字：office员" in page
    assert "<form" not in page
    row = sheet()
    assert (row.given_at, row.taken_at, row.taken_how) == (given, taken, "凭邮件链接签")
    assert "凭邮件链接签 2026年11月20日 09:32" in duty.text("/handovers/1")


def test_a_link_signs_once(link, browser, clock):
    one = browser()
    one.client.post(link(GIVE))
    first = sheet().given_at
    clock.forward(minutes=5)
    assert one.client.post(link(GIVE)).status_code == 303
    assert sheet().given_at == first


def test_a_link_of_the_giver_takes_nothing_over(link, browser):
    one = browser()
    one.client.post(link(GIVE))
    one.client.post(link(GIVE))
    assert sheet().taken_at is None
    forged = link(GIVE).replace("/n/1-", "/n/2-")
    assert one.client.post(forged).status_code == 404
    assert sheet().taken_at is None


def test_who_takes_over_may_sign_first(link, browser, duty, clock):
    one = browser()
    assert "你可以先签" in one.text(link(TAKE))
    one.client.post(link(TAKE))
    assert "已收到 office员 的签字" in one.text(link(TAKE))
    assert sheet().taken_at is None
    duty.post("/handovers/1/give")
    assert sheet().taken_how == "凭邮件链接签"


def test_words_added_later_are_signed_again(link, browser, duty):
    one = browser()
    one.client.post(link(TAKE))
    duty.post("/handovers/1/give", words="请盯住五小时的事")
    page = one.text(link(TAKE))
    assert "请盯住五小时的事" in page
    assert "请看过后再签一次" in page
    one.client.post(link(TAKE))
    assert sheet().taken_how == "凭邮件链接签"


def test_a_sheet_made_anew_is_not_signed_by_an_old_link(link, browser, duty, clock):
    old = link(GIVE)
    clock.forward(minutes=2)
    duty.post("/handovers")
    one = browser()
    assert "已经重新生成" in one.text(old)
    assert "已经重新生成" in one.client.post(old).text
    assert sheet().given_at is None
    tell_handovers(clock.now, None)
    assert one.client.post(link(GIVE)).status_code == 303
    assert sheet().given_at == clock.now


def test_somebody_else_may_be_asked_and_the_first_is_not_any_more(link, browser, duty, clock):
    old = link(TAKE)
    duty.post("/handovers/1/give")
    assert duty.post("/handovers/1/taker", taker=account("leader").id).status_code == 302
    assert "不能是同一个人" in duty.post("/handovers/1/taker", taker=account("duty").id).text
    assert "请选择接班人" in duty.post("/handovers/1/taker").text
    one = browser()
    assert "已改由leader员接班" in one.client.post(old).text
    tell_handovers(clock.now, None)
    one.client.post(link(TAKE))
    assert (sheet().taker_id, sheet().taken_how) == (account("leader").id, "凭邮件链接签")
    assert "已经有人接班" in duty.post("/handovers/1/taker", taker=account("office").id).text


def test_a_signature_on_screen_answers_the_mail_too(link, browser, duty, signed_in):
    duty.post("/handovers/1/give")
    assert "已签字：duty员" in browser().text(link(GIVE))
    signed_in("leader")
    office = signed_in("office")
    assert "未签收" in office.text("/notices")
    office.post("/handovers/1/take")
    assert "未签收" not in office.text("/notices")
    assert "本人登录签字" in browser().text(link(TAKE))


def test_nobody_signs_for_another_by_telephone(link, duty):
    with reading() as session:
        number = session.scalars(select(Notice.id).where(Notice.person_id == account("office").id)).one()
    page = duty.text(f"/notices/{number}")
    assert "电话签收" not in page
    assert "等 office员 本人签字" in page
    assert duty.post(f"/notices/{number}/acknowledge").status_code == 403
    assert sheet().taken_at is None


def test_the_board_says_whose_signature_is_missing(link, duty, browser, clock):
    assert "交接班单" not in duty.text("/")
    clock.forward(minutes=30)
    assert "交接班单已过 30 分钟还没有交班签字" in duty.text("/")
    assert "请电话催 duty员" in duty.text("/handovers")
    browser().client.post(link(GIVE))
    assert "有一张交接班单等接班人签字：office员（未登记电话）" in duty.text("/")
    clock.forward(minutes=30)
    assert "交接班单已过 30 分钟还没有接班签字" in duty.text("/")
    browser().client.post(link(TAKE))
    assert "交接班单" not in duty.text("/")
    assert '未签收的通知 <span class="count">0</span>' in duty.text(duty.post("/handovers").headers["Location"])


def test_a_sheet_made_only_to_look_is_forgotten(link, duty, clock):
    clock.forward(hours=12)
    assert "交接班单" not in duty.text("/")
