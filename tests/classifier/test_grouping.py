"""Grouping with verdicts written by hand: events, leads and clocks in one transaction, in any order."""

from datetime import UTC, datetime, timedelta
from itertools import permutations

import pytest
from grouped import ELEVATOR, FOOD, OFFICE, ORG, POISONING, REPOST, WITNESS, T, publish, stored, verdict

from classifier.grouper import HOLD, LEASE, Grouper, LostLease
from domain.event import APART, Sighting, same_emergency
from domain.verdict import Opens
from store import deadlines, entering, events, sources
from store import org as units
from store.articles import NewArticle, add_articles, save_verdict
from store.db import transaction
from store.due import PARK_AFTER
from store.events import Grouping
from store.tables import Article, Deadline, Event, Lead, Person, Stage


def test_a_provisional_verdict_starts_the_five_and_the_twenty_four_hour_clock(database):
    posted = T - timedelta(minutes=40)
    publish(POISONING, verdict(), published=posted)
    assert Grouper(T, ORG).group_due(T) == 1
    lead, event, article = stored(Lead)[0], stored(Event)[0], stored(Article)[0]
    assert (lead.suspected, lead.quiet, lead.state, lead.level) == (True, False, "open", "red")
    assert (lead.event_id, lead.article_id, article.event_id) == (event.id, article.id, event.id)
    assert lead.reasons[0]["words"] == "集体呕吐腹泻"
    clocks = {deadline.rule: (deadline.due_at - deadline.start_at, deadline.start_at) for deadline in stored(Deadline)}
    assert clocks["PRESS_CONF"] == (timedelta(hours=24), posted)
    assert clocks["AUTH_RELEASE"] == (timedelta(hours=5), posted)
    assert set(clocks) == {"PRESS_CONF", "AUTH_RELEASE", "LEAD_CONFIRM"}
    assert all(any(stage.deadline_id == d.id for stage in stored(Stage)) for d in stored(Deadline))
    assert (article.group_at, article.attempts) == (None, 0)


def test_where_a_clock_cannot_be_written_nothing_of_the_event_is_kept(database, monkeypatch):
    real = deadlines.write_deadline

    def failing(session, lead, code, *rest, **named):
        if code == "PRESS_CONF":
            raise OSError("disk full")
        return real(session, lead, code, *rest, **named)

    publish(POISONING, verdict())
    grouper = Grouper(T, ORG)
    monkeypatch.setattr(deadlines, "write_deadline", failing)
    assert grouper.group_due(T) == 0
    assert stored(Event) == stored(Lead) == stored(Deadline) == stored(Stage) == []
    assert stored(Article)[0].group_at == T + HOLD
    monkeypatch.setattr(deadlines, "write_deadline", real)
    assert grouper.group_due(T + HOLD) == 1
    assert (len(stored(Event)), len(stored(Lead)), len(stored(Deadline))) == (1, 1, 3)


@pytest.mark.parametrize(("opens", "clocks"), [(Opens.LEAD, ["LEAD_CONFIRM"]), (Opens.NONE, None)])
def test_other_verdicts_open_a_lead_for_a_person_or_nothing(database, opens, clocks):
    publish(POISONING, verdict(opens))
    Grouper(T, ORG).group_due(T)
    assert len(stored(Event)) == 1
    assert [lead.suspected for lead in stored(Lead)] == ([False] if clocks else [])
    assert [deadline.rule for deadline in stored(Deadline)] == (clocks or [])


def test_a_second_grouper_is_refused_until_the_first_ones_lease_is_over(database):
    first, second = Grouper(T, ORG, owner="first"), Grouper(T, ORG, owner="second")
    first.group_due(T)
    publish(POISONING, verdict())
    for at in (T, T + LEASE - timedelta(seconds=1)):
        with pytest.raises(LostLease):
            second.group_due(at)
    assert (stored(Article)[0].group_at, stored(Article)[0].attempts) == (T, 0)
    assert second.group_due(T + LEASE) == 1
    with pytest.raises(LostLease):
        first.group_due(T + LEASE + timedelta(seconds=1))


def test_a_lease_lost_between_taking_and_storing_leaves_the_article_to_the_other(database, monkeypatch):
    publish(POISONING, verdict())
    first = Grouper(T, ORG, owner="first")
    real, calls = first._hold_lease, []

    def overtaken(session, now):
        calls.append(now)
        if len(calls) > 1:
            raise LostLease
        real(session, now)

    monkeypatch.setattr(first, "_hold_lease", overtaken)
    with pytest.raises(LostLease):
        first.group_due(T)
    assert stored(Event) == []
    assert Grouper(T + HOLD, ORG, owner="second").group_due(T + HOLD) == 1
    assert len(stored(Lead)) == 1


def test_a_rebuilt_grouper_puts_a_repost_into_the_same_event(database):
    original = publish(POISONING, verdict())
    publish(ELEVATOR, verdict(Opens.LEAD, OFFICE, ("河湾区",)))
    Grouper(T, ORG, owner="one").group_due(T)
    later = T + timedelta(hours=2)
    publish(REPOST, verdict(), at=later)
    Grouper(later, ORG, owner="two").group_due(later)
    first, other, repost = stored(Article)
    assert (repost.event_id, repost.copy_of) == (first.event_id, original)
    assert repost.similarity > 0.5
    assert other.event_id != first.event_id
    event = next(event for event in stored(Event) if event.id == first.event_id)
    assert (event.articles, event.copies, event.first_at, event.last_at) == (2, 1, T, later)
    assert len(stored(Lead)) == 2


def test_an_article_that_could_not_be_stored_gets_the_same_answer_and_no_copy_of_itself(database, monkeypatch):
    real = events.put
    original, repost = publish(POISONING, verdict()), publish(REPOST, verdict())
    grouper = Grouper(T, ORG)

    def failing(session, article, *rest):
        if article.id == original:
            raise OSError("disk full")
        return real(session, article, *rest)

    monkeypatch.setattr(events, "put", failing)
    assert grouper.group_due(T) == 1
    assert set(grouper.undecided) == {original}
    monkeypatch.setattr(events, "put", real)
    assert grouper.group_due(T + HOLD) == 1
    first, second = stored(Article)
    assert first.event_id == second.event_id is not None
    assert (first.copy_of, second.copy_of) == (None, original)
    assert (stored(Event)[0].key, stored(Event)[0].articles) == (str(original), 2)
    assert (len(grouper.index), grouper.undecided, len(stored(Lead))) == (1, {}, 1)
    assert repost == second.id


def test_an_article_that_can_never_be_stored_is_parked_in_words_and_stops_no_other(database, monkeypatch):
    real = events.put
    bad = publish(POISONING, verdict())
    publish(ELEVATOR, verdict(Opens.LEAD, OFFICE, ("河湾区",)))

    def failing(session, article, *rest):
        if article.id == bad:
            raise OSError("cannot be stored")
        return real(session, article, *rest)

    monkeypatch.setattr(events, "put", failing)
    grouper = Grouper(T, ORG)
    assert [grouper.group_due(T + turn * HOLD) for turn in range(PARK_AFTER)] == [1] + [0] * (PARK_AFTER - 1)
    parked, other = stored(Article)
    assert "人工" in (parked.parked or "")
    assert (parked.group_at, parked.event_id) == (None, None)
    assert (other.parked, other.group_at) == (None, None)
    assert other.event_id is not None


@pytest.mark.parametrize(
    ("age", "day", "quiet"),
    [
        (timedelta(hours=72), False, False),
        (timedelta(hours=72, seconds=1), False, True),
        (timedelta(days=30), False, True),
        (timedelta(hours=96), True, False),
        (timedelta(hours=96, seconds=1), True, True),
    ],
)
def test_an_article_older_than_72_hours_is_a_lead_nobody_is_woken_for(database, age, day, quiet):
    publish(POISONING, verdict(), published=T - age, day=day)
    Grouper(T, ORG).group_due(T)
    lead = stored(Lead)[0]
    assert (lead.quiet, lead.suspected) == (quiet, not quiet)
    assert (stored(Stage) == []) is quiet
    assert (stored(Deadline) == []) is quiet
    assert any("72小时" in reason["words"] for reason in lead.reasons) is quiet


def test_one_event_has_one_open_lead_whatever_the_order_of_its_articles(database):
    kinds = {
        "provisional": (Opens.PROVISIONAL, timedelta(0)),
        "lead": (Opens.LEAD, timedelta(0)),
        "none": (Opens.NONE, timedelta(0)),
        "old": (Opens.PROVISIONAL, timedelta(hours=73)),
    }
    orders = [(first, "none", *rest) for first, *rest in permutations(("provisional", "lead", "old"))]
    with transaction() as session:
        units.put_units(session, ORG)
        source = sources.add_source(session, "https://news.example/feed", T)
        for order in orders:
            for kind in order:
                opens, age = kinds[kind]
                new = NewArticle(f"https://news.example/{'-'.join(order)}/{kind}", kind, kind, published_at=T - age)
                article = add_articles(session, source, [new], T)[0]
                save_verdict(session, article.id, verdict(opens), T)
                events.put(session, article, Grouping("-".join(order), None, 1.0), T)
    open_clocks = [(d.lead_id, d.rule) for d in stored(Deadline) if d.state == "open"]
    leads = stored(Lead)
    assert len(leads) == len({lead.event_id for lead in leads}) == len(orders) == 6
    assert {(lead.state, lead.suspected, lead.quiet) for lead in leads} == {("open", True, False)}
    assert sorted(open_clocks) == sorted(
        (lead.id, rule) for lead in leads for rule in ("LEAD_CONFIRM", "AUTH_RELEASE", "PRESS_CONF")
    )
    assert {event.articles for event in stored(Event)} == {4}


@pytest.mark.parametrize(
    ("section", "place", "later", "one"),
    [
        (FOOD, ("东岭区",), timedelta(minutes=20), True),
        (FOOD, (), timedelta(minutes=20), True),
        (FOOD, ("清源市",), timedelta(minutes=20), True),
        (FOOD, ("东岭区",), APART, True),
        (FOOD, ("东岭区",), APART + timedelta(seconds=1), False),
        (FOOD, ("东岭区",), timedelta(hours=13), False),
        (FOOD, ("河湾区",), timedelta(minutes=20), False),
        (OFFICE, ("东岭区",), timedelta(minutes=20), False),
        ("", ("东岭区",), timedelta(minutes=20), False),
    ],
)
def test_a_witness_in_other_words_joins_the_running_emergency(database, section, place, later, one):
    grouper = Grouper(T, ORG)
    publish(POISONING, verdict())
    grouper.group_due(T)
    publish(WITNESS, verdict(section=section, place=place), at=T + later)
    grouper.group_due(T + later)
    assert len(stored(Event)) == len(stored(Lead)) == (1 if one else 2)


@pytest.mark.parametrize("section", [OFFICE, ""])
def test_emergencies_of_no_known_unit_are_never_joined(database, section):
    grouper = Grouper(T, ORG)
    for text in (POISONING, WITNESS):
        publish(text, verdict(section=section))
    grouper.group_due(T)
    assert len(stored(Event)) == len(stored(Lead)) == 2


def test_what_is_no_emergency_is_not_joined_by_place(database):
    grouper = Grouper(T, ORG)
    publish(POISONING, verdict())
    publish(WITNESS, verdict(Opens.LEAD))
    grouper.group_due(T)
    assert len(stored(Event)) == 2


@pytest.mark.parametrize("day", [(True, True), (True, False), (False, True)])
def test_a_page_that_gives_the_day_alone_was_told_when_we_saw_it(database, day):
    midnight, later = datetime(2026, 11, 21, 16, 0, tzinfo=UTC), T + timedelta(minutes=20)
    grouper = Grouper(T, ORG)
    publish(POISONING, verdict(), published=midnight if day[0] else T, day=day[0])
    grouper.group_due(T)
    publish(WITNESS, verdict(), at=later, published=midnight if day[1] else later, day=day[1])
    grouper.group_due(later)
    assert len(stored(Event)) == len(stored(Lead)) == 1


WIDE = ("清源市", "清源")


@pytest.mark.parametrize(
    ("here", "there", "section", "apart", "same"),
    [
        ({"东岭区"}, {"东岭区"}, FOOD, timedelta(0), True),
        ({"东岭区", "石桥镇"}, {"石桥镇"}, FOOD, timedelta(0), True),
        ({"东岭区"}, {"河湾区"}, FOOD, timedelta(0), False),
        ({"东岭区"}, set(), FOOD, timedelta(0), True),
        (set(), set(), FOOD, timedelta(0), True),
        ({"清源市", "东岭区"}, {"清源市", "河湾区"}, FOOD, timedelta(0), False),
        ({"清源市"}, {"清源市", "河湾区"}, FOOD, timedelta(0), True),
        ({"清源"}, {"东岭区"}, FOOD, timedelta(0), True),
        ({"东岭区"}, {"东岭区"}, OFFICE, timedelta(0), False),
        ({"东岭区"}, {"东岭区"}, FOOD, APART, True),
        ({"东岭区"}, {"东岭区"}, FOOD, APART + timedelta(microseconds=1), False),
        ({"东岭区"}, {"东岭区"}, FOOD, timedelta(hours=12, seconds=1), False),
    ],
)
def test_which_two_emergencies_are_one_matter_either_way_round(here, there, section, apart, same):
    one, other = Sighting(FOOD, frozenset(here), T), Sighting(section, frozenset(there), T + apart)
    assert same_emergency(one, other, WIDE) is same_emergency(other, one, WIDE) is same


def test_what_a_duty_officer_entered_is_one_lead_and_its_page_raises_it(database):
    with transaction() as session:
        units.put_units(session, ORG)
        person = Person(name="值班员A", username="duty", role="duty")
        session.add(person)
        session.flush()
        said = entering.Entered(f"{POISONING} https://news.example/entered")
        lead_id = entering.enter(session, person, T, said).id
    grouper = Grouper(T, ORG)
    for minute, opens in enumerate((Opens.NONE, Opens.PROVISIONAL, Opens.PROVISIONAL)):
        with transaction() as session:
            save_verdict(session, 1, verdict(opens), T)
            session.get_one(Article, 1).group_at = T
        assert grouper.group_due(T + timedelta(minutes=minute)) == 1
    lead = stored(Lead)
    assert [(one.id, one.suspected, one.event_id) for one in lead] == [(lead_id, True, 1)]
    open_ = sorted(one.rule for one in stored(Deadline) if one.state == "open")
    assert open_.count("AUTH_RELEASE") == open_.count("LEAD_CONFIRM") == 1


@pytest.mark.parametrize(("there", "one"), [(("东岭区",), True), (("河湾区",), False), ((), True)])
def test_what_asks_for_a_clock_joins_no_old_report_from_another_county(database, there, one):
    grouper = Grouper(T, ORG)
    publish(POISONING, verdict(Opens.NONE, place=there), published=T - timedelta(days=3))
    grouper.group_due(T)
    publish(REPOST, verdict(), at=T + timedelta(hours=1))
    grouper.group_due(T + timedelta(hours=1))
    assert len(stored(Event)) == (1 if one else 2)
    lead = stored(Lead)[0]
    assert (lead.first_posted_at == T + timedelta(hours=1)) is not one


def test_an_answer_that_could_not_be_given_leaves_nothing_in_the_index(database, monkeypatch):
    publish(POISONING, verdict())
    grouper = Grouper(T, ORG)
    grouper.group_due(T)
    real = events.stands_alone

    def failing(*rest):
        raise OSError("database gone")

    repost = publish(REPOST, verdict())
    monkeypatch.setattr(events, "stands_alone", failing)
    assert grouper.group_due(T + timedelta(seconds=1)) == 0
    monkeypatch.setattr(events, "stands_alone", real)
    assert grouper.group_due(T + timedelta(seconds=1) + HOLD) == 1
    assert (len(stored(Event)), stored(Article)[1].id, stored(Article)[1].copy_of) == (1, repost, 1)
