"""What a grade, a merge and a late entry change in a case: tables of cases."""

from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from domain.case import Grade, Level, duties_of
from domain.handling import Clock, TakenOver, asks_next, regrade, taken_over, was_recorded_after

T = datetime(2026, 11, 22, 6, 5, tzinfo=UTC)
HOUR, MINUTE = timedelta(hours=1), timedelta(minutes=1)
URGENT = ("AUTH_RELEASE", "PRESS_CONF")


@pytest.mark.parametrize(
    ("clocks", "emergency", "channel", "void", "write"),
    [
        # Graded III: 5 h and 24 h end, 48 h begins.
        ({"AUTH_RELEASE": "open", "PRESS_CONF": "open"}, False, "news", URGENT, ("OTHER_RESPONSE",)),
        ({"AUTH_RELEASE": "open", "PRESS_CONF": "open"}, False, "message", URGENT, ("MSG_REPLY",)),
        # What was met stays met.
        ({"AUTH_RELEASE": "met", "PRESS_CONF": "open"}, False, "news", ("PRESS_CONF",), ("OTHER_RESPONSE",)),
        # An ordinary matter turns out to be I/II.
        ({"OTHER_RESPONSE": "open"}, True, "news", ("OTHER_RESPONSE",), URGENT),
        ({"OTHER_RESPONSE": "met"}, True, "news", (), URGENT),
        # Graded I where it was suspected before: nothing changes.
        ({"AUTH_RELEASE": "open", "PRESS_CONF": "met"}, True, "news", (), ()),
        # A ticket's own limit stays in every case.
        ({"HOTLINE": "open"}, True, "hotline", (), URGENT),
        ({"AUTH_RELEASE": "open", "PRESS_CONF": "open", "HOTLINE": "open"}, False, "hotline", URGENT, ()),
        # What the matter asks for besides is none of the grade's business.
        ({"OTHER_RESPONSE": "open", "NEXT_RELEASE": "open", "SIGN_LATER": "open"}, False, "news", (), ()),
    ],
)
def test_what_a_grade_ends_and_begins(clocks, emergency, channel, void, write):
    change = regrade(clocks, emergency=emergency, channel=channel)
    assert (change.void, change.write) == (void, write)


@given(
    st.dictionaries(st.sampled_from([*URGENT, "OTHER_RESPONSE", "MSG_REPLY"]), st.sampled_from(["open", "met"])),
    st.booleans(),
    st.sampled_from(["news", "message", "hotline", "superior"]),
)
def test_after_a_grade_exactly_the_clocks_of_the_grade_run_or_were_met(clocks, emergency, channel):
    change = regrade(clocks, emergency=emergency, channel=channel)
    left = {code: state for code, state in clocks.items() if code not in change.void} | dict.fromkeys(
        change.write, "open"
    )
    wanted = duties_of(emergency=emergency, channel=channel)
    assert set(wanted) <= set(left)
    assert {code for code, state in left.items() if state == "open"} <= set(wanted)


def test_only_the_two_highest_grades_are_urgent():
    assert [grade for grade in Grade if grade.urgent] == [Grade.I, Grade.II]


@pytest.mark.parametrize(
    ("emergency", "level", "final", "asks"),
    [
        (True, Level.YELLOW, False, True),
        (False, Level.RED, False, True),
        (False, Level.ORANGE, False, False),
        (True, Level.RED, True, False),
    ],
)
def test_when_the_next_release_is_asked_for(emergency, level, final, asks):
    assert asks_next(emergency=emergency, level=level, final=final) is asks


def clock(id_, code="OTHER_RESPONSE", act="release", hours=48, **more):
    return Clock(id_, code, act, T + hours * HOUR, **more)


@pytest.mark.parametrize(
    ("own", "other", "taken"),
    [
        # The same duty, earlier there: it goes on, ours ends.
        ([clock(1)], [clock(2, hours=47)], [TakenOver(2, 1)]),
        ([clock(1)], [clock(2, hours=49)], []),
        ([clock(1)], [clock(2)], []),
        # An earlier release asked for by another rule stands for it.
        ([clock(1, "AUTH_RELEASE", hours=5)], [clock(2)], []),
        ([clock(1, "AUTH_RELEASE", hours=5)], [clock(2, hours=3)], [TakenOver(2, None)]),
        # What ours has met already.
        ([clock(1, state="met")], [clock(2, hours=47)], []),
        # What we never had.
        ([clock(1)], [clock(2, "PRESS_CONF", "conference", 24)], [TakenOver(2, None)]),
        # Two tickets want two answers.
        (
            [clock(1, "HOTLINE", "reply", 9, given=True)],
            [clock(2, "HOTLINE", "reply", 20, given=True)],
            [TakenOver(2, None)],
        ),
        # A signature is owed for its own approval.
        ([clock(1, "SIGN_LATER", "signature", 9)], [clock(2, "SIGN_LATER", "signature", 20)], [TakenOver(2, None)]),
        ([clock(1)], [clock(2, hours=47, state="met"), clock(3, hours=46, state="void")], []),
    ],
)
def test_what_a_merge_takes_over(own, other, taken):
    assert taken_over(own, other) == taken


CODES = {"AUTH_RELEASE": "release", "OTHER_RESPONSE": "release", "PRESS_CONF": "conference", "MSG_REPLY": "reply"}
clocks = st.lists(st.tuples(st.sampled_from(list(CODES)), st.integers(1, 60)), max_size=4, unique_by=lambda one: one[0])


@given(clocks, clocks)
def test_after_a_merge_every_act_is_asked_for_no_later_than_before(own, other):
    mine = [clock(n, code, CODES[code], hours) for n, (code, hours) in enumerate(own)]
    theirs = [clock(100 + n, code, CODES[code], hours) for n, (code, hours) in enumerate(other)]
    taken = taken_over(mine, theirs)
    gone = {one.instead for one in taken}
    left = [one for one in mine if one.id not in gone] + [one for one in theirs if one.id in {t.id for t in taken}]
    for before in (*mine, *theirs):
        assert any(one.act == before.act and one.due <= before.due for one in left)


@pytest.mark.parametrize(("minutes", "shown"), [(0, False), (15, False), (16, True), (600, True)])
def test_an_entry_more_than_a_quarter_of_an_hour_later_shows_both_times(minutes, shown):
    assert was_recorded_after(T, T + minutes * MINUTE) is shown
    assert not was_recorded_after(T, None)
