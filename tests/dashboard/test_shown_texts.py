"""Words, marks and kept letters: small pure rules of the screens."""

from datetime import UTC, datetime, timedelta
from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from dashboard.highlight import marked, merged, spans_of
from dashboard.letters import shown
from dashboard.words import brief, countdown, short, span, when
from domain.notice import ACK, SITE

NOW = datetime(2026, 11, 22, 6, 5, 9, tzinfo=UTC)


@pytest.mark.parametrize(
    ("seconds", "text"),
    [
        (0, "0:00:00"),
        (4324, "1:12:04"),
        (-1390, "逾期 0:23:10"),
        (-0.5, "逾期 0:00:00"),
        (359999, "99:59:59"),
        (360000, "4天 4:00:00"),
        (-360000, "逾期 4天 4:00:00"),
    ],
)
def test_remaining_time(seconds, text):
    assert countdown(timedelta(seconds=seconds)) == text


@pytest.mark.parametrize(
    ("seconds", "text"),
    [(3, "3秒"), (1380, "23分"), (4320, "1小时12分"), (7200, "2小时"), (183600, "2天3小时"), (172800, "2天")],
)
def test_lengths(seconds, text):
    assert span(timedelta(seconds=seconds)) == text


@pytest.mark.parametrize(
    ("at", "long", "narrow"),
    [
        (datetime(2026, 11, 22, 6, 5, tzinfo=UTC), "14:05", "14:05"),
        (datetime(2026, 11, 21, 16, 0, tzinfo=UTC), "00:00", "00:00"),
        (datetime(2026, 11, 21, 15, 59, tzinfo=UTC), "11月21日 周六 23:59", "11月21日 23:59"),
        (datetime(2025, 3, 1, 0, 0, tzinfo=UTC), "2025年3月1日 周六 08:00", "2025-03-01"),
    ],
)
def test_instants_in_beijing(at, long, narrow):
    assert when(at, NOW) == long
    assert brief(at, NOW) == narrow


@given(st.text(max_size=200), st.integers(6, 80))
def test_a_cut_title_keeps_both_ends(text, length):
    cut = short(text, length)
    assert len(cut) <= max(length, 0)
    assert cut == text or (cut[0] == text[0] and cut[-1] == text[-1])


@given(st.text(max_size=60), st.lists(st.tuples(st.integers(-5, 70), st.integers(-5, 70)), max_size=8))
def test_marks_change_nothing_but_the_marks(text, spans):
    html = marked(text, spans)
    assert html.replace("<mark>", "").replace("</mark>", "") == marked(text, [])
    assert html.striptags() == marked(text, []).striptags()
    joined = merged(spans, len(text))
    assert all(a[1] < b[0] for a, b in pairwise(joined))


@given(
    st.text(alphabet="aAbİß物价<&", max_size=30),
    st.lists(st.text(alphabet="aAİ物价", min_size=1, max_size=3), max_size=3),
)
def test_hits_stand_where_the_words_are(text, words):
    for start, end in spans_of(text, words):
        assert 0 <= start < end <= len(text)
        assert text[start:end].lower() in [word.lower() for word in words]


def test_a_kept_letter_never_shows_its_signed_link():
    text = f"请核实。\n签收：{ACK}\n事项 {SITE}/cases/3"
    assert shown(text, "https://h.example") == "请核实。\n事项 https://h.example/cases/3"
