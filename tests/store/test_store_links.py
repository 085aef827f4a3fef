"""Links in mails: bound to one notice, with an end; whatever is changed in them is refused."""

from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from store.links import VALID, ack_token, notice_of

NOW = datetime(2026, 11, 22, 6, 5, tzinfo=UTC)
KEY = b"k" * 32
SECOND = timedelta(seconds=1)


@given(st.integers(1, 10**12), st.binary(min_size=32, max_size=32))
def test_a_token_leads_back_to_its_notice(notice_id, key):
    token = ack_token(key, notice_id, NOW)
    assert notice_of(key, token, NOW) == notice_id
    assert all(char.isalnum() or char in "-_" for char in token)


@given(st.integers(0, 200), st.characters())
def test_a_changed_token_is_refused(place, char):
    token = ack_token(KEY, 17, NOW)
    place %= len(token)
    if token[place] != char:
        with pytest.raises(ValueError, match=r"."):
            notice_of(KEY, token[:place] + char + token[place + 1 :], NOW)


def test_another_notice_another_end_or_another_key_is_refused():
    token = ack_token(KEY, 17, NOW)
    _, until, mark = token.split("-", 2)
    for forged in (f"18-{until}-{mark}", f"17-{int(until) + 1}-{mark}", f"17-{until}-{mark[:-1]}", f"17-{until}-"):
        with pytest.raises(ValueError, match="链接无效"):
            notice_of(KEY, forged, NOW)
    with pytest.raises(ValueError, match="链接无效"):
        notice_of(b"o" * 32, token, NOW)


@pytest.mark.parametrize("token", ["", "17", "17-1", "a-b-c", "--", "17--x", "9" * 5000 + "-1-x"])
def test_half_a_link_is_said_to_be_incomplete(token):
    with pytest.raises(ValueError, match=r"链接不完整|链接无效"):
        notice_of(KEY, token, NOW)


def test_a_link_ends_after_two_weeks():
    token = ack_token(KEY, 17, NOW)
    assert notice_of(KEY, token, NOW + VALID) == 17
    with pytest.raises(ValueError, match=r"过期.*电话"):
        notice_of(KEY, token, NOW + VALID + SECOND)
