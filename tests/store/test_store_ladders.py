"""The office's own tables: read cheaply and without fail, saved with who and why, followed by all that runs."""

from datetime import timedelta

import pytest
from making import FOOD, HOUR, MINUTE, SECOND, T, arrives, lead, office
from services.ladder_texts import CHASE, EARLY, LADDER, added, without
from sqlalchemy import event, func, select
from writers import at_once, change

from domain import chase, escalation
from domain.case import Level
from domain.table_text import Faulty
from store import cases, db, deadlines, journal, ladder_edit, leads, people
from store.db import transaction
from store.ladder_edit import Effect, digest, effect_of, effect_words, reset, save
from store.ladders import chases_of, faults, kept, ladders_of, rung_for, rung_named, text_of
from store.office import fact, set_fact
from store.tables import Deadline, JournalEntry, Lead, Person, Stage

DAYS = timedelta(days=1)


@pytest.fixture
def suspected(session):
    """A suspected emergency, its limit and both provisional duties running since T."""
    office(session)
    return lead(session, "provisional")


def put(session, text, now=T, table="ladder", **more):
    return save(session, table, text, "person-1", now, reason="局长办公会议定", **more)


def clock(session, rule):
    return session.scalars(select(Deadline).where(Deadline.rule == rule, Deadline.state == "open")).one()


def coming(session, deadline):
    """What is still to be told of a duty, as (rung, minutes after T), in order."""
    session.refresh(deadline, ["stages"])
    found = [stage for stage in deadline.stages if stage.state == "pending"]
    assert all(stage.look_at == stage.due_at for stage in found)
    return [(stage.rung, (stage.look_at - T) / MINUTE) for stage in found]


def tell(session, deadline, until):
    """Let everything due until then be told."""
    for stage in deadline.stages:
        if stage.due_at <= until:
            stage.state, stage.look_at, stage.told_at = "told", None, stage.due_at
    session.flush()


def last_entry(session):
    journal.append_recorded(session)
    return session.scalars(select(JournalEntry).order_by(JournalEntry.seq.desc())).first()


def test_an_office_without_a_copy_uses_the_packaged_tables(session):
    assert ladders_of(session) == escalation.ladders()
    assert chases_of(session) == chase.chases()
    assert text_of(session, "ladder") == LADDER
    assert faults(session) == []


def test_the_tables_are_read_once_a_session_however_often_they_are_asked_for(session, suspected):
    asked = []
    event.listen(session.get_bind(), "before_cursor_execute", lambda *given: asked.append(given[2]))
    session.info.clear()
    for stage in session.scalars(select(Stage)).all() * 10:
        rung_for(stage)
        chases_of(session)
    assert sum("FROM fact" in statement for statement in asked) == 1


def test_an_edited_ladder_moves_what_is_to_come_of_every_open_duty_and_no_due_time(session, suspected):
    limit = clock(session, "LEAD_CONFIRM")
    tell(session, limit, T + MINUTE)
    dues = dict(session.execute(select(Deadline.id, Deadline.due_at)).all())
    text = EARLY.replace('at = "due-15m"', 'at = "due-20m"')
    assert put(session, text, T + 2 * MINUTE) == Effect(running=3, changed=3, moved=3)
    assert coming(session, limit) == [("unconfirmed_office", 5), ("unconfirmed_leader", 10), ("unconfirmed_chief", 60)]
    for rule, minutes in (("AUTH_RELEASE", 300), ("PRESS_CONF", 1440)):
        assert ("last_quarter", minutes - 20) in coming(session, clock(session, rule))
        assert ("last_hour", minutes - 60) in coming(session, clock(session, rule))
    assert dict(session.execute(select(Deadline.id, Deadline.due_at)).all()) == dues
    assert [stage.state for stage in limit.stages if stage.rung == "proposed"] == ["told"]


def test_a_limit_that_is_provisional_by_its_calendar_follows_too(session):
    office(session)
    eve = T.replace(month=12, day=31)
    made = deadlines.write_deadline(session, lead(session), "MSG_REPLY", eve, eve, ladder="duty")
    assert made.calendar_provisional
    assert put(session, added("soon", "due-30m"), eve) == Effect(running=1, changed=1, added=1)
    session.refresh(made, ["stages"])
    assert [stage.due_at for stage in made.stages if stage.rung == "soon"] == [made.due_at - 30 * MINUTE]


def test_rungs_that_vanish_end_and_rungs_that_passed_are_not_told_afterwards(session, suspected):
    duty = clock(session, "AUTH_RELEASE")
    tell(session, duty, T + 200 * MINUTE)
    text = added("early", "start+30m", text=added("soon", "due-50m", text=without("last_hour")))
    done = put(session, text, T + 200 * MINUTE)
    assert (done.added, done.cancelled) == (2, 2), "of both duties; the half hour is over in both"
    assert coming(session, duty) == [("soon", 250), ("last_quarter", 285), ("missed", 300), ("hourly", 360)]
    ended = [stage for stage in duty.stages if stage.rung == "last_hour"]
    assert [(stage.state, stage.look_at) for stage in ended] == [("cancelled", None)]
    assert {stage.state for stage in duty.stages if stage.rung in ("opened", "half")} == {"told"}


def test_what_was_told_under_an_older_ladder_is_still_named_and_told(session, suspected):
    duty = clock(session, "AUTH_RELEASE")
    put(session, added("soon", "due-70m", "快到了"))
    told = next(stage for stage in duty.stages if stage.rung == "soon")
    told.state, told.look_at, told.told_at = "told", None, T
    session.flush()
    put(session, LADDER.replace('title = "时限过半"', 'title = "过半"'))
    assert rung_for(told).title == "快到了"
    assert rung_named(session, "duty", "half").title == "过半"
    assert rung_named(None, "duty", "half").title == "时限过半"
    unknown = rung_named(session, "duty", "never_heard_of")
    assert (unknown.title, unknown.posts) == ("never_heard_of", ("duty_officer", "office_director"))
    case = leads.confirm(
        session,
        suspected,
        session.scalars(select(Person)).first(),
        T + MINUTE,
        unit=people.unit_named(session, FOOD),
        level=Level.RED,
        emergency=True,
    )
    assert "5小时发布 · 快到了" in [entry.what for entry in cases.timeline(session, case)]


def test_what_begins_afterwards_has_the_rungs_of_the_office(session):
    office(session)
    put(session, added("soon", "due-70m", text=EARLY))
    lead(session, "provisional")
    assert coming(session, clock(session, "LEAD_CONFIRM"))[1] == ("unconfirmed_office", 5)
    assert ("soon", 230) in coming(session, clock(session, "AUTH_RELEASE"))


def test_an_extended_duty_follows_the_office_and_ends_what_the_office_dropped(session):
    office(session)
    asked = deadlines.write_deadline(session, lead(session), "FOI_REPLY", T, T, ladder="duty")
    session.add(Stage(deadline_id=asked.id, rung="gone", due_at=T + HOUR, look_at=T + HOUR))
    put(session, added("soon", "due-70m"))
    session.add(Stage(deadline_id=asked.id, rung="gone", turn=1, due_at=T + HOUR, look_at=T + HOUR))
    session.flush()
    deadlines.extend(session, asked, T, 1, "涉及多个部门")
    session.refresh(asked, ["stages"])
    soon = [stage.due_at for stage in asked.stages if stage.rung == "soon" and stage.state == "pending"]
    assert soon == [asked.due_at - 70 * MINUTE]
    assert {stage.state for stage in asked.stages if stage.rung == "gone"} == {"cancelled"}


def test_found_late_follows_its_handling_limit_and_what_was_told_once_is_left_alone(session):
    office(session)
    late = lead(session, "provisional", published=T - 30 * HOUR)
    once = deadlines.write_deadline(session, late, "HOTLINE", T - 9 * HOUR, T, ladder="duty", limit=T - HOUR)
    assert (once.found_late, coming(session, once)) == (True, [("opened", 0)])
    done = put(session, added("soon", "due-70m"), T + MINUTE)
    assert done == Effect(running=2, changed=2, added=2)
    assert ("soon", 230) in coming(session, clock(session, "AUTH_RELEASE")), "of five hours from the detection"
    assert coming(session, once) == [("opened", 0)]


def test_met_duties_and_quiet_leads_are_left_alone(session, suspected):
    duty = clock(session, "PRESS_CONF")
    deadlines.meet(session, duty, T, T, None, "conference")
    quiet = arrives(session, 2, "lead", published=T - 4 * DAYS, key="e2")[1]
    assert quiet.quiet
    limit = deadlines.write_deadline(session, quiet, "LEAD_CONFIRM", T, T, ladder="lead")
    text = added("again", "due+30m", ladder="lead", text=added("soon", "due-70m"))
    assert put(session, text) == Effect(running=1, changed=1, added=1)
    assert coming(session, duty) == coming(session, limit) == []


def test_the_journal_says_who_which_table_and_both_digests(session, suspected):
    put(session, EARLY, seen=digest(LADDER))
    entry = last_entry(session)
    assert (entry.actor, entry.action, entry.object) == ("person-1", "set_ladder", "table-ladder")
    counts = {"running": 1, "moved": 1, "added": 0, "cancelled": 0}
    assert entry.facts == {"before": digest(LADDER), "after": digest(EARLY), **counts}
    assert fact(session, "ladder")["reason"] == "局长办公会议定"
    reset(session, "ladder", "command", T, reason="试用结束")
    entry = last_entry(session)
    assert (entry.actor, entry.action, entry.facts["after"]) == ("command", "reset_ladder", digest(LADDER))
    assert ladders_of(session) == escalation.ladders()
    assert coming(session, clock(session, "LEAD_CONFIRM"))[2] == ("unconfirmed_office", 20)
    assert (kept(session, "ladder")["text"], kept(session, "ladder")["reason"]) == (None, "试用结束")
    assert journal.first_broken(session) is None


def test_what_is_refused_changes_nothing(session, suspected):
    put(session, EARLY)
    last = last_entry(session).seq
    before = coming(session, clock(session, "LEAD_CONFIRM"))
    for text, more, words in (
        (without("missed"), {}, "missed"),
        (LADDER, {"seen": digest(LADDER)}, "刚被别人改过"),
        (EARLY.replace("\n", "\r\n"), {}, "没有改动"),
    ):
        with pytest.raises(ValueError, match=words):
            put(session, text, **more)
    with pytest.raises(ValueError, match="写明修改的理由"):
        save(session, "ladder", LADDER, "person-1", T, reason="  ")
    with pytest.raises(ValueError, match="本单位没有改过未签收跟进表"):
        reset(session, "chase", "person-1", T, reason="x")
    assert text_of(session, "ladder") == EARLY
    assert coming(session, clock(session, "LEAD_CONFIRM")) == before
    assert last_entry(session).seq == last


def test_the_effect_shown_before_is_that_of_saving(session, suspected):
    text = added("soon", "due-70m", text=without("last_hour", EARLY))
    shown = effect_of(session, "ladder", text, T)
    assert coming(session, clock(session, "LEAD_CONFIRM"))[2] == ("unconfirmed_office", 20)
    assert shown == put(session, text) == Effect(running=3, changed=3, moved=1, added=2, cancelled=2)
    assert effect_words("ladder", shown) == (
        "在办时限 3 项按新表通知，其中 3 项还没通知的节点有变：移动 1 个节点、增加 2 个节点、取消 2 个节点。"
        "到期时间不变，已经通知的不再通知。"
    )
    renamed = text.replace('title = "已逾期"', 'title = "到期未办"')
    assert "只是内容或通知的人有变" in effect_words("ladder", effect_of(session, "ladder", renamed, T))
    with pytest.raises(Faulty):
        effect_of(session, "ladder", without("missed"), T)


def test_an_own_chase_table_is_used(session):
    assert effect_words("chase", put(session, CHASE.replace("minutes = 15", "minutes = 10"), table="chase")) == (
        "现在没有通知在等签收：已经定下的查看时间不变，之后按新表。"
    )
    assert chases_of(session)["orange"].wait == 10 * MINUTE
    assert chases_of(session)["red"] == chase.chases()["red"]
    assert last_entry(session).action == "set_chase"
    reset(session, "chase", "command", T, reason="试用结束")
    assert chases_of(session) == chase.chases()


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("[[duty", "看不懂"),
        (without("missed", EARLY), "要保留到期时的节点"),
        (EARLY.split("[[sign]]")[0], None),
    ],
)
def test_a_copy_that_cannot_be_used_is_reported_and_the_packaged_rungs_stand_for_it(session, text, words):
    set_fact(session, "ladder", {"text": text})
    assert ladders_of(session)["duty"] == escalation.ladders()["duty"]
    assert bool(faults(session)) == bool(words)
    assert words is None or words in faults(session)[0]
    office(session)
    lead(session, "provisional")
    early = coming(session, clock(session, "LEAD_CONFIRM"))[1] == ("unconfirmed_office", 5)
    assert early == text.startswith("#"), "what can be used is used"


@pytest.mark.parametrize("value", [None, "text", {"text": 5}, {"titles": None}])
def test_a_fact_of_another_shape_is_no_copy(session, value):
    set_fact(session, "ladder", value)
    set_fact(session, "chase", value)
    assert ladders_of(session) == escalation.ladders()
    assert chases_of(session) == chase.chases()
    assert rung_named(session, "duty", "gone").title == "gone"


def test_a_matter_that_comes_while_a_ladder_is_saved_follows_it(database):
    """Whoever is first: in the end every open duty has the rungs of the ladder in force."""
    with transaction() as session:
        office(session)
    texts = [added("soon", "due-70m", text=EARLY), added("later", "due-80m")]
    for turn in range(6):
        now = T + turn * 10 * SECOND
        works = [
            lambda session, turn=turn, now=now: (
                arrives(session, turn + 1, "provisional", key=f"e{turn}", now=now, published=now)[1].id
            ),
            lambda session, turn=turn, now=now: put(session, texts[turn % 2], now),
        ]
        failed = [one for one in at_once(*map(change, works)) if isinstance(one, Exception)]
        assert failed == []
        with db.reading() as session:
            for duty in session.scalars(select(Deadline).where(Deadline.ladder == "duty")):
                rungs = {stage.rung for stage in duty.stages if stage.state == "pending"}
                assert rungs & {"soon", "later"} == {("soon", "later")[turn % 2]}
    with db.reading() as session:
        assert session.scalar(select(func.count()).select_from(Lead)) == 6
        assert journal.first_broken(session) is None


def test_the_reason_of_a_table_is_kept_whole_or_cut_never_refused(session):
    save(session, "chase", CHASE + "# 甲\n", "person-1", T, reason="理" * 9000)
    assert len(kept(session, "chase")["reason"]) == ladder_edit.LONGEST_REASON
