"""The live index follows what people merge and split, and one rebuilt from the store says the same."""

from datetime import timedelta

import pytest
from grouped import ELEVATOR, FOOD, ORG, POISONING, REPOST, T, publish, stored, verdict

from classifier.grouper import Grouper
from domain.verdict import Opens
from store import org as units
from store import regrouping
from store.db import transaction
from store.office import next_number
from store.tables import Article, Event, EventApart, EventChange, EventDoubt, Lead, Person

MINUTE = timedelta(minutes=1)
LEAD, NONE = verdict(Opens.LEAD), verdict(Opens.NONE)
OTHER = "东岭区第二中学食堂承包合同到期，家长委员会要求公开招标，学校称将在下周公布方案并征求意见。"
OTHER_AGAIN = "【转】" + OTHER
LATER = "家长委员会要求东岭区第二中学食堂公开招标：承包合同到期，学校称方案下周公布，将征求家长意见。"
MORE = "东岭区第二中学食堂承包合同到期后如何招标，学校称下周公布方案；家长委员会再次要求公开招标并征求家长意见。"


@pytest.fixture
def officer(database):
    with transaction() as session:
        units.put_units(session, ORG)
        made = Person(name="值班员A", role="duty")
        session.add(made)
        session.flush()
        return made.id


@pytest.fixture(params=["live", "rebuilt"])
def follow(request):
    """Gives the grouper that goes on after people changed events: the one that lives, or a new one."""
    return lambda grouper, at: grouper if request.param == "live" else Grouper(at, ORG, owner=grouper.owner)


def comes(grouper, text, said, minutes):
    """Let an article come and be grouped; return it as it is stored."""
    at = T + minutes * MINUTE
    id_ = publish(text, said, at=at)
    assert grouper.group_due(at) == 1
    return row(id_)


def row(id_):
    return next(one for one in stored(Article) if one.id == id_)


def change(act, minutes, *ids, **more):
    with transaction() as session:
        events = [session.get_one(Event, id_) if isinstance(id_, int) else id_ for id_ in ids]
        person = session.query(Person).filter_by(name="值班员A").one()
        return act(session, *events, "核对过原文", person, T + minutes * MINUTE, **more).id


def take_back(change_id, minutes):
    with transaction() as session:
        found, person = session.get_one(EventChange, change_id), session.query(Person).filter_by(name="值班员A").one()
        regrouping.undo(session, found, "看错了", person, T + minutes * MINUTE)


def test_after_a_merge_articles_about_either_go_to_the_one_event(officer, follow):
    grouper = Grouper(T, ORG)
    one, two = comes(grouper, POISONING, verdict(), 0), comes(grouper, OTHER, NONE, 1)
    assert one.event_id != two.event_id
    change(regrouping.merge, 2, two.event_id, one.event_id)
    grouper = follow(grouper, T + 3 * MINUTE)
    copy, later = comes(grouper, OTHER_AGAIN, NONE, 4), comes(grouper, LATER, NONE, 5)
    assert (copy.event_id, copy.copy_of, later.event_id) == (one.event_id, two.id, one.event_id)
    assert comes(grouper, REPOST, verdict(), 6).event_id == one.event_id
    assert [(event.articles, event.copies) for event in stored(Event)] == [(5, 2), (0, 0)]


def test_after_a_split_copies_go_with_their_original_and_the_rest_stays(officer, follow):
    grouper = Grouper(T, ORG)
    one = comes(grouper, POISONING, verdict(), 0)
    two = comes(grouper, OTHER, NONE, 1)
    joined = change(regrouping.merge, 2, two.event_id, one.event_id)
    comes(grouper, OTHER_AGAIN, NONE, 3)
    change(regrouping.split, 4, one.event_id, [two.id])
    made = row(two.id).event_id
    grouper = follow(grouper, T + 5 * MINUTE)
    assert made not in (one.event_id, two.event_id)
    assert comes(grouper, OTHER_AGAIN, NONE, 6).event_id == comes(grouper, MORE, NONE, 7).event_id == made
    assert comes(grouper, REPOST, verdict(), 8).event_id == one.event_id
    with pytest.raises(ValueError, match="后来又被整理"):
        take_back(joined, 9)


def test_an_undone_merge_has_two_events_again(officer, follow):
    grouper = Grouper(T, ORG)
    one, two = comes(grouper, POISONING, verdict(), 0), comes(grouper, OTHER, NONE, 1)
    joined = change(regrouping.merge, 2, two.event_id, one.event_id)
    early = comes(grouper, OTHER_AGAIN, NONE, 3)
    take_back(joined, 4)
    grouper = follow(grouper, T + 5 * MINUTE)
    assert row(early.id).event_id == comes(grouper, OTHER_AGAIN, NONE, 6).event_id == two.event_id
    assert comes(grouper, REPOST, verdict(), 7).event_id == one.event_id


def test_an_answer_given_before_a_merge_follows_it(officer, monkeypatch):
    from store import events

    grouper, real = Grouper(T, ORG), events.put
    one, two = comes(grouper, POISONING, verdict(), 0), comes(grouper, ELEVATOR, LEAD, 1)
    monkeypatch.setattr(events, "put", lambda *_: (_ for _ in ()).throw(OSError("disk full")))
    waits = publish(f"{ELEVATOR}居民要求公布检修记录。", LEAD, at=T + 2 * MINUTE)
    grouper.group_due(T + 2 * MINUTE)
    change(regrouping.merge, 3, two.event_id, one.event_id)
    monkeypatch.setattr(events, "put", real)
    grouper.group_due(T + 4 * MINUTE)
    assert row(waits).event_id == one.event_id
    assert sum(lead.state == "open" for lead in stored(Lead)) == 1


@pytest.mark.parametrize("apart", [False, True])
def test_a_letter_like_both_goes_to_neither_where_its_text_was_told_apart(officer, follow, apart):
    grouper = Grouper(T, ORG)
    first = as_message(publish(OTHER, NONE, at=T))
    second = as_message(publish(LATER, NONE, at=T))
    grouper.group_due(T)
    event = row(first).event_id
    assert row(second).event_id == event
    change(regrouping.split, 1, event, [second])
    if not apart:
        with transaction() as session:
            session.query(EventApart).delete()
            session.get_one(Event, event).regrouped = next_number(session, "regroup")
    fresh = T + timedelta(days=170)
    as_message(publish(OTHER.replace("下周", "下月初"), NONE, at=fresh))
    grouper = follow(grouper, fresh)
    grouper.group_due(fresh)
    over = T + timedelta(days=200)
    again = as_message(publish(LATER, NONE, at=over))
    grouper.group_due(over)
    assert (row(again).event_id == event) is not apart


def as_message(id_):
    with transaction() as session:
        session.get_one(Article, id_).channel = "message"
    return id_


def test_what_the_index_is_unsure_of_is_remembered_once_for_two_events(officer):
    grouper = Grouper(T, ORG)
    there = verdict(Opens.LEAD, FOOD, ("河湾区",))
    first = comes(grouper, POISONING, verdict(Opens.LEAD), 0)
    second = comes(grouper, POISONING.replace("东岭区", "河湾区"), there, 1)
    third = comes(grouper, POISONING.replace("东岭区", "河湾区") + "家长已到医院。", there, 2)
    assert first.event_id != second.event_id == third.event_id
    doubts = stored(EventDoubt)
    assert [(one.article_id, one.other_id, one.answer) for one in doubts] == [(second.id, first.event_id, None)]
    assert any("地点不同" in words for words in doubts[0].reasons)
    assert 0.5 <= doubts[0].alike <= 1
