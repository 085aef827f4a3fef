"""Leads: opened once, raised once, judged once; no clock is ever restarted or lost."""

from datetime import timedelta

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from making import FOOD, HOUR, MINUTE, T, arrives, article, lead, office, verdict
from sqlalchemy import func, select
from writers import at_once, change

from domain.case import Level
from domain.escalation import ladders, looks
from store import cases, db, events, journal, leads, people
from store.articles import save_verdict
from store.tables import Article, Case, Deadline, Event, JournalEntry, Lead, Person, Stage

DAYS = timedelta(days=1)


@pytest.fixture
def session(session):
    office(session)
    return session


def officer(session):
    return session.scalars(select(Person).where(Person.name == "值班员A")).one()


def confirm(session, found, now=T + 5 * MINUTE, *, emergency=None, **more):
    return leads.confirm(
        session,
        found,
        officer(session),
        now,
        unit=people.unit_named(session, FOOD),
        level=Level.RED,
        emergency=found.suspected if emergency is None else emergency,
        **more,
    )


def clocks(session, found):
    """The duties of a matter as (rule, state), in the order they were written."""
    session.flush()
    session.expire_all()
    return [(deadline.rule, deadline.state) for deadline in found.deadlines]


def duty(session, found, rule, state="open"):
    [wanted] = [one for one in session.scalars(select(Deadline)) if (one.rule, one.state) == (rule, state)]
    assert wanted.lead_id == found.id
    return wanted


def rungs(deadline, state="pending"):
    return [stage.rung for stage in deadline.stages if stage.state == state]


def ladder_is_whole(deadline, opened):
    """Whether a deadline carries every rung of its ladder, each asking to be looked at in its time."""
    rungs = ladders()[deadline.ladder]
    wanted = [(look.rung.rung, look.at) for look in looks(rungs, deadline.start_at, deadline.due_at, opened)]
    return [(stage.rung, stage.look_at) for stage in sorted(deadline.stages, key=lambda s: s.id)] == wanted


def test_an_article_that_asks_for_nothing_opens_nothing(session):
    assert arrives(session, 1, "none")[1] is None
    assert session.scalars(select(Lead)).all() == []


def test_an_ordinary_lead_waits_thirty_minutes_for_a_person(session):
    found = lead(session, published=T - HOUR)
    assert (found.state, found.suspected, found.quiet, found.level) == ("open", False, False, "yellow")
    assert (found.first_posted_at, found.detected_at, found.unit.name) == (T - HOUR, T, FOOD)
    assert found.reasons[0]["words"] == "集体腹泻"
    assert clocks(session, found) == [("LEAD_CONFIRM", "open")]
    limit = found.deadlines[0]
    assert (limit.due_at, limit.ladder, limit.case_id) == (T + 30 * MINUTE, "lead", None)
    assert ladder_is_whole(limit, T)


def test_a_suspected_emergency_starts_its_clocks_before_anybody_confirmed_it(session):
    found = lead(session, "provisional", published=T - HOUR)
    assert (found.suspected, found.level) == (True, "red")
    assert clocks(session, found) == [("LEAD_CONFIRM", "open"), ("AUTH_RELEASE", "open"), ("PRESS_CONF", "open")]
    for rule, hours in (("AUTH_RELEASE", 5), ("PRESS_CONF", 24)):
        running = duty(session, found, rule)
        assert (running.start_at, running.due_at) == (T - HOUR, T - HOUR + hours * HOUR)
        assert not running.found_late
        assert ladder_is_whole(running, T)
    assert rungs(duty(session, found, "LEAD_CONFIRM")) == [
        "proposed",
        "unconfirmed_leader",
        "unconfirmed_office",
        "unconfirmed_chief",
    ]


def test_what_gives_the_day_alone_does_not_move_t0(session):
    found = lead(session, "provisional", published=T - 6 * HOUR, date_only=True)
    assert (found.first_posted_at, duty(session, found, "AUTH_RELEASE").start_at) == (None, T)


def test_an_old_item_becomes_a_lead_that_tells_nobody(session):
    found = lead(session, "provisional", published=T - 4 * DAYS)
    assert (found.quiet, found.suspected, found.deadlines) == (True, False, [])
    assert "72小时" in found.reasons[-1]["words"]
    assert session.scalars(select(Stage)).all() == []
    assert leads.open_leads(session) == [found]


def test_a_second_old_item_leaves_a_quiet_lead_quiet(session):
    first = lead(session, published=T - 5 * DAYS)
    assert arrives(session, 2, "provisional", published=T - 4 * DAYS)[1] is None
    assert (first.quiet, first.suspected, clocks(session, first)) == (True, False, [])


def test_an_old_item_never_raises_a_lead(session):
    first = lead(session)
    assert arrives(session, 2, "provisional", published=T - 4 * DAYS, now=T + MINUTE)[1] is None
    assert clocks(session, first) == [("LEAD_CONFIRM", "open")]


def test_a_fresh_item_wakes_a_quiet_lead(session):
    first = lead(session, published=T - 5 * DAYS)
    now = T + 2 * DAYS
    assert arrives(session, 2, "lead", published=now - HOUR, now=now)[1] is first
    assert (first.quiet, first.detected_at, first.first_posted_at) == (False, now, T - 5 * DAYS)
    assert "72小时" not in str(first.reasons)
    assert duty(session, first, "LEAD_CONFIRM").due_at == now + 30 * MINUTE


def test_late_articles_of_an_event_open_and_restart_nothing(session):
    first = lead(session, "provisional")
    before = [(one.id, one.due_at) for one in first.deadlines]
    stages = session.scalar(select(func.count()).select_from(Stage))
    for n, opens in enumerate(["lead", "provisional", "none", "provisional"], start=2):
        assert arrives(session, n, opens, published=T - 3 * HOUR, now=T + n * MINUTE)[1] is None
    session.expire_all()
    assert [(one.id, one.due_at) for one in first.deadlines] == before
    assert session.scalar(select(func.count()).select_from(Stage)) == stages
    assert first.first_posted_at == T
    event = session.scalars(select(Event)).one()
    assert (event.articles, event.copies, event.first_at) == (5, 0, T - 3 * HOUR)


def test_putting_the_same_article_twice_counts_it_once(session):
    first = lead(session)
    kept = session.get_one(Article, first.article_id)
    event, again = events.put(session, kept, events.Grouping("e1", None, 1.0), T)
    assert (event.articles, again) == (1, None)


def test_an_open_lead_is_raised_by_the_first_grave_article(session):
    first = lead(session, published=T - HOUR)
    now = T + 10 * MINUTE
    assert arrives(session, 2, "provisional", published=T - 2 * HOUR, now=now)[1] is first
    assert (first.suspected, first.level, first.title) == (True, "red", "标题2")
    assert clocks(session, first) == [
        ("LEAD_CONFIRM", "void"),
        ("LEAD_CONFIRM", "open"),
        ("AUTH_RELEASE", "open"),
        ("PRESS_CONF", "open"),
    ]
    assert rungs(duty(session, first, "LEAD_CONFIRM", "void"), "cancelled") == ["proposed", "unjudged"]
    # T0 is the earliest known, that of the article that came later included.
    assert duty(session, first, "AUTH_RELEASE").start_at == T - 2 * HOUR
    assert arrives(session, 3, "provisional", now=now + MINUTE)[1] is None


def test_a_grave_article_on_a_matter_long_known_is_found_late_and_has_its_five_hours(session):
    first = lead(session, published=T - 5 * DAYS)
    now = T + DAYS
    arrives(session, 2, "provisional", published=now - MINUTE, now=now)
    release = duty(session, first, "AUTH_RELEASE")
    assert (release.found_late, release.due_at) == (True, T - 5 * DAYS + 5 * HOUR)
    assert release.handle_by == now + 5 * HOUR
    assert rungs(release) == ["opened", "half", "last_hour", "last_quarter", "missed", "hourly"]


def test_confirming_keeps_the_running_clocks_and_tells_the_unit(session):
    first = lead(session, "provisional", published=T - HOUR)
    running = {one.rule: (one.id, one.due_at) for one in first.deadlines}
    case = confirm(session, first)
    assert (case.number, case.year, case.state, case.emergency) == (1, 2026, "assigned", True)
    assert (case.t0, case.t0_basis, case.unit.name, case.opener.name) == (T - HOUR, "first_posted", FOOD, "值班员A")
    assert (first.state, first.judged_at, first.judged_by) == ("confirmed", T + 5 * MINUTE, case.opened_by)
    assert clocks(session, first) == [("LEAD_CONFIRM", "met"), ("AUTH_RELEASE", "open"), ("PRESS_CONF", "open")]
    assert {one.rule: (one.id, one.due_at) for one in first.deadlines} == running
    assert all(one.case_id == case.id for one in first.deadlines)
    opened = [
        (stage.turn, stage.look_at) for stage in duty(session, first, "AUTH_RELEASE").stages if stage.rung == "opened"
    ]
    assert sorted(opened) == [(0, T), (1, T + 5 * MINUTE)]
    assert rungs(first.deadlines[0], "cancelled") == [
        "proposed",
        "unconfirmed_leader",
        "unconfirmed_office",
        "unconfirmed_chief",
    ]


@pytest.mark.parametrize(("channel", "rule"), [("news", "OTHER_RESPONSE"), ("message", "MSG_REPLY")])
def test_regraded_to_an_ordinary_matter_the_clocks_become_void_and_stay_in_the_history(session, channel, rule):
    first = lead(session, "provisional", channel=channel)
    case = confirm(session, first, emergency=False)
    assert clocks(session, first) == [
        ("LEAD_CONFIRM", "met"),
        ("AUTH_RELEASE", "void"),
        ("PRESS_CONF", "void"),
        (rule, "open"),
    ]
    void = duty(session, first, "AUTH_RELEASE", "void")
    assert rungs(void) == []
    assert void.void_why
    assert [one.id for one in case.deadlines] == [one.id for one in sorted(first.deadlines, key=lambda d: d.due_at)]
    assert ladder_is_whole(duty(session, first, rule), T + 5 * MINUTE)


def test_an_ordinary_lead_confirmed_as_an_emergency_gets_both_clocks(session):
    first = lead(session)
    confirm(session, first, emergency=True)
    assert clocks(session, first) == [("LEAD_CONFIRM", "met"), ("AUTH_RELEASE", "open"), ("PRESS_CONF", "open")]


def test_an_earlier_occurrence_moves_t0_and_keeps_the_old_clocks_in_the_history(session):
    first = lead(session, "provisional", published=T)
    case = confirm(session, first, occurred_at=T - 2 * HOUR)
    assert (case.t0, case.t0_basis) == (T - 2 * HOUR, "occurred")
    assert clocks(session, first)[1:] == [
        ("AUTH_RELEASE", "void"),
        ("PRESS_CONF", "void"),
        ("AUTH_RELEASE", "open"),
        ("PRESS_CONF", "open"),
    ]
    assert duty(session, first, "AUTH_RELEASE").due_at == T + 3 * HOUR


def test_an_occurrence_in_the_future_is_refused(session):
    first = lead(session)
    with pytest.raises(ValueError, match="事发时间"):
        confirm(session, first, occurred_at=T + HOUR)
    assert first.state == "open"


def test_found_late_keeps_the_legal_due_time_and_handles_from_now(session):
    first = lead(session, "provisional", published=T - 30 * HOUR)
    for rule, hours in (("AUTH_RELEASE", 5), ("PRESS_CONF", 24)):
        late = duty(session, first, rule)
        assert late.found_late
        assert late.due_at == T - 30 * HOUR + hours * HOUR
        assert late.handle_by == T + hours * HOUR
        # It is told on its opening; nothing is said to be missed before the handling limit is.
        assert [stage.rung for stage in late.stages if stage.look_at <= T] == ["opened"]
        assert [stage.look_at for stage in late.stages if stage.rung == "missed"] == [late.handle_by]


@pytest.mark.parametrize(("before", "late"), [(5 * HOUR, True), (5 * HOUR - MINUTE, False)])
def test_found_late_is_what_was_over_when_we_saw_it(session, before, late):
    first = lead(session, "provisional", published=T - before)
    assert duty(session, first, "AUTH_RELEASE").found_late is late


def test_a_limit_that_ran_out_while_the_lead_waited_is_missed_not_found_late(session):
    first = lead(session, published=T - 40 * HOUR)
    confirm(session, first, T + 9 * HOUR)
    slow = duty(session, first, "OTHER_RESPONSE")
    assert (slow.found_late, slow.handle_by) == (False, None)
    assert [stage.rung for stage in slow.stages if stage.look_at <= T + 9 * HOUR] == ["opened", "missed"]


def test_a_quiet_lead_that_is_confirmed_gets_its_duty_with_its_rungs(session):
    first = lead(session, published=T - 4 * DAYS)
    confirm(session, first, T + HOUR)
    late = duty(session, first, "OTHER_RESPONSE")
    assert (late.found_late, late.handle_by) == (True, T + 49 * HOUR)
    assert rungs(late)[0] == "opened"


def test_dismissing_ends_every_clock_and_a_new_grave_article_opens_a_new_lead(session):
    first = lead(session, "lead")
    leads.dismiss(session, first, officer(session), T + MINUTE, " 非本市 ")
    assert (first.state, first.judgement) == ("dismissed", "非本市")
    assert clocks(session, first) == [("LEAD_CONFIRM", "met")]
    assert session.scalars(select(Stage).where(Stage.state == "pending")).all() == []
    assert arrives(session, 2, "lead", now=T + HOUR)[1] is None
    second = arrives(session, 3, "provisional", now=T + HOUR)[1]
    assert second is not None
    assert second.id != first.id
    leads.dismiss(session, second, officer(session), T + 2 * HOUR, "演练")
    assert arrives(session, 4, "provisional", now=T + 3 * HOUR)[1] is None


def test_a_case_that_was_ordinary_and_turns_grave_asks_a_person_anew_once(session):
    first = lead(session, published=T - HOUR)
    confirm(session, first)
    assert arrives(session, 2, "lead", now=T + HOUR)[1] is None
    assert arrives(session, 3, "provisional", published=T - 9 * DAYS, now=T + HOUR)[1] is None
    second = arrives(session, 4, "provisional", published=T + HOUR, now=T + 2 * HOUR)[1]
    assert (second.suspected, second.state, second.detected_at) == (True, "open", T + 2 * HOUR)
    assert [rule for rule, state in clocks(session, second) if state == "open"][1:] == ["AUTH_RELEASE", "PRESS_CONF"]
    assert arrives(session, 5, "provisional", now=T + 3 * HOUR)[1] is None
    confirm(session, second, T + 3 * HOUR)
    assert arrives(session, 6, "provisional", now=T + 4 * HOUR)[1] is None
    # What runs for the first matter goes on.
    assert clocks(session, first)[-1] == ("OTHER_RESPONSE", "open")


def test_what_a_person_judged_to_be_no_emergency_is_not_asked_again(session):
    confirm(session, lead(session, "provisional"), emergency=False)
    assert arrives(session, 2, "provisional", now=T + HOUR)[1] is None


def test_a_matter_that_was_closed_asks_anew(session):
    first = lead(session, channel="message")
    case = confirm(session, first)
    cases.record_release(session, case, cases.Act("reply", T, "电话", "本局"), officer(session), T + HOUR)
    cases.close(session, case, officer(session), T + HOUR)
    again = arrives(session, 2, "lead", now=T + 2 * HOUR)[1]
    assert (again is not first, again.state) == (True, "open")


def test_a_lead_is_judged_once_and_with_a_reason(session):
    first = lead(session)
    with pytest.raises(ValueError, match="理由"):
        leads.dismiss(session, first, officer(session), T, "  ")
    leads.dismiss(session, first, officer(session), T, "演练")
    with pytest.raises(ValueError, match="已经研判"):
        leads.dismiss(session, first, officer(session), T, "演练")
    with pytest.raises(ValueError, match="已经研判"):
        confirm(session, first)
    assert session.scalars(select(Case)).all() == []


def test_a_lead_entered_by_hand_waits_like_any_other(session):
    with pytest.raises(ValueError, match="标题"):
        leads.enter(session, officer(session), T, title=" ", text="", channel="news", unit=None)
    found = leads.enter(session, officer(session), T, title=" 来电 ", text="某小区", channel="message", unit=None)
    assert (found.title, found.state, clocks(session, found)) == ("来电", "open", [("LEAD_CONFIRM", "open")])
    assert confirm(session, found).t0 == T


def test_open_leads_list_the_suspected_first_then_the_oldest_the_quiet_last(session):
    for n, (opens, age) in enumerate([("lead", 0), ("lead", 4), ("provisional", 0), ("lead", 0)], start=1):
        arrives(session, n, opens, key=f"e{n}", published=T - age * DAYS, now=T + n * MINUTE)
    assert [one.title for one in leads.open_leads(session)] == ["标题3", "标题1", "标题4", "标题2"]


def test_numbers_count_up_within_the_beijing_year(session):
    new_year = T.replace(year=2026, month=12, day=31, hour=15, minute=59)
    cases_ = [
        confirm(session, arrives(session, n, "lead", key=f"e{n}", now=now)[1], now)
        for n, now in enumerate([T, new_year, new_year + MINUTE], start=1)
    ]
    assert [(case.year, case.number) for case in cases_] == [(2026, 1), (2026, 2), (2027, 1)]


def test_every_change_is_in_the_journal(session):
    first = lead(session)
    arrives(session, 2, "provisional", now=T + MINUTE)
    confirm(session, first)
    assert journal.first_broken(session) is None
    actions = session.scalars(select(JournalEntry.action).order_by(JournalEntry.seq)).all()
    assert [one for one in actions if one not in ("write_deadline", "void", "meet")] == [
        *("propose", "raise", "confirm", "assign"),
    ]


def test_a_confirmation_that_fails_leaves_nothing_behind(database):
    with db.transaction() as session:
        office(session)
        id_ = lead(session, "provisional").id

    def half(session):
        confirm(session, session.get_one(Lead, id_), emergency=False)
        raise KeyError

    with pytest.raises(KeyError):
        change(half)()
    with db.reading() as session:
        found = session.get_one(Lead, id_)
        assert (found.state, found.case, session.scalars(select(Case)).all()) == ("open", None, [])
        assert {state for _, state in clocks(session, found)} == {"open"}
        assert session.scalars(select(Stage).where(Stage.state != "pending")).all() == []
    with db.transaction() as session:
        assert confirm(session, session.get_one(Lead, id_)).number == 1


def test_of_people_who_judge_the_same_lead_at_once_one_succeeds_and_the_others_are_told(database):
    for turn in range(4):
        with db.transaction() as session:
            if turn == 0:
                office(session)
            id_ = arrives(session, turn + 1, "provisional", key=f"e{turn}")[1].id

        def yes(session, id_=id_):
            return confirm(session, session.get_one(Lead, id_)).id

        def no(session, id_=id_):
            leads.dismiss(session, session.get_one(Lead, id_), officer(session), T + MINUTE, "演练")

        found = at_once(change(yes), change(no), change(yes))
        refused = [one for one in found if isinstance(one, ValueError) and "已经研判" in str(one)]
        assert len(refused) == 2, found
        with db.reading() as session:
            first = session.get_one(Lead, id_)
            assert (first.case is not None) == (first.state == "confirmed")
            running = {state for rule, state in clocks(session, first) if rule != "LEAD_CONFIRM"}
            assert running == ({"open"} if first.case else {"void"})
    with db.reading() as session:
        numbers = session.scalars(select(Case.number).order_by(Case.number)).all()
        assert numbers == list(range(1, len(numbers) + 1))


def test_a_grave_article_that_comes_while_somebody_judges_the_lead(database):
    with db.transaction() as session:
        office(session)
        id_ = lead(session).id
        second = article(session, 2)
        save_verdict(session, second.id, verdict("provisional"), T)

    def comes(session):
        return events.put(session, session.get_one(Article, second.id), events.Grouping("e1", None, 1.0), T)[1] is None

    def judge(session):
        return confirm(session, session.get_one(Lead, id_)).emergency

    found = at_once(change(comes), change(judge))
    assert not any(isinstance(one, Exception) for one in found), found
    with db.reading() as session:
        first = session.get_one(Lead, id_)
        assert first.state == "confirmed"
        running = sorted(rule for rule, state in clocks(session, first) if state == "open")
        assert running == (["AUTH_RELEASE", "PRESS_CONF"] if first.case.emergency else ["OTHER_RESPONSE"])


acts = st.lists(
    st.tuples(
        st.sampled_from(
            ["lead", "provisional", "none", "old lead", "old provisional", "yes", "regrade", "no", "release"]
        ),
        st.integers(0, 6 * 60),
    ),
    min_size=1,
    max_size=8,
)


@pytest.fixture(scope="module")
def kept(sqlite_template, tmp_path_factory):
    """A database on which every example is tried and taken back."""
    path = tmp_path_factory.mktemp("leads") / "huiying.db"
    path.write_bytes(sqlite_template.read_bytes())
    db.connect(f"sqlite:///{path}")
    with db.transaction() as session:
        office(session)
    yield
    db.disconnect()


@settings(max_examples=40, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(acts)
def test_whatever_happens_to_one_matter_its_clocks_are_consistent(kept, story):
    with db.reading() as session:
        now = T
        dues: dict[int, object] = {}
        for n, (act, minutes) in enumerate(story, start=1):
            now += minutes * MINUTE
            _do(session, act, n, now)
            session.flush()
            session.expire_all()
            _consistent(session, now, dues)
        assert journal.first_broken(session) is None


def _do(session, act, n, now):
    found = session.scalars(select(Lead).order_by(Lead.id.desc()).limit(1)).first()
    open_ = found is not None and found.state == "open"
    if act in ("yes", "regrade") and open_:
        confirm(session, found, now, emergency=found.suspected == (act == "yes"))
    elif act == "no" and open_:
        leads.dismiss(session, found, officer(session), now, "演练")
    elif act == "release" and found is not None and found.case is not None:
        cases.record_release(session, found.case, cases.Act("release", now, "官网", "本局"), officer(session), now)
    elif act.startswith("old "):
        arrives(session, n, act[4:], published=now - 5 * DAYS, now=now)
    elif act in ("lead", "provisional", "none"):
        arrives(session, n, act, published=now, now=now)


def _consistent(session, now, dues):
    """Check what must hold after every act."""
    found = session.scalars(select(Lead)).all()
    assert sum(one.state == "open" for one in found) <= 1, "an event has at most one open lead"
    grave = [one for one in found if (one.case.emergency if one.case else one.suspected and one.state == "open")]
    assert len(grave) <= 1, "and its 5 h clock starts at most once"
    for one in found:
        running = sorted(deadline.rule for deadline in one.deadlines if deadline.state == "open")
        assert len(set(running)) == len(running), "no duty runs twice"
        if one.state == "open":
            suspected = ["AUTH_RELEASE", "LEAD_CONFIRM", "PRESS_CONF"]
            assert running == (suspected if one.suspected else [] if one.quiet else ["LEAD_CONFIRM"])
        if one.state == "dismissed":
            assert running == []
        if one.case:
            assert set(running) <= {"AUTH_RELEASE", "PRESS_CONF", "OTHER_RESPONSE", "NEXT_RELEASE"}
            assert {deadline.case_id for deadline in one.deadlines} == {one.case.id}
    for deadline in session.scalars(select(Deadline)):
        assert dues.setdefault(deadline.id, (deadline.start_at, deadline.due_at)) == (
            deadline.start_at,
            deadline.due_at,
        )
        pending = [stage for stage in deadline.stages if stage.state == "pending"]
        assert bool(pending) == (deadline.state == "open")
        assert all(stage.look_at is not None for stage in pending)
        assert all(stage.look_at is None for stage in deadline.stages if stage.state == "cancelled")
        assert (deadline.met_at is not None) == (deadline.state == "met")


def test_a_lead_without_any_unit_in_the_office_is_still_opened(session):
    for one in people.units(session):
        one.active = False
    session.flush()
    assert lead(session).unit_id is None
