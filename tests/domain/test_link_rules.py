"""What fetching a release's link means, and when it is fetched again."""

from datetime import UTC, datetime, timedelta

import pytest

from domain.links import DAILY, WATCHED, next_check, not_reached, reached

T = datetime(2026, 11, 22, 6, 0, tzinfo=UTC)
A = "https://www.bureau.example/tz/1.html"


@pytest.mark.parametrize(
    ("link", "final", "title", "words"),
    [
        (A, A, "关于某事的通报", "链接打得开：《关于某事的通报》"),
        (A, A, None, "链接打得开"),
        ("http://bureau.example/tz/1/", "https://www.bureau.example/tz/1", "通报", "链接打得开：《通报》"),
        (A, "https://www.bureau.example/", "首页", "链接已跳转到 https://www.bureau.example/：《首页》"),
        (A, f"{A}?id=2", None, f"链接已跳转到 {A}?id=2"),
    ],
)
def test_a_page_that_came(link, final, title, words):
    found = reached(link, final, title)
    assert (found.ok, found.words, found.again) == (True, words, False)


@pytest.mark.parametrize(
    ("code", "tries", "ok", "again"),
    [
        ("gone", 1, False, False),
        ("url", 1, False, False),
        ("forbidden", 1, None, False),
        ("private", 1, None, False),
        ("timeout", 1, None, True),
        ("timeout", 2, None, True),
        ("timeout", 3, False, False),
        ("server", 3, False, False),
        ("dns", 1, None, True),
        ("something new", 1, None, True),
    ],
)
def test_a_page_that_did_not_come(code, tries, ok, again):
    found = not_reached(code, "原因", tries)
    assert (found.ok, found.again) == (ok, again)
    assert "原因" in found.words
    assert ("打不开" in found.words) == (ok is False)


def test_it_is_fetched_daily_for_a_week_and_sooner_after_a_failure_that_may_pass():
    fine, failing = reached(A, A, None), not_reached("timeout", "", 1)
    assert next_check(T, T, 1, fine) == T + DAILY
    assert next_check(T, T + WATCHED - DAILY, 1, fine) == T + WATCHED
    assert next_check(T, T + WATCHED, 1, fine) is None
    assert next_check(T, T, 1, failing) == T + timedelta(minutes=10)
    assert next_check(T, T, 2, failing) == T + timedelta(hours=1)
