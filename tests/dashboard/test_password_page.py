"""Changing a password: by oneself, because it was given, because it is old; the other devices are out."""

from datetime import timedelta

import pytest
from accounts import account, change

from dashboard.auth import throttle
from store.db import transaction
from store.office import set_fact

OLD, NEW = "correct horse battery", "Staple-2026-battery"


def test_the_other_devices_are_out_and_this_one_stays(duty, signed_in, browser):
    other = signed_in("duty")
    answer = duty.post("/password", old=OLD, new=NEW, again=NEW)
    assert answer.headers["Location"] == "/"
    assert duty.get("/").status_code == 200
    assert other.get("/").status_code == 302
    assert browser().sign_in("duty", OLD).status_code == 401
    assert browser().sign_in("duty", NEW).status_code == 302


REFUSED = [
    ({"old": "wrong", "new": NEW, "again": NEW}, "原口令不对"),
    ({"old": OLD, "new": NEW, "again": NEW + "x"}, "不一样"),
    ({"old": OLD, "new": "short-A1", "again": "short-A1"}, "10"),
    ({"old": OLD, "new": "My-duty-2026", "again": "My-duty-2026"}, "用户名"),
    ({}, "原口令不对"),
]


@pytest.mark.parametrize(("form", "words"), REFUSED)
def test_what_cannot_be_is_said_and_nothing_changes(duty, form, words):
    before = account("duty").password_hash
    answer = duty.post("/password", **form)
    assert answer.status_code == 422
    assert words in answer.text
    assert account("duty").password_hash == before


def test_a_stolen_session_cannot_guess_the_password(duty):
    for _ in range(throttle.SAME_DEVICE):
        duty.post("/password", old="guess", new=NEW, again=NEW)
    assert "15 分钟" in duty.post("/password", old=OLD, new=NEW, again=NEW).text


def test_a_given_password_is_changed_before_anything_else(browser):
    change("duty", must_change=True)
    one = browser()
    one.sign_in("duty")
    for address in ("/", "/cases", "/password/x"):
        assert one.get(address).status_code in (302, 404)
    assert one.get("/").headers["Location"] == "/password"
    assert "别人给的" in one.look("/password").text
    assert one.post("/leads/new", title="x", channel="news").status_code == 401
    assert one.post("/password", old=OLD, new=NEW, again=NEW).status_code == 302
    assert one.get("/").status_code == 200
    assert not account("duty").must_change


def test_the_same_again_is_no_change(browser):
    change("duty", must_change=True)
    with transaction() as session:
        set_fact(session, "password_profile", "asvs")
    one = browser()
    one.sign_in("duty")
    one.look("/password")
    assert "原来的一样" in one.post("/password", old=OLD, new=OLD, again=OLD).text


def test_an_old_password_has_to_be_changed_where_the_office_asks_for_it(browser, clock):
    first = browser()
    first.sign_in("duty")
    assert account("duty").password_at == clock.now, "its age counts from the first sign-in where it was unknown"
    clock.now += timedelta(days=90)
    one = browser()
    one.sign_in("duty")
    assert "太久" in one.look("/").text
    with transaction() as session:
        set_fact(session, "password_profile", "asvs")
    assert one.get("/").status_code == 200


def test_an_administrator_who_was_given_a_password_enters_the_code_first(browser):
    change("security_admin", must_change=True)
    one = browser()
    one.sign_in("security_admin")
    assert one.get("/sources").headers["Location"] == "/password"
