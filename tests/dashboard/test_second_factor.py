"""The second half of signing in: administrators always, each code once, nothing reachable in between."""

import re
from datetime import timedelta

import pytest
from accounts import account, change
from sqlalchemy import func, select

from dashboard.auth import sign_ins, throttle
from domain.codes import code_at, step_at
from store.db import reading
from store.tables import JournalEntry, SignIn

SECRET = b"a secret of 20 bytes"
IN_BETWEEN = ("/", "/sources", "/password", "/settings/people", "/journal", "/pulse", "/no-such-page")


def half(browser, username="system_admin"):
    """Give the password alone."""
    one = browser()
    page = one.client.get("/login").text
    token = re.search(r'name="csrf" value="(\w+)"', page)[1]
    form = {"csrf": token, "username": username, "password": "correct horse battery"}
    answer = one.client.post("/login", data=form)
    assert answer.headers["Location"].startswith("/code")
    one.look("/code")
    return one


def test_between_password_and_code_only_the_code_page_is_there(browser):
    one = half(browser)
    for address in IN_BETWEEN:
        answer = one.get(address)
        assert answer.status_code in (302, 404), address
        assert answer.status_code == 404 or answer.headers["Location"] == "/code"
    assert one.get("/pulse", headers={"X-Huiying-Passive": "1"}).status_code == 401
    assert one.post("/sources/look", url="https://x.example").status_code == 401
    assert one.post("/code/remove").status_code == 401


def test_a_half_sign_in_is_no_way_to_a_new_second_factor(browser):
    one = half(browser)
    assert one.get("/code/new").headers["Location"] == "/code"
    assert one.post("/code/new", offer="x", code="123456").headers["Location"] == "/code"


def test_the_code_finishes_at_a_new_cookie_and_goes_where_one_wanted(browser, clock):
    one = half(browser)
    before = one.client.get_cookie("huiying").value
    answer = one.post("/code", code=code_at(SECRET, step_at(clock.now)), next="/sources?x=1")
    assert answer.headers["Location"] == "/sources?x=1"
    assert one.client.get_cookie("huiying").value != before
    one.client.set_cookie("huiying", before)
    assert one.get("/sources").headers["Location"].startswith("/login")


def test_a_code_works_once(browser, clock):
    code = code_at(SECRET, step_at(clock.now))
    assert half(browser).post("/code", code=code).status_code == 302
    again = half(browser).post("/code", code=code)
    assert again.status_code == 401
    assert "已经用过" in again.text


def test_another_secret_file_is_said_and_is_no_error_of_the_service(browser, clock, settings):
    settings.secret_file.write_text("ab" * 32)
    answer = half(browser).post("/code", code=code_at(SECRET, step_at(clock.now)))
    assert answer.status_code == 422
    assert "huiying user reset-code" in answer.text


def test_a_half_sign_in_ends_after_ten_minutes(browser, clock):
    one = half(browser)
    clock.now += sign_ins.HALF + timedelta(seconds=1)
    assert one.get("/code").headers["Location"].startswith("/login")


def test_guessing_codes_is_slowed_down_and_the_password_forgives_nothing(browser, clock):
    for tried in range(throttle.SAME_USER_AND_ADDRESS):
        assert half(browser).post("/code", code="000000").status_code == 401, tried
    one = browser()
    assert one.sign_in("system_admin").status_code == 429
    clock.forward(minutes=16)
    assert one.sign_in("system_admin").status_code == 302


def test_an_administrator_without_one_is_led_to_it(browser, clock):
    change("system_admin", totp_secret=None)
    one = half(browser)
    assert one.get("/code").headers["Location"] == "/code/new"
    page = one.look("/code/new").text
    assert "第一次登录先在这里启用" in page
    assert "<svg" in page
    assert not re.search(r"\sstyle=|<script", page)
    offer = re.search(r'name="offer" value="([^"]+)"', page)[1]
    wrong = one.post("/code/new", offer=offer, code="000000")
    assert wrong.status_code == 422
    assert offer in wrong.text
    secret = _typed(page)
    answer = one.post("/code/new", offer=offer, code=code_at(secret, step_at(clock.now)))
    assert answer.headers["Location"] == "/sources"
    one.look("/sources")
    assert one.get("/sources").status_code == 200
    kept = account("system_admin").totp_secret
    assert kept
    assert "a secret" not in kept


def _typed(page: str) -> bytes:
    """Return the secret as a person would type it into a telephone."""
    import base64

    text = re.search(r'aria-label="密钥">([A-Z2-7 ]+)<', page)[1].replace(" ", "")
    return base64.b32decode(text + "=" * (-len(text) % 8))


def test_an_offer_is_for_one_person_and_half_an_hour(browser, clock):
    change("system_admin", totp_secret=None)
    change("security_admin", totp_secret=None)
    page = half(browser).look("/code/new").text
    offer, secret = re.search(r'name="offer" value="([^"]+)"', page)[1], _typed(page)
    other = half(browser, "security_admin")
    other.look("/code/new")
    refused = other.post("/code/new", offer=offer, code=code_at(secret, step_at(clock.now)))
    assert refused.status_code == 422
    assert account("security_admin").totp_secret is None
    clock.forward(minutes=31)
    late = half(browser)
    late.look("/code/new")
    assert "打开太久" in late.post("/code/new", offer=offer, code=code_at(secret, step_at(clock.now))).text


def test_others_may_have_one_and_do_without_again(duty, browser, clock):
    page = duty.text("/code/new")
    offer, secret = re.search(r'name="offer" value="([^"]+)"', page)[1], _typed(page)
    assert duty.post("/code/new", offer=offer, code=code_at(secret, step_at(clock.now))).status_code == 302
    duty.look("/password")
    half(browser, "duty")
    assert duty.post("/code/remove").headers["Location"] == "/password"
    assert browser().sign_in("duty").headers["Location"] == "/"


def test_an_administrator_cannot_do_without(signed_in):
    one = signed_in("security_admin")
    assert "停用动态码" not in one.text("/password")
    assert one.post("/code/remove").status_code == 403


def test_signing_in_is_in_the_journal(browser):
    assert browser().sign_in("audit_admin").status_code == 302
    with reading() as session:
        asked = select(JournalEntry.action).where(JournalEntry.object == "person-7").order_by(JournalEntry.seq)
        assert list(session.scalars(asked)) == ["sign_in_half", "sign_in"]
        assert session.scalar(select(func.count()).select_from(SignIn)) == 1


@pytest.mark.parametrize("role", ["duty", "office", "leader", "section"])
def test_others_need_no_code(browser, role):
    assert not browser().sign_in(role).headers["Location"].startswith("/code")
