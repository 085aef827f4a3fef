"""Notices on the screen and the link in the mail: opening never acknowledges, pressing does, once."""

from datetime import timedelta

import pytest
import screen_matters as made

from store.db import transaction
from store.links import VALID, ack_token
from store.secrets import key
from store.tables import Case


@pytest.fixture
def notice_id(app, clock):
    """A sent notice to the section."""
    return made.notice(made.case(clock.now), "section", clock.now)


@pytest.fixture
def token(settings, notice_id, clock):
    """The token its mail carries."""
    return ack_token(key(settings.secret_file, "ack-link"), notice_id, clock.now)


def test_opening_the_link_acknowledges_nothing(browser, token, notice_id):
    one = browser()
    for _ in range(2):
        page = one.text(f"/n/{token}")
    assert "请核实并发布" in page
    assert "〔" not in page.replace("〔2026〕", "")
    assert 'method="post"' in page
    assert one.client.head(f"/n/{token}").status_code == 200
    assert made.acknowledged(notice_id) is None


def test_pressing_the_button_does(browser, token, notice_id, duty):
    one = browser()
    assert one.client.post(f"/n/{token}").status_code == 303
    assert made.acknowledged(notice_id) == "凭邮件链接签收"
    page = one.text(f"/n/{token}")
    assert "已签收：section员" in page
    assert "<form" not in page
    assert one.client.post(f"/n/{token}").status_code == 303
    with transaction() as session:
        assert session.get_one(Case, 1).state == "handling"
    assert "section员 已签收" in duty.text("/")


WRONG = [
    (lambda token: token[:-2] + "AA", "链接无效"),
    (lambda token: "2" + token[1:], "链接无效"),
    (lambda token: token.split("-")[0], "链接不完整"),
    (lambda token: "9" * 400, "链接不完整"),
    (lambda token: "1-2-é", "链接无效"),
    (lambda token: f"1-{'9' * 30}-x", "链接无效"),
]


def test_a_wrong_link_acknowledges_nothing(browser, token, notice_id):
    one = browser().client
    for change, words in WRONG:
        for answer in (one.get(f"/n/{change(token)}"), one.post(f"/n/{change(token)}")):
            assert answer.status_code == 404, words
            assert words in answer.text
    assert made.acknowledged(notice_id) is None


def test_an_old_link_says_whom_to_ring(browser, token, notice_id, clock):
    clock.now += VALID + timedelta(seconds=2)
    answer = browser().client.post(f"/n/{token}")
    assert answer.status_code == 410
    assert "请电话联系值班室" in answer.text
    assert made.acknowledged(notice_id) is None


def test_the_recipient_acknowledges_in_person(signed_in, notice_id):
    section = signed_in("section")
    assert "未签收" in section.text("/notices")
    section.post(f"/notices/{notice_id}/acknowledge")
    assert made.acknowledged(notice_id) == "本人登录签收"


def test_the_duty_officer_records_a_call(duty, notice_id):
    assert "电话签收" in duty.text(f"/notices/{notice_id}")
    duty.post(f"/notices/{notice_id}/acknowledge")
    assert made.acknowledged(notice_id) == "电话签收"
    assert "之前已经签收" in duty.get(duty.post(f"/notices/{notice_id}/acknowledge").headers["Location"]).text


def test_a_leader_acknowledges_for_nobody_else(signed_in, notice_id):
    assert signed_in("leader").post(f"/notices/{notice_id}/acknowledge").status_code == 403
    assert made.acknowledged(notice_id) is None


def test_a_section_does_not_see_notices_of_others(signed_in, clock):
    notice_id = made.notice(made.case(clock.now, unit="特种设备科"), "leader", clock.now)
    section = signed_in("section")
    assert section.get(f"/notices/{notice_id}").status_code == 404
    assert section.post(f"/notices/{notice_id}/acknowledge").status_code == 404


def test_every_attempt_stands_there_in_the_words_of_the_server(duty, notice_id):
    page = duty.text(f"/notices/{notice_id}")
    assert "250 queued" in page
    assert "已交邮件服务器" in page
    assert "http://127.0.0.1:8000/cases/1" in page
