"""One matter, one event; the same input, the same ids."""

from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from classifier import events
from classifier.events import Index

T0 = datetime(2026, 11, 2, 4, 0, tzinfo=UTC)
LIFT = [
    ("幸福里小区电梯困人", "东岭区幸福里小区三号楼电梯昨晚困住六名居民，维保人员四十分钟才到场。"),
    ("幸福里小区电梯再次困人", "东岭区幸福里小区三号楼的电梯今天又困人了，居民要求物业更换维保单位。"),
    ("幸福里小区困人电梯已停用", "针对幸福里小区三号楼电梯困人，东岭区市场监管局责令停用，维保单位接受调查。"),
]
GYM = [
    ("健身房突然关门", "河湾区动力健身房一夜关门，数百名会员的年卡余额无法退还。"),
    ("动力健身房会员要求退费", "河湾区动力健身房关门后，会员拿着合同要求退还年卡余额。"),
]


def grouped(stories, channel="news", step=timedelta(hours=1)):
    index = Index()
    return [index.add(f"a{n}", T0 + n * step, title, text, channel) for n, (title, text) in enumerate(stories)]


def test_reports_of_one_matter_join_one_event_and_others_do_not():
    joined = [one.event for one in grouped([LIFT[0], GYM[0], LIFT[1], GYM[1], LIFT[2]])]
    assert joined == ["a0", "a1", "a0", "a1", "a0"]


def test_a_copy_joins_the_event_of_its_original_and_names_it():
    original, copy = grouped([LIFT[0], LIFT[0]])
    assert copy.event == original.event == "a0"
    assert copy.duplicate_of == "a0"
    assert original.duplicate_of is None


def test_why_names_the_words_or_the_copy():
    first, second, copy = grouped([LIFT[0], LIFT[1], LIFT[1]])
    assert "新话题" in first.why
    assert "共有" in second.why
    assert "重合" in copy.why


def test_an_idle_event_takes_no_more():
    near = grouped(LIFT[:2], step=timedelta(days=13))
    late = grouped(LIFT[:2], step=timedelta(days=15))
    assert near[1].event == "a0"
    assert late[1].event == "a1"


def test_citizens_messages_stay_open_for_half_a_year():
    assert grouped(LIFT[:2], "message", timedelta(days=170))[1].event == "a0"
    assert grouped(LIFT[:2], "message", timedelta(days=190))[1].event == "a1"


def test_an_index_rebuilt_from_what_is_known_goes_on_as_if_it_had_never_stopped():
    stories = [LIFT[0], GYM[0], LIFT[1], GYM[1], LIFT[2]]
    answers = grouped(stories)
    rebuilt = Index()
    for n in range(3):
        rebuilt.put(f"a{n}", T0 + timedelta(hours=n), *stories[n], "news", answers[n].event)
    later = [rebuilt.add(f"a{n}", T0 + timedelta(hours=n), *stories[n], "news") for n in (3, 4)]
    assert later == answers[3:]


def test_expired_events_leave_nothing_behind():
    index = Index()
    for n, (title, text) in enumerate(LIFT + GYM):
        index.add(f"a{n}", T0, title, text, "news")
    index.add("z", T0 + timedelta(days=30), "全新的一件事", "柳溪县石桥镇集市开张", "news")
    assert len(index) == 1


SENTENCES = st.sampled_from([text for _, text in LIFT + GYM] + ["今天天气很好", "", "涨价了涨价了，鸡蛋涨到八块", "x"])


@settings(max_examples=40, deadline=None)
@given(st.lists(st.tuples(SENTENCES, SENTENCES), max_size=25))
def test_the_same_input_twice_gives_the_same_ids(stories):
    first, second = grouped(stories), grouped(stories)
    assert first == second
    ids = {f"a{n}" for n in range(len(stories))}
    assert all(one.event in ids for one in first)


@pytest.mark.parametrize("channel", ["message", "news"])
def test_different_things_in_one_town_are_different_matters(channel):
    stories = [("", "石桥镇粮油店卖的面粉有虫"), ("", "石桥镇粮油店卖的大米有石子")]
    assert [one.event for one in grouped(stories, channel)] == ["a0", "a1"]


def test_a_barred_event_is_not_joined_even_by_a_copy():
    index = Index()
    index.add("a", T0, *LIFT[0], "news")
    answer = index.add("b", T0, *LIFT[0], "news", barred=lambda event: event == "a")
    assert (answer.event, answer.duplicate_of) == ("b", None)


def test_a_copy_opens_an_event_again_that_is_over():
    late = T0 + timedelta(days=30)
    for channel, event in (("news", "a"), ("message", "a")):
        index = Index()
        index.add("a", T0, *LIFT[0], channel)
        assert index.add("b", late, *LIFT[0], channel).event == event
        assert index.add("c", late, *LIFT[1], channel).event == event
    same_words_next_year = index.add("d", T0 + timedelta(days=400), *LIFT[0], "message")
    assert (same_words_next_year.event, same_words_next_year.duplicate_of) == ("d", "a")


def test_the_index_says_how_full_it_is():
    index = Index()
    for n, (title, text) in enumerate(LIFT + GYM):
        index.add(f"a{n}", T0, title, text, "news")
    assert index.words().startswith("在线话题 2（上限 250000）、可比对原文 5（上限")


def test_no_more_events_are_live_than_allowed(monkeypatch):
    monkeypatch.setattr(events, "LIVE_MOST", 1)
    index = Index()
    index.add("old", T0, *LIFT[0], "news")
    index.add("new", T0 + timedelta(hours=1), *GYM[0], "news")
    assert len(index) == 1
    assert index.add("next", T0 + timedelta(hours=2), *GYM[1], "news").event == "new"
