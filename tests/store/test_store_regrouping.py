"""Events merged and split by people: what goes on, what is taken back, and that no limit becomes later."""

import pytest
from making import FOOD, HOUR, MINUTE, T, arrives, office
from sqlalchemy import select

from domain.case import Level
from store import journal, leads, moving, people, regrouping
from store.proposing import lead_of_event
from store.tables import Article, Case, Deadline, Event, Lead


@pytest.fixture
def officer(session):
    return office(session)


def open_due(session, lead):
    asked = select(Deadline).where(Deadline.lead_id == lead.id, Deadline.state == "open")
    return {one.rule: one.due_at for one in session.scalars(asked)}


def confirm(session, lead, officer, now, *, emergency=False):
    unit = people.unit_named(session, FOOD)
    return leads.confirm(session, lead, officer, now, unit=unit, level=Level.ORANGE, emergency=emergency)


def counts(event):
    return event.articles, event.copies, event.first_at, event.last_at


def test_two_open_leads_become_one_with_the_earlier_limits_of_both(session, officer):
    late, one = arrives(session, 1, "provisional", key="e1", now=T + 30 * MINUTE, published=T + 20 * MINUTE)
    early, two = arrives(session, 2, "provisional", key="e2", now=T + 31 * MINUTE, published=T)
    regrouping.merge(session, early, late, "同一件事", officer, T + HOUR)
    assert (one.state, two.state, two.event_id, two.judged_by) == ("open", "merged", None, officer.id)
    assert open_due(session, one) == {
        "AUTH_RELEASE": T + 5 * HOUR,
        "PRESS_CONF": T + 24 * HOUR,
        "LEAD_CONFIRM": T + 60 * MINUTE,
    }
    assert open_due(session, two) == {}
    assert (one.first_posted_at, one.detected_at) == (T, T + 30 * MINUTE)
    assert (early.merged_into, early.articles) == (late.id, 0)
    assert counts(late) == (2, 0, T, T + 20 * MINUTE)
    assert confirm(session, one, officer, T + HOUR, emergency=True).t0 == T


def test_a_merge_is_taken_back_and_each_lead_has_the_limits_it_had(session, officer):
    one, first = arrives(session, 1, "provisional", key="e1", published=T)
    two, second = arrives(session, 2, "lead", key="e2", now=T + 5 * MINUTE)
    before = open_due(session, first), open_due(session, second)
    change = regrouping.merge(session, one, two, "同一件事", officer, T + 10 * MINUTE)
    assert (first.state, second.state, first.event_id) == ("open", "merged", two.id)
    arrives(session, 3, "none", key="e2", now=T + 20 * MINUTE)
    regrouping.undo(session, change, "看错了", officer, T + 30 * MINUTE)
    assert (first.state, second.state, first.event_id, second.event_id) == ("open", "open", one.id, two.id)
    assert (open_due(session, first), open_due(session, second)) == before
    assert (one.articles, two.articles, one.merged_into) == (1, 2, None)
    assert moving.are_apart(session, one, two)
    assert change.undone_why == "看错了"


def test_an_ordinary_lead_goes_into_the_case_and_waits_again_when_that_is_taken_back(session, officer):
    one, first = arrives(session, 1, "lead", key="e1")
    case = confirm(session, first, officer, T + MINUTE)
    two, second = arrives(session, 2, "lead", key="e2", now=T + 5 * MINUTE)
    change = regrouping.merge(session, two, one, "同一件事", officer, T + 6 * MINUTE)
    assert (second.state, case.event_id, lead_of_event(session, one.id).id) == ("merged", one.id, first.id)
    met = session.scalars(select(Deadline).where(Deadline.lead_id == second.id)).one()
    assert (met.rule, met.state, met.met_how) == ("LEAD_CONFIRM", "met", "judgement")
    regrouping.undo(session, change, "不是一回事", officer, T + 7 * MINUTE)
    assert (second.state, second.event_id) == ("open", two.id)
    assert open_due(session, second) == {"LEAD_CONFIRM": T + 35 * MINUTE}


def test_two_cases_become_one_with_the_earliest_start_and_that_stays_when_the_events_part(session, officer):
    one, first = arrives(session, 1, "provisional", key="e1", published=T)
    two, second = arrives(session, 2, "lead", key="e2", now=T + HOUR, published=T + HOUR)
    grave = confirm(session, first, officer, T + 5 * MINUTE, emergency=True)
    plain = confirm(session, second, officer, T + HOUR)
    change = regrouping.merge(session, one, two, "同一件事", officer, T + 2 * HOUR)
    assert (grave.merged_into, plain.emergency, plain.t0, grave.event_id) == (plain.id, True, T, two.id)
    assert open_due(session, second)["AUTH_RELEASE"] == T + 5 * HOUR
    regrouping.undo(session, change, "不是一回事", officer, T + 3 * HOUR)
    fresh = lead_of_event(session, one.id)
    assert (fresh.state, fresh.first_posted_at, grave.merged_into) == ("open", T, plain.id)
    assert open_due(session, fresh)["AUTH_RELEASE"] == open_due(session, second)["AUTH_RELEASE"] == T + 5 * HOUR


def test_a_suspected_emergency_beside_an_ordinary_case_still_waits_for_a_person(session, officer):
    one, first = arrives(session, 1, "lead", key="e1")
    confirm(session, first, officer, T + MINUTE)
    two, second = arrives(session, 2, "provisional", key="e2", now=T + 5 * MINUTE)
    running = open_due(session, second)
    regrouping.merge(session, two, one, "同一件事", officer, T + 6 * MINUTE)
    assert (second.state, second.event_id, open_due(session, second)) == ("open", one.id, running)
    assert lead_of_event(session, one.id).id == second.id


@pytest.mark.parametrize("judged", ["dismissed", "closed", "none"])
def test_what_was_judged_before_goes_along_and_asks_nobody_again(session, officer, judged):
    one, first = arrives(session, 1, "lead" if judged != "none" else "none", key="e1")
    if judged == "dismissed":
        leads.dismiss(session, first, officer, T + MINUTE, "属外市")
    elif judged == "closed":
        case = confirm(session, first, officer, T + MINUTE)
        case.state = "closed"
    two, second = arrives(session, 2, "lead", key="e2", now=T + 5 * MINUTE)
    due = open_due(session, second)
    change = regrouping.merge(session, one, two, "同一件事", officer, T + 6 * MINUTE)
    assert lead_of_event(session, two.id).id == second.id
    assert open_due(session, second) == due
    regrouping.undo(session, change, "看错了", officer, T + 7 * MINUTE)
    assert (second.event_id, open_due(session, second)) == (two.id, due)
    assert [lead.event_id for lead in session.scalars(select(Lead).order_by(Lead.id)) if lead is not second] == (
        [] if judged == "none" else [one.id]
    )


def test_split_articles_take_their_copies_and_ask_for_a_lead_of_their_own(session, officer):
    event, lead = arrives(session, 1, "provisional", key="e1", published=T - HOUR, now=T)
    _, none = arrives(session, 2, "provisional", key="e1", published=T, now=T)
    other = session.scalars(select(Article).where(Article.event_id == event.id).order_by(Article.id)).all()[1]
    arrives(session, 3, "none", key="e1", now=T + HOUR)
    copy = session.scalars(select(Article).order_by(Article.id)).all()[2]
    copy.copy_of, event.copies = other.id, 1
    assert none is None
    was = open_due(session, lead)
    change = regrouping.split(session, event, [other.id], "另一所学校", officer, T + 10 * MINUTE)
    made = session.get_one(Event, change.to_id)
    assert {copy.event_id, other.event_id} == {made.id}
    assert (counts(event), counts(made)) == ((1, 0, T - HOUR, T - HOUR), (2, 1, T, T))
    fresh = lead_of_event(session, made.id)
    assert (lead.event_id, fresh.article_id, fresh.first_posted_at, fresh.suspected) == (event.id, other.id, T, True)
    assert open_due(session, lead) == was
    assert all(due <= was[rule] for rule, due in open_due(session, fresh).items())
    assert made.title == other.title


@pytest.mark.parametrize(("matter", "there"), [("", True), ("goes", True), ("stays", False)])
def test_the_case_goes_with_its_article_or_as_the_person_says(session, officer, matter, there):
    event, lead = arrives(session, 1, "lead", key="e1")
    case = confirm(session, lead, officer, T + MINUTE)
    arrives(session, 2, "none", key="e1", now=T + HOUR)
    change = regrouping.split(session, event, [lead.article_id], "另一件事", officer, T + HOUR, matter=matter)
    assert case.event_id == lead.event_id == (change.to_id if there else event.id)
    own = lead_of_event(session, change.to_id)
    assert own.id == lead.id if there else own.state == "open"
    regrouping.undo(session, change, "看错了", officer, T + 2 * HOUR)
    assert (case.event_id, event.articles) == (event.id, 2)


def test_a_later_start_never_follows_from_splitting_off_the_first_article(session, officer):
    event, lead = arrives(session, 1, "provisional", key="e1", published=T - HOUR)
    arrives(session, 2, "lead", key="e1", now=T + HOUR, published=T + HOUR)
    regrouping.split(session, event, [lead.article_id], "另一件事", officer, T + HOUR, matter="stays")
    assert (lead.event_id, confirm(session, lead, officer, T + HOUR, emergency=True).t0) == (event.id, T - HOUR)


def test_splitting_into_another_event_joins_its_matter_and_can_be_taken_back(session, officer):
    one, first = arrives(session, 1, "lead", key="e1")
    arrives(session, 2, "none", key="e1", now=T + MINUTE)
    two, second = arrives(session, 3, "provisional", key="e2", now=T + 2 * MINUTE)
    change = regrouping.split(session, one, [first.article_id], "说的是那件事", officer, T + 5 * MINUTE, to=two)
    assert (first.state, second.state, one.articles, two.articles) == ("merged", "open", 1, 2)
    assert open_due(session, second)["LEAD_CONFIRM"] == T + 30 * MINUTE
    regrouping.undo(session, change, "看错了", officer, T + 6 * MINUTE)
    assert (first.state, first.event_id, one.articles, two.articles) == ("open", one.id, 2, 1)
    assert open_due(session, first) == {"LEAD_CONFIRM": T + 30 * MINUTE}
    assert not moving.are_apart(session, one, two)


def test_a_lead_that_waits_again_is_where_its_article_is_by_now(session, officer):
    one, first = arrives(session, 1, "provisional", key="e1")
    two, second = arrives(session, 2, "lead", key="e2")
    arrives(session, 3, "none", key="e2")
    merged = regrouping.merge(session, one, two, "同", officer, T + MINUTE)
    parted = regrouping.split(session, two, [second.article_id], "别", officer, T + 2 * MINUTE)
    fresh = lead_of_event(session, parted.to_id)
    regrouping.undo(session, merged, "撤", officer, T + 3 * MINUTE)
    assert (first.event_id, first.state, second.event_id) == (one.id, "open", parted.to_id)
    assert (fresh.state, second.state) == ("merged", "open")
    assert open_due(session, second) == {"LEAD_CONFIRM": T + 30 * MINUTE}
    assert lead_of_event(session, two.id) is None


def refused(act, *words):
    with pytest.raises(ValueError, match="|".join(words)):
        act()


def test_what_cannot_be_is_refused_in_words(session, officer):
    one, first = arrives(session, 1, "lead", key="e1")
    arrives(session, 2, "none", key="e1")
    two, _ = arrives(session, 3, "none", key="e2")
    here = [first.article_id]
    refused(lambda: regrouping.merge(session, one, one, "同", officer, T), "不能并入本话题")
    refused(lambda: regrouping.merge(session, one, two, " ", officer, T), "请写明合并理由")
    refused(lambda: regrouping.split(session, one, [], "别", officer, T), "请选择")
    refused(lambda: regrouping.split(session, one, here, "", officer, T), "请写明拆分理由")
    refused(lambda: regrouping.split(session, one, here, "别", officer, T, to=one), "已在本话题")
    refused(lambda: regrouping.split(session, two, here, "别", officer, T), "已不在本话题")
    refused(
        lambda: regrouping.split(session, two, list(moving.copies_by_article(session, two.id)), "别", officer, T),
        "合并",
    )
    merged = regrouping.merge(session, two, one, "同", officer, T)
    refused(lambda: regrouping.merge(session, two, one, "同", officer, T), "请刷新")
    refused(lambda: regrouping.undo(session, merged, "", officer, T), "请写明撤销理由")
    later = regrouping.split(session, one, merged.facts["articles"], "别", officer, T)
    refused(lambda: regrouping.undo(session, merged, "撤", officer, T), "1 条信息后来又被整理")
    regrouping.undo(session, later, "撤", officer, T)
    regrouping.undo(session, merged, "撤", officer, T)
    refused(lambda: regrouping.undo(session, merged, "撤", officer, T), "已经撤销过")
    assert (one.articles, two.articles) == (2, 1)


def test_a_copy_alone_is_not_split_off(session, officer):
    event, lead = arrives(session, 1, "lead", key="e1")
    arrives(session, 2, "none", key="e1")
    copy = session.scalars(select(Article).order_by(Article.id.desc()).limit(1)).one()
    copy.copy_of = lead.article_id
    session.flush()
    refused(lambda: regrouping.split(session, event, [copy.id], "别", officer, T), "转载随原文走")
    refused(lambda: regrouping.split(session, event, [lead.article_id], "别", officer, T), "合并")


def test_a_chain_of_merges_is_taken_back_from_its_end(session, officer):
    found = [arrives(session, n, "lead", key=f"e{n}", now=T + n * MINUTE)[0] for n in (1, 2, 3)]
    one, two, three = found
    first = regrouping.merge(session, one, two, "同", officer, T + HOUR)
    second = regrouping.merge(session, two, three, "同", officer, T + HOUR)
    assert moving.final(session, one).id == three.id
    refused(lambda: regrouping.undo(session, first, "撤", officer, T), "后来又并入")
    regrouping.undo(session, second, "撤", officer, T + 2 * HOUR)
    regrouping.undo(session, first, "撤", officer, T + 2 * HOUR)
    assert [event.articles for event in found] == [1, 1, 1]
    assert [lead_of_event(session, event.id).state for event in found] == ["open"] * 3


def test_the_journal_tells_who_did_it_and_keeps_the_reason_beside_the_chain(session, officer):
    one, _ = arrives(session, 1, "none", key="e1")
    two, _ = arrives(session, 2, "none", key="e2")
    change = regrouping.merge(session, one, two, "两份通报说的是一件事", officer, T)
    regrouping.undo(session, change, "看错了日期", officer, T)
    assert journal.first_broken(session) is None
    entries, _ = journal.listed(session, journal.Asked(about=f"event-{one.id}"), 10, 0)
    assert [(one.action, one.actor) for one in entries] == [
        ("undo_regroup", f"person-{officer.id}"),
        ("merge_event", f"person-{officer.id}"),
    ]
    assert sorted(journal.words_of(session, entries).values()) == ["两份通报说的是一件事", "看错了日期"]
    assert [one.id for one in regrouping.history(session, two.id)] == [change.id]
    assert session.scalars(select(Case)).all() == []
