"""Limits of the office stand above the regulations; extensions where a rule has them."""

from datetime import UTC, datetime, timedelta

import pytest
from making import T, lead, office
from sqlalchemy import select

from domain.regulations import in_beijing, rule
from store import deadlines, journal
from store.deadlines import extend, write_deadline
from store.limits import in_force, lengthened, reset, rule_for, rule_of, set_limit
from store.tables import JournalEntry

OWN = {"title": "局长信箱", "duty": "答复来信", "unit": "workdays", "limit": 2, "met_by": "reply"}
START = datetime(2026, 3, 2, 1, 0, tzinfo=UTC)
"""A Monday, 9:00 in Beijing."""


@pytest.fixture
def matter(session):
    office(session)
    return lead(session)


def put(session, code, reason="", **row):
    return set_limit(session, code, row, "command", T, reason=reason)


def duty(session, matter, code, start=START, **more):
    return write_deadline(session, matter, code, start, start, ladder="duty", **more)


def last_entry(session):
    journal.append_recorded(session)
    return session.scalars(select(JournalEntry).order_by(JournalEntry.seq.desc())).first()


def test_a_shorter_limit_holds_for_duties_written_from_then_on(session, matter):
    before = duty(session, matter, "OTHER_RESPONSE")
    put(session, "OTHER_RESPONSE", limit=24)
    after = duty(session, matter, "OTHER_RESPONSE")
    assert (before.due_at - START, after.due_at - START) == (timedelta(hours=48), timedelta(hours=24))
    assert rule_for(after).title == "24小时回应"
    assert last_entry(session).action == "write_deadline"


def test_setting_and_resetting_are_in_the_journal(session):
    put(session, "OTHER_RESPONSE", limit=72, reason="局长办公会议定")
    entry = last_entry(session)
    assert (entry.action, entry.object, entry.facts) == (
        "set_limit",
        "limit-OTHER_RESPONSE",
        {"limit": 72, "unit": None, "off": False, "longer": True},
    )
    assert [(found.code, row.reason) for found, row in lengthened(session)] == [("OTHER_RESPONSE", "局长办公会议定")]
    reset(session, "OTHER_RESPONSE", "command", T)
    assert last_entry(session).action == "reset_limit"
    assert lengthened(session) == []
    assert rule_of(session, "OTHER_RESPONSE") is rule("OTHER_RESPONSE")


def test_lengthening_without_a_reason_changes_nothing(session):
    with pytest.raises(ValueError, match="理由"):
        put(session, "OTHER_RESPONSE", limit=72)
    assert rule_of(session, "OTHER_RESPONSE") is rule("OTHER_RESPONSE")


def test_reporting_upward_is_switched_on_in_minutes(session, matter):
    put(session, "INFO_REPORT", limit=30, unit="minutes")
    assert duty(session, matter, "INFO_REPORT").due_at == START + timedelta(minutes=30)


def test_a_rule_of_the_offices_own_is_used_like_any_other(session, matter):
    put(session, "MAYOR_BOX", **OWN)
    written = duty(session, matter, "MAYOR_BOX")
    assert in_beijing(written.due_at) == "2026-03-04T23:59:59+08:00"
    assert (rule_for(written).title, rule_for(written).source) == ("局长信箱", "本单位设定")
    assert [found.code for found, _ in in_force(session)][-1] == "MAYOR_BOX"


def test_an_own_rule_goes_only_when_nothing_runs_by_it_and_old_matters_still_read(session, matter):
    put(session, "MAYOR_BOX", **OWN)
    written = duty(session, matter, "MAYOR_BOX")
    with pytest.raises(ValueError, match="1项在办"):
        reset(session, "MAYOR_BOX", "command", T)
    deadlines.meet(session, written, START, START, None, "reply")
    reset(session, "MAYOR_BOX", "command", T)
    assert rule_for(written).title == "MAYOR_BOX"
    with pytest.raises(ValueError, match="MAYOR_BOX"):
        rule_of(session, "MAYOR_BOX")
    with pytest.raises(ValueError, match="没有设定过"):
        reset(session, "MAYOR_BOX", "command", T)


def test_an_extension_counts_anew_and_its_rungs_follow(session, matter):
    asked = duty(session, matter, "FOI_REPLY")
    told = next(stage for stage in asked.stages if stage.rung == "half")
    told.state, told.look_at, told.told_at = "told", None, told.due_at
    was = asked.due_at
    extend(session, asked, told.told_at + timedelta(hours=1), 1, "涉及多个部门")
    assert (in_beijing(was), in_beijing(asked.due_at)) == ("2026-03-30T23:59:59+08:00", "2026-04-28T23:59:59+08:00")
    assert (asked.extended, asked.complex, asked.extended_why) == (True, False, "涉及多个部门")
    pending = {(stage.rung, stage.turn): stage.look_at for stage in asked.stages if stage.state == "pending"}
    assert pending["missed", 0] == asked.due_at
    assert pending["half", 1] == START + (asked.due_at - START) / 2
    entry = last_entry(session)
    assert (entry.action, entry.facts["was"][:10], entry.facts["due"][:10]) == ("extend", "2026-03-30", "2026-04-28")
    assert "部门" not in str(entry.facts)


def test_a_complex_case_has_its_own_limit(session, matter):
    asked = duty(session, matter, "SITE_SUGGEST")
    extend(session, asked, START, 1, "需现场核实", complex_=True)
    assert in_beijing(asked.due_at) == "2026-03-23T23:59:59+08:00"
    assert (asked.extended, asked.complex) == (False, True)


def test_a_missed_duty_that_is_extended_runs_again(session, matter):
    asked = duty(session, matter, "FOI_REPLY")
    for stage in asked.stages:
        stage.state, stage.look_at, stage.told_at = "told", None, stage.due_at
    extend(session, asked, asked.due_at + timedelta(days=1), 1, "补记：3月20日已批准延长")
    assert {(stage.rung, stage.turn) for stage in asked.stages if stage.state == "pending"} == {
        ("last_day", 1),
        ("last_hour", 1),
        ("last_quarter", 1),
        ("missed", 1),
        ("hourly", 1),
    }


@pytest.mark.parametrize(
    ("code", "more", "words"),
    [
        ("MSG_REPLY", {}, "没有延长的规定"),
        ("FOI_REPLY", {"complex_": True}, "没有复杂情形的规定"),
        ("FOI_REPLY", {"why": " "}, "写明延长的理由"),
    ],
)
def test_what_cannot_be_extended_is_said(session, matter, code, more, words):
    asked = duty(session, matter, code)
    with pytest.raises(ValueError, match=words):
        extend(session, asked, START, 1, **{"why": "涉及多个部门", **more})
    assert not asked.extended


def test_extended_once_met_or_given_by_its_document_is_refused(session, matter):
    asked = duty(session, matter, "FOI_REPLY")
    extend(session, asked, START, 1, "涉及多个部门")
    with pytest.raises(ValueError, match="已经延长过"):
        extend(session, asked, START, 1, "再延长")
    deadlines.meet(session, asked, START, START, None, "reply")
    with pytest.raises(ValueError, match="已经办结"):
        extend(session, asked, START, 1, "再延长")
    ticket = duty(session, matter, "HOTLINE", limit=START + timedelta(days=3))
    with pytest.raises(ValueError, match="办件单"):
        extend(session, ticket, START, 1, "再延长")
