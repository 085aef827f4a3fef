"""A duty that runs and its edited ladder: what was told stays, what lies ahead follows, nothing comes in a burst."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from domain.escalation import POSTS, Rung, ladders, looks, named
from domain.ladder_change import Change, Running, Standing, follow, opened_at
from domain.ladder_rules import SUSPECTED_BY, broken

T0 = datetime(2026, 11, 22, 6, 5, tzinfo=UTC)
HOUR, MINUTE = timedelta(hours=1), timedelta(minutes=1)
SUSPECTED, DUTY = ladders()["suspected"], ladders()["duty"]
LENGTHS = {"suspected": 30, "lead": 30, "duty": 300}


def standing(ladder, rungs, now, length=None, opened=T0):
    """The rungs of a duty as they stand at `now`, all told in their time by this ladder."""
    end = T0 + (length or LENGTHS[ladder]) * MINUTE
    found = looks(rungs, T0, end, opened)
    rows = [
        Standing(id_, look.rung.rung, 0, look.at, "told" if look.at <= now else "pending")
        for id_, look in enumerate(found, start=1)
    ]
    for row in list(rows):
        every = named(rungs, row.rung).every * MINUTE
        turn, at = 1, row.due_at + every
        while every and row.state == "told" and at - every <= now:
            rows.append(Standing(len(rows) + 1, row.rung, turn, at, "told" if at <= now else "pending"))
            turn, at = turn + 1, at + every
    return rows


def after(rows, change):
    """The rungs once a change was written."""
    moved = [
        replace(
            row,
            state="cancelled" if row.id in change.cancel else row.state,
            due_at=change.move.get(row.id, row.due_at),
        )
        for row in rows
    ]
    return moved + [
        Standing(len(rows) + number, rung, turn, at, "pending")
        for number, (rung, turn, at) in enumerate(change.add, start=1)
    ]


def running(ladder, length=None, opened=T0):
    return Running(ladder, T0, T0 + (length or LENGTHS[ladder]) * MINUTE, opened)


def coming(rows):
    """What is still to be told, as (rung, minute), in order."""
    found = sorted((row.due_at, row.rung) for row in rows if row.state == "pending")
    return [(rung, (at - T0) / MINUTE) for at, rung in found]


def edit(ladder, new, minute):
    """What is still to be told once a ladder was edited at this minute."""
    now, old = T0 + minute * MINUTE, ladders()[ladder]
    rows = standing(ladder, old, now)
    return coming(after(rows, follow(running(ladder), rows, old, new, now)))


def put(rungs, name, **changes):
    return tuple(replace(rung, **changes) if rung.rung == name else rung for rung in rungs)


def drop(rungs, *names):
    return tuple(rung for rung in rungs if rung.rung not in names)


EARLY = put(SUSPECTED, "unconfirmed_office", at="start+5m")
EARLY_NAMED = (*drop(SUSPECTED, "unconfirmed_office"), Rung("soon", "5分钟", "start+5m", ("office_director",)))


@pytest.mark.parametrize(
    ("new", "minute", "expected"),
    [
        # The director after 5 minutes: moved while that is ahead, at once where it has passed, once only.
        (EARLY, 2, [("unconfirmed_office", 5), ("unconfirmed_leader", 10), ("unconfirmed_chief", 60)]),
        (EARLY, 8, [("unconfirmed_office", 8), ("unconfirmed_leader", 10), ("unconfirmed_chief", 60)]),
        (EARLY, 25, [("unconfirmed_chief", 60)]),
        # The same by a rung of another name: the old one ends, and nobody falls between the two.
        (EARLY_NAMED, 2, [("soon", 5), ("unconfirmed_leader", 10), ("unconfirmed_chief", 60)]),
        (EARLY_NAMED, 8, [("soon", 8), ("unconfirmed_leader", 10), ("unconfirmed_chief", 60)]),
        (EARLY_NAMED, 25, [("unconfirmed_chief", 60)]),
        # The director goes with the leader, who was told alone already, and the own rung lies later now.
        (
            put(
                put(SUSPECTED, "unconfirmed_office", at="start+40m"),
                "unconfirmed_leader",
                posts=("duty_leader", "office_director"),
            ),
            12,
            [("unconfirmed_leader", 12), ("unconfirmed_office", 40), ("unconfirmed_chief", 60)],
        ),
    ],
)
def test_a_suspected_emergency_follows_and_nobody_hears_of_it_too_late(new, minute, expected):
    assert edit("suspected", new, minute) == expected


LATER = [("last_hour", 240), ("last_quarter", 285), ("missed", 300), ("hourly", 360)]


@pytest.mark.parametrize(
    ("new", "expected"),
    [
        (DUTY, LATER),
        (drop(DUTY, "last_hour"), LATER[1:]),
        (put(DUTY, "last_hour", at="due-90m"), [("last_hour", 210), *LATER[1:]]),
        # Its new time has passed: it keeps the old one. So does what was told, whatever its time is now.
        (put(DUTY, "last_hour", at="due-200m"), LATER),
        (put(DUTY, "half", at="due-30m"), LATER),
        # A limit of five hours is too short for it now.
        (put(DUTY, "last_hour", least=301), LATER[1:]),
        # What comes new comes only where it is still ahead.
        ((*DUTY, Rung("early", "早", "start+30m", ("chief",))), LATER),
        ((*DUTY, Rung("soon", "快了", "due-70m", ("chief",))), [("soon", 230), *LATER]),
        ((*DUTY, Rung("daily", "每天", "due+1440m", ("liaison",), every=1440)), [*LATER, ("daily", 1740)]),
        (put(DUTY, "hourly", at="due+30m"), [*LATER[:3], ("hourly", 330)]),
    ],
)
def test_a_duty_past_its_half_follows(new, expected):
    assert edit("duty", new, 200) == expected


@pytest.mark.parametrize(
    ("new", "expected"),
    [
        (DUTY, [("hourly", 480)]),
        (put(DUTY, "hourly", at="due+30m"), [("hourly", 480)]),
        ((*DUTY, Rung("daily", "每天", "due+100m", ("liaison",), every=1440)), [("hourly", 480), ("daily", 1840)]),
        ((*DUTY, Rung("late", "晚", "due+100m", ("liaison",))), [("hourly", 480)]),
        ((*DUTY, Rung("later", "晚", "due+200m", ("liaison",))), [("hourly", 480), ("later", 500)]),
        (put(DUTY, "missed", posts=("office_director",)), [("hourly", 480)]),
    ],
)
def test_a_missed_duty_keeps_its_beat_and_hears_no_second_miss(new, expected):
    assert edit("duty", new, 425) == expected


def test_a_rung_that_ended_and_comes_back_has_a_turn_of_its_own():
    now, without = T0 + 10 * MINUTE, drop(DUTY, "last_hour")
    rows = standing("duty", DUTY, now)
    rows = after(rows, follow(running("duty"), rows, DUTY, without, now))
    change = follow(running("duty"), rows, without, DUTY, now)
    assert change.add == (("last_hour", 1, T0 + 240 * MINUTE),)
    assert follow(running("duty"), after(rows, change), DUTY, DUTY, now) == Change()


def test_the_opening_is_known_by_its_rung_and_not_by_a_second_telling():
    rows = standing("duty", DUTY, T0, opened=T0 + HOUR)
    again = Standing(99, "opened", 1, T0 + 2 * HOUR, "pending")
    assert opened_at([again, *rows], T0) == T0 + HOUR
    assert opened_at(standing("lead", drop(ladders()["lead"], "proposed"), T0), T0) == T0


posts = st.lists(st.sampled_from(list(POSTS)), min_size=1, unique=True).map(tuple)
places = st.one_of(
    st.just("half"),
    st.integers(0, 400).map("start+{}m".format),
    st.integers(1, 400).map("due-{}m".format),
    st.integers(0, 400).map("due+{}m".format),
)
extras = st.lists(
    st.builds(Rung, st.sampled_from("abcd"), st.just("加"), places, posts, st.sampled_from([0, 60, 299, 301])),
    max_size=4,
    unique_by=lambda rung: rung.rung,
)


@st.composite
def tables(draw, ladder):
    """A ladder an office may use: the packaged one with rungs dropped, moved, peopled and added."""
    found = [
        replace(rung, at=draw(places))
        if draw(st.integers(0, 5)) == 0
        else replace(rung, posts=draw(posts | st.just(rung.posts)))
        for rung in ladders()[ladder]
        if draw(st.integers(0, 3))
    ]
    found = (*found, *draw(extras))
    rules = broken(ladder, found)
    if rules:  # Put back what must stay; what must not be added is left out.
        packaged = {rung.rung: rung for rung in ladders()[ladder]}
        added = [rung for rung in found if rung.rung not in packaged and rung.place[0] != "half"]
        found = (*packaged.values(), *(replace(rung, posts=("duty_officer", "duty_leader")) for rung in added))
    return tuple(found)


stories = st.sampled_from(["suspected", "duty"]).flatmap(
    lambda ladder: st.tuples(st.just(ladder), tables(ladder), tables(ladder), st.integers(0, 500), st.integers(1, 400))
)


@settings(deadline=None)
@given(stories)
def test_whatever_the_office_edits_the_promises_hold(story):
    ladder, old, new, minute, length = story
    assert not broken(ladder, new)
    now, duty = T0 + minute * MINUTE, running(ladder, length)
    rows = standing(ladder, old, now, length)
    change = follow(duty, rows, old, new, now)
    kept = after(rows, change)
    pending = {row.id for row in rows if row.state == "pending"}
    assert change.cancel | set(change.move) <= pending, "what was told stays told"
    assert all(at >= now for _, _, at in change.add), "nothing new is told of the past"
    assert all(at >= now for at in change.move.values())
    assert len({(row.rung, row.turn) for row in kept}) == len(kept), "every rung has a turn of its own"
    at_once = [row for row in kept if row.state == "pending" and row.due_at <= now]
    assert ladder == "suspected" or not at_once or all(row.due_at == now for row in at_once)
    told = {row.rung for row in rows if row.state == "told"}
    assert ladder == "suspected" or all(rung not in told or turn for rung, turn, _ in change.add)
    if ladder == "duty":
        waiting = {row.rung for row in kept if row.state == "pending"}
        assert {"missed", "hourly"} <= waiting | (told & {"missed"}), "what is not done is never forgotten"
    else:
        _told_in_time(rows, kept, old, new, now)
    assert not follow(duty, kept, new, new, now), "the same edit again changes nothing"
    if old == new:
        assert not change


def _told_in_time(rows, kept, old, new, now):
    for post, minutes in SUSPECTED_BY.items():
        by = max(T0 + minutes * MINUTE, now)
        knew = any(row.state == "told" and post in named(old, row.rung).posts for row in rows)
        will = any(row.state == "pending" and row.due_at <= by and post in named(new, row.rung).posts for row in kept)
        assert knew or will, post
