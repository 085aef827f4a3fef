"""敏感时期 in the database: they raise the rota and the limit to judge a lead; a lead that is open keeps its limit."""

from datetime import date, datetime, timedelta

import pytest
from making import MINUTE, T, arrives, lead, office, person
from sqlalchemy import select

from domain.rota import shift_of
from store import journal, judging, leads, limits, rota, seasons
from store.db import hold
from store.seasons import SeasonFields
from store.tables import Deadline, JournalEntry, Lead, Person, Shift

DAY = timedelta(days=1)
TODAY = date(2026, 11, 22)
"""The Beijing day of T, 14:05."""


@pytest.fixture
def session(session):
    office(session)
    return session


def season(session, name="双11", start=TODAY, end=TODAY + DAY, **more):
    return seasons.save(session, None, SeasonFields(name, start, end, **more), "person-1", T)


def limit(session, found):
    """Return the open limit to judge a lead."""
    asked = select(Deadline).where(Deadline.lead_id == found.id, Deadline.state == "open")
    return session.scalars(asked.where(Deadline.rule == "LEAD_CONFIRM")).one()


def minutes(deadline):
    return (deadline.due_at - deadline.start_at) / MINUTE


def test_a_lead_proposed_in_a_season_is_judged_in_fifteen_minutes_by_the_same_rule(session):
    season(session)
    found = limit(session, lead(session))
    assert (found.rule, minutes(found), found.shortened_why) == ("LEAD_CONFIRM", 15, "敏感时期：双11")
    assert [(one.rung, one.due_at) for one in found.stages] == [("proposed", T), ("unjudged", T + 15 * MINUTE)]
    assert judging.minutes_words(session, T) == "15分钟（敏感时期：双11）"


@pytest.mark.parametrize("days", [(-3, -1), (1, 4)])
def test_a_lead_outside_the_season_has_its_thirty_minutes(session, days):
    season(session, start=TODAY + days[0] * DAY, end=TODAY + days[1] * DAY)
    found = limit(session, lead(session))
    assert (minutes(found), found.shortened_why) == (30, None)
    assert judging.minutes_words(session, T) == "30分钟"


def test_what_is_open_keeps_its_limit_when_a_season_begins_changes_or_ends(session):
    before = limit(session, lead(session))
    made = season(session, judge_minutes=10)
    inside = limit(session, arrives(session, 2, "lead", key="e2")[1])
    seasons.save(session, made, SeasonFields("双11", TODAY, TODAY, None, 3, 20), "person-1", T)
    seasons.remove(session, made.id, "person-1", T)
    session.expire_all()
    assert (minutes(before), minutes(inside), inside.shortened_why) == (30, 10, "敏感时期：双11")


def test_every_way_in_which_a_lead_waits_is_raised(session):
    season(session)
    officer = session.scalars(select(Person).where(Person.name == "值班员A")).one()
    entered = leads.enter(session, officer, T, title="来电", text="", channel="news", unit=None)
    suspected = arrives(session, 2, "provisional", key="e2")[1]
    assert minutes(limit(session, entered)) == minutes(limit(session, suspected)) == 15
    quiet = arrives(session, 3, "lead", key="e3", published=T - 5 * DAY)[1]
    assert quiet.quiet
    arrives(session, 4, "lead", key="e3")
    assert minutes(limit(session, quiet)) == 15
    calm = arrives(session, 5, "lead", key="e4")[1]
    arrives(session, 6, "provisional", key="e4", now=T + 5 * MINUTE)
    hold(session, calm)
    assert calm.suspected
    assert limit(session, calm).due_at == T + 20 * MINUTE


def test_the_offices_own_shorter_limit_is_never_made_longer(session):
    limits.set_limit(session, "LEAD_CONFIRM", {"limit": 10}, "command", T)
    made = season(session)
    assert made.judge_minutes == 10
    assert seasons.season_words(session, TODAY) == "敏感时期：双11（11月22日至11月23日），每班3人"
    found = limit(session, lead(session))
    assert (minutes(found), found.shortened_why) == (10, None)


def test_of_two_seasons_at_once_the_higher_level_counts(session):
    season(session, "全国两会", persons=4, judge_minutes=20)
    season(session, "3·15", end=TODAY, judge_minutes=12)
    words = "敏感时期：全国两会（11月22日至11月23日）、3·15（11月22日至11月22日），每班4人，线索12分钟内研判"
    assert seasons.season_words(session, TODAY) == words
    assert limit(session, lead(session)).shortened_why == "敏感时期：全国两会、3·15"
    assert {day: one.minutes for day, one in seasons.raised_between(session, TODAY - DAY, TODAY + 2 * DAY).items()} == {
        TODAY: 12,
        TODAY + DAY: 20,
    }


def test_who_takes_the_next_shift_is_told_of_tomorrow(session):
    assert seasons.coming_words(session, TODAY) is None
    season(session, start=TODAY + DAY, end=TODAY + 3 * DAY)
    words = "敏感时期：双11（11月23日至11月25日），每班3人，线索15分钟内研判"
    assert seasons.coming_words(session, TODAY) == f"明天进入{words}"
    assert seasons.coming_words(session, TODAY + DAY) == words


def test_a_change_is_journaled_with_its_numbers_and_wrong_ones_are_refused(session):
    made = season(session)
    seasons.save(session, made, SeasonFields("双11", TODAY, TODAY, None, 4, 10), "person-1", T)
    journal.append_recorded(session)
    entry = session.scalars(select(JournalEntry).where(JournalEntry.action == "change_season")).one()
    assert entry.facts == {"start": "2026-11-22", "end": "2026-11-22", "persons": 4, "minutes": 10}
    for wrong, words in (({"persons": 1}, "每班人数"), ({"judge_minutes": 31}, "不能比平时长")):
        with pytest.raises(ValueError, match=words):
            season(session, "国庆", **wrong)
    other = season(session, "国庆")
    with pytest.raises(ValueError, match="已经登记过"):
        seasons.save(session, other, SeasonFields("双11", TODAY, TODAY), "person-1", T)


def test_the_proposals_of_a_year_are_taken_over_once_and_not_those_that_are_over(session):
    assert seasons.take_over(session, 2026, TODAY, "person-1", T) == 0, "the year's last one is over"
    assert [one.name for one in seasons.proposed(session, 2027, TODAY)][:2] == ["春节", "全国两会"]
    assert seasons.take_over(session, 2027, TODAY, "person-1", T, name="国庆") == 1
    assert seasons.take_over(session, 2027, TODAY, "person-1", T) == 6
    assert seasons.take_over(session, 2027, TODAY, "person-1", T) == 0
    assert {(one.persons, one.judge_minutes) for one in seasons.listed(session)} == {(3, 15)}


def rota_of(session, *people, days=16):
    """Let the people have every shift from yesterday on, the first as 带班领导."""
    for n in range(days):
        start, end = shift_of(TODAY + (n - 1) * DAY)
        for post, who in zip(("duty_leader", *["duty_officer"] * len(people)), people, strict=False):
            session.add(Shift(post=post, person_id=who.id, start_at=start, end_at=end))
    session.flush()


def at(text):
    return datetime.fromisoformat(f"2026-{text}+08:00")


def test_the_rota_is_short_in_the_shifts_of_the_season_and_says_why(session):
    a, b = person(session, "带班领导B"), person(session, "值班员B")
    rota_of(session, a, b)
    assert rota.coming_gaps(session, T) == []
    season(session, start=TODAY + 3 * DAY, end=TODAY + 4 * DAY, persons=4)
    [gap] = rota.coming_gaps(session, T)
    assert (gap.start, gap.end) == (at("11-25T08:30"), at("11-27T08:30"))
    assert gap.words == "每班应有4人，只排了2人（敏感时期：双11）"


def test_a_third_person_fills_it_and_one_who_left_does_not(session):
    a, b, c = (person(session, name) for name in ("带班领导B", "值班员B", "值班员C"))
    rota_of(session, a, b, c)
    season(session, start=TODAY - 9 * DAY, end=TODAY + 9 * DAY)
    assert rota.coming_gaps(session, T) == []
    c.active = False
    session.flush()
    [gap] = rota.coming_gaps(session, T)
    assert (gap.start, gap.end, gap.present) == (T, at("12-02T08:30"), 2)


def test_a_season_that_raises_no_number_and_an_office_without_a_rota_have_no_shortage(session):
    season(session, persons=2)
    assert rota.coming_gaps(session, T) == []
    a, b = person(session, "带班领导B"), person(session, "值班员B")
    rota_of(session, a, b)
    assert rota.coming_gaps(session, T) == []
    assert session.scalars(select(Lead)).all() == []
