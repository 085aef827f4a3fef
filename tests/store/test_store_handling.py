"""Regrades, corrections of T0, merging, approvals, transfers, the next release, reports upward, and their clocks."""

from dataclasses import replace

import pytest
from handling import DEVICE, case, clock, clocks, confirm, leader, more_units, named, officer, parts
from making import FOOD, HOUR, MINUTE, T, arrives, office
from sqlalchemy import select

from domain.case import CaseState, Grade, Level
from store import acts, assignments, cases, deadlines, journal, leads, merging, regrading, upward
from store.acts import Handed
from store.cases import Act
from store.tables import Change, Lead, Stage
from store.upward import Report

NOW = T + HOUR
BY = "清源市应急局〔2026〕1号"
ACT = Act("release", NOW, "官网", "清源市市场监督管理局")


@pytest.fixture
def session(session):
    office(session)
    more_units(session)
    return session


def release(session, found, at=NOW, now=None, **more):
    return cases.record_release(session, found, replace(ACT, at=at, **more), officer(session), now or at)


def grade(session, found, grade, now=NOW):
    regrading.grade(session, found, grade, BY, officer(session), now)


def start(session, found, hours, now=NOW):
    posted = found.lead.first_posted_at
    said = {"occurred_at": T + hours * HOUR, "first_posted_at": posted, "why": "现场记录"}
    regrading.correct_start(session, found, officer(session), now, **said)


def test_graded_three_the_five_hours_end_and_forty_eight_begin_at_the_same_t0(session):
    found = case(session)
    grade(session, found, Grade.III)
    assert clocks(session, found) == [("AUTH_RELEASE", "void"), ("OTHER_RESPONSE", "open"), ("PRESS_CONF", "void")]
    made = clock(session, found, "OTHER_RESPONSE")
    assert (made.start_at, made.due_at, made.found_late) == (found.t0, found.t0 + 48 * HOUR, False)
    assert (found.emergency, found.emergency_grade) == (False, "III")
    assert clock(session, found, "AUTH_RELEASE", "void").void_why == "重新定级为较大"
    assert journal.first_broken(session) is None


@pytest.mark.parametrize("grade_", [Grade.IV, None])
def test_no_emergency_after_all_ends_them_too(session, grade_):
    found = case(session)
    grade(session, found, grade_)
    assert (found.emergency, found.emergency_grade, found.graded_by) == (False, "IV" if grade_ else None, BY)
    assert clock(session, found, "OTHER_RESPONSE").due_at == found.t0 + 48 * HOUR


@pytest.mark.parametrize(("hours", "late"), [(1, False), (6, True)])
def test_an_ordinary_case_that_turns_out_grave_has_its_five_hours_from_t0(session, hours, late):
    found = case(session, "lead")
    grade(session, found, Grade.II, T + hours * HOUR)
    made = clock(session, found, "AUTH_RELEASE")
    assert (made.due_at, made.found_late) == (found.t0 + 5 * HOUR, late)
    assert made.handle_by == (T + (hours + 5) * HOUR if late else None)
    assert clock(session, found, "PRESS_CONF").found_late is False
    assert clocks(session, found)[1] == ("OTHER_RESPONSE", "void")


def test_what_was_published_already_meets_what_is_written_now(session):
    found = case(session, "lead")
    release(session, found)
    grade(session, found, Grade.I, T + 7 * HOUR)
    assert clock(session, found, "AUTH_RELEASE", "met").met_at == NOW
    assert clocks(session, found) == [
        ("AUTH_RELEASE", "met"),
        ("NEXT_RELEASE", "open"),
        ("OTHER_RESPONSE", "met"),
        ("PRESS_CONF", "open"),
    ]
    grade(session, found, Grade.IV, T + 8 * HOUR)
    assert {state for _, state in clocks(session, found)} == {"met", "void"}


def test_up_and_down_and_up_again_keeps_every_clock_as_history(session):
    found = case(session, "lead")
    for number, one in enumerate((Grade.I, Grade.III, Grade.II)):
        grade(session, found, one, NOW + number * MINUTE)
    assert [one for one in clocks(session, found) if one[1] == "open"] == [
        ("AUTH_RELEASE", "open"),
        ("PRESS_CONF", "open"),
    ]
    assert len(clocks(session, found)) == 6
    kinds = session.scalars(select(Change.words).order_by(Change.id)).all()
    assert kinds == ["不属突发事件 → 特别重大", "特别重大 → 较大", "较大 → 重大"]


def test_the_level_changes_with_a_reason_and_asks_for_the_next_release_or_not(session):
    found = case(session, "lead")
    release(session, found)
    for wrong, why, words in ((Level.RED, " ", "理由"), (Level.YELLOW, "x", "已经是")):
        with pytest.raises(ValueError, match=words):
            regrading.change_level(session, found, wrong, why, officer(session), NOW)
    regrading.change_level(session, found, Level.RED, "多家媒体跟进", officer(session), NOW)
    made = clock(session, found, "NEXT_RELEASE")
    assert (made.start_at, made.due_at) == (NOW, NOW + 24 * HOUR)
    regrading.change_level(session, found, Level.ORANGE, "热度回落", officer(session), NOW + HOUR)
    assert clock(session, found, "NEXT_RELEASE", "void").void_why == "等级调整后不再要求持续发布"


def test_a_corrected_t0_moves_the_open_limits_and_keeps_the_old_ones(session):
    found = case(session)
    start(session, found, -2)
    assert (found.t0, found.t0_basis) == (T - 2 * HOUR, "occurred")
    assert clock(session, found, "AUTH_RELEASE").due_at == T + 3 * HOUR
    assert clock(session, found, "AUTH_RELEASE", "void").due_at == T + 5 * HOUR
    assert clock(session, found, "PRESS_CONF").found_late is False
    with pytest.raises(ValueError, match="理由"):
        regrading.correct_start(session, found, officer(session), NOW, occurred_at=None, first_posted_at=None, why="")
    with pytest.raises(ValueError, match="不能晚于现在"):
        start(session, found, 9)


def test_a_limit_that_is_over_only_by_the_correction_could_not_be_known(session):
    found = case(session)
    start(session, found, -9)
    made = clock(session, found, "AUTH_RELEASE")
    assert (made.due_at, made.found_late, made.handle_by) == (T - 4 * HOUR, True, NOW + 5 * HOUR)


def test_a_limit_that_was_missed_stays_missed_whatever_t0_becomes(session):
    found = case(session)
    start(session, found, -2, T + 6 * HOUR)
    assert clock(session, found, "AUTH_RELEASE").found_late is False


def test_a_met_limit_and_one_on_a_ticket_do_not_move(session):
    said = {"title": "电梯困人", "text": "", "channel": "hotline", "unit": None}
    lead = leads.enter(session, officer(session), T, **said, number="1", limit=T + 30 * HOUR)
    found = confirm(session, lead, T, emergency=True)
    release(session, found)
    start(session, found, -2)
    assert clock(session, found, "HOTLINE").due_at == T + 30 * HOUR
    assert clock(session, found, "AUTH_RELEASE", "met").due_at == T + 5 * HOUR


def test_merging_never_makes_a_limit_later_and_loses_nothing(session):
    old = case(session, "lead", at=T)
    young = case(session, "lead", at=T + 3 * HOUR, number=2, key="e2")
    assignments.reassign(session, old, named(session, DEVICE), "改派", officer(session), NOW)
    merging.merge(session, old, young, "同一家店", officer(session), T + 4 * HOUR)
    assert (old.state, old.merged_into, old.closed_at) == (CaseState.CLOSED, young.id, T + 4 * HOUR)
    assert clock(session, young, "OTHER_RESPONSE").due_at == T + 48 * HOUR
    assert clock(session, young, "OTHER_RESPONSE", "void").due_at == T + 51 * HOUR
    assert clocks(session, old) == [("OTHER_RESPONSE", "void")]
    assert young.t0 == old.t0
    assert not [one for one in parts(session, old) if one[2]]
    said = [entry.what for entry in cases.timeline(session, young)]
    assert any("标题1" in words for words in said), "its articles are shown"
    assert any("并案" in words for words in said)
    with pytest.raises(ValueError, match="已办结"):
        merging.merge(session, old, young, "再来", officer(session), T + 5 * HOUR)
    with pytest.raises(ValueError, match="自己"):
        merging.merge(session, young, young, "x", officer(session), T + 5 * HOUR)


def test_a_grave_case_makes_the_other_one_grave(session):
    grave, plain = case(session), case(session, "lead", at=T + HOUR, number=2, key="e2")
    merging.merge(session, grave, plain, "同一起", officer(session), T + 2 * HOUR)
    assert plain.emergency is True
    assert clock(session, plain, "AUTH_RELEASE").due_at == T + 5 * HOUR
    assert clock(session, plain, "PRESS_CONF").due_at == T + 24 * HOUR
    assert clock(session, plain, "OTHER_RESPONSE", "void").void_why == "并案后按突发事件的时限"


def test_what_is_still_written_about_a_merged_case_opens_no_new_one(session):
    first, second = case(session, "lead"), case(session, "lead", at=T + HOUR, number=2, key="e2")
    merging.merge(session, first, second, "同一家店", officer(session), NOW)
    assert arrives(session, 3, "lead", now=T + 2 * HOUR, key="e1")[1] is None
    release(session, second)
    cases.close(session, second, officer(session), NOW)
    assert arrives(session, 4, "lead", now=T + 3 * HOUR, key="e1")[1] is not None


def test_an_oral_approval_owes_a_signature_on_the_next_working_day(session):
    found = case(session, "lead")
    made = acts.approve(session, found, leader(session), "同意发布", "电话请示", T, officer(session), NOW)
    # T is a Sunday; the next working day is Monday, to its end in Beijing.
    owed = clock(session, found, "SIGN_LATER")
    assert owed.due_at.isoformat() == "2026-11-23T15:59:59+00:00"
    assert owed.ladder == "sign"
    with pytest.raises(ValueError, match="早于请示"):
        acts.sign(session, made, T - HOUR, officer(session), NOW)
    acts.sign(session, made, NOW, officer(session), NOW + HOUR)
    assert clock(session, found, "SIGN_LATER", "met").met_at == NOW
    with pytest.raises(ValueError, match="已经补签"):
        acts.sign(session, made, NOW, officer(session), NOW + HOUR)
    written = acts.approve(session, found, leader(session), "同意", "书面签批", T, officer(session), NOW)
    assert (written.deadline_id, written.signed_at) == (None, T)


def test_a_reply_does_not_sign_and_a_signature_does_not_reply(session):
    found = case(session, "lead")
    acts.approve(session, found, leader(session), "同意", "当面请示", T, officer(session), NOW)
    release(session, found, kind="reply")
    assert clock(session, found, "SIGN_LATER").state == "open"
    with pytest.raises(ValueError, match="登记的内容与它不符"):
        cases.record_release(
            session, found, replace(ACT, kind="reply"), officer(session), NOW, clock(session, found, "SIGN_LATER")
        )


def test_a_transfer_stops_the_clocks_only_with_its_receipt_and_at_its_time(session):
    found = case(session)
    acts.approve(session, found, leader(session), "同意转交", "电话请示", T, officer(session), NOW)
    handed = Handed("市应急管理局", "属燃气安全", T)
    made = acts.transfer(session, found, handed, officer(session), NOW)
    assert {state for _, state in clocks(session, found)} == {"open"}
    with pytest.raises(ValueError, match="写明回执"):
        acts.receive(session, made, " ", NOW, officer(session), NOW)
    with pytest.raises(ValueError, match="早于转交"):
        acts.receive(session, made, "收文8号", T - HOUR, officer(session), NOW)
    acts.receive(session, made, "收文8号", NOW, officer(session), NOW + 9 * HOUR)
    stopped = clock(session, found, "AUTH_RELEASE", "met")
    assert (stopped.met_at, stopped.met_how) == (NOW, "transfer")
    assert clock(session, found, "SIGN_LATER").state == "open", "our own signature is still owed"


def test_the_next_release_is_asked_for_until_the_final_one(session):
    found = case(session)
    release(session, found)
    first = clock(session, found, "NEXT_RELEASE")
    assert (first.start_at, first.due_at, first.ladder) == (NOW, NOW + 24 * HOUR, "duty")
    release(session, found, NOW + 20 * HOUR)
    assert (first.state, first.met_at) == ("met", NOW + 20 * HOUR)
    second = clock(session, found, "NEXT_RELEASE")
    assert second.due_at == NOW + 44 * HOUR
    # Recorded afterwards, published before the second one began: it meets nothing.
    release(session, found, NOW + 10 * HOUR, NOW + 21 * HOUR)
    assert clock(session, found, "NEXT_RELEASE").id == second.id
    release(session, found, NOW + 30 * HOUR, final=True)
    assert [one for one in clocks(session, found) if one == ("NEXT_RELEASE", "open")] == []
    assert found.final_at == NOW + 30 * HOUR
    release(session, found, NOW + 31 * HOUR)
    assert [one for one in clocks(session, found) if one == ("NEXT_RELEASE", "open")] == []


def test_a_closed_case_is_asked_for_nothing_by_what_is_recorded_afterwards(session):
    found = case(session)
    made = acts.transfer(session, found, Handed("市应急管理局", "属燃气安全", T), officer(session), NOW)
    acts.receive(session, made, "收文8号", NOW, officer(session), NOW)
    cases.close(session, found, officer(session), NOW)
    release(session, found)
    assert "NEXT_RELEASE" not in dict(clocks(session, found))


def test_the_call_upward_is_not_owed_for_what_is_no_emergency(session):
    first = arrives(session, 2, "provisional", key="e2")[1]
    limit = {"ladder": "report", "limit": T + HOUR}
    deadlines.write_deadline(session, first, "INFO_REPORT", T, T, **limit)
    session.refresh(first, ["deadlines"])
    assert dict(clocks(session, confirm(session, first, emergency=False)))["INFO_REPORT"] == "void"
    second = arrives(session, 3, "provisional", key="e3")[1]
    deadlines.write_deadline(session, second, "INFO_REPORT", T, T, **limit)
    session.refresh(second, ["deadlines"])
    assert dict(clocks(session, confirm(session, second)))["INFO_REPORT"] == "open"


def test_an_ordinary_case_is_asked_for_no_next_release(session):
    found = case(session, "lead")
    release(session, found)
    assert clocks(session, found) == [("OTHER_RESPONSE", "met")]


@pytest.mark.parametrize("state", [one for one in CaseState if one != CaseState.CLOSED])
def test_what_happened_is_recorded_from_every_open_state(session, state):
    found = case(session, "lead")
    found.state = str(state)
    session.flush()
    release(session, found, T, T + 2 * HOUR)
    acts.report_back(session, found, found.unit, "已查封", "电话反馈", T, officer(session), T + 2 * HOUR)
    late = [one for one in cases.timeline(session, found) if one.late]
    assert sorted((one.kind, one.at, one.recorded_at) for one in late) == [
        ("release", T, T + 2 * HOUR),
        ("report", T, T + 2 * HOUR),
    ]


def test_a_report_of_a_unit_moves_the_case_and_needs_words(session):
    found = case(session, "lead")
    with pytest.raises(ValueError, match="办理情况"):
        acts.report_back(session, found, found.unit, " ", "电话反馈", T, officer(session), NOW)
    with pytest.raises(ValueError, match="不能晚于现在"):
        acts.report_back(session, found, found.unit, "好", "电话反馈", NOW + HOUR, officer(session), NOW)
    acts.report_back(session, found, found.unit, "已查封", "电话反馈", T, officer(session), NOW)
    assert found.state == CaseState.HANDLING


def test_a_press_conference_has_form_host_and_speaker(session):
    found = case(session)
    acts.ask_press_office(session, found, "已电话报请", T, officer(session), NOW)
    assert acts.press_office_asked(session, found) == T
    said = {"kind": "conference", "form": "吹风会", "host": "主持人甲", "speaker": "分管A"}
    made = release(session, found, **said)
    assert (made.form, made.host, made.speaker) == ("吹风会", "主持人甲", "分管A")
    assert "吹风会:官网 · 主持人主持人甲 · 发布人分管A" in [one.what for one in cases.timeline(session, found)]
    with pytest.raises(ValueError, match="形式"):
        release(session, found, kind="conference", form="茶话会")


def test_reports_upward_are_one_thread(session):
    found = session.get_one(Lead, case(session).lead_id)
    target = upward.put_target(session, "市委总值班室", "0000-1", 1, "person-1", T)

    def report(kind, **more):
        return upward.record(session, found, Report(kind, NOW, **more), officer(session), NOW)

    assert report("phone", target=target, taken_by="李四").target is target
    for kind, more, words in (
        ("phone", {}, "报送对象"),
        ("follow_up", {"text": "续"}, "先写初报"),
        ("first", {"text": " "}, "正文"),
        ("letter", {"text": "x"}, "请选择"),
    ):
        with pytest.raises(ValueError, match=words):
            report(kind, **more)
    report("first", text="初报正文")
    assert [report("follow_up", text="续").number for _ in range(2)] == [1, 2]
    report("final", text="终报正文")
    with pytest.raises(ValueError, match="已经终报"):
        report("follow_up", text="又")
    assert [upward.label(one) for one in upward.thread(session, found.id)] == [
        *("电话报告", "初报", "续报1", "续报2", "终报"),
    ]


def test_the_limit_of_the_call_upward_is_off_until_the_office_sets_it(session):
    found = session.get_one(Lead, case(session).lead_id)
    assert "INFO_REPORT" not in {one.rule for one in found.deadlines}


def test_targets_are_kept_by_name_and_taken_out_without_losing_anything(session):
    upward.put_target(session, "市网信办", "0000-2", 2, "command", T)
    upward.put_target(session, "市委总值班室", "0000-1", 1, "command", T)
    upward.put_target(session, "市网信办", "0000-3", 0, "command", T)
    assert [(one.name, one.telephone) for one in upward.targets(session)] == [
        ("市网信办", "0000-3"),
        ("市委总值班室", "0000-1"),
    ]
    assert upward.remove_target(session, "市网信办", "command", T)
    assert not upward.remove_target(session, "市网信办", "command", T)
    assert len(upward.targets(session, active=False)) == 2
    with pytest.raises(ValueError, match="名称和电话"):
        upward.put_target(session, " ", "1", 0, "command", T)


def test_a_regraded_case_tells_its_new_clocks_from_the_beginning(session):
    found = case(session, "lead")
    grade(session, found, Grade.I)
    made = clock(session, found, "AUTH_RELEASE")
    rungs = select(Stage.rung).where(Stage.deadline_id == made.id).order_by(Stage.due_at)
    assert session.scalars(rungs).all()[:2] == ["opened", "half"]
    assert found.unit.name == FOOD
