"""Heat counted when an article joins a topic; levels raised by the criteria, never lowered; nothing told twice."""

from datetime import UTC, datetime, timedelta

import pytest
from services import topics
from sqlalchemy import func, select

from classifier.heat import heat_due
from domain.case import Level
from domain.heat_table import numbers_from, shipped, shipped_text
from domain.verdict import Opens
from huiying import beat
from store import leads, regrading, seasons
from store.db import reading, transaction
from store.settings import Settings
from store.tables import Case, Event, JournalEntry, Lead, Person, Unit, Volume, Warning

NOW = datetime(2026, 11, 20, 6, 0, tzinfo=UTC)
MINUTE, HOUR, DAY = timedelta(minutes=1), timedelta(hours=1), timedelta(days=1)
NUMBERS = shipped()


@pytest.fixture(autouse=True)
def office(database):
    with transaction() as session:
        units = [Unit(name=name, rank=rank) for rank, name in enumerate(("办公室", "食品安全科"))]
        session.add_all([*units, Person(name="值班员A", username="duty", role="duty", email="a@office.example")])


def look(now=NOW, numbers=NUMBERS):
    return heat_due(numbers, lambda: now + MINUTE)


def event(id_=1):
    with reading() as session:
        return session.get_one(Event, id_)


def warned():
    with reading() as session:
        return list(session.scalars(select(Warning).order_by(Warning.id)))


def lead_level():
    with reading() as session:
        return session.scalars(select(Lead.level)).one()


def confirm(level=Level.YELLOW):
    with transaction() as session:
        lead, person = session.scalars(select(Lead)).one(), session.scalars(select(Person)).one()
        unit = session.scalars(select(Unit).where(Unit.name == "食品安全科")).one()
        return leads.confirm(session, lead, person, NOW, unit=unit, level=level, emergency=False).id


def test_a_topic_is_counted_once_its_articles_came_and_again_while_it_is_warm():
    topics.history(NOW)
    id_ = topics.burst(NOW)
    assert look() == 1
    found = event(id_)
    assert found.heat == sum(part["points"] for part in found.heat_parts) > 30
    assert (found.direction, found.topic, found.section) == ("up", "食品安全", "食品安全科")
    assert sum(found.day) == 12
    assert found.heat_at == NOW + 11 * MINUTE
    assert look() == 0
    assert look(NOW + 2 * HOUR) == 1
    assert event(id_).heat_at == NOW + 3 * HOUR + MINUTE
    assert look(NOW + 2 * DAY) == 1
    cold = event(id_)
    assert (cold.heat, cold.heat_at, cold.direction) == (0, None, "unknown")


def test_the_same_articles_counted_anew_give_the_same_heat_and_no_second_warning():
    topics.history(NOW)
    id_ = topics.burst(NOW)
    look()
    before = event(id_)
    with transaction() as session:
        session.get_one(Event, id_).heat_at = NOW
    look()
    after = event(id_)
    assert (before.heat, before.heat_parts) == (after.heat, after.heat_parts)
    assert len([one for one in warned() if one.scope == "event"]) == 1


def test_an_article_that_joins_meanwhile_wins_over_a_late_count(monkeypatch):
    id_ = topics.burst(NOW)

    def joined(session, *_):
        session.get_one(Event, id_).heat_at = NOW + HOUR

    monkeypatch.setattr("classifier.heat.warnings.consider", lambda session, *rest: joined(session, *rest))
    assert look() == 0
    assert event(id_).heated_at is None


def test_many_articles_are_counted_in_one_look():
    with transaction() as session:
        source = topics.outlet(session, "清源晚报", NOW)
        for n in range(3):
            topics.tell(session, NOW + n * timedelta(seconds=1), source)
    assert event().heat_at == NOW + timedelta(seconds=15)


def test_what_the_bureau_publishes_makes_nothing_loud():
    with transaction() as session:
        own = topics.outlet(session, "本局网站", NOW, "government", role="own")
        for n in range(20):
            topics.tell(session, NOW - n * MINUTE, own)
    look()
    assert event().heat == 0
    assert warned() == []


def test_a_topic_that_is_none_of_ours_is_hot_but_not_warned_of():
    topics.burst(NOW, relevance=0.1)
    look()
    assert event().heat > 0
    assert [one for one in warned() if one.scope == "event"] == []


def test_an_open_lead_is_raised_with_its_reasons_and_only_once():
    topics.burst(NOW, authority="provincial", opens=Opens.LEAD)
    assert lead_level() == "yellow"
    look()
    assert lead_level() == "orange"
    (made,) = warned()
    assert (made.was, made.level, made.raised, made.tell_at) == ("yellow", "orange", True, NOW + MINUTE)
    assert [reason["words"] for reason in made.reasons][1:] == [
        "省级媒体报道",
        "3 个信源",
        "负面占 100%",
    ]
    look(NOW + 20 * MINUTE)
    assert len(warned()) == 1
    with reading() as session:
        actions = set(session.scalars(select(JournalEntry.action)))
    assert {"warn", "raise_level"} <= actions


def test_a_level_a_person_lowered_stays_and_their_decision_is_kept_beside_the_proposal():
    topics.burst(NOW, authority="provincial", opens=Opens.LEAD)
    case_id = confirm()
    look()
    with transaction() as session:
        case = session.get_one(Case, case_id)
        assert case.level == "orange"
        person = session.scalars(select(Person)).one()
        regrading.change_level(session, case, Level.BLUE, "已核实，不属实", person, NOW + HOUR)
    look(NOW + 7 * HOUR)
    with reading() as session:
        assert session.get_one(Case, case_id).level == "blue"
    (made,) = warned()
    assert (made.level, made.decided_level, made.decided_by is not None) == ("orange", "blue", True)


def test_a_rise_to_red_breaks_the_cool_down():
    topics.burst(NOW, authority="provincial", opens=Opens.LEAD)
    look()
    with transaction() as session:
        for n in range(12):
            source = topics.outlet(session, f"中央媒体{n % 3}", NOW, "central")
            topics.tell(session, NOW + 30 * MINUTE + n * MINUTE, source)
    look(NOW + 42 * MINUTE)
    assert [(one.was, one.level, one.raised) for one in warned()] == [
        ("yellow", "orange", True),
        ("orange", "red", True),
    ]
    assert lead_level() == "red"


def test_a_machine_never_lowers_a_level():
    topics.burst(NOW, authority="self_media", sentiment="positive", opens=Opens.LEAD)
    case_id = confirm(Level.RED)
    look()
    with reading() as session:
        assert session.get_one(Case, case_id).level == "red"
    assert all(not one.raised for one in warned())


def test_in_a_season_less_is_enough():
    names = ("甲报", "乙报", "丙报", "丁报")
    topics.burst(NOW, names, opens=Opens.LEAD)
    with transaction() as session:
        seasons.add(session, "清源马拉松", NOW.date(), NOW.date(), "command", NOW)
    look()
    assert lead_level() == "orange"
    assert "敏感时期" in [reason["words"] for reason in warned()[0].reasons]


def test_a_topic_louder_than_its_subject_usually_is_is_warned_of_beside_no_matter():
    topics.history(NOW)
    topics.burst(NOW)
    look()
    (made,) = [one for one in warned() if one.scope == "event"]
    assert (made.was, made.raised, made.lead_id) == (None, False, None)
    assert made.excess >= NUMBERS.warning.threshold


def test_a_subject_that_is_always_loud_is_no_warning():
    topics.history(NOW, an_hour=60)
    topics.burst(NOW)
    look()
    assert warned() == []


def test_a_whole_subject_that_rises_is_shown_once():
    topics.history(NOW, an_hour=1)
    for n in range(8):
        topics.burst(NOW, ("清源晚报",), key=f"e{n}", relevance=0.1)
    assert look() == 8
    look(NOW + 20 * MINUTE)
    found = {(one.scope, one.name) for one in warned()}
    assert found == {("topic", "食品安全"), ("unit", "食品安全科")}
    assert len(warned()) == 2


def test_articles_are_counted_by_the_hour_they_were_told_for_subject_and_unit():
    topics.burst(NOW)
    with reading() as session:
        sums = session.execute(
            select(Volume.scope, Volume.name, func.sum(Volume.articles)).group_by(Volume.scope, Volume.name)
        )
        assert {tuple(row) for row in sums} == {("all", "", 12), ("topic", "食品安全", 12), ("unit", "食品安全科", 12)}


def test_an_office_may_change_the_numbers():
    calm = numbers_from(shipped_text().replace("threshold = 12", "threshold = 500").split("[[level]]")[0])
    topics.history(NOW)
    topics.burst(NOW)
    look(numbers=calm)
    assert [one for one in warned() if one.scope == "event"] == []


def test_the_worker_takes_the_topics_that_ask_by_itself(tmp_path):
    topics.burst(NOW)
    stage = beat.STAGES["heat"]
    assert stage.has_work(NOW + MINUTE)
    assert not stage.has_work(NOW - DAY)
    assert stage.run(Settings.from_env({"HUIYING_DATA_DIR": str(tmp_path)}), 5) == 1
    assert not stage.has_work(NOW + MINUTE)
