"""The parts of a handover sheet, and the topics by which a signature on it is asked for."""

from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from domain.handover import GIVE, TAKE, Asked, asked_by, parts_of, topic_of
from domain.workdays import BEIJING

AT = datetime(2026, 6, 10, 0, 20, tzinfo=UTC)


@given(
    st.integers(1, 10**9),
    st.sampled_from([GIVE, TAKE]),
    st.timedeltas(timedelta(days=-9000), timedelta(days=9000)),
)
def test_a_topic_says_which_signature_on_which_sheet(sheet_id: int, part: str, later: timedelta) -> None:
    asked = Asked(sheet_id, part, (AT + later).astimezone(BEIJING))
    assert len(topic_of(asked)) <= 80
    assert asked_by(topic_of(asked)) == asked


@pytest.mark.parametrize("topic", ["stage-3", "handover-3", "handover-3-give", "handover-3-hold-20260610002000000000"])
def test_other_topics_ask_for_no_signature(topic: str) -> None:
    assert asked_by(topic) is None


def test_a_sheet_made_anew_is_asked_for_anew() -> None:
    topics = {topic_of(Asked(1, part, AT + timedelta(microseconds=more))) for part in (GIVE, TAKE) for more in (0, 1)}
    assert len(topics) == 4


def test_every_part_is_listed_also_where_it_is_empty() -> None:
    clock = {
        "number": "舆情〔2026〕3号",
        "title": "学生腹泻",
        "duty": "5小时发布",
        "due": AT.isoformat(),
        "unit": "食品科",
    }
    parts = parts_of({"clocks": [clock], "of_a_later_version": [{"title": "不认识"}]})
    assert parts[0].name == "在办时限"
    assert [len(part.lines) for part in parts] == [1, 0, 0, 0, 0, 0, 0, 0]
    line = parts[0].lines[0]
    assert (line.title, line.more, line.at) == ("学生腹泻", "舆情〔2026〕3号 · 5小时发布 · 食品科", AT)
