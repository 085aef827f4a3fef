"""Signing in: the cookie, its ends, guessing, and that nobody can lock a duty officer out."""

from datetime import timedelta

import pytest
from flask import Flask
from sqlalchemy import select

from dashboard import create_app
from dashboard.auth import hashing, throttle
from store.db import reading, transaction
from store.settings import Settings
from store.tables import Person, SignIn


def test_signs_in_and_out(browser):
    one = browser()
    assert one.sign_in("duty").headers["Location"] == "/"
    assert "值班台" in one.text("/")
    assert one.post("/logout").headers["Location"] == "/login"
    assert one.get("/").status_code == 302


def test_the_old_cookie_is_worth_nothing_after_signing_out(browser):
    one = browser()
    one.sign_in("duty")
    cookie = one.client.get_cookie("huiying").value
    one.post("/logout")
    one.client.set_cookie("huiying", cookie)
    assert one.get("/").status_code == 302


def test_only_the_digest_of_the_cookie_is_kept(duty):
    cookie = duty.client.get_cookie("huiying")
    assert len(bytes.fromhex(cookie.value)) == 32
    assert cookie.http_only
    assert cookie.same_site == "Lax"
    assert not cookie.secure
    with reading() as session:
        assert cookie.value not in [row.digest for row in session.scalars(select(SignIn))]


def test_the_cookie_is_secure_where_the_service_is(database, tmp_path, browser, app):
    env = {"HUIYING_DATA_DIR": str(tmp_path), "HUIYING_BASE_URL": "https://huiying.example"}
    client = create_app(Settings.from_env(env)).test_client()
    assert "Secure" in client.get("/login").headers["Set-Cookie"]


def test_a_new_cookie_at_every_sign_in(browser):
    one = browser()
    one.client.set_cookie("huiying", "0" * 64)
    one.sign_in("duty")
    first = one.client.get_cookie("huiying").value
    assert first != "0" * 64
    one.sign_in("duty")
    assert one.client.get_cookie("huiying").value != first
    other = browser()
    other.client.set_cookie("huiying", first)
    assert other.get("/").status_code == 302


def test_a_wrong_password_says_the_same_as_an_unknown_name(browser):
    one = browser()
    for username, password in (("duty", "wrong"), ("nobody", "wrong"), ("", ""), ("duty", "")):
        answer = one.sign_in(username, password)
        assert answer.status_code == 401
        assert "用户名或口令不对" in answer.text


def test_the_form_needs_its_own_token(app):
    answer = app.test_client().post("/login", data={"username": "duty", "password": "x", "csrf": "guess"})
    assert answer.status_code == 400


NEXT = [
    ("/cases/3?kind=ack", "/cases/3?kind=ack"),
    ("https://evil.example", "/"),
    ("//evil.example", "/"),
    ("/\\evil.example", "/"),
    ("/x\\..\\y", "/"),
    ("/a\r\nSet-Cookie: x=1", "/"),
    ("javascript:alert(1)", "/"),
    ("evil", "/"),
    ("", "/"),
]


def test_goes_on_within_the_service_only(browser):
    one = browser()
    for asked, goes in NEXT:
        token = one.client.get("/login").text.split('name="csrf" value="')[1].split('"')[0]
        form = {"csrf": token, "username": "duty", "password": "correct horse battery", "next": asked}
        assert one.client.post("/login", data=form).headers["Location"] == goes, asked


@pytest.mark.parametrize(("role", "idle"), [("duty", timedelta(hours=12)), ("system_admin", timedelta(minutes=30))])
def test_an_idle_sign_in_ends(signed_in, clock, role, idle):
    one = signed_in(role)
    clock.now += idle - timedelta(minutes=1)
    assert one.get("/sources").status_code == 200
    clock.now += idle - timedelta(minutes=1)
    assert one.get("/sources").status_code == 200
    clock.now += idle + timedelta(minutes=2)
    assert one.get("/sources").status_code == 302


@pytest.mark.parametrize(("role", "longest"), [("duty", 36), ("system_admin", 12)])
def test_no_sign_in_lives_for_ever(signed_in, clock, role, longest):
    one = signed_in(role)
    step = 25 if role == "system_admin" else 6 * 60
    for _ in range(longest * 60 // step):
        clock.forward(minutes=step)
        assert one.get("/sources").status_code == 200
    clock.forward(minutes=26)
    assert one.get("/sources").status_code == 302


def test_a_page_that_refreshes_itself_keeps_no_administrator_signed_in(signed_in, clock):
    one = signed_in("system_admin")
    for _ in range(3):
        clock.forward(minutes=9)
        assert one.get("/pulse", headers={"X-Huiying-Passive": "1"}).status_code == 200
    clock.forward(minutes=9)
    assert one.get("/pulse", headers={"X-Huiying-Passive": "1"}).status_code == 401


def test_the_board_keeps_the_duty_officer_signed_in(duty, clock):
    for _ in range(4):
        clock.forward(hours=8)
        assert duty.get("/live", headers={"X-Huiying-Passive": "1"}).status_code == 200


def test_guessing_is_slowed_down_and_forgiven_in_time(browser, clock):
    guesser = browser()
    for _ in range(throttle.SAME_USER_AND_ADDRESS):
        assert guesser.sign_in("duty", "guess").status_code == 401
    assert guesser.sign_in("duty").status_code == 429, "the right password is not looked at either"
    clock.forward(minutes=16)
    assert guesser.sign_in("duty").status_code == 302


def test_strangers_cannot_lock_out_a_known_device(browser, clock):
    officer, stranger = browser(), browser()
    officer.sign_in("duty")
    officer.post("/logout")
    for _ in range(throttle.SAME_USER_AND_ADDRESS + 1):
        stranger.sign_in("duty", "guess")
    assert stranger.sign_in("duty").status_code == 429
    assert officer.sign_in("duty").status_code == 302


def test_a_known_device_counts_for_its_own_user_only(browser):
    one = browser()
    one.sign_in("duty")
    one.post("/logout")
    for _ in range(throttle.SAME_USER_AND_ADDRESS):
        assert one.sign_in("office", "guess").status_code == 401
    assert one.sign_in("office").status_code == 429


def test_one_address_cannot_try_many_names(browser, clock):
    one = browser()
    with transaction() as session:
        for number in range(throttle.SAME_ADDRESS - 1):
            throttle.note_failure(session, throttle.Attempt(f"name{number}", "127.0.0.1", None), clock.now)
    assert one.sign_in("office", "guess").status_code == 401
    assert one.sign_in("duty").status_code == 429


def test_many_addresses_cannot_try_one_name(browser, clock):
    with transaction() as session:
        for number in range(throttle.SAME_USER):
            throttle.note_failure(session, throttle.Attempt("duty", f"10.0.0.{number}", None), clock.now)
    assert browser().sign_in("duty").status_code == 429
    assert browser().sign_in("office").status_code == 302


def test_someone_removed_is_out_at_once(app: Flask, duty):
    with transaction() as session:
        session.scalars(select(Person).where(Person.username == "duty")).one().active = False
    assert duty.get("/").status_code == 302


def test_a_flood_of_guesses_from_everywhere_stops_strangers_and_not_the_duty_officer(browser, clock):
    officer, stranger = browser(), browser()
    officer.sign_in("duty")
    officer.post("/logout")
    with transaction() as session:
        for number in range(throttle.ALL_STRANGERS):
            attempt = throttle.Attempt(f"name{number}", f"10.{number // 250}.0.{number % 250}", None)
            throttle.note_failure(session, attempt, clock.now)
    assert stranger.sign_in("leader").status_code == 429
    assert officer.sign_in("duty").status_code == 302


def test_a_known_device_of_an_administrator_is_one_only_after_the_code(browser):
    one = browser()
    one.sign_in("system_admin")
    one.post("/logout")
    stranger = browser()
    for _ in range(throttle.SAME_USER_AND_ADDRESS):
        stranger.sign_in("system_admin", "guess")
    assert stranger.sign_in("system_admin").status_code == 429
    assert one.sign_in("system_admin").status_code == 302


def test_no_more_than_two_passwords_are_checked_at_a_time(browser, monkeypatch):
    monkeypatch.setattr(hashing, "PATIENCE", 0.05)
    with hashing.one_of_two() as first, hashing.one_of_two() as second:
        assert first
        assert second
        answer = browser().sign_in("duty")
        assert answer.status_code == 503
        assert "过几秒钟" in answer.text
    assert browser().sign_in("duty").status_code == 302
