"""What a password has to be: two profiles that contradict each other, each as its source says."""

from datetime import UTC, datetime, timedelta

import pytest

from domain.passwords import COMMON, PROFILES, fault, is_expired, profile_named

NOW = datetime(2026, 11, 20, tzinfo=UTC)
DENGBAO, ASVS = PROFILES["dengbao3"], PROFILES["asvs"]

CASES = [
    (DENGBAO, "Abcdefgh12", None),
    (DENGBAO, "abcdefg-12", None),
    (DENGBAO, "Abcdefg12", "10"),
    (DENGBAO, "abcdefgh12", "至少 3 种"),
    (DENGBAO, "ABCDEFGHIJ", "至少 3 种"),
    (DENGBAO, "x" * 129, "128"),
    (DENGBAO, "Zhiban-A-2026", "用户名"),
    (ASVS, "correct horse battery", None),
    (ASVS, "电梯电梯食品价格监督检查科", None),
    (ASVS, "abcdefghijk", "12"),
    (ASVS, "Password1234", "太常见"),
    (ASVS, "aaaaaaaaaaaaab", "太常见"),
    (ASVS, "my zhiban-a word", "用户名"),
]


@pytest.mark.parametrize(("profile", "password", "words"), CASES)
def test_a_password_is_taken_or_the_reason_is_named(profile, password, words):
    found = fault(profile, password, "zhiban-a")
    assert found is None if words is None else words in (found or "")


def test_only_dengbao_asks_for_a_new_one_after_90_days():
    day = timedelta(days=1)
    assert not is_expired(DENGBAO, NOW, NOW + 90 * day - timedelta(seconds=1))
    assert is_expired(DENGBAO, NOW, NOW + 90 * day)
    assert not is_expired(ASVS, NOW, NOW + 9000 * day)
    assert not is_expired(DENGBAO, None, NOW)


def test_an_unknown_profile_is_the_default():
    assert profile_named(None) is profile_named("dengbao") is DENGBAO
    assert profile_named("asvs") is ASVS
    assert "90 天" in DENGBAO.words
    assert ASVS.words == "至少 12 个字符"


def test_the_common_ones_are_long_enough_to_matter():
    assert all(len(word) >= ASVS.least and word == word.lower() for word in COMMON)
