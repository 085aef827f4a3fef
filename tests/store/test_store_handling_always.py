"""Whatever people do in a case, in any order: its clocks stay those of its grade, and the journal knows of it."""

from contextlib import suppress

import pytest
from handling import DEVICE, PRICE, case, leader, more_units, named, officer
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from making import FOOD, HOUR, MINUTE, T, office
from sqlalchemy import select
from writers import at_once, change

from domain.case import Grade, Level, duties_of
from store import acts, assignments, cases, db, journal, regrading, returns
from store.cases import Act
from store.tables import Assignment, Bounce, Case, Deadline

steps = st.lists(
    st.tuples(
        st.sampled_from(
            [
                *("grade I", "grade III", "grade none", "red", "blue", "release", "final", "conference"),
                *("earlier", "later", "hand on", "ask", "approve", "transfer"),
            ]
        ),
        st.integers(1, 9 * 60),
    ),
    min_size=1,
    max_size=9,
)


@pytest.fixture(scope="module")
def kept(sqlite_template, tmp_path_factory):
    """A database on which every example is tried and taken back."""
    path = tmp_path_factory.mktemp("handling") / "huiying.db"
    path.write_bytes(sqlite_template.read_bytes())
    db.connect(f"sqlite:///{path}")
    with db.transaction() as session:
        office(session)
        more_units(session)
    yield
    db.disconnect()


@settings(max_examples=25, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(st.sampled_from(["lead", "provisional"]), steps)
def test_whatever_is_done_in_a_case_its_clocks_are_those_of_its_grade(kept, opens, story):
    with db.reading() as session:
        found, now = case(session, opens), T
        for act, minutes in story:
            now += minutes * MINUTE
            with suppress(ValueError):  # What cannot be done, e.g. the same level again.
                _do(session, found, act, now)
            session.flush()
            session.expire_all()
            _consistent(session, found)
        assert journal.first_broken(session) is None


def _do(session, found, act, now):
    who = officer(session)
    grades = {"grade I": Grade.I, "grade III": Grade.III, "grade none": None}
    if act in grades:
        regrading.grade(session, found, grades[act], "市应急局", who, now)
    elif act in ("red", "blue"):
        regrading.change_level(session, found, Level(act), "演练", who, now)
    elif act in ("release", "final", "conference"):
        kind = "conference" if act == "conference" else "release"
        cases.record_release(session, found, Act(kind, now, "官网", "本局", final=act == "final"), who, now)
    elif act in ("earlier", "later"):
        at = found.t0 - HOUR if act == "earlier" else None
        regrading.correct_start(session, found, who, now, occurred_at=at, first_posted_at=None, why="演练")
    elif act == "hand on":
        target = DEVICE if found.unit.name != DEVICE else PRICE
        assignments.reassign(session, found, named(session, target), "演练", who, now)
    elif act == "ask":
        returns.ask(session, found, returns.Asked(found.unit, now, "电话", "演练"), who, now)
    elif act == "approve":
        acts.approve(session, found, leader(session), "同意", "电话请示", now, who, now)
    elif act == "transfer":
        made = acts.transfer(session, found, acts.Handed("市应急局", "演练", now), who, now)
        acts.receive(session, made, "收文1号", now, who, now)


def _consistent(session, found):
    """Check what must hold after every act."""
    standing: dict[str, list[str]] = {}
    for deadline in session.scalars(select(Deadline).where(Deadline.case_id == found.id)):
        pending = [stage for stage in deadline.stages if stage.state == "pending"]
        assert bool(pending) == (deadline.state == "open"), deadline.rule
        assert all(stage.look_at is not None for stage in pending)
        assert (deadline.met_at is not None) == (deadline.state == "met") == (deadline.met_how is not None)
        assert bool(deadline.void_why) == (deadline.state == "void")
        if deadline.state != "void":
            standing.setdefault(deadline.rule, []).append(deadline.state)
    for rule in duties_of(emergency=found.emergency, channel=found.channel):
        assert standing.get(rule), f"{rule} neither runs nor was met"
    for rule, states in standing.items():
        assert rule == "SIGN_LATER" or states.count("open") <= 1, f"{rule} runs twice"
    in_force = [one for one in assignments.current(session, found) if one.part == "lead"]
    assert [one.unit_id for one in in_force] == [found.unit_id], "exactly one unit leads"


def test_of_two_who_hand_a_case_on_at_once_one_comes_after_the_other(database):
    with db.transaction() as session:
        office(session)
        more_units(session)
        id_ = case(session).id

    def hand_on(session, unit):
        assignments.reassign(session, session.get_one(Case, id_), named(session, unit), "改派", officer(session), T)

    found = at_once(change(hand_on, DEVICE), change(hand_on, PRICE))
    assert found == [None, None]
    with db.reading() as session:
        rows = session.scalars(select(Assignment).order_by(Assignment.id)).all()
        assert [one.ended_at is None for one in rows] == [False, False, True]
        assert session.get_one(Case, id_).unit_id == rows[-1].unit_id
        assert rows[0].unit.name == FOOD
        assert journal.first_broken(session) is None


def test_a_request_is_decided_once(database):
    with db.transaction() as session:
        office(session)
        more_units(session)
        found = case(session)
        asked = returns.Asked(found.unit, T, "电话", "不属本科")
        id_ = returns.ask(session, found, asked, officer(session), T).id

    def refuse(session):
        returns.refuse(session, session.get_one(Bounce, id_), "由你科办", officer(session), T)

    def accept(session):
        returns.accept(session, session.get_one(Bounce, id_), "", officer(session), T, named(session, DEVICE))

    found = at_once(change(refuse), change(accept))
    assert sorted(type(one).__name__ for one in found) == ["NoneType", "ValueError"], found
